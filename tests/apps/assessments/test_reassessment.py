"""Two people and the survivor: only a complete reassessment lets a level end lower."""

import pytest

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, may, visible
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.models import Reassessment
from shelterbelt.assessments.policy import AGREE_LEVEL
from shelterbelt.cases.models import Case
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.response.queries import my_work, work
from shelterbelt.rules.levels import Level
from shelterbelt.store.asker import as_agency
from tests.apps.assessments.cast import acting, agreed, asked, judged, kinds, level_of, report
from tests.world import AT, HOUR, Town, town, worker

LATER = AT + 5 * HOUR


@pytest.fixture
def here(node: None) -> Town:
    return town()


@pytest.fixture
def case(here: Town) -> Case:
    _, made = report(here)
    judged(made, "extreme", by=here.detective)
    made.level = "extreme"
    return made


def test_until_the_second_person_agrees_the_old_level_stands(here: Town, case: Case) -> None:
    row = asked(case, "medium", by=here.detective, at=LATER)
    assert level_of(case) == "extreme"
    assert agreed(row, by=here.supervisor, at=LATER + HOUR) is Level.MEDIUM
    assert level_of(case) == "medium"
    with as_agency(here.police.id, at=LATER + HOUR):
        assert kinds(row.id) == ["reassessment.asked", "reassessment.agreed"]
        found, lines = queries.held_by(Case.objects.get(id=case.id), at=LATER + HOUR)
        assert (found.level, found.last_reviewed_at) == (Level.MEDIUM, LATER + HOUR)
        assert [(line.source, line.second) for line in lines] == [("reassessment", here.supervisor.id)]
        told = queries.reassessment_told(Reassessment.objects.get(id=row.id), case)
        assert (told["survivor"], told["answer"]) == ("I sleep again.", "I have read it.")


def test_whoever_asked_is_no_second_person(here: Town, case: Case) -> None:
    row = asked(case, "medium", by=here.detective, at=LATER)
    with pytest.raises(NotForYou):
        agreed(row, by=here.detective, at=LATER)
    assert level_of(case) == "extreme"


@pytest.mark.parametrize(
    ("lacks", "problem"),
    [
        ({"asked_survivor": False}, "reassessment.survivor_not_asked"),
        ({"reason": " "}, "reassessment.reason_needed"),
    ],
)
def test_without_the_survivor_or_a_reason_nothing_is_asked(
    here: Town, case: Case, lacks: dict[str, object], problem: str
) -> None:
    told = {"asked_survivor": True, "reason": "They moved.", **lacks}
    with acting(here.detective, LATER), pytest.raises(actions.Incomplete) as refused:
        actions.ask_reassessment(
            case, "low", [], str(told["reason"]), asked_survivor=bool(told["asked_survivor"]), by=here.detective, at=LATER
        )  # fmt: skip
    assert refused.value.problem == problem
    with as_agency(here.police.id, at=LATER):
        assert not Reassessment.objects.filter(case=case).exists()


def test_no_as_an_answer_leaves_the_level_and_is_kept(here: Town, case: Case) -> None:
    row = asked(case, "medium", by=here.detective, at=LATER)
    with acting(here.supervisor, LATER):
        actions.decline_reassessment(row, "Too soon", by=here.supervisor, at=LATER)
        actions.decline_reassessment(row, "Too soon", by=here.supervisor, at=LATER)
        with pytest.raises(actions.Settled):
            actions.agree_reassessment(row, by=here.supervisor, at=LATER)
    assert level_of(case) == "extreme"
    with as_agency(here.police.id, at=LATER):
        assert kinds(row.id) == ["reassessment.asked", "reassessment.declined"]


def test_what_is_said_meanwhile_ends_the_question(here: Town, case: Case) -> None:
    row = asked(case, "medium", by=here.detective, at=LATER)
    judged(case, "extreme", by=here.officer, at=LATER + HOUR)
    with pytest.raises(actions.Settled) as told:
        agreed(row, by=here.supervisor, at=LATER + 2 * HOUR)
    assert told.value.state == "overtaken"
    assert level_of(case) == "extreme"


def test_second_question_takes_the_place_of_the_first(here: Town, case: Case) -> None:
    first = asked(case, "medium", by=here.detective, at=LATER, once="C" * 22)
    assert asked(case, "medium", by=here.detective, at=LATER, once="C" * 22).id == first.id
    second = asked(case, "high", by=here.officer, at=LATER + HOUR)
    with pytest.raises(actions.Settled):
        agreed(first, by=here.supervisor, at=LATER + HOUR)
    assert agreed(second, by=here.detective, at=LATER + HOUR) is Level.HIGH


