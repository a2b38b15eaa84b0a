"""Devices that are mostly far from their own few zones: whatever the engine passes over, the rules tell nothing of either."""

import math
import random

from tests.engines.test_watching import CASES, by_engine, by_rules
from tests.rules.streams_for_tests import DEGREE, EAST, NORTH
from tests.rules.test_watches import BEGUN, HOUR, ways

from shelterbelt.rules.fixes import MOCKED, Fix
from shelterbelt.rules.frames import Heard
from shelterbelt.rules.watches import Watched
from shelterbelt.rules.zones import area, circle

REACH = 200.0
WIDE = math.cos(math.radians(NORTH))


def about(north: float, east: float, metres: float, turn: float) -> tuple[float, float]:
    """This function will return a place so many metres from another, in degrees."""
    up, along = metres * math.cos(turn) / DEGREE, metres * math.sin(turn) / DEGREE
    return north + up, east + along / WIDE


MIDDLES = (about(NORTH, EAST, 0, 0), about(NORTH, EAST, 6000, 1.0), about(NORTH, EAST, 9000, 4.0))
SQUARE = tuple(about(*MIDDLES[1], REACH, turn) for turn in (0.8, 2.4, 3.9, 5.5))
ZONES = (circle(*MIDDLES[0], REACH), area(SQUARE), circle(*MIDDLES[2], 2 * REACH))
# Two have zones of their own, one has none; no zone is everybody's, so that what lies between zones is passed over.
WATCHED = Watched(
    zones=((1, 7, ZONES[0]), (2, 7, ZONES[1]), (3, 7, ZONES[2]), (4, 9, ZONES[1])),
    pairs=((1, 7, 8), (2, 9, 10)),
)
FARS = (0.0, REACH - 30, REACH + 1, REACH + 30, REACH + 60, REACH + 300, 2000.0, 5000.0, 12_000.0)
CORNERS = tuple(math.pi / 4 * n for n in (1, 3, 5, 7))  # of a circle's box, beside the circle
ROUGH = (4.0, 8.0, 40.0, 40.0, 90.0, 400.0, 1500.0)


def day(chance: random.Random, device: int, many: int) -> list[Heard]:
    """Hours far away, then a while about the edge of a zone, and so on; a fix every half of a minute, nearly all in order."""
    found, ms = [], BEGUN + chance.randrange(30_000)
    middle, turn = MIDDLES[0], 2.0
    place = about(*middle, 4000, turn)
    for _ in range(many):
        ms += chance.choice([15_000, 30_000, 30_000, 70_000, 700_000])
        if chance.random() < 0.4:
            middle, turn = chance.choice(MIDDLES), chance.choice([chance.uniform(0, 7), *CORNERS])
            place = about(*middle, chance.choice(FARS), turn)
        elif chance.random() < 0.4:
            # Straight through the middle to the other side, as somebody drives past.
            turn += math.pi
            place = about(*middle, chance.choice(FARS), turn)
        else:
            place = about(*place, chance.choice([0.0, 5.0, 60.0]), chance.uniform(0, 2 * math.pi))
        marks, battery = chance.choice([0] * 40 + [MOCKED]), chance.choice([80] * 40 + [10, -1])
        fix = Fix(ms, *place, chance.choice(ROUGH), chance.choice([-1.0, 0.0, 14.0]), battery, marks)
        received = ms + (chance.randrange(200_000) if chance.random() < 0.03 else 300)
        found.append(Heard(device, received, fix))
    return found


def test_what_is_passed_over_tells_nothing_by_the_rules_either() -> None:
    kinds: set[tuple[str, str, bool]] = set()
    for seed in range(CASES // 3):
        chance = random.Random(seed)
        heard = [one for device in (7, 8, 9, 10) for one in day(chance, device, 40)]
        heard.sort(key=lambda one: one.received_ms)
        by = ways(late_ms=HOUR, most=chance.choice([8, 64]))
        expected = {7: 900_000, 10: 600_000}
        wanted = by_rules(by, WATCHED, heard, expected)
        assert by_engine(by, WATCHED, heard, expected, chance) == wanted, seed
        kinds |= {(told.of, told.kind, told.taken_back) for row in wanted for told in row}
    assert len(kinds) >= 20
