"""Finds which shared zones a fix may touch, by cells of the map, and gives a device a slot for each that it came near.

A zone of one device needs no index: its device has a list of a few. Schools and shelters concern everybody.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled

Array = NDArray[Any]
Record = Any

CELL = 0.02  # degrees
ROUND = 40_000  # more cells than there are around the world
MOST_CELLS = 64  # of one fix: after a longer way every zone is looked at


class Cells(NamedTuple):
    """Which shared zones come into which cell; `everywhere` are those that no box holds, at a pole or the date line."""

    keys: Array
    first: Array
    zones: Array
    everywhere: Array
    shapes: Array
    boxes: Array
    watches: Array


def cells_of(shapes: Array, boxes: Array, watches: Array) -> Cells:
    """This function will return the index of shared zones: places among all shapes, their boxes, their watches."""
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
    zones = [zone for key in keys for zone in found[key]]
    return Cells(
        np.array(keys, np.int64),
        first,
        np.array(zones, np.int32),
        np.array(everywhere, np.int32),
        shapes,
        boxes,
        watches,
    )


def _cell(degrees: float) -> int:
    return math.floor(degrees / CELL)


@compiled
def come_near(world: Any, device: int, box: Record) -> bool:
    """This function will see that a device has a slot for every shared zone in a box; False where there are no more slots."""
    cells = world.cells
    for i in range(len(cells.everywhere)):
        if not _slot_for(world, device, cells.everywhere[i]):
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
def _all_in(world: Any, device: int, box: Record) -> bool:
    cells = world.cells
    for zone in range(len(cells.boxes)):
        if not _misses(box, cells.boxes[zone]) and not _slot_for(world, device, zone):
            return False
    return True


@compiled
def _cell_in(world: Any, device: int, key: int, box: Record) -> bool:
    cells = world.cells
    place = np.searchsorted(cells.keys, key)
    if place == len(cells.keys) or cells.keys[place] != key:
        return True
    for i in range(cells.first[place], cells.first[place + 1]):
        zone = cells.zones[i]
        if not _misses(box, cells.boxes[zone]) and not _slot_for(world, device, zone):
            return False
    return True


@compiled
def _misses(box: Record, zone: Record) -> bool:
    return zone.south > box.north or zone.north < box.south or zone.west > box.east or zone.east < box.west


@compiled
def _slot_for(world: Any, device: int, zone: int) -> bool:
    """Chain a cold slot for a zone to a device, unless it has one; False where none is free."""
    shape = world.cells.shapes[zone]
    slot = world.chain[device]
    while slot >= 0:
        if world.shape_of[slot] == shape:
            return True
        slot = world.next_slot[slot]
    slot = world.free[0]
    if slot < 0:
        return False
    world.free[0] = world.next_slot[slot]
    world.shape_of[slot], world.watch_of_slot[slot] = shape, world.cells.watches[zone]
    world.boxes[slot] = world.cells.boxes[zone]
    for k in range(3):
        world.slots[3 * slot + k].hot = 0
    world.next_slot[slot] = world.chain[device]
    world.chain[device] = slot
    world.chained[device] += 1
    return True


@compiled
def leave_far(world: Any, device: int) -> None:
    """This function will take back the slots that stand cold throughout."""
    before, slot = -1, world.chain[device]
    while slot >= 0:
        after = world.next_slot[slot]
        hot = world.slots[3 * slot].hot or world.slots[3 * slot + 1].hot or world.slots[3 * slot + 2].hot
        if hot:
            before = slot
        else:
            if before < 0:
                world.chain[device] = after
            else:
                world.next_slot[before] = after
            world.next_slot[slot] = world.free[0]
            world.free[0] = slot
            world.chained[device] -= 1
        slot = after
