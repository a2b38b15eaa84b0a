"""Lays out in memory what is to be watched: shapes and their boxes, each device's own zones, pairs, and empty states.

It decides nothing. Devices have numbers of their own outside and places in a row inside.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.watching_ground import AREA, CIRCLE, DEGREE, STREET
from shelterbelt.engines.watching_shared import cells_of
from shelterbelt.engines.watching_tables import (
    BOX,
    DEVICE,
    FRAME,
    FRONT,
    IN_ZONE,
    LINE,
    NEAR,
    PAIR_STATES,
    POINT,
    SHAPE,
    SIDE,
    STATES,
)
from shelterbelt.rules import zones
from shelterbelt.rules.watches import Watched
from shelterbelt.rules.zones import Zone

Array = NDArray[Any]
Arrays = dict[str, Array]

SHAPES = {zones.CIRCLE: CIRCLE, zones.STREET: STREET, zones.AREA: AREA}
# Beyond these degrees a box is no box: over the date line, or where a plane's east is long way off.
EDGE_EAST, EDGE_NORTH = 170.0, 70.0
SLACK = 1e-7


def laid_out(watched: Watched, room: int) -> Arrays:
    """This function will return the arrays of a new engine by their names in `ARRAYS`."""
    every = sorted({device for _, *devices in _devices(watched) for device in devices} | watched.kept_from)
    place = {device: n for n, device in enumerate(every)}
    own = sorted(watched.zones, key=lambda one: place[one[1]])
    shared = [zone for _, zone in watched.shared]
    shapes, points = shapes_of([*(zone for *_, zone in own), *shared])
    boxes = np.array([box_of(shape, points) for shape in shapes], BOX)
    found = cells_of(
        np.arange(len(own), len(shapes), dtype=np.int32),
        boxes[len(own) :].copy(),
        np.array([watch for watch, _ in watched.shared], np.uint32),
    )
    found |= {
        "shapes": shapes,
        "points": points,
        "own": _ranges([place[device] for _, device, _ in own], len(every)),
        "watch_of_slot": np.array([watch for watch, *_ in own], np.uint32),
        "shape_of": np.arange(len(own), dtype=np.int32),
        "boxes": boxes[: len(own)].copy(),
        "next_slot": np.full(len(own), -1, np.int32),
        "hot": np.zeros(len(own), np.uint8),
        "slots": np.zeros(STATES * len(own), IN_ZONE),
        "free": np.array([-1], np.int32),
        "sinces": np.zeros(0, FRAME),
        "number": np.array(every, np.uint32),
    }
    found |= _pairs(watched.pairs, place, room)
    found |= new_devices(len(every), 0, room)
    found["device_fixes"], found["device_used"] = store(len(every), room)
    found["narrowest"], found["bound"] = _narrow(found, watched, place)
    found["fronts"]["narrow"] = found["narrowest"]
    first, many = found["pairs_from"][:-1], np.diff(found["pairs_from"])
    found["fronts"]["pair"] = np.where(many > 1, -2, -1)
    found["fronts"]["pair"][many == 1] = found["pairs_of"][first[many == 1]]
    return found


def new_devices(many: int, used: int, room: int) -> Arrays:
    """This function will return the empty states of so many devices, whose lines begin after `used` fixes of the store."""
    return {
        "devices": np.zeros(STATES * many, DEVICE),
        "fronts": np.full(many, np.array((math.inf, -math.inf, math.inf, -math.inf, 1.0, -1, 1, 1), FRONT)),
        "device_lines": lines(many, used, room),
        "heard_ms": np.zeros(many, np.int64),
        "allowed_ms": np.full(many, -1, np.int64),
        "silent": np.zeros(many, np.uint8),
        "chain": np.full(many, -1, np.int32),
        "chained": np.zeros(many, np.int32),
        "narrowest": np.ones(many),
        "bound": np.zeros(many, np.uint8),
    }


def lines(many: int, used: int, room: int) -> Array:
    """This function will return so many empty lines with room for `room` fixes each."""
    found = np.zeros(many, LINE)
    found["start"] = used + 1 + np.arange(many) * (room + 1)
    found["room"] = room
    return found


def store(many: int, room: int) -> tuple[Array, Array]:
    """This function will return the store for so many lines, and how much of it they take."""
    used = many * (room + 1)
    return np.zeros(used, FRAME), np.array([used], np.int64)


def shapes_of(places: Sequence[Zone]) -> tuple[Array, Array]:
    """This function will return zones as records, and the points of all of them."""
    found = np.zeros(len(places), SHAPE)
    points: list[tuple[float, float]] = []
    for one, zone in zip(found, places, strict=True):
        plane = zone.plane
        one["latitude"], one["longitude"], one["reach"] = plane.latitude, plane.longitude, zone.reach
        one["narrow"] = math.cos(math.radians(plane.latitude))
        one["shape"], one["first"] = SHAPES[zone.shape], len(points)
        points.extend(zone.points)
        one["until"] = len(points)
    return found, np.array(points, POINT)


def box_of(shape: Any, points: Array) -> tuple[float, float, float, float]:
    """This function will return a zone's box in degrees, a centimetre wider; near a pole or the date line, all the world."""
    mine = points[shape["first"] : shape["until"]]
    reach, wide = shape["reach"], DEGREE * shape["narrow"]
    south = shape["latitude"] + (mine["y"].min() - reach) / DEGREE
    north = shape["latitude"] + (mine["y"].max() + reach) / DEGREE
    west = shape["longitude"] + (mine["x"].min() - reach) / wide
    east = shape["longitude"] + (mine["x"].max() + reach) / wide
    if max(abs(south), abs(north)) > EDGE_NORTH or max(abs(west), abs(east)) > EDGE_EAST:
        return -math.inf, math.inf, -math.inf, math.inf
    return south - SLACK, north + SLACK, west - SLACK, east + SLACK


