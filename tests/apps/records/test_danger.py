"""Sheets, what happened, and forecasts: erased with their case, held with it, and counted as work on it."""

from typing import Any

import pytest

from shelterbelt.assessments.actions import (
    call_for_forecasts,
    correct_answer,
    finish_assessment,
    give_answer,
    note_seen,
    record_happening,
    renew_forecast,
    start_assessment,
)
from shelterbelt.assessments.models import (
    Assessment,
    AssessmentVersion,
    ForecastDue,
    Happening,
    KeptForecast,
    LevelSet,
    SeenForecast,
)
from shelterbelt.assessments.queries import forecast_of
from shelterbelt.cases.models import Case
from shelterbelt.records.actions import NotErasable, place_hold
from shelterbelt.records.facts import facts_of
from shelterbelt.store.asker import as_agency
from tests.apps.records.conftest import asking, closing, erasing
from tests.apps.test_dump import dumped, thief
from tests.world import AT, DAY, Town

__all__ = ["thief"]
TABLES = (Assessment, AssessmentVersion, Happening, KeptForecast, ForecastDue, SeenForecast, LevelSet)


@pytest.fixture
def things(town: Town, file: Case) -> set[Any]:
    """All that hangs on a danger, in the advocates' fullest case; their ids."""
    by, about = town.advocate, {"by": town.advocate, "at": AT}
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        sheet = start_assessment("danger_assessment", case=file, **about)
        give_answer(sheet, "perp_owns_gun", "yes", 0, **about)
        finish_assessment(sheet, judged="extreme", reason="The way they spoke", **about)
        correct_answer(sheet, "perp_owns_gun", "no", 1, reason="Misheard", **about)
        record_happening(file, "strangulation_incident", happened_at=AT - DAY, words="At the door", **about)
        renew_forecast(file, at=AT)
        note_seen(file, forecast_of(file, at=AT)[1], **about)
    found: set[Any] = set()
    with as_agency(town.advocates.id, at=AT):
        call_for_forecasts(town.advocates.id, {file.id: AT})
        for table in (*TABLES[:4], LevelSet):
            rows = set(table._default_manager.values_list("pk", flat=True))
            assert rows, table
            found |= rows
    return found


def test_nothing_of_a_danger_is_left_of_an_erased_case(
    town: Town, file: Case, things: set[Any], thief: Any
) -> None:
    asking(town.advocate, file)
    erasing(town.advocates_records, file)
    tables = dict(dumped(thief))
    for table in TABLES:
        assert str(file.id).encode() not in tables[table._meta.db_table], table
    assert len(things) >= 5
    for thing in things:
        named = {name for name, data in tables.items() if str(thing).encode() in data}
        assert {name for name in named if not name.startswith(("ledger_", "procrastinate_"))} == set()


def test_a_hold_keeps_all_of_it(town: Town, file: Case, things: set[Any]) -> None:
    by = town.advocates_records
    with as_agency(town.advocates.id, at=AT, worker=by.id):
        place_hold(file.id, because="litigation", reason="A letter", by=by, at=AT)
    with pytest.raises(NotErasable):
        asking(town.advocate, file)
    with as_agency(town.advocates.id, at=AT):
        assert things <= {
            pk
            for table in (*TABLES[:4], LevelSet)
            for pk in table._default_manager.values_list("pk", flat=True)
        }


def touched(town: Town, case: Case) -> Any:
    with as_agency(town.advocates.id, at=AT):
        return facts_of(Case.objects.select_related("agency").get(id=case.id), asked=False)[0].events[
            "last_touched"
        ]


def test_writing_down_what_happened_is_work_on_the_file_and_a_day_ahead_keeps_it(
    town: Town, file: Case
) -> None:
    by, later = town.advocate, AT + 100 * DAY
    assert touched(town, file) < later
    with as_agency(town.advocates.id, at=later, worker=by.id):
        record_happening(file, "arrest", happened_at=AT, by=by, at=later)
    assert touched(town, file) == later
    with as_agency(town.advocates.id, at=later, worker=by.id):
        record_happening(file, "court_date", happened_at=later + 50 * DAY, by=by, at=later)
    closing(by, file, later)
    assert touched(town, file) == later + 50 * DAY
