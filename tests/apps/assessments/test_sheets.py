"""Sheets of any instrument: answered step by step, finished once, corrected afterwards with nothing lost."""

import pytest

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, may, visible
from shelterbelt.access.walls import raise_wall, restrict
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.models import Assessment, AssessmentVersion, LevelSet
from shelterbelt.assessments.policy import SEE_ASSESSMENT
from shelterbelt.cases.actions import Party, correct_roles, open_direct_case, open_incident, record_incident
from shelterbelt.cases.models import Case
from shelterbelt.library.files import LibraryError
from shelterbelt.response.follow import follow
from shelterbelt.response.models import Action
from shelterbelt.rules.scoring import Detected, Scored
from shelterbelt.store.asker import as_agency
from tests.apps.assessments.cast import (
    DALE,
    HIGH,
    acting,
    again,
    every,
    judged,
    kinds,
    level_of,
    report,
    sheet,
)
from tests.world import AT, HOUR, Town, town

LATER = AT + 3 * HOUR


@pytest.fixture
def here(node: None) -> Town:
    return town()


def direct(here: Town) -> Case:
    with acting(here.advocate):
        return open_direct_case(survivor={"name": "Ines"}, other=None, words={}, by=here.advocate, at=AT)


def corrected(row: Assessment, question: str, answer: str, *, by: Worker, at=LATER, reason="Misheard"):  # type: ignore[no-untyped-def]
    with acting(by, at):
        fresh = Assessment.objects.get(id=row.id)
        revision = queries.revision_of(fresh, question)
        return actions.correct_answer(fresh, question, answer, revision, reason=reason, by=by, at=at)


def test_second_click_on_begin_goes_on_with_the_same_sheet(here: Town) -> None:
    _, case = report(here)
    with acting(here.detective):
        one = actions.start_assessment("dale", case=case, by=here.detective, at=AT)
        assert actions.start_assessment("dale", case=case, by=here.detective, at=AT).id == one.id
        assert actions.start_assessment("odara", case=case, by=here.detective, at=AT).id != one.id
        assert (one.version, len(one.digest)) == ("1", 64)


def test_two_tabs_are_told_and_the_first_answer_stands(here: Town) -> None:
    _, case = report(here)
    with acting(here.detective):
        row = actions.start_assessment("dale", case=case, by=here.detective, at=AT)
        assert actions.give_answer(row, DALE[0], "yes", 0, by=here.detective, at=AT) == 1
        assert actions.give_answer(row, DALE[0], "yes", 0, by=here.detective, at=AT) == 1
        with pytest.raises(actions.Conflict) as told:
            actions.give_answer(row, DALE[0], "no", 0, by=here.detective, at=AT)
        assert told.value.kept == {"answer": "yes"}
        assert actions.give_answer(row, DALE[1], "declined", 0, by=here.detective, at=AT) == 1
        row.refresh_from_db()
        assert queries.answers_of(row) == {DALE[0]: "yes", DALE[1]: "declined"}
        assert queries.next_item(row) == DALE[2]


@pytest.mark.parametrize(("question", "answer"), [("nothing", "yes"), (DALE[0], "perhaps"), (DALE[0], "")])
def test_what_the_sheet_does_not_ask_or_offer_is_refused(here: Town, question: str, answer: str) -> None:
    _, case = report(here)
    with acting(here.detective):
        row = actions.start_assessment("dale", case=case, by=here.detective, at=AT)
        with pytest.raises(ValueError, match="not a"):
            actions.give_answer(row, question, answer, 0, by=here.detective, at=AT)


def test_only_the_roles_that_the_instrument_names_take_it(here: Town) -> None:
    _, case = report(here)
    with acting(here.detective), pytest.raises(NotForYou):
        actions.start_assessment("danger_assessment", case=case, by=here.detective, at=AT)
    with acting(here.detective), pytest.raises(LibraryError):
        actions.start_assessment("nothing_like_it", case=case, by=here.detective, at=AT)


def test_what_an_instrument_of_danger_finds_raises_the_level_and_says_so(here: Town) -> None:
    incident, case = report(here)
    row = sheet("dale", HIGH, by=here.detective, incident=incident)
    assert level_of(case) == "high"
    with as_agency(here.police.id, at=AT):
        line = LevelSet.objects.get(case=case)
        assert (line.source, line.assessment_id, line.incident_id) == ("instrument", row.id, incident.id)
        assert line.rests_on == [row.id, incident.id]
        assert kinds(row.id) == ["assessment.started", "assessment.finished"]
        assert kinds(line.id) == ["level.raised"]
        assert row.case_id == case.id


