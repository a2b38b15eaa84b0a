"""Distances and zones for many fixes: the steps of `rules.earth` and `rules.zones`, one by one, as machine code.

Nothing is reordered and nothing shortened, so that both give the same floats. What lies far off is told by boxes first.
"""

import math
from typing import Any

from shelterbelt.engines.compiled import compiled
from shelterbelt.rules import earth

Array = Any  # of records
Record = Any

RADIUS = earth.RADIUS
CIRCLE, STREET, AREA = range(3)
WIDE = math.pi * earth.RADIUS / 2
DEGREE = RADIUS * math.pi / 180
WIDEST = 2 * RADIUS * 0.999999


@compiled
def apart(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """This function will return what `earth.apart` does."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    up = math.sin((b - a) / 2)
    along = math.sin(math.radians(other_longitude - longitude) / 2)
    square = up * up + math.cos(a) * math.cos(b) * along * along
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(square)))


@compiled
def at_most(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """This function will return metres that two positions are never further apart than: north, then along the equator."""
    east = abs(other_longitude - longitude)
    return float(DEGREE * (abs(other_latitude - latitude) + min(east, abs(360.0 - east))) * 1.000001 + 0.001)


@compiled
def at_least(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """This function will return metres that two positions are never nearer than: the first terms of each series.

    Sines end after a term that takes away and arcs are longer than sines, so that it is too little throughout.
    """
    up = abs(other_latitude - latitude) * (math.pi / 360)
    along = abs(other_longitude - longitude) * (math.pi / 360)
    up = max(0.0, up - up * up * up / 6)
    along = max(0.0, along - along * along * along / 6)
    return WIDEST * math.sqrt(up * up + _narrow(latitude) * _narrow(other_latitude) * along * along)


@compiled
def _narrow(latitude: float) -> float:
    """No more than the cosine of a latitude."""
    square = latitude * latitude * (math.pi / 180) ** 2
    return max(0.0, 1 - square * (1 / 2 - square * (1 / 24 - square / 720)))


@compiled
def east_of(zone: Record, longitude: float) -> float:
    """This function will return metres to the east in a zone's plane."""
    turned = (longitude - zone.longitude + 180.0) % 360.0 - 180.0
    return RADIUS * (math.radians(turned) * zone.narrow)


@compiled
def north_of(zone: Record, latitude: float) -> float:
    """This function will return metres to the north in a zone's plane."""
    return RADIUS * math.radians(latitude - zone.latitude)


@compiled
def from_leg(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> float:
    """This function will return the distance of a point from a straight leg."""
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    if square == 0.0:
        return math.sqrt((x - ax) * (x - ax) + (y - ay) * (y - ay))
    share = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / square))
    east, north = x - ax - share * dx, y - ay - share * dy
    return math.sqrt(east * east + north * north)


@compiled
def within(x: float, y: float, points: Array, first: int, until: int) -> bool:
    """This function will say whether a point lies in a ring."""
    inside = False
    for i in range(first, until):
        j = i + 1 if i + 1 < until else first
        ay, by = points[i].y, points[j].y
        if (ay > y) != (by > y):
            ax, bx = points[i].x, points[j].x
            if x < ax + (y - ay) / (by - ay) * (bx - ax):
                inside = not inside
    return inside


@compiled
def beyond(zone: Record, points: Array, latitude: float, longitude: float) -> float:
    """This function will return the metres from a position to the zone's edge, below 0 inside."""
    x, y = east_of(zone, longitude), north_of(zone, latitude)
    if zone.shape == CIRCLE:
        return math.sqrt(x * x + y * y) - zone.reach
    first, until = zone.first, zone.until
    least = math.inf
    for i in range(first, until if zone.shape == AREA else until - 1):
        j = i + 1 if i + 1 < until else first
        least = min(least, from_leg(x, y, points[i].x, points[i].y, points[j].x, points[j].y))
    if zone.shape == STREET:
        return least - zone.reach
    return -least if within(x, y, points, first, until) else least


@compiled
def side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """This function will say on which side of a leg a point lies."""
    turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    return (turn > 0) - (turn < 0)


@compiled
def spans(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> bool:
    """This function will say whether a point lies in the box of two others."""
    return min(ax, bx) <= x and x <= max(ax, bx) and min(ay, by) <= y and y <= max(ay, by)


@compiled
def cross(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float) -> bool:
    """This function will say whether two straight legs meet, touching included."""
    one, two = side(cx, cy, dx, dy, ax, ay), side(cx, cy, dx, dy, bx, by)
    three, four = side(ax, ay, bx, by, cx, cy), side(ax, ay, bx, by, dx, dy)
    if one * two < 0 and three * four < 0:
        return True
    return (
        (one == 0 and spans(cx, cy, dx, dy, ax, ay))
        or (two == 0 and spans(cx, cy, dx, dy, bx, by))
        or (three == 0 and spans(ax, ay, bx, by, cx, cy))
        or (four == 0 and spans(ax, ay, bx, by, dx, dy))
    )


@compiled
def between_legs(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float
) -> float:
    """This function will return the least distance between two straight legs; 0 where they meet."""
    if cross(ax, ay, bx, by, cx, cy, dx, dy):
        return 0.0
    one = min(from_leg(ax, ay, cx, cy, dx, dy), from_leg(bx, by, cx, cy, dx, dy))
    return min(one, from_leg(cx, cy, ax, ay, bx, by), from_leg(dx, dy, ax, ay, bx, by))


@compiled
def touches(
    zone: Record,
    points: Array,
    latitude: float,
    longitude: float,
    next_latitude: float,
    next_longitude: float,
) -> bool:
    """This function will say whether the straight way between two positions touches the zone."""
    ax, ay = east_of(zone, longitude), north_of(zone, latitude)
    bx, by = east_of(zone, next_longitude), north_of(zone, next_latitude)
    if abs(bx - ax) > WIDE:
        bx, by = ax, ay
    if zone.shape == CIRCLE:
        return from_leg(0.0, 0.0, ax, ay, bx, by) <= zone.reach
    first, until = zone.first, zone.until
    if zone.shape == STREET:
        return _touches_street(points, first, until, zone.reach, ax, ay, bx, by)
    if within(ax, ay, points, first, until) or within(bx, by, points, first, until):
        return True
    for i in range(first, until):
        j = i + 1 if i + 1 < until else first
        if cross(ax, ay, bx, by, points[i].x, points[i].y, points[j].x, points[j].y):
            return True
    return False


@compiled
def _touches_street(
    points: Array, first: int, until: int, reach: float, ax: float, ay: float, bx: float, by: float
) -> bool:
    for i in range(first, until - 1):
        cx, cy, dx, dy = points[i].x, points[i].y, points[i + 1].x, points[i + 1].y
        if between_legs(ax, ay, bx, by, cx, cy, dx, dy) <= reach:
            return True
    return False
