"""The danger level of a case, folded from what was written down: who or what raised it, and who looked again.

Raising is free. Only a complete reassessment may end lower, a machine never does, and no service, order or
silence is an input at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum, StrEnum

from shelterbelt.rules.instants import aware
from shelterbelt.rules.reasons import Reason


class Level(IntEnum):
    """How dangerous a person judges the situation.

    There is no level "none": unknown is never shown as safe.
    """

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    EXTREME = 4

    @property
    def word(self) -> str:
        """This property will return the stored word: low, medium, high or extreme."""
        return self.name.lower()


DEFAULT = Level.MEDIUM


class Source(StrEnum):
    """Who or what said a level. The first and the last are machines, or as good as one."""

    INSTRUMENT = "instrument"
    JUDGEMENT = "judgement"
    SURVIVOR = "survivor"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Raise:
    """Somebody or something said: at least this level.

    `at`: when that on which it rests happened. `recorded_at`: since when it is written down. `by` is opaque,
    empty for a machine. `about` are codes: the instrument, or the listed factors. `undone_at`: when its input
    was found to be wrong. Raises TypeError for a level that is none, ValueError for a naive instant.
    """

    id: str
    source: Source
    level: Level
    at: datetime
    recorded_at: datetime
    by: str = ""
    about: tuple[str, ...] = ()
    undone_at: datetime | None = None

    def __post_init__(self) -> None:
        _level(self.level)
        aware(self.at, self.recorded_at, self.undone_at)


@dataclass(frozen=True, slots=True)
class Reassessment:
    """Somebody looked at all of it anew and came to a level; a second person agreed, or has not yet.

    `at`: when it was written down, so what it looked at was recorded before. `by` and `second` are opaque.
    Raises as `Raise` does.
    """

    id: str
    at: datetime
    level: Level
    asked_survivor: bool
    by: str
    second: str = ""
    reason: str = ""
    agreed_at: datetime | None = None

    def __post_init__(self) -> None:
        _level(self.level)
        aware(self.at, self.agreed_at)


@dataclass(frozen=True, slots=True)
class Standing:
    """The level that holds, and on what it stands.

    `base`: the level below everything raised since; `reassessed`: the id of the reassessment that left it,
    empty for none. `raised`: what counts now, newest first. `held_by`: ids of those of them that say the
    level itself. `last_reviewed_at`: when a person last looked, None for never.
    """

    level: Level
    base: Level
    reassessed: str
    raised: tuple[Raise, ...]
    held_by: tuple[str, ...]
    last_reviewed_at: datetime | None
    because: tuple[Reason, ...]


class Move(Enum):
    """What a choice of a level did."""

    RAISED = "raised"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class LevelChange:
    """The level that holds now. With a `problem` nothing changed and `level` is the one before."""

    level: Level
    was: Level
    move: Move
    factors: tuple[str, ...]
    reason: str
    problem: str | None
    because: tuple[Reason, ...]


def level_of(word: str) -> Level:
    """This function will return the level that a stored word names. Raises ValueError for any other word."""
    for level in Level:
        if level.word == word:
            return level
    raise ValueError("not a level")


def standing(
    raises: Iterable[Raise],
    reassessments: Iterable[Reassessment],
    *,
    at: datetime,
    began: Level = DEFAULT,
    began_at: datetime | None = None,
) -> Standing:
    """This function will return the level that holds at `at`, and who or what holds it.

    The level is the greatest of the base and everything raised since. The base is what the last complete
    reassessment (`may_end_lower`) came to, or else `began` (`began_at`: when a person set that). Whatever was
    written down in the moment of that reassessment or later counts beside it, also where it happened long
    before: nobody had looked at it. What was undone by `at` counts no more. The order in which things are
    given makes no difference. Raises ValueError for a naive instant. Source: monotone override (MARAM, LAP,
    VioGén: judgement only raises what a machine says), evidence tag F; that two people agree to a lowering is
    this project's own rule, tag P.
    """
    aware(at, began_at)
    last = _last_complete(reassessments, at)
    counting = tuple(sorted((one for one in raises if _counts(one, last, at)), key=_newest, reverse=True))
    base = _level(began) if last is None else last.level
    level = max([base, *(one.level for one in counting)])
    return Standing(
        level=level,
        base=base,
        reassessed=last.id if last else "",
        raised=counting,
        held_by=tuple(one.id for one in counting if one.level is level),
        last_reviewed_at=_last_reviewed(counting, last, began_at),
        because=_because(level, base, counting, last),
    )


def may_end_lower(reassessment: Reassessment) -> str | None:
    """This function will return what a reassessment still lacks before it may end lower, or None.

    It needs a reason, the survivor asked, and a second person who is not the first. Source: this project's
    own rule (tag P), after MARAM: the survivor's own view is part of every complete assessment (tag F).
    """
    if not reassessment.reason.strip():
        return "reassessment.reason_needed"
    if not reassessment.asked_survivor:
        return "reassessment.survivor_not_asked"
    if not reassessment.by or not reassessment.second or reassessment.agreed_at is None:
        return "reassessment.second_needed"
    return "reassessment.second_is_the_same" if reassessment.second == reassessment.by else None


def set_level(
    current: Level | None, chosen: Level, factors: Iterable[str], *, reason: str = ""
) -> LevelChange:
    """This function will return the level that holds after a person chose one.

    `current` is None for a case without a level: the default, medium, stands. `factors` are codes of the
    listed factors. A lower choice changes nothing, whoever makes it and whatever the reason: `problem` says
    that it needs a reassessment. Raises TypeError when `current` or `chosen` is no Level (a screen result is
    none). Source: as for `standing`.
    """
    was = DEFAULT if current is None else _level(current)
    lower = _level(chosen) < was
    listed = tuple(sorted(set(factors)))
    level = was if lower else chosen
    move = Move.RAISED if level > was else Move.KEPT
    problem = "level.reassessment_needed" if lower else None
    because = (
        Reason(f"level.{move.value}", level.word),
        *((Reason("level.default", DEFAULT.word),) if current is None else ()),
        *(Reason("level.factor", factor) for factor in listed),
        *((Reason(problem),) if problem else ()),
    )
    return LevelChange(level, was, move, listed, reason.strip(), problem, because)


def _last_complete(reassessments: Iterable[Reassessment], at: datetime) -> Reassessment | None:
    complete = [
        one
        for one in reassessments
        if may_end_lower(one) is None and one.agreed_at is not None and one.agreed_at <= at
    ]
    return max(complete, key=lambda one: (one.at, one.agreed_at, one.id), default=None)


def _counts(one: Raise, last: Reassessment | None, at: datetime) -> bool:
    written = one.recorded_at <= at
    undone = one.undone_at is not None and one.undone_at <= at
    return written and not undone and (last is None or one.recorded_at >= last.at)


def _newest(one: Raise) -> tuple[datetime, str]:
    return one.recorded_at, one.id


def _last_reviewed(
    counting: tuple[Raise, ...], last: Reassessment | None, began_at: datetime | None
) -> datetime | None:
    """When a person looked: a judgement, or a complete reassessment. What a machine says is no look."""
    looks = [one.recorded_at for one in counting if one.source is Source.JUDGEMENT]
    looks += [began_at] if began_at is not None else []
    if last is not None and last.agreed_at is not None:
        looks.append(last.agreed_at)
    return max(looks, default=None)


def _because(
    level: Level, base: Level, counting: tuple[Raise, ...], last: Reassessment | None
) -> tuple[Reason, ...]:
    holding = dict.fromkeys(one.source for one in counting if one.level is level)
    return (
        Reason("level.stands", level.word),
        Reason("level.reassessed" if last else "level.began", base.word),
        *(Reason("level.raised_by", source.value) for source in holding),
    )


def _level(level: Level) -> Level:
    if not isinstance(level, Level):
        raise TypeError("a level is needed; what a screen or a detection found is not one")
    return level
