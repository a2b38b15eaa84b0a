"""What proposed places tell of a home: as much as a guesser gets right who knows everything but the seed, and no more."""

import math
import random
from dataclasses import replace
from hashlib import sha256

import pytest

from shelterbelt.rules.earth import Plane, apart
from shelterbelt.rules.give_away import GiveAway, Settings, gives_away, propose
from shelterbelt.rules.zones import Zone, area, beyond, circle, street

HOME = (40.0, -105.0)
KEEP, WIDEN = 300.0, 1200.0
SET = Settings(KEEP, WIDEN)
FOUR = Settings(KEEP, WIDEN, others=3, spread=6000)
SOME = 1500


def seed(number: int) -> bytes:
    return sha256(b"%d" % number).digest()


def whose(zones: tuple[Zone, ...], home: tuple[float, float]) -> list[int]:
    """Which of the places hold a home with all that is to be kept around it."""
    return [n for n, zone in enumerate(zones) if beyond(zone, *home) <= -KEEP]


def middle(zone: Zone) -> tuple[float, float]:
    return zone.plane.latitude, zone.plane.longitude


def uniform(values: list[float]) -> float:
    """How far a sample is from being anywhere alike in [0, 1]: the Kolmogorov-Smirnov distance times the root of its size."""
    ranked = sorted(values)
    far = max(max((n + 1) / len(ranked) - v, v - n / len(ranked)) for n, v in enumerate(ranked))
    return far * math.sqrt(len(ranked))


VECTOR = [(39.979483, -104.921334), (39.995909, -104.999711)]
UNLIKELY = 1.95  # once in a thousand samples


def homes() -> list[tuple[float, float]]:
    chance = random.Random(3)
    return [
        (latitude + chance.random(), chance.uniform(-179, 179))
        for latitude in (-60, -33, 0, 40, 59)
        for _ in range(4)
    ]


# What is proposed


def test_the_home_is_held_with_all_that_is_kept_around_it_wherever_it_lies() -> None:
    for number, home in enumerate([*homes(), (70.0, 180.0), (-70.0, -180.0), (0.0, 0.0)]):
        zones = propose(home, seed(number), FOUR)
        assert len(zones) == 4
        assert whose(zones, home)
        assert {zone.reach for zone in zones} == {1504}
        for zone in zones:
            assert apart(*middle(zone), *home) < 2 * 6000 + WIDEN + 30


def test_the_same_seed_gives_the_same_places_and_another_one_others() -> None:
    assert propose(HOME, seed(1), FOUR) == propose(HOME, seed(1), FOUR)
    assert propose(HOME, seed(1), FOUR) != propose(HOME, seed(2), FOUR)
    assert propose(HOME, seed(1), SET)[0] in propose(HOME, seed(1), FOUR)
    for short in (b"", b"x" * 15):
        with pytest.raises(ValueError):
            propose(HOME, short, SET)
    propose(HOME, b"x" * 16, SET)


def test_places_stand_in_an_order_that_does_not_know_the_home() -> None:
    for number in range(50):
        zones = propose(HOME, seed(number), FOUR)
        assert list(zones) == sorted(zones, key=middle)


@pytest.mark.parametrize(
    "broken",
    [
        {"keep": 0.0},
        {"keep": math.nan},
        {"keep": math.inf},
        {"widen": -1.0},
        {"widen": math.inf},
        {"others": -1},
        {"others": 10, "spread": 9000.0},
        {"others": 1, "spread": 2999.0},
        {"keep": 19_000.0},
        {"others": 1, "spread": 20_001.0},
        {"widen": math.nan},
        {"others": 1, "spread": math.nan},
        {"keep": 18_798.0},
    ],
)
def test_what_is_no_way_of_making_places_is_refused(broken: dict) -> None:
    with pytest.raises(ValueError):
        replace(SET, **broken)


def test_the_widest_and_the_most_places_are_made() -> None:
    assert Settings(KEEP, WIDEN) == Settings(KEEP, WIDEN, 0, 0.0)
    assert len(propose(HOME, seed(1), Settings(18_796.0, WIDEN))) == 1
    assert len(propose(HOME, seed(1), Settings(KEEP, WIDEN, 9, 3000.0))) == 10
    assert len(propose(HOME, seed(1), Settings(1.0, 0.0, 1, 20_000.0))) == 2


def test_places_of_a_seed_never_change() -> None:
    """What was shown once is shown again by every later version: other places would be cut with these."""
    assert [middle(zone) for zone in propose(HOME, b"sixteen bytes...", replace(FOUR, others=1))] == VECTOR


# Against a guesser


