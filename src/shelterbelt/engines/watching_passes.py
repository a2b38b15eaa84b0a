"""The pass over a batch: each fix for its device, then for its pairs. It ends early where it has no room.

A pass that ended goes on from the row that it names; it has changed nothing of that row.
"""

import math
from typing import Any

import numpy as np

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_ahead import FAR_OFF, fetch_soon
from shelterbelt.engines.watching_ground import DEGREE, beyond
from shelterbelt.engines.watching_judges import ENTERED, how_sure, judge_signal, judge_zone, note_last, tell
from shelterbelt.engines.watching_lines import (
    AT_TIMES,
    TOO_LATE,
    count_in,
    has_room,
    is_newest,
    let_go,
    may_let_go,
    may_wait,
    place_of,
    put,
    trim,
)
from shelterbelt.engines.watching_pairs import may_take, prepare_pairs, take_pair
from shelterbelt.engines.watching_quick import SLACK, clear_around, comes_by, look_at_warmth, quick
from shelterbelt.engines.watching_shared import come_near, leave_far
from shelterbelt.engines.watching_tables import BASE, NOTHING, NOW, SIGNAL, SILENCE, ZONE, counted
from shelterbelt.engines.watching_turns import advance, begins_at, put_between, sees
from shelterbelt.engines.watching_world import (
    DONE,
    NO_PAPER,
    NO_ROOM,
    NO_SLOT,
    allowed_ms_in,
    bound_in,
    boxes_in,
    chain_in,
    chained_in,
    device_fixes_in,
    device_lines_in,
    device_used_in,
    devices_in,
    fronts_in,
    heard_ms_in,
    hot_in,
    narrowest_in,
    next_slot_in,
    now_in,
    number_in,
    own_in,
    pairs_from_in,
    pairs_of_in,
    points_in,
    scratch_box_in,
    shape_of_in,
    shapes_in,
    silent_in,
    slots_in,
    told_in,
    told_many_in,
    watch_of_slot_in,
    write_all,
)

Array = Any  # of records
Record = Any
Whole = Any  # a whole number, NumPy's or Python's

SILENT, BACK = counted(2)


@compiled
def a_pass(worlds: Array, frames: Array, turns: Array, first: Whole, until: Whole) -> tuple[Whole, Whole]:
    """This function will take the fixes of the turns from `first` to `until` in.

    Returns the place where it ended, and why.
    """
    world = worlds[0]
    for i in range(first, until):
        if i + FAR_OFF < until:
            fetch_soon(world, frames, turns, i)
        row, device = np.int64(turns[i].row), np.int64(turns[i].device)
        fix = frames[row]
        if _take_ordinary(world, fix, device, row):
            continue
        why = _take_any(world, fix, device, row)
        if why != DONE:
            return i, why
    return until, DONE


@compiled
def _take_ordinary(world: Record, fix: Record, device: Whole, row: Whole) -> bool:
    """Take a fix in that its device tells nothing by, if it has one pair at the most; False for any other."""
    front, line = fronts_in(world)[device], device_lines_in(world)[device]
    pair = np.int64(front.pair)
    if pair < -1 or not may_take(world, pair) or not quick(world, fix, device, line, front):
        return False
    _hear(world, fix, device, row)
    if line.many % AT_TIMES == 0:
        _tidy_device(world, device)
    if pair >= 0:
        take_pair(world, fix, pair, row)
    return True


@compiled
def _take_any(world: Record, fix: Record, device: Whole, row: Whole) -> Whole:
    """Take a fix in, once there is room for whatever it and its pairs may tell."""
    paper = prepare_pairs(world, device)
    if paper < 0:
        return NO_ROOM
    why = _prepare(world, fix, device, paper)
    if why != DONE:
        return why
    _hear(world, fix, device, row)
    _take_device(world, fix, device, row)
    for p in range(pairs_from_in(world)[device], pairs_from_in(world)[device + 1]):
        take_pair(world, fix, np.int64(pairs_of_in(world)[p]), row)
    return DONE


