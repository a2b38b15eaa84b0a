"""Places that an order keeps somebody from, or that a survivor is warned about: a circle, an area, a street.

Says how far a position is from the edge and whether a way touches the place. Who drew it, and what force it has, is
not known here. Refuses a place that is no place: open, crossing itself, beyond 20 km, at a pole.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shelterbelt.rules import earth
from shelterbelt.rules.earth import Plane, Point
from shelterbelt.rules.fixes import Fix

CIRCLE, AREA, STREET = "circle", "area", "street"
FARTHEST = 20_000.0
MOST_POINTS = 200
THINNEST = 0.01  # metres: nearer than that, two legs lie on each other


@dataclass(frozen=True, slots=True)
class Zone:
    """One place in its own plane. `points`: the middle, the ring or the middle of the street; `reach`: metres around them."""

    shape: str
    plane: Plane
    points: tuple[Point, ...]
    reach: float


def circle(latitude: float, longitude: float, radius: float) -> Zone:
    """This function will return the place within `radius` metres of a position. Raises ValueError for none."""
    return _checked(Zone(CIRCLE, Plane(latitude, longitude), ((0.0, 0.0),), radius))


def area(ring: Sequence[Point]) -> Zone:
    """This function will return the place inside a ring of (latitude, longitude); the last point may repeat the first.

    Raises ValueError for a ring of less than three points, or one that crosses or touches itself.
    """
    ring = ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
    if not 3 <= len(ring) <= MOST_POINTS:
        raise ValueError("an area has from 3 to 200 points")
    found = _checked(_on_plane(AREA, ring, 0.0))
    if not _simple(found.points):
        raise ValueError("an area does not cross itself")
    return found


def street(line: Sequence[Point], metres: float) -> Zone:
    """This function will return the place within `metres` of a line of (latitude, longitude). Raises ValueError for none."""
    if not 2 <= len(line) <= MOST_POINTS:
        raise ValueError("a street has from 2 to 200 points")
    return _checked(_on_plane(STREET, line, metres))


def beyond(zone: Zone, latitude: float, longitude: float) -> float:
    """This function will return the metres from a position to the zone's edge: above 0 outside, 0 or below inside."""
    point = zone.plane.at(latitude, longitude)
    if zone.shape == CIRCLE:
        return earth.length(*point) - zone.reach
    if zone.shape == STREET:
        return earth.from_line(point, zone.points) - zone.reach
    edge = earth.from_line(point, earth.around(zone.points))
    return -edge if earth.within(point, zone.points) else edge


def touches(zone: Zone, before: Fix, fix: Fix) -> bool:
    """This function will say whether the straight way from one fix to the next touches the zone, its ends included."""
    start = zone.plane.at(before.latitude, before.longitude)
    end = _near(start, zone.plane.at(fix.latitude, fix.longitude))
    if zone.shape == CIRCLE:
        return earth.from_leg((0.0, 0.0), start, end) <= zone.reach
    if zone.shape == STREET:
        return any(earth.between_legs(start, end, *leg) <= zone.reach for leg in earth.legs(zone.points))
    if earth.within(start, zone.points) or earth.within(end, zone.points):
        return True
    return any(earth.cross(start, end, *leg) for leg in earth.legs(earth.around(zone.points)))


def _near(start: Point, end: Point) -> Point:
    """Ends on both sides of the far meridian are joined the long way through the plane: then the way is not looked at."""
    return start if abs(end[0] - start[0]) > math.pi * earth.RADIUS / 2 else end


def _on_plane(shape: str, points: Sequence[Point], reach: float) -> Zone:
    first = points[0][1]
    easts = [earth.turned(longitude - first) for _, longitude in points]
    norths = [latitude for latitude, _ in points]
    middle = Plane((min(norths) + max(norths)) / 2, earth.turned(first + (min(easts) + max(easts)) / 2))
    return Zone(shape, middle, tuple(middle.at(*point) for point in points), reach)


def _checked(zone: Zone) -> Zone:
    numbers = (
        zone.plane.latitude,
        zone.plane.longitude,
        zone.reach,
        *(n for point in zone.points for n in point),
    )
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("a zone has numbers alone")
    if abs(zone.plane.latitude) > earth.POLAR or abs(zone.plane.longitude) > 180:
        raise ValueError("a zone lies on the map, and not at a pole")
    if zone.reach < 0 or (zone.shape != AREA and zone.reach == 0):
        raise ValueError("a zone has a width")
    if max(math.hypot(*point) for point in zone.points) + zone.reach > FARTHEST:
        raise ValueError("a zone lies within 20 km of its middle")
    return zone


def _simple(ring: Sequence[Point]) -> bool:
    """Whether no two legs of the ring meet but neighbours, and those only in their common point."""
    sides = list(earth.legs(earth.around(ring)))
    last = len(sides) - 1
    for number, (a, b) in enumerate(sides):
        before = sides[number - 1][0]
        if min(earth.from_leg(before, a, b), earth.from_leg(b, before, a)) < THINNEST:
            return False
        for later, (c, d) in enumerate(sides[number + 2 :], number + 2):
            if not (number == 0 and later == last) and earth.cross(a, b, c, d):
                return False
    return True
