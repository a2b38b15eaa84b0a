"""Puts a fix into its place and finds what that changes: at the end at once, further back by folding again from before it.

Two folds go side by side, with the fix and without; where they stand alike again, nothing later can differ.
"""

from typing import Any

import numpy as np

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_copy import copy_over
from shelterbelt.engines.watching_judges import judge_pair, judge_signal, judge_zone, note_last
from shelterbelt.engines.watching_lines import compare
from shelterbelt.engines.watching_tables import (
    BASE,
    MIDDLE,
    NOTHING,
    NOW,
    PAIR,
    PAIR_STATES,
    RECENT,
    SECOND,
    SIGNAL,
    ZONE,
    counted,
)
from shelterbelt.engines.watching_world import (
    devices_in,
    fronts_in,
    hot_in,
    now_in,
    number_in,
    pair_one_in,
    pairs_in,
    points_in,
    scratch_device_in,
    scratch_pair_in,
    scratch_side_in,
    scratch_zone_in,
    shape_of_in,
    shapes_in,
    sides_in,
    sinces_in,
    slots_in,
    stands_in,
    was_in,
    write_changes,
)

Array = Any  # of records
Record = Any
Whole = Any  # a whole number, NumPy's or Python's

NEW, OLD = counted(2)


@compiled
def step(world: Record, of: Whole, n: Whole, k: Whole, fix: Record, told: Array, many: Whole) -> Whole:
    """This function will take the next fix into the state in scratch `k`, and return how many events there are."""
    if of == PAIR:
        mine = 0 if fix.device == pair_one_in(world)[n] else 1
        sides = scratch_side_in(world)
        return judge_pair(
            scratch_pair_in(world)[k],
            sides[2 * k + mine],
            sides[2 * k + 1 - mine],
            fix,
            world,
            told,
            many,
        )
    device = scratch_device_in(world)[k]
    if of == SIGNAL:
        many = judge_signal(device, fix, world, told, many)
    else:
        shape = shapes_in(world)[shape_of_in(world)[n]]
        many = judge_zone(scratch_zone_in(world)[k], device, fix, shape, points_in(world), world, told, many)
    note_last(device, fix, world.vague)
    return many


@compiled
def advance(states: Array, n: Whole) -> None:
    """This function will make the middle of three states the base, and how matters stand now the middle."""
    copy_over(states[3 * n + BASE], states[3 * n + MIDDLE])
    copy_over(states[3 * n + MIDDLE], states[3 * n + NOW])


@compiled
def load(world: Record, of: Whole, n: Whole, device: Whole, which: Whole, k: Whole) -> None:
    """This function will put one of the states of a watch into scratch `k`."""
    if of == PAIR:
        at = PAIR_STATES * n + which
        copy_over(scratch_pair_in(world)[k], pairs_in(world)[at])
        copy_over(scratch_side_in(world)[2 * k], sides_in(world)[2 * at])
        copy_over(scratch_side_in(world)[2 * k + 1], sides_in(world)[2 * at + 1])
        return
    copy_over(scratch_device_in(world)[k], devices_in(world)[3 * device + which])
    if of == ZONE:
        copy_over(scratch_zone_in(world)[k], slots_in(world)[3 * n + which])


@compiled
def save(world: Record, of: Whole, n: Whole, device: Whole, which: Whole, k: Whole) -> None:
    """This function will put scratch `k` back as one of the states of a watch."""
    if of == PAIR:
        at = PAIR_STATES * n + which
        copy_over(pairs_in(world)[at], scratch_pair_in(world)[k])
        copy_over(sides_in(world)[2 * at], scratch_side_in(world)[2 * k])
        copy_over(sides_in(world)[2 * at + 1], scratch_side_in(world)[2 * k + 1])
    elif of == SIGNAL:
        copy_over(devices_in(world)[3 * device + which], scratch_device_in(world)[k])
    else:
        copy_over(slots_in(world)[3 * n + which], scratch_zone_in(world)[k])
        if scratch_zone_in(world)[k].hot:
            fronts_in(world)[device].burns = fronts_in(world)[device].warm = 1
        if which == NOW:
            hot_in(world)[n] = scratch_zone_in(world)[k].hot


@compiled
def alike(world: Record, of: Whole) -> bool:
    """This function will say whether both scratches stand alike, so that they stay so."""
    if of == PAIR:
        return (
            _alike_pair(scratch_pair_in(world)[0], scratch_pair_in(world)[1])
            and _alike_side(scratch_side_in(world)[0], scratch_side_in(world)[2])
            and _alike_side(scratch_side_in(world)[1], scratch_side_in(world)[3])
        )
    one, two = scratch_device_in(world)[0], scratch_device_in(world)[1]
    if not _alike_last(one, two) or one.known != two.known:
        return False
    if of == ZONE:
        return _alike_zone(scratch_zone_in(world)[0], scratch_zone_in(world)[1])
    return (
        one.said_ms == two.said_ms
        and one.said_latitude == two.said_latitude
        and one.said_longitude == two.said_longitude
        and one.said_metres == two.said_metres
        and one.low == two.low
        and one.marks == two.marks
    )


