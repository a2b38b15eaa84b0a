"""The ordinary fix: the newest of its device, unmarked, far from all of its zones. It changes where the device is, and no more.

Takes no other fix, and tells nothing. What is measured roughly here is measured so that it never decides otherwise.
"""

import math
from typing import Any

import numpy as np

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_copy import copy_over, fetch
from shelterbelt.engines.watching_ground import DEGREE, at_most
from shelterbelt.engines.watching_lines import AHEAD
from shelterbelt.engines.watching_tables import BASE, MIDDLE, NOW
from shelterbelt.engines.watching_world import (
    bound_in,
    boxes_in,
    chain_in,
    device_fixes_in,
    devices_in,
    fronts_in,
    next_slot_in,
    own_in,
    slots_in,
)

Array = Any  # of records
Record = Any
Whole = Any  # a whole number, NumPy's or Python's

SLACK = 1e-7  # degrees: a centimetre, more than any rounding
HALF = 90.0  # degrees: a longer way may go round the other side
WIDER = 1.000001 / DEGREE
LESS = 0.000999999  # of a thousandth of a second


@compiled
def quick(world: Record, fix: Record, device: Whole, line: Record, front: Record) -> bool:
    """This function will take an ordinary fix in for its device; False for any other, and then nothing has changed."""
    state = devices_in(world)[3 * device + NOW]
    if front.burns or not state.known or line.many + 1 >= line.room:
        return False
    if not _is_plain(world, fix, state) or not _is_clear(front, fix, state):
        return False
    off = np.float64(fix.metres)
    state.marks = 0
    state.ms = state.said_ms = fix.ms
    state.metres = state.said_metres = off
    state.latitude = state.said_latitude = fix.latitude
    state.longitude = state.said_longitude = fix.longitude
    copy_over(device_fixes_in(world)[line.start + line.many], fix)
    fetch(device_fixes_in(world)[line.start + line.many + AHEAD])
    line.newest = fix.ms
    line.many += 1
    return True


@compiled
def _is_plain(world: Record, fix: Record, state: Record) -> bool:
    """Whether a fix is the newest, and its device says nothing by it but where it is."""
    off, spent = fix.metres, fix.ms - state.said_ms
    if fix.marks or state.low or spent <= 0 or not off <= world.vague:
        return False
    if fix.battery >= 0 and fix.battery <= world.low:
        return False
    far = at_most(state.said_latitude, state.said_longitude, fix.latitude, fix.longitude)
    return bool(far - state.said_metres - off < world.fastest * spent * LESS)


@compiled
def _is_clear(front: Record, fix: Record, last: Record) -> bool:
    """Whether the way to a fix lies where no zone's box comes in."""
    up = fix.metres * WIDER + SLACK
    side = up * front.narrow
    south = min(fix.latitude - up, last.latitude - SLACK)
    north = max(fix.latitude + up, last.latitude + SLACK)
    west = min(fix.longitude - side, last.longitude - SLACK)
    east = max(fix.longitude + side, last.longitude + SLACK)
    return bool(
        (south > front.south)
        & (north < front.north)
        & (west > front.west)
        & (east < front.east)
        & (east - west < HALF)
    )


@compiled
def clear_around(world: Record, device: Whole, box: Record) -> None:
    """This function will find how far no zone's box comes in around one that all of them miss.

    Not where zones are everybody's: another may come near that has no slot yet.
    """
    if bound_in(world)[device]:
        return
    front = fronts_in(world)[device]
    front.south = front.west = -math.inf
    front.north = front.east = math.inf
    for slot in range(own_in(world)[device], own_in(world)[device + 1]):
        _keep_out(front, box, boxes_in(world)[slot])


@compiled
def _keep_out(front: Record, box: Record, zone: Record) -> None:
    """Cut off the side on which a zone lies furthest away."""
    south, north = box.south - zone.north, zone.south - box.north
    west, east = box.west - zone.east, zone.west - box.east
    most = max(south, north, west, east)
    if most == north:
        front.north = min(front.north, zone.south)
    elif most == south:
        front.south = max(front.south, zone.north)
    elif most == east:
        front.east = min(front.east, zone.west)
    else:
        front.west = max(front.west, zone.east)


@compiled
def look_at_warmth(world: Record, device: Whole) -> None:
    """This function will find out whether a device's zones stand cold throughout."""
    for slot in range(own_in(world)[device], own_in(world)[device + 1]):
        if _is_warm(world, slot):
            return
    near = np.int64(chain_in(world)[device])
    while near >= 0:
        if _is_warm(world, near):
            return
        near = np.int64(next_slot_in(world)[near])
    fronts_in(world)[device].warm = 0


@compiled
def _is_warm(world: Record, slot: Whole) -> bool:
    states = slots_in(world)
    return bool(states[3 * slot + NOW].hot or states[3 * slot + MIDDLE].hot or states[3 * slot + BASE].hot)


@compiled
def comes_by(
    box: Record,
    start: Record,
    line: Record,
    fixes: Array,
    place: Whole,
    first: Whole,
    narrow: float,
    vague: float,
) -> bool:
    """This function will say whether any way from a line's `first` fix on comes into a zone's box.

    With the fix at `place` and without it; `start` is how the device stood before.
    """
    known = start.known != 0
    south, north, west, east = start.latitude, start.latitude, start.longitude, start.longitude
    for i in range(first, line.many):
        fix = fixes[line.start + i]
        up = fix.metres * WIDER + SLACK
        side = up * narrow
        low, high, left, right = (
            fix.latitude - up,
            fix.latitude + up,
            fix.longitude - side,
            fix.longitude + side,
        )
        if known:
            low, high = min(low, south - SLACK), max(high, north + SLACK)
            left, right = min(left, west - SLACK), max(right, east + SLACK)
        if right - left > HALF:
            return True
        if not ((box.south > high) | (box.north < low) | (box.west > right) | (box.east < left)):
            return True
        if fix.metres > vague:
            continue
        if known and i == place:
            south, north = min(south, fix.latitude), max(north, fix.latitude)
            west, east = min(west, fix.longitude), max(east, fix.longitude)
        else:
            south, north, west, east = fix.latitude, fix.latitude, fix.longitude, fix.longitude
        known = True
    return False
