"""Two who are to be kept apart: near, closing, apart, lost; exactly what a search of the sorted whole finds, in any order."""

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
    found_between,
    muddled,
    net,
    walk,
    without_time,
)

from shelterbelt.library.watching import watching
from shelterbelt.rules.approach import (
    BEGINNING,
    FAR,
    KINDS,
    NEAR,
    UNKNOWN,
    Gap,
    Seen,
    judge,
    meets_in,
    place_at,
    step,
)
from shelterbelt.rules.fixes import MOCKED, Fix

SECOND = 1000
USUAL = watching().pair
HER, OTHER = 0, 1


def at(seconds: float, metres: float, off: float = 10.0, **more: object) -> Fix:
    """A fix so many metres north."""
    return Fix(int(seconds * SECOND), NORTH + metres / DEGREE, EAST, off, **more)


def told(*seen: tuple[int, Fix], by=USUAL):
    """What is told of fixes of both that arrive as they stand, and how they stand after them."""
    watch, found = BEGINNING, []
    for side, fix in seen:
        turn = step(watch, fix, side, by)
        watch = turn.kept
        found += [(event.kind, event.ms // SECOND, event.certainty) for event in turn.told]
        found += [("not " + event.kind, event.ms // SECOND, "") for event in turn.taken_back]
    return found, watch.state.place


# One pair, fix by fix


def test_near_begins_and_ends_with_a_space_between() -> None:
    found, place = told((HER, at(0, 0)), (OTHER, at(0, 400)), (OTHER, at(60, 600)), (OTHER, at(100, 1000)))
    assert found == [("came_near", 0, "sure"), ("went", 100, "sure")]
    assert place == FAR


def test_near_counts_by_the_least_distance_that_is_possible() -> None:
    assert told((HER, at(0, 0, 100)), (OTHER, at(0, 650, 100)))[0] == [("came_near", 0, "possible")]
    assert told((HER, at(0, 0, 100)), (OTHER, at(0, 450, 100)))[0] == [("came_near", 0, "likely")]
    assert told((HER, at(0, 0)), (OTHER, at(0, 650)))[0] == []


def test_whoever_was_not_seen_for_a_while_may_have_moved() -> None:
    assert told((HER, at(0, 0)), (OTHER, at(200, 900)))[0] == [("came_near", 200, "possible")]
    assert told((HER, at(0, 0)), (OTHER, at(100, 900)))[0] == []
    assert told((HER, at(0, 0, speed=20)), (OTHER, at(100, 2500)))[0] == [("came_near", 100, "possible")]


@pytest.mark.parametrize("silent", [HER, OTHER])
def test_nothing_is_far_when_either_is_lost(silent: int) -> None:
    other = 1 - silent
    found, place = told((silent, at(0, 0)), (other, at(1, 3000)), (other, at(400, 3000)))
    assert found == [("lost", 300, "")]
    assert place == UNKNOWN


def test_how_they_stand_is_unknown_once_either_fix_is_old() -> None:
    state, _ = judge(BEGINNING.state, Seen(at(0, 0), HER), USUAL)
    assert place_at(state, 0, USUAL) == UNKNOWN
    state, _ = judge(state, Seen(at(100, 5000), OTHER), USUAL)
    assert place_at(state, 300 * SECOND, USUAL) == FAR
    assert place_at(state, 300 * SECOND + 1, USUAL) == UNKNOWN


def test_who_come_towards_each_other_are_told_ahead_once() -> None:
    coming = [(OTHER, at(60 * n, 4000 - 600 * n)) for n in range(1, 6)]
    hers = [(HER, at(60 * n, 0)) for n in range(1, 6)]
    found, _ = told(*(one for pair in zip(hers, coming, strict=True) for one in pair))
    assert found == [("closing", 120, "likely")]
    away = [(OTHER, at(60 * n, 1000 + 600 * n)) for n in range(1, 6)]
    assert told(*(one for pair in zip(hers, away, strict=True) for one in pair))[0] == []


def test_meeting_is_reckoned_only_from_more_than_the_measures_may_be_off() -> None:
    since, gap = Gap(0, 2000, 1980, 2020, 0, False), Gap(60_000, 1400, 1380, 1420, 0, False)
    assert meets_in(gap, since, USUAL) == pytest.approx(90.0)
    assert meets_in(replace(gap, metres=1990), since, USUAL) is None
    assert meets_in(gap, replace(since, ms=60_000), USUAL) is None


@pytest.mark.parametrize("spoofed", [at(60, 9000, marks=MOCKED), at(1, 90_000)])
def test_a_doubtful_place_of_either_ends_no_alarm(spoofed: Fix) -> None:
    for side in (HER, OTHER):
        seen = [(side, at(0, 0)), (1 - side, at(0, 100)), (side, spoofed), (1 - side, at(61, 100))]
        found, place = told(*seen)
        assert found == [("came_near", 0, "sure")]
        assert place == NEAR


def test_a_fix_too_rough_to_tell_ends_nothing() -> None:
    found, place = told((HER, at(0, 0)), (OTHER, at(0, 100)), (OTHER, at(60, 9000, 3000)))
    assert found == [("came_near", 0, "sure")]
    assert place == NEAR


def test_a_pair_has_two_sides() -> None:
    with pytest.raises(ValueError):
        step(BEGINNING, at(0, 0), 2, USUAL)


# In any order, any number of times

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
    sides = walk(chance, chance.randint(0, 20)), walk(chance, chance.randint(0, 20))
    near = chance.choice([150.0, 500.0])
    by = replace(without_time(USUAL), near=near, far=near + 200)
    watch, turns = BEGINNING, []
    for seen in muddled(chance, [(side, fix) for side in (0, 1) for fix in sides[side]]):
        turns.append(step(watch, seen[1], seen[0], by))
        watch = turns[-1].kept
    wanted = found_between(sides, by)
    assert net(turns) == wanted
    state = BEGINNING.state
    for seen in sorted({Seen(fix, side) for side in (0, 1) for fix in sides[side]}):
        state, _ = judge(state, seen, by)
    assert watch.state == state
    return {kind for _, kind in wanted}
