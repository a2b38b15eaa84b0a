"""Whether what was true of a forecast or a norm still is: expected numbers, scores and shares that moved.

It warns; what has moved and why is for people to find out. Under 30 events or scores it says nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from shelterbelt.measures.figures import LEAST, Figure, Numbers, Told, apart, normal, withheld

OFF = 1.25  # more or less than this many times what was expected is a move that matters (P)
SMALL = 0.2  # of a standard deviation: a small effect (Cohen 1988)
SHIFTED = 0.1  # of the index of stability: the customary first mark (M)
SURE = normal(0.99)


@dataclass(frozen=True, slots=True)
class Norm:
    """What was published of a score: its mean, and its standard deviation and number where known."""

    mean: float
    sd: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure beside what it was held against, and whether that calls for a warning."""

    what: str
    figure: Told
    against: float
    warns: bool


def moved_number(what: str, ratio: Told) -> Moved:
    """This function will return whether what came, for each one expected, is off by more than a quarter.

    It warns when the whole interval lies off 1 and the figure itself is past 1.25 or under 1/1.25.
    """
    warns = isinstance(ratio, Figure) and _off(ratio)
    return Moved(what, ratio, 1.0, warns)


def moved_mean(what: str, scores: Numbers, norm: Norm) -> Moved:
    """This function will return whether the mean of scores lies off the published one.

    It warns when the 99 % interval of the difference does not hold 0 and the difference is at least a fifth of
    a standard deviation. Where the norm's spread or number is not known it is taken as exact.
    """
    if scores.size < LEAST:
        return Moved(what, withheld("too_few"), norm.mean, warns=False)
    mean, sd = float(scores.mean()), float(scores.std(ddof=1))
    n = scores.size
    se = math.sqrt(sd**2 / n + (norm.sd**2 / norm.n if norm.sd is not None and norm.n else 0.0))
    figure = apart(mean, se, n, n, lambda value: value)
    far = abs(mean - norm.mean)
    return Moved(what, figure, norm.mean, warns=far > SURE * se and far >= SMALL * max(sd, norm.sd or 0.0))


def moved_published(what: str, norm: Norm, now: Norm) -> Moved:
    """This function will return the same for a later sample of which only a mean and a number were published.

    Without a standard deviation it is taken to spread as counts of rare things do: by the root of its mean (P).
    """
    if now.n is None or now.n < LEAST:
        return Moved(what, withheld("too_few"), norm.mean, warns=False)
    sd = now.sd if now.sd is not None else math.sqrt(max(now.mean, 1.0))
    figure = apart(now.mean, sd / math.sqrt(now.n), now.n, now.n, lambda value: value)
    far = abs(now.mean - norm.mean)
    return Moved(what, figure, norm.mean, warns=far > SURE * sd / math.sqrt(now.n) and far >= SMALL * sd)


def moved_shares(what: str, before: Mapping[str, int], now: Mapping[str, int]) -> Moved:
    """This function will return whether shares of groups or bands moved, as an index of stability (0: not at all).

    It warns from 0.1 on, where chance alone would not reach it in 99 of 100. Each side needs 30. An empty cell
    counts as a half.
    """
    names = sorted(name for name in {*before, *now} if before.get(name) or now.get(name))
    sizes = [sum(side.values()) for side in (before, now)]
    if min(sizes) < LEAST or len(names) < 2:
        return Moved(what, withheld("too_few"), 0.0, warns=False)
    shares = [
        np.array([max(side.get(name, 0), 0.5) for name in names]) / size
        for side, size in zip((before, now), sizes, strict=True)
    ]
    index = float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))
    chance = _chi_square(len(names) - 1) * (1 / sizes[0] + 1 / sizes[1])
    figure = Figure(index, max(0.0, index - chance), index + chance, sizes[1], sizes[0])
    return Moved(what, figure, 0.0, warns=index >= SHIFTED and index > chance)


def moved_over_time(what: str, ratios: Sequence[Told]) -> Moved:
    """This function will return whether what came for each expected differs between the first and the last span.

    The interval holds 99 %.
    """
    ends = [one for one in (ratios[0], ratios[-1]) if isinstance(one, Figure)] if len(ratios) > 1 else []
    if len(ends) < 2:
        return Moved(what, withheld("too_few_events"), 1.0, warns=False)
    first, last = ends
    se = math.hypot(*((math.log(one.hi) - math.log(one.lo)) / (2 * normal(0.95)) for one in ends))
    se *= SURE / normal(0.95)  # of three processes, one would often stray by chance
    figure = apart(math.log(last.value / first.value), se, last.events, last.n, math.exp)
    return Moved(what, figure, 1.0, warns=_off(figure))


def _off(ratio: Figure) -> bool:
    return (ratio.lo > 1 and ratio.value > OFF) or (ratio.hi < 1 and ratio.value < 1 / OFF)


def _chi_square(freedom: int) -> float:
    """The 99th of a chi-square. Source: Wilson and Hilferty 1931."""
    z = NormalDist().inv_cdf(0.99)
    part = 2 / (9 * freedom)
    return freedom * (1 - part + z * math.sqrt(part)) ** 3
