"""Take a screen answer by answer and finish it. Refuses to overwrite unseen, and to say anything about a level."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint, new_key, opened, seal
from shelterbelt.assessments import queries
from shelterbelt.assessments.models import Screen
from shelterbelt.assessments.policy import TAKE_SCREEN
from shelterbelt.cases.actions import Conflict
from shelterbelt.cases.models import Case, Incident
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.rules.screening import Screening
from shelterbelt.store.ids import uuid7


class Finished(Exception):
    """It is finished: what it says stands, and another can be taken."""


def start_screen(
    *, by: Worker, at: datetime, incident: Incident | None = None, case: Case | None = None
) -> Screen:
    """A new screen for an incident or a case; the worker's own unfinished one is gone on with instead."""
    thing = incident or case
    if thing is None:
        raise ValueError("a screen is about an incident or a case")
    require(by, TAKE_SCREEN, thing, at=at)
    type(thing).objects.select_for_update(of=("self",)).filter(id=thing.id).first()
    mine = Screen.objects.filter(
        agency_id=by.agency_id, incident=incident, case=case, started_by=by.id, finished_at=None
    )
    return mine.order_by("started_at").first() or _new_screen(incident, case, by=by, at=at)


def _new_screen(incident: Incident | None, case: Case | None, *, by: Worker, at: datetime) -> Screen:
    instrument = shelf.instrument(queries.INSTRUMENT, queries.VERSION)
    screen_id, key = uuid7(), new_key(by.agency_id)
    screen = Screen.objects.create(
        id=screen_id,
        agency_id=by.agency_id,
        incident=incident,
        case=case,
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
        key=key,
        sealed=seal(key, by.agency_id, {"answers": {}, "revisions": {}}, about=screen_id),
        started_by=by.id,
        started_at=at,
    )
    record("screen.started", about=screen_id, by=by.id, agency=by.agency_id, at=at)
    return screen


def answer(
    screen: Screen, question: str, answer: str | Mapping[str, Any], revision: int, *, by: Worker, at: datetime
) -> int:
    """Save one answer; returns its new revision.

    The same answer twice is one; a different one since `revision` conflicts.
    """
    require(by, TAKE_SCREEN, screen, at=at)
    if question not in queries.questions(queries.instrument_of(screen)):
        raise ValueError("not a question of this screen")
    row = Screen.objects.select_for_update().get(id=screen.id)
    content = opened(row)
    given, revisions = content["answers"], content["revisions"]
    value = dict(answer) if isinstance(answer, Mapping) else answer
    kept, kept_revision = given.get(question), int(revisions.get(question, 0))
    if kept == value:
        return kept_revision
    if row.finished_at is not None:
        raise Finished
    if revision != kept_revision:
        raise Conflict(kept_revision, {"answer": kept})
    given[question], revisions[question] = value, kept_revision + 1
    row.sealed = seal(bytes(row.key), row.agency_id, content, about=row.id)
    row.revision += 1
    row.save(update_fields=["sealed", "revision"])
    return kept_revision + 1


def finish_screen(screen: Screen, *, by: Worker, at: datetime) -> Screening:
    """Decide by the published rule what the answers say, once; a second time gives the same."""
    require(by, TAKE_SCREEN, screen, at=at)
    row = Screen.objects.select_for_update().get(id=screen.id)
    found = queries.result_of(row)
    if row.finished_at is not None:
        return found
    content = opened(row)
    content["result"] = {
        "triggers": [trigger.value for trigger in found.triggers],
        "medical_unknown": found.medical_unknown,
        "review": found.review,
    }
    row.sealed = seal(bytes(row.key), row.agency_id, content, about=row.id)
    row.finished_at, row.triggered, row.medical = at, found.triggered, found.medical
    row.save(update_fields=["sealed", "finished_at", "triggered", "medical"])
    record(
        "screen.finished",
        about=row.id,
        by=by.id,
        agency=row.agency_id,
        at=at,
        digest=fingerprint(row.agency_id, content),
    )
    return found
