"""A zone: entered, stayed, crossed between two fixes, left; exactly what a search of the sorted whole finds, in any order."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.streams_for_tests import (
    CASES,
    DEGREE,
    EAST,
    NORTH,
    ZONES,
    found_in_zone,
    muddled,
    net,
    walk,
    without_time,
)

from shelterbelt.library.watching import watching
from shelterbelt.rules.fixes import CLOCK, MOCKED, Fix
from shelterbelt.rules.geofence import (
    BEGINNING,
    EDGE,
    INSIDE,
    KINDS,
    OUTSIDE,
    UNKNOWN,
    Settings,
    alone,
    judge,
    place_at,
    step,
)
from shelterbelt.rules.late import DOUBLE, TAKEN, TOO_LATE
from shelterbelt.rules.zones import beyond, circle

HOME = circle(NORTH, EAST, 300)
USUAL = watching().zone
SECOND = 1000


def at(seconds: float, metres_north: float, off: float = 10.0, **more: object) -> Fix:
    """A fix so many metres north of the middle of the zone."""
    return Fix(int(seconds * SECOND), NORTH + metres_north / DEGREE, EAST, off, **more)


def told(*fixes: Fix, zone=HOME, by: Settings = USUAL):
    """What is told of fixes that arrive as they stand, and where somebody is after them."""
    watch, found = BEGINNING, []
    for fix in fixes:
        turn = step(watch, fix, zone, by)
        watch = turn.kept
        found += [(event.kind, event.ms // SECOND, event.certainty) for event in turn.told]
        found += [("not " + event.kind, event.ms // SECOND, "") for event in turn.taken_back]
    return found, watch.state.place


# One zone, fix by fix


def test_whoever_comes_in_has_entered_once_and_left_once_clear_of_the_edge() -> None:
    found, place = told(at(0, 900), at(60, 200), at(120, 100), at(180, 320), at(240, 400))
    assert found == [("entered", 60, "sure"), ("left", 240, "sure")]
    assert place == OUTSIDE


def test_whoever_is_in_at_the_first_fix_has_entered() -> None:
    assert told(at(0, 0)) == ([("entered", 0, "sure")], INSIDE)


def test_a_way_through_the_zone_between_two_fixes_has_crossed_it() -> None:
    assert told(at(0, 900), at(60, -900)) == ([("crossed", 60, "likely")], OUTSIDE)
    beside = replace(at(60, 0), longitude=EAST + 0.02), replace(at(120, 900), longitude=EAST + 0.02)
    assert told(at(0, 900), *beside) == ([], OUTSIDE)


def test_a_way_through_with_rough_fixes_on_it_has_crossed_too() -> None:
    assert told(at(0, 900), at(20, 250, 80), at(40, 900))[0] == [("crossed", 40, "likely")]
    assert told(at(0, 900), at(20, 350, 80), at(40, 900))[0] == []


def test_staying_is_dated_by_when_it_was_long_enough_and_not_by_the_fix_that_shows_it() -> None:
    found, _ = told(at(0, 0), at(200, 0), at(400, 0), at(900, 0))
    assert found == [("entered", 0, "sure"), ("stayed", 300, "sure")]


def test_at_the_edge_for_a_minute_may_be_in() -> None:
    found, _ = told(at(0, 320, 50), at(30, 320, 50), at(90, 320, 50), at(120, 0), at(200, 900))
    assert found == [("may_be_in", 60, "possible"), ("entered", 120, "sure"), ("left", 200, "sure")]
    assert told(at(0, 320, 50), at(30, 320, 50)) == ([], EDGE)


def test_after_a_long_gap_nothing_is_known_and_whoever_was_in_is_lost() -> None:
    found, place = told(at(0, 0), at(2000, 900))
    assert found == [("entered", 0, "sure"), ("lost", 600, "")]
    assert place == OUTSIDE
    assert told(at(0, 900), at(2000, -900))[0] == []


def test_a_place_is_unknown_once_the_last_fix_is_old() -> None:
    state, _ = judge(BEGINNING.state, at(0, 900), HOME, USUAL)
    assert place_at(state, 600 * SECOND, USUAL) == OUTSIDE
    assert place_at(state, 600 * SECOND + 1, USUAL) == UNKNOWN
    assert place_at(BEGINNING.state, 0, USUAL) == UNKNOWN


@pytest.mark.parametrize("marks", [CLOCK, MOCKED])
def test_what_is_doubtful_raises_and_never_ends(marks: int) -> None:
    assert told(at(0, 900, marks=marks), at(60, 0, marks=marks))[0] == [("entered", 60, "possible")]
    found, place = told(at(0, 0), at(60, 900, marks=marks), at(120, 900, marks=marks))
    assert found == [("entered", 0, "sure")]
    assert place == INSIDE


def test_a_jump_nobody_can_make_ends_nothing_until_it_is_borne_out() -> None:
    found, _ = told(at(0, 0), at(10, 50_000), at(20, 50_010))
    assert found == [("entered", 0, "sure"), ("left", 20, "sure")]
    assert told(at(0, 0), at(10, 50_000))[1] == INSIDE
    assert told(at(0, 900), at(10, 50_000), at(20, -900))[0] == []


def test_a_fix_too_rough_to_tell_says_nothing_and_is_never_safe() -> None:
    found, place = told(at(0, 0), at(60, 4000, 3000), at(120, 4000, 2000))
    assert found == [("entered", 0, "sure")]
    assert place == INSIDE
    assert told(at(0, 4000, 3000)) == ([], UNKNOWN)
    wide = circle(NORTH, EAST, 15_000)
    assert told(at(0, 0, 3000), zone=wide) == ([("entered", 0, "sure")], INSIDE)


# In any order, any number of times


def test_a_late_fix_takes_back_what_was_told_too_soon() -> None:
    beside = replace(at(30, 0), longitude=EAST + 0.02)
    found, _ = told(at(0, 900), at(60, -900), beside)
    assert found == [("crossed", 60, "likely"), ("not crossed", 60, "")]


def test_a_fix_that_is_too_late_changes_nothing_and_is_handed_back() -> None:
    watch = step(BEGINNING, at(0, 900), HOME, USUAL).kept
    watch = step(watch, at(4000, 900), HOME, USUAL).kept
    watch = step(watch, at(9000, 900), HOME, USUAL).kept
    turn = step(watch, at(3000, 0), HOME, USUAL)
    assert (turn.fate, turn.kept, turn.told) == (TOO_LATE, watch, ())
    assert (
        step(watch, at(9000, 900), HOME, USUAL).fate == step(watch, at(4000, 900), HOME, USUAL).fate == DOUBLE
    )
    event = alone(at(3000, 0), HOME)
    assert event is not None and event.kind == "entered"
    assert alone(at(3000, 320, 50), HOME) is None


def test_what_is_kept_is_bounded_by_time_and_by_nothing_else() -> None:
    watch = BEGINNING
    for number in range(500):
        turn = step(watch, at(60 * number, 900), HOME, USUAL)
        assert turn.fate == TAKEN
        watch = turn.kept
    assert len(watch.lines) == 61


STREAM = st.integers(0, 2**32).map(random.Random)


@settings(max_examples=60, deadline=None)
@given(STREAM)
def test_any_order_tells_exactly_what_a_search_of_all_finds(chance: random.Random) -> None:
    _compare(chance)


def test_random_streams_tell_exactly_what_a_search_of_all_finds() -> None:
    kinds: set[str] = set()
    for number in range(CASES // 2):
        kinds |= _compare(random.Random(number))
    assert kinds == set(KINDS)


def _compare(chance: random.Random) -> set[str]:
    zone, fixes = chance.choice(ZONES), walk(chance, chance.randint(0, 30))
    by = without_time(USUAL)
    watch, turns = BEGINNING, []
    for fix in muddled(chance, fixes):
        turns.append(step(watch, fix, zone, by))
        watch = turns[-1].kept
    wanted = found_in_zone(fixes, zone, by)
    assert net(turns) == wanted
    state = BEGINNING.state
    for fix in sorted(set(fixes)):
        state, _ = judge(state, fix, zone, by)
    assert watch.state == state
    return {kind for _, kind in wanted}


def test_fixes_that_come_less_late_than_is_kept_change_nothing_though_much_is_forgotten() -> None:
    by = replace(USUAL, late_ms=1_800_000)
    forgotten = 0
    for number in range(CASES // 20):
        chance = random.Random(number)
        fixes = walk(chance, 80)
        came = sorted(fixes, key=lambda fix: fix.ms + chance.uniform(0, 1_700_000))
        watch, turns = BEGINNING, []
        for fix in came:
            turns.append(step(watch, fix, ZONES[0], by))
            watch = turns[-1].kept
        assert TOO_LATE not in {turn.fate for turn in turns}
        assert net(turns) == found_in_zone(fixes, ZONES[0], by)
        forgotten += watch.before is not None
    assert forgotten


@settings(max_examples=60, deadline=None)
@given(STREAM)
def test_an_alarm_ends_by_a_fix_that_is_clear_of_the_zone_and_of_doubt_or_by_being_lost(
    chance: random.Random,
) -> None:
    state = BEGINNING.state
    for fix in sorted(set(walk(chance, 30))):
        after, events = judge(state, fix, ZONES[0], USUAL)
        if state.open and not after.open:
            metres = beyond(ZONES[0], fix.latitude, fix.longitude)
            clear = metres - fix.metres > USUAL.leave and not fix.marks & (CLOCK | MOCKED)
            assert clear or "lost" in {event.kind for event in events}
        state = after