def test_the_home_lies_anywhere_in_its_place_by_ground_and_by_direction() -> None:
    """Over many seeds: the share of the ground nearer to the middle, and the angle, take every value alike."""
    nearer, angles = [], []
    for number in range(SOME):
        (zone,) = propose(HOME, seed(number), SET)
        east, north = Plane(*middle(zone)).at(*HOME)
        nearer.append((math.hypot(east, north) / WIDEN) ** 2)
        angles.append(math.atan2(north, east) / math.tau + 0.5)
    assert uniform(nearer) < UNLIKELY
    assert uniform(angles) < UNLIKELY
    pairs = list(zip(nearer, angles, strict=True))
    assert uniform([angle for share, angle in pairs if share < 0.5]) < UNLIKELY
    # The same test sees a home that lies nearer to the middle than it might.
    assert uniform([share**1.2 for share in nearer]) > UNLIKELY


def test_no_guess_finds_the_home_more_often_than_the_ground_allows() -> None:
    """Guessers who know how places are made: the middle, the edge, anywhere; each is right as often as their ground is."""
    chance = random.Random(5)
    right = {"middle": 0, "edge": 0, "anywhere": 0}
    hit = 250.0
    for number in range(SOME):
        (zone,) = propose(HOME, seed(number), SET)
        plane = Plane(*middle(zone))
        home = plane.at(*HOME)
        angle, far = chance.uniform(0, math.tau), (WIDEN - hit) * math.sqrt(chance.random())
        guesses = {
            "middle": (0.0, 0.0),
            "edge": (WIDEN - hit, 0.0),
            "anywhere": (far * math.cos(angle), far * math.sin(angle)),
        }
        for name, guess in guesses.items():
            right[name] += math.dist(home, guess) < hit
    share = (hit / WIDEN) ** 2
    most = SOME * share + 3.3 * math.sqrt(SOME * share * (1 - share))
    assert all(SOME * share / 2 < count < most for count in right.values()), (right, most)
    plain = [circle(*HOME, KEEP + WIDEN) for _ in range(3)]
    assert all(
        apart(*middle(zone), *HOME) < 1 for zone in plain
    )  # which the middle of a plain place finds each time


def test_none_of_the_places_is_likelier_to_be_the_home_s() -> None:
    """The most central, the most northern, the one that stands alone: each is the home's in one of four."""
    right = {"central": 0, "first": 0, "alone": 0, "last": 0}
    trials = 0
    for number in range(SOME):
        zones = propose(HOME, seed(number), FOUR)
        own = propose(HOME, seed(number), SET)[0]
        points = [Plane(*HOME).at(*middle(zone)) for zone in zones]
        centre = tuple(math.fsum(axis) / 4 for axis in zip(*points, strict=True))
        far = [math.dist(point, centre) for point in points]
        alone = [min(math.dist(a, b) for b in points if b != a) for a in points]
        trials += 1
        right["central"] += zones[far.index(min(far))] == own
        right["alone"] += zones[alone.index(max(alone))] == own
        right["first"] += zones[0] == own
        right["last"] += zones[3] == own
    off = 3.3 * math.sqrt(trials * 0.25 * 0.75)
    assert all(abs(count - trials / 4) < off for count in right.values()), right


# How much is given away


def told(*zones: Zone, home=HOME, keep: float = KEEP, **more: object) -> GiveAway:
    return gives_away([zones], keep=keep, home=home, **more)


def test_plain_place_around_a_home_points_at_it() -> None:
    found = told(circle(*HOME, KEEP + WIDEN))
    assert found.nearer == 0.0 and found.held
    assert found.hectares == pytest.approx(math.pi * WIDEN**2 / 10_000, rel=0.01)
    tight = told(circle(*HOME, KEEP))
    assert tight.hectares == 0 and tight.held and tight.nearer is None


def test_ground_is_measured_as_a_guesser_finds_it() -> None:
    """Against points strewn over the whole neighbourhood: the ground that could be the home's, and what lies nearer."""
    for number, settings in enumerate([Settings(300, 1200, 3, 3500), Settings(200, 700, 2, 3000)]):
        zones = propose(HOME, seed(number), settings)
        found = gives_away([zones], keep=settings.keep, home=HOME)
        chance, side, could, nearer, size = random.Random(number), 9_500.0, 0, 0, 9_000
        far = min(apart(*middle(zone), *HOME) for zone in zones)
        for _ in range(size):
            east, north = chance.uniform(-side, side), chance.uniform(-side, side)
            at = HOME[0] + north / 111_195.08, HOME[1] + east / 111_195.08 / math.cos(math.radians(HOME[0]))
            if any(beyond(zone, *at) <= -settings.keep for zone in zones):
                could += 1
                nearer += min(apart(*middle(zone), *at) for zone in zones) < far
        hectares = could / size * (2 * side) ** 2 / 10_000
        assert found.hectares == pytest.approx(hectares, rel=4 / math.sqrt(could))
        assert found.nearer == pytest.approx(nearer / could, abs=2 / math.sqrt(could))
        assert found.places == len(zones)


