"""Puts a fix into its place and finds what that changes: at the end at once, further back by folding again from before it.

Two folds go side by side, with the fix and without; where they stand alike again, nothing later can differ.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_judges import judge_pair, judge_signal, judge_zone, note_last
from shelterbelt.engines.watching_tables import BASE, MIDDLE, NOTHING, NOW, PAIR, SIGNAL, ZONE
from shelterbelt.engines.watching_world import (
    devices_in,
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
    slots_in,
    stands_in,
    was_in,
    write_changes,
)

Array = NDArray[Any]
Record = Any

NEW, OLD = np.arange(2)


@compiled
def step(world: Record, of: int, n: int, k: int, fix: Record, told: Array, many: int) -> int:
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
def load(world: Record, of: int, n: int, device: int, which: int, k: int) -> None:
    """This function will put one of the three states of a watch into scratch `k`."""
    if of == PAIR:
        scratch_pair_in(world)[k] = pairs_in(world)[3 * n + which]
        scratch_side_in(world)[2 * k] = sides_in(world)[2 * (3 * n + which)]
        scratch_side_in(world)[2 * k + 1] = sides_in(world)[2 * (3 * n + which) + 1]
        return
    scratch_device_in(world)[k] = devices_in(world)[3 * device + which]
    if of == ZONE:
        scratch_zone_in(world)[k] = slots_in(world)[3 * n + which]


@compiled
def save(world: Record, of: int, n: int, device: int, which: int, k: int) -> None:
    """This function will put scratch `k` back as one of the three states of a watch."""
    if of == PAIR:
        pairs_in(world)[3 * n + which] = scratch_pair_in(world)[k]
        sides_in(world)[2 * (3 * n + which)] = scratch_side_in(world)[2 * k]
        sides_in(world)[2 * (3 * n + which) + 1] = scratch_side_in(world)[2 * k + 1]
    elif of == SIGNAL:
        devices_in(world)[3 * device + which] = scratch_device_in(world)[k]
    else:
        slots_in(world)[3 * n + which] = scratch_zone_in(world)[k]


@compiled
def alike(world: Record, of: int) -> bool:
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
    world: Record, of: int, n: int, device: int, line: Record, fixes: Array, place: int, row: int, watch: int
) -> None:
    """This function will find what a fix that lies in its place already changes for one watch, and write it down.

    `line.middle` counts the fix if it lies before the middle. Fixes of the same instant may tell the same twice: then all
    that is kept is folded again, to know what stands.
    """
    start, many = line.start, line.many
    tie = place > 0 and fixes[start + place - 1].ms == fixes[start + place].ms
    behind = place >= line.middle and not tie
    load(world, of, n, device, MIDDLE if behind else BASE, NEW)
    stands = NOTHING
    for i in range(line.middle if behind else 0, place):
        found = step(world, of, n, NEW, fixes[start + i], stands_in(world), stands)
        stands = found if i >= line.gone else NOTHING
    _copy(world)
    was = now = NOTHING
    for i in range(place, many):
        now = step(world, of, n, NEW, fixes[start + i], now_in(world), now)
        if i > place:
            was = step(world, of, n, OLD, fixes[start + i], was_in(world), was)
        if i + 1 == line.middle:
            save(world, of, n, device, MIDDLE, NEW)
        ends = i + 1 == many or fixes[start + i + 1].ms != fixes[start + i].ms
        if i + 1 < many and ends and alike(world, of):
            write_changes(world, row, of, watch, np.int64(number_in(world)[device]), was, now, stands)
            return
    save(world, of, n, device, NOW, NEW)
    write_changes(world, row, of, watch, np.int64(number_in(world)[device]), was, now, stands)


@compiled
def _copy(world: Record) -> None:
    scratch_device_in(world)[OLD] = scratch_device_in(world)[NEW]
    scratch_zone_in(world)[OLD] = scratch_zone_in(world)[NEW]
    scratch_pair_in(world)[OLD] = scratch_pair_in(world)[NEW]
    scratch_side_in(world)[2] = scratch_side_in(world)[0]
    scratch_side_in(world)[3] = scratch_side_in(world)[1]
