"""The algebra of permissions: small named rules that read one row, a list of rows, and themselves aloud.

What a worker sees is what a rule opens, less what is walled from them or restricted to others. A worker without
the permission gets nothing, never a hint; row-level security stands under every reading.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from shelterbelt.access.bars import Bar, Entrusted, Glimpse
from shelterbelt.access.models import Worker
from shelterbelt.store.questions import question
from shelterbelt.store.spans import lasting

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Because:
    """What one rule said about a row, and what its parts said."""

    name: str
    holds: bool
    parts: tuple[Because, ...] = ()


class Rule(ABC):
    """Something that holds for a worker and a row at an instant."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What the rule is called in tables and answers."""

    @abstractmethod
    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        """Whether it holds for this row."""

    @abstractmethod
    def rows(self, by: Worker, at: datetime) -> Q:
        """The filter that keeps exactly the rows for which it holds."""

    def why(self, by: Worker, thing: Any, at: datetime) -> Because:
        """What the rule says about this row, with its parts."""
        return Because(self.name, self.holds(by, thing, at))

    def __or__(self, other: Rule) -> Rule:
        return AnyOf(self, other)

    def __and__(self, other: Rule) -> Rule:
        return Both(self, other)


@dataclass(frozen=True)
class AnyOf(Rule):
    """Either of two rules."""

    one: Rule
    two: Rule

    @property
    def name(self) -> str:
        return f"{self.one.name} or {self.two.name}"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return self.one.holds(by, thing, at) or self.two.holds(by, thing, at)

    def rows(self, by: Worker, at: datetime) -> Q:
        return self.one.rows(by, at) | self.two.rows(by, at)

    def why(self, by: Worker, thing: Any, at: datetime) -> Because:
        parts = (self.one.why(by, thing, at), self.two.why(by, thing, at))
        return Because(self.name, any(part.holds for part in parts), parts)


@dataclass(frozen=True)
class Both(Rule):
    """Two rules at once."""

    one: Rule
    two: Rule

    @property
    def name(self) -> str:
        return f"({self.one.name}) and ({self.two.name})"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return self.one.holds(by, thing, at) and self.two.holds(by, thing, at)

    def rows(self, by: Worker, at: datetime) -> Q:
        return self.one.rows(by, at) & self.two.rows(by, at)

    def why(self, by: Worker, thing: Any, at: datetime) -> Because:
        parts = (self.one.why(by, thing, at), self.two.why(by, thing, at))
        return Because(self.name, all(part.holds for part in parts), parts)


@dataclass(frozen=True)
class OwnAgency(Rule):
    """The row is held by the worker's own agency."""

    name = "own_agency"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return bool(thing.agency_id == by.agency_id)

    def rows(self, by: Worker, at: datetime) -> Q:
        return Q(agency_id=by.agency_id)


@dataclass(frozen=True)
class Walled(Rule):
    """A wall stands between the worker, or their agency, and what the row is about (its model's `bars`)."""

    model: type[Model] | None = None
    name = "walled"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return _walls.any(by, things_of(thing))

    def rows(self, by: Worker, at: datetime) -> Q:
        return _any_column(self.model, Bar.objects.filter(walls_before(by)))


@dataclass(frozen=True)
class Restricted(Rule):
    """The file is restricted, and the worker is neither of its team nor has broken the glass (in these categories)."""

    model: type[Model] | None = None
    glass: frozenset[str] = frozenset()
    name = "restricted"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return _restrictions.any(by, at, self.glass, things_of(thing))

    def rows(self, by: Worker, at: datetime) -> Q:
        return _any_column(self.model, Bar.objects.filter(restrictions_before(by, at, self.glass)))


def things_of(thing: Any) -> list[Any]:
    """The ids of what a row is about."""
    return [i for column in getattr(type(thing), "bars", ()) if (i := getattr(thing, column))]


def _hides(by: Worker, at: datetime, glass: frozenset[str]) -> QuerySet[Bar]:
    return Bar.objects.filter(walls_before(by) | restrictions_before(by, at, glass))


@question
def _hiding(by: Worker, at: datetime, glass: frozenset[str], things: list[Any]) -> QuerySet[Bar]:
    return _hides(by, at, glass).filter(thing_id__any=things)


def hidden_things(by: Worker, *, at: datetime) -> list[Any]:
    """The ids of all that a wall or a restriction hides from a worker, whatever glass may show of it."""
    return _hidden(by, at)


@question
def _hidden(by: Worker, at: datetime) -> QuerySet[Bar, Any]:
    return _hides(by, at, frozenset()).values_list("thing_id", flat=True).distinct()


@question
def _walls(by: Worker, things: list[Any]) -> QuerySet[Bar]:
    return Bar.objects.filter(walls_before(by), thing_id__any=things)


@question
def _restrictions(by: Worker, at: datetime, glass: frozenset[str], things: list[Any]) -> QuerySet[Bar]:
    return Bar.objects.filter(restrictions_before(by, at, glass), thing_id__any=things)


def walls_before(by: Worker) -> Q:
    """The bars that stand before a worker or their agency; nothing passes them."""
    return Q(worker_id=by.id) | Q(viewer_id=by.agency_id)


