"""Write down what happened, lasts or is planned; say that it ended, or that it was wrong; go on with an act.

Refuses to change what was written: what was wrong is undone, and with it every level that rested on it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint, seal
from shelterbelt.assessments import queries
from shelterbelt.assessments.actions.levels import undo_levels
from shelterbelt.assessments.actions.sheets import ReasonNeeded
from shelterbelt.assessments.models import Happening
from shelterbelt.assessments.policy import RECORD_HAPPENING
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.ledger.lines import NOBODY
from shelterbelt.store.ids import new_ref, uuid7

UNDONE = "happening_undone"
# As far as the forms let a clock be wrong.
GRACE = timedelta(minutes=5)


class NotAhead(ValueError):
    """It lies ahead and cannot be planned, or it is an act and lies behind."""


def record_happening(
    case: Case,
    type: str,
    *,
    happened_at: datetime,
    until_at: datetime | None = None,
    words: str = "",
    act: str = "",
    by: Worker,
    at: datetime,
    once: str = "",
) -> Happening:
    """One line about a case. A day ahead is a planned one; `act` names the kind of act that is planned.

    `once` makes a second click one. What cannot be planned is refused for a day ahead, and so is an act of yesterday.
    """
    require(by, RECORD_HAPPENING, case, at=at)
    row = Case.objects.select_for_update(of=("self",)).select_related("agency").get(id=case.id)
    if once and (found := Happening.objects.filter(case=row, ref=once).first()):
        return found
    _fits(row, type, happened_at, until_at, act, at)
    content: dict[str, Any] = {"type": type, "words": words.strip()}
    if act:
        known = queries.acts_of(row)
        content |= {"act": act, "jurisdiction": known.jurisdiction, "acts": known.version}
    made_id = uuid7()
    made = Happening.objects.create(
        id=made_id,
        ref=once or new_ref(),
        agency_id=row.agency_id,
        case=row,
        sealed=seal(bytes(row.key), row.agency_id, content, about=made_id),
        happened_at=happened_at,
        recorded_at=at,
        recorded_by=by.id,
        planned=happened_at > at + GRACE,
        until_at=until_at,
        until_recorded_at=at if until_at else None,
        until_by=by.id if until_at else None,
    )
    record(
        "happening.recorded",
        about=made.id,
        by=by.id,
        agency=made.agency_id,
        at=at,
        digest=_digest(made, content),
    )
    return made


def hear_happening(case: Case, type: str, *, happened_at: datetime, at: datetime) -> Happening:
    """One line about a case that no worker wrote: a source that the agency takes in said it. `type` is an event's."""
    if queries.sort_of(type) != queries.EVENT or happened_at > at:
        raise NotAhead
    row = Case.objects.select_for_update(of=("self",)).select_related("agency").get(id=case.id)
    content: dict[str, Any] = {"type": type, "words": ""}
    made_id = uuid7()
    made = Happening.objects.create(
        id=made_id,
        agency_id=row.agency_id,
        case=row,
        sealed=seal(bytes(row.key), row.agency_id, content, about=made_id),
        happened_at=happened_at,
        recorded_at=at,
        recorded_by=NOBODY,
    )
    digest = _digest(made, content)
    record("happening.recorded", about=made.id, by=None, agency=made.agency_id, at=at, digest=digest)
    return made


def unhear_happening(happening_id: UUID, *, at: datetime) -> None:
    """The source took it back: it counts no more, nor does any level that rested on it."""
    found = Happening.objects.filter(id=happening_id, undone_at=None).first()
    if found is None:
        return
    case, row = _locked(found)
    content = {**queries.told_of(row, case), "undone": ""}
    row.sealed = seal(bytes(case.key), row.agency_id, content, about=row.id)
    row.undone_at, row.undone_by = at, NOBODY
    row.save(update_fields=["sealed", "undone_at", "undone_by"])
    undo_levels(case, row.id, UNDONE, by=None, at=at)
    digest = _digest(row, content)
    record("happening.undone", about=row.id, by=None, agency=row.agency_id, at=at, digest=digest)


def _fits(
    case: Case, type: str, happened_at: datetime, until_at: datetime | None, act: str, at: datetime
) -> None:
    sort = queries.sort_of(type)
    ahead = happened_at > at + GRACE
    if act and (queries.acts_of(case).kinds[act].event != type or not ahead):
        raise NotAhead
    if ahead and not queries.can_lie_ahead(type, queries.acts_of(case).jurisdiction):
        raise NotAhead
    if until_at is not None and (sort != queries.STATE or until_at <= happened_at):
        raise ValueError("only what lasts has an end, and it lies after the beginning")


def end_happening(happening: Happening, *, until_at: datetime, by: Worker, at: datetime) -> Happening:
    """What lasted has ended, or will on a known day. Once: an end that was wrong is undone with the whole line."""
    require(by, RECORD_HAPPENING, happening, at=at)
    case, row = _locked(happening)
    told = queries.told_of(row, case)
    if queries.sort_of(told["type"]) != queries.STATE or until_at <= row.happened_at:
        raise ValueError("only what lasts has an end, and it lies after the beginning")
    if row.until_at is not None or row.undone_at is not None:
        return row
    row.until_at, row.until_recorded_at, row.until_by = until_at, at, by.id
    row.save(update_fields=["until_at", "until_recorded_at", "until_by"])
    record("happening.ended", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=_digest(row, told))
    return row


def undo_happening(happening: Happening, reason: str, *, by: Worker, at: datetime) -> Happening:
    """It was wrong, or did not take place: from now on it counts no more, nor does any level that rested on it."""
    require(by, RECORD_HAPPENING, happening, at=at)
    case, row = _locked(happening)
    if row.undone_at is not None:
        return row
    if not reason.strip():
        raise ReasonNeeded
    content = {**queries.told_of(row, case), "undone": reason.strip()}
    row.sealed = seal(bytes(case.key), row.agency_id, content, about=row.id)
    row.undone_at, row.undone_by = at, by.id
    row.save(update_fields=["sealed", "undone_at", "undone_by"])
    undo_levels(case, row.id, UNDONE, by=by.id, at=at)
    record(
        "happening.undone", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=_digest(row, content)
    )
    return row


def go_on(happening: Happening, left: tuple[str, ...], reason: str, *, by: Worker, at: datetime) -> Happening:
    """A person decides to go on with a planned act; with required preparations `left` open they say why. Once."""
    require(by, RECORD_HAPPENING, happening, at=at)
    case, row = _locked(happening)
    told = queries.told_of(row, case)
    if not told.get("act"):
        raise ValueError("not an act")
    if row.gone_on_at is not None or row.undone_at is not None:
        return row
    if left and not reason.strip():
        raise ReasonNeeded
    content = {**told, "gone_on": reason.strip(), "left_open": list(left)}
    row.sealed = seal(bytes(case.key), row.agency_id, content, about=row.id)
    row.gone_on_at, row.gone_on_by = at, by.id
    row.save(update_fields=["sealed", "gone_on_at", "gone_on_by"])
    record("act.gone_on", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=_digest(row, content))
    return row


def _locked(happening: Happening) -> tuple[Case, Happening]:
    """The case first, always: whoever raises a level locks it too."""
    case = Case.objects.select_for_update(of=("self",)).select_related("agency").get(id=happening.case_id)
    return case, Happening.objects.select_for_update(of=("self",)).get(id=happening.id)


def _digest(row: Happening, content: Mapping[str, Any]) -> bytes:
    return fingerprint(row.agency_id, content)
