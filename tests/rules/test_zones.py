"""Places and distances: what is in, how far from the edge, whether a way meets it; against sampling and other formulas."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelterbelt.rules import earth
from shelterbelt.rules.earth import RADIUS, Plane, apart, between_legs, cross, from_leg, turned, within
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.zones import area, beyond, circle, street, touches

LATITUDE, LONGITUDE = st.floats(-89.9, 89.9), st.floats(-180, 180)
MILLIMETRES = st.integers(-900_000, 900_000).map(lambda number: number / 1000)
NEAR = st.tuples(MILLIMETRES, MILLIMETRES)
RING = [(40.0, -105.0), (40.004, -105.0), (40.004, -104.994), (40.002, -104.998)]


def fix(latitude: float, longitude: float) -> Fix:
    return Fix(0, latitude, longitude, 10.0)


def by_vectors(a: float, b: float, c: float, d: float) -> float:
    """The distance by the angle between two directions from the middle of the earth."""
    one, two = (
        (math.cos(math.radians(p)) * math.cos(math.radians(q)),
         math.cos(math.radians(p)) * math.sin(math.radians(q)),
         math.sin(math.radians(p)))
        for p, q in ((a, b), (c, d))
    )  # fmt: skip
    return 2 * RADIUS * math.asin(min(1.0, math.dist(one, two) / 2))


# Distances


@given(LATITUDE, LONGITUDE, LATITUDE, LONGITUDE)
def test_a_distance_is_the_angle_between_two_directions(a: float, b: float, c: float, d: float) -> None:
    assert apart(a, b, c, d) == pytest.approx(by_vectors(a, b, c, d), rel=1e-6, abs=0.001)
    assert apart(a, b, c, d) == apart(c, d, a, b)


def test_distances_known_from_elsewhere() -> None:
    # One degree of a great circle of the mean radius is 111,195 m; half the circle is 20,015,115 m.
    assert apart(0, 0, 1, 0) == pytest.approx(111_195.1, abs=0.1)
    assert apart(0, 0, 0, 180) == pytest.approx(20_015_114.4, abs=1)
    assert apart(90, 17, -90, -80) == pytest.approx(20_015_114.4, abs=1)
    assert apart(10, 179.999, 10, -179.999) == pytest.approx(apart(10, 0, 10, 0.002), abs=0.001)


@pytest.mark.parametrize(("degrees", "wanted"), [(0, 0), (181, -179), (-181, 179), (180, -180), (540, -180)])
def test_an_angle_goes_the_short_way_round(degrees: float, wanted: float) -> None:
    assert turned(degrees) == wanted


@given(st.floats(-80, 80), LONGITUDE, NEAR)
def test_near_its_origin_a_plane_measures_as_the_sphere_does(
    latitude: float, longitude: float, to: tuple[float, float]
) -> None:
    north = latitude + math.degrees(to[1] / RADIUS)
    east = longitude + math.degrees(to[0] / RADIUS / math.cos(math.radians(latitude)))
    x, y = Plane(latitude, longitude).at(north, east)
    assert (x, y) == (pytest.approx(to[0], abs=0.001), pytest.approx(to[1], abs=0.001))
    assert math.hypot(x, y) == pytest.approx(apart(latitude, longitude, north, east), rel=0.001, abs=0.01)


@settings(deadline=None)
@given(NEAR, NEAR, NEAR)
def test_the_distance_from_a_leg_is_that_from_its_nearest_point(point, start, end) -> None:
    samples = [
        (start[0] + share / 2000 * (end[0] - start[0]), start[1] + share / 2000 * (end[1] - start[1]))
        for share in range(2001)
    ]
    nearest = min(math.dist(point, sample) for sample in samples)
    assert from_leg(point, start, end) == pytest.approx(nearest, abs=math.dist(start, end) / 2000 + 1e-6)


@settings(deadline=None)
@given(NEAR, NEAR, NEAR, NEAR)
def test_two_legs_are_as_far_apart_as_their_nearest_points(a, b, c, d) -> None:
    along = [(a[0] + n / 400 * (b[0] - a[0]), a[1] + n / 400 * (b[1] - a[1])) for n in range(401)]
    nearest = min(from_leg(point, c, d) for point in along)
    assert between_legs(a, b, c, d) == pytest.approx(nearest, abs=math.dist(a, b) / 400 + 1e-6)
    assert cross(a, b, c, d) == cross(c, d, b, a)


def test_legs_that_touch_or_lie_on_each_other_meet() -> None:
    assert cross((0, 0), (2, 0), (1, 0), (1, 5))
    assert cross((0, 0), (2, 0), (1, 0), (3, 0))
    assert not cross((0, 0), (1, 0), (2, 0), (3, 0))
    assert not cross((0, 0), (2, 0), (0, 1), (2, 1))


@given(NEAR)
def test_a_point_lies_in_a_ring_if_the_ring_goes_round_it(point: tuple[float, float]) -> None:
    ring = [(-500.0, -400.0), (600.0, -300.0), (100.0, 0.0), (500.0, 600.0), (-300.0, 300.0)]
    angles = [math.atan2(y - point[1], x - point[0]) for x, y in ring]
    turns = sum(
        (after - before + math.pi) % (2 * math.pi) - math.pi
        for before, after in zip(angles, angles[1:] + angles[:1], strict=True)
    )
    if earth.from_line(point, earth.around(ring)) > 1e-6:
        assert within(point, ring) == (abs(turns) > math.pi)


# Zones


def test_a_distance_from_the_edge_is_below_nothing_inside() -> None:
    assert beyond(circle(40, -105, 300), 40, -105) == -300
    assert beyond(circle(40, -105, 300), 40.01, -105) == pytest.approx(811.95, abs=0.1)
    field = area(RING)
    assert beyond(field, 40.0035, -104.997) < 0 < beyond(field, 40.001, -104.995)
    road = street([(40.0, -105.0), (40.0, -104.99)], 30)
    assert beyond(road, 40.0, -104.995) == pytest.approx(-30, abs=1e-6)
    assert beyond(road, 40.001, -104.995) == pytest.approx(81.2, abs=0.1)


@pytest.mark.parametrize("zone", [circle(40, -105, 200), area(RING), street(RING[:2], 40)])
def test_a_way_touches_a_zone_if_one_of_its_points_lies_in_it(zone) -> None:
    chance = random.Random(11)
    for _ in range(300):
        (a, b), (c, d) = (
            (40.002 + chance.gauss(0, 0.004), -104.998 + chance.gauss(0, 0.004)) for _ in (0, 1)
        )
        points = [(a + n / 300 * (c - a), b + n / 300 * (d - b)) for n in range(301)]
        least = min(beyond(zone, *point) for point in points)
        if abs(least) > apart(a, b, c, d) / 300:
            assert touches(zone, fix(a, b), fix(c, d)) == (least < 0)


def test_zones_lie_across_the_date_line() -> None:
    sea = area([(10, 179.99), (10.02, 179.99), (10.02, -179.99), (10, -179.99)])
    assert beyond(sea, 10.01, 180) < 0 and beyond(sea, 10.01, -180) < 0
    assert beyond(sea, 10.01, 0) > 1e6 and beyond(sea, 10.01, 179.9) > 0
    assert touches(sea, fix(10.01, 179.9), fix(10.01, -179.9))
    assert not touches(circle(10, 0, 500), fix(10.0, 179.99), fix(10.0, -179.99))
    assert beyond(circle(10, 180, 500), 10, -179.999) == pytest.approx(109.5 - 500, abs=0.1)


@pytest.mark.parametrize("latitude", [-90, -89.999, 89.999, 90])
def test_the_poles_are_in_no_zone(latitude: float) -> None:
    assert beyond(circle(84, 10, 20_000), latitude, 10) > 0
    assert apart(latitude, 0, latitude, 180) < 250


@pytest.mark.parametrize(
    "make",
    [
        lambda: circle(40, -105, 0),
        lambda: circle(40, -105, -1),
        lambda: circle(40, -105, 20_001),
        lambda: circle(86, 0, 100),
        lambda: circle(math.nan, 0, 100),
        lambda: circle(40, -105, math.inf),
        lambda: circle(40, 181, 100),
        lambda: area(RING[:2]),
        lambda: area([(40, -105), (40.01, -104.99), (40.01, -105), (40, -104.99)]),
        lambda: area([(40, -105), (40, -104.99), (40, -104.995)]),
        lambda: area([(40, -105), (40, -104.99), (40.01, -104.99), (40.0, -104.99)]),
        lambda: area([(40, -105), (41, -105), (41, -104)]),
        lambda: area([*RING, RING[0], RING[0]]),
        lambda: area([(40 + n / 1e5, -105 + n * n / 1e8) for n in range(201)]),
        lambda: street([(40, -105)], 30),
        lambda: street([(40, -105), (40, -104.99)], 0),
    ],
)
def test_what_is_no_place_is_refused(make) -> None:
    with pytest.raises(ValueError):
        make()


def test_a_ring_may_be_closed_by_its_first_point() -> None:
    assert area([*RING, RING[0]]) == area(RING)
