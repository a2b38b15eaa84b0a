"""Reading screens. A screen's result is read back from its answers; it is never turned into a level."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import by_ref
from shelterbelt.agencies.sealed import opened
from shelterbelt.assessments.models import Assessment, Screen
from shelterbelt.assessments.policy import SEE_SCREEN
from shelterbelt.cases.models import Case, CaseIncident
from shelterbelt.library import shelf
from shelterbelt.library.shelf import Instrument
from shelterbelt.rules.screening import Screening
from shelterbelt.rules.screening import screen as decide
from shelterbelt.store.questions import question

INSTRUMENT, VERSION = "lethality_screen", "1"
OVERHEAR, SURVIVOR, WORKER = "overhear", "survivor", "worker"


def screen_by_ref(ref: str, *, by: Worker, at: datetime) -> Screen:
    """The screen behind a reference, if this worker may see it; refused otherwise."""
    return by_ref(_screen_rows, SEE_SCREEN, ref, by=by, at=at)


def _screen_rows() -> QuerySet[Screen]:
    return Screen.objects.select_related("incident", "case", "case__agency", "incident__agency", "agency")


def instrument_of(screen: Screen) -> Instrument:
    """The published instrument of a screen, in the version it was taken with."""
    return shelf.instrument(screen.instrument, screen.version)


def questions(instrument: Instrument) -> tuple[str, ...]:
    """Every page of a screen in its order: who overhears, the items, the two concerns."""
    items = sorted(instrument.items, key=lambda item: item.number)
    return (OVERHEAR, *(item.id for item in items), SURVIVOR, WORKER)


def answers_of(taken: Screen | Assessment) -> dict[str, Any]:
    """The answers so far, by question."""
    return dict(opened(taken).get("answers", {}))


def revision_of(taken: Screen | Assessment, question: str) -> int:
    """The revision of one answer, which its next save must name."""
    return int(opened(taken).get("revisions", {}).get(question, 0))


def next_question(screen: Screen) -> str:
    """Where a screen goes on: the first page without an answer."""
    given = answers_of(screen)
    asked = questions(instrument_of(screen))
    if given.get(OVERHEAR) == "yes":
        return OVERHEAR
    return next((q for q in asked if q not in given), WORKER)


def result_of(screen: Screen) -> Screening:
    """What the screen's answers say by the rule of the version it was taken with."""
    given, instrument = answers_of(screen), instrument_of(screen)
    items = {item.id for item in instrument.items}
    return decide(
        instrument.rule,
        {question: answer for question, answer in given.items() if question in items},
        survivor_concern=given.get(SURVIVOR, {}).get("concern") == "yes",
        worker_concern=given.get(WORKER) == "yes",
    )


def screens_of(case: Case) -> list[Screen]:
    """The finished screens of a case and of its incidents, newest first."""
    return _screens(case.id)


@question
def _screens(case_id: UUID) -> QuerySet[Screen]:
    incidents = CaseIncident.objects.filter(case_id=case_id).values("incident_id")
    rows = Screen.objects.filter(case_id=case_id) | Screen.objects.filter(incident__in=incidents)
    return rows.filter(finished_at__isnull=False).order_by("-finished_at")[:50]
