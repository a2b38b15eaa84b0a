"""Holds the timelines of many cases as columns: one row for each happening and each spell, instants in microseconds.

It decides nothing: what counts at an instant is read from the columns by the forecast.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.numbers import LEVELS
from shelterbelt.rules.kernels import Parameters
from shelterbelt.rules.timeline import Happening, Spell, Timeline

Array = NDArray[Any]

NEVER = np.iinfo(np.int64).max
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Happenings(NamedTuple):
    """Those of case i are `first[i]` to `first[i + 1]`. Instants are int64 microseconds since 1970, NEVER for none."""

    first: Array
    kind: Array
    at: Array
    recorded: Array
    planned: Array
    undone: Array


class Spells(NamedTuple):
    """As `Happenings`. `until_recorded` is when the end was recorded, at the latest with the beginning."""

    first: Array
    state: Array
    begins: Array
    recorded: Array
    until: Array
    until_recorded: Array
    undone: Array


class Caseload(NamedTuple):
    """Many cases. `at` and `known_at` are instants by case, `band` the static band's place in `LEVELS`."""

    at: Array
    known_at: Array
    band: Array
    happenings: Happenings
    spells: Spells

    @staticmethod
    def of(parameters: Parameters, cases: Sequence[tuple[Timeline, datetime, datetime | None]]) -> "Caseload":
        """This function will return timelines, each with its instant and what was known by when, as columns.

        Raises ValueError for a type or a state that the parameters do not know.
        """
        kinds = {name: n for n, name in enumerate(sorted(parameters.events))}
        states = {name: n for n, name in enumerate(sorted(parameters.states))}
        return Caseload(
            at=_int64(micros(at) for _, at, _ in cases),
            known_at=_int64(micros(known_at or at) for _, at, known_at in cases),
            band=np.array([LEVELS.index(timeline.band) for timeline, _, _ in cases], np.int8),
            happenings=happenings(
                [[happening(one, kinds) for one in line.happenings] for line, _, _ in cases]
            ),
            spells=spells([[spell(one, states) for one in line.spells] for line, _, _ in cases]),
        )


Row = tuple[int, ...]


def micros(instant: datetime | None) -> int:
    """This function will return an aware instant in microseconds since 1970, NEVER for none.

    Raises TypeError for a naive one.
    """
    return NEVER if instant is None else (instant - EPOCH) // MICROSECOND


def happening(one: Happening, kinds: Mapping[str, int]) -> Row:
    """This function will return a happening as a row. Raises ValueError for a type that is not in `kinds`."""
    if one.type not in kinds:
        raise ValueError(f"{one.type}: no such event in these parameters")
    at, recorded, undone = (micros(instant) for instant in (one.at, one.recorded_at, one.undone_at))
    return kinds[one.type], at, recorded, int(one.planned), undone


def spell(one: Spell, states: Mapping[str, int]) -> Row:
    """This function will return a spell as a row. Raises ValueError for a state that is not in `states`."""
    if one.state not in states:
        raise ValueError(f"{one.state}: no such state in these parameters")
    said = one.until_recorded_at or one.recorded_at
    instants = (one.from_at, one.recorded_at, one.until_at, said, one.undone_at)
    return states[one.state], *(micros(instant) for instant in instants)


def happenings(cases: Sequence[Sequence[Row]]) -> Happenings:
    """This function will return the rows of all cases as columns."""
    first, (kind, at, recorded, planned, undone) = _columns(cases, 5)
    return Happenings(first, kind.astype(np.int16), at, recorded, planned.astype(np.bool_), undone)


def spells(cases: Sequence[Sequence[Row]]) -> Spells:
    """This function will return the rows of all cases as columns."""
    first, (state, *instants) = _columns(cases, 6)
    return Spells(first, state.astype(np.int16), *instants)


def _columns(cases: Sequence[Sequence[Row]], wide: int) -> tuple[Array, list[Array]]:
    flat = np.array([row for case in cases for row in case], np.int64).reshape(-1, wide)
    first = np.zeros(len(cases) + 1, np.int64)
    np.cumsum([len(case) for case in cases], out=first[1:])
    return first, [np.ascontiguousarray(column) for column in flat.T]


def _int64(values: Iterable[int]) -> Array:
    return np.fromiter(values, np.int64)
