"""Real trails of two people, mixed up and doubled: a zone and a pair tell exactly what a search of the whole finds.

Fails without the folder in SHELTERBELT_ORACLES. With SHELTERBELT_RANDOM_CASES=100000 every fix of every trail is used.
"""

import json
import os
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from tests.rules.streams_for_tests import CASES, found_between, found_in_zone, net

from shelterbelt.library.watching import watching
from shelterbelt.rules import approach, geofence
from shelterbelt.rules.earth import apart
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.late import TOO_LATE
from shelterbelt.rules.zones import Zone, area, circle, street

WHOLE = CASES >= 100_000
PEOPLE = ("000", "010")
MOST = 1200
LATE = 60_000


def folder() -> Path:
    """The folder of published cases."""
    named = os.environ.get("SHELTERBELT_ORACLES")
    if not named:
        pytest.fail("SHELTERBELT_ORACLES does not name the folder of published cases.")
    return Path(named)


def trail(person: str) -> list[Fix]:
    """Every fix of a person, in the files' order; how rough each is is made up here, the trails do not say."""
    chance = random.Random(person)
    found = []
    for path in sorted((folder() / "gps" / person / "Trajectory").glob("*.plt")):
        for line in path.read_text().splitlines()[6:]:
            latitude, longitude, _zero, _feet, _days, day, clock = line.split(",")
            at = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
            metres = chance.choice([5.0, 10.0, 10.0, 25.0, 60.0])
            found.append(Fix(int(at.timestamp()) * 1000, float(latitude), float(longitude), metres))
    return found


def some(person: str) -> list[Fix]:
    """All of them, or a piece that holds doubled instants where the person has any."""
    fixes = trail(person)
    if WHOLE:
        return fixes
    doubled = [n for n, (one, two) in enumerate(pairwise(fixes)) if one.ms == two.ms]
    start = max(0, doubled[len(doubled) // 2] - MOST // 2) if doubled else 0
    return fixes[start : start + MOST]


def zones_on(fixes: list[Fix]) -> list[Zone]:
    """A circle, a field and a street on the way."""
    here, there = fixes[len(fixes) // 2], fixes[len(fixes) // 2 + 40]
    north, east = here.latitude, here.longitude
    corners = [(north - 0.001, east - 0.002), (north + 0.002, east - 0.001), (north, east + 0.003)]
    line = [(north, east), (there.latitude + 0.0005, there.longitude + 0.0005)]
    return [circle(north, east, 150), area(corners), street(line, 40)]


def mixed(fixes: list[Fix], chance: random.Random) -> list[Fix]:
    """As they might arrive: each up to half a minute late, a fifth of them twice."""
    twice = fixes + chance.sample(fixes, len(fixes) // 5)
    return sorted(twice, key=lambda fix: fix.ms + chance.uniform(0, LATE / 2))


def test_the_trails_are_those_that_were_published() -> None:
    sizes = {person: len(trail(person)) for person in PEOPLE}
    doubled = {p: sum(n - 1 for n in Counter(fix.ms for fix in trail(p)).values()) for p in PEOPLE}
    assert sizes == {"000": 3634, "010": 21_297}
    assert doubled["010"] == 213


@pytest.mark.parametrize("person", PEOPLE)
def test_a_zone_on_a_real_way_tells_what_a_search_of_the_whole_finds(person: str) -> None:
    fixes, by = some(person), replace(watching().zone, late_ms=LATE, stay_ms=20_000)
    kinds: set[str] = set()
    for number, zone in enumerate(zones_on(fixes)):
        watch, turns = geofence.BEGINNING, []
        for fix in mixed(fixes, random.Random(number)):
            turns.append(geofence.step(watch, fix, zone, by))
            watch = turns[-1].kept
        assert TOO_LATE not in {turn.fate for turn in turns}
        wanted = found_in_zone(fixes, zone, by)
        assert net(turns) == wanted
        kinds |= {kind for _, kind in wanted}
    assert {"entered", "left"} <= kinds


@pytest.mark.parametrize("person", PEOPLE)
def test_two_on_nearly_the_same_way_tell_what_a_search_of_the_whole_finds(person: str) -> None:
    first = some(person)
    second = [replace(fix, ms=fix.ms + 120_000, latitude=fix.latitude + 0.0015) for fix in first]
    by = replace(watching().pair, late_ms=LATE, near=100.0, far=150.0)
    chance = random.Random(person)
    arriving = [(fix, 0) for fix in mixed(first, chance)] + [(fix, 1) for fix in mixed(second, chance)]
    arriving.sort(key=lambda one: one[0].ms + chance.uniform(0, LATE / 2))
    watch, turns = approach.BEGINNING, []
    for fix, side in arriving:
        turns.append(approach.step(watch, fix, side, by))
        watch = turns[-1].kept
    assert TOO_LATE not in {turn.fate for turn in turns}
    wanted = found_between((first, second), by)
    assert net(turns) == wanted
    kinds = {kind for _, kind in wanted}
    assert kinds >= ({"came_near", "went", "lost"} if person == "000" else {"came_near", "lost"})


def test_two_cars_that_pass_each_other_are_near_and_far_as_was_published() -> None:
    told = json.loads((folder() / "reference" / "tile38_roaming.json").read_text())
    by = replace(
        watching().pair, near=told["radius_m"], far=told["radius_m"], drift=0.0, fastest=1e9, stale_ms=10**9
    )
    watch, found = approach.BEGINNING, []
    for number, (one, two) in enumerate(zip(told["car1_lon"], told["car2_lon"], strict=True)):
        for side, longitude in enumerate((one, two)):
            fix = Fix(1000 * (2 * number + side), told["lat"], longitude, 0.0)
            turn = approach.step(watch, fix, side, by)
            watch = turn.kept
            found += [(event.kind, event.metres) for event in turn.told if event.kind != "closing"]
    # The server measures along another radius (6,371,000 m); it also tells each later place near by, which is no event here.
    nearby, *_, faraway = told["expected"]
    assert found[0] == ("came_near", pytest.approx(nearby[3], rel=1e-4))
    assert found[-1] == ("went", pytest.approx(faraway[3], rel=1e-4))
    assert apart(told["lat"], 0, told["lat"], 0.001) == pytest.approx(92.82, abs=0.05)
