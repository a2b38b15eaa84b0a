"""The danger level of a case: a person sets it from listed factors.

Raising is free. A lowering needs a person and a reason. A machine never lowers, and no screen result is a
level.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum

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


class Move(Enum):
    """What a change of level was."""

    RAISED = "raised"
    LOWERED = "lowered"
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


def set_level(
    current: Level | None,
    chosen: Level,
    factors: Iterable[str],
    *,
    by_person: bool,
    reason: str = "",
) -> LevelChange:
    """This function will return the level that holds after somebody chose one.

    `current` is None for a case without a level: the default, medium, stands. `factors` are codes of the
    listed factors. A machine's lower choice, or a person's without a reason, changes nothing and is told in
    `problem`. Raises TypeError when `current` or `chosen` is no Level (a screen result is none). Source:
    monotone override (MARAM, LAP, VioGén: judgement only raises what a machine says), evidence tag F.
    """
    if not isinstance(chosen, Level) or not (current is None or isinstance(current, Level)):
        raise TypeError("a level is needed; a screen result is not one")
    was = DEFAULT if current is None else current
    listed = tuple(sorted(set(factors)))
    said = reason.strip()
    problem = _problem(was, chosen, by_person=by_person, reason=said)
    level = was if problem else chosen
    move = _move(was, level)
    because = (
        Reason(f"level.{move.value}", level.word),
        *((Reason("level.default", DEFAULT.word),) if current is None else ()),
        *(Reason("level.factor", factor) for factor in listed),
        *((Reason(problem),) if problem else ()),
    )
    return LevelChange(level, was, move, listed, said, problem, because)


def _problem(was: Level, chosen: Level, *, by_person: bool, reason: str) -> str | None:
    if chosen >= was:
        return None
    if not by_person:
        return "level.only_a_person_lowers"
    return None if reason else "level.reason_needed"


def _move(was: Level, level: Level) -> Move:
    if level > was:
        return Move.RAISED
    return Move.LOWERED if level < was else Move.KEPT
