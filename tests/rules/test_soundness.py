"""What does not fit together in an instrument is found, each fault at its place; the published ones are sound."""

from dataclasses import replace

import pytest
from tests.rules.sheets_for_tests import da, dale, lap, odara, yes_no

from shelterbelt.rules.levels import Level
from shelterbelt.rules.reasons import Problem
from shelterbelt.rules.sheets import (
    Band,
    Bin,
    Danger,
    Detection,
    Missing,
    Norm,
    Option,
    Question,
    Rate,
    Sheet,
    Trigger,
)
from shelterbelt.rules.soundness import problems_of

A, B = yes_no("a", 1), yes_no("b", 2)
BANDS = (Band("low", 0, 1, Level.LOW), Band("high", 2, 3, Level.HIGH))
GOOD = Sheet("s", "1", (A, B), (), BANDS)
BACKWARDS = Question("a", (Option("yes", 0, True), Option("no", 1)))
NEVER = Question("a", (Option("x", 1), Option("y", 0)))
DOWN = yes_no("down", -2, excludes=("b",))


FIFTH = Rate(0.2)


def norm(*bins: Bin, rate: Rate = FIFTH, base: Rate | None = None) -> Norm:
    return Norm("n", "s", "x", "x", "x", "x", "M", {one.id: rate for one in bins}, bins, base)


def found(sheet=GOOD, norms=(), **changed):
    return [(one.field, one.code) for one in problems_of(Danger(replace(sheet, **changed), norms))]


@pytest.mark.parametrize("instrument", [da(), dale(), lap(), odara()], ids=lambda one: one.sheet.id)
def test_the_published_rules_are_sound(instrument):
    assert problems_of(instrument) == ()


def test_what_fits_together_has_no_problem():
    assert found() == []
    assert found(questions=(A, B, DOWN), bands=(Band("low", -2, 1), Band("high", 2, 3))) == []
    assert found(arithmetic=False, bands=(Band("low"), Band("high"))) == []


def test_what_is_no_instrument_is_refused():
    with pytest.raises(TypeError):
        problems_of(GOOD)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"questions": ()}, ("items", "no_questions")),
        ({"questions": (A, B, A)}, ("items.2.id", "twice")),
        ({"questions": (Question("a", (Option("yes", 1),)), B)}, ("items.0.answers", "options")),
        ({"questions": (B, Question("a", (Option("yes", 1), Option("yes", 0))))}, ("items.1.answers", "options")),
        ({"questions": (Question("a", (Option("yes", 1), Option("declined", 0))),)}, ("items.0.answers", "options")),
        ({"questions": (yes_no("a", 0.125), B)}, ("items.0.answers", "points_too_fine")),
        ({"questions": (yes_no("a", excludes=("c",)), B)}, ("items.0.excludes.0", "unknown_item")),
        ({"questions": (yes_no("a", excludes=("a",)), B)}, ("items.0.excludes.0", "unknown_item")),
        ({"questions": (yes_no("a", excludes=("b",)), B)}, ("items.0.excludes.0", "excludes_same_way")),
        ({"bands": ()}, ("bands", "no_bands")),
        ({"bands": (*BANDS, Band("low", 4, 5))}, ("bands.2.id", "twice")),
        ({"questions": (yes_no("a", 0),)}, ("items", "nothing_scored")),
        ({"bands": (BANDS[0], Band("high", 3, 3))}, ("bands.1.lo", "hole:2")),
        ({"bands": (Band("low", 1, 1), BANDS[1])}, ("bands.0.lo", "hole:0")),
        ({"bands": (BANDS[0], Band("high", 2, 2))}, ("bands.1.lo", "hole:3")),
        ({"bands": (BANDS[0], Band("high", 1, 3))}, ("bands.1.lo", "overlap")),
        ({"bands": (BANDS[1], BANDS[0])}, ("bands.1.lo", "overlap")),
        ({"bands": (Band("low", 1, 0), BANDS[1])}, ("bands.0.hi", "upside_down")),
        ({"bands": (*BANDS, Band("top", 4, 9))}, ("bands.2.lo", "no_score")),
        ({"bands": (BANDS[0], Band("high", 2, 3, Level.LOW), Band("top", 4, 4))}, ("bands.2.lo", "no_score")),
        ({"bands": (BANDS[1], Band("top", 4, 5, Level.LOW))}, ("bands.1.level", "level_falls")),
        ({"most_missing": 1}, ("missing.most", "most_without_prorate")),
        ({"missing": Missing.PRORATE, "most_missing": 2}, ("missing.most", "most_is_all")),
        ({"missing": Missing.PRORATE, "arithmetic": False}, ("missing.rule", "prorate_without_sum")),
        (
            {"missing": Missing.PRORATE, "questions": (A, yes_no("b", 0.5))},
            ("missing.rule", "prorate_points"),
        ),
        ({"missing": Missing.PRORATE, "questions": (A, yes_no("b", -1))}, ("missing.rule", "prorate_points")),
    ],
)  # fmt: skip
def test_each_fault_of_the_rule_is_found_at_its_place(changed, problem):
    assert problem in found(**changed)


