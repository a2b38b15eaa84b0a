"""Everything that one engine holds, as machine code takes it: one record that says where each array lies and the settings.

Handed on as one pointer: passing fifty arrays from function to function would cost more than the work. And how what is
told is written down. Whoever made the record keeps its arrays alive.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import from_dtype, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_rows import Rows, made
from shelterbelt.engines.watching_tables import (
    BOX,
    DEVICE,
    EVENT,
    FRAME,
    FRONT,
    IN_ZONE,
    LINE,
    NEAR,
    NOTHING,
    POINT,
    SHAPE,
    SIDE,
    TOLD,
    counted,
)

Array = NDArray[Any]
Record = Any
Whole = Any  # a whole number, NumPy's or Python's

# Why a pass ends before its end: there is no room for what comes. Whoever calls makes room and goes on.
DONE, NO_ROOM, NO_SLOT, NO_PAPER = range(4)
NOT_BACK, BACK = counted(2)

# Each state is there three times: row `3 * n + k` for NOW, MIDDLE and BASE. A slot is a zone for a device. Those of its own
# lie together, from `own[device]` to `own[device + 1]`; those of shared zones that a device came near are chained, from
# `chain[device]` over `next_slot`, and so are those that are `free`.
ARRAYS: dict[str, Any] = {
    "devices": DEVICE,
    "fronts": FRONT,
    "device_lines": LINE,
    "device_fixes": FRAME,
    "device_used": "i8",
    "number": "u4",
    "narrowest": "f8",
    "bound": "u1",
    "heard_ms": "i8",
    "allowed_ms": "i8",
    "silent": "u1",
    "own": "i8",
    "chain": "i4",
    "chained": "i4",
    "slots": IN_ZONE,
    "hot": "u1",
    "boxes": BOX,
    "shape_of": "i4",
    "watch_of_slot": "u4",
    "next_slot": "i4",
    "free": "i4",
    "sinces": FRAME,
    "shapes": SHAPE,
    "points": POINT,
    "cell_keys": "i8",
    "cell_first": "i8",
    "cell_zones": "i4",
    "everywhere": "i4",
    "shared_shapes": "i4",
    "shared_boxes": BOX,
    "shared_watches": "u4",
    "pairs": NEAR,
    "sides": SIDE,
    "pair_lines": LINE,
    "pair_fixes": FRAME,
    "pair_used": "i8",
    "watch_of_pair": "u4",
    "pair_one": "u4",
    "pair_index": "i4",
    "pairs_from": "i8",
    "pairs_of": "i4",
    "scratch_zone": IN_ZONE,
    "scratch_device": DEVICE,
    "scratch_pair": NEAR,
    "scratch_side": SIDE,
    "scratch_box": BOX,
    "was": EVENT,
    "now": EVENT,
    "stands": EVENT,
    "told": TOLD,
    "told_many": "i8",
}
# `geofence`, `approach` and `signals` settings in one; what they share is one for all.
WHOLE = (
    "bridge_ms",
    "stay_ms",
    "maybe_ms",
    "stale_ms",
    "over_ms",
    "meet_ms",
    "late_ms",
    "most",
    "low",
    "charged",
)
PARTS = ("leave", "vague", "fastest", "near", "far", "drift", "ahead")
WORLD = np.dtype(
    [
        *((name, "u8") for name in ARRAYS),
        *((f"{name}_size", "i8") for name in ARRAYS),
        *((name, "i8") for name in (*WHOLE, "longest")),
        *((name, "f8") for name in PARTS),
    ]
)


OFFSETS = {name: place[1] for name, place in (WORLD.fields or {}).items()}


def world_of(arrays: dict[str, Array], settings: dict[str, Any], longest: int) -> Array:
    """This function will return the record of these arrays, as a row of one. Raises ValueError for one of another type."""
    found = np.zeros(1, WORLD)
    for name, dtype in ARRAYS.items():
        one = arrays[name]
        if one.dtype != np.dtype(dtype) or one.ndim != 1 or not one.flags.c_contiguous:
            raise ValueError(f"{name} is no such array")
        found[name], found[f"{name}_size"] = one.ctypes.data, len(one)
    for name in (*WHOLE, *PARTS):
        found[name] = settings[name]
    found["longest"] = longest
    return found


def _array(name: str) -> Callable[[Record], Any]:
    """A function for machine code alone, which returns one array of a world where it lies."""
    dtype = from_dtype(np.dtype(ARRAYS[name]))
    at, many = OFFSETS[name], OFFSETS[f"{name}_size"]
    kind = Rows(dtype)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = context.get_value_type(types.int64)
        address, length = (
            builder.load(cgutils.get_record_member(builder, arguments[0], offset, whole))
            for offset in (at, many)
        )
        # Neither changes while a pass runs, whatever else is written: read once and kept.
        for one in (address, length):
            one.set_metadata("invariant.load", builder.module.add_metadata([]))
        return made(context, builder, kind, address, length)

    def typed(typing: Any, world: Any) -> Any:
        return kind(world), code

    found: Callable[[Record], Any] = intrinsic(typed)  # type: ignore[assignment]
    return found


devices_in = _array("devices")
fronts_in = _array("fronts")
device_lines_in = _array("device_lines")
device_fixes_in = _array("device_fixes")
device_used_in = _array("device_used")
number_in = _array("number")
narrowest_in = _array("narrowest")
bound_in = _array("bound")
heard_ms_in = _array("heard_ms")
allowed_ms_in = _array("allowed_ms")
silent_in = _array("silent")
own_in = _array("own")
chain_in = _array("chain")
chained_in = _array("chained")
slots_in = _array("slots")
hot_in = _array("hot")
boxes_in = _array("boxes")
shape_of_in = _array("shape_of")
watch_of_slot_in = _array("watch_of_slot")
next_slot_in = _array("next_slot")
free_in = _array("free")
sinces_in = _array("sinces")
shapes_in = _array("shapes")
points_in = _array("points")
cell_keys_in = _array("cell_keys")
cell_first_in = _array("cell_first")
cell_zones_in = _array("cell_zones")
everywhere_in = _array("everywhere")
shared_shapes_in = _array("shared_shapes")
shared_boxes_in = _array("shared_boxes")
shared_watches_in = _array("shared_watches")
pairs_in = _array("pairs")
sides_in = _array("sides")
pair_lines_in = _array("pair_lines")
pair_fixes_in = _array("pair_fixes")
pair_used_in = _array("pair_used")
watch_of_pair_in = _array("watch_of_pair")
pair_one_in = _array("pair_one")
pair_index_in = _array("pair_index")
pairs_from_in = _array("pairs_from")
pairs_of_in = _array("pairs_of")
scratch_zone_in = _array("scratch_zone")
scratch_device_in = _array("scratch_device")
scratch_pair_in = _array("scratch_pair")
scratch_side_in = _array("scratch_side")
scratch_box_in = _array("scratch_box")
was_in = _array("was")
now_in = _array("now")
stands_in = _array("stands")
told_in = _array("told")
told_many_in = _array("told_many")


@compiled
def write(
    world: Record,
    row: Whole,
    of: Whole,
    watch: Whole,
    device: Whole,
    event: Record,
    back: Whole,
    alone: Whole,
) -> None:
    """This function will write down what a watch tells."""
    one = told_in(world)[told_many_in(world)[0]]
    told_many_in(world)[0] += 1
    one.row, one.of, one.watch, one.device = row, of, watch, device
    one.ms, one.kind, one.certainty, one.metres = event.ms, event.kind, event.certainty, event.metres
    one.taken_back, one.late_alone = back, alone


@compiled
def write_all(
    world: Record, row: Whole, of: Whole, watch: Whole, device: Whole, events: Array, many: Whole
) -> None:
    """This function will write down so many events of a watch."""
    for i in range(many):
        write(world, row, of, watch, device, events[i], NOT_BACK, NOT_BACK)


@compiled
def _has(events: Array, first: Whole, many: Whole, one: Record) -> bool:
    for i in range(first, many):  # noqa: SIM110
        if events[i].ms == one.ms and events[i].kind == one.kind:
            return True
    return False


@compiled
def _lacks(
    world: Record, row: int, of: int, watch: int, device: int, mine: Array, many: int,
    theirs: Array, others: int, stands: int, back: int,
) -> None:  # fmt: skip
    """Write down those that the others lack and that do not stand from before; of two alike, the later."""
    for i in range(many):
        one = mine[i]
        if (
            _has(theirs, NOTHING, others, one)
            or _has(stands_in(world), NOTHING, stands, one)
            or _has(mine, i + 1, many, one)
        ):
            continue
        write(world, row, of, watch, device, one, back, NOT_BACK)


@compiled
def write_changes(
    world: Record, row: Whole, of: Whole, watch: Whole, device: Whole, was: Whole, now: Whole, stands: Whole
) -> None:
    """This function will write down what is taken back and what is told anew, as `late.take` finds it."""
    _lacks(world, row, of, watch, device, was_in(world), was, now_in(world), now, stands, BACK)
    _lacks(world, row, of, watch, device, now_in(world), now, was_in(world), was, stands, NOT_BACK)
