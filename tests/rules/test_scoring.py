"""Scoring: the published cases, what missing answers leave open, and what each result says of itself."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from tests.rules.sheets_for_tests import da, dale, lap, odara, yes_no

from shelterbelt.rules.levels import Level, set_level
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.scoring import detect, score
from shelterbelt.rules.screening import ScreenRule, screen
from shelterbelt.rules.sheets import Band, Danger, Detection, Missing, Option, Question, Rate, Sheet, Trigger

FIRST, SECOND = ("q1", "q2", "q3"), tuple(f"q{n}" for n in range(4, 12))
SCREEN = ScreenRule(FIRST, SECOND, 4, medical=("q5",), alone=("q5",))
DA, ODARA, DALE, LAP = da(), odara(), dale(), lap()


def all_no(instrument, **answers):
    return {question.id: "no" for question in instrument.sheet.questions} | answers


def yes(*numbers):
    return {f"i{number}": "yes" for number in numbers}


def test_the_screen_and_the_same_rule_as_data_agree_on_all_its_answer_sheets():
    """3^11 sheets of yes, no and no answer; concern is told apart, as the screen takes it apart."""
    ids = FIRST + SECOND
    wrong = []
    for codes in product(("yes", "no", "declined"), repeat=len(ids)):
        answers = dict(zip(ids, codes, strict=True))
        asked = screen(SCREEN, answers, survivor_concern=False, worker_concern=False)
        found = detect(LAP, answers | {"survivor": "no", "worker": "no"})
        if (
            asked.triggered,
            (asked.trigger.value,) if asked.trigger else (),
            asked.could_change,
            asked.medical,
            asked.medical_unknown,
            asked.unanswered,
        ) != (
            found.positive,
            tuple(id for id in found.triggers if id != "neck"),
            found.could_be_positive,
            "medical_evaluation" in found.does,
            "medical_evaluation" in found.possible_does,
            found.unanswered,
        ):
            wrong.append(answers)
    assert wrong == []


@pytest.mark.parametrize("who", ["survivor", "worker"])
def test_somebodys_concern_alone_makes_the_screen_positive(who):
    found = detect(LAP, all_no(LAP) | {who: "yes"})
    assert (found.positive, found.triggers, found.does) == (True, ("C",), ("offer_call",))


@pytest.mark.parametrize(
    ("numbers", "officer", "trigger"),
    [
        ((1,), "no", "A"),
        ((3, 4, 5, 6, 7), "no", "A"),
        ((4, 5, 6, 7), "no", "B"),
        ((4, 5, 6), "no", None),
        ((), "yes", "C"),
        ((5,), "no", None),
    ],
)
def test_published_cases_of_the_screen_give_the_published_trigger(numbers, officer, trigger):
    answers = all_no(LAP, worker=officer) | {f"q{number}": "yes" for number in numbers}
    found = detect(LAP, answers)
    assert [id for id in found.triggers if id != "neck"] == ([trigger] if trigger else [])
    assert found.positive is (trigger is not None)
    assert ("medical_evaluation" in found.does) is (5 in numbers)


ALL_BUT_3A = tuple(range(1, 21))


@pytest.mark.parametrize(
    ("numbers", "mod", "total", "band"),
    [
        ((), (), 0, "variable"),
        (ALL_BUT_3A, (), 37, "extreme"),
        ((20,), (), 0, "variable"),
        ((2, 5), (), 8, "increased"),
        ((2, 3, 5, 6), (), 15, "severe"),
        ((2, 3, 4, 5, 6), (), 19, "extreme"),
        ((1, 10), ("3a",), -1, "variable"),
        ((4, 5), (), 7, "variable"),
        ((2, 4, 5, 1), (), 13, "increased"),
        ((2, 4, 5, 1, 10), (), 14, "severe"),
        ((2, 3, 4, 5, 1), (), 17, "severe"),
        ((2, 3, 4, 5, 1, 10), (), 18, "extreme"),
    ],
)
def test_cases_of_the_danger_assessment_give_their_score_and_band(numbers, mod, total, band):
    found = score(DA, all_no(DA) | yes(*numbers, *mod))
    assert (found.score, found.lowest, found.highest) == (total, total, total)
    assert (found.band, found.lowest_band, found.highest_band) == (band, band, band)
    assert found.level is DA.sheet.bands[DA.sheet.place(band)].level
    assert ("suicide_safety" in found.does) is (20 in numbers)


def test_equally_the_danger_assessment_counts_yes_and_adds():
    """The published short way to count: yes on 1-19, +4 for 2, +3 each for 3 and 4, and so on."""
    extra = {2: 4, 3: 3, 4: 3, 5: 2, 6: 2, 7: 2, 8: 1, 9: 1}
    for n in range(2**8):
        numbers = [number for number in range(2, 10) if n >> (number - 2) & 1]
        found = score(DA, all_no(DA) | yes(*numbers))
        assert found.score == len(numbers) + sum(extra[number] for number in numbers)


def test_a_missing_answer_counts_least_and_leaves_the_bands_open():
    found = score(DA, all_no(DA) | yes(4, 5) | {"i2": "declined", "i1": "not_asked"})
    assert (found.score, found.lowest, found.highest) == (7, 7, 13)
    assert (found.band, found.lowest_band, found.highest_band) == ("variable", "variable", "increased")
    assert found.unanswered == ("i1", "i2")
    assert Reason("scoring.could_be_band", "increased") in found.because
    assert Reason("scoring.missing_bounds", "2") in found.because


def test_two_answers_that_exclude_each_other_are_told_and_a_missing_one_knows_its_partner():
    both = score(DA, all_no(DA) | yes(3, "3a"))
    assert both.contradictions == (("i3", "i3a"),)
    assert Reason("scoring.contradiction", "i3+i3a") in both.because
    without = {id: code for id, code in (all_no(DA) | yes(3)).items() if id != "i3a"}
    assert (score(DA, without).lowest, score(DA, without).highest) == (4, 4)
    without = {id: code for id, code in (all_no(DA) | yes("3a")).items() if id != "i3"}
    assert (score(DA, without).lowest, score(DA, without).highest) == (-3, -3)


def test_nothing_answered_is_no_lowest_band():
    for answers in ({}, dict.fromkeys(("i1", "i2", "i20"), "declined")):
        found = score(DA, answers)
        assert (found.score, found.band, found.level, found.no_answers) == (None, None, None, True)
        assert (found.lowest, found.highest, found.lowest_band, found.highest_band) == (
            -3,
            37,
            "variable",
            "extreme",
        )
        assert Reason("scoring.no_answers") in found.because
    only = score(DA, {"i20": "no"})
    assert (only.score, only.band, only.no_answers) == (None, None, False)
    assert Reason("scoring.nothing_to_sum") in only.because
    named = score(DA, {}, judged="severe")
    assert (named.band, named.level, named.raised_to) == ("severe", Level.HIGH, "severe")


@pytest.mark.parametrize(
    ("total", "bin"), [(0, "0"), (1, "1"), (4, "4"), (5, "5-6"), (6, "5-6"), (7, "7-13"), (13, "7-13")]
)
def test_odara_scores_fall_in_their_published_bins(total, bin):
    found = score(ODARA, all_no(ODARA) | yes(*range(1, total + 1)))
    assert found.score == total
    assert [line.bin for line in found.norms] == [bin, bin]


@pytest.mark.parametrize(
    ("observed", "missing", "prorated"), [(4, 2, 5), (0, 5, 0), (3, 6, None), (8, 5, 13)]
)
def test_odara_is_prorated_by_arithmetic_and_refused_when_too_much_is_missing(observed, missing, prorated):
    answers = all_no(ODARA) | yes(*range(1, observed + 1))
    answers |= {f"i{n}": "declined" for n in range(14 - missing, 14)}
    found = score(ODARA, answers)
    assert found.score == prorated
    assert (found.lowest, found.highest) == (observed, observed + missing)
    assert (found.band is None) is (prorated is None)
    code = "scoring.missing_prorate" if prorated is not None else "scoring.too_many_missing"
    assert Reason(code, str(missing)) in found.because


def test_where_too_much_is_missing_a_judgement_is_never_under_what_is_known():
    answers = yes(1, 2, 3, 4, 5, 6, 7)
    assert score(ODARA, answers).band is None
    named = score(ODARA, answers, judged="b1")
    assert (named.band, named.raised_to, named.lowest_band) == ("b7_13", "b7_13", "b7_13")


def test_both_norms_are_told_with_what_they_leave_open():
    found = score(ODARA, all_no(ODARA) | yes(1, 2, 3) | {"i13": "declined"})
    old, pooled = found.norms
    assert (old.norm, old.bin, old.rate, old.base) == ("hilton2004", "3", Rate(0.27), Rate(0.30))
    assert (pooled.norm, pooled.bin, pooled.rate, pooled.base) == ("hilton2010", "3", Rate(0.34), None)
    assert (old.lowest_bin, old.highest_bin) == ("3", "4")
    for code, norms in (
        ("scoring.norm_no_interval", ("hilton2004", "hilton2010")),
        ("scoring.norm_no_base", ("hilton2010",)),
        ("scoring.norm_no_base_interval", ("hilton2004",)),
        ("scoring.norm_tag", ("hilton2004=M", "hilton2010=M")),
    ):
        assert tuple(reason.about for reason in found.because if reason.code == code) == norms
    nothing = score(ODARA, {})
    assert [(line.bin, line.rate, line.lowest_bin, line.highest_bin) for line in nothing.norms] == [
        (None, None, "0", "7-13")
    ] * 2
    assert Reason("scoring.norm_no_rate", "hilton2004") in nothing.because


@pytest.mark.parametrize(("count", "high"), [(6, False), (7, True)])
def test_the_police_version_is_high_from_seven(count, high):
    found = score(DALE, all_no(DALE) | yes(*range(1, count + 1)))
    assert (found.band == "high") is high
    assert (found.level is Level.HIGH) is high


def test_a_judgement_raises_and_one_that_is_not_higher_changes_nothing():
    answers = all_no(DA) | yes(2, 5)
    raised = score(DA, answers, judged="extreme")
    assert (raised.band, raised.level, raised.raised_to, raised.score) == (
        "extreme",
        Level.EXTREME,
        "extreme",
        8,
    )
    assert Reason("scoring.judged", "extreme") in raised.because
    for judged in ("variable", "increased"):
        kept = score(DA, answers, judged=judged)
        assert (kept.band, kept.raised_to) == ("increased", None)
        assert Reason("scoring.judgement_not_higher", judged) in kept.because


def graded(*triggers, missing=Missing.BOUNDS):
    questions = tuple(yes_no(id) for id in ("escalates", "neck", "weapon", "soon"))
    bands = (
        Band("elevated", level=Level.MEDIUM),
        Band("serious", level=Level.HIGH),
        Band("now", level=Level.EXTREME),
    )
    return Danger(Sheet("spj", "1", questions, triggers, bands, missing, arithmetic=False))


ANY = Trigger("any", ("escalates", "neck", "weapon"), band="elevated")
TWO = Trigger("two", ("escalates", "neck", "weapon"), at_least=2, each=(("neck", "weapon"),), band="serious")
SOON = Trigger(
    "soon", ("escalates", "neck", "weapon"), at_least=2, each=(("neck", "weapon"), ("soon",)), band="now"
)


@pytest.mark.parametrize(
    ("answers", "band"),
    [
        (("escalates",), "elevated"),
        (("escalates", "neck"), "serious"),
        (("escalates", "soon"), "elevated"),
        (("neck", "weapon", "soon"), "now"),
        (("soon",), None),
    ],
)
def test_structured_judgement_has_grades_and_no_sum(answers, band):
    found = score(
        graded(ANY, TWO, SOON),
        dict.fromkeys(("escalates", "neck", "weapon", "soon"), "no") | dict.fromkeys(answers, "yes"),
    )
    assert (found.band, found.score, found.lowest, found.highest) == (band, None, None, None)
    assert Reason("scoring.no_sum") in found.because


def test_structured_judgement_with_gaps_says_how_high_it_could_be():
    found = score(graded(ANY, TWO, SOON), {"escalates": "yes", "weapon": "no"})
    assert (found.band, found.lowest_band, found.highest_band) == ("elevated", "elevated", "now")
    assert found.possible_triggers == ("two", "soon")
    nothing = score(graded(ANY, TWO), {})
    assert (nothing.band, nothing.lowest_band, nothing.highest_band) == (None, None, "serious")


def test_points_of_a_trigger_are_summed_over_its_questions():
    """The shape of HITS: four questions from 1 (never) to 5, positive over ten."""
    options = tuple(Option(f"a{n}", n, n > 1) for n in range(1, 6))
    ids = ("hurt", "insult", "threaten", "scream")
    hits = Detection(
        Sheet("hits", "1", tuple(Question(id, options) for id in ids), (Trigger("over", ids, points=11),))
    )
    assert not detect(hits, dict(zip(ids, ("a5", "a3", "a1", "a1"), strict=True))).positive
    assert detect(hits, dict(zip(ids, ("a5", "a3", "a2", "a1"), strict=True))).positive
    assert detect(hits, {"hurt": "a5", "insult": "a4"}).positive
    assert detect(hits, {"hurt": "a5"}).could_be_positive
    assert not detect(hits, {"hurt": "a1", "insult": "a1", "threaten": "a1"}).could_be_positive


def test_a_trigger_raises_to_its_band_and_never_lowers_from_a_higher_one():
    sheet = Sheet(
        "s", "1", (yes_no("a", 1), yes_no("b", 5)), (Trigger("t", ("a",), band="mid"),),
        (Band("low", 0, 0, Level.LOW), Band("mid", 1, 4, Level.MEDIUM), Band("high", 5, 6, Level.HIGH)),
    )  # fmt: skip
    raised = score(Danger(sheet), {"a": "yes", "b": "no"})
    assert (raised.band, raised.level) == ("mid", Level.MEDIUM)
    assert score(Danger(sheet), {"a": "yes", "b": "yes"}).band == "high"
    sheet = Sheet(
        "s", "1", (yes_no("a", 1), yes_no("b", 5)), (Trigger("t", ("a",), band="high"),), sheet.bands
    )
    raised = score(Danger(sheet), {"a": "yes", "b": "no"})
    assert (raised.score, raised.band) == (1, "high")
    assert Reason("scoring.raised_by_trigger", "t") in raised.because


def test_a_trigger_with_missing_answers_never_ends_under_what_is_known():
    """Prorated to five the band is b5_6; with six missing nothing is prorated, and the sum of seven is known."""
    low = Trigger("low", ("i1",), band="b1")
    triggered = Danger(replace(ODARA.sheet, triggers=(low,)))
    answers = all_no(ODARA) | yes(1, 2, 3, 4) | {"i12": "declined", "i13": "declined"}
    assert (score(triggered, answers).score, score(triggered, answers).band) == (5, "b5_6")
    found = score(triggered, yes(1, 2, 3, 4, 5, 6, 7))
    assert (found.score, found.band, found.lowest_band) == (None, "b7_13", "b7_13")


def test_points_with_decimals_sum_as_they_are_written():
    """0.1 and 0.7 make less than 0.8 in the machine."""
    bands = (Band("low", 0, 0.7), Band("high", 0.8, 0.8))
    sheet = Sheet("s", "1", (yes_no("a", 0.1), yes_no("b", 0.7)), (), bands)
    found = score(Danger(sheet), {"a": "yes", "b": "yes"})
    assert (found.score, found.band) == (0.8, "high")


def test_missing_as_not_yes_counts_the_least_that_is_not_yes():
    sheet = Sheet(
        "s", "1", (yes_no("a", 3), yes_no("down", -2)), (), (Band("low", -2, 0), Band("high", 1, 3)),
        Missing.NOT_YES,
    )  # fmt: skip
    found = score(Danger(sheet), {"a": "yes"})
    assert (found.score, found.lowest, found.highest) == (3, 1, 3)
    assert Reason("scoring.missing_not_yes", "1") in found.because


def test_what_the_sheet_has_not_is_refused():
    with pytest.raises(ValueError, match="not a question of da: i21"):
        score(DA, {"i21": "yes"})
    with pytest.raises(ValueError, match="not an answer to i1: maybe"):
        score(DA, {"i1": "maybe"})
    with pytest.raises(ValueError, match="not a band of da: worse"):
        score(DA, {}, judged="worse")
    with pytest.raises(ValueError, match="not a question of lap"):
        detect(LAP, {"q12": "yes"})


def test_a_detection_is_refused_wherever_danger_is_expected():
    found = detect(LAP, {"q1": "yes"})
    with pytest.raises(TypeError, match="a detection has no score"):
        score(LAP, {})
    with pytest.raises(TypeError, match="an instrument of danger is scored"):
        detect(DA, {})
    with pytest.raises(TypeError):
        set_level(None, found, ())
    with pytest.raises(TypeError):
        _ = found < detect(LAP, {})
    with pytest.raises(TypeError):
        int(found)
    with pytest.raises(TypeError, match=r"ask for \.positive"):
        bool(found)
    assert not {"level", "band", "score"} & set(dir(found))


def test_a_detection_cannot_be_made_with_a_band():
    with pytest.raises(ValueError, match="it sets no level"):
        Detection(DA.sheet)
    with pytest.raises(ValueError, match="it sets no level"):
        Detection(Sheet("s", "1", (yes_no("a"),), (Trigger("t", ("a",), band="high"),)))
    for kind in (Danger, Detection):
        with pytest.raises(TypeError):
            kind(LAP)


MISUSES = """
from shelterbelt.rules.levels import set_level
from shelterbelt.rules.scoring import Detected, Scored, detect, score
from shelterbelt.rules.sheets import Danger, Detection
def level_from(found: Scored) -> None: ...
def wrong(detection: Detection, danger: Danger, found: Detected) -> None:
    score(detection, {})
    detect(danger, {})
    level_from(found)
    set_level(None, found, ())
    print(found.level)
    print(found < found)
def right(detection: Detection, danger: Danger) -> None:
    print(detect(detection, {}).positive)
    level_from(score(danger, {}))
"""


def test_the_type_checker_refuses_a_detection_where_danger_is_expected(tmp_path):
    place = tmp_path / "misuses.py"
    place.write_text(MISUSES)
    source = Path(__file__).parents[2] / "src"
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", "--strict", f"--cache-dir={tmp_path}", "misuses.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ | {"MYPYPATH": str(source)},
    )  # fmt: skip
    lines = {int(line.split(":")[1]) for line in run.stdout.splitlines() if line.startswith("misuses.py:")}
    assert lines == {7, 8, 9, 10, 11, 12}, run.stdout + run.stderr
