"""Everything that one engine holds, as machine code takes it; and how it writes down what is told."""

from typing import Any, NamedTuple

from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_shared import Cells
from shelterbelt.engines.watching_tables import ByDevice, ByPair, ByZone

Array = NDArray[Any]
Record = Any

# Why a pass ends before its end: there is no room for what comes. Whoever calls makes room and goes on.
DONE, NO_ROOM, NO_SLOT, NO_PAPER = range(4)


class World(NamedTuple):
    """The arrays of one engine. Each state is there three times: row `3 * n + k` for NOW, MIDDLE and BASE.

    A slot is a zone for a device. Those of its own lie together, from `own[device]` to `own[device + 1]`; those of shared
    zones that a device came near are chained, from `chain[device]` over `next_slot`, and so are those that are `free`.
    """

    devices: Array
    device_lines: Array
    device_fixes: Array
    device_used: Array
    number: Array
    narrowest: Array
    bound: Array
    heard_ms: Array
    allowed_ms: Array
    silent: Array
    own: Array
    chain: Array
    chained: Array
    slots: Array
    boxes: Array
    shape_of: Array
    watch_of_slot: Array
    next_slot: Array
    free: Array
    shapes: Array
    points: Array
    cells: Cells
    pairs: Array
    sides: Array
    pair_lines: Array
    pair_fixes: Array
    pair_used: Array
    watch_of_pair: Array
    pair_devices: Array
    pair_index: Array
    pairs_from: Array
    pairs_of: Array
    scratch_zone: Array
    scratch_device: Array
    scratch_pair: Array
    scratch_side: Array
    scratch_box: Array
    was: Array
    now: Array
    stands: Array
    told: Array
    told_many: Array
    by_zone: ByZone
    by_pair: ByPair
    by_device: ByDevice
    late_ms: int
    most: int
    longest: int


@compiled
def write(
    world: World, row: int, of: int, watch: int, device: int, event: Record, back: int, alone: int
) -> None:
    """This function will write down what a watch tells."""
    one = world.told[world.told_many[0]]
    world.told_many[0] += 1
    one.row, one.of, one.watch, one.device = row, of, watch, device
    one.ms, one.kind, one.certainty, one.metres = event.ms, event.kind, event.certainty, event.metres
    one.taken_back, one.late_alone = back, alone


@compiled
def write_all(world: World, row: int, of: int, watch: int, device: int, events: Array, many: int) -> None:
    """This function will write down so many events of a watch."""
    for i in range(many):
        write(world, row, of, watch, device, events[i], 0, 0)


@compiled
def _has(events: Array, first: int, many: int, one: Record) -> bool:
    for i in range(first, many):
        if events[i].ms == one.ms and events[i].kind == one.kind:
            return True
    return False


@compiled
def _lacks(
    world: World, row: int, of: int, watch: int, device: int, mine: Array, many: int,
    theirs: Array, others: int, stands: int, back: int,
) -> None:  # fmt: skip
    """Write down those that the others lack and that do not stand from before; of two alike, the later."""
    for i in range(many):
        one = mine[i]
        if _has(theirs, 0, others, one) or _has(world.stands, 0, stands, one) or _has(mine, i + 1, many, one):
            continue
        write(world, row, of, watch, device, one, back, 0)


@compiled
def write_changes(
    world: World, row: int, of: int, watch: int, device: int, was: int, now: int, stands: int
) -> None:
    """This function will write down what is taken back and what is told anew, as `late.take` finds it."""
    _lacks(world, row, of, watch, device, world.was, was, world.now, now, stands, 1)
    _lacks(world, row, of, watch, device, world.now, now, world.was, was, stands, 0)