def test_finishing_twice_says_the_same_and_raises_once(here: Town) -> None:
    _, case = report(here)
    row = sheet("dale", HIGH, by=here.detective, case=case)
    with acting(here.detective, LATER):
        found = actions.finish_assessment(row, by=here.detective, at=LATER)
        assert isinstance(found, Scored) and found == queries.scored_of(row)
        assert LevelSet.objects.filter(case=case).count() == 1
        with pytest.raises(actions.Finished):
            actions.give_answer(row, DALE[0], "no", 1, by=here.detective, at=LATER)


def test_a_low_result_lowers_nothing(here: Town) -> None:
    _, case = report(here)
    judged(case, "extreme", by=here.detective)
    sheet("odara", every("odara"), by=here.detective, case=case, at=LATER)
    assert level_of(case) == "extreme"


def test_a_detection_never_says_a_level(here: Town) -> None:
    case = direct(here)
    row = sheet("hark", every("hark", "yes"), by=here.advocate, case=case)
    assert level_of(case) == "medium"
    with as_agency(here.advocates.id, at=AT):
        found = queries.scored_of(row)
        assert isinstance(found, Detected) and found.positive
        assert not LevelSet.objects.filter(case=case).exists()
    follow(here.advocates.id, at=AT)
    with as_agency(here.advocates.id, at=AT):
        assert Action.objects.filter(case=case, kind="danger_assessment", done_at=None).count() == 1


def test_a_sheet_of_danger_is_about_a_case_and_a_detection_may_be_about_an_incident(here: Town) -> None:
    parties = [Party("undetermined", {"name": "Ari"}), Party("undetermined", {"name": "Noor"})]
    with acting(here.officer):
        draft = open_incident(by=here.officer, at=AT)
        made = record_incident(
            draft, content={}, parties=parties, happened_at=AT - HOUR, by=here.officer, at=AT
        )
        with pytest.raises(ValueError, match="about a case"):
            actions.start_assessment("dale", incident=made.incident, by=here.officer, at=AT)
        assert (
            actions.start_assessment("lap2", incident=made.incident, by=here.officer, at=AT).case_id is None
        )
    incident, _ = report(here)
    _, other = report(here)
    with acting(here.officer), pytest.raises(ValueError, match="another case"):
        actions.start_assessment("dale", incident=incident, case=other, by=here.officer, at=AT)


def test_a_band_that_a_worker_names_only_raises_and_needs_a_reason(here: Town) -> None:
    _, case = report(here)
    with acting(here.detective):
        row = actions.start_assessment("dale", case=case, by=here.detective, at=AT)
        with pytest.raises(actions.ReasonNeeded):
            actions.finish_assessment(row, judged="high", by=here.detective, at=AT)
    row = sheet("dale", every("dale"), by=here.detective, case=case, judged="high")
    assert level_of(case) == "high"
    with as_agency(here.police.id, at=AT):
        assert queries.judged_of(row)["reason"] == "Because of the way they spoke."
    sheet("dale", HIGH, by=here.officer, case=case, judged="below_threshold", at=LATER)
    assert level_of(case) == "high"


def test_a_mistaken_answer_is_corrected_and_what_it_raised_is_undone(here: Town) -> None:
    _, case = report(here)
    row = sheet("dale", HIGH, by=here.detective, case=case)
    found = corrected(row, DALE[0], "no", by=here.detective)
    assert isinstance(found, Scored) and found.level is None
    assert level_of(case) == "medium"
    with as_agency(here.police.id, at=LATER):
        row.refresh_from_db()
        assert queries.answers_of(row)[DALE[0]] == "no"
        (before,) = queries.versions_of(row)
        assert (before.answers[DALE[0]], before.result["level"]) == ("yes", "high")
        line = LevelSet.objects.get(case=case)
        assert (line.undone_at, line.undone_by, line.undone_because) == (
            LATER,
            here.detective.id,
            "answer_corrected",
        )
        assert kinds(row.id)[-1] == "assessment.corrected"
        assert kinds(line.id) == ["level.raised", "level.undone"]


def test_a_correction_undoes_nothing_that_others_said(here: Town) -> None:
    _, case = report(here)
    row = sheet("dale", HIGH, by=here.detective, case=case)
    judged(case, "high", by=here.officer, at=AT + HOUR)
    corrected(row, DALE[0], "no", by=here.detective)
    assert level_of(case) == "high"


