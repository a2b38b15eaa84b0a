"""Forecasts three processes of renewed harm for one case, from dated happenings and lasting states.

It refuses to let what protects lower the first line, to look at what was not known, and to say that anybody is safe.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from shelterbelt.rules import lines
from shelterbelt.rules.draws import interval
from shelterbelt.rules.kernels import Parameters, Process, chance
from shelterbelt.rules.levels import Level
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.timeline import DAY, Happening, Outlook, Spell, Timeline, outlook

__all__ = [
    "Chance",
    "Driver",
    "Forecast",
    "Happening",
    "Line",
    "Process",
    "Spell",
    "Timeline",
    "chances",
    "changed",
    "forecast",
    "proposed",
]

AHEAD = 90
MOST_DRIVERS = 5
DIGITS = 9  # of a ratio: what lies below is rounding, not danger
UNSURE = frozenset(("M", "P", "D"))


class Line(StrEnum):
    """Which of the two lines: nothing that protects is reckoned with, or its strongest single part holds."""

    IF_FAILS = "if_fails"
    IF_HOLDS = "if_holds"


@dataclass(frozen=True, slots=True)
class Chance:
    """One number of the forecast: for a line, a process and a horizon.

    `cumulative` is the integral of the hazard, `p` the chance of at least one event, `ratio` the cumulative hazard over that of
    the base. The `lo` and `hi` are the 5th and 95th of the draws, None without draws.
    """

    line: Line
    process: Process
    hours: float
    cumulative: float
    p: float
    ratio: float
    band: str
    lo: float | None = None
    hi: float | None = None
    ratio_lo: float | None = None
    ratio_hi: float | None = None
    band_lo: str | None = None
    band_hi: str | None = None


@dataclass(frozen=True, slots=True)
class Driver:
    """What lifts a process: `code` and the share of its hazard that would go were it left out."""

    process: Process
    code: str
    share: float
    tag: str


@dataclass(frozen=True, slots=True)
class Holding:
    """What alone holds the second line of a process at the instant of the forecast."""

    process: Process
    code: str
    tag: str


@dataclass(frozen=True, slots=True)
class Window:
    """A span of whole days ahead in which a process is raised, its highest band and what lifts it there."""

    process: Process
    from_at: datetime
    until_at: datetime
    band: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assumed:
    """A number that was used and is not a plain finding: `tag` says unchecked (M), assumed (P) or derived (D)."""

    code: str
    tag: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of one case at an instant, from what was known at another, by one version of the parameters."""

    at: datetime
    known_at: datetime
    parameters: str
    version: str
    digest: str
    draws: int
    chances: tuple[Chance, ...]
    drivers: tuple[Driver, ...]
    holding: tuple[Holding, ...]
    windows: tuple[Window, ...]
    assumed: tuple[Assumed, ...]
    capped: tuple[Process, ...]
    proposes: Level | None
    because: tuple[Reason, ...]

    def chance(self, line: Line, process: Process, hours: float) -> Chance:
        """This function will return one number. Raises KeyError for a horizon that was not forecast."""
        for found in self.chances:
            if (found.line, found.process, found.hours) == (line, process, hours):
                return found
        raise KeyError(f"{line}, {process}, {hours}")


def forecast(
    parameters: Parameters,
    timeline: Timeline,
    *,
    at: datetime,
    known_at: datetime | None = None,
    draws: Sequence[Parameters] = (),
) -> Forecast:
    """This function will return the forecast of one case at the instant `at`, from what was recorded by
    `known_at` (default: `at`).

    `draws` are drawn parameters (`draws.draws`): with them each number has its 90 % interval, which says how
    unsure the parameters are and nothing about whether the model is right. The first line takes in every term
    and only states over 1, so no order, device, advocate or arrest can lower it; the second adds the strongest
    single thing that protects, by its published value, and never a product. Raises ValueError for a type or a
    state that the parameters do not know. Source: evidence, the recommended model and its parameters (D, P).
    """
    known_at = known_at or at
    view = _near(parameters, timeline, at, known_at)
    days = [float(day) for day in range(AHEAD)]
    daily = outlook(parameters, timeline, at=at, known_at=known_at, a=0.0, b=float(AHEAD), also=days)
    band = timeline.band
    numbers = tuple(one for p in Process for one in _chances(parameters, draws, view, p, band))
    capped = tuple(process for process in Process if lines.capped(parameters, view, process))
    proposes = proposed(parameters, numbers)
    used = _used(parameters, view, band, capped, proposes, drawn=bool(draws))
    return Forecast(
        at=at,
        known_at=known_at,
        parameters=parameters.id,
        version=parameters.version,
        digest=parameters.digest,
        draws=len(draws),
        chances=numbers,
        drivers=tuple(one for p in Process for one in _drivers(parameters, view, p, band)),
        holding=tuple(_holding(parameters, view)),
        windows=tuple(one for p in Process for one in _windows(parameters, daily, p, band, at)),
        assumed=tuple(
            Assumed(code, parameters.tags[code])
            for code in used
            if UNSURE & set(parameters.tags[code].split("/"))
        ),
        capped=capped,
        proposes=proposes,
        because=tuple(_because(view, band, capped, proposes)),
    )


