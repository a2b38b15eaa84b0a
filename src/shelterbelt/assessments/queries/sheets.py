"""Reading sheets: what was answered, what it says by the version it was taken with, and what was answered elsewhere.

An answer that was given elsewhere is offered and never filled in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import by_ref
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.assessments.models import Assessment, Screen
from shelterbelt.assessments.policy import SEE_ASSESSMENT
from shelterbelt.cases.models import Case, CaseIncident
from shelterbelt.library import assessments as library
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.scoring import Detected, Scored, detect, score
from shelterbelt.rules.sheets import UNANSWERED, Danger

LEFT_OPEN = UNANSWERED


@dataclass(frozen=True)
class Suggestion:
    """What was answered to the same question on another sheet: the code, where and when. It fills in nothing."""

    answer: str
    instrument: str
    at: datetime


@dataclass(frozen=True)
class Before:
    """What a sheet said before it was corrected: until when, by whom it was replaced, its answers and its result."""

    replaced_at: datetime
    replaced_by: UUID
    answers: dict[str, str]
    result: dict[str, Any]


def assessment_by_ref(ref: str, *, by: Worker, at: datetime) -> Assessment:
    """The sheet behind a reference, if this worker may see it; refused otherwise."""
    return by_ref(_assessment_rows, SEE_ASSESSMENT, ref, by=by, at=at)


def _assessment_rows() -> QuerySet[Assessment]:
    return Assessment.objects.select_related("incident", "case", "case__agency", "incident__agency", "agency")


def known() -> tuple[tuple[str, str], ...]:
    """The id and version of every instrument; the product's alone where the list of added ones cannot be read."""
    try:
        return library.names()
    except LibraryError:
        return library.names(only_product=True)


def newest(instrument: str) -> str:
    """The newest version of an instrument on the shelf."""
    versions = [version for id, version in known() if id == instrument]
    if not versions:
        raise LibraryError("there is no such instrument")
    return max(versions, key=lambda version: (len(version), version))


def instrument_taken(taken: Assessment) -> library.Assessment:
    """The instrument of a sheet, in the version it was taken with; refused when that is another file by now."""
    found = library.assessment(taken.instrument, taken.version)
    if found.digest != taken.digest:
        raise LibraryError(f"{taken.instrument}/{taken.version}: not the file that this was taken with")
    return found


def items(taken: Assessment) -> tuple[str, ...]:
    """The questions of a sheet in the instrument's order."""
    return tuple(item.id for item in instrument_taken(taken).items)


def next_item(taken: Assessment) -> str | None:
    """Where a sheet goes on: the first question without an answer; none when all have one."""
    given = opened(taken).get("answers", {})
    return next((item for item in items(taken) if item not in given), None)


def judged_of(taken: Assessment) -> dict[str, str]:
    """The band that a worker named when the sheet was finished, and why."""
    return dict(opened(taken).get("judged", {}))


def scored_of(taken: Assessment) -> Scored | Detected:
    """What the answers say by the rule of the version that they were given to."""
    return scored(taken, opened(taken))


def scored(taken: Assessment, content: dict[str, Any]) -> Scored | Detected:
    """The same of content that is not saved yet."""
    instrument, answers = instrument_taken(taken).instrument, dict(content["answers"])
    if isinstance(instrument, Danger):
        return score(instrument, answers, judged=content.get("judged", {}).get("band", ""))
    return detect(instrument, answers)


def result_in_short(found: Scored | Detected) -> dict[str, Any]:
    """What is kept beside the answers: enough for what follows the ledger, and to show that a result was another."""
    told: dict[str, Any] = {"does": list(found.does), "could": list(found.possible_does)}
    if isinstance(found, Detected):
        return {**told, "positive": found.positive, "could_be_positive": found.could_be_positive}
    return {
        **told,
        "score": found.score,
        "lowest": found.lowest,
        "highest": found.highest,
        "band": found.band or "",
        "lowest_band": found.lowest_band or "",
        "highest_band": found.highest_band or "",
        "level": found.level.word if found.level else "",
    }


def assessments_of(case: Case, *, most: int = 50) -> list[Assessment]:
    """The finished sheets of a case and of its incidents, newest first."""
    rows = _of_case(case).filter(finished_at__isnull=False)
    return list(rows.order_by("-finished_at", "-id")[:most])


def begun_of(case: Case, *, by: Worker) -> list[Assessment]:
    """The sheets of a case that this worker has begun and not finished."""
    return list(_of_case(case).filter(started_by=by.id, finished_at=None).order_by("started_at"))


def _of_case(case: Case) -> Any:
    incidents = CaseIncident.objects.filter(case=case).values("incident_id")
    return Assessment.objects.filter(Q(case=case) | Q(case=None, incident__in=incidents))


def suggestions(taken: Assessment) -> dict[str, Suggestion]:
    """The newest answer to each question of a sheet on the other finished sheets and screens of its case."""
    if taken.case is None:
        return {}
    offered = {
        one.id: {option.code for option in one.options} for one in instrument_taken(taken).sheet.questions
    }
    found: dict[str, Suggestion] = {}
    for other in _others(taken, taken.case):
        for question, answer in opened(other).get("answers", {}).items():
            if isinstance(answer, str) and answer in offered.get(question, ()):
                found.setdefault(question, Suggestion(answer, other.instrument, other.finished_at))
    return found


def _others(taken: Assessment, case: Case) -> list[Any]:
    incidents = CaseIncident.objects.filter(case=case).values("incident_id")
    screens = Screen.objects.filter(Q(case=case) | Q(incident__in=incidents), finished_at__isnull=False)
    sheets = [one for one in assessments_of(case) if one.id != taken.id]
    listed = [*sheets, *screens.order_by("-finished_at")[:50]]
    return sorted(listed, key=lambda one: one.finished_at, reverse=True)


def versions_of(taken: Assessment) -> list[Before]:
    """What a sheet said before each correction, newest first."""
    found = []
    for row in taken.versions.order_by("-revision"):
        told = opened_under(bytes(taken.key), taken.id, taken.agency_id, bytes(row.sealed))
        found.append(Before(row.replaced_at, row.replaced_by, dict(told["answers"]), dict(told["result"])))
    return found
