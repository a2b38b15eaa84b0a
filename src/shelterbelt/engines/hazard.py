"""Forecasts many cases: three processes, both lines, every horizon, as `rules.hazard` does for one.

It says no drivers and no windows: for those, ask `rules` about the one case. Nothing that protects touches the first line.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.capped import capped_area
from shelterbelt.engines.caseload import Caseload
from shelterbelt.engines.compiled import compiled, in_parts, inlined
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
    room,
)
from shelterbelt.engines.numbers import LEVELS, Model, Numbers, Scale, Sizes
from shelterbelt.engines.spread import LINES, RATIO_DIGITS, ROWS, Intervals, spread

Array = NDArray[Any]


class _Out(NamedTuple):
    cumulative: Array
    p: Array
    ratio: Array
    band: Array
    capped: Array
    proposes: Array


@dataclass(frozen=True, slots=True)
class Forecasts:
    """The numbers of many cases. Arrays are (cases, processes, lines, horizons), in the order of `rules.hazard`.

    `cumulative` is the integral of the hazard, `p` the chance of at least one event, `ratio` the cumulative
    hazard over that of the base, `band` the ratio's band as its place in the parameters. By case: `capped` are
    bits by process, `proposes` is a level or 0 for none. `intervals` is None without draws.
    """

    cumulative: Array
    p: Array
    ratio: Array
    band: Array
    capped: Array
    proposes: Array
    intervals: Intervals | None = None


def forecast_many(numbers: Numbers, cases: Caseload, *, threads: int = 1) -> Forecasts:
    """This function will forecast every case at its instant, from what was known at its other.

    With draws in `numbers` it gives their intervals too. Raises ValueError for a kind, a state or a band that
    the numbers do not know. Equal to `rules.hazard.chances`, to rounding.
    """
    _refuse(numbers, cases)
    counts = [int(np.diff(rows.first).max(initial=0)) for rows in (cases.happenings, cases.spells)]
    model = numbers.model(incidents=counts[0])
    shape = (len(cases.at), PROCESSES, LINES, len(numbers.days))
    out = _Out(
        cumulative=np.empty(shape),
        p=np.empty(shape),
        ratio=np.empty(shape),
        band=np.empty(shape, np.int8),
        capped=np.empty(shape[0], np.int8),
        proposes=np.empty(shape[0], np.int8),
    )
    intervals = Intervals(*(np.empty(shape if numbers.draws else (0,) * 4) for _ in range(4)))

    def part(first: int, until: int) -> None:
        work = room(len(numbers.kinds), *counts)
        _point(model, cases, work, np.zeros((PROCESSES, LINES)), first, until, out)
        if numbers.draws:
            desk = np.zeros((ROWS, 1 + len(numbers.draws)))
            spread(model, cases, work, desk, first, until, intervals)

    in_parts(part, shape[0], threads)
    return Forecasts(*out, intervals if numbers.draws else None)


def _refuse(numbers: Numbers, cases: Caseload) -> None:
    """The machine code looks nothing up: what is out of range would be read from elsewhere."""
    for column, known in (
        (cases.happenings.kind, len(numbers.kinds)),
        (cases.spells.state, len(numbers.states)),
        (cases.band, len(LEVELS)),
    ):
        if len(column) and not 0 <= column.min() <= column.max() < known:
            raise ValueError("a kind, a state or a band that these numbers do not know")
    many = len(cases.at)
    for rows in (cases.happenings, cases.spells):
        fits = len(rows.first) == many + 1 and rows.first[0] == 0 and (np.diff(rows.first) >= 0).all()
        if not fits or {len(column) for column in rows[1:]} != {int(rows.first[-1])}:
            raise ValueError("rows and cases do not fit each other")
    if {len(cases.known_at), len(cases.band)} != {many}:
        raise ValueError("rows and cases do not fit each other")


@compiled
def _point(
    model: Model,
    cases: Caseload,
    room: Room,
    hazard: Array,
    first: int,
    until: int,
    out: _Out,
) -> None:
    kinds, scale, sizes = model.kinds, model.scale, model.sizes
    for i in range(first, until):
        gather(kinds, scale, cases, i, room)
        hazard[:] = 0.0
        x, out.capped[i], out.proposes[i] = 0.0, 0, 0
        for h in range(len(scale.horizons)):
            whole = h
            while x < scale.horizons[h]:
                y = next_cut(x, scale.horizons[h], room)
                fill(kinds, scale, x, y, whole if y == scale.horizons[h] else -1, room)
                for p in range(PROCESSES):
                    out.capped[i] |= _add(scale, sizes, p, cases.band[i], y - x, room, hazard) << p
                x, whole = y, -1
            for p in range(PROCESSES):
                for line in range(LINES):
                    _write(scale, sizes, i, p, line, h, hazard[p, line], out)


@inlined
def _add(scale: Scale, sizes: Sizes, p: int, band: int, length: float, room: Room, hazard: Array) -> int:
    """Adds a frame to both lines of a process; 1 where the cap cuts anything off."""
    factor = sizes.repeats[room.tally[COUNTED], 0]
    for s in range(sizes.over.shape[1]):
        if (room.tally[RAISING] >> s) & 1:
            factor *= sizes.over[p, s, 0]
    start = end = 1.0
    area = length
    for n in range(room.tally[PARTS]):
        size = sizes.size[p, room.part_kind[n], 0]
        start += size * room.part[START, n]
        end += size * room.part[END, n]
        area += size * room.part[AREA, n]
    start, end, area, cap = factor * start, factor * end, factor * area, scale.caps[p]
    over = 0
    if start > cap or end > cap:
        over = 1
        area = capped_area(room, sizes, p, 0, factor, cap, length, start, end)
    failing = sizes.rate[p, band, 0] * area
    hazard[p, 0] += failing
    hazard[p, 1] += failing * sizes.held[p, min(room.holder[p], sizes.held.shape[1] - 1), 0]
    return over


@inlined
def _write(scale: Scale, sizes: Sizes, i: int, p: int, line: int, h: int, hazard: float, out: _Out) -> None:
    ratio = np.rint(hazard / (sizes.base[p, 0] * scale.horizons[h]) * RATIO_DIGITS) / RATIO_DIGITS
    place = 0
    for n in range(1, len(scale.edges)):
        place += scale.edges[n] <= ratio
    out.cumulative[i, p, line, h] = hazard
    out.p[i, p, line, h] = -np.expm1(-hazard)
    out.ratio[i, p, line, h] = ratio
    out.band[i, p, line, h] = place
    if line == 0 and h == scale.level_horizon:
        out.proposes[i] = max(out.proposes[i], scale.proposes[p, place])
