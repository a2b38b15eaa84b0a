"""Who hears of it when nobody has looked at the level in time: the next step up the protocol's chain.

It opens nothing itself, skips no step, and never calls work done because somebody was told.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shelterbelt.rules.deadlines import Ladder, Step
from shelterbelt.rules.instants import aware


@dataclass(frozen=True, slots=True)
class Call:
    """The next step for a piece of overdue work, and when it is to be taken (an aware instant)."""

    step: Step
    at: datetime


def next_call(ladder: Ladder, kind: str, due_at: datetime, taken: int) -> Call | None:
    """This function will return the next step for work of this kind that was due at `due_at`, or None.

    `taken` is how many steps were taken before; the hours of a step count from the due time. None for a kind
    that the ladder does not name, or when nobody is left to be told. Raises ValueError for a naive instant
    or a negative count. Source: the protocol's own (tag P: no published interval for the chain was found).
    """
    aware(due_at)
    if taken < 0:
        raise ValueError("steps are counted from nought")
    if kind not in ladder.kinds or taken >= len(ladder.steps):
        return None
    step = ladder.steps[taken]
    return Call(step, due_at.astimezone(UTC) + timedelta(hours=step.hours))
