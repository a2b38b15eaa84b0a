"""Forecasts three processes of renewed harm for one case, from dated happenings and lasting states.

It refuses to let what protects lower the first line, to look at what was not known, and to say that anybody is safe.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shelterbelt.rules.kernels import Process
from shelterbelt.rules.levels import Level
from shelterbelt.rules.reasons import Reason


class Line(StrEnum):
    """Which of the two lines: nothing that protects is reckoned with, or its strongest single part holds."""

    IF_FAILS = "if_fails"
    IF_HOLDS = "if_holds"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, or a `planned` day ahead. Instants are aware. `undone_at`: it was taken back."""

    type: str
    at: datetime
    recorded_at: datetime
    planned: bool = False
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """A state from an instant until another, or still. An end that was recorded before it came is a planned one.

    `until_recorded_at`: when the end was recorded; None means together with the beginning.
    """

    state: str
    from_at: datetime
    recorded_at: datetime
    until_at: datetime | None = None
    until_recorded_at: datetime | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is written down about one case, in any order.

    `band` is the static band of instruments and judgement, never of the forecast itself; None when unknown.
    `opened_at`: since when the case is followed. A refit counts its days; the forecast does not read it.
    """

    happenings: tuple[Happening, ...] = ()
    spells: tuple[Spell, ...] = ()
    band: Level | None = None
    opened_at: datetime | None = None


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
