"""Learns base rates, terms and factors that raise from what came locally, drawn towards the published values.

It refuses a process with fewer than 30 outcomes, never learns that anything protects, and replaces nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shelterbelt.measures.exposure import Exposure
from shelterbelt.measures.figures import LEAST, Flags, Numbers
from shelterbelt.measures.likelihood import REPEAT, Coefficient, Likelihood, Slopes, coefficients
from shelterbelt.rules.draws import RANGE
from shelterbelt.rules.kernels import Baseline, Parameters, Process
from shelterbelt.rules.reasons import Reason

STEPS = 200
CLOSE = 1e-6  # of the log likelihood
STIFFEST = 1e9
LEAST_TOLD = 0.05
HALF = RANGE / 2  # standard deviations from the middle to the 5th and the 95th


@dataclass(frozen=True, slots=True)
class Learned:
    """One number after the refit, on its own scale: hazard per day, A, or factor.

    `lo` and `hi` are the 5th and the 95th; `se` and `prior_sd` are of the log (of 1 + A for a term). `told` is
    the share of what was unsure that the records settled: 0 says that the published value stands.
    """

    code: str
    process: Process | None
    published: float
    value: float
    lo: float
    hi: float
    se: float
    prior_sd: float
    told: float

    @property
    def counts(self) -> bool:
        """This property will say whether the records told enough for the number to change."""
        return self.told >= LEAST_TOLD


@dataclass(frozen=True, slots=True)
class Refit:
    """What was learned, from how many outcomes of each process, and why a process was left as published.

    `strayed`: how far cases differ beyond chance; where it is over 1, the errors are widened by its root.
    """

    learned: tuple[Learned, ...]
    outcomes: Mapping[Process, int]
    refused: Mapping[Process, Reason]
    strayed: Mapping[Process, float]
    cases: int
    days: float


def refit(parameters: Parameters, found: Exposure, *, keep: Mapping[Process, Reason] | None = None) -> Refit:
    """This function will return what the followed days teach, with the published values as priors.

    Poisson regression on the forecast's own hazard, integrated exactly; the most likely numbers after the
    prior, by Newton's steps within bounds, with the errors of the curve there. `keep` names processes that must
    stay as published, and why. With fewer than 30 outcomes a process is refused. Source: evidence, the path of
    estimation (piecewise Poisson on the same kernels, priors at the table's values).
    """
    outcomes = {process: int(found.came[process].day.size) for process in Process}
    refused = {
        process: Reason("too_few_events", str(LEAST)) for process in Process if outcomes[process] < LEAST
    } | dict(keep or {})
    learned, strayed = posterior(parameters, found, [p for p in Process if p not in refused])
    return Refit(learned, outcomes, refused, strayed, found.cases, float(found.length.sum()))


def posterior(
    parameters: Parameters, found: Exposure, processes: Sequence[Process]
) -> tuple[tuple[Learned, ...], dict[Process, float]]:
    """This function will return what is learned of these processes however little came, and how far cases stray.

    Without any followed day the published values come back with their own errors.
    """
    wanted = coefficients(parameters, processes)
    if not wanted:
        return (), {}
    parts = [Likelihood(parameters, found, process, wanted) for process in processes]
    numbers = _climbed(parts, wanted)
    strayed = {part.process: part.strayed(numbers) for part in parts}
    curve = np.diag([1 / one.prior_sd**2 for one in wanted])
    for part in parts:
        curve = curve + part.at(numbers).curve / max(1.0, strayed[part.process])
    return tuple(map(_learned, wanted, numbers.tolist(), _errors(curve, wanted, numbers))), strayed


def refitted(parameters: Parameters, found: Refit, *, version: str, digest: str = "") -> Parameters:
    """This function will return the parameters with what was learned in place of what was published.

    A number about which the records told next to nothing stays as it was.
    """
    values = {(one.code, one.process): one for one in found.learned if one.counts}
    events = {
        name: replace(
            kind, A=_changed(kind.A, values, f"event.{name}"), sd=_sd(values, f"event.{name}", kind.sd)
        )
        for name, kind in parameters.events.items()
    }
    states = {
        name: replace(state, R=_changed(state.R, values, f"state.{name}"))
        for name, state in parameters.states.items()
    }
    repeat = values.get((REPEAT, None))
    return replace(
        parameters,
        version=version,
        digest=digest,
        baseline={process: _baseline(parameters, process, values) for process in Process},
        events=events,
        states=states,
        repeat=replace(parameters.repeat, R=repeat.value) if repeat else parameters.repeat,
    )


Values = Mapping[tuple[str, Process | None], Learned]


def _changed(published: Mapping[Process, float], values: Values, code: str) -> dict[Process, float]:
    return {
        process: values[code, process].value if (code, process) in values else value
        for process, value in published.items()
    }


def _sd(values: Values, code: str, published: float) -> float:
    """How unsure a term is: of its processes the least sure, for one number serves all."""
    known = [values[code, process].se for process in Process if (code, process) in values]
    return max(known) if len(known) == len(Process) else max([published, *known])


def _baseline(parameters: Parameters, process: Process, values: Values) -> Baseline:
    published, found = parameters.baseline[process], values.get((f"baseline.{process}", process))
    if found is None:
        return published
    value, lo, hi = (-math.expm1(-180 * rate) for rate in (found.value, found.lo, found.hi))
    return Baseline(value, lo, hi, published.tag)


def _learned(one: Coefficient, number: float, se: float) -> Learned:
    ends = [max(one.lo, min(one.hi, number + side * HALF * se)) for side in (-1, 1)]
    published, value, lo, hi = (
        math.expm1(log) if one.code.startswith("event.") else math.exp(log)
        for log in (one.prior, number, *ends)
    )
    told = max(0.0, 1 - (se / one.prior_sd) ** 2)
    return Learned(one.code, one.process, published, value, lo, hi, se, one.prior_sd, told)


def _errors(curve: Numbers, wanted: Sequence[Coefficient], numbers: Numbers) -> list[float]:
    """Standard errors: of what is free from the inverse of its curve, of what stands at a bound from its own."""
    lo, hi = _bounds(wanted)
    free = (numbers > lo) & (numbers < hi)
    errors = np.array([one.prior_sd for one in wanted])
    inner = np.linalg.inv(curve[np.ix_(free, free)])
    errors[free] = np.sqrt(np.maximum(np.diag(inner), 0))
    own = np.diag(curve)
    held = ~free & (own > 0)
    errors[held] = np.minimum(errors[held], 1 / np.sqrt(own[held]))
    return [float(error) for error in errors]


def _bounds(wanted: Sequence[Coefficient]) -> tuple[Numbers, Numbers]:
    return np.array([one.lo for one in wanted]), np.array([one.hi for one in wanted])


def _climbed(parts: Sequence[Likelihood], wanted: Sequence[Coefficient]) -> Numbers:
    """The most likely numbers after the prior, by Newton's steps within the bounds.

    A step that does not help is shortened and turned downhill (Levenberg, Marquardt) until it does.
    """
    lo, hi = _bounds(wanted)
    numbers, stiff = np.array([one.prior for one in wanted]), 1e-3
    here = _with_prior(parts, wanted, numbers)
    for _ in range(STEPS):
        free = ~(((numbers <= lo) & (here.slope > 0)) | ((numbers >= hi) & (here.slope < 0)))
        there = np.clip(numbers + _step(here, free, stiff), lo, hi)
        next_ = _with_prior(parts, wanted, there)
        if next_.value > here.value:
            stiff *= 8
            if stiff > STIFFEST:
                break
            continue
        done = stiff < 1 and here.value - next_.value < CLOSE
        numbers, here, stiff = there, next_, max(1e-6, stiff / 8)
        if done:
            break
    return numbers


def _step(here: Slopes, free: Flags, stiff: float) -> Numbers:
    """Newton's step among what is free, with the curve stiffened by so many times its own diagonal."""
    step = np.zeros_like(here.slope)
    curve = here.curve[np.ix_(free, free)]
    step[free] = -np.linalg.solve(curve + stiff * np.diag(np.diag(curve)), here.slope[free])
    return step


def _with_prior(parts: Sequence[Likelihood], wanted: Sequence[Coefficient], numbers: Numbers) -> Slopes:
    """Minus the log of likelihood and prior, with slope and curve."""
    prior, weight = np.array([one.prior for one in wanted]), np.array([1 / one.prior_sd**2 for one in wanted])
    off = numbers - prior
    found = [part.at(numbers) for part in parts]
    return Slopes(
        sum(one.value for one in found) + 0.5 * float(weight @ off**2),
        sum((one.slope for one in found), weight * off),
        sum((one.curve for one in found), np.diag(weight)),
    )