@compiled
def _prepare(world: Record, fix: Record, device: Whole, paper: Whole) -> Whole:
    """See that there is room for whatever this fix may change; its pairs need so much paper."""
    line = device_lines_in(world)[device]
    if not has_room(line, device_fixes_in(world), device_used_in(world), world.longest):
        return NO_ROOM
    if bound_in(world)[device]:
        _look_around(world, fix, device, scratch_box_in(world))
        if not come_near(world, device, scratch_box_in(world)[0]):
            return NO_SLOT
    slots = own_in(world)[device + 1] - own_in(world)[device] + chained_in(world)[device]
    # In the worst case everything that is kept is told anew and taken back.
    paper += told_many_in(world)[0]
    if paper + 4 * (line.many + 2) * (slots + 4) > len(told_in(world)):
        in_order = line.many == 0 or is_newest(line, fix)
        if not in_order or paper + 2 * slots > len(told_in(world)):
            return NO_PAPER
    return DONE


@compiled
def _hear(world: Record, fix: Record, device: Whole, row: Whole) -> None:
    """As `silence.hear` does."""
    allowed = allowed_ms_in(world)[device]
    if allowed < 0:
        return
    number, received = np.int64(number_in(world)[device]), fix.received_ms
    ends = heard_ms_in(world)[device] + allowed
    if not silent_in(world)[device] and received >= ends:
        silent_in(world)[device] = 1
        write_all(
            world,
            row,
            SILENCE,
            number,
            number,
            now_in(world),
            tell(now_in(world), NOTHING, ends, SILENT, 0, 0.0),
        )
    if fix.metres > world.vague:
        return
    heard_ms_in(world)[device] = max(heard_ms_in(world)[device], min(fix.ms, received))
    if silent_in(world)[device] and heard_ms_in(world)[device] + allowed > received:
        silent_in(world)[device] = 0
        write_all(
            world,
            row,
            SILENCE,
            number,
            number,
            now_in(world),
            tell(now_in(world), NOTHING, received, BACK, 0, 0.0),
        )


@compiled
def _take_device(world: Record, fix: Record, device: Whole, row: Whole) -> None:
    line, fixes = device_lines_in(world)[device], device_fixes_in(world)
    if line.many and not is_newest(line, fix):
        trim(line, fixes, world.late_ms, world.most)
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
        count_in(line, place)
        _between_of_device(world, device, line, place, row)
    if not may_wait(line):
        _tidy_device(world, device)


@compiled
def _tidy_device(world: Record, device: Whole) -> None:
    """What is too old is let go, now and then."""
    line, fixes = device_lines_in(world)[device], device_fixes_in(world)
    trim(line, fixes, world.late_ms, world.most)
    if may_let_go(line):
        _advance_device(world, device)
        let_go(line, fixes)
    if fronts_in(world)[device].warm:
        look_at_warmth(world, device)


@compiled
def _look_around(world: Record, fix: Record, device: Whole, box: Array) -> None:
    """The box, in degrees, of what this fix may touch: a wide one for a late fix, for it changes the ways beside it."""
    line, fixes, one = device_lines_in(world)[device], device_fixes_in(world), box[0]
    last = devices_in(world)[3 * device + NOW]
    _around(one, fix, last, narrowest_in(world)[device])
    if line.many and fix.ms <= fixes[line.start + line.many - 1].ms:
        base = devices_in(world)[3 * device + BASE]
        _around(one, fix, base, narrowest_in(world)[device])
        for i in range(line.start, line.start + line.many):
            _widen(one, fixes[i], narrowest_in(world)[device])


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
    beside = (
        (zone.south > box.north) | (zone.north < box.south) | (zone.west > box.east) | (zone.east < box.west)
    )
    return bool(beside)


@compiled
def _next_of_device(world: Record, fix: Record, device: Whole, row: Whole) -> None:
    """The newest fix of a device: every state goes on from where it stands."""
    state, number = devices_in(world)[3 * device + NOW], np.int64(number_in(world)[device])
    write_all(
        world,
        row,
        SIGNAL,
        number,
        number,
        now_in(world),
        judge_signal(state, fix, world, now_in(world), NOTHING),
    )
    box = scratch_box_in(world)[0]
    _around(box, fix, state, narrowest_in(world)[device])
    met, fronts_in(world)[device].burns = False, 0
    for slot in range(own_in(world)[device], own_in(world)[device + 1]):
        met |= _next_of_zone(world, fix, device, state, slot, box, row)
    near = np.int64(chain_in(world)[device])
    while near >= 0:
        met |= _next_of_zone(world, fix, device, state, near, box, row)
        near = np.int64(next_slot_in(world)[near])
    if not met:
        clear_around(world, device, box)
    note_last(state, fix, world.vague)


