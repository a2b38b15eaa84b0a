"""A planned meeting keeps quiet what it names, where, how near and when; anything else raises as ever."""

import random
from dataclasses import replace
from math import nan

import pytest
from tests.rules.streams_for_tests import DEGREE, EAST, NORTH, ZONES

from shelterbelt.rules import approach, geofence, signals, silence
from shelterbelt.rules.fixes import CLOCK, JAMMED, MOCKED, OFF, OPENED, STRAP, UNSTATED, Fix
from shelterbelt.rules.passages import COVERABLE, LONGEST_MS, Passage, Seen, covered_until, quiets
from shelterbelt.rules.zones import beyond, circle

HOUR = 3_600_000
PLACE = circle(NORTH, EAST, 200)
PLAN = Passage(
    "p", frozenset({"pair", "school"}), frozenset({"came_near", "entered"}), PLACE, 50.0, HOUR, 2 * HOUR, 0
)


def at(metres_north: float, off: float = 10.0, marks: int = 0) -> Fix:
    return Fix(HOUR, NORTH + metres_north / DEGREE, EAST, off, marks=marks)


THERE = (at(0), at(60))
NEAR = Seen("pair", "came_near", HOUR + 1, 50.0, THERE)


def quiet(seen: Seen, *plans: Passage) -> bool:
    return quiets(plans or (PLAN,), seen) is not None


def test_what_was_planned_is_quiet_and_says_by_which_plan() -> None:
    found = quiets([PLAN], NEAR)
    assert found is not None and (found.code, found.about) == ("passages.planned", "p")
    assert quiet(replace(NEAR, watch="school", kind="entered", least=60, fixes=(at(0),)))
    assert quiets([], NEAR) is None


@pytest.mark.parametrize(
    "other",
    [
        {"watch": "home"},
        {"kind": "closing"},
        {"kind": "entered"},  # of a pair's two fixes: not a zone's
        {"ms": HOUR - 1},
        {"ms": 2 * HOUR},
        {"least": 49.9},
        {"least": nan},
        {"fixes": ()},
        {"fixes": (at(0),)},
        {"fixes": (*THERE, at(0))},
        {"fixes": (at(0), at(191))},  # perhaps not in the place
        {"fixes": (at(300), at(0))},
        {"fixes": (at(0), at(0, nan))},
        {"fixes": (at(nan), at(0))},
        {"doubtful": True},
        *({"fixes": (at(0), at(60, marks=mark))} for mark in (CLOCK, MOCKED, STRAP, OPENED, JAMMED, OFF)),
    ],
)
def test_what_it_does_not_name_raises_as_ever(other: dict) -> None:
    assert quiet(NEAR)
    assert not quiet(replace(NEAR, **other))


def test_edges_of_what_was_planned_are_in_it() -> None:
    assert quiet(replace(NEAR, ms=HOUR)) and quiet(replace(NEAR, ms=2 * HOUR - 1))
    assert quiet(replace(NEAR, fixes=(at(0), at(189))))
    exact = Fix(HOUR, NORTH, EAST, 200.0)  # in the middle, as rough as the place is wide
    assert quiet(replace(NEAR, fixes=(exact, exact)))
    rougher = replace(exact, metres=200.5)
    assert not quiet(replace(NEAR, fixes=(exact, rougher)))
    assert quiet(replace(NEAR, fixes=(at(0), at(60, marks=UNSTATED))))
    assert quiet(replace(NEAR, least=0.0), replace(PLAN, metres=0.0))


def test_plan_covers_nothing_from_before_it_was_made_or_after_it_was_ended() -> None:
    assert not quiet(NEAR, replace(PLAN, made_ms=NEAR.ms + 1))
    assert quiet(NEAR, replace(PLAN, made_ms=NEAR.ms))
    assert not quiet(NEAR, replace(PLAN, ended_ms=NEAR.ms))
    assert quiet(NEAR, replace(PLAN, ended_ms=NEAR.ms + 1))
    assert quiet(NEAR, replace(PLAN, ended_ms=9 * HOUR))


def test_no_two_plans_cover_together_what_neither_covers() -> None:
    where = replace(PLAN, id="q", watches=frozenset({"home"}))
    what = replace(PLAN, kinds=frozenset({"entered"}))
    assert not quiet(NEAR, where, what)
    found = quiets([replace(PLAN, id="r"), PLAN], NEAR)
    assert found is not None and found.about == "p"


