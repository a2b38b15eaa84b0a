"""The danger level: who may choose which, and what a choice can never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.levels import DEFAULT, Level, Move, level_of, set_level
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.screening import ScreenRule, screen

LEVELS = st.sampled_from(Level)
CURRENT = st.none() | LEVELS
FACTORS = st.lists(st.sampled_from(["gun_access", "separation", "survivor_view"]))


@given(CURRENT, LEVELS, FACTORS, st.text())
def test_no_choice_lowers_whatever_its_reason(current, chosen, factors, reason):
    change = set_level(current, chosen, factors, reason=reason)
    assert change.level == max(chosen, DEFAULT if current is None else current)
    assert (change.problem == "level.reassessment_needed") == (chosen < change.was)


@given(CURRENT, LEVELS, LEVELS, FACTORS, st.sampled_from(["", "a reason"]))
def test_choosing_higher_never_gives_lower(current, one, other, factors, reason):
    low, high = sorted((one, other))
    lower = set_level(current, low, factors, reason=reason)
    higher = set_level(current, high, factors, reason=reason)
    assert higher.level >= lower.level


def test_raising_needs_neither_reason_nor_factor():
    change = set_level(Level.LOW, Level.EXTREME, ())
    assert (change.level, change.move, change.problem) == (Level.EXTREME, Move.RAISED, None)


def test_a_case_begins_at_medium_and_says_so():
    change = set_level(None, Level.MEDIUM, ())
    assert (change.level, change.was, change.move) == (Level.MEDIUM, Level.MEDIUM, Move.KEPT)
    assert Reason("level.default", "medium") in change.because


def test_choosing_low_for_a_new_case_needs_a_reassessment():
    change = set_level(None, Level.LOW, (), reason="They have moved far away.")
    assert (change.level, change.problem) == (Level.MEDIUM, "level.reassessment_needed")


def test_factors_are_told_once_each_in_a_fixed_order():
    change = set_level(None, Level.HIGH, ["separation", "gun_access", "separation"])
    assert change.factors == ("gun_access", "separation")
    assert [reason.about for reason in change.because if reason.code == "level.factor"] == [
        "gun_access",
        "separation",
    ]


def test_a_screen_result_cannot_stand_where_a_level_is_expected():
    result = screen(ScreenRule(("q1",), (), 1), {"q1": "yes"}, survivor_concern=False, worker_concern=False)
    with pytest.raises(TypeError, match="a level is needed"):
        set_level(None, result, ())
    with pytest.raises(TypeError, match="a level is needed"):
        set_level(result, Level.HIGH, ())
    with pytest.raises(ValueError, match="not a valid Level"):
        Level(result)


def test_a_bare_number_is_no_level():
    with pytest.raises(TypeError):
        set_level(None, 4, ())


def test_words_and_levels_are_one_to_one():
    assert [level_of(level.word) for level in Level] == list(Level)
    for word in ("none", "", "LOW", "safe"):
        with pytest.raises(ValueError, match="not a level"):
            level_of(word)
