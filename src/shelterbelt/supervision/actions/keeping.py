"""Take somebody under supervision, set conditions, write down how each occasion went. Nothing is changed: a correction is a row.

Who is under supervision here is a person of this agency. Nothing of any survivor is kept with them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.people.actions import record_person
from shelterbelt.people.models import Person
from shelterbelt.rules.compliance import OUTCOMES
from shelterbelt.rules.compliance import UNKNOWN as NOT_WRITTEN
from shelterbelt.store.ids import uuid7
from shelterbelt.supervision.actions.hearing import about_person
from shelterbelt.supervision.models import Condition, Occasion, Supervision
from shelterbelt.supervision.policy import SUPERVISE

# As far as a telephone's clock may run ahead.
GRACE = timedelta(minutes=5)


class NotYet(ValueError):
    """How an occasion went is not known before it was."""


class NotThen(ValueError):
    """The condition does not hold at that time, or ends before it begins."""


def begin_supervision(
    person: Person | Mapping[str, Any], words: str, *, by: Worker, at: datetime
) -> Supervision:
    """Somebody is under supervision from now on: a person whom the agency knows, or one who is new to it. Once at a time."""
    require(by, SUPERVISE, at=at)
    known = person if isinstance(person, Person) else _recorded(person, by=by, at=at)
    require(by, SUPERVISE, about_person(known.id, by), at=at)
    if known.agency_id != by.agency_id:
        raise NotForYou
    Person.objects.select_for_update(of=("self",)).get(id=known.id)
    found = Supervision.objects.filter(agency_id=by.agency_id, person=known, ended_at=None).first()
    if found is not None:
        return found
    row_id, key = uuid7(), new_key(by.agency_id)
    made = Supervision.objects.create(
        id=row_id,
        agency_id=by.agency_id,
        key=key,
        sealed=seal(key, by.agency_id, {"words": words.strip()}, about=row_id),
        person=known,
        officer_id=by.id,
        from_at=at,
    )
    record("supervision.begun", about=made.id, by=by.id, agency=made.agency_id, at=at)
    return made


def end_supervision(supervision: Supervision, *, by: Worker, at: datetime) -> Supervision:
    """It is over; all that was written down stays."""
    require(by, SUPERVISE, supervision, at=at)
    row = _locked(supervision)
    if row.ended_at is None:
        row.ended_at, row.ended_by = at, by.id
        row.save(update_fields=["ended_at", "ended_by"])
        record("supervision.ended", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def set_condition(
    supervision: Supervision,
    kind: str,
    words: str,
    *,
    from_at: datetime,
    until_at: datetime | None = None,
    every_days: int | None = None,
    order_id: UUID | None = None,
    by: Worker,
    at: datetime,
) -> Condition:
    """Something that they have to do, from and until when, and how often something is to be written down of it."""
    require(by, SUPERVISE, supervision, at=at)
    if kind not in shelf.codes("condition_kinds"):
        raise ValueError("not a kind of condition")
    if until_at is not None and until_at <= from_at:
        raise NotThen
    row = _open(supervision)
    made_id = uuid7()
    made = Condition.objects.create(
        id=made_id,
        agency_id=row.agency_id,
        supervision=row,
        person_id=row.person_id,
        kind=kind,
        order_id=order_id,
        from_at=from_at,
        until_at=until_at,
        every_days=every_days or None,
        sealed=_sealed(row, made_id, words),
        recorded_at=at,
        recorded_by=by.id,
    )
    record("condition.set", about=made.id, by=by.id, agency=made.agency_id, at=at)
    return made


def end_condition(condition: Condition, *, by: Worker, at: datetime) -> Condition:
    """It holds no more from now on."""
    require(by, SUPERVISE, condition, at=at)
    row = Condition.objects.select_for_update(of=("self",)).get(id=condition.id)
    if row.until_at is not None and row.until_at <= at:
        return row
    row.until_at, row.ended_by = max(at, row.from_at + timedelta(seconds=1)), by.id
    row.save(update_fields=["until_at", "ended_by"])
    record("condition.ended", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def plan_occasion(condition: Condition, planned_at: datetime, *, by: Worker, at: datetime) -> Occasion:
    """When they are to be somewhere next. Until somebody writes how it went, nobody knows."""
    require(by, SUPERVISE, condition, at=at)
    return _written(condition, planned_at, NOT_WRITTEN, "", by=by, at=at)


def record_occasion(
    condition: Condition, planned_at: datetime, outcome: str, words: str, *, by: Worker, at: datetime
) -> Occasion:
    """How an occasion went. Written a second time it is a correction, and what was written first stays. Raises NotYet."""
    require(by, SUPERVISE, condition, at=at)
    if outcome not in OUTCOMES:
        raise ValueError("not how an occasion went")
    if planned_at > at + GRACE and outcome != "excused":
        raise NotYet
    return _written(condition, planned_at, outcome, words, by=by, at=at)


def _recorded(told: Mapping[str, Any], *, by: Worker, at: datetime) -> Person:
    return record_person(told, agency=by.agency_id, by=by.id, at=at)


def _locked(supervision: Supervision) -> Supervision:
    return Supervision.objects.select_for_update(of=("self",)).get(id=supervision.id)


def _open(supervision: Supervision) -> Supervision:
    row = _locked(supervision)
    if row.ended_at is not None:
        raise NotThen
    return row


def _written(
    condition: Condition,
    planned_at: datetime,
    outcome: str,
    words: str,
    *,
    by: Worker,
    at: datetime,
) -> Occasion:
    """One more row; the same tapped twice is one."""
    supervision = _open(condition.supervision)
    ends = condition.until_at
    if planned_at < condition.from_at or (ends is not None and planned_at >= ends):
        raise NotThen
    last = (
        Occasion.objects.filter(condition=condition, planned_at=planned_at)
        .order_by("-recorded_at", "-id")
        .first()
    )
    if last is not None and not words.strip() and (last.outcome == outcome or outcome == NOT_WRITTEN):
        return last
    made_id = uuid7()
    made = Occasion.objects.create(
        id=made_id,
        agency_id=condition.agency_id,
        condition=condition,
        person_id=condition.person_id,
        planned_at=planned_at,
        outcome=outcome,
        sealed=_sealed(supervision, made_id, words),
        recorded_at=at,
        recorded_by=by.id,
    )
    record(
        "occasion.planned" if outcome == NOT_WRITTEN else "occasion.recorded",
        about=made.id,
        by=by.id,
        agency=made.agency_id,
        at=at,
    )
    return made


def _sealed(supervision: Supervision, about: UUID, words: str) -> bytes:
    return seal(bytes(supervision.key), supervision.agency_id, {"words": words.strip()}, about=about)
