"""The course of danger over days, behind and ahead, as ratios to the base: what a picture and its table show.

It gives no chance and no percentage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shelterbelt.rules import lines
from shelterbelt.rules.draws import interval
from shelterbelt.rules.hazard import DIGITS, band_of
from shelterbelt.rules.kernels import Parameters, Process
from shelterbelt.rules.timeline import DAY, Outlook, Timeline, outlook


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a course: ratios to the base, if protection fails with its interval, and if it holds."""

    from_at: datetime
    until_at: datetime
    fails: float
    lo: float
    hi: float
    holds: float
    band: str


def course(
    parameters: Parameters,
    timeline: Timeline,
    process: Process,
    *,
    at: datetime,
    known_at: datetime | None = None,
    back: int = 30,
    ahead: int = 90,
    step: int = 1,
    draws: Sequence[Parameters] = (),
) -> tuple[Point, ...]:
    """This function will return the course of one process from `back` days before `at` to `ahead` days after.

    Every step of `step` days holds its own mean. What lies behind is seen with what is known now, what lies
    ahead as `forecast` sees it. Without draws `lo` and `hi` are the ratio itself.
    """
    known_at, until = known_at or at, float(ahead)
    days = [float(day) for day in range(-back, ahead, step)]
    view = outlook(parameters, timeline, at=at, known_at=known_at, a=-float(back), b=until, also=days)
    holding = lines.holders(parameters, view, process)
    sets = [(one, lines.hazards(one, view, process, timeline.band, holding)) for one in (parameters, *draws)]
    return tuple(_point(parameters, view, process, at, (day, min(day + step, until)), sets) for day in days)


def _point(
    parameters: Parameters,
    view: Outlook,
    process: Process,
    at: datetime,
    span: tuple[float, float],
    sets: Sequence[tuple[Parameters, Sequence[lines.Pair]]],
) -> Point:
    a, b = span
    found = []
    for one, pairs in sets:
        base = one.baseline[process].rate * (b - a)
        fails, holds = lines.summed(view, pairs, a=a, b=b)
        found.append((round(fails / base, DIGITS), round(holds / base, DIGITS)))
    fails, holds = found[0]
    lo, hi = interval([ratio for ratio, _ in found[1:]]) if len(found) > 1 else (fails, fails)
    return Point(
        at + a * DAY, at + b * DAY, fails, min(lo, fails), max(hi, fails), holds, band_of(parameters, fails)
    )
