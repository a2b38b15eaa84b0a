"""The shapes of an instrument: questions, triggers, bands and norms, of what finds danger and of what detects.

Nothing is decided here. A detection cannot be given a band, so it never has a level.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shelterbelt.rules.levels import Level

UNANSWERED = frozenset({"declined", "not_asked"})


class Missing(StrEnum):
    """What a missing answer counts: the least points there are, a share of the rest, or what is not yes."""

    BOUNDS = "bounds"
    PRORATE = "prorate"
    NOT_YES = "not_yes"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be given. `yes`: triggers and exclusions look for it."""

    code: str
    points: float
    yes: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `id` names the construct, which instruments share.

    `excludes`: questions that cannot be yes when this one is; it holds both ways.
    """

    id: str
    options: tuple[Option, ...]
    excludes: tuple[str, ...] = ()

    @property
    def least(self) -> float:
        """This property will return the points of the answer that gives least."""
        return min(option.points for option in self.options)

    @property
    def most(self) -> float:
        """This property will return the points of the answer that gives most."""
        return max(option.points for option in self.options)

    @property
    def scored(self) -> bool:
        """This property will say whether the answer makes any difference to the sum."""
        return self.least != self.most

    def option(self, code: str) -> Option:
        """This function will return the option of that code. Raises ValueError when there is none."""
        for option in self.options:
            if option.code == code:
                return option
        raise ValueError(f"not an answer to {self.id}: {code}")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What some answers set off by themselves, whatever the sum.

    Met when at least `at_least` of the questions `of` are yes (or, with `points`, when their points sum to at
    least that), and one yes stands in each list of `each`. It raises to at least `band` and opens the work
    `does`. Beside one of `unless` it is not told; its band and its work stay. `side`: it opens work and says
    nothing of the result.
    """

    id: str
    of: tuple[str, ...]
    at_least: int = 1
    points: float | None = None
    each: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()
    band: str = ""
    does: tuple[str, ...] = ()
    side: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A range of scores, both ends in it. `level` is this project's reading of it, or None for none.

    Where nothing is summed, a band is a grade and its ends mean nothing.
    """

    id: str
    lo: float = 0.0
    hi: float = 0.0
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """An instrument's questions and its rule, without its words.

    `bands` stand lowest first. `most_missing`: how many scored answers may be missing where they are
    prorated. `arithmetic` is False for structured judgement: then nothing is summed.
    """

    id: str
    version: str
    questions: tuple[Question, ...]
    triggers: tuple[Trigger, ...] = ()
    bands: tuple[Band, ...] = ()
    missing: Missing = Missing.BOUNDS
    most_missing: int = 0
    arithmetic: bool = True

    @property
    def scored(self) -> tuple[Question, ...]:
        """This property will return the questions that make a difference to the sum."""
        return tuple(question for question in self.questions if question.scored)

    def place(self, band: str) -> int:
        """This function will return where the band stands, 0 for the lowest. Raises ValueError for no band
        of it.
        """
        for place, one in enumerate(self.bands):
            if one.id == band:
                return place
        raise ValueError(f"not a band of {self.id}: {band}")


@dataclass(frozen=True, slots=True)
class Rate:
    """A share that was measured, from 0 to 1. `lo` and `hi` are None where no interval was published."""

    rate: float
    lo: float | None = None
    hi: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """This property will return the published interval, or None."""
        return None if self.lo is None or self.hi is None else (self.lo, self.hi)

    @property
    def sound(self) -> bool:
        """This property will say whether it is a share, and lies in its interval where there is one."""
        lo, hi = self.interval or (self.rate, self.rate)
        return 0 <= lo <= self.rate <= hi <= 1


@dataclass(frozen=True, slots=True)
class Bin:
    """Scores that a norm takes together, both ends in it."""

    id: str
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class Norm:
    """What became of one dated sample, by score: a dataset, not a forecast for a person.

    `base` is the share in the whole sample, None where it was not published. `tag` is the provenance.
    """

    id: str
    source: str
    sample: str
    period: str
    outcome: str
    follow_up: str
    tag: str
    rates: Mapping[str, Rate]
    bins: tuple[Bin, ...]
    base: Rate | None = None
    n: int | None = None

    def bin_of(self, score: float) -> str | None:
        """This function will return the bin that the score falls in, or None when the norm has none."""
        for one in self.bins:
            if one.lo <= score <= one.hi:
                return one.id
        return None


@dataclass(frozen=True, slots=True)
class Danger:
    """An instrument that says how dangerous things are. Raises TypeError for what is no sheet."""

    sheet: Sheet
    norms: tuple[Norm, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.sheet, Sheet):
            raise TypeError("a sheet is needed")


@dataclass(frozen=True, slots=True)
class Detection:
    """An instrument that finds whether something is there, or what to offer. It can open work, never a level.

    Raises ValueError for a sheet with bands, and TypeError for what is no sheet.
    """

    sheet: Sheet

    def __post_init__(self) -> None:
        if not isinstance(self.sheet, Sheet):
            raise TypeError("a sheet is needed")
        if self.sheet.bands or any(trigger.band for trigger in self.sheet.triggers):
            raise ValueError("a detection has no bands: it sets no level")
