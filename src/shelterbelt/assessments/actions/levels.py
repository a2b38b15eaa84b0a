"""Say a level: a person, the survivor, an instrument or the forecast; undo what a wrong input raised.

Refuses to lower anything: whatever is said here can only raise, and a lower choice is told as one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import fingerprint, opened_under, seal
from shelterbelt.assessments import queries
from shelterbelt.assessments.models import Assessment, LevelSet, Reassessment
from shelterbelt.assessments.policy import SET_LEVEL
from shelterbelt.cases.actions import put_level
from shelterbelt.cases.models import Case, CaseIncident, Incident
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.rules import levels
from shelterbelt.rules.levels import Level, LevelChange, Source, level_of
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import new_ref, uuid7

ROLES, ANSWER = "roles_corrected", "answer_corrected"


class LevelMoved(Exception):
    """The level is another one since the page was opened."""

    def __init__(self, level: str) -> None:
        super().__init__("set by somebody else meanwhile")
        self.level = level


@dataclass(frozen=True)
class Said:
    """One level that was said, and on what it rests.

    `rests_on`: ids of assessments and incidents. `known_at`: since when it is known here, where that is not now.
    """

    level: Level
    source: Source
    factors: tuple[str, ...] = ()
    reason: str = ""
    happened_at: datetime | None = None
    known_at: datetime | None = None
    rests_on: tuple[UUID, ...] = ()
    incident: Incident | None = None
    assessment: Assessment | None = None
    once: str = ""


def set_level(
    case: Case,
    level: str,
    factors: Iterable[str],
    reason: str,
    *,
    by: Worker,
    at: datetime,
    once: str = "",
    seen: str = "",
    survivors: bool = False,
    incident: Incident | None = None,
) -> LevelChange:
    """A worker's judgement from listed factors, or (`survivors`) the survivor's own view as they told it.

    `once` makes a second click one; `seen` is the level that the page showed; `incident` is what it rests on. A
    judgement below what holds changes nothing: `problem` says that it needs a reassessment. A survivor's view below
    it is kept, and lowers nothing.
    """
    require(by, SET_LEVEL, case, at=at)
    row = Case.objects.select_for_update(of=("self",)).get(id=case.id)
    listed = sorted(set(factors) & shelf.codes("level_factors"))
    chosen = level_of(level)
    held = queries.level_seen(row, by=by, at=at)
    change = levels.set_level(held, chosen, listed, reason=reason)
    if once and LevelSet.objects.filter(case=row, ref=once).exists():
        return change
    if seen and seen != held.word:
        raise LevelMoved(held.word)
    if incident is not None and not CaseIncident.objects.filter(case=row, incident=incident).exists():
        raise NotForYou
    if change.problem and not survivors:
        return change
    said = Said(
        level=chosen,
        source=Source.SURVIVOR if survivors else Source.JUDGEMENT,
        factors=change.factors,
        reason=change.reason,
        rests_on=(incident.id,) if incident else (),
        incident=incident,
        once=once,
    )
    write_level(row, said, by=by.id, at=at)
    return change


def raise_level(case: Case, said: Said, *, by: UUID | None, at: datetime) -> LevelSet:
    """What an instrument or the forecast says of a case: at least this level. The act that calls it has asked."""
    if said.source not in (Source.INSTRUMENT, Source.FORECAST):
        raise ValueError("a person's judgement is set_level")
    row = Case.objects.select_for_update(of=("self",)).get(id=case.id)
    return write_level(row, said, by=by, at=at)


def write_level(case: Case, said: Said, *, by: UUID | None, at: datetime) -> LevelSet:
    """Write one line about the level of a locked case and show what holds now; the caller has asked."""
    if not isinstance(said.level, Level):
        raise TypeError("a level is needed; what a screen or a detection found is not one")
    set_id, before = uuid7(), queries.level_beside(case, said.rests_on, at=at)
    content = {"factors": list(said.factors), "reason": said.reason, "was": before.word}
    row = LevelSet.objects.create(
        id=set_id,
        ref=said.once or new_ref(),
        agency_id=case.agency_id,
        case=case,
        level=said.level.word,
        sealed=seal(bytes(case.key), case.agency_id, content, about=set_id),
        set_by=by,
        set_at=said.known_at or at,
        source=said.source.value,
        happened_at=said.happened_at or at,
        moved=said.level > before,
        assessment=said.assessment,
        incident=said.incident,
        rests_on=list(said.rests_on),
    )
    show_level(case, since=row, by=by, at=at)
    record(
        "level.set" if said.source is Source.JUDGEMENT else "level.raised",
        about=set_id,
        by=by,
        agency=case.agency_id,
        at=at,
        digest=fingerprint(case.agency_id, content),
    )
    return row


def show_level(case: Case, *, since: LevelSet | None = None, by: UUID | None, at: datetime) -> Level:
    """Work out what holds from all that was said, whoever asks, and show it on the board.

    A reassessment that waits for its second person is over when the level is another one, or more was said `since`,
    in the eyes of whoever asked for it.
    """
    with as_agency(case.agency_id, at=at):
        found = queries.standing_of(case, at=at).level
        put_level(case, found.word, at=at)
        case.level, case.level_rank = found.word, int(found)
        for waiting in Reassessment.objects.select_for_update().filter(case=case, state="open"):
            if _moved_before(case, waiting, since, at=at):
                _overtaken(waiting, by=by, at=at)
    return found


def _moved_before(case: Case, waiting: Reassessment, since: LevelSet | None, *, at: datetime) -> bool:
    """Whether whoever asked sees another level than when they asked, or a new line above what they came to."""
    with as_agency(case.agency_id, at=at, worker=waiting.asked_by):
        if queries.standing_of(case, at=at).level.word != waiting.was:
            return True
        if since is None or level_of(since.level) <= level_of(waiting.level):
            return False
        return LevelSet.objects.filter(id=since.id).exists()


def _overtaken(waiting: Reassessment, *, by: UUID | None, at: datetime) -> None:
    waiting.state, waiting.settled_at = "overtaken", at
    waiting.save(update_fields=["state", "settled_at"])
    record("reassessment.overtaken", about=waiting.id, by=by, agency=waiting.agency_id, at=at)


def undo_levels(case: Case, thing: UUID, because: str, *, by: UUID | None, at: datetime) -> list[LevelSet]:
    """Undo every line of a locked case that rests on a thing which was wrong, and no other; the caller has asked."""
    with as_agency(case.agency_id, at=at):
        rows = list(LevelSet.objects.filter(case=case, undone_at=None, rests_on__contains=[thing]))
        for row in rows:
            row.undone_at, row.undone_by, row.undone_because = at, by, because
            row.save(update_fields=["undone_at", "undone_by", "undone_because"])
    if rows:
        show_level(case, by=by, at=at)
    for row in rows:
        record("level.undone", about=row.id, by=by, agency=case.agency_id, at=at)
    return rows


def follow_roles(incident: Incident, *, by: UUID | None, at: datetime) -> set[UUID]:
    """Whose incident it is was said anew: undo what it raised where it no longer belongs, and raise it again where it
    belongs once more. Gives the cases whose lines changed.
    """
    attached = set(CaseIncident.objects.filter(incident=incident).values_list("case_id", flat=True))
    people = list(incident.involvements.values_list("person_id", flat=True))
    changed = set()
    for case in Case.objects.select_for_update(of=("self",)).filter(survivor_id__in=people).order_by("id"):
        here = case.id in attached
        rows = _again(case, incident, at=at) if here else undo_levels(case, incident.id, ROLES, by=by, at=at)
        changed |= {case.id} if rows else set()
    return changed


def _again(case: Case, incident: Incident, *, at: datetime) -> list[LevelSet]:
    """What was undone because the incident seemed to be another's counts again: it is said once more."""
    undone = LevelSet.objects.filter(case=case, undone_because=ROLES, rests_on__contains=[incident.id])
    standing = LevelSet.objects.filter(case=case, undone_at=None, rests_on__contains=[incident.id])
    if standing.exists():
        return []
    newest = undone.order_by("-undone_at").values_list("undone_at", flat=True).first()
    return [say_again(case, row, at=at) for row in undone.filter(undone_at=newest)]


def say_again(case: Case, row: LevelSet, *, known_at: datetime | None = None, at: datetime) -> LevelSet:
    """Say a line once more, in the name of whoever said it; known since it was said, or since `known_at`."""
    told: Mapping[str, Any] = opened_under(bytes(case.key), row.id, row.agency_id, bytes(row.sealed))
    said = Said(
        level=level_of(row.level),
        source=Source(row.source),
        factors=tuple(told.get("factors", ())),
        reason=str(told.get("reason", "")),
        happened_at=row.happened_at,
        known_at=known_at or row.set_at,
        rests_on=tuple(row.rests_on),
        incident=row.incident,
        assessment=row.assessment,
    )
    return write_level(case, said, by=row.set_by, at=at)