@compiled
def _next_of_zone(
    world: Record, fix: Record, device: Whole, state: Record, slot: Whole, box: Record, row: Whole
) -> bool:
    """Whether the zone had to be looked at."""
    if not hot_in(world)[slot] and misses(box, boxes_in(world)[slot]):
        return False
    zone = slots_in(world)[3 * slot + NOW]
    shape = shapes_in(world)[shape_of_in(world)[slot]]
    many = judge_zone(zone, state, fix, shape, points_in(world), world, now_in(world), NOTHING)
    hot_in(world)[slot] = zone.hot
    if zone.hot:
        fronts_in(world)[device].burns = fronts_in(world)[device].warm = 1
    write_all(
        world,
        row,
        ZONE,
        np.int64(watch_of_slot_in(world)[slot]),
        np.int64(number_in(world)[device]),
        now_in(world),
        many,
    )
    return True


@compiled
def _between_of_device(world: Record, device: Whole, line: Record, place: Whole, row: Whole) -> None:
    fixes, box, number = device_fixes_in(world), scratch_box_in(world)[0], np.int64(number_in(world)[device])
    fix = fixes[line.start + place]
    which, first = begins_at(ZONE, line, fixes, place)
    _around(box, fix, devices_in(world)[3 * device + which], narrowest_in(world)[device])
    for i in range(line.start + first, line.start + line.many):
        _widen(box, fixes[i], narrowest_in(world)[device])
    _open_wide(box)
    for slot in range(own_in(world)[device], own_in(world)[device + 1]):
        _between_of_zone(world, device, line, place, slot, box, row)
    near = np.int64(chain_in(world)[device])
    while near >= 0:
        _between_of_zone(world, device, line, place, near, box, row)
        near = np.int64(next_slot_in(world)[near])
    put_between(world, SIGNAL, device, device, line, fixes, place, row, number)


@compiled
def _between_of_zone(
    world: Record, device: Whole, line: Record, place: Whole, slot: Whole, box: Record, row: Whole
) -> None:
    if not sees(world, slot, device_fixes_in(world)[line.start + place]):
        return
    fixes, zone = device_fixes_in(world), boxes_in(world)[slot]
    which, first = begins_at(ZONE, line, fixes, place)
    if not slots_in(world)[3 * slot + which].hot:
        start, narrow = devices_in(world)[3 * device + which], narrowest_in(world)[device]
        if misses(box, zone) or not comes_by(zone, start, line, fixes, place, first, narrow, world.vague):
            return
    watch = np.int64(watch_of_slot_in(world)[slot])
    put_between(world, ZONE, slot, device, line, fixes, place, row, watch)


@compiled
def _alone(world: Record, fix: Record, device: Whole, row: Whole) -> None:
    """As `geofence.alone` has it, for every zone of the device."""
    for slot in range(own_in(world)[device], own_in(world)[device + 1]):
        _alone_in(world, fix, device, slot, row)
    near = np.int64(chain_in(world)[device])
    while near >= 0:
        _alone_in(world, fix, device, near, row)
        near = np.int64(next_slot_in(world)[near])


@compiled
def _alone_in(world: Record, fix: Record, device: Whole, slot: Whole, row: Whole) -> None:
    metres = beyond(shapes_in(world)[shape_of_in(world)[slot]], points_in(world), fix.latitude, fix.longitude)
    if metres + fix.metres > 0 or not sees(world, slot, fix):
        return
    tell(now_in(world), NOTHING, fix.ms, ENTERED, how_sure(fix, metres), metres)
    write_all(
        world,
        row,
        ZONE,
        np.int64(watch_of_slot_in(world)[slot]),
        np.int64(number_in(world)[device]),
        now_in(world),
        1,
    )
    told_in(world)[told_many_in(world)[0] - 1].late_alone = 1


@compiled
def _advance_device(world: Record, device: Whole) -> None:
    """What was the middle is the base from now on, and now is the middle."""
    advance(devices_in(world), device)
    if not fronts_in(world)[device].warm and chain_in(world)[device] < 0:
        return
    for slot in range(own_in(world)[device], own_in(world)[device + 1]):
        advance(slots_in(world), slot)
    near = np.int64(chain_in(world)[device])
    while near >= 0:
        advance(slots_in(world), near)
        near = np.int64(next_slot_in(world)[near])
    leave_far(world, device)
