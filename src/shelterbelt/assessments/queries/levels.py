"""Reading what was said of a case's level, and what holds. Decides nothing: `rules.levels` folds the lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Bar, Worker
from shelterbelt.access.rules import NotForYou, by_ref, visible
from shelterbelt.agencies.sealed import opened_under
from shelterbelt.assessments.models import LevelSet, Reassessment
from shelterbelt.assessments.policy import AGREE_LEVEL, SET_LEVEL
from shelterbelt.cases.models import Case
from shelterbelt.cases.queries import case_by_ref, veiled
from shelterbelt.rules import levels
from shelterbelt.rules.levels import DEFAULT, Level, Raise, Source, Standing, level_of, standing
from shelterbelt.store.asker import as_agency
from shelterbelt.store.questions import question


@dataclass(frozen=True)
class LevelLine:
    """One line about a level: which, said by whom or what, from what, why, and whether it still counts.

    `source` is `reassessment` where two people let it end at this level, empty under the rule of before.
    """

    id: UUID
    ref: str
    level: str
    source: str
    factors: tuple[str, ...]
    reason: str
    set_by: UUID | None
    set_at: datetime
    happened_at: datetime
    instrument: str = ""
    assessment: UUID | None = None
    second: UUID | None = None
    moved: bool = True
    undone_at: datetime | None = None


def standing_of(case: Case, *, at: datetime) -> Standing:
    """What holds for a case at an instant, from every line that the asker may see.

    Who is to know what holds for the agency asks in its name, without a worker (`store.asker.as_agency`).
    """
    return _standing(said_in(case.id), _agreed(case.id), at=at)


def level_seen(case: Case, *, by: Worker, at: datetime) -> Level:
    """The level of a case as the asker sees it: what rests on something that is hidden from them is not in it."""
    if case.id not in veiled(by, case.agency_id, at=at):
        return level_of(case.level)
    return standing_of(case, at=at).level


def case_seen(ref: str, *, by: Worker, at: datetime) -> Case:
    """The case behind a reference with its level as the asker sees it; refused to whoever may not have it."""
    found = case_by_ref(ref, by=by, at=at)
    seen = level_seen(found, by=by, at=at)
    found.level, found.level_rank = seen.word, int(seen)
    return found


def levels_seen(cases: Iterable[UUID], *, at: datetime) -> dict[UUID, Level]:
    """What holds for each of these cases, from the lines that the asker may see."""
    ids = sorted(cases)
    said: dict[UUID, list[LevelSet]] = {one: [] for one in ids}
    looks: dict[UUID, list[Reassessment]] = {one: [] for one in ids}
    for row in LevelSet.objects.filter(case_id__in=ids).order_by("set_at", "id"):
        said[row.case_id].append(row)
    for look in Reassessment.objects.filter(case_id__in=ids, state="agreed"):
        looks[look.case_id].append(look)
    return {one: _standing(said[one], looks[one], at=at).level for one in ids}


def level_beside(case: Case, things: Iterable[UUID], *, at: datetime) -> Level:
    """The level of a case as it belongs beside these things: all that was said where they are hidden from somebody
    themselves, and otherwise what everybody sees who sees the case.

    So what is written or opened for all to see tells nothing of what only some may know.
    """
    with as_agency(case.agency_id, at=at):
        rows, asked = said_in(case.id), set(things)
        barred = hidden_within(case, {thing for row in rows for thing in row.rests_on} | asked)
        if not barred or barred & asked:
            return level_of(case.level)
        open_rows = [row for row in rows if barred.isdisjoint(row.rests_on)]
        return _standing(open_rows, _agreed(case.id), at=at).level


def hidden_within(case: Case, things: set[UUID]) -> set[UUID]:
    """Which of these things of a case are hidden from somebody who may see the case; asked in the agency's name."""
    bars = Bar.objects.filter(thing_id__in={case.id, *things})
    before: dict[UUID, set[tuple[UUID | None, ...]]] = {}
    for thing, worker, viewer, root in bars.values_list("thing_id", "worker_id", "viewer_id", "root_id"):
        # Two restrictions are two circles of people; two walls before one worker are one.
        whom = (worker, viewer, None if worker or viewer else root)
        before.setdefault(thing, set()).add(whom)
    whole = before.pop(case.id, set())
    return {thing for thing, whom in before.items() if whom - whole}


def _standing(rows: list[LevelSet], looks: list[Reassessment], *, at: datetime) -> Standing:
    before = [row for row in rows if not row.source and row.set_at <= at]
    return standing(
        [_raise(row) for row in rows if row.source],
        [reassessment_fact(row, reason="kept under seal") for row in looks],
        at=at,
        began=level_of(before[-1].level) if before else DEFAULT,
        began_at=before[-1].set_at if before else None,
    )


@question
def said_in(case_id: UUID) -> QuerySet[LevelSet]:
    """Every line about the level of a case, the oldest first, with the sheet that it rests on."""
    return LevelSet.objects.filter(case_id=case_id).select_related("assessment").order_by("set_at", "id")


@question
def _agreed(case_id: UUID) -> QuerySet[Reassessment]:
    return Reassessment.objects.filter(case_id=case_id, state="agreed")