def test_a_correction_needs_a_reason_and_conflicts_like_any_answer(here: Town) -> None:
    _, case = report(here)
    row = sheet("dale", HIGH, by=here.detective, case=case)
    with pytest.raises(actions.ReasonNeeded):
        corrected(row, DALE[0], "no", by=here.detective, reason="  ")
    with acting(here.detective, LATER), pytest.raises(actions.Conflict):
        actions.correct_answer(row, DALE[0], "no", 7, reason="Misheard", by=here.detective, at=LATER)
    with acting(here.detective, LATER):
        begun = actions.start_assessment("odara", case=case, by=here.detective, at=LATER)
        with pytest.raises(ValueError, match="before it is finished"):
            actions.correct_answer(
                begun, "children_gt1", "no", 0, reason="Misheard", by=here.detective, at=LATER
            )
    assert level_of(case) == "high"
    with as_agency(here.police.id, at=LATER):
        assert not AssessmentVersion.objects.filter(assessment=row).exists()


def test_a_correction_that_says_less_raises_nothing_against_a_later_look(here: Town) -> None:
    """Two people had looked at the sheet and come to less: a correction downwards is no news to them."""
    from tests.apps.assessments.cast import agreed, asked

    case = direct(here)
    yes = every("danger_assessment", "no", perp_owns_gun="yes", left_after_cohabiting_12m="yes",
                perp_unemployed="yes", threatens_to_kill="yes", weapon_used_or_threatened="yes")  # fmt: skip
    row = sheet("danger_assessment", yes, by=here.advocate, case=case)
    assert level_of(case) == "extreme"
    from tests.world import worker

    second = worker(here.advocates, "advocate")
    agreed(asked(case, "low", by=here.advocate, at=AT + HOUR), by=second, at=AT + 2 * HOUR)
    assert level_of(case) == "low"
    corrected(row, "threatens_to_kill", "no", by=here.advocate)
    assert level_of(case) == "low"
    corrected(row, "threatens_to_kill", "yes", by=here.advocate, at=LATER + HOUR)
    assert level_of(case) == "extreme", "more than was known then is news"


def test_a_wrong_role_undoes_what_the_sheet_about_that_incident_raised(here: Town) -> None:
    _, case = report(here)
    other = again(here, case, at=AT, happened_at=AT - HOUR)
    sheet("dale", HIGH, by=here.detective, incident=other, case=case)
    assert level_of(case) == "high"
    with acting(here.supervisor, LATER):
        swapped = {case.survivor_id: "perpetrator", case.other_id: "survivor"}
        correct_roles(other, swapped, reason="Turned round", by=here.supervisor, at=LATER)
    follow(here.police.id, at=LATER)
    assert level_of(case) == "medium"


def test_an_answer_given_elsewhere_is_offered_and_never_filled_in(here: Town) -> None:
    _, case = report(here)
    sheet("lap2", {"weapon_used_or_threatened": "yes", "gun_access": "yes"}, by=here.officer, case=case)
    with acting(here.detective, LATER):
        row = actions.start_assessment("dale", case=case, by=here.detective, at=LATER)
        found = queries.suggestions(row)
        assert (found["weapon_used_or_threatened"].answer, found["weapon_used_or_threatened"].instrument) == (
            "yes",
            "lap2",
        )
        assert "gun_access" not in found, "not a question of this sheet"
        assert queries.answers_of(row) == {}


def test_a_sheet_belongs_to_its_own_agency_and_hides_behind_a_wall(here: Town) -> None:
    """Object, list and database agree, for everybody, with a wall and a restriction in the way."""
    incident, case = report(here)
    row = sheet("dale", HIGH, by=here.detective, incident=incident)
    corrected(row, DALE[0], "no", by=here.detective)
    with as_agency(here.police.id, at=LATER):
        wall = {"basis": "reviewer", "reason": "", "by": None, "at": LATER}
        raise_wall(incident.id, agency=here.police.id, worker=here.officer_two.id, **wall)
    everybody = [value for value in vars(here).values() if isinstance(value, Worker)]
    seen: dict[bool, set[str]] = {False: set(), True: set()}
    for restricted in (False, True):
        if restricted:
            with as_agency(here.police.id, at=LATER):
                restrict(
                    case.id, agency=here.police.id, team=[here.detective.id], reason="", by=None, at=LATER
                )
        for by in everybody:
            with acting(by, LATER):
                held = Assessment.objects.filter(id=row.id).exists()
                kept = AssessmentVersion.objects.filter(assessment_id=row.id).exists()
                rows = visible(by, SEE_ASSESSMENT, Assessment.objects.all(), at=LATER)
                listed, one = rows.filter(id=row.id).exists(), may(by, SEE_ASSESSMENT, row, at=LATER)
            police = by.agency_id == here.police.id
            hidden = by in (here.officer_two, *(() if not restricted else (here.officer, here.supervisor)))
            assert listed == one and held == kept and (held or not one), by.code
            assert held == (police and not hidden and (not restricted or by == here.detective)), by.code
            seen[restricted] |= {by.code} if one else set()
    assert seen[False] == {here.officer.code, here.detective.code, here.supervisor.code}
    assert seen[True] == {here.detective.code}
