"""A case with everybody in it, and the acts that the tests of levels share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.assessments import actions
from shelterbelt.assessments.models import Assessment, Reassessment
from shelterbelt.cases.actions import Party, open_incident, record_incident
from shelterbelt.cases.models import Case, Incident
from shelterbelt.ledger.models import Entry
from shelterbelt.library import assessments as library
from shelterbelt.rules.levels import Level
from shelterbelt.store.asker import as_agency
from tests.world import AT, HOUR, Town

NAMED = (Party("survivor", {"name": "Amina Okoro"}), Party("perpetrator", {"name": "Sam Weller"}))
# Eleven of a police instrument's questions; seven yes are high by it.
DALE = (
    "violence_increased_12m", "controls_daily_activities", "tried_to_kill_victim", "strangled_multiple_times",
    "perp_suicide_threat_or_attempt", "victim_believes_capable_of_killing", "perp_owns_gun",
)  # fmt: skip
HIGH = dict.fromkeys(DALE, "yes")


@contextmanager
def acting(by: Worker, at: datetime = AT) -> Iterator[None]:
    """One request of this worker."""
    with as_agency(by.agency_id, at=at, worker=by.id):
        yield


def report(here: Town, *, at: datetime = AT, parties: Any = NAMED) -> tuple[Incident, Case]:
    """A recorded incident with its case."""
    with acting(here.officer, at):
        draft = open_incident(by=here.officer, at=at)
        made = record_incident(
            draft, content={}, parties=list(parties), happened_at=at - HOUR, by=here.officer, at=at
        )
    assert made.case is not None
    return made.incident, made.case


def again(here: Town, case: Case, *, at: datetime, happened_at: datetime) -> Incident:
    """Another incident of the same two people."""
    with acting(here.officer, at):
        parties = [Party("survivor", known=case.survivor), Party("perpetrator", known=case.other)]
        draft = open_incident(by=here.officer, at=at)
        made = record_incident(
            draft, content={}, parties=parties, happened_at=happened_at, by=here.officer, at=at
        )
    return made.incident


def level_of(case: Case) -> str:
    """What the board shows."""
    with as_agency(case.agency_id, at=AT):
        return Case.objects.get(id=case.id).level


def judged(case: Case, level: str, *, by: Worker, at: datetime = AT, **more: Any) -> Any:
    """A judgement, as the page makes it."""
    with acting(by, at):
        return actions.set_level(case, level, ["gun_access"], "A rifle", by=by, at=at, **more)


def asked(case: Case, level: str, *, by: Worker, at: datetime = AT, **more: Any) -> Reassessment:
    """A reassessment that waits for its second person."""
    told = {"asked_survivor": True, "survivor_says": "I sleep again.", **more}
    with acting(by, at):
        return actions.ask_reassessment(case, level, [], "The rifle was handed in.", by=by, at=at, **told)


def agreed(row: Reassessment, *, by: Worker, at: datetime = AT) -> Level:
    """The second person agrees."""
    with acting(by, at):
        return actions.agree_reassessment(row, "I have read it.", by=by, at=at)


def sheet(
    instrument: str, answers: dict[str, str], *, by: Worker, at: datetime = AT, judged: str = "", **about: Any
) -> Assessment:
    """A finished sheet."""
    with acting(by, at):
        row = actions.start_assessment(instrument, by=by, at=at, **about)
        for question, answer in answers.items():
            actions.give_answer(row, question, answer, 0, by=by, at=at)
        reason = "Because of the way they spoke." if judged else ""
        actions.finish_assessment(row, judged=judged, reason=reason, by=by, at=at)
        row.refresh_from_db()
    return row


def every(instrument: str, answer: str = "no", **but: str) -> dict[str, str]:
    """One answer to every question of an instrument, but for some."""
    return {item.id: but.get(item.id, answer) for item in library.assessment(instrument, "1").items}


def kinds(about: Any) -> list[str]:
    """What the ledger says of a thing, in order."""
    return list(Entry.objects.filter(about=about).order_by("id").values_list("kind", flat=True))
