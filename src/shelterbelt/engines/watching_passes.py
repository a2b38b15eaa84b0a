"""The two passes over a batch: every device's own fixes, then every pair's. Each ends early where it has no room.

A pass that ended goes on from the row that it names; it has changed nothing of that row.
"""

import math
from typing import Any

from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_ground import DEGREE, beyond
from shelterbelt.engines.watching_judges import (
    ENTERED,
    how_sure,
    judge_pair,
    judge_signal,
    judge_zone,
    note_last,
    tell,
)
from shelterbelt.engines.watching_lines import TOO_LATE, has_room, let_go, may_let_go, place_of, put, trim
from shelterbelt.engines.watching_shared import come_near, leave_far
from shelterbelt.engines.watching_tables import BASE, MIDDLE, NOW, PAIR, SIGNAL, SILENCE, ZONE
from shelterbelt.engines.watching_turns import put_between
from shelterbelt.engines.watching_world import (
    DONE,
    NO_PAPER,
    NO_ROOM,
    NO_SLOT,
    World,
    write_all,
)

Array = NDArray[Any]
Record = Any

SILENT, BACK = 0, 1
SLACK = 1e-7  # degrees: a centimetre, more than any rounding


@compiled
def pass_devices(
    world: World, frames: Array, index: Array, order: Array, first: int, until: int
) -> tuple[int, int]:
    """This function will take the fixes from `first` to `until` of an order in, for silence, signals and zones.

    Returns the place where it ended, and why.
    """
    for i in range(first, until):
        row = order[i]
        fix, device = frames[row], index[row]
        why = _prepare(world, fix, device)
        if why != DONE:
            return i, why
        _hear(world, fix, device, row)
        _take_device(world, fix, device, row)
    return until, DONE


@compiled
def _prepare(world: World, fix: Record, device: int) -> int:
    """See that there is room for whatever this fix may change."""
    line = world.device_lines[device]
    if not has_room(line, world.device_fixes, world.device_used, world.longest):
        return NO_ROOM
    if world.bound[device]:
        _look_around(world, fix, device, world.scratch_box)
        if not come_near(world, device, world.scratch_box[0]):
            return NO_SLOT
    slots = world.own[device + 1] - world.own[device] + world.chained[device]
    # In the worst case everything that is kept is told anew and taken back.
    needed = 4 * (line.many + 2) * (slots + 4)
    if world.told_many[0] + needed > len(world.told):
        in_order = line.many == 0 or fix.ms > world.device_fixes[line.start + line.many - 1].ms
        if not in_order or world.told_many[0] + 2 * slots + 16 > len(world.told):
            return NO_PAPER
    return DONE


@compiled
def _hear(world: World, fix: Record, device: int, row: int) -> None:
    """As `silence.hear` does."""
    allowed = world.allowed_ms[device]
    if allowed < 0:
        return
    number, received = world.number[device], fix.received_ms
    ends = world.heard_ms[device] + allowed
    if not world.silent[device] and received >= ends:
        world.silent[device] = 1
        write_all(world, row, SILENCE, number, number, world.now, tell(world.now, 0, ends, SILENT, 0, 0.0))
    if fix.metres > world.by_zone.vague:
        return
    world.heard_ms[device] = max(world.heard_ms[device], min(fix.ms, received))
    if world.silent[device] and world.heard_ms[device] + allowed > received:
        world.silent[device] = 0
        write_all(world, row, SILENCE, number, number, world.now, tell(world.now, 0, received, BACK, 0, 0.0))


@compiled
def _take_device(world: World, fix: Record, device: int, row: int) -> None:
    line, fixes = world.device_lines[device], world.device_fixes
    place = place_of(line, fixes, fix, fix.device)
    if place == TOO_LATE:
        _alone(world, fix, device, row)
    if place < 0:
        return
    if place == line.many and (place == 0 or fixes[line.start + place - 1].ms != fix.ms):
        _next_of_device(world, fix, device, row)
        put(line, fixes, fix, place)
    else:
        put(line, fixes, fix, place)
        line.middle += place < line.middle
        _between_of_device(world, device, line, place, row)
    trim(line, fixes, world.late_ms, world.most)
    if may_let_go(line):
        _advance_device(world, device)
        let_go(line, fixes)


