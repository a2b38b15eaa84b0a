"""Take a sheet of any instrument answer by answer, finish it, and correct a mistaken answer afterwards.

Refuses to overwrite unseen, a detection's way into a level, and a higher band without a reason. What was said before a
correction is kept.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import fingerprint, new_key, opened, seal
from shelterbelt.assessments import queries
from shelterbelt.assessments.actions.levels import ANSWER, Said, undo_levels, write_level
from shelterbelt.assessments.actions.screens import Finished
from shelterbelt.assessments.models import Assessment, AssessmentVersion, LevelSet
from shelterbelt.assessments.policy import TAKE_ASSESSMENT
from shelterbelt.cases.actions import Conflict, case_of
from shelterbelt.cases.models import Case, CaseIncident, Incident
from shelterbelt.ledger.actions import record
from shelterbelt.library import assessments as library
from shelterbelt.library import packs
from shelterbelt.rules.levels import Level, Source, level_of
from shelterbelt.rules.scoring import Detected, Scored
from shelterbelt.store.ids import uuid7


class ReasonNeeded(ValueError):
    """A band above what the answers say, and a correction, each need a reason."""


def start_assessment(
    instrument: str,
    version: str = "",
    *,
    case: Case | None = None,
    incident: Incident | None = None,
    language: str = "en",
    by: Worker,
    at: datetime,
) -> Assessment:
    """A new sheet about a case, or about an incident and its case; the worker's own unfinished one is gone on with.

    Without a version the newest is taken. Only the roles that the instrument names may take it, and an instrument of
    danger is about a case. Where a pack has its words in `language`, they are kept to for the whole of this sheet.
    """
    for thing in (incident, case):
        if thing is not None:
            require(by, TAKE_ASSESSMENT, thing, at=at)
    case = _case_for(case, incident)
    if case is not None:
        require(by, TAKE_ASSESSMENT, case, at=at)
    found = library.assessment(instrument, version or queries.newest(instrument))
    if found.administered_by.isdisjoint(by.roles):
        raise NotForYou
    if case is None and (incident is None or not found.detects):
        raise ValueError("an instrument of danger is about a case, a detection about a case or an incident")
    about: Case | Incident = case or incident  # type: ignore[assignment]
    type(about)._default_manager.select_for_update(of=("self",)).filter(id=about.id).first()
    mine = Assessment.objects.filter(
        agency_id=by.agency_id,
        incident=incident,
        case=case,
        instrument=found.id,
        version=found.version,
        started_by=by.id,
        finished_at=None,
    )
    begun = mine.order_by("started_at").first()
    return begun or _new_sheet(packs.in_words(found, language), case, incident, by=by, at=at)


def _case_for(case: Case | None, incident: Incident | None) -> Case | None:
    if incident is None or case is None:
        return case_of(incident) if incident is not None else case
    if not CaseIncident.objects.filter(case=case, incident=incident).exists():
        raise ValueError("the incident belongs to another case")
    return case


def _new_sheet(
    found: library.Assessment, case: Case | None, incident: Incident | None, *, by: Worker, at: datetime
) -> Assessment:
    sheet_id, key = uuid7(), new_key(by.agency_id)
    content: dict[str, Any] = {"answers": {}, "revisions": {}}
    if found.wording is not None:
        content["wording"] = {"language": found.wording.language, "digest": found.wording.digest}
    sheet = Assessment.objects.create(
        id=sheet_id,
        agency_id=by.agency_id,
        case=case,
        incident=incident,
        instrument=found.id,
        version=found.version,
        digest=found.digest,
        key=key,
        sealed=seal(key, by.agency_id, content, about=sheet_id),
        started_by=by.id,
        started_at=at,
    )
    record("assessment.started", about=sheet_id, by=by.id, agency=by.agency_id, at=at)
    return sheet


def give_answer(
    assessment: Assessment, question: str, answer: str, revision: int, *, by: Worker, at: datetime
) -> int:
    """Save one answer; returns its new revision. The same answer twice is one; another since `revision` conflicts."""
    require(by, TAKE_ASSESSMENT, assessment, at=at)
    _allowed(assessment, question, answer)
    row = Assessment.objects.select_for_update().get(id=assessment.id)
    content = opened(row)
    kept = content["answers"].get(question)
    kept_revision = int(content["revisions"].get(question, 0))
    if kept == answer:
        return kept_revision
    if row.finished_at is not None:
        raise Finished
    if revision != kept_revision:
        raise Conflict(kept_revision, {"answer": kept})
    return _put(row, content, question, answer)


def _allowed(assessment: Assessment, question: str, answer: str) -> None:
    """Refuse what the sheet of this version does not ask or offer; declined and not asked can always be said."""
    sheet = queries.instrument_taken(assessment).sheet
    asked = next((one for one in sheet.questions if one.id == question), None)
    if asked is None:
        raise ValueError("not a question of this sheet")
    if answer not in queries.LEFT_OPEN:
        asked.option(answer)


def _put(row: Assessment, content: dict[str, Any], question: str, answer: str) -> int:
    revision = int(content["revisions"].get(question, 0)) + 1
    content["answers"][question], content["revisions"][question] = answer, revision
    row.sealed = seal(bytes(row.key), row.agency_id, content, about=row.id)
    row.revision += 1
    row.save(update_fields=["sealed", "revision"])
    return revision


def finish_assessment(
    assessment: Assessment, *, judged: str = "", reason: str = "", by: Worker, at: datetime
) -> Scored | Detected:
    """Work out by the published rule what the answers say, once; a second time gives the same.

    `judged` is a band that the worker names; it only raises, and needs a reason. What an instrument of danger finds
    raises the case's level to at least the band's; a detection has no way to one.
    """
    require(by, TAKE_ASSESSMENT, assessment, at=at)
    row = Assessment.objects.select_for_update().get(id=assessment.id)
    if row.finished_at is not None:
        return queries.scored_of(row)
    if judged and not queries.instrument_taken(row).override_allowed:
        raise ValueError("this instrument has no place for a judgement")
    content = opened(row)
    content["judged"] = {"band": judged, "reason": reason.strip(), "by": str(by.id)}
    found = queries.scored(row, content)
    if isinstance(found, Scored) and found.raised_to and not reason.strip():
        raise ReasonNeeded
    content["result"] = queries.result_in_short(found)
    row.sealed = seal(bytes(row.key), row.agency_id, content, about=row.id)
    row.finished_at, row.finished_by = at, by.id
    row.save(update_fields=["sealed", "finished_at", "finished_by"])
    digest = fingerprint(row.agency_id, content)
    record("assessment.finished", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)
    if isinstance(found, Scored) and found.level is not None:
        case = _case_locked(row)
        write_level(case, said_by(row, found.level, happened_at=at, known_at=at), by=by.id, at=at)
    return found


def correct_answer(
    assessment: Assessment,
    question: str,
    answer: str,
    revision: int,
    *,
    reason: str,
    by: Worker,
    at: datetime,
) -> Scored | Detected:
    """Correct a mistaken answer of a finished sheet: what it said before is kept, and what it raised is undone.

    What the corrected answers say raises in its place: from when the sheet was finished where it is no more than
    before, from now where it is more. A band that a worker named stays: it is a judgement and no answer.
    """
    require(by, TAKE_ASSESSMENT, assessment, at=at)
    _allowed(assessment, question, answer)
    row = Assessment.objects.select_for_update().get(id=assessment.id)
    if row.finished_at is None:
        raise ValueError("nothing is corrected before it is finished")
    content = opened(row)
    kept, kept_revision = content["answers"].get(question), int(content["revisions"].get(question, 0))
    if kept == answer:
        return queries.scored_of(row)
    if revision != kept_revision:
        raise Conflict(kept_revision, {"answer": kept})
    if not reason.strip():
        raise ReasonNeeded
    found = _corrected(row, content, question, answer, reason.strip(), by=by, at=at)
    record("assessment.corrected", about=row.id, by=by.id, agency=row.agency_id, at=at)
    if row.case_id is not None:
        _raised_anew(row, found.level if isinstance(found, Scored) else None, by=by.id, at=at)
    return found


def _corrected(
    row: Assessment,
    content: dict[str, Any],
    question: str,
    answer: str,
    reason: str,
    *,
    by: Worker,
    at: datetime,
) -> Scored | Detected:
    AssessmentVersion.objects.create(
        agency_id=row.agency_id,
        assessment=row,
        revision=row.revision,
        sealed=row.sealed,
        replaced_at=at,
        replaced_by=by.id,
    )
    was = content["answers"].get(question)
    told = {"question": question, "was": was, "reason": reason, "by": str(by.id), "at": at.isoformat()}
    content["corrections"] = [*content.get("corrections", ()), told]
    content["answers"][question] = answer
    found = queries.scored(row, content)
    content["result"] = queries.result_in_short(found)
    _put(row, content, question, answer)
    row.corrected_at = at
    row.save(update_fields=["corrected_at"])
    return found


def _raised_anew(row: Assessment, level: Level | None, *, by: UUID, at: datetime) -> None:
    case = _case_locked(row)
    before = LevelSet.objects.filter(assessment=row, undone_at=None).order_by("-id").first()
    said = level_of(before.level) if before is not None else None
    if said == level:
        return
    undo_levels(case, row.id, ANSWER, by=by, at=at)
    if level is None:
        return
    lower = before is not None and said is not None and level < said
    known_at = before.set_at if lower and before is not None else at
    write_level(case, said_by(row, level, happened_at=row.finished_at, known_at=known_at), by=by, at=at)


def said_by(
    row: Assessment, level: Level, *, happened_at: datetime | None, known_at: datetime | None
) -> Said:
    """What a sheet says of its case's level: at least this."""
    things = (row.id, row.incident_id) if row.incident_id else (row.id,)
    return Said(
        level=level,
        source=Source.INSTRUMENT,
        happened_at=happened_at,
        known_at=known_at,
        rests_on=things,
        incident=row.incident,
        assessment=row,
    )


def _case_locked(row: Assessment) -> Case:
    assert row.case_id is not None, "an instrument of danger is about a case"
    return Case.objects.select_for_update(of=("self",)).get(id=row.case_id)