def _devices(watched: Watched) -> Iterable[tuple[int, ...]]:
    yield from ((watch, device) for watch, device, _ in watched.zones)
    yield from watched.pairs


def _ranges(places: Sequence[int], many: int) -> Array:
    """Where each of `many` begins among sorted places, and where the last ends."""
    found = np.zeros(many + 1, np.int64)
    found[1:] = np.cumsum(np.bincount(np.array(places, np.int64), minlength=many))
    return found


def _pairs(pairs: Sequence[tuple[int, int, int]], place: dict[int, int], room: int) -> Arrays:
    sides = sorted((place[device], n) for n, pair in enumerate(pairs) for device in pair[1:])
    fixes, used = store(len(pairs), room)
    return {
        "pairs": np.zeros(PAIR_STATES * len(pairs), NEAR),
        "sides": np.zeros(2 * PAIR_STATES * len(pairs), SIDE),
        "pair_lines": lines(len(pairs), 0, room),
        "pair_fixes": fixes,
        "pair_used": used,
        "watch_of_pair": np.array([watch for watch, *_ in pairs], np.uint32),
        "pair_one": np.array([one for _, one, _ in pairs], np.uint32),
        "pair_index": np.array([place[one] for _, one, _ in pairs], np.int32),
        "pairs_from": _ranges([device for device, _ in sides], len(place)),
        "pairs_of": np.array([n for _, n in sides], np.int32),
        "group": groups([(place[one], place[two]) for _, one, two in pairs], len(place)),
    }


def groups(pairs: Iterable[tuple[int, int]], many: int) -> Array:
    """This function will return a number for each device, the same for all that pairs join."""
    up = list(range(many))

    def top(one: int) -> int:
        while up[one] != one:
            up[one] = up[up[one]]
            one = up[one]
        return one

    for one, two in pairs:
        up[top(one)] = top(two)
    tops = np.array([top(one) for one in range(many)], np.int64)
    return np.unique(tops, return_inverse=True)[1].astype(np.int32)


def _narrow(found: Arrays, watched: Watched, place: dict[int, int]) -> tuple[Array, Array]:
    """How many times longer in degrees a metre to the east is than one to the north, at the most of a device's zones."""
    many = len(place)
    narrowest, bound = np.ones(many), np.zeros(many, np.uint8)
    device = np.repeat(np.arange(many), np.diff(found["own"]))
    own = len(device)
    np.maximum.at(narrowest, device, 1 / found["shapes"]["narrow"][:own])
    for one in watched.kept_from if watched.shared else ():
        bound[place[one]] = 1
        narrowest[place[one]] = max(narrowest[place[one]], (1 / found["shapes"]["narrow"][own:]).max())
    return narrowest, bound