@compiled
def _look_around(world: World, fix: Record, device: int, box: Array) -> None:
    """The box, in degrees, of what this fix may touch: a wide one for a late fix, for it changes the ways beside it."""
    line, fixes, one = world.device_lines[device], world.device_fixes, box[0]
    last = world.devices[3 * device + NOW]
    _around(one, fix, last, world.narrowest[device])
    if line.many and fix.ms <= fixes[line.start + line.many - 1].ms:
        base = world.devices[3 * device + BASE]
        _around(one, fix, base, world.narrowest[device])
        for i in range(line.start, line.start + line.many):
            _widen(one, fixes[i], world.narrowest[device])


@compiled
def _around(box: Record, fix: Record, last: Record, narrow: float) -> None:
    box.south = box.west = math.inf
    box.north = box.east = -math.inf
    _widen(box, fix, narrow)
    if last.known:
        box.south, box.north = min(box.south, last.latitude - SLACK), max(box.north, last.latitude + SLACK)
        box.west, box.east = min(box.west, last.longitude - SLACK), max(box.east, last.longitude + SLACK)
    _open_wide(box)


@compiled
def _widen(box: Record, fix: Record, narrow: float) -> None:
    off = fix.metres * (1.000001 / DEGREE) + SLACK
    box.south, box.north = min(box.south, fix.latitude - off), max(box.north, fix.latitude + off)
    off = off * narrow
    box.west, box.east = min(box.west, fix.longitude - off), max(box.east, fix.longitude + off)


@compiled
def _open_wide(box: Record) -> None:
    """A way over a quarter of the world may go round its other side: then every zone is looked at."""
    if box.east - box.west > 90.0:
        box.south = box.west = -math.inf
        box.north = box.east = math.inf


@compiled
def misses(box: Record, zone: Record) -> bool:
    """This function will say whether a zone's box lies wholly beside another."""
    return zone.south > box.north or zone.north < box.south or zone.west > box.east or zone.east < box.west


@compiled
def _next_of_device(world: World, fix: Record, device: int, row: int) -> None:
    """The newest fix of a device: every state goes on from where it stands."""
    state, number = world.devices[3 * device + NOW], world.number[device]
    write_all(
        world, row, SIGNAL, number, number, world.now, judge_signal(state, fix, world.by_device, world.now, 0)
    )
    box = world.scratch_box[0]
    _around(box, fix, state, world.narrowest[device])
    for slot in range(world.own[device], world.own[device + 1]):
        _next_of_zone(world, fix, device, state, slot, box, row)
    slot = world.chain[device]
    while slot >= 0:
        _next_of_zone(world, fix, device, state, slot, box, row)
        slot = world.next_slot[slot]
    note_last(state, fix, world.by_zone.vague)


@compiled
def _next_of_zone(
    world: World, fix: Record, device: int, state: Record, slot: int, box: Record, row: int
) -> None:
    zone = world.slots[3 * slot + NOW]
    if not zone.hot and misses(box, world.boxes[slot]):
        return
    shape = world.shapes[world.shape_of[slot]]
    many = judge_zone(zone, state, fix, shape, world.points, world.by_zone, world.now, 0)
    write_all(world, row, ZONE, world.watch_of_slot[slot], world.number[device], world.now, many)


@compiled
def _between_of_device(world: World, device: int, line: Record, place: int, row: int) -> None:
    fixes, box, number = world.device_fixes, world.scratch_box[0], world.number[device]
    fix = fixes[line.start + place]
    _around(box, fix, world.devices[3 * device + BASE], world.narrowest[device])
    for i in range(line.start, line.start + line.many):
        _widen(box, fixes[i], world.narrowest[device])
    _open_wide(box)
    for slot in range(world.own[device], world.own[device + 1]):
        _between_of_zone(world, device, line, place, slot, box, row)
    slot = world.chain[device]
    while slot >= 0:
        _between_of_zone(world, device, line, place, slot, box, row)
        slot = world.next_slot[slot]
    put_between(world, SIGNAL, device, device, line, fixes, place, row, number)


