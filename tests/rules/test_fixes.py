"""What devices send: wrong clocks, no accuracy, no place; and what each device says of itself."""

import math
import random

import pytest
from tests.rules.streams_for_tests import muddled, net, walk, without_time

from shelterbelt.library.watching import watching
from shelterbelt.rules import signals
from shelterbelt.rules.fixes import CLOCK, JAMMED, MOCKED, OFF, STRAP, UNSTATED, Fix, Said, jumped, take

NOW = 1_790_000_000_000
MINUTE, DAY = 60_000, 86_400_000


def test_a_good_fix_is_taken_as_it_is() -> None:
    taken = take(Said(40.0, -105.0, 12, NOW - 5000, 3.5, 80, STRAP), received_ms=NOW)
    assert taken.fix == Fix(NOW - 5000, 40.0, -105.0, 12.0, 3.5, 80, STRAP)
    assert taken.because == ()


@pytest.mark.parametrize(
    ("stamp", "ms", "marks"),
    [
        (NOW - 3 * 3600_000, NOW - 3 * 3600_000, 0),
        (NOW + MINUTE, NOW, 0),
        (NOW + MINUTE + 1, NOW, CLOCK),
        (NOW + DAY, NOW, CLOCK),
        (0, NOW, CLOCK),
        (-(10**15), NOW, CLOCK),
        (NOW - 7 * DAY, NOW - 7 * DAY, 0),
        (NOW - 7 * DAY - 1, NOW, CLOCK),
        (None, NOW, 0),
    ],
)
def test_a_wrong_clock_moves_nothing_into_another_time(stamp: int | None, ms: int, marks: int) -> None:
    fix = take(Said(40.0, -105.0, 12, stamp), received_ms=NOW).fix
    assert fix is not None and (fix.ms, fix.marks) == (ms, marks)


@pytest.mark.parametrize(
    ("said", "metres", "marks"),
    [(None, 100, UNSTATED), ("", 100, UNSTATED), (-1, 100, UNSTATED), (0, 3, 0), (2.5, 3, 0), ("40", 40, 0),
     (math.nan, 100, UNSTATED), (5000, 5000, 0)],
)  # fmt: skip
def test_an_accuracy_that_is_not_said_is_rough_and_none_is_perfect(
    said: object, metres: float, marks: int
) -> None:
    fix = take(Said(40.0, -105.0, said, NOW), received_ms=NOW).fix
    assert fix is not None and (fix.metres, fix.marks) == (metres, marks)


@pytest.mark.parametrize(
    ("latitude", "longitude", "metres"),
    [(0, 0, 5), (91, 0, 5), (-105, 40, 5), (40, 181, 5), (math.nan, 0, 5), (40, math.inf, 5), ("x", 1, 5), (None, 1, 5),
     (40, -105, 5001), (40, -105, "x"), (40, -105, math.inf), (40, -105, True)],
)  # fmt: skip
def test_what_names_no_place_is_no_fix(latitude: object, longitude: object, metres: object) -> None:
    taken = take(Said(latitude, longitude, metres, NOW), received_ms=NOW)
    assert taken.fix is None and [reason.code for reason in taken.because] == ["fix.no_place"]


@pytest.mark.parametrize(("speed", "battery"), [(-1.0, -1), (-3.0, 101), (math.nan, -5), (4000.0, 1000)])
def test_what_is_no_speed_and_no_battery_is_not_said(speed: float, battery: int) -> None:
    fix = take(Said(40.0, -105.0, 5, NOW, speed, battery), received_ms=NOW).fix
    assert fix is not None and (fix.speed, fix.battery) == (-1.0, -1)


def test_a_jump_is_a_way_that_nobody_can_make_within_both_accuracies() -> None:
    here = Fix(0, 40.0, -105.0, 10)
    assert not jumped(here, Fix(1000, 40.0005, -105.0, 10), fastest=70)
    assert jumped(here, Fix(1000, 40.001, -105.0, 10), fastest=70)
    assert not jumped(here, Fix(1000, 40.001, -105.0, 60), fastest=70)
    assert jumped(here, Fix(0, 40.001, -105.0, 10), fastest=70)
    assert not jumped(here, Fix(0, 40.0001, -105.0, 10), fastest=70)


# What a device says of itself


def told(*fixes: Fix) -> list[tuple[str, int]]:
    watch, found = signals.BEGINNING, []
    for fix in fixes:
        turn = signals.step(watch, fix, watching().device)
        watch = turn.kept
        found += [(event.kind, event.ms) for event in turn.told]
    return found


def test_a_battery_is_low_once_until_it_was_charged() -> None:
    levels = [40, 16, 15, -1, 10, 29, 14, 30, 15]
    fixes = [Fix(n, 40.0, -105.0, 10, -1.0, level) for n, level in enumerate(levels)]
    assert told(*fixes) == [("battery_low", 2), ("battery_low", 8)]


def test_tampering_is_told_when_it_begins_and_again_after_it_ended() -> None:
    marks = [0, STRAP, STRAP | JAMMED, 0, STRAP, OFF, CLOCK, MOCKED]
    fixes = [Fix(n, 40.0, -105.0, 10, marks=mark) for n, mark in enumerate(marks)]
    assert told(*fixes) == [
        ("strap", 1), ("jammed", 2), ("strap", 4), ("off", 5), ("clock", 6), ("mocked", 7)
    ]  # fmt: skip


def test_a_jump_is_told() -> None:
    assert told(Fix(0, 40.0, -105.0, 10), Fix(1000, 41.0, -105.0, 10)) == [("jumped", 1000)]


def test_any_order_tells_of_a_device_what_the_right_order_tells() -> None:
    for number in range(50):
        chance = random.Random(number)
        fixes, by = walk(chance, 25), without_time(watching().device)
        watch, turns = signals.BEGINNING, []
        for fix in muddled(chance, fixes):
            turns.append(signals.step(watch, fix, by))
            watch = turns[-1].kept
        ordered, state = set(), signals.State()
        for fix in sorted(set(fixes)):
            state, events = signals.judge(state, fix, by)
            ordered |= {event.key for event in events}
        assert net(turns) == ordered
