"""Intervals of the forecast: every draw of the parameters over the same frames, as machine code.

No time constant is drawn, so a frame is cut and its exponentials are reckoned once for all draws.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.capped import capped_area
from shelterbelt.engines.caseload import Caseload
from shelterbelt.engines.compiled import compiled, inlined
from shelterbelt.engines.frames import (
    AREA,
    COUNTED,
    END,
    PARTS,
    PROCESSES,
    RAISING,
    START,
    Room,
    fill,
    gather,
    next_cut,
)
from shelterbelt.engines.numbers import Model, Scale, Sizes

Array = NDArray[Any]

RATIO_DIGITS = 1e9  # as in `rules.hazard`: what lies below is rounding, not danger
FACTOR, FROM, TO, SUM, SORTED = range(5)  # rows of a desk; then the hazards, by process and line
LINES = 2
ROWS = SORTED + 1 + PROCESSES * LINES
LOW, HIGH = 0.05, 0.95


class Intervals(NamedTuple):
    """The 5th and 95th of the draws, of the cumulative hazard and of its ratio to the base.

    Arrays are (cases, processes, lines, horizons).
    """

    lo: Array
    hi: Array
    ratio_lo: Array
    ratio_hi: Array


@compiled
def spread(
    model: Model,
    cases: Caseload,
    room: Room,
    desk: Array,
    first: int,
    until: int,
    out: Intervals,
) -> None:
    """This function will write the intervals of the cases from `first` to `until`. `desk` is (ROWS, sets)."""
    kinds, scale, sizes = model.kinds, model.scale, model.sizes
    for i in range(first, until):
        gather(kinds, scale, cases, i, room)
        desk[:] = 0.0
        x = 0.0
        for h in range(len(scale.horizons)):
            whole = h
            while x < scale.horizons[h]:
                y = next_cut(x, scale.horizons[h], room)
                fill(kinds, scale, x, y, whole if y == scale.horizons[h] else -1, room)
                for p in range(PROCESSES):
                    _weigh(sizes, p, room, desk)
                    _add(scale, sizes, p, cases.band[i], y - x, room, desk)
                x, whole = y, -1
            for p in range(PROCESSES):
                for line in range(LINES):
                    _write(scale, sizes, i, p, line, h, desk, out)


@inlined
def _weigh(sizes: Sizes, p: int, room: Room, desk: Array) -> None:
    """For each draw what multiplies in a frame, the sums at both its ends, and its area."""
    for d in range(desk.shape[1]):
        desk[FACTOR, d] = sizes.repeats[room.tally[COUNTED], d]
        desk[FROM, d] = desk[TO, d] = 1.0
        desk[SUM, d] = 0.0
    for s in range(sizes.over.shape[1]):
        if (room.tally[RAISING] >> s) & 1:
            for d in range(desk.shape[1]):
                desk[FACTOR, d] *= sizes.over[p, s, d]
    for n in range(room.tally[PARTS]):
        k = room.part_kind[n]
        start, end, area = room.part[START, n], room.part[END, n], room.part[AREA, n]
        for d in range(desk.shape[1]):
            size = sizes.size[p, k, d]
            desk[FROM, d] += size * start
            desk[TO, d] += size * end
            desk[SUM, d] += size * area


@inlined
def _add(scale: Scale, sizes: Sizes, p: int, band: int, length: float, room: Room, desk: Array) -> None:
    cap, holder = scale.caps[p], min(room.holder[p], sizes.held.shape[1] - 1)
    for d in range(desk.shape[1]):
        factor = desk[FACTOR, d]
        start, end = factor * desk[FROM, d], factor * desk[TO, d]
        area = factor * (length + desk[SUM, d])
        if start > cap or end > cap:
            area = capped_area(room, sizes, p, d, factor, cap, length, start, end)
        hazard = sizes.rate[p, band, d] * area
        desk[SORTED + 1 + LINES * p, d] += hazard
        desk[SORTED + 2 + LINES * p, d] += hazard * sizes.held[p, holder, d]


@inlined
def _write(
    scale: Scale, sizes: Sizes, i: int, p: int, line: int, h: int, desk: Array, out: Intervals
) -> None:
    row, drawn = SORTED + 1 + LINES * p + line, desk.shape[1] - 1
    for of_ratio in range(2):
        published = 0.0
        for d in range(drawn + 1):
            value = desk[row, d]
            if of_ratio:
                ratio = value / (sizes.base[p, d] * scale.horizons[h])
                value = np.rint(ratio * RATIO_DIGITS) / RATIO_DIGITS
            if d == 0:
                published = value
            else:
                desk[SORTED, d - 1] = value
        low, high = quantile(desk, drawn, LOW), quantile(desk, drawn, HIGH)
        if of_ratio:
            out.ratio_lo[i, p, line, h] = min(low, published)
            out.ratio_hi[i, p, line, h] = max(high, published)
        else:
            out.lo[i, p, line, h], out.hi[i, p, line, h] = min(low, published), max(high, published)


@compiled
def quantile(desk: Array, drawn: int, share: float) -> float:
    """This function will return a quantile of the first `drawn` values on the desk, as `rules.draws` does."""
    place = share * (drawn - 1)
    k = int(np.floor(place))
    _select(desk, drawn, k)
    value = desk[SORTED, k]
    following = value if k + 1 == drawn else np.inf
    for n in range(k + 1, drawn):
        following = min(following, desk[SORTED, n])
    return float(value + (place - k) * (following - value))


@inlined
def _select(desk: Array, drawn: int, k: int) -> None:
    """Puts the k-th smallest value in its place, with nothing greater before and nothing smaller after it."""
    low, high = 0, drawn - 1
    while low < high:
        pivot, i, j = desk[SORTED, (low + high) // 2], low, high
        while i <= j:
            while desk[SORTED, i] < pivot:
                i += 1
            while desk[SORTED, j] > pivot:
                j -= 1
            if i <= j:
                desk[SORTED, i], desk[SORTED, j] = desk[SORTED, j], desk[SORTED, i]
                i, j = i + 1, j - 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
