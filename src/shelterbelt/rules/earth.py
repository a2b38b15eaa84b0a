"""Distances on the ground: between two positions, and in the flat plane around one point. Knows no zone and no time.

A plane holds for what lies within 20 km of its origin. Degrees in, metres out; the date line and the poles are no edge.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

RADIUS = 6_371_008.8  # metres, mean radius of WGS 84 (IUGG)
POLAR = 85.0  # beyond this the plane of a zone is no plane any more

Point = tuple[float, float]


def apart(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """This function will return the metres between two positions, along the sphere.

    Haversine (Sinnott 1984), which holds for the shortest distances and over the poles; within 0.6 in 100 of the
    ellipsoid, and PostGIS' ST_DistanceSphere to rounding.
    """
    a, b = math.radians(latitude), math.radians(other_latitude)
    up = math.sin((b - a) / 2)
    along = math.sin(math.radians(other_longitude - longitude) / 2)
    square = up * up + math.cos(a) * math.cos(b) * along * along
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(square)))


def turned(degrees: float) -> float:
    """This function will return the same angle from -180 up to 180: the short way round."""
    return (degrees + 180.0) % 360.0 - 180.0


@dataclass(frozen=True, slots=True)
class Plane:
    """The flat ground around one position: x to the east and y to the north, in metres.

    Straight lines in degrees stay straight in it, so that a ring means here what it means on the court's map.
    """

    latitude: float
    longitude: float

    def at(self, latitude: float, longitude: float) -> Point:
        """This function will return a position in this plane."""
        east = math.radians(turned(longitude - self.longitude)) * math.cos(math.radians(self.latitude))
        return RADIUS * east, RADIUS * math.radians(latitude - self.latitude)


def length(east: float, north: float) -> float:
    """This function will return the length of a way in the plane, by steps that every machine rounds alike."""
    return math.sqrt(east * east + north * north)


def from_leg(point: Point, start: Point, end: Point) -> float:
    """This function will return the distance of a point from a straight leg, in the plane's metres."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    if square == 0.0:
        return length(x - ax, y - ay)
    share = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / square))
    return length(x - ax - share * dx, y - ay - share * dy)


def from_line(point: Point, line: Sequence[Point]) -> float:
    """This function will return the distance of a point from a line of at least two points."""
    return min(from_leg(point, start, end) for start, end in legs(line))


def legs(line: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    """This function will return the straight legs of a line, in order."""
    return pairwise(line)


def around(ring: Sequence[Point]) -> Sequence[Point]:
    """This function will return a ring as a closed line."""
    return (*ring, ring[0])


def within(point: Point, ring: Sequence[Point]) -> bool:
    """This function will say whether a point lies in a ring, by counting the legs that a ray to the east crosses."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in legs(around(ring)):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """This function will say whether two straight legs meet, touching included."""
    one, two = _side(c, d, a), _side(c, d, b)
    three, four = _side(a, b, c), _side(a, b, d)
    if one * two < 0 and three * four < 0:
        return True
    touching = ((one, c, d, a), (two, c, d, b), (three, a, b, c), (four, a, b, d))
    return any(side == 0 and _spans(start, end, point) for side, start, end, point in touching)


def between_legs(a: Point, b: Point, c: Point, d: Point) -> float:
    """This function will return the least distance between two straight legs; 0 where they meet."""
    if cross(a, b, c, d):
        return 0.0
    return min(from_leg(a, c, d), from_leg(b, c, d), from_leg(c, a, b), from_leg(d, a, b))


def _side(start: Point, end: Point, point: Point) -> int:
    turn = (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
    return (turn > 0) - (turn < 0)


def _spans(start: Point, end: Point, point: Point) -> bool:
    return all(min(a, b) <= value <= max(a, b) for a, b, value in zip(start, end, point, strict=True))
