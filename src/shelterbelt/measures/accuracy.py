"""How well forecasts and scores told apart what came from what did not, and whether chances were right.

Windows of one case are reckoned as belonging together. It refuses every figure under 30 events.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelterbelt.measures.figures import (
    Figure,
    Flags,
    Numbers,
    Places,
    Told,
    Z,
    apart,
    enough,
    spread_by_case,
    sums,
    wilson,
    withheld,
)

NEAR_ZERO = 1e-12
STEPS = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """Slope of the logit of what came on that of what was forecast (1 is right), and its level (0 is right).

    The level is the intercept with the slope held at 1: over 0, more came than was forecast.
    """

    slope: Told
    level: Told


@dataclass(frozen=True, slots=True)
class Counts:
    """Four cells of a yes-or-no sign beside what came."""

    true_yes: int
    false_yes: int
    false_no: int
    true_no: int


@dataclass(frozen=True, slots=True)
class Sign:
    """What a yes-or-no sign is worth, each with its interval."""

    sensitivity: Told
    specificity: Told
    positive_value: Told
    negative_value: Told
    ratio_yes: Told
    ratio_no: Told
    odds: Told
    selected: Told


@dataclass(frozen=True, slots=True)
class Worth:
    """What a sign of known sensitivity and specificity is worth at a prevalence; nothing here is estimated."""

    positive_value: float
    negative_value: float
    ratio_yes: float
    ratio_no: float
    odds: float


def worth(prevalence: float, sensitivity: float, specificity: float) -> Worth:
    """This function will return predictive values, likelihood ratios and the odds ratio of a sign (all shares).

    Raises ValueError outside of 0 to 1, and where a ratio has no value. Source: Bayes; evidence, oracles.
    """
    if not (0 <= prevalence <= 1 and 0 < sensitivity < 1 and 0 < specificity < 1):
        raise ValueError("shares lie between 0 and 1")
    yes = prevalence * sensitivity
    no = (1 - prevalence) * specificity
    false_yes, false_no = (1 - prevalence) * (1 - specificity), prevalence * (1 - sensitivity)
    ratio_yes, ratio_no = sensitivity / (1 - specificity), (1 - sensitivity) / specificity
    return Worth(yes / (yes + false_yes), no / (no + false_no), ratio_yes, ratio_no, ratio_yes / ratio_no)


def spread_out(counts: Counts) -> tuple[Flags, Flags, Places]:
    """This function will return the sign, what came and the case of each window of four cells, all strangers."""
    cells = (counts.true_yes, counts.false_yes, counts.false_no, counts.true_no)
    said = np.repeat(np.array([True, True, False, False]), cells)
    came = np.repeat(np.array([True, False, True, False]), cells)
    return said, came, np.arange(said.size)


def sign(said: Flags, came: Flags, case: Places) -> Sign:
    """This function will return what a yes-or-no sign was worth; under 30 events, or 30 others, nothing.

    Shares have Wilson's interval, ratios that of their log (Simel 1991), a half added where a cell is empty;
    both are widened for windows of one case.
    """
    events, n = int(came.sum()), int(came.size)
    problem = enough(events, n - events)
    if problem is not None:
        return Sign(*([problem] * 8))

    def part(yes: Flags, rows: Flags) -> Told:
        of = int(rows.sum())
        if of == 0:
            return withheld("no_spread", "")
        number, less = int(yes[rows].sum()), _less(yes, rows, case)
        return Figure(number / of, *wilson(number / less, of / less), events, n)

    def ratio(value: float, *variances: float) -> Figure:
        return apart(math.log(value), math.sqrt(sum(variances)), events, n, math.exp)

    hits, of_hits = _odds(said, came, case)
    misses, of_misses = _odds(said, ~came, case)
    return Sign(
        sensitivity=part(said, came),
        specificity=part(~said, ~came),
        positive_value=part(came, said),
        negative_value=part(~came, ~said),
        ratio_yes=ratio(hits / misses, (1 - hits) / (hits * of_hits), (1 - misses) / (misses * of_misses)),
        ratio_no=ratio(
            (1 - hits) / (1 - misses), hits / ((1 - hits) * of_hits), misses / ((1 - misses) * of_misses)
        ),
        odds=ratio(
            hits * (1 - misses) / (misses * (1 - hits)),
            1 / (hits * (1 - hits) * of_hits),
            1 / (misses * (1 - misses) * of_misses),
        ),
        selected=part(said, np.ones_like(said)),
    )


def auc(score: Numbers, came: Flags, case: Places) -> Told:
    """This function will return the chance that a window with an event had the higher score, ties by half.

    The interval is DeLong's (1988), widened for windows of one case (Obuchowski 1997), made on the logit;
    where all pairs stand in one order there is none, and so no figure.
    """
    events, others = int(came.sum()), int((~came).sum())
    problem = enough(events, others)
    if problem is not None:
        return problem
    inside, below = _ranks(score[came], score[~came])
    value = float(inside.mean())
    if not 0 < value < 1:
        return withheld("no_fit", "")
    se = math.sqrt(_variance(value, inside, below, came, case)) / (value * (1 - value))
    return apart(math.log(value / (1 - value)), se, events, came.size, _share_of)


def brier(chance: Numbers, came: Flags, case: Places) -> Told:
    """This function will return the mean squared distance of chances from what came; 0 is best.

    Source: Brier 1950. The interval is of the mean over cases.
    """
    events = int(came.sum())
    problem = enough(events)
    if problem is not None:
        return problem
    squares = (chance - came) ** 2
    value = float(squares.mean())
    se = math.sqrt(float(np.sum(sums(squares - value, case) ** 2))) / came.size
    return Figure(value, max(0.0, value - Z * se), value + Z * se, events, came.size)


def against(chance: Numbers, came: Flags, case: Places) -> Told:
    """This function will return how many came for each one expected; over 1, more came than was forecast."""
    events, expected = int(came.sum()), float(chance.sum())
    problem = enough(events)
    if problem is not None:
        return problem
    less = spread_by_case(came - chance * (events / expected), case)
    n = came.size
    lo, hi = wilson(events / less, n / less)
    return Figure(events / expected, lo * n / expected, hi * n / expected, events, n)


def calibration(chance: Numbers, came: Flags, case: Places) -> Calibration:
    """This function will return slope and level of the calibration. Source: Cox 1958.

    Intervals are of the sandwich over cases. Where all chances are alike there is no slope.
    """
    events, others = int(came.sum()), int((~came).sum())
    problem = enough(events, others)
    if problem is not None:
        return Calibration(problem, problem)
    kept = np.clip(chance, NEAR_ZERO, 1 - NEAR_ZERO)
    logits = np.log(kept / (1 - kept))
    one = np.ones_like(logits)[:, None]
    level = _logistic(one, logits, came, case)
    slope = None
    if float(np.ptp(logits)) > NEAR_ZERO:
        middle = float(logits.mean())
        slope = _logistic(np.column_stack([one, logits - middle]), np.zeros_like(logits), came, case)
    n = came.size
    return Calibration(
        withheld("no_spread", "") if slope is None else _straight(slope[-1], events, n),
        _straight(level[-1], events, n),
    )


def _less(yes: Flags, rows: Flags, case: Places) -> float:
    own = yes[rows].astype(np.float64)
    return spread_by_case(own - own.mean(), case[rows])


def _odds(said: Flags, rows: Flags, case: Places) -> tuple[float, float]:
    """The share of rows with a yes, a half added to both sides where one is empty, and how many they are worth."""
    of, yes = int(rows.sum()), int(said[rows].sum())
    half = 0.5 if yes in (0, of) else 0.0
    return (yes + half) / (of + 2 * half), (of + 2 * half) / _less(said, rows, case)


def _straight(found: tuple[float, float], events: int, n: int) -> Told:
    if not math.isfinite(found[0]) or not math.isfinite(found[1]):
        return withheld("no_fit", "")
    return apart(found[0], found[1], events, n, lambda value: value)


def _share_of(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _ranks(with_event: Numbers, without: Numbers) -> tuple[Numbers, Numbers]:
    """For each score of one side, which share of the other side it beats, ties by half."""
    ordered, also = np.sort(without), np.sort(with_event)
    beats = np.searchsorted(ordered, with_event, "left") + np.searchsorted(ordered, with_event, "right")
    beaten = np.searchsorted(also, without, "left") + np.searchsorted(also, without, "right")
    return beats / (2 * without.size), 1 - beaten / (2 * with_event.size)


def _variance(value: float, inside: Numbers, below: Numbers, came: Flags, case: Places) -> float:
    """Obuchowski's variance: parts of the two sides, summed by case. With one window a case it is DeLong's."""
    m, n = inside.size, below.size
    of_events, of_others = np.zeros(came.size), np.zeros(came.size)
    of_events[came], of_others[~came] = inside - value, below - value
    first, second = sums(of_events, case), sums(of_others, case)
    have_events = int(np.unique(case[came]).size)
    have_others = int(np.unique(case[~came]).size)
    cases = int(np.unique(case).size)
    s10 = have_events / ((have_events - 1) * m) * float(first @ first) if have_events > 1 else 0.0
    s01 = have_others / ((have_others - 1) * n) * float(second @ second) if have_others > 1 else 0.0
    both = cases / (cases - 1) * float(first @ second) if cases > 1 else 0.0
    return max(0.0, s10 / m + s01 / n + 2 * both / (m * n))


def _logistic(
    columns: Numbers, offset: Numbers, came: Flags, case: Places
) -> tuple[tuple[float, float], ...]:
    """Coefficients and their standard errors (sandwich over cases) of a logistic regression; NaN without a fit."""
    found = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        chance = _chances(columns @ found + offset)
        curve = (columns * (chance * (1 - chance))[:, None]).T @ columns
        try:
            step = np.linalg.solve(curve, columns.T @ (came - chance))
        except np.linalg.LinAlgError:
            return tuple((math.nan, math.nan) for _ in found)
        found = found + np.clip(step, -2, 2)
        if float(np.max(np.abs(step))) < 1e-10:
            break
    else:
        return tuple((math.nan, math.nan) for _ in found)
    inverse = np.linalg.inv(curve)
    by_case: NDArray[np.float64] = np.column_stack(
        [sums(column * (came - chance), case) for column in columns.T]
    )
    cases = int(np.unique(case).size)
    meat = by_case.T @ by_case * (cases / (cases - 1) if cases > 1 else 1.0)
    wide = np.sqrt(np.diag(inverse @ meat @ inverse))
    return tuple(zip(found.tolist(), wide.tolist(), strict=True))


def _chances(logits: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -500, 500))), dtype=np.float64)
