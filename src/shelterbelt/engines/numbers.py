"""Turns the parameters of the forecast, and draws of them, into arrays.

It refuses more states or kinds of happenings than a mask has bits.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.tables import BITS
from shelterbelt.rules.kernels import Parameters, Process
from shelterbelt.rules.levels import Level

Array = NDArray[Any]

NO_HOLDER = 1 << 30
LEVELS = (None, *Level)  # a case's static band is its place here


class Kinds(NamedTuple):
    """Kinds of happenings by name, in order. `rank` is (process, kind): its place among what protects."""

    tau: Array
    tau_before: Array
    decay: Array  # by the spans between horizons, of one day's height
    resets: Array
    counts: Array
    adds: Array
    lasts: Array
    long_run_days: Array
    rank: Array


class Sizes(NamedTuple):
    """What draws change. The last axis goes over the published parameters, then every draw.

    `rate` is (process, static band), `base` (process), `size` (process, kind), `over` (process, state),
    `held` (process, place among what protects), with 1 at the end for nothing; `repeats` (incidents).
    """

    rate: Array
    base: Array
    size: Array
    over: Array
    held: Array
    repeats: Array


class Scale(NamedTuple):
    """What is read off the hazard: horizons in days, caps, edges of ratio bands, levels that bands propose."""

    horizons: Array
    caps: Array
    edges: Array
    proposes: Array
    state_rank: Array
    repeat_days: float
    level_horizon: int


class Model(NamedTuple):
    """Everything of the parameters that the machine code reads."""

    kinds: Kinds
    scale: Scale
    sizes: Sizes


@dataclass(frozen=True, slots=True)
class Numbers:
    """One version of the parameters with its draws, as arrays. `kinds` and `states` are the names, sorted."""

    parameters: Parameters
    draws: tuple[Parameters, ...]
    kinds: tuple[str, ...]
    states: tuple[str, ...]

    @staticmethod
    def of(parameters: Parameters, draws: Sequence[Parameters] = ()) -> "Numbers":
        """This function will return the parameters as arrays; `draws` as `rules.draws.draws` makes them.

        Raises ValueError for more than 62 kinds or states.
        """
        if max(len(parameters.events), len(parameters.states)) > BITS:
            raise ValueError("more kinds of happenings or states than fit a mask")
        return Numbers(
            parameters, tuple(draws), tuple(sorted(parameters.events)), tuple(sorted(parameters.states))
        )

    @property
    def days(self) -> tuple[float, ...]:
        """This property will return the horizons in days."""
        return tuple(hours / 24 for hours in self.parameters.horizons)

    def model(self, incidents: int) -> Model:
        """This function will return all of it as arrays, with repeats up to that many incidents."""
        return Model(self._kinds(), self._scale(), self._sizes(incidents))

    def _kinds(self) -> Kinds:
        kinds = [self.parameters.events[name] for name in self.kinds]
        steps = [b - a for a, b in pairwise((0.0, *self.days))]
        tau = np.array([kind.tau for kind in kinds], float)
        return Kinds(
            tau=tau,
            tau_before=np.array([kind.tau_before for kind in kinds], float),
            decay=np.exp(-np.array(steps)[None, :] / tau[:, None]),
            resets=np.array([kind.resets for kind in kinds], bool),
            counts=np.array([kind.counts_repeat for kind in kinds], bool),
            adds=np.array([any(kind.A[p] > 0 for p in Process) for kind in kinds], bool),
            lasts=np.array([any(r < 1 for r in kind.long_run.values()) for kind in kinds], bool),
            long_run_days=np.array([kind.long_run_days for kind in kinds], float),
            rank=self._ranks(f"event.{name}" for name in self.kinds),
        )

    def _sizes(self, incidents: int) -> Sizes:
        sets = (self.parameters, *self.draws)
        bands = [[[one.rate(p, band) for one in sets] for band in LEVELS] for p in Process]
        longest = max(len(self._holders(p)) for p in Process)
        held = np.ones((len(Process), longest + 1, len(sets)))
        for n, process in enumerate(Process):
            for place, code in enumerate(self._holders(process)):
                held[n, place] = [min(1.0, _factor(one, code, process)) for one in sets]
        return Sizes(
            rate=np.array(bands),
            base=np.array([[one.baseline[p].rate for one in sets] for p in Process]),
            size=self._by_process(len(self.kinds), lambda one, n, p: one.events[self.kinds[n]].A[p]),
            over=self._by_process(
                len(self.states), lambda one, n, p: max(1.0, one.states[self.states[n]].R[p])
            ),
            held=held,
            repeats=np.array([[one.repeat.factor(n) for one in sets] for n in range(incidents + 1)]),
        )

    def _by_process(self, many: int, value: Callable[[Parameters, int, Process], float]) -> Array:
        found = np.empty((len(Process), many, 1 + len(self.draws)))
        for (p, process), n in product(enumerate(Process), range(many)):
            found[p, n] = [value(one, n, process) for one in (self.parameters, *self.draws)]
        return found

    def _scale(self) -> Scale:
        levels = self.parameters.level_of_band
        return Scale(
            horizons=np.array(self.days),
            caps=np.array([self.parameters.caps[p] for p in Process]),
            edges=np.array([band.at_least for band in self.parameters.bands]),
            proposes=np.array(
                [[_level(levels.get(p, {}), band.id) for band in self.parameters.bands] for p in Process],
                np.int64,
            ),
            state_rank=self._ranks(f"state.{name}" for name in self.states),
            repeat_days=self.parameters.repeat.days,
            level_horizon=self.parameters.horizons.index(self.parameters.level_horizon),
        )

    def _holders(self, process: Process) -> list[str]:
        """Codes of what protects from a process, the strongest first, of equals the first by name."""
        found = [
            (state.R[process], f"state.{name}")
            for name, state in self.parameters.states.items()
            if state.protects
        ]
        found += [
            (kind.long_run.get(process, 1.0), f"event.{name}")
            for name, kind in self.parameters.events.items()
        ]
        return [code for factor, code in sorted(found) if factor < 1]

    def _ranks(self, codes: Iterator[str]) -> Array:
        named = list(codes)
        order = [self._holders(p) for p in Process]
        return np.array(
            [[held.index(code) if code in held else NO_HOLDER for code in named] for held in order], np.int64
        ).reshape(len(Process), len(named))


def _factor(parameters: Parameters, code: str, process: Process) -> float:
    kind, _, name = code.partition(".")
    if kind == "state":
        return parameters.states[name].R[process]
    return parameters.events[name].long_run[process]


def _level(levels: Mapping[str, Level], band: str) -> int:
    return int(levels.get(band, 0))