@question
def _open(case_id: UUID) -> QuerySet[Reassessment]:
    return Reassessment.objects.filter(case_id=case_id, state="open").order_by("id")


def judged_level(case: Case, *, at: datetime) -> Level | None:
    """What instruments and people say of a case, without the forecast, so that it is never told its own echo.

    None while nobody and nothing has said anything.
    """
    said = [row for row in said_in(case.id) if row.source != Source.FORECAST]
    looks = _agreed(case.id)
    if not looks and not any(row.set_at <= at for row in said):
        return None
    return _standing(said, looks, at=at).level


def _raise(row: LevelSet) -> Raise:
    return Raise(
        id=str(row.id),
        source=Source(row.source),
        level=level_of(row.level),
        at=row.happened_at or row.set_at,
        recorded_at=row.set_at,
        by=str(row.set_by or ""),
        undone_at=row.undone_at,
    )


def reassessment_fact(
    row: Reassessment, *, reason: str, second: str = "", agreed_at: datetime | None = None
) -> levels.Reassessment:
    """A reassessment as the rule reads it; none is agreed to without its reason, which lies under seal."""
    agreed = row.state == "agreed"
    return levels.Reassessment(
        id=str(row.id),
        at=row.asked_at,
        level=level_of(row.level),
        asked_survivor=row.asked_survivor,
        by=str(row.asked_by),
        second=second or (str(row.second_id) if agreed and row.second_id else ""),
        reason=reason,
        agreed_at=agreed_at or (row.settled_at if agreed else None),
    )


def levels_of(case: Case, *, most: int = 50) -> list[LevelLine]:
    """What was said of a case's level, newest first: every line, and every reassessment that was agreed to."""
    rows = LevelSet.objects.filter(case=case).select_related("assessment").order_by("-set_at", "-id")[:most]
    looks = Reassessment.objects.filter(case=case, state="agreed").order_by("-settled_at", "-id")[:most]
    lines = [*(_line(case, row) for row in rows), *(_look(case, row) for row in looks)]
    return sorted(lines, key=lambda line: (line.set_at, line.id), reverse=True)[:most]


def held_by(case: Case, *, at: datetime) -> tuple[Standing, list[LevelLine]]:
    """What holds, and the lines that hold it, newest first."""
    rows = said_in(case.id)
    found = _standing(rows, _agreed(case.id), at=at)
    lines = [_line(case, row) for row in rows if str(row.id) in found.held_by]
    if found.base is found.level and found.reassessed:
        lines += [_look(case, row) for row in Reassessment.objects.filter(id=found.reassessed)]
    elif found.base is found.level:
        lines += [_line(case, row) for row in rows if not row.source and row.set_at <= at][-1:]
    return found, sorted(lines, key=lambda line: (line.set_at, line.id), reverse=True)


def _line(case: Case, row: LevelSet) -> LevelLine:
    told = opened_under(bytes(case.key), row.id, row.agency_id, bytes(row.sealed))
    return LevelLine(
        id=row.id,
        ref=row.ref,
        level=row.level,
        source=row.source,
        factors=tuple(told.get("factors", ())),
        reason=told.get("reason", ""),
        set_by=row.set_by,
        set_at=row.set_at,
        happened_at=row.happened_at or row.set_at,
        instrument=row.assessment.instrument if row.assessment else "",
        assessment=row.assessment_id,
        moved=row.moved,
        undone_at=row.undone_at,
    )


def _look(case: Case, row: Reassessment) -> LevelLine:
    told = reassessment_told(row, case)
    settled_at = row.settled_at or row.asked_at
    return LevelLine(
        id=row.id,
        ref=row.ref,
        level=row.level,
        source="reassessment",
        factors=tuple(told.get("factors", ())),
        reason=told.get("reason", ""),
        set_by=row.asked_by,
        set_at=settled_at,
        happened_at=row.asked_at,
        second=row.second_id,
    )


def reassessment_told(row: Reassessment, case: Case) -> dict[str, Any]:
    """What was written in a reassessment: factors, reason, what the survivor said, what the second person answered."""
    return opened_under(bytes(case.key), row.id, row.agency_id, bytes(row.sealed))


def waiting_for(case: Case) -> Reassessment | None:
    """The reassessment of a case that waits for its second person, if one does."""
    return _open.first(case.id)


def reassessment_by_ref(ref: str, *, by: Worker, at: datetime) -> Reassessment:
    """The reassessment behind a reference, if this worker may be its second person; refused otherwise."""
    return by_ref(_reassessment_rows, AGREE_LEVEL, ref, by=by, at=at)


def _reassessment_rows() -> QuerySet[Reassessment]:
    return Reassessment.objects.select_related("case", "case__survivor", "case__agency", "agency")


def own_reassessment(ref: str, *, by: Worker, at: datetime) -> Reassessment:
    """The reassessment that this worker asked for; refused for anybody else's."""
    rows = Reassessment.objects.select_related("case", "case__agency", "agency").filter(asked_by=by.id)
    found: Reassessment | None = visible(by, SET_LEVEL, rows, at=at).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found
