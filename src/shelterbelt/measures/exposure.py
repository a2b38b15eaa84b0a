"""The followed days of many cases, cut where a term begins or stops, laid out so that sums over them are exact.

It sees a surprise only from its day on, and a plan from the day on which it was written down.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shelterbelt.measures.figures import Numbers, Places, gathered
from shelterbelt.measures.observed import Case, known_then
from shelterbelt.rules import lines
from shelterbelt.rules.kernels import Parameters, Part, Process
from shelterbelt.rules.levels import Level
from shelterbelt.rules.timeline import DAY, Frame, outlook

FAINT = 1e-13  # a term this far from its day is nothing beside rounding
CLOSE = 1e-12  # of the cap
STEPS = 200
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What multiplies in a stretch: the level, states that raise, what holds each process, counted incidents."""

    band: Level | None
    raising: tuple[str, ...]
    holding: tuple[str | None, ...]
    incidents: int


@dataclass(frozen=True, slots=True)
class Came:
    """The outcomes of one process: each with its case, its pattern and the height of every kind of term on it.

    Shapes: (outcomes,), (outcomes,), (outcomes, kinds). `day` is in days from the end of the case.
    """

    case: Places
    pattern: Places
    heights: Numbers
    day: Numbers


@dataclass(frozen=True, slots=True)
class Exposure:
    """Stretches of followed days and the terms that live in them, flat.

    One row a stretch: `case`, `pattern`, `begins` (days from the case's end), `length` (days). One row a part:
    its `stretch`, its `kind` (a place in `kinds`), height at both ends, time constant and area at size 1.
    """

    kinds: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    cases: int
    case: Places
    pattern: Places
    begins: Numbers
    length: Numbers
    stretch: Places
    kind: Places
    start: Numbers
    end: Numbers
    tau: Numbers
    area: Numbers
    came: dict[Process, Came]


@dataclass(frozen=True, slots=True)
class Spans:
    """How a cap cuts stretches: days under it, days at it, and the area under it of each part."""

    under: Numbers
    over: Numbers
    area: Numbers


@dataclass(slots=True)
class _Rows:
    """Rows as they are gathered, case by case."""

    kinds: dict[str, int]
    patterns: dict[Pattern, int]
    stretches: list[tuple[int, int, float, float]]
    parts: list[tuple[int, int, float, float, float, float]]
    came: dict[Process, list[tuple[int, int, dict[int, float], float]]]


def exposure(
    parameters: Parameters,
    cases: Sequence[Case],
    *,
    also: Callable[[Case], Sequence[datetime]] | None = None,
    told: Told | None = None,
) -> Exposure:
    """This function will return the followed days of the cases, cut also at the instants `also` gives.

    `told` hears how many of how many are done. What was recorded by the end of each case is used. Raises
    ValueError for a type or a state that the parameters do not know.
    """
    kinds = {name: place for place, name in enumerate(sorted(parameters.events))}
    rows = _Rows(kinds, {}, [], [], {process: [] for process in Process})
    for number, case in enumerate(cases):
        _gather(parameters, case, number, also(case) if also else (), rows)
        if told:
            told(number + 1, len(cases))
    return _flat(rows, len(cases))


def spans(found: Exposure, sizes: Numbers, factors: Numbers, cap: float) -> Spans:
    """This function will return how a cap cuts each stretch, exactly.

    `sizes` is what each kind adds (kinds,), `factors` what each pattern multiplies by (patterns,).
    """
    times = factors[found.pattern]
    added = sizes[found.kind]
    first = times * (1 + _by_stretch(found, added * found.start))
    last = times * (1 + _by_stretch(found, added * found.end))
    under, over, area = found.length.copy(), np.zeros_like(found.length), found.area
    capped = (first > cap) | (last > cap)
    if capped.any():
        low, high = _under(found, capped, added, times, cap)
        under[capped], over[capped] = high - low, found.length[capped] - (high - low)
        area = _cut(found, capped, low, high)
    return Spans(under, over, area)


def by_pattern(found: Exposure, values: Numbers) -> Numbers:
    """This function will return sums over the stretches of each pattern."""
    return gathered(values, found.pattern, len(found.patterns))