@pytest.mark.parametrize(
    "broken",
    [
        {"watches": frozenset()},
        {"kinds": frozenset()},
        {"until_ms": HOUR},
        {"until_ms": HOUR + LONGEST_MS + 1},
        {"place": ZONES[1]},
        {"place": circle(NORTH, EAST, 1001)},
        {"metres": -1.0},
        {"metres": nan},
        *(
            {"kinds": frozenset({"came_near", kind})}
            for kind in (geofence.LEFT, geofence.LOST, approach.WENT, *silence.KINDS, *signals.KINDS)
        ),
    ],
)
def test_plan_that_would_cover_what_none_may_is_refused(broken: dict) -> None:
    with pytest.raises(ValueError):
        replace(PLAN, **broken)


def test_plan_may_cover_what_a_meeting_brings_and_last_a_day() -> None:
    assert {"entered", "may_be_in", "stayed", "crossed", "came_near", "closing"} == COVERABLE
    assert LONGEST_MS == 24 * HOUR
    replace(PLAN, until_ms=HOUR + LONGEST_MS, place=circle(NORTH, EAST, 1000), metres=0.0, kinds=COVERABLE)


# Until when


def test_what_lasts_raises_when_the_plan_is_over() -> None:
    assert covered_until([PLAN], NEAR) == 2 * HOUR
    assert covered_until([replace(PLAN, ended_ms=HOUR + 9)], NEAR) == HOUR + 9
    assert covered_until([PLAN], replace(NEAR, watch="home")) is None
    assert covered_until([PLAN], replace(NEAR, ms=2 * HOUR)) is None
    assert covered_until([], NEAR) is None


def test_plans_that_follow_on_each_other_without_a_gap_are_one() -> None:
    following = replace(PLAN, id="q", from_ms=2 * HOUR, until_ms=3 * HOUR)
    assert covered_until([following, PLAN], NEAR) == 3 * HOUR
    assert covered_until([replace(following, from_ms=2 * HOUR + 1), PLAN], NEAR) == 2 * HOUR
    assert covered_until([replace(following, kinds=frozenset({"entered"})), PLAN], NEAR) == 2 * HOUR
    assert covered_until([following], NEAR) is None


def some(chance: random.Random) -> Passage:
    begins = chance.randint(0, 20)
    return Passage(
        str(chance.random()),
        frozenset(chance.sample(["pair", "home"], chance.randint(1, 2))),
        frozenset(chance.sample(["came_near", "closing"], chance.randint(1, 2))),
        circle(NORTH, EAST, chance.choice([100, 400])),
        chance.choice([0.0, 50.0]),
        begins,
        begins + chance.randint(1, 12),
        chance.randint(0, 12),
        chance.choice([None, None, chance.randint(0, 30)]),
    )


def test_against_a_look_at_every_instant() -> None:
    """Covered at an instant, and until the first one at which no plan covers it, each plan looked at by itself."""
    kept = 0
    for number in range(1500):
        chance = random.Random(number)
        plans = [some(chance) for _ in range(chance.randint(0, 5))]
        fixes = tuple(
            at(chance.choice([0, 85, 95, 300]), 10.0, chance.choice([0, 0, 0, MOCKED])) for _ in "ab"
        )
        seen = Seen("pair", "came_near", chance.randint(0, 30), chance.choice([0.0, 60.0]), fixes)

        def covers(plan: Passage, ms: int, seen: Seen = seen) -> bool:
            return (
                "pair" in plan.watches
                and "came_near" in plan.kinds
                and plan.made_ms <= seen.ms
                and ms in range(plan.from_ms, plan.until_ms)
                and (plan.ended_ms is None or ms < plan.ended_ms)
                and seen.least >= plan.metres
                and not any(fix.marks for fix in seen.fixes)
                and max(beyond(plan.place, fix.latitude, fix.longitude) for fix in seen.fixes) <= -10
            )

        instants = [ms for ms in range(seen.ms, 60) if not any(covers(plan, ms) for plan in plans)]
        until = covered_until(chance.sample(plans, len(plans)), seen)
        assert quiet(seen, *plans) == (instants[0] > seen.ms) if plans else True
        assert (until or seen.ms) == instants[0], number
        kept += until is not None
        fewer = plans[1:]
        assert quiets(fewer, seen) is None or quiet(seen, *plans)
    assert kept > 50
