"""Puts a fix into its place and finds what that changes: at the end at once, further back by folding again from before it.

Two folds go side by side, with the fix and without; where they stand alike again, nothing later can differ.
"""

from typing import Any

from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_judges import judge_pair, judge_signal, judge_zone, note_last
from shelterbelt.engines.watching_tables import BASE, MIDDLE, NOW, PAIR, SIGNAL, ZONE
from shelterbelt.engines.watching_world import World, write_changes

Array = NDArray[Any]
Record = Any

NEW, OLD = 0, 1


@compiled
def step(world: World, of: int, n: int, k: int, fix: Record, told: Array, many: int) -> int:
    """This function will take the next fix into the state in scratch `k`, and return how many events there are."""
    if of == PAIR:
        mine = 0 if fix.device == world.pair_devices[n, 0] else 1
        sides = world.scratch_side
        return judge_pair(
            world.scratch_pair[k],
            sides[2 * k + mine],
            sides[2 * k + 1 - mine],
            fix,
            world.by_pair,
            told,
            many,
        )
    device = world.scratch_device[k]
    if of == SIGNAL:
        many = judge_signal(device, fix, world.by_device, told, many)
    else:
        shape = world.shapes[world.shape_of[n]]
        many = judge_zone(world.scratch_zone[k], device, fix, shape, world.points, world.by_zone, told, many)
    note_last(device, fix, world.by_zone.vague)
    return many


@compiled
def load(world: World, of: int, n: int, device: int, which: int, k: int) -> None:
    """This function will put one of the three states of a watch into scratch `k`."""
    if of == PAIR:
        world.scratch_pair[k] = world.pairs[3 * n + which]
        world.scratch_side[2 * k] = world.sides[2 * (3 * n + which)]
        world.scratch_side[2 * k + 1] = world.sides[2 * (3 * n + which) + 1]
        return
    world.scratch_device[k] = world.devices[3 * device + which]
    if of == ZONE:
        world.scratch_zone[k] = world.slots[3 * n + which]


@compiled
def save(world: World, of: int, n: int, device: int, which: int, k: int) -> None:
    """This function will put scratch `k` back as one of the three states of a watch."""
    if of == PAIR:
        world.pairs[3 * n + which] = world.scratch_pair[k]
        world.sides[2 * (3 * n + which)] = world.scratch_side[2 * k]
        world.sides[2 * (3 * n + which) + 1] = world.scratch_side[2 * k + 1]
    elif of == SIGNAL:
        world.devices[3 * device + which] = world.scratch_device[k]
    else:
        world.slots[3 * n + which] = world.scratch_zone[k]


@compiled
def alike(world: World, of: int) -> bool:
    """This function will say whether both scratches stand alike, so that they stay so."""
    if of == PAIR:
        return (
            _alike_pair(world.scratch_pair[0], world.scratch_pair[1])
            and _alike_side(world.scratch_side[0], world.scratch_side[2])
            and _alike_side(world.scratch_side[1], world.scratch_side[3])
        )
    one, two = world.scratch_device[0], world.scratch_device[1]
    if not _alike_last(one, two) or one.known != two.known:
        return False
    if of == ZONE:
        return _alike_zone(world.scratch_zone[0], world.scratch_zone[1])
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
    world: World, of: int, n: int, device: int, line: Record, fixes: Array, place: int, row: int, watch: int
) -> None:
    """This function will find what a fix that lies in its place already changes for one watch, and write it down.

    `line.middle` counts the fix if it lies before the middle. Fixes of the same instant may tell the same twice: then all
    that is kept is folded again, to know what stands.
    """
    start, many = line.start, line.many
    tie = place > 0 and fixes[start + place - 1].ms == fixes[start + place].ms
    behind = place >= line.middle and not tie
    load(world, of, n, device, MIDDLE if behind else BASE, NEW)
    stands = 0
    for i in range(line.middle if behind else 0, place):
        found = step(world, of, n, NEW, fixes[start + i], world.stands, stands)
        stands = found if i >= line.gone else 0
    _copy(world)
    was = now = 0
    for i in range(place, many):
        now = step(world, of, n, NEW, fixes[start + i], world.now, now)
        if i > place:
            was = step(world, of, n, OLD, fixes[start + i], world.was, was)
        if i + 1 == line.middle:
            save(world, of, n, device, MIDDLE, NEW)
        ends = i + 1 == many or fixes[start + i + 1].ms != fixes[start + i].ms
        if i + 1 < many and ends and alike(world, of):
            write_changes(world, row, of, watch, world.number[device], was, now, stands)
            return
    save(world, of, n, device, NOW, NEW)
    write_changes(world, row, of, watch, world.number[device], was, now, stands)


@compiled
def _copy(world: World) -> None:
    world.scratch_device[OLD] = world.scratch_device[NEW]
    world.scratch_zone[OLD] = world.scratch_zone[NEW]
    world.scratch_pair[OLD] = world.scratch_pair[NEW]
    world.scratch_side[2] = world.scratch_side[0]
    world.scratch_side[3] = world.scratch_side[1]
