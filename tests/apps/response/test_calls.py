"""The clock of the level: when it must be looked at again, and who hears of it when nobody has."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.apps.assessments.cast import (
    HIGH,
    acting,
    again,
    agreed,
    asked,
    every,
    judged,
    level_of,
    report,
    sheet,
)
from tests.world import AT, DAY, HOUR, Town

from shelterbelt.access.rules import NotForYou
from shelterbelt.assessments import actions as assessments
from shelterbelt.assessments.actions.levels import Said
from shelterbelt.cases.actions import Party, close_case, correct_roles, open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Entry
from shelterbelt.response import actions
from shelterbelt.response.follow import call_up_all, follow
from shelterbelt.response.jobs import call_up_overdue
from shelterbelt.response.models import Action
from shelterbelt.response.queries import my_work, title_of, work
from shelterbelt.rules.levels import Level, Source
from shelterbelt.store.asker import as_agency


def looks(case: Case, *, open_only: bool = True) -> list[Action]:
    with as_agency(case.agency_id, at=AT):
        rows = Action.objects.filter(case=case, kind__in=("assessment", "overdue_look")).order_by("id")
        return list(rows.filter(done_at=None) if open_only else rows)


def due(case: Case) -> list[timedelta]:
    return [row.due_at - AT for row in looks(case) if row.kind == "assessment"]


def called(case: Case, *, at: datetime) -> list[tuple[str, str]]:
    """Who was asked beside those who have the work, by the step that asked them."""
    call_up_all(case.agency_id, at=at)
    return [(row.rule, row.role) for row in looks(case) if row.kind == "overdue_look"]


@pytest.fixture
def case(place: Town) -> Case:
    _, made = report(place)
    judged(made, "extreme", by=place.detective)
    follow(place.police.id, at=AT)
    assert due(made) == [3 * DAY]
    return made


def test_until_it_is_due_nobody_is_told(place: Town, case: Case) -> None:
    assert called(case, at=AT + 3 * DAY - HOUR) == []
    assert [row.calls for row in looks(case)] == [0]


def test_overdue_it_goes_up_the_chain_one_step_after_the_other(place: Town, case: Case) -> None:
    late = AT + 3 * DAY
    assert called(case, at=late) == []
    (row,) = looks(case)
    assert row.calls == 1, "whoever has the work hears first"
    assert called(case, at=late + DAY - HOUR) == []
    assert called(case, at=late + DAY) == [("overdue_supervisor", "supervisor")]
    assert called(case, at=late + DAY) == [("overdue_supervisor", "supervisor")]
    above = next(row for row in looks(case) if row.kind == "overdue_look")
    assert (above.unit_id, above.owner_id, above.due_at) == (place.detectives.id, None, late + 2 * DAY)
    assert called(case, at=late + 9 * DAY)[-1] == ("overdue_agency", "supervisor")
    assert len(called(case, at=late + 90 * DAY)) == 2
    with acting(place.supervisor, late + 9 * DAY):
        found, _older = my_work(place.supervisor, at=late + 9 * DAY)
        titles = {title_of(row) for row in found}
    assert "Overdue for a day: see that the danger level is looked at" in titles
    with as_agency(place.police.id, at=AT):
        told = Entry.objects.filter(kind="action.overdue", about=row.id)
        assert told.count() == 3


def test_a_job_that_was_down_for_long_takes_every_step_once(place: Town, case: Case) -> None:
    assert call_up_all(place.police.id, at=AT + 30 * DAY) == 3
    assert call_up_all(place.police.id, at=AT + 30 * DAY) == 0
    assert len(looks(case)) == 3


def test_the_job_of_every_minute_tells_each_agency_of_the_node(place: Town, case: Case) -> None:
    call_up_overdue(timestamp=0)  # by the clock of now, months after the story
    assert [row.calls for row in looks(case) if row.kind == "assessment"] == [3]


def test_once_somebody_has_looked_all_that_were_told_are_done_with_it(place: Town, case: Case) -> None:
    late = AT + 5 * DAY
    assert len(called(case, at=late)) == 1
    judged(case, "extreme", by=place.detective, at=late)
    follow(place.police.id, at=late)
    assert due(case) == [late - AT + 3 * DAY]
    assert called(case, at=late) == []
    above = next(row for row in looks(case, open_only=False) if row.kind == "overdue_look")
    assert above.outcome == "not_needed"


def test_the_supervisors_work_done_leaves_the_look_overdue(place: Town, case: Case) -> None:
    late = AT + 4 * DAY
    called(case, at=late)
    above = next(row for row in looks(case) if row.kind == "overdue_look")
    with acting(place.supervisor, late):
        actions.complete_action(above, "done", "Spoke with the unit", by=place.supervisor, at=late)
    follow(place.police.id, at=late)
    assert due(case) == [3 * DAY]
    assert called(case, at=late + 3 * DAY) == [("overdue_agency", "supervisor")]


def test_where_nobody_is_above_it_comes_back_to_those_who_have_the_work(place: Town) -> None:
    with acting(place.advocate):
        made = open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=place.advocate, at=AT)
    judged(made, "extreme", by=place.advocate)
    follow(place.advocates.id, at=AT)
    assert called(made, at=AT + 10 * DAY) == [("overdue_supervisor", "advocate")]


def test_a_closed_case_calls_nobody(place: Town, case: Case) -> None:
    called(case, at=AT + 4 * DAY)
    with acting(place.detective, AT + 4 * DAY):
        close_case(case, reason="Moved away", by=place.detective, at=AT + 4 * DAY)
    follow(place.police.id, at=AT + 4 * DAY)
    assert looks(case) == []
    assert call_up_all(place.police.id, at=AT + 90 * DAY) == 0


def test_told_late_the_clock_counts_from_what_happened(place: Town) -> None:
    """Written down on the third day: what the forecast finds for the first day is due three days after that one."""
    _, case = report(place)
    follow(place.police.id, at=AT)
    with as_agency(place.police.id, at=AT + 2 * DAY):
        said = Said(Level.EXTREME, Source.FORECAST, happened_at=AT)
        assessments.raise_level(case, said, by=None, at=AT + 2 * DAY)
    follow(place.police.id, at=AT + 2 * DAY)
    assert due(case) == [3 * DAY]


def test_a_late_report_is_due_at_once_and_the_chain_counts_from_its_recording(place: Town) -> None:
    _, case = report(place)
    follow(place.police.id, at=AT)
    again(place, case, at=AT + 9 * DAY, happened_at=AT + DAY)
    follow(place.police.id, at=AT + 9 * DAY)
    assert due(case) == [9 * DAY]
    assert called(case, at=AT + 10 * DAY - HOUR) == []
    assert called(case, at=AT + 10 * DAY) == [("overdue_supervisor", "supervisor")]


def test_what_an_instrument_raises_brings_the_look_forward(place: Town) -> None:
    _, case = report(place)
    follow(place.police.id, at=AT)
    sheet("dale", HIGH, by=place.detective, case=case, at=AT + DAY)
    follow(place.police.id, at=AT + DAY)
    assert due(case) == [8 * DAY]
    (row,) = looks(case)
    assert row.call_at == row.due_at, "the chain moved with it"


def test_what_raises_nothing_moves_no_clock(place: Town, case: Case) -> None:
    sheet("dale", HIGH, by=place.detective, case=case, at=AT + HOUR)
    follow(place.police.id, at=AT + HOUR)
    assert due(case) == [3 * DAY]


def test_a_correction_that_lets_the_level_fall_asks_a_person_to_look(place: Town) -> None:
    _, case = report(place)
    row = sheet("dale", HIGH, by=place.detective, case=case)
    follow(place.police.id, at=AT)
    assert due(case) == [7 * DAY]
    with acting(place.detective, AT + HOUR):
        assessments.correct_answer(
            row, "perp_owns_gun", "no", 1, reason="Sold", by=place.detective, at=AT + HOUR
        )
    follow(place.police.id, at=AT + HOUR)
    assert level_of(case) == "medium"
    assert due(case) == [HOUR + 3 * DAY]


def test_work_done_without_a_look_does_not_stop_the_clock(place: Town, case: Case) -> None:
    (row,) = looks(case)
    with acting(place.detective, AT + DAY):
        actions.complete_action(row, "not_reached", "Tried twice", by=place.detective, at=AT + DAY)
    follow(place.police.id, at=AT + DAY)
    assert due(case) == [4 * DAY]


def test_a_question_to_a_second_person_does_not_stop_the_clock_and_an_answer_sets_it_anew(
    place: Town, case: Case
) -> None:
    row = asked(case, "high", by=place.detective, at=AT + DAY)
    follow(place.police.id, at=AT + DAY)
    assert due(case) == [3 * DAY]
    agreed(row, by=place.supervisor, at=AT + 2 * DAY)
    follow(place.police.id, at=AT + 2 * DAY)
    assert due(case) == [9 * DAY]


def test_a_second_look_that_nobody_takes_goes_up_the_chain_too(place: Town, case: Case) -> None:
    asked(case, "high", by=place.detective, at=AT)
    follow(place.police.id, at=AT)
    call_up_all(place.police.id, at=AT + 2 * DAY)
    with as_agency(place.police.id, at=AT):
        late = Action.objects.get(case=case, kind="second_look")
        assert (late.calls, Action.objects.get(about=late.id).role) == (2, "supervisor")


def test_whoever_asked_can_neither_take_nor_end_the_second_look(place: Town, case: Case) -> None:
    asked(case, "high", by=place.supervisor, at=AT)
    follow(place.police.id, at=AT)
    with acting(place.supervisor):
        row = Action.objects.get(case=case, kind="second_look")
        for act in (
            lambda: actions.take_action(row, place.supervisor, at=AT),
            lambda: actions.complete_action(row, "done", "", by=place.supervisor, at=AT),
        ):
            with pytest.raises(NotForYou):
                act()
        shown = work([row], by=place.supervisor, at=AT)[0]
        assert not shown.for_them


def test_a_second_look_ends_by_its_answer_alone(place: Town, case: Case) -> None:
    asked(case, "high", by=place.detective, at=AT)
    follow(place.police.id, at=AT)
    with acting(place.supervisor):
        row = Action.objects.get(case=case, kind="second_look")
        with pytest.raises(NotForYou):
            actions.complete_action(row, "done", "", by=place.supervisor, at=AT)
        actions.complete_action(row, "passed_on", "Off duty", by=place.supervisor, at=AT)
        assert Action.objects.get(id=row.id).done_at is None


def test_an_incident_that_turns_out_to_be_a_known_cases_calls_for_a_look(place: Town, case: Case) -> None:
    with acting(place.officer, AT + DAY):
        from shelterbelt.cases.actions import open_incident, record_incident

        unclear = [Party("undetermined", known=case.survivor), Party("undetermined", known=case.other)]
        draft = open_incident(by=place.officer, at=AT + DAY)
        made = record_incident(
            draft, content={}, parties=unclear, happened_at=AT + DAY - HOUR, by=place.officer, at=AT + DAY
        )
    judged(case, "extreme", by=place.detective, at=AT + DAY)
    follow(place.police.id, at=AT + DAY)
    assert due(case) == [4 * DAY]
    with acting(place.supervisor, AT + DAY + HOUR):
        roles = {case.survivor_id: "survivor", case.other_id: "perpetrator"}
        found = correct_roles(made.incident, roles, by=place.supervisor, at=AT + DAY + HOUR)
    assert found == case
    follow(place.police.id, at=AT + DAY + HOUR)
    assert due(case) == [2 * DAY - HOUR]


def test_what_a_detection_finds_opens_the_work_that_its_file_names(place: Town) -> None:
    with acting(place.nurse):
        made = open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=place.nurse, at=AT)
    sheet("hark", every("hark", "yes"), by=place.nurse, case=made)
    follow(place.hospital.id, at=AT)
    with as_agency(place.hospital.id, at=AT):
        kinds = set(Action.objects.filter(case=made, done_at=None).values_list("kind", flat=True))
        assert {"danger_assessment", "offer_advocate"} <= kinds
        row = Case.objects.get(id=made.id)
        assert row.level == "medium"


def test_a_correction_opens_the_work_that_the_answer_would_have_opened(place: Town) -> None:
    with acting(place.advocate):
        made = open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=place.advocate, at=AT)
    row = sheet("danger_assessment", every("danger_assessment"), by=place.advocate, case=made)
    follow(place.advocates.id, at=AT)
    kinds: Any = Action.objects.filter(kind="medical_evaluation")
    with as_agency(place.advocates.id, at=AT):
        assert not kinds.filter(case=made).exists()
    with acting(place.advocate, AT + HOUR):
        assessments.correct_answer(
            row, "strangulation_attempt", "yes", 1, reason="Misheard", by=place.advocate, at=AT + HOUR
        )
    follow(place.advocates.id, at=AT + HOUR)
    with as_agency(place.advocates.id, at=AT):
        assert kinds.filter(case=made).count() == 1
