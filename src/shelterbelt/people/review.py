"""What the independent reviewer needs to decide whether a worker and a party know each other, and which walls stand.

Shows a name, a birth date and what agrees; never a file, a role in it, or what a survivor asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shelterbelt.access.models import Conflict, Declaration, Wall, Worker
from shelterbelt.access.queries import name_of as name_of_worker
from shelterbelt.access.rules import NotForYou, reached, visible
from shelterbelt.agencies.sealed import opened
from shelterbelt.people.actions import LIFTED_BY_REVIEWER
from shelterbelt.people.conflicts import identity_of
from shelterbelt.people.models import Person
from shelterbelt.people.policy import REVIEW
from shelterbelt.store.questions import question

SHOWN = 100
AGREES = {"name": _("the full name"), "born_on": _("the birth date"), "phone": _("a telephone number")}
BASES = {
    "party_match": _("They are very likely this person."),
    "declared": _("They said that they know this person."),
    "reviewer": _("A reviewer decided it."),
    "handed_over": _("They handed over an incident that they had begun."),
}


@dataclass(frozen=True)
class Side:
    """Somebody in a comparison: names, and the birth date if it is known."""

    names: tuple[str, ...]
    born_on: str


@dataclass(frozen=True)
class Doubt:
    """A worker and a party who may know each other: both sides, what agrees, and what the worker said of it."""

    ref: str
    worker: str
    code: str
    theirs: Side
    party: Side
    agrees: tuple[Any, ...]
    declared: bool
    how: str
    found_at: datetime


@dataclass(frozen=True)
class Standing:
    """A wall that stands before a worker: whom it hides if it is a person, why, and since when."""

    ref: str
    worker: str
    code: str
    person: str
    born_on: str
    basis: Any
    reason: str
    raised_at: datetime


def doubts(*, by: Worker, at: datetime) -> list[Doubt]:
    """What waits for a decision, the oldest first; never about the reviewer, nor about whom they may not see."""
    rows = list(_open(by, at).order_by("found_at")[:SHOWN])
    workers = Worker.objects.in_bulk({row.worker_id for row in rows})
    people = Person.objects.in_bulk({row.person_id for row in rows})
    return [
        _doubt(row, workers[row.worker_id], people[row.person_id])
        for row in rows
        if row.worker_id in workers and row.person_id in people
    ]


def doubts_waiting(*, by: Worker, at: datetime) -> int:
    """How many wait; none for those who may not decide them."""
    return _undecided.count(by, at) if REVIEW.allows(by) else 0


def _open(by: Worker, at: datetime) -> QuerySet[Conflict]:
    return _not_of(by, visible(by, REVIEW, Conflict.objects.all(), at=at))


@question
def _undecided(by: Worker, at: datetime) -> QuerySet[Conflict]:
    return _not_of(by, reached(by, REVIEW, Conflict.objects.only("id"), at=at))


def _not_of(by: Worker, rows: QuerySet[Conflict]) -> QuerySet[Conflict]:
    """What is open, without doubts about the reviewer, and with a person whom the reviewer may know of."""
    return (
        rows.filter(state="open").exclude(worker_id=by.id).filter(person_id__in=Person.objects.values("id"))
    )


def doubt_by_ref(ref: str, *, by: Worker, at: datetime) -> tuple[Conflict, Doubt]:
    """One of them, if this reviewer may decide it."""
    row = _open(by, at).filter(ref=ref).first()
    if row is None:
        raise NotForYou
    return row, _doubt(row, Worker.objects.get(id=row.worker_id), Person.objects.get(id=row.person_id))


def _doubt(row: Conflict, worker: Worker, person: Person) -> Doubt:
    told = opened(row)
    said = _said(told.get("declaration", ""))
    return Doubt(
        row.ref,
        name_of_worker(worker),
        worker.code,
        _side(said or identity_of(worker)),
        _side(opened(person)),
        tuple(AGREES[code] for code in told["on"]),
        bool(said),
        str(said.get("how", "")),
        row.found_at,
    )


def _said(declaration: str) -> dict[str, Any]:
    row = Declaration.objects.filter(id=UUID(declaration)).first() if declaration else None
    return opened(row) if row else {}


def _side(content: Mapping[str, Any]) -> Side:
    names = (content.get("name") or "", *(content.get("other_names") or ()))
    return Side(tuple(name for name in names if name), str(content.get("born_on") or ""))


def walls(*, by: Worker, at: datetime) -> list[Standing]:
    """The walls that the reviewer may lift, the newest first."""
    rows = list(_standing(by, at).order_by("-raised_at")[:SHOWN])
    workers = Worker.objects.in_bulk({row.worker_id for row in rows})
    people = Person.objects.in_bulk({row.thing_id for row in rows})
    return [_wall(row, workers[row.worker_id], people.get(row.thing_id)) for row in rows if row.worker_id]


def wall_by_ref(ref: str, *, by: Worker, at: datetime) -> tuple[Wall, Standing]:
    """One wall that the reviewer may lift."""
    row = _standing(by, at).filter(ref=ref).first()
    if row is None or row.worker_id is None:
        raise NotForYou
    person = Person.objects.filter(id=row.thing_id).first()
    return row, _wall(row, Worker.objects.get(id=row.worker_id), person)


def _standing(by: Worker, at: datetime) -> QuerySet[Wall]:
    rows = visible(by, REVIEW, Wall.objects.filter(lifted_at=None, basis__in=LIFTED_BY_REVIEWER), at=at)
    return rows.exclude(worker_id=by.id).exclude(worker_id=None)


def _wall(row: Wall, worker: Worker, person: Person | None) -> Standing:
    known = opened(person) if person else {}
    return Standing(
        row.ref,
        name_of_worker(worker),
        worker.code,
        str(known.get("name", "")),
        str(known.get("born_on", "")),
        BASES[row.basis],
        str(opened(row).get("reason", "")),
        row.raised_at,
    )
