"""How likely what came is under the forecast's own hazard, with its slopes and curves, for the numbers that raise.

What protects, how much a level counts, the caps and every time constant are taken as published.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shelterbelt.measures.exposure import Exposure, by_pattern, by_pattern_and_kind, spans
from shelterbelt.measures.figures import Flags, Numbers, Places, gathered
from shelterbelt.rules import lines
from shelterbelt.rules.draws import RANGE
from shelterbelt.rules.kernels import Parameters, Process, rate_of

REPEAT = "repeat"
CORNER = 0.02  # of the cap


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One number that is learned, on the log scale: a base rate, 1 + A of an event, a state, or the repeats.

    `process` is None for the repeats, which all processes share. `prior` and `prior_sd` are the published
    value and how unsure it is; `lo` and `hi` are where it must stay.
    """

    code: str
    process: Process | None
    prior: float
    prior_sd: float
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class Slopes:
    """Minus the log likelihood of one process, its slope and its curve, over all coefficients.

    The curve is that of the information: the sum over what came of the squared slopes of its log (Berndt, Hall,
    Hall and Hausman 1974). It never bends the wrong way.
    """

    value: float
    slope: Numbers
    curve: Numbers


def coefficients(parameters: Parameters, processes: Sequence[Process]) -> tuple[Coefficient, ...]:
    """This function will return what is learned of these processes, in a fixed order.

    A term of exactly 0 and a state of exactly 1 stay, as in the draws; what is under 1 is not learned.
    """
    found: list[Coefficient] = []
    for process in processes:
        base = parameters.baseline[process]
        sd = (math.log(rate_of(base.hi)) - math.log(rate_of(base.lo))) / RANGE
        found.append(
            Coefficient(f"baseline.{process}", process, math.log(base.rate), sd, -math.inf, math.inf)
        )
        for name, kind in sorted(parameters.events.items()):
            if kind.A[process] > 0:
                most = math.log(kind.most[process]) if process in kind.most else math.inf
                size = math.log1p(kind.A[process])
                found.append(Coefficient(f"event.{name}", process, size, kind.sd, 0.0, max(most, size)))
        for name, state in sorted(parameters.states.items()):
            if state.R[process] > 1:
                log = math.log(state.R[process])
                found.append(Coefficient(f"state.{name}", process, log, state.sd, 0.0, math.inf))
    if processes and parameters.repeat.R > 1:
        log = math.log(parameters.repeat.R)
        found.append(Coefficient(REPEAT, None, log, parameters.repeat.sd, 0.0, math.inf))
    return tuple(found)


