"""The course of a case's level: what held from when, folded from the same lines as the level itself.

Decides nothing, and shows nothing that the asker could not read line by line.
"""

from dataclasses import dataclass
from datetime import datetime

from shelterbelt.assessments.queries.levels import LevelLine
from shelterbelt.rules.levels import (
    DEFAULT,
    Level,
    Raise,
    Reassessment,
    Source,
    level_of,
    standing,
)

AGREED = "reassessment"


@dataclass(frozen=True)
class Stretch:
    """A level and since when it held."""

    from_at: datetime
    level: Level


def course_of(lines: list[LevelLine], *, opened_at: datetime, at: datetime) -> list[Stretch]:
    """What held from the opening of a case until now, one stretch for each change."""
    instants = {
        moment
        for line in lines
        for moment in (line.set_at, line.undone_at)
        if moment and opened_at < moment <= at
    }
    found: list[Stretch] = []
    for moment in (opened_at, *sorted(instants)):
        level = _held(lines, moment)
        if not found or found[-1].level != level:
            found.append(Stretch(moment, level))
    return found


def _held(lines: list[LevelLine], at: datetime) -> Level:
    began = max((line for line in lines if not line.source and line.set_at <= at), key=_order, default=None)
    return standing(
        [_raise(line) for line in lines if line.source and line.source != AGREED],
        [_look(line) for line in lines if line.source == AGREED],
        at=at,
        began=level_of(began.level) if began else DEFAULT,
        began_at=began.set_at if began else None,
    ).level


def _order(line: LevelLine) -> tuple[datetime, str]:
    return line.set_at, str(line.id)


def _raise(line: LevelLine) -> Raise:
    return Raise(
        id=str(line.id),
        source=Source(line.source),
        level=level_of(line.level),
        at=line.happened_at,
        recorded_at=line.set_at,
        by=str(line.set_by or ""),
        undone_at=line.undone_at,
    )


def _look(line: LevelLine) -> Reassessment:
    """One that was agreed to: the survivor was asked and a reason is kept, or nobody could have agreed."""
    return Reassessment(
        id=str(line.id),
        at=line.happened_at,
        level=level_of(line.level),
        asked_survivor=True,
        by=str(line.set_by or ""),
        second=str(line.second or ""),
        reason="kept under seal",
        agreed_at=line.set_at,
    )