def chances(
    parameters: Parameters,
    timeline: Timeline,
    *,
    at: datetime,
    known_at: datetime | None = None,
    draws: Sequence[Parameters] = (),
) -> tuple[Chance, ...]:
    """This function will return the numbers of `forecast` alone: each process, line and horizon, in that order."""
    view = _near(parameters, timeline, at, known_at or at)
    return tuple(one for p in Process for one in _chances(parameters, draws, view, p, timeline.band))


def band_of(parameters: Parameters, ratio: float) -> str:
    """This function will return the band of a ratio to the base."""
    return [band.id for band in parameters.bands if band.at_least <= ratio][-1]


def rank_of(parameters: Parameters, band: str) -> int:
    """This function will return the place of a band, the lowest 0. Raises ValueError for any other word."""
    return [one.id for one in parameters.bands].index(band)


def changed(before: Forecast, now: Forecast) -> tuple[Reason, ...]:
    """This function will return what differs between two forecasts of one case, as codes.

    Bands of the first line that rose or fell (process:hours:from:to), what drives now and did not or the other
    way round, what holds, the proposed level, and another version of the parameters. Empty when nothing did.
    """
    found: list[Reason] = []
    if (before.parameters, before.version) != (now.parameters, now.version):
        found.append(Reason("forecast.parameters", f"{now.parameters}/{now.version}"))
    known = {(c.process, c.hours): c for c in before.chances if c.line is Line.IF_FAILS}
    for one in now.chances:
        was = known.get((one.process, one.hours)) if one.line is Line.IF_FAILS else None
        if was is not None and was.band != one.band:
            code = "forecast.rose" if one.ratio > was.ratio else "forecast.fell"
            found.append(Reason(code, f"{one.process}:{one.hours:g}:{was.band}:{one.band}"))
    found += _differences("driver", {d.code for d in before.drivers}, {d.code for d in now.drivers})
    found += _differences("holding", {h.code for h in before.holding}, {h.code for h in now.holding})
    if before.proposes != now.proposes:
        found.append(Reason("forecast.proposes", now.proposes.word if now.proposes else ""))
    return tuple(found)


def _near(parameters: Parameters, timeline: Timeline, at: datetime, known_at: datetime) -> Outlook:
    """What counts up to the last horizon, cut at each."""
    days = [hours / 24 for hours in parameters.horizons]
    return outlook(parameters, timeline, at=at, known_at=known_at, a=0.0, b=days[-1], also=days)


def _differences(what: str, before: set[str], now: set[str]) -> Iterable[Reason]:
    yield from (Reason(f"forecast.new_{what}", code) for code in sorted(now - before))
    yield from (Reason(f"forecast.no_more_{what}", code) for code in sorted(before - now))


def _chances(
    parameters: Parameters,
    draws: Sequence[Parameters],
    view: Outlook,
    process: Process,
    band: Level | None,
) -> Iterable[Chance]:
    """Every horizon of both lines of one process."""
    holding = lines.holders(parameters, view, process)
    sets = [(one, lines.hazards(one, view, process, band, holding)) for one in (parameters, *draws)]
    for index, line in enumerate(Line):
        for hours in parameters.horizons:
            days = hours / 24
            summed = [
                (lines.summed(view, pairs, a=0.0, b=days)[index], one.baseline[process].rate * days)
                for one, pairs in sets
            ]
            yield _chance(parameters, line, process, hours, summed)


def _chance(
    parameters: Parameters, line: Line, process: Process, hours: float, summed: list[tuple[float, float]]
) -> Chance:
    """One number, from the published parameters first and then every draw: hazards beside their base's."""
    ratios = [round(hazard / base, DIGITS) for hazard, base in summed]
    hazard, ratio = summed[0][0], ratios[0]
    band = band_of(parameters, ratio)
    if len(summed) == 1:
        return Chance(line, process, hours, hazard, chance(hazard), ratio, band)
    lo, hi = interval([one for one, _ in summed[1:]])
    ratio_lo, ratio_hi = interval(ratios[1:])
    lo, hi, ratio_lo, ratio_hi = min(lo, hazard), max(hi, hazard), min(ratio_lo, ratio), max(ratio_hi, ratio)
    return Chance(
        line=line,
        process=process,
        hours=hours,
        cumulative=hazard,
        p=chance(hazard),
        ratio=ratio,
        band=band,
        lo=chance(lo),
        hi=chance(hi),
        ratio_lo=ratio_lo,
        ratio_hi=ratio_hi,
        band_lo=band_of(parameters, ratio_lo),
        band_hi=band_of(parameters, ratio_hi),
    )