class Likelihood:
    """The likelihood of one process over an exposure, as a function of all coefficients.

    The integral of the hazard is exact: stretches are cut where the cap begins and ends to hold, and everything
    between is in closed form.
    """

    def __init__(
        self,
        parameters: Parameters,
        found: Exposure,
        process: Process,
        learned: Sequence[Coefficient],
    ) -> None:
        self.found, self.process, self.parameters = found, process, parameters
        self.cap, self.came = parameters.caps[process], found.came[process]
        own = {one.code: place for place, one in enumerate(learned) if one.process in (process, None)}
        self.size = len(learned)
        self.base = own[f"baseline.{process}"]
        self.kinds = [n for n, kind in enumerate(found.kinds) if f"event.{kind}" in own]
        self.events = [own[f"event.{found.kinds[n]}"] for n in self.kinds]
        self.states = [code.partition(".")[2] for code in own if code.startswith("state.")]
        self.factors = [own[f"state.{name}"] for name in self.states]
        self.factors += [own[REPEAT]] if REPEAT in own else []
        self.places: Places = np.array([self.base, *self.factors, *self.events], dtype=np.int64)
        self.offset = self._offset()
        self.raising = self._raising()
        self.earlier = np.array([max(0, one.incidents - 1) for one in found.patterns], dtype=np.float64)

    def at(self, numbers: Numbers) -> Slopes:
        """This function will return minus the log likelihood and its slopes at these coefficients."""
        columns, factors = self._factors(numbers)
        sizes = self._sizes(numbers)
        cut = spans(self.found, sizes, factors, self.cap)
        weight = np.exp(numbers[self.base] + self.offset)
        areas = by_pattern_and_kind(self.found, cut.area)
        inside = weight * factors * (by_pattern(self.found, cut.under) + areas @ sizes)
        over = weight * self.cap * by_pattern(self.found, cut.over)
        slope = np.concatenate(
            [
                [inside.sum() + over.sum()],
                columns.T @ inside,
                np.exp(numbers[self.events]) * ((weight * factors) @ areas[:, self.kinds]),
            ]
        )
        logs, turns = self._came(numbers, columns, factors, sizes)
        whole, wide = np.zeros(self.size), np.zeros((self.size, self.size))
        whole[self.places] = slope - turns.sum(axis=0)
        wide[np.ix_(self.places, self.places)] = turns.T @ turns
        return Slopes(float(inside.sum() + over.sum()) - logs, whole, wide)

    def strayed(self, numbers: Numbers) -> float:
        """This function will return how far cases stray from what was expected of each: 1 is chance alone.

        The squared distances over their sum if each case were chance (Wedderburn 1974, summed first).
        """
        found = self.found
        _, factors = self._factors(numbers)
        sizes = self._sizes(numbers)
        cut = spans(found, sizes, factors, self.cap)
        inside = cut.under + gathered(sizes[found.kind] * cut.area, found.stretch, found.length.size)
        weight = np.exp(numbers[self.base] + self.offset)[found.pattern]
        hazard = weight * (factors[found.pattern] * inside + self.cap * cut.over)
        expected = gathered(hazard, found.case, found.cases)
        came = np.bincount(self.came.case, minlength=found.cases)
        whole = float(expected.sum())
        return float(np.sum((came - expected) ** 2)) / whole if whole > 0 else 1.0

    def _came(
        self, numbers: Numbers, columns: Numbers, factors: Numbers, sizes: Numbers
    ) -> tuple[float, Numbers]:
        """The sum of the logs of the hazards at which it came, but for the base, and the slopes of each log."""
        pattern, heights = self.came.pattern, self.came.heights
        height = factors[pattern] * (1 + heights @ sizes)
        logs, first = _rounded(height, self.cap)
        grows = factors[pattern][:, None] * np.exp(numbers[self.events])
        turns = [
            np.ones((pattern.size, 1)),
            columns[pattern] * (height * first)[:, None],
            heights[:, self.kinds] * grows * first[:, None],
        ]
        logs += numbers[self.base] + self.offset[pattern]
        return float(logs.sum()), np.concatenate(turns, axis=1)

    def _factors(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """By pattern: how often each factor counts, and what they multiply to."""
        columns = self.raising
        logs = columns @ numbers[self.factors[: len(self.states)]]
        most = math.log(self.parameters.repeat.cap)
        if len(self.factors) > len(self.states):
            step = float(numbers[self.factors[-1]])
            free: Flags = self.earlier * step < most
            columns = np.column_stack([columns, np.where(free, self.earlier, 0.0)])
        else:
            step = math.log(self.parameters.repeat.R)
        return columns, np.exp(logs + np.minimum(most, self.earlier * step))

    def _offset(self) -> Numbers:
        """By pattern: the log of what is not learned, which is the level and what holds."""
        base = self.parameters.rate(self.process, None)
        place = tuple(Process).index(self.process)
        return np.array(
            [
                math.log(self.parameters.rate(self.process, one.band) / base)
                + math.log(lines.held(self.parameters, one.holding[place], self.process))
                for one in self.found.patterns
            ],
            dtype=np.float64,
        )

    def _raising(self) -> Numbers:
        rows = [[float(name in one.raising) for name in self.states] for one in self.found.patterns]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.states))

    def _sizes(self, numbers: Numbers) -> Numbers:
        """What each kind of happening adds on its day."""
        sizes = np.zeros(len(self.found.kinds))
        sizes[self.kinds] = np.expm1(numbers[self.events])
        return sizes


def _rounded(height: Numbers, cap: float) -> tuple[Numbers, Numbers]:
    """The log of the lesser of height and cap with the corner rounded, and its slope.

    Where something came exactly at the cap, a corner would leave the steps without a slope to follow.
    """
    over, soft = height - cap, CORNER * cap
    root = np.sqrt(over**2 + soft**2)
    value = (height + cap - root) / 2
    return np.log(value), (1 - over / root) / 2 / value