def by_pattern_and_kind(found: Exposure, areas: Numbers) -> Numbers:
    """This function will return sums of areas of parts by pattern and kind, shape (patterns, kinds)."""
    kinds = len(found.kinds)
    places = found.pattern[found.stretch] * kinds + found.kind
    return gathered(areas, places, len(found.patterns) * kinds).reshape(len(found.patterns), kinds)


def hazards(found: Exposure, parameters: Parameters, process: Process, *, held: bool = False) -> Numbers:
    """This function will return the cumulative hazard of each stretch by the parameters, as `rules` has it.

    The first line, or with `held` the second.
    """
    sizes = np.array([parameters.events[kind].A[process] for kind in found.kinds], dtype=np.float64)
    times = np.array([factor(parameters, pattern, process) for pattern in found.patterns], dtype=np.float64)
    rates = np.array([parameters.rate(process, one.band) for one in found.patterns], dtype=np.float64)
    if held:
        place = tuple(Process).index(process)
        rates *= [lines.held(parameters, one.holding[place], process) for one in found.patterns]
    cap = parameters.caps[process]
    cut = spans(found, sizes, times, cap)
    inside = times[found.pattern] * (cut.under + _by_stretch(found, sizes[found.kind] * cut.area))
    return np.asarray(rates[found.pattern] * (inside + cap * cut.over), dtype=np.float64)


def factor(parameters: Parameters, pattern: Pattern, process: Process) -> float:
    """This function will return what multiplies the bracket in a pattern: states over 1, and repeats."""
    found = parameters.repeat.factor(pattern.incidents)
    for state in pattern.raising:
        found *= max(1.0, parameters.states[state].R[process])
    return found


def _gather(parameters: Parameters, case: Case, number: int, also: Sequence[datetime], rows: _Rows) -> None:
    end = case.followed_until
    came = {(one.at - end) / DAY for process in Process for one in case.came(process)}
    cuts = came | {(at - end) / DAY for at in also}
    here: dict[float, tuple[int, tuple[Part, ...], tuple[str, ...]]] = {}
    early = [name for name, kind in parameters.events.items() if kind.tau_before > 0]
    for begins, ends in pairwise(_turns(case, early)):
        timeline = known_then(case.timeline(begins), early, begins)
        a, b = (begins - end) / DAY, (ends - end) / DAY
        view = outlook(parameters, timeline, at=end, known_at=end, a=a, b=b, also=cuts)
        for frame in view.frames:
            pattern = _pattern(parameters, frame, timeline.band, rows)
            _keep(frame, view.types, number, pattern, rows)
            if frame.stretch.b in came:
                here[frame.stretch.b] = (pattern, frame.stretch.parts, view.types)
    for process in Process:
        for one in case.came(process):
            day = (one.at - end) / DAY
            pattern, parts, types = here[day]
            heights: dict[int, float] = {}
            for part in parts:
                kind = rows.kinds[types[part.term]]
                heights[kind] = heights.get(kind, 0.0) + part.end
            rows.came[process].append((number, pattern, heights, day))


def _turns(case: Case, early: Sequence[str]) -> list[datetime]:
    """The instants at which what was known of the level or of what lies ahead changed."""
    found = {case.opened_at, case.followed_until, *(said.at for said in case.bands)}
    for one in case.happenings:
        if one.type in early:
            found |= {one.at, one.recorded_at}
    return sorted(at for at in found if case.opened_at <= at <= case.followed_until)


def _pattern(parameters: Parameters, frame: Frame, band: Level | None, rows: _Rows) -> int:
    raising = tuple(name for name in frame.raising if max(parameters.states[name].R.values()) > 1)
    holding = tuple(lines.holder(parameters, frame, process) for process in Process)
    return rows.patterns.setdefault(Pattern(band, raising, holding, frame.incidents), len(rows.patterns))


def _keep(frame: Frame, types: tuple[str, ...], number: int, pattern: int, rows: _Rows) -> None:
    place, stretch = len(rows.stretches), frame.stretch
    rows.stretches.append((number, pattern, stretch.a, stretch.b - stretch.a))
    rows.parts.extend(
        (place, rows.kinds[types[part.term]], part.start, part.end, part.tau, part.area)
        for part in stretch.parts
        if max(part.start, part.end) > FAINT
    )


