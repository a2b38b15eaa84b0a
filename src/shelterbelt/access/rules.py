"""One rule, two readings: each leaf says of one row whether it holds (with a reason) and filters a list to the same rows.

Refuses a superuser: nothing here asks who a worker is beyond agency, unit and roles.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from shelterbelt.access.models import Worker

Row = TypeVar("Row", bound=Model)


class Rule(ABC):
    """Something that holds for a worker and a row at an instant."""

    @abstractmethod
    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        """Whether it holds for this row."""

    @abstractmethod
    def rows(self, by: Worker, at: datetime) -> Q:
        """The filter that keeps exactly the rows for which it holds."""

    def __or__(self, other: Rule) -> Rule:
        return AnyOf(self, other)


@dataclass(frozen=True)
class AnyOf(Rule):
    """Either of two rules."""

    one: Rule
    two: Rule

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return self.one.holds(by, thing, at) or self.two.holds(by, thing, at)

    def rows(self, by: Worker, at: datetime) -> Q:
        return self.one.rows(by, at) | self.two.rows(by, at)


@dataclass(frozen=True)
class OwnAgency(Rule):
    """The row is held by the worker's own agency."""

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return bool(thing.agency_id == by.agency_id)

    def rows(self, by: Worker, at: datetime) -> Q:
        return Q(agency_id=by.agency_id)


own_agency = OwnAgency()


@dataclass(frozen=True)
class Permission:
    """A right by name: the roles that may have it, the kinds of agency it exists in, and the rows it reaches."""

    name: str
    roles: frozenset[str]
    rule: Rule = own_agency
    kinds: frozenset[str] | None = None

    def allows(self, by: Worker) -> bool:
        """Whether the worker has this right at all."""
        return bool(
            by.is_active
            and self.roles.intersection(by.roles)
            and (self.kinds is None or by.agency.kind in self.kinds)
        )


class NotForYou(Exception):
    """Refused; the door answers as for a page that does not exist."""


def may(by: Worker, permission: Permission, thing: Any = None, *, at: datetime) -> bool:
    """Whether the worker may do this (to this row)."""
    return permission.allows(by) and (thing is None or permission.rule.holds(by, thing, at))


def require(by: Worker, permission: Permission, thing: Any = None, *, at: datetime) -> None:
    """Refuse unless the worker may do this (to this row)."""
    if not may(by, permission, thing, at=at):
        raise NotForYou(permission.name)


def visible(by: Worker, permission: Permission, rows: QuerySet[Row], *, at: datetime) -> QuerySet[Row]:
    """The rows that the worker may reach with this right: none without it."""
    return rows.filter(permission.rule.rows(by, at)) if permission.allows(by) else rows.none()


def permission(
    name: str, *roles: str, rule: Rule = own_agency, kinds: tuple[str, ...] | None = None
) -> Permission:
    """A permission from plain words."""
    return Permission(name, frozenset(roles), rule, frozenset(kinds) if kinds else None)
