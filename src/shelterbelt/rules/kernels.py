"""The arithmetic of the forecast: terms that decay on both sides of a day, their sum under a cap, integrated exactly.

It knows no case and no number of its own: every number comes in with the parameters.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from shelterbelt.rules.levels import Level

HALVINGS = 200


class Process(StrEnum):
    """What may happen, kept apart: each has its own base, its own terms and its own cap."""

    CONTACT = "contact"
    PHYSICAL = "physical"
    SEVERE = "severe"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The chance within 180 days without any term (a share), its range, and where it comes from."""

    p_180d: float
    lo: float
    hi: float
    tag: str

    @property
    def rate(self) -> float:
        """This property will return the constant hazard per day that gives this chance in 180 days."""
        return rate_of(self.p_180d)


@dataclass(frozen=True, slots=True)
class EventKind:
    """What one kind of happening adds.

    `A` is what it adds to the bracket on its day, at least 0. `tau` (days) is how it decays after the day,
    `tau_before` (days) how it builds up before a planned one, 0 for not at all. With `resets` only the newest of
    the type counts after its day: the clock starts again. `counts_repeat`: it is one of the incidents that are
    counted. `long_run` are lasting factors for `long_run_days` after it; one under 1 stands in the second line
    only, one over 1 is carried and not used. `sd` is of log(1 + A), `long_run_sd` of the log of the factor,
    `most` the greatest 1 + A that a draw may take. `tag` joins provenances with a stroke.
    """

    type: str
    A: Mapping[Process, float]
    tau: float
    tau_before: float = 0.0
    resets: bool = False
    counts_repeat: bool = False
    long_run: Mapping[Process, float] = field(default_factory=dict)
    long_run_days: float = 365.0
    most: Mapping[Process, float] = field(default_factory=dict)
    sd: float = 0.5
    long_run_sd: float = 0.5
    tag: str = "P"
    source: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What multiplies while it lasts: over 1 it raises both lines; under 1 it may hold the second line.

    It holds only where `protects`: living together makes contact from outside rarer and protects nobody.
    """

    state: str
    R: Mapping[Process, float]
    protects: bool = True
    sd: float = 0.5
    tag: str = "P"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Each counted incident before the newest, within `days`, multiplies by `R`, together at most by `cap`."""

    R: float
    cap: float
    days: float = 365.0
    sd: float = 0.5
    tag: str = "P"

    def factor(self, incidents: int) -> float:
        """This function will return the factor for that many counted incidents, the newest among them."""
        return min(self.cap, self.R ** max(0, incidents - 1))


@dataclass(frozen=True, slots=True)
class RatioBand:
    """A band of the ratio to the base: from `at_least` on, up to the next."""

    id: str
    at_least: float


@dataclass(frozen=True, slots=True)
class Parameters:
    """One published version of every number the forecast uses. Store id, version and digest with a result.

    `shifts` are log ratios of the static band, taken `shrink` times and held within ±`shift_cap`. `horizons` are
    hours, rising; `bands` rise and begin at 0; `level_of_band` says which level the band at `level_horizon`
    proposes, if any. `raised_from` is the first band that makes a window. `tags`: code to provenance.
    """

    id: str
    version: str
    digest: str
    baseline: Mapping[Process, Baseline]
    events: Mapping[str, EventKind]
    states: Mapping[str, State]
    repeat: Repeat
    caps: Mapping[Process, float]
    shrink: float
    shrink_sd: float
    shift_cap: float
    shifts: Mapping[Level, Mapping[Process, float]]
    horizons: tuple[float, ...]
    bands: tuple[RatioBand, ...]
    raised_from: str
    level_of_band: Mapping[Process, Mapping[str, Level]]
    level_horizon: float
    tags: Mapping[str, str]

    def rate(self, process: Process, band: Level | None) -> float:
        """This function will return the hazard per day with the static band and without any term.

        Without a band it is the base: unknown is never shown as safer than usual.
        """
        base = self.baseline[process].rate
        if band is None:
            return base
        shift = self.shrink * self.shifts[band][process]
        return base * math.exp(max(-self.shift_cap, min(self.shift_cap, shift)))


@dataclass(frozen=True, slots=True)
class Term:
    """One happening in the bracket, in days: `size` on its day `at`.

    After it size·exp(−(t − at)/tau) until `until`; before it size·exp(−(at − t)/tau_before), or nothing with 0.
    """

    at: float
    size: float
    tau: float
    tau_before: float = 0.0
    until: float = math.inf