@pytest.mark.parametrize(
    ("trigger", "problem"),
    [
        (Trigger("t", ("c",)), ("triggers.0.of.0", "unknown_item")),
        (Trigger("t", ("b", "c"), points=1), ("triggers.0.of.1", "unknown_item")),
        (Trigger("t", ("b",), each=(("b", "c"),)), ("triggers.0.each.0.1", "unknown_item")),
        (Trigger("t", ("b",), unless=("other",)), ("triggers.0.unless.0", "unless_not_earlier")),
        (Trigger("t", ("b",), unless=("t",)), ("triggers.0.unless.0", "unless_not_earlier")),
        (Trigger("t", ("b",), band="top"), ("triggers.0.band", "unknown_band")),
        (Trigger("t", ("b",), band="high", side=True), ("triggers.0.band", "side_band")),
        (Trigger("t", ("b",), at_least=2), ("triggers.0.at_least", "count_out_of_reach")),
        (Trigger("t", ("b",), at_least=0), ("triggers.0.at_least", "count_out_of_reach")),
        (Trigger("t", ()), ("triggers.0.at_least", "count_out_of_reach")),
        (Trigger("t", ("b",), points=3), ("triggers.0.points", "points_never")),
        (Trigger("t", ("b",), points=0), ("triggers.0.points", "points_always")),
    ],
)
def test_each_fault_of_a_trigger_is_found_at_its_place(trigger, problem):
    assert found(triggers=(trigger,)) == [problem]
    if not trigger.band:
        detection = Detection(Sheet("s", "1", (A, B), (trigger,)))
        assert problems_of(detection) == (Problem(*problem),)


def test_two_triggers_of_one_name_are_found():
    one = Trigger("t", ("b",))
    assert found(triggers=(one, one)) == [("triggers.1.id", "twice")]


@pytest.mark.parametrize(("question", "code"), [(BACKWARDS, "yes_not_most"), (NEVER, "never_yes")])
def test_a_trigger_looks_only_for_answers_that_give_most(question, code):
    sheet = Sheet("s", "1", (question, B), (), (Band("low", 0, 3),))
    assert found(sheet, triggers=(Trigger("t", ("a",)),)) == [("triggers.0.of.0", code)]
    assert found(sheet, triggers=(Trigger("t", ("b",), each=(("a",),)),)) == [("triggers.0.each.0.0", code)]
    assert found(sheet, triggers=(Trigger("t", ("a", "b"), points=2),)) == []


@pytest.mark.parametrize(
    ("norms", "problem"),
    [
        ((norm(Bin("0", 0, 0)), norm(Bin("0", 0, 0))), ("norms.1.id", "twice")),
        ((norm(Bin("0", 0, 0), Bin("0", 1, 1)),), ("norms.0.bins.1.id", "twice")),
        ((norm(Bin("0", 0, 1), Bin("1", 1, 2)),), ("norms.0.bins.1.lo", "overlap")),
        ((norm(Bin("0", 0, 1), Bin("9", 9, 12)),), ("norms.0.bins.1.lo", "no_score")),
        ((norm(Bin("0", 1, 0)),), ("norms.0.bins.0.hi", "upside_down")),
        ((norm(Bin("0", 0, 3), rate=Rate(0.5, 0.6, 0.7)),), ("norms.0.bins.0.interval", "interval")),
        ((norm(Bin("0", 0, 3), rate=Rate(1.5)),), ("norms.0.bins.0.interval", "interval")),
        ((norm(Bin("0", 0, 3), base=Rate(0.5, 0.1, 0.2)),), ("norms.0.base.interval", "interval")),
    ],
)
def test_each_fault_of_a_norm_is_found_at_its_place(norms, problem):
    assert found(norms=norms) == [problem]


def test_norms_without_a_sum_are_found():
    assert found(norms=(norm(Bin("0", 0, 0)),), arithmetic=False) == [("norms", "norms_without_sum")]


def test_a_norm_need_not_speak_of_every_score():
    assert found(norms=(norm(Bin("1", 1, 1)),)) == []
