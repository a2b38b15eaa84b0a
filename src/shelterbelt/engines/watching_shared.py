"""Finds which shared zones a fix may touch, by cells of the map, and gives a device a slot for each that it came near.

A zone of one device needs no index: its device has a list of a few. Schools and shelters concern everybody.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_world import (
    boxes_in,
    cell_first_in,
    cell_keys_in,
    cell_zones_in,
    chain_in,
    chained_in,
    everywhere_in,
    free_in,
    hot_in,
    next_slot_in,
    shape_of_in,
    shared_boxes_in,
    shared_shapes_in,
    shared_watches_in,
    slots_in,
    watch_of_slot_in,
)

Array = NDArray[Any]
Record = Any
Whole = Any  # a whole number, NumPy's or Python's

CELL = 0.02  # degrees
ROUND = 40_000  # more cells than there are around the world
MOST_CELLS = 64  # of one fix: after a longer way every zone is looked at


def cells_of(shapes: Array, boxes: Array, watches: Array) -> dict[str, Array]:
    """This function will return the index of shared zones: places among all shapes, their boxes, their watches.

    `everywhere` are those that no box holds, at a pole or the date line.
    """
    found: dict[int, list[int]] = {}
    everywhere = []
    for zone, box in enumerate(boxes):
        if not math.isfinite(box["south"]):
            everywhere.append(zone)
            continue
        for north in range(_cell(box["south"]), _cell(box["north"]) + 1):
            for east in range(_cell(box["west"]), _cell(box["east"]) + 1):
                found.setdefault(north * ROUND + east, []).append(zone)
    keys = sorted(found)
    first = np.zeros(len(keys) + 1, np.int64)
    first[1:] = np.cumsum([len(found[key]) for key in keys])
    return {
        "cell_keys": np.array(keys, np.int64),
        "cell_first": first,
        "cell_zones": np.array([zone for key in keys for zone in found[key]], np.int32),
        "everywhere": np.array(everywhere, np.int32),
        "shared_shapes": shapes,
        "shared_boxes": boxes,
        "shared_watches": watches,
    }


def _cell(degrees: float) -> int:
    return math.floor(degrees / CELL)


@compiled
def come_near(world: Record, device: Whole, box: Record) -> bool:
    """This function will see that a device has a slot for every shared zone in a box; False where there are no more slots."""
    for i in range(len(everywhere_in(world))):
        if not _slot_for(world, device, np.int64(everywhere_in(world)[i])):
            return False
    if not math.isfinite(box.south):
        return _all_in(world, device, box)
    south, north = math.floor(box.south / CELL), math.floor(box.north / CELL)
    west, east = math.floor(box.west / CELL), math.floor(box.east / CELL)
    if (north - south + 1) * (east - west + 1) > MOST_CELLS:
        return _all_in(world, device, box)
    for y in range(south, north + 1):
        for x in range(west, east + 1):
            if not _cell_in(world, device, y * ROUND + x, box):
                return False
    return True


@compiled
def _all_in(world: Record, device: Whole, box: Record) -> bool:
    for zone in range(len(shared_boxes_in(world))):
        if not _misses(box, shared_boxes_in(world)[zone]) and not _slot_for(world, device, zone):
            return False
    return True


@compiled
def _cell_in(world: Record, device: Whole, key: Whole, box: Record) -> bool:
    place = np.searchsorted(cell_keys_in(world), key)
    if place == len(cell_keys_in(world)) or cell_keys_in(world)[place] != key:
        return True
    for i in range(cell_first_in(world)[place], cell_first_in(world)[place + 1]):
        zone = np.int64(cell_zones_in(world)[i])
        if not _misses(box, shared_boxes_in(world)[zone]) and not _slot_for(world, device, zone):
            return False
    return True


@compiled
def _misses(box: Record, zone: Record) -> bool:
    return zone.south > box.north or zone.north < box.south or zone.west > box.east or zone.east < box.west


@compiled
def _slot_for(world: Record, device: Whole, zone: Whole) -> bool:
    """Chain a cold slot for a zone to a device, unless it has one; False where none is free."""
    shape = shared_shapes_in(world)[zone]
    slot = chain_in(world)[device]
    while slot >= 0:
        if shape_of_in(world)[slot] == shape:
            return True
        slot = next_slot_in(world)[slot]
    slot = np.int64(free_in(world)[0])
    if slot < 0:
        return False
    free_in(world)[0] = next_slot_in(world)[slot]
    shape_of_in(world)[slot], watch_of_slot_in(world)[slot] = shape, shared_watches_in(world)[zone]
    boxes_in(world)[slot] = shared_boxes_in(world)[zone]
    hot_in(world)[slot] = 0
    for k in range(3):
        slots_in(world)[3 * slot + k].hot = 0
    next_slot_in(world)[slot] = chain_in(world)[device]
    chain_in(world)[device] = slot
    chained_in(world)[device] += 1
    return True


@compiled
def leave_far(world: Record, device: Whole) -> None:
    """This function will take back the slots that stand cold throughout."""
    before, slot = -1, chain_in(world)[device]
    while slot >= 0:
        after = next_slot_in(world)[slot]
        hot = (
            slots_in(world)[3 * slot].hot
            or slots_in(world)[3 * slot + 1].hot
            or slots_in(world)[3 * slot + 2].hot
            or slots_in(world)[3 * slot].cut  # nobody else knows since when it is watched
        )
        if hot:
            before = slot
        else:
            if before < 0:
                chain_in(world)[device] = after
            else:
                next_slot_in(world)[before] = after
            next_slot_in(world)[slot] = free_in(world)[0]
            free_in(world)[0] = slot
            chained_in(world)[device] -= 1
        slot = after
