"""How much is kept for things that come late: by time and by count; what stands is a search of all that were taken in."""

import random
from dataclasses import replace

from tests.rules.streams_for_tests import (
    CASES,
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
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.geofence import BEGINNING, judge, step
from shelterbelt.rules.late import DOUBLE, TAKEN, TOO_LATE

USUAL = watching().zone


def test_a_device_that_sends_without_end_fills_nothing() -> None:
    watch, by = BEGINNING, replace(USUAL, most=64)
    for number in range(500):
        watch = step(watch, Fix(number, NORTH, EAST, 10.0), ZONES[0], by).kept
        assert len(watch.lines) == min(number + 1, 64)


def test_in_any_order_no_more_are_kept_and_what_stands_is_what_a_search_of_all_that_were_taken_finds() -> (
    None
):
    fates: set[str] = set()
    for number in range(CASES // 10):
        fates |= _compare(random.Random(number))
    assert fates == {TAKEN, DOUBLE, TOO_LATE}


def _compare(chance: random.Random) -> set[str]:
    zone, fixes = chance.choice(ZONES), walk(chance, chance.randint(0, 30))
    by = replace(without_time(USUAL), most=chance.randint(1, 12))
    watch, turns, taken = BEGINNING, [], set()
    for fix in muddled(chance, fixes):
        turn = step(watch, fix, zone, by)
        newer = sum(fix < one for one in taken)
        assert turn.fate == (TOO_LATE if newer > by.most else DOUBLE if fix in taken else TAKEN)
        if turn.fate == TAKEN:
            taken.add(fix)
        watch = turn.kept
        assert [line.thing for line in watch.lines] == sorted(taken)[-by.most :]
        turns.append(turn)
    assert net(turns) == found_in_zone(taken, zone, by)
    state = BEGINNING.state
    for fix in sorted(taken):
        state, _ = judge(state, fix, zone, by)
    assert watch.state == state
    return {turn.fate for turn in turns}