def proposed(parameters: Parameters, chances: Iterable[Chance]) -> Level | None:
    """This function will return the highest level that a band of the first line proposes, at the level's horizon."""
    found = (
        parameters.level_of_band.get(one.process, {}).get(one.band)
        for one in chances
        if one.line is Line.IF_FAILS and one.hours == parameters.level_horizon
    )
    return max((level for level in found if level is not None), default=None)


def _drivers(parameters: Parameters, view: Outlook, process: Process, band: Level | None) -> Iterable[Driver]:
    """What lifts a process most up to the level's horizon."""
    near = [frame for frame in view.frames if frame.stretch.b <= parameters.level_horizon / 24]
    for code, share in lines.shares(parameters, view.types, near, process, band)[:MOST_DRIVERS]:
        yield Driver(process, code, share, parameters.tags[code])


def _holding(parameters: Parameters, view: Outlook) -> Iterable[Holding]:
    for process in Process:
        code = lines.holder(parameters, view.frames[0], process)
        if code is not None:
            yield Holding(process, code, parameters.tags[code])


def _of_days(parameters: Parameters, daily: Outlook, process: Process, band: Level | None) -> list[float]:
    """The ratio of each day ahead. Every day is a cut, so that a frame lies in one of them."""
    pairs = lines.hazards(parameters, daily, process, band, [None] * len(daily.frames))
    base, days = parameters.baseline[process].rate, [list[float]() for _ in range(AHEAD)]
    for frame, (failing, _) in zip(daily.frames, pairs, strict=True):
        days[int(frame.stretch.a)].append(failing)
    return [round(math.fsum(failing) / base, DIGITS) for failing in days]


def _windows(
    parameters: Parameters, daily: Outlook, process: Process, band: Level | None, at: datetime
) -> Iterable[Window]:
    """Whole days ahead whose own ratio reaches the first raised band, put together where they touch."""
    raised = rank_of(parameters, parameters.raised_from)
    ranks = [
        rank_of(parameters, band_of(parameters, ratio))
        for ratio in _of_days(parameters, daily, process, band)
    ]
    for is_raised, group in groupby(range(AHEAD), key=lambda day: ranks[day] >= raised):
        days = list(group)
        if not is_raised:
            continue
        first, until = days[0], days[-1] + 1
        inside = [frame for frame in daily.frames if first <= frame.stretch.a and frame.stretch.b <= until]
        lifted = lines.shares(parameters, daily.types, inside, process, band)[:MOST_DRIVERS]
        yield Window(
            process,
            at + first * DAY,
            at + until * DAY,
            parameters.bands[max(ranks[day] for day in days)].id,
            tuple(code for code, _ in lifted),
        )


def _used(
    parameters: Parameters,
    view: Outlook,
    band: Level | None,
    capped: Sequence[Process],
    proposes: Level | None,
    *,
    drawn: bool,
) -> tuple[str, ...]:
    """The codes of the parameters that went into a forecast."""
    found = {f"baseline.{process}" for process in Process}
    found |= {f"event.{kind}" for kind in view.types}
    for frame in view.frames:
        found |= {f"state.{state}" for state in (*frame.raising, *frame.protecting)}
        found |= {"repeat"} if frame.incidents > 1 else set()
    found |= {"shift"} if band is not None else set()
    found |= {"caps"} if capped else set()
    found |= {"bands", *({"proposes"} if proposes else set()), *({"spread"} if drawn else set())}
    return tuple(sorted(found))


def _because(
    view: Outlook, band: Level | None, capped: Sequence[Process], proposes: Level | None
) -> Iterable[Reason]:
    yield Reason("forecast.band", band.word) if band is not None else Reason("forecast.band_unknown")
    yield from (Reason("forecast.event", kind) for kind in dict.fromkeys(view.types))
    states = {state for frame in view.frames for state in (*frame.raising, *frame.protecting)}
    yield from (Reason("forecast.state", state) for state in sorted(states))
    if view.frames[0].incidents > 1:
        yield Reason("forecast.repeat", str(view.frames[0].incidents))
    yield from (Reason("forecast.capped", process) for process in capped)
    if proposes is not None:
        yield Reason("forecast.proposes", proposes.word)