def _flat(rows: _Rows, cases: int) -> Exposure:
    stretches, parts = _columns(rows.stretches, 4), _columns(rows.parts, 6)
    return Exposure(
        kinds=tuple(rows.kinds),
        patterns=tuple(rows.patterns),
        cases=cases,
        case=stretches[0].astype(np.int64),
        pattern=stretches[1].astype(np.int64),
        begins=stretches[2],
        length=stretches[3],
        stretch=parts[0].astype(np.int64),
        kind=parts[1].astype(np.int64),
        start=parts[2],
        end=parts[3],
        tau=parts[4],
        area=parts[5],
        came={process: _came(found, len(rows.kinds)) for process, found in rows.came.items()},
    )


def _columns(rows: Sequence[tuple[float, ...]], wide: int) -> NDArray[np.float64]:
    return np.array(rows, dtype=np.float64).reshape(len(rows), wide).T.copy()


def _came(rows: Sequence[tuple[int, int, dict[int, float], float]], kinds: int) -> Came:
    heights = np.zeros((len(rows), kinds))
    for place, (_, _, found, _) in enumerate(rows):
        for kind, height in found.items():
            heights[place, kind] = height
    case, pattern = (np.array([row[n] for row in rows], dtype=np.int64) for n in (0, 1))
    return Came(case, pattern, heights, np.array([row[3] for row in rows], dtype=np.float64))


def _by_stretch(found: Exposure, values: Numbers) -> Numbers:
    return gathered(values, found.stretch, found.length.size)


def _parts_of(found: Exposure, capped: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], Places]:
    """Which parts lie in capped stretches, and the place of each one's stretch among those."""
    inside = capped[found.stretch]
    place = np.cumsum(capped) - 1
    return inside, place[found.stretch[inside]]


def _under(
    found: Exposure, capped: NDArray[np.bool_], added: Numbers, times: Numbers, cap: float
) -> tuple[Numbers, Numbers]:
    """From where to where each capped stretch is under its cap: one span, for the sum is convex."""
    inside, place = _parts_of(found, capped)
    size, tau = added[inside] * times[capped][place], found.tau[inside]
    rises = found.end[inside] > found.start[inside]
    peak, length = np.where(rises, found.end[inside], found.start[inside]), found.length[capped]

    def heights(days: Numbers) -> Numbers:
        gone = np.where(rises, length[place] - days[place], days[place])
        return np.asarray(size * peak * np.exp(-gone / tau), dtype=np.float64)

    def walk(days: Numbers, *, ahead: bool) -> tuple[Numbers, NDArray[np.bool_]]:
        """To where the sum comes under the cap; Newton's steps on a convex curve never go past it."""
        for _ in range(STEPS):
            high = heights(days)
            over = times[capped] + gathered(high, place, length.size) - cap
            slope = gathered(np.where(rises, 1, -1) * high / tau, place, length.size)
            goes = (over > CLOSE * cap) & ((slope < 0) if ahead else (slope > 0))
            there = np.clip(days - np.where(goes, over / np.where(goes, slope, 1.0), 0.0), 0, length)
            if np.array_equal(there, days):
                break
            days = there
        return days, over > CLOSE * cap

    low, never = walk(np.zeros_like(length), ahead=True)
    high, nowhere = walk(length.copy(), ahead=False)
    out = never | nowhere | (high < low)
    return np.where(out, 0.0, low), np.where(out, 0.0, high)


def _cut(found: Exposure, capped: NDArray[np.bool_], low: Numbers, high: Numbers) -> Numbers:
    """The areas of all parts, of those in capped stretches only from `low` to `high`."""
    inside, place = _parts_of(found, capped)
    rises = found.end[inside] > found.start[inside]
    peak = np.where(rises, found.end[inside], found.start[inside])
    near = np.where(rises, found.length[capped][place] - high[place], low[place])
    tau = found.tau[inside]
    area = found.area.copy()
    area[inside] = -tau * peak * np.exp(-near / tau) * np.expm1(-(high - low)[place] / tau)
    return area