def test_nearer_takes_every_value_alike_over_many_homes() -> None:
    found = []
    for number in range(60):
        zones = propose(HOME, seed(number), SET)
        found.append((apart(*middle(zones[0]), *HOME) / (zones[0].reach - KEEP)) ** 2)
        if number < 6:
            assert told(*zones).nearer == pytest.approx(found[-1], abs=0.02)
    assert uniform(found) < UNLIKELY


def test_wider_places_and_more_of_them_leave_more_to_guess() -> None:
    sizes = [told(*propose(HOME, seed(1), Settings(KEEP, widen))).hectares for widen in (0, 300, 600, 1200)]
    assert sizes[0] < 0.01 and sizes == sorted(sizes)
    one, four = told(*propose(HOME, seed(1), SET)), told(*propose(HOME, seed(1), FOUR))
    assert four.hectares > 2 * one.hectares
    assert (one.places, four.places) == (1, 4)
    same = circle(*HOME, 1000)
    assert told(same, same).hectares == pytest.approx(told(same).hectares)  # ground is counted once
    assert told(same, same).places == 1


def test_places_from_two_seeds_are_cut_with_each_other() -> None:
    sets = [propose(HOME, seed(number), SET) for number in range(6)]
    sizes = [gives_away(sets[:n], keep=KEEP, home=HOME) for n in (1, 2, 6)]
    assert all(one.held for one in sizes)
    assert [one.hectares for one in sizes] == sorted((one.hectares for one in sizes), reverse=True)
    assert sizes[-1].hectares < sizes[0].hectares / 3
    again = gives_away([sets[0]] * 2, keep=KEEP, home=HOME)
    assert again.hectares == pytest.approx(sizes[0].hectares)  # from one seed nothing more is told


def test_home_that_no_place_holds_is_said_so() -> None:
    away = told(circle(HOME[0] + 0.1, HOME[1], 1000))
    assert not away.held and away.nearer is None
    assert "give_away.not_held" in {reason.code for reason in away.because}
    edge = told(circle(HOME[0], HOME[1] + 0.01, 1000))  # in it, yet not with all that is kept around it
    assert not edge.held
    one_of_two = gives_away(
        [[circle(*HOME, 1000)], [circle(HOME[0] + 0.1, HOME[1], 1000)]], keep=KEEP, home=HOME
    )
    assert not one_of_two.held and one_of_two.hectares == 0
    nobody = told(circle(*HOME, 1000), home=None)
    assert (nobody.held, nobody.nearer) == (False, None)
    assert "give_away.not_held" not in {reason.code for reason in nobody.because}


def test_known_homes_on_the_ground_are_counted_and_one_alone_is_said_so() -> None:
    wide = circle(*HOME, 1000)
    others = [(HOME[0] + 0.001 * n, HOME[1]) for n in range(20)]
    known = sum(apart(*HOME, *at) <= 700 for at in others)
    assert told(wide, homes=others).homes == known == 7
    assert told(wide).homes is None
    two = told(wide, homes=[HOME, HOME])
    assert two.homes == 2 and "give_away.points_at_one" not in {one.code for one in two.because}
    assert "give_away.points_at_one" in {one.code for one in told(wide, homes=[HOME]).because}
    assert "give_away.points_at_one" not in {one.code for one in told(wide, homes=others).because}
    assert gives_away([[wide], [circle(HOME[0] - 0.005, HOME[1], 1000)]], keep=KEEP, homes=others).homes == 2


def test_quarters_and_streets_are_measured_too() -> None:
    quarter = area([(39.98, -105.02), (40.02, -105.02), (40.02, -104.98), (39.98, -104.98)])
    wide, high = (
        apart(40.0, -105.02, 40.0, -104.98) - 2 * KEEP,
        apart(39.98, -105.0, 40.02, -105.0) - 2 * KEEP,
    )
    assert told(quarter).hectares == pytest.approx(wide * high / 10_000, rel=0.03)
    whole = told(quarter, keep=0.001).hectares  # each cell of it counts
    assert whole == pytest.approx((wide + 2 * KEEP) * (high + 2 * KEEP) / 10_000, rel=1e-4)
    line = street([(40.0, -105.02), (40.0, -104.98)], 400)
    long = apart(40.0, -105.02, 40.0, -104.98)
    assert told(line).hectares == pytest.approx((long * 200 + math.pi * 100**2) / 10_000, rel=0.03)
    assert told(line, home=(40.0, -105.0201)).held


@pytest.mark.parametrize("shown", [[], [[]], [[circle(*HOME, 1000)], []]])
def test_nothing_shown_is_refused(shown) -> None:
    with pytest.raises(ValueError):
        gives_away(shown, keep=KEEP)