def restrictions_before(by: Worker, at: datetime, glass: frozenset[str] = frozenset()) -> Q:
    """The bars of files that are restricted, without those that the worker is entrusted with or sees through glass."""
    entrusted = Entrusted.objects.filter(
        lasting(at),
        thing_id=OuterRef("root_id"),
        worker_id=by.id,
        from_at__lte=at,
    )
    closed = Q(~Exists(entrusted), worker_id=None, viewer_id=None)
    return closed & ~Q(Exists(glimpses(by, at, glass, thing=OuterRef("thing_id")))) if glass else closed


def glimpses(by: Worker, at: datetime, glass: Iterable[str], *, thing: Any) -> QuerySet[Glimpse]:
    """What glass that this worker broke shows of a thing now, in any of these categories."""
    return Glimpse.objects.filter(
        thing_id=thing, worker_id=by.id, category__in=sorted(glass), from_at__lte=at, until_at__gt=at
    )


def _any_column(model: type[Model] | None, bars: QuerySet[Bar]) -> Q:
    """Rows of which any column that names a thing is barred; for a model that names none, no row."""
    found = Q(pk__in=[])
    for column in getattr(model, "bars", ()):
        found |= Q(Exists(bars.filter(thing_id=OuterRef(column))))
    return found


own_agency = OwnAgency()
walled, restricted = Walled(), Restricted()


@dataclass(frozen=True)
class Permission:
    """A right by name: the roles that may have it, the kinds of agency it exists in, and the rows it reaches.

    `glass` names the categories of broken glass that reach a restricted row; for most rights there is none.
    """

    name: str
    roles: frozenset[str]
    rule: Rule = own_agency
    kinds: frozenset[str] | None = None
    glass: frozenset[str] = frozenset()

    def allows(self, by: Worker) -> bool:
        """Whether the worker has this right at all."""
        return bool(
            by.is_active
            and self.roles.intersection(by.roles)
            and (self.kinds is None or by.agency.kind in self.kinds)
        )

    def reaches(self, by: Worker, thing: Any, at: datetime) -> bool:
        """Whether the rule opens this row, and neither a wall nor a restriction hides it."""
        if not self.rule.holds(by, thing, at):
            return False
        things = things_of(thing)
        return not things or not _hiding.any(by, at, self.glass, things)


class NotForYou(Exception):
    """Refused; the door answers as for a page that does not exist."""


def may(by: Worker, permission: Permission, thing: Any = None, *, at: datetime) -> bool:
    """Whether the worker may do this (to this row)."""
    return permission.allows(by) and (thing is None or permission.reaches(by, thing, at))


def may_each(
    by: Worker, permissions: Iterable[Permission], thing: Any, *, at: datetime
) -> dict[Permission, bool]:
    """Whether the worker may do each of these to one row; what several of them rest on is asked once."""
    known: dict[tuple[Rule, frozenset[str]], bool] = {}
    found = {}
    for one in permissions:
        rests_on = (one.rule, one.glass)
        if (allowed := one.allows(by)) and rests_on not in known:
            known[rests_on] = one.reaches(by, thing, at)
        found[one] = allowed and known[rests_on]
    return found


def require(by: Worker, permission: Permission, thing: Any = None, *, at: datetime) -> None:
    """Refuse unless the worker may do this (to this row)."""
    if not may(by, permission, thing, at=at):
        raise NotForYou(permission.name)


def visible(by: Worker, permission: Permission, rows: QuerySet[Row], *, at: datetime) -> QuerySet[Row]:
    """The rows that the worker may reach with this right: none without it."""
    return reached(by, permission, rows, at=at) if permission.allows(by) else rows.none()


def by_ref(
    rows: Callable[[], QuerySet[Row]], permission: Permission, ref: str, *, by: Worker, at: datetime
) -> Row:
    """The row behind a reference, if the worker may reach it with this right; refused otherwise, as if there were none.

    `rows`, a function of a module, says which rows there are and what comes with each; it is written once.
    """
    found = _behind.first(rows, by, permission, at, ref) if permission.allows(by) else None
    if found is None:
        raise NotForYou
    return found  # type: ignore[no-any-return]


@question
def _behind(
    rows: Callable[[], QuerySet[Any]], by: Worker, permission: Permission, at: datetime, ref: str
) -> QuerySet[Any]:
    return reached(by, permission, rows(), at=at).filter(ref=ref)


def reached(by: Worker, permission: Permission, rows: QuerySet[Row], *, at: datetime) -> QuerySet[Row]:
    """The rows that a right reaches for whoever has it; the caller has seen that the worker has it."""
    found = rows.filter(permission.rule.rows(by, at))
    if not getattr(rows.model, "bars", ()):
        return found
    return found.exclude(_any_column(rows.model, _hides(by, at, permission.glass)))


def permission(
    name: str,
    *roles: str,
    rule: Rule = own_agency,
    kinds: tuple[str, ...] | None = None,
    glass: tuple[str, ...] = (),
) -> Permission:
    """A permission from plain words."""
    return Permission(name, frozenset(roles), rule, frozenset(kinds) if kinds else None, frozenset(glass))