def test_only_whoever_asked_takes_it_back(here: Town, case: Case) -> None:
    row = asked(case, "medium", by=here.detective, at=LATER)
    with acting(here.supervisor, LATER), pytest.raises(NotForYou):
        actions.call_off_reassessment(row, by=here.supervisor, at=LATER)
    with acting(here.detective, LATER):
        actions.call_off_reassessment(row, by=here.detective, at=LATER)
    with pytest.raises(actions.Settled):
        agreed(row, by=here.supervisor, at=LATER)


def test_nothing_higher_or_the_same_is_asked_for(here: Town, case: Case) -> None:
    with pytest.raises(ValueError, match="set_level"):
        asked(case, "extreme", by=here.detective, at=LATER)
    with pytest.raises(actions.LevelMoved):
        asked(case, "low", by=here.detective, at=LATER, seen="high")


def on_list(by: Worker, *, at=LATER) -> list[str]:  # type: ignore[no-untyped-def]
    with acting(by, at):
        found, _older = my_work(by, at=at)
        return [shown.reassessment_ref for shown in work(found, by=by, at=at) if shown.reassessment_ref]


def test_the_second_person_finds_it_on_their_list_and_whoever_asked_does_not(here: Town, case: Case) -> None:
    with as_agency(here.police.id, at=AT):
        chief = worker(here.police, "supervisor", here.detectives)
    row = asked(case, "medium", by=here.supervisor, at=LATER)
    follow(here.police.id, at=LATER)
    assert on_list(chief) == [row.ref]
    assert on_list(here.supervisor) == []
    agreed(row, by=chief, at=LATER + HOUR)
    follow(here.police.id, at=LATER + HOUR)
    assert on_list(chief) == []
    with as_agency(here.police.id, at=LATER):
        done = Action.objects.get(kind="second_look", about=row.id)
        assert (done.outcome, done.done_by, done.asked_by) == ("done", chief.id, here.supervisor.id)


def test_what_is_taken_back_is_off_the_list(here: Town, case: Case) -> None:
    row = asked(case, "medium", by=here.detective, at=LATER)
    follow(here.police.id, at=LATER)
    assert on_list(here.supervisor) == [row.ref]
    with acting(here.detective, LATER):
        actions.call_off_reassessment(row, by=here.detective, at=LATER)
    follow(here.police.id, at=LATER)
    assert on_list(here.supervisor) == []


def test_in_a_shelter_the_colleagues_find_it(here: Town) -> None:
    from shelterbelt.cases.actions import open_direct_case

    with acting(here.shelter_worker):
        made = open_direct_case(
            survivor={"name": "Ines"}, other=None, words={}, by=here.shelter_worker, at=AT
        )
    judged(made, "high", by=here.shelter_worker)
    colleague = worker(here.shelter, "shelter_worker")
    row = asked(made, "medium", by=here.shelter_worker, at=LATER)
    follow(here.shelter.id, at=LATER)
    assert (on_list(colleague), on_list(here.shelter_worker)) == ([row.ref], [])


def test_object_list_and_database_agree_about_who_may_be_the_second(here: Town, case: Case) -> None:
    """For everybody, and with a wall and a restriction in the way."""
    row = asked(case, "medium", by=here.detective, at=LATER)
    everybody = [value for value in vars(here).values() if isinstance(value, Worker)]
    walled = worker(here.police, "supervisor", here.detectives)
    with as_agency(here.police.id, at=LATER):
        wall = {"basis": "reviewer", "reason": "", "by": None, "at": LATER}
        raise_wall(case.id, agency=here.police.id, worker=walled.id, **wall)
    opened = set()
    for restricted in (False, True):
        if restricted:
            with as_agency(here.police.id, at=LATER):
                team = [here.detective.id, here.officer.id]
                restrict(case.id, agency=here.police.id, team=team, reason="", by=None, at=LATER)
        for by in (*everybody, walled):
            with acting(by, LATER):
                held = Reassessment.objects.filter(id=row.id).exists()
                listed = (
                    visible(by, AGREE_LEVEL, Reassessment.objects.all(), at=LATER).filter(id=row.id).exists()
                )
                one = may(by, AGREE_LEVEL, row, at=LATER)
            assert listed == one, by.code
            assert held or not one, by.code
            opened |= {(restricted, by.code)} if one else set()
    assert opened == {(False, here.supervisor.code)}
