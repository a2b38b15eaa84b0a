"""A survivor who acts by their own hand. They are no worker and have no role: what is theirs is theirs.

Refuses nothing itself; row-level security opens only their own file, and each act looks at whose thing it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shelterbelt.store.asker import as_agency


@dataclass(frozen=True, slots=True)
class Survivor:
    """The person, as one victim-service agency knows them, who signed in to the portal of its node."""

    id: UUID
    agency_id: UUID
    account_id: UUID


@contextmanager
def own_hand(survivor: Survivor, *, at: datetime) -> Iterator[None]:
    """One transaction in which an act of theirs may touch what the agency holds, such as a release of theirs."""
    with as_agency(survivor.agency_id, at=at, survivor=survivor.id):
        yield
