"""Screens through their actions, on a real database with row-level security."""

from typing import Any

import pytest

from shelterbelt.access.rules import NotForYou
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.models import LevelSet, Screen
from shelterbelt.cases.actions import Party, open_direct_case, open_incident, record_incident
from shelterbelt.cases.models import Case, Incident
from shelterbelt.ledger.models import Entry
from shelterbelt.store.asker import as_agency
from tests.world import AT, HOUR, Town, town


@pytest.fixture
def here(node: None) -> Town:
    return town()


def recorded(here: Town) -> tuple[Incident, Case]:
    parties = [Party("survivor", {"name": "Amina Okoro"}), Party("perpetrator", {"name": "Sam Weller"})]
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        draft = open_incident(by=here.officer, at=AT)
        made = record_incident(
            draft, content={}, parties=parties, happened_at=AT - HOUR, by=here.officer, at=AT
        )
    assert made.case is not None
    return made.incident, made.case


def kinds(about: Any) -> list[str]:
    return list(Entry.objects.filter(about=about).order_by("id").values_list("kind", flat=True))


def test_second_click_on_begin_goes_on_with_the_same_screen(here: Town) -> None:
    incident, _ = recorded(here)
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        one = actions.start_screen(incident=incident, by=here.officer, at=AT)
        two = actions.start_screen(incident=incident, by=here.officer, at=AT)
        assert one.id == two.id
        other = actions.start_screen(incident=incident, by=here.officer_two, at=AT)
        assert other.id != one.id


def test_yes_to_a_first_question_triggers_and_is_told_with_its_reason(here: Town) -> None:
    incident, _ = recorded(here)
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        screen = actions.start_screen(incident=incident, by=here.officer, at=AT)
        actions.answer(screen, "weapon_used_or_threatened", "yes", 0, by=here.officer, at=AT)
        actions.answer(
            screen, queries.SURVIVOR, {"concern": "no", "worries": "نحن خائفون"}, 0, by=here.officer, at=AT
        )
        actions.answer(screen, queries.WORKER, "no", 0, by=here.officer, at=AT)
        found = actions.finish_screen(screen, by=here.officer, at=AT)
        again = actions.finish_screen(screen, by=here.officer, at=AT + HOUR)
        screen.refresh_from_db()
        assert found == again
        assert found.triggered
        assert (screen.triggered, screen.medical, screen.finished_at) == (True, False, AT)
        assert queries.answers_of(screen)[queries.SURVIVOR]["worries"] == "نحن خائفون"
        assert kinds(screen.id) == ["screen.started", "screen.finished"]


def test_no_answer_and_no_concern_asks_for_a_review_and_is_no_all_clear(here: Town) -> None:
    incident, _ = recorded(here)
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        screen = actions.start_screen(incident=incident, by=here.officer, at=AT)
        found = actions.finish_screen(screen, by=here.officer, at=AT)
        assert found.review
        assert not found.triggered


def test_strangulation_asks_for_a_medical_evaluation_without_triggering(here: Town) -> None:
    incident, _ = recorded(here)
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        screen = actions.start_screen(incident=incident, by=here.officer, at=AT)
        actions.answer(screen, "strangulation_attempt", "yes", 0, by=here.officer, at=AT)
        found = actions.finish_screen(screen, by=here.officer, at=AT)
        assert found.medical
        assert not found.triggered


def test_two_tabs_are_told_and_the_first_answer_stands(here: Town) -> None:
    incident, _ = recorded(here)
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        screen = actions.start_screen(incident=incident, by=here.officer, at=AT)
        assert actions.answer(screen, "gun_access", "yes", 0, by=here.officer, at=AT) == 1
        assert actions.answer(screen, "gun_access", "yes", 0, by=here.officer, at=AT) == 1
        with pytest.raises(actions.Conflict) as told:
            actions.answer(screen, "gun_access", "no", 0, by=here.officer, at=AT)
        assert told.value.kept == {"answer": "yes"}
        assert actions.answer(screen, "perp_unemployed", "no", 0, by=here.officer, at=AT) == 1
        screen.refresh_from_db()
        assert queries.answers_of(screen) == {"gun_access": "yes", "perp_unemployed": "no"}


def test_finished_screen_takes_no_other_answer(here: Town) -> None:
    incident, _ = recorded(here)
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        screen = actions.start_screen(incident=incident, by=here.officer, at=AT)
        actions.finish_screen(screen, by=here.officer, at=AT)
        with pytest.raises(actions.Finished):
            actions.answer(screen, "gun_access", "yes", 0, by=here.officer, at=AT)


def test_screen_belongs_to_the_second_door_as_well(here: Town) -> None:
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        case = open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=here.advocate, at=AT)
        screen = actions.start_screen(case=case, by=here.advocate, at=AT)
        actions.finish_screen(screen, by=here.advocate, at=AT)
        assert [s.id for s in queries.screens_of(case)] == [screen.id]


def test_screen_never_sets_a_level(here: Town) -> None:
    incident, case = recorded(here)
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        screen = actions.start_screen(incident=incident, by=here.officer, at=AT)
        for item in ("weapon_used_or_threatened", "strangulation_attempt"):
            actions.answer(screen, item, "yes", 0, by=here.officer, at=AT)
        actions.finish_screen(screen, by=here.officer, at=AT)
        assert Case.objects.get(id=case.id).level == "medium"
        assert not LevelSet.objects.filter(case=case).exists()


def test_other_agency_finds_no_screen(here: Town) -> None:
    incident, _ = recorded(here)
    with as_agency(here.police.id, at=AT, worker=here.officer.id):
        screen = actions.start_screen(incident=incident, by=here.officer, at=AT)
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        assert not Screen.objects.filter(id=screen.id).exists()
        with pytest.raises(NotForYou):
            queries.screen_by_ref(screen.ref, by=here.advocate, at=AT)
