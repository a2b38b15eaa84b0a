"""Draws parameters from how unsure they are, with a seed: the same seed gives the same draws, bit by bit.

It says nothing about whether the model is right, and lets no draw turn what raises into what protects.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from shelterbelt.rules.kernels import Baseline, EventKind, Parameters, Process, Repeat, State, rate_of

RANGE = 3.29  # a range is read as the 5th to the 95th: twice 1.645 standard deviations


def draws(parameters: Parameters, seed: int, n: int) -> tuple[Parameters, ...]:
    """This function will return `n` drawn versions of the parameters, always the same for a seed.

    Logs are drawn from normals: rates with (log hi − log lo)/3.29 of their range, 1 + A and factors with the
    `sd` they carry (at least 0.5 for what is assumed), the shrinking likewise. A factor stays on its own side
    of 1, an A at or over 0, what is exactly 1 or 0 stays. So what raises never lowers in any draw. Source:
    evidence, uncertainty handling.
    """
    chance = random.Random(seed)
    return tuple(_drawn(parameters, chance) for _ in range(n))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """This function will return the 5th and 95th of the values, between neighbours in proportion."""
    ranked = sorted(values)
    return _quantile(ranked, 0.05), _quantile(ranked, 0.95)


def _quantile(ranked: Sequence[float], share: float) -> float:
    place = share * (len(ranked) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (place - low) * (ranked[high] - ranked[low])


def _drawn(parameters: Parameters, chance: random.Random) -> Parameters:
    """One draw. Names are gone through in their order, so that a file's own order changes nothing."""
    baseline = {process: _rate(parameters.baseline[process], chance) for process in Process}
    events = {name: _event(parameters.events[name], chance) for name in sorted(parameters.events)}
    states = {name: _state(parameters.states[name], chance) for name in sorted(parameters.states)}
    shrink = min(1.0, parameters.shrink * _times(parameters.shrink_sd, chance))
    return replace(
        parameters,
        baseline=baseline,
        events=events,
        states=states,
        repeat=_repeat(parameters.repeat, chance),
        shrink=shrink,
    )


def _times(sd: float, chance: random.Random) -> float:
    return math.exp(sd * chance.gauss(0.0, 1.0))


def _rate(base: Baseline, chance: random.Random) -> Baseline:
    sd = (math.log(rate_of(base.hi)) - math.log(rate_of(base.lo))) / RANGE
    rate = base.rate * _times(sd, chance)
    return replace(base, p_180d=-math.expm1(-180.0 * rate))


def _event(kind: EventKind, chance: random.Random) -> EventKind:
    times, lasting = _times(kind.sd, chance), _times(kind.long_run_sd, chance)
    added = {
        process: _added(size, times, kind.most.get(process, math.inf)) for process, size in kind.A.items()
    }
    return replace(kind, A=added, long_run=_factors(kind.long_run, lasting))


def _added(size: float, times: float, most: float) -> float:
    return max(0.0, min(most, (1 + size) * times) - 1) if size > 0 else 0.0


def _state(state: State, chance: random.Random) -> State:
    return replace(state, R=_factors(state.R, _times(state.sd, chance)))


def _factors(factors: Mapping[Process, float], times: float) -> dict[Process, float]:
    return {process: _same_side(factor, factor * times) for process, factor in factors.items()}


def _same_side(published: float, drawn: float) -> float:
    if published == 1:
        return 1.0
    return max(1.0, drawn) if published > 1 else min(1.0, drawn)


def _repeat(repeat: Repeat, chance: random.Random) -> Repeat:
    return replace(repeat, R=max(1.0, repeat.R * _times(repeat.sd, chance)))