@compiled
def _alike_last(one: Record, two: Record) -> bool:
    return (
        one.ms == two.ms
        and one.latitude == two.latitude
        and one.longitude == two.longitude
        and one.metres == two.metres
    )


@compiled
def _alike_zone(one: Record, two: Record) -> bool:
    if not one.hot or not two.hot:
        return one.hot == two.hot
    return (
        _alike_last(one, two)
        and one.since_ms == two.since_ms
        and one.place == two.place
        and one.flags == two.flags
    )


@compiled
def _alike_pair(one: Record, two: Record) -> bool:
    return (
        one.place == two.place
        and one.open == two.open
        and one.closing == two.closing
        and one.has_measured == two.has_measured
        and (not one.has_measured or (one.measured_ms == two.measured_ms and one.measured == two.measured))
    )


@compiled
def _alike_side(one: Record, two: Record) -> bool:
    if not one.has or not two.has:
        return one.has == two.has
    return _alike_last(one, two) and one.speed == two.speed and one.doubt == two.doubt


@compiled
def put_between(
    world: Record,
    of: Whole,
    n: Whole,
    device: Whole,
    line: Record,
    fixes: Array,
    place: Whole,
    row: Whole,
    watch: Whole,
) -> None:
    """This function will find what a fix that lies in its place already changes for one watch, and write it down.

    `line.middle` counts the fix if it lies before the middle. Fixes of the same instant may tell the same twice: then all
    that is kept is folded again, to know what stands.
    """
    start, many = line.start, line.many
    which, first = begins_at(of, line, fixes, place)
    if of == ZONE and slots_in(world)[3 * n].cut:
        first = max(first, _unseen(world, n, line, fixes))
    load(world, of, n, device, which, NEW)
    stands = NOTHING
    for i in range(first, place):
        found = step(world, of, n, NEW, fixes[start + i], stands_in(world), stands)
        stands = found if i >= line.gone else NOTHING
    _copy(world)
    was = now = NOTHING
    for i in range(place, many):
        now = step(world, of, n, NEW, fixes[start + i], now_in(world), now)
        if i > place:
            was = step(world, of, n, OLD, fixes[start + i], was_in(world), was)
        _save_between(world, of, n, device, line, i)
        ends = i + 1 == many or fixes[start + i + 1].ms != fixes[start + i].ms
        if i + 1 < many and ends and alike(world, of):
            write_changes(world, row, of, watch, np.int64(number_in(world)[device]), was, now, stands)
            return
    save(world, of, n, device, NOW, NEW)
    write_changes(world, row, of, watch, np.int64(number_in(world)[device]), was, now, stands)


@compiled
def sees(world: Record, slot: Whole, fix: Record) -> bool:
    """This function will say whether a zone is watched since before a fix. Asked of late ones alone: others are newer."""
    cut = slots_in(world)[3 * slot].cut
    return cut == 0 or compare(sinces_in(world)[cut - 1], fix, fix.device) < 0


@compiled
def _unseen(world: Record, slot: Whole, line: Record, fixes: Array) -> Whole:
    """How many fixes of a line come before what a zone sees."""
    many = NOTHING
    while many < line.many and not sees(world, slot, fixes[line.start + many]):
        many += 1
    return many


@compiled
def begins_at(of: Whole, line: Record, fixes: Array, place: Whole) -> tuple[Whole, Whole]:
    """This function will say from which state to fold, and how many fixes of the line are in it already."""
    if place > 0 and fixes[line.start + place - 1].ms == fixes[line.start + place].ms:
        return BASE, NOTHING
    which, first = BASE, NOTHING
    if place >= line.middle:
        which, first = MIDDLE, np.int64(line.middle)
    if of == PAIR and first <= line.second and line.second <= place:
        which, first = SECOND, np.int64(line.second)
    if of == PAIR and first <= line.recent and line.recent <= place:
        which, first = RECENT, np.int64(line.recent)
    return which, first


@compiled
def _save_between(world: Record, of: Whole, n: Whole, device: Whole, line: Record, i: Whole) -> None:
    if i + 1 == line.middle:
        save(world, of, n, device, MIDDLE, NEW)
    if of == PAIR and i + 1 == line.second:
        save(world, of, n, device, SECOND, NEW)
    if of == PAIR and i + 1 == line.recent:
        save(world, of, n, device, RECENT, NEW)


@compiled
def _copy(world: Record) -> None:
    copy_over(scratch_device_in(world)[OLD], scratch_device_in(world)[NEW])
    copy_over(scratch_zone_in(world)[OLD], scratch_zone_in(world)[NEW])
    copy_over(scratch_pair_in(world)[OLD], scratch_pair_in(world)[NEW])
    copy_over(scratch_side_in(world)[2], scratch_side_in(world)[0])
    copy_over(scratch_side_in(world)[3], scratch_side_in(world)[1])
