"""One figure with its interval, or the reason why there is none: nothing rests on fewer than 30 events.

It decides about no case and says nothing of why a figure is what it is.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from shelterbelt.rules.reasons import Reason

LEAST = 30
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]


def normal(level: float) -> float:
    """This function will return how many standard deviations hold the middle `level` (a share) of a normal."""
    return NormalDist().inv_cdf((1 + level) / 2)


Z = normal(0.95)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its 95 % interval, from so many events among `n` windows, cases or scores."""

    value: float
    lo: float
    hi: float
    events: int
    n: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """There is no figure, and why: too_few_events, too_few_others, too_few, no_spread or no_fit."""

    because: Reason


Told = Figure | Withheld


def withheld(code: str, about: str = str(LEAST)) -> Withheld:
    """This function will return a figure that is not given, with the code of its reason."""
    return Withheld(Reason(code, about))


def enough(events: float, others: float | None = None) -> Withheld | None:
    """This function will return why a figure on so many events must be withheld, or None when it may be given.

    `others` counts what had no event, where a figure compares the two.
    """
    if events < LEAST:
        return withheld("too_few_events")
    if others is not None and others < LEAST:
        return withheld("too_few_others")
    return None


def wilson(events: float, n: float, z: float = Z) -> tuple[float, float]:
    """This function will return the interval of a share. Source: Wilson 1927. Without any trial: 0 to 1."""
    if n <= 0:
        return 0.0, 1.0
    share, square = events / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def byar(events: float, z: float = Z) -> tuple[float, float]:
    """This function will return the interval of a count of rare events. Source: Byar (Breslow and Day 1987)."""
    above = events + 1
    lo = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3 if events > 0 else 0.0
    return max(0.0, lo), above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3


def gathered(values: Numbers, places: Places, size: int) -> Numbers:
    """This function will return the sums of the values that share a place, shape (size,); places begin at 0."""
    return np.asarray(np.bincount(places, weights=values, minlength=size), dtype=np.float64)


def sums(values: Numbers, case: Places) -> Numbers:
    """This function will return the sum of the values of each case; cases are numbered from 0."""
    return gathered(values, case, int(case.max()) + 1 if case.size else 0)


def spread_by_case(residuals: Numbers, case: Places) -> float:
    """This function will return how much less the windows say because several belong to one case, at least 1.

    It is the variance of the sum over cases beside that over windows taken as strangers to each other.
    """
    alone = float(np.sum(residuals**2))
    return max(1.0, float(np.sum(sums(residuals, case) ** 2)) / alone) if alone > 0 else 1.0


def share(flags: Flags, case: Places, z: float = Z) -> Told:
    """This function will return the share of windows with an event, with Wilson's interval."""
    events, n = int(flags.sum()), flags.size
    problem = enough(events)
    if problem is not None:
        return problem
    less = spread_by_case(flags.astype(np.float64) - events / n, case)
    lo, hi = wilson(events / less, n / less, z)
    return Figure(events / n, lo, hi, events, n)


def apart(value: float, se: float, events: int, n: int, turn: Callable[[float], float]) -> Figure:
    """This function will return a figure whose interval is made on another scale and turned back by `turn`."""
    return Figure(turn(value), turn(value - Z * se), turn(value + Z * se), events, n)
