"""What was seen of one case while it was followed: its timeline, what came, who said so, and its groups.

It decides nothing; what was not recorded is not in it, and that is never read as safe.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from shelterbelt.rules.kernels import Process
from shelterbelt.rules.levels import Level
from shelterbelt.rules.timeline import Happening, Spell, Timeline

SURVIVOR = "survivor"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that came, counted in one process.

    `reported_by`: who told it first: survivor, or another word for anybody else; empty when that is not known.
    """

    process: Process
    at: datetime
    recorded_at: datetime
    reported_by: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an agency answered, where that is no happening of the forecast: report_not_taken and the like."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """The static level that instruments and people had set, from an instant on."""

    at: datetime
    level: Level


@dataclass(frozen=True, slots=True)
class Scored:
    """One result of an instrument."""

    instrument: str
    version: str
    at: datetime
    score: float


@dataclass(frozen=True, slots=True)
class Case:
    """One case, followed from `opened_at` until `followed_until`; nothing is concluded beyond.

    `groups` are race, sexes, language and the like, as recorded; what is not there is not known. Instants are
    aware. Raises ValueError for a case that ends before it begins.
    """

    id: str
    opened_at: datetime
    followed_until: datetime
    happenings: tuple[Happening, ...] = ()
    spells: tuple[Spell, ...] = ()
    bands: tuple[Said, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    answers: tuple[Answer, ...] = ()
    scores: tuple[Scored, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.followed_until <= self.opened_at:
            raise ValueError(f"{self.id}: it ends before it begins")

    def band(self, at: datetime) -> Level | None:
        """This function will return the static level that was known at an instant, None for unknown."""
        known = [said for said in self.bands if said.at <= at]
        return max(known, key=lambda said: said.at).level if known else None

    def timeline(self, at: datetime) -> Timeline:
        """This function will return the timeline with the level that was known at an instant."""
        return Timeline(self.happenings, self.spells, self.band(at), self.opened_at)

    def came(self, process: Process) -> tuple[Outcome, ...]:
        """This function will return what came of a process while the case was followed, in order of time."""
        inside = (
            one
            for one in self.outcomes
            if one.process is process and self.opened_at < one.at <= self.followed_until
        )
        return tuple(sorted(inside, key=lambda one: one.at))


def known_then(timeline: Timeline, kinds: Iterable[str], at: datetime) -> Timeline:
    """This function will return the timeline without later happenings of these kinds that nobody had planned.

    Kinds that build up beforehand must not explain the days before a day that came as a surprise.
    """
    hidden = set(kinds)
    kept = (
        one
        for one in timeline.happenings
        if one.type not in hidden or one.at <= at or (one.planned and one.recorded_at <= at)
    )
    return replace(timeline, happenings=tuple(kept))