@compiled
def _between_of_zone(
    world: World, device: int, line: Record, place: int, slot: int, box: Record, row: int
) -> None:
    if not world.slots[3 * slot + BASE].hot and misses(box, world.boxes[slot]):
        return
    watch = world.watch_of_slot[slot]
    put_between(world, ZONE, slot, device, line, world.device_fixes, place, row, watch)


@compiled
def _alone(world: World, fix: Record, device: int, row: int) -> None:
    """As `geofence.alone` has it, for every zone of the device."""
    for slot in range(world.own[device], world.own[device + 1]):
        _alone_in(world, fix, device, slot, row)
    slot = world.chain[device]
    while slot >= 0:
        _alone_in(world, fix, device, slot, row)
        slot = world.next_slot[slot]


@compiled
def _alone_in(world: World, fix: Record, device: int, slot: int, row: int) -> None:
    metres = beyond(world.shapes[world.shape_of[slot]], world.points, fix.latitude, fix.longitude)
    if metres + fix.metres > 0:
        return
    tell(world.now, 0, fix.ms, ENTERED, how_sure(fix, metres), metres)
    write_all(world, row, ZONE, world.watch_of_slot[slot], world.number[device], world.now, 1)
    world.told[world.told_many[0] - 1].late_alone = 1


@compiled
def _advance_device(world: World, device: int) -> None:
    """What was the middle is the base from now on, and now is the middle."""
    _advance(world.devices, device)
    for slot in range(world.own[device], world.own[device + 1]):
        _advance(world.slots, slot)
    slot = world.chain[device]
    while slot >= 0:
        _advance(world.slots, slot)
        slot = world.next_slot[slot]
    leave_far(world, device)


@compiled
def _advance(states: Array, n: int) -> None:
    states[3 * n + BASE] = states[3 * n + MIDDLE]
    states[3 * n + MIDDLE] = states[3 * n + NOW]


@compiled
def pass_pairs(
    world: World, frames: Array, index: Array, order: Array, first: int, until: int
) -> tuple[int, int]:
    """This function will take the same fixes in for the pairs of their devices; likewise."""
    for i in range(first, until):
        row = order[i]
        fix, device = frames[row], index[row]
        for p in range(world.pairs_from[device], world.pairs_from[device + 1]):
            line = world.pair_lines[world.pairs_of[p]]
            if not has_room(line, world.pair_fixes, world.pair_used, world.longest):
                return i, NO_ROOM
            if world.told_many[0] + 4 * (line.many + 2) > len(world.told):
                return i, NO_PAPER
            _take_pair(world, fix, world.pairs_of[p], row)
    return until, DONE


@compiled
def _take_pair(world: World, fix: Record, pair: int, row: int) -> None:
    line, fixes = world.pair_lines[pair], world.pair_fixes
    first = world.pair_devices[pair, 0]
    place = place_of(line, fixes, fix, first)
    if place < 0:
        return
    if place == line.many and (place == 0 or fixes[line.start + place - 1].ms != fix.ms):
        mine = 0 if fix.device == first else 1
        at, sides = 3 * pair + NOW, world.sides
        many = judge_pair(
            world.pairs[at], sides[2 * at + mine], sides[2 * at + 1 - mine], fix, world.by_pair, world.now, 0
        )
        write_all(world, row, PAIR, world.watch_of_pair[pair], first, world.now, many)
        put(line, fixes, fix, place)
    else:
        put(line, fixes, fix, place)
        line.middle += place < line.middle
        device = world.pair_index[pair]
        put_between(world, PAIR, pair, device, line, fixes, place, row, world.watch_of_pair[pair])
    trim(line, fixes, world.late_ms, world.most)
    if may_let_go(line):
        _advance(world.pairs, pair)
        for side in range(2):
            _advance_side(world.sides, pair, side)
        let_go(line, fixes)


@compiled
def _advance_side(sides: Array, pair: int, side: int) -> None:
    sides[2 * (3 * pair + BASE) + side] = sides[2 * (3 * pair + MIDDLE) + side]
    sides[2 * (3 * pair + MIDDLE) + side] = sides[2 * (3 * pair + NOW) + side]