@dataclass(frozen=True, slots=True)
class Part:
    """One term of size 1 over one stretch: its two ends, whether it rises, its time constant and its area."""

    term: int
    start: float
    end: float
    tau: float
    area: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of days [a, b] in which no term begins or stops, so that each is one exponential."""

    a: float
    b: float
    parts: tuple[Part, ...]


def rate_of(p_180d: float) -> float:
    """This function will return the constant hazard per day that gives the chance `p_180d` in 180 days."""
    return -math.log1p(-p_180d) / 180.0


def cumulative(rate: float, events: Sequence[Term], factor: float, cap: float, a: float, b: float) -> float:
    """This function will return the integral over [a, b] (days) of rate · min(cap, factor · (1 + Σ terms)).

    Exact up to rounding: between break points the sum is convex, so it is under the cap inside when it is at
    both ends; otherwise the crossings are found by halving and the rest is integrated in closed form. The
    chance of at least one event is 1 − exp(−result). Source: evidence, the recommended model (D).
    """
    sizes = tuple(term.size for term in events)
    return rate * math.fsum(area(stretch, sizes, factor, cap) for stretch in stretches(events, a, b))


def chance(cumulative_hazard: float) -> float:
    """This function will return the chance of at least one event for a cumulative hazard."""
    return -math.expm1(-cumulative_hazard)


def stretches(terms: Sequence[Term], a: float, b: float, also: Iterable[float] = ()) -> tuple[Stretch, ...]:
    """This function will return [a, b] cut at every day where a term begins or stops, and at the days `also`.

    Empty when b ≤ a.
    """
    if b <= a:
        return ()
    days = {a, b, *(day for day in also if a < day < b)}
    for term in terms:
        days.update(day for day in (term.at, term.until) if a < day < b)
    return tuple(Stretch(x, y, tuple(_parts(terms, x, y))) for x, y in pairwise(sorted(days)))


def area(stretch: Stretch, sizes: Sequence[float], factor: float, cap: float) -> float:
    """This function will return the integral of min(cap, factor · (1 + Σ sizes · terms)) over the stretch, in days."""
    live = [(sizes[part.term], part) for part in stretch.parts if sizes[part.term] > 0]
    length = stretch.b - stretch.a
    start = factor * (1 + sum(size * part.start for size, part in live))
    end = factor * (1 + sum(size * part.end for size, part in live))
    if start <= cap and end <= cap:
        return factor * (length + sum(size * part.area for size, part in live))
    low, high = _under(live, factor, cap, length, start=start, end=end)
    return cap * (length - (high - low)) + _between(live, factor, length, low, high)


def is_capped(stretch: Stretch, sizes: Sequence[float], factor: float, cap: float) -> bool:
    """This function will return whether the cap cuts anything off within the stretch."""
    start = factor * (1 + sum(sizes[part.term] * part.start for part in stretch.parts))
    end = factor * (1 + sum(sizes[part.term] * part.end for part in stretch.parts))
    return start > cap or end > cap


Live = Sequence[tuple[float, Part]]
Test = Callable[[float], bool]


def _parts(terms: Sequence[Term], a: float, b: float) -> Iterable[Part]:
    for index, term in enumerate(terms):
        if b <= term.at:
            if term.tau_before > 0:
                start, end = (
                    math.exp((a - term.at) / term.tau_before),
                    math.exp((b - term.at) / term.tau_before),
                )
                yield Part(index, start, end, term.tau_before, _unit(end, a - b, term.tau_before))
        elif term.at <= a and b <= term.until:
            start, end = math.exp((term.at - a) / term.tau), math.exp((term.at - b) / term.tau)
            yield Part(index, start, end, term.tau, _unit(start, a - b, term.tau))


def _unit(peak: float, minus_length: float, tau: float) -> float:
    """The area of an exponential from its higher end on; without the loss of digits of a difference."""
    return -tau * peak * math.expm1(minus_length / tau)


def _at(part: Part, s: float, length: float) -> float:
    """The height of a term `s` days into its stretch, reckoned from its higher end."""
    if part.end > part.start:
        return part.end * math.exp((s - length) / part.tau)
    return part.start * math.exp(-s / part.tau)


def _between(live: Live, factor: float, length: float, low: float, high: float) -> float:
    """The integral without a cap from `low` to `high` days into the stretch."""
    found = high - low
    for size, part in live:
        peak = _at(part, high if part.end > part.start else low, length)
        found += size * _unit(peak, low - high, part.tau)
    return factor * found


def _under(
    live: Live, factor: float, cap: float, length: float, *, start: float, end: float
) -> tuple[float, float]:
    """From where to where in the stretch the sum is under the cap: one span, for the sum is convex."""

    def over(s: float) -> bool:
        return factor * (1 + sum(size * _at(part, s, length) for size, part in live)) > cap

    def falls(s: float) -> bool:
        slopes = (
            (1 if part.end > part.start else -1) * size * _at(part, s, length) / part.tau
            for size, part in live
        )
        return sum(slopes) < 0

    if start > cap and end > cap:
        least = _halve(falls, 0.0, length) if falls(0.0) and not falls(length) else 0.0
        if over(least):
            return 0.0, 0.0
        return _halve(over, 0.0, least), _halve(lambda s: not over(s), least, length)
    if start > cap:
        return _halve(over, 0.0, length), length
    return 0.0, _halve(lambda s: not over(s), 0.0, length)


def _halve(holds: Test, low: float, high: float) -> float:
    """Where a test that holds at `low` and not at `high` stops holding, as near as numbers go."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if holds(middle) else (low, middle)
    return high
