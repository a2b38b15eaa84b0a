"""A survivor who acts by their own hand. They are no worker and have no role: what is theirs is theirs.

Row-level security opens only their own file; each act of theirs asks whose thing it is (`require_own`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, Permission, require
from shelterbelt.store.asker import as_agency


@dataclass(frozen=True, slots=True)
class Survivor:
    """The person, as one victim-service agency knows them, who signed in to the portal of its node."""

    id: UUID
    agency_id: UUID
    account_id: UUID


class OfSomebody(Protocol):
    """A row that says whose it is."""

    @property
    def person_id(self) -> UUID: ...


def theirs(survivor: Survivor, thing: OfSomebody) -> None:
    """Refuse unless the thing is the survivor's own; what `require` is to a worker, this is to them."""
    if thing.person_id != survivor.id:
        raise NotForYou


def require_own(by: Worker | Survivor, permission: Permission, thing: Any, *, at: datetime) -> None:
    """Refuse unless it is the survivor's own (the row's `person_id`), or a worker who may do this to it."""
    if isinstance(by, Survivor):
        if (thing.person_id, thing.agency_id) != (by.id, by.agency_id):
            raise NotForYou(permission.name)
    else:
        require(by, permission, thing, at=at)


@contextmanager
def acting(by: Worker | Survivor, *, at: datetime) -> Iterator[None]:
    """The transaction of an act: a worker's request has it already, a survivor's own hand begins it."""
    if isinstance(by, Survivor):
        with own_hand(by, at=at):
            yield
    else:
        yield


@contextmanager
def own_hand(survivor: Survivor, *, at: datetime) -> Iterator[None]:
    """One transaction in which an act of theirs may touch what the agency holds, such as a release of theirs."""
    with as_agency(survivor.agency_id, at=at, survivor=survivor.id):
        yield
