"""What happened to a danger and what is ahead: written once, undone and never changed, and read by the forecast."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.models import Happening, KeptForecast, LevelSet
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Entry
from shelterbelt.response.follow import follow
from shelterbelt.store.asker import as_agency
from tests.apps.assessments.cast import acting, agreed, asked, judged, level_of, report
from tests.world import AT, DAY, HOUR, Town, town


@pytest.fixture
def here(node: None) -> Town:
    return town()


@pytest.fixture
def case(here: Town) -> Case:
    return report(here)[1]


def happened(here: Town, case: Case, type: str, at: datetime = AT, **more: Any) -> Happening:
    """A happening of now, as the page makes it."""
    now = more.pop("now", AT)
    with acting(here.detective, now):
        return actions.record_happening(case, type, happened_at=at, by=here.detective, at=now, **more)


def settled(here: Town, at: datetime = AT) -> None:
    follow(here.police.id, at=at)


def raised(here: Town, case: Case) -> list[LevelSet]:
    with as_agency(here.police.id, at=AT):
        return list(LevelSet.objects.filter(case=case, source="forecast").order_by("id"))


def enough(here: Town, case: Case, *, now: datetime = AT, at: datetime = AT) -> Happening:
    """What alone lifts severe violence far enough for a level."""
    return happened(here, case, "strangulation_incident", at, now=now)


def test_what_happened_is_kept_sealed_with_both_of_its_times(here: Town, case: Case) -> None:
    made = happened(here, case, "separation", AT - 2 * DAY, words="They moved out")
    with as_agency(here.police.id, at=AT):
        row = Happening.objects.get(id=made.id)
        assert (row.happened_at, row.recorded_at, row.planned) == (AT - 2 * DAY, AT, False)
        assert b"separation" not in bytes(row.sealed)
        assert b"moved" not in bytes(row.sealed)
        found = queries.happenings_of(Case.objects.get(id=case.id))
        assert [(one.type, one.words) for one in found] == [("separation", "They moved out")]
        assert Entry.objects.get(about=made.id).kind == "happening.recorded"


def test_a_second_click_writes_one_line(here: Town, case: Case) -> None:
    first = happened(here, case, "arrest", once="A" * 22)
    assert happened(here, case, "arrest", once="A" * 22).id == first.id


def test_only_what_can_be_planned_lies_ahead(here: Town, case: Case) -> None:
    assert happened(here, case, "court_date", AT + 3 * DAY).planned
    for type in ("physical_incident", "cohabiting"):
        with pytest.raises(actions.NotAhead):
            happened(here, case, type, AT + DAY)
    with pytest.raises(ValueError, match="not a type"):
        happened(here, case, "rain")


def test_what_lasts_ends_once_and_what_happens_has_no_end(here: Town, case: Case) -> None:
    made = happened(here, case, "perp_in_custody", AT - DAY)
    with acting(here.detective):
        actions.end_happening(made, until_at=AT - HOUR, by=here.detective, at=AT)
        actions.end_happening(made, until_at=AT, by=here.detective, at=AT)
        assert Happening.objects.get(id=made.id).until_at == AT - HOUR
    once = happened(here, case, "arrest")
    with acting(here.detective), pytest.raises(ValueError, match="only what lasts"):
        actions.end_happening(once, until_at=AT + HOUR, by=here.detective, at=AT)


def test_undoing_needs_a_reason_and_keeps_what_was_written(here: Town, case: Case) -> None:
    made = happened(here, case, "arrest", words="On Elm Street")
    with acting(here.detective), pytest.raises(actions.ReasonNeeded):
        actions.undo_happening(made, " ", by=here.detective, at=AT)
    with acting(here.detective):
        actions.undo_happening(made, "Somebody else", by=here.detective, at=AT)
        found = queries.happenings_of(Case.objects.get(id=case.id))[0]
    assert (found.words, found.undone_because, found.undone_at) == ("On Elm Street", "Somebody else", AT)


def test_who_only_reads_writes_nothing_down(here: Town, case: Case) -> None:
    with as_agency(here.police.id, at=AT), pytest.raises(NotForYou):
        actions.record_happening(case, "arrest", happened_at=AT, by=here.prosecutor_worker, at=AT)


def test_the_forecast_raises_the_level_and_says_so_once(here: Town, case: Case) -> None:
    settled(here)
    assert level_of(case) == "medium"
    enough(here, case)
    settled(here)
    assert level_of(case) == "high"
    settled(here, AT + HOUR)
    with as_agency(here.police.id, at=AT):
        actions.renew_forecast(case, at=AT + DAY)
    lines = raised(here, case)
    assert [(line.level, line.set_by, line.moved) for line in lines] == [("high", None, True)]


def test_a_corrected_happening_undoes_what_it_raised_and_nothing_else(here: Town, case: Case) -> None:
    first = enough(here, case)
    settled(here)
    second = enough(here, case, now=AT + HOUR, at=AT + HOUR)
    settled(here, AT + HOUR)
    for one, level in ((first, "high"), (second, "medium")):
        with acting(here.detective, AT + 2 * HOUR):
            actions.undo_happening(one, "A mistake", by=here.detective, at=AT + 2 * HOUR)
        settled(here, AT + 2 * HOUR)
        assert level_of(case) == level


def test_what_two_people_found_is_not_said_again_of_the_same_facts(here: Town, case: Case) -> None:
    enough(here, case)
    settled(here)
    row = asked(case, "medium", by=here.detective, at=AT + HOUR)
    agreed(row, by=here.supervisor, at=AT + 2 * HOUR)
    settled(here, AT + 2 * HOUR)
    with as_agency(here.police.id, at=AT):
        actions.renew_forecast(case, at=AT + DAY)
    assert level_of(case) == "medium"
    happened(here, case, "new_threat_to_kill", AT + DAY, now=AT + DAY)
    settled(here, AT + DAY)
    assert level_of(case) == "high"


def test_a_late_happening_counts_from_the_day_on_which_it_happened(here: Town) -> None:
    case = report(here, at=AT - 60 * DAY)[1]
    settled(here, AT - 60 * DAY)
    with acting(here.detective):
        # By now its first days have passed: only the days after it raise.
        actions.record_happening(case, "order_issued", happened_at=AT - 40 * DAY, by=here.detective, at=AT)
    settled(here)
    line = raised(here, case)[0]
    assert (line.happened_at, line.set_at) == (AT - 40 * DAY, AT)
    assert level_of(case) == "high"
    with as_agency(here.police.id, at=AT):
        kept = KeptForecast.objects.get(case=case)
        assert (kept.since_at, kept.worked_out_at) == (AT - 40 * DAY, AT)
        now = queries.forecast_of(Case.objects.get(id=case.id), at=AT)[1]
        assert now.proposes is None


def test_it_makes_no_difference_when_things_were_told(here: Town) -> None:
    told = [
        ("order_issued", AT - 40 * DAY),
        ("separation", AT - 10 * DAY),
        ("new_threat_to_kill", AT - 5 * DAY),
    ]
    levels, forecasts = set(), set()
    for order in (told, told[::-1]):
        case = report(here, at=AT - 60 * DAY)[1]
        for n, (type, at) in enumerate(order):
            happened(here, case, type, at, now=AT + n * HOUR)
            settled(here, AT + n * HOUR)
        with as_agency(here.police.id, at=AT + DAY):
            found = queries.forecast_of(Case.objects.get(id=case.id), at=AT + DAY)[1]
        levels.add(level_of(case))
        forecasts.add((found.chances, found.windows))
    assert levels == {"high"}
    assert len(forecasts) == 1


def test_a_closed_case_is_not_forecast(here: Town, case: Case) -> None:
    from shelterbelt.cases.actions import close_case

    with acting(here.supervisor):
        close_case(
            Case.objects.select_related("agency").get(id=case.id), reason="Moved", by=here.supervisor, at=AT
        )
    with as_agency(here.police.id, at=AT):
        assert actions.renew_forecast(case, at=AT + HOUR) is None


def test_the_judgement_of_people_moves_the_forecast_and_its_own_word_does_not(here: Town, case: Case) -> None:
    enough(here, case)
    settled(here)
    with as_agency(here.police.id, at=AT):
        row = Case.objects.get(id=case.id)
        assert queries.facts_of(row, at=AT + HOUR).band is None
    judged(case, "extreme", by=here.detective, at=AT + HOUR)
    with as_agency(here.police.id, at=AT):
        facts = queries.facts_of(Case.objects.get(id=case.id), at=AT + timedelta(hours=2))
        assert facts.band is not None and facts.band.word == "extreme"
