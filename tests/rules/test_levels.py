"""The danger level: who may move it, and which way."""

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
def test_a_machine_never_lowers(current, chosen, factors, reason):
    change = set_level(current, chosen, factors, by_person=False, reason=reason)
    assert change.level == max(chosen, DEFAULT if current is None else current)


@given(CURRENT, LEVELS, FACTORS)
def test_a_person_without_a_reason_never_lowers(current, chosen, factors):
    change = set_level(current, chosen, factors, by_person=True, reason="  ")
    assert change.level == max(chosen, DEFAULT if current is None else current)
    assert (change.problem == "level.reason_needed") == (chosen < change.was)


@given(CURRENT, LEVELS, FACTORS)
def test_a_person_with_a_reason_sets_any_level_and_a_lowering_is_told_as_one(current, chosen, factors):
    change = set_level(current, chosen, factors, by_person=True, reason="They have moved far away.")
    assert change.level == chosen
    assert change.problem is None
    assert (change.move is Move.LOWERED) == (chosen < change.was)


@given(CURRENT, LEVELS, LEVELS, FACTORS, st.booleans(), st.sampled_from(["", "a reason"]))
def test_choosing_higher_never_gives_lower(current, one, other, factors, by_person, reason):
    low, high = sorted((one, other))
    lower = set_level(current, low, factors, by_person=by_person, reason=reason)
    higher = set_level(current, high, factors, by_person=by_person, reason=reason)
    assert higher.level >= lower.level


def test_raising_needs_neither_reason_nor_factor():
    change = set_level(Level.LOW, Level.EXTREME, (), by_person=True)
    assert (change.level, change.move, change.problem) == (Level.EXTREME, Move.RAISED, None)


def test_a_case_begins_at_medium_and_says_so():
    change = set_level(None, Level.MEDIUM, (), by_person=True)
    assert (change.level, change.was, change.move) == (Level.MEDIUM, Level.MEDIUM, Move.KEPT)
    assert Reason("level.default", "medium") in change.because


def test_choosing_low_for_a_new_case_is_a_lowering():
    assert set_level(None, Level.LOW, (), by_person=True).problem == "level.reason_needed"


def test_factors_are_told_once_each_in_a_fixed_order():
    change = set_level(None, Level.HIGH, ["separation", "gun_access", "separation"], by_person=True)
    assert change.factors == ("gun_access", "separation")
    assert [reason.about for reason in change.because if reason.code == "level.factor"] == [
        "gun_access",
        "separation",
    ]


def test_a_screen_result_cannot_stand_where_a_level_is_expected():
    result = screen(ScreenRule(("q1",), (), 1), {"q1": "yes"}, survivor_concern=False, worker_concern=False)
    with pytest.raises(TypeError, match="screen result"):
        set_level(None, result, (), by_person=True)
    with pytest.raises(TypeError, match="screen result"):
        set_level(result, Level.HIGH, (), by_person=True)
    with pytest.raises(ValueError, match="not a valid Level"):
        Level(result)


def test_a_bare_number_is_no_level():
    with pytest.raises(TypeError):
        set_level(None, 4, (), by_person=True)


def test_words_and_levels_are_one_to_one():
    assert [level_of(level.word) for level in Level] == list(Level)
    for word in ("none", "", "LOW", "safe"):
        with pytest.raises(ValueError, match="not a level"):
            level_of(word)
