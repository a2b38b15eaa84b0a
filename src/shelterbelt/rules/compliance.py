"""At a glance: which conditions are being met, which are not, and of which nobody knows. Reads what was written down.

It says what was and was not, never why, and takes no silence for either: an occasion that nobody wrote about is unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shelterbelt.rules.instants import aware
from shelterbelt.rules.reasons import Reason

# How one occasion went.
THERE, NOT_THERE, EXCUSED, UNKNOWN = "there", "not_there", "excused", "unknown"
OUTCOMES = (THERE, NOT_THERE, EXCUSED, UNKNOWN)
# How a condition stands: of the last occasion that says anything, and what lies open. The first of them is looked at first.
NOT_MET, NOT_KNOWN, MET, NOT_YET, OVER = "not_met", "not_known", "met", "not_yet", "over"
STATES = (NOT_MET, NOT_KNOWN, MET, NOT_YET, OVER)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, [from_at, until_at): until further order where `until_at` is None.

    `every`: something is to be written down so often, None where it hangs on planned occasions alone. Raises ValueError
    for a naive instant, an end that is not after the beginning, or a span that is none.
    """

    id: str
    kind: str
    from_at: datetime
    until_at: datetime | None = None
    every: timedelta | None = None

    def __post_init__(self) -> None:
        for at in (self.from_at, self.until_at):
            aware(at)
        ends = self.until_at is None or self.until_at > self.from_at
        if not ends or (self.every is not None and self.every <= timedelta(0)):
            raise ValueError("a condition ends after it begins, and comes again after a while")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occasion of a condition: when it was planned, how it went (UNKNOWN: not written down yet), when that was recorded."""

    condition: str
    planned_at: datetime
    outcome: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError("not how an occasion went")
        for at in (self.planned_at, self.recorded_at):
            aware(at)


@dataclass(frozen=True, slots=True)
class Glance:
    """One condition: how it stands and since when, the counts of its occasions by how they went, and the next one planned.

    `since_at`: the first of the occasions in a row that went as the last one did. `in_row`: where that is not met, how many
    those are. Excused ones between them count for nothing.
    """

    condition: str
    kind: str
    state: str
    since_at: datetime | None
    there: int
    not_there: int
    excused: int
    unknown: int
    in_row: int
    next_at: datetime | None
    because: tuple[Reason, ...]


def glance(
    conditions: Iterable[Condition], occasions: Iterable[Occasion], *, at: datetime, grace: timedelta
) -> tuple[Glance, ...]:
    """This function will return how each condition stands at an instant, by what was recorded by then; the gravest first.

    Of one occasion the last that was written down holds; neither order nor doubled lines matter. An occasion that has passed
    by more than `grace` and was not written about is unknown, and so is a condition whose last word is older than
    `every` and `grace`. An excused occasion says nothing for or against. Raises ValueError for a naive instant.
    """
    aware(at)
    known = _latest(one for one in occasions if one.recorded_at <= at)
    found = [_glance(one, [o for o in known if o.condition == one.id], at, grace) for one in set(conditions)]
    return tuple(sorted(found, key=lambda one: (STATES.index(one.state), one.since_at or at, one.condition)))


def _latest(occasions: Iterable[Occasion]) -> list[Occasion]:
    """Of each occasion what was written down last; of one instant what leaves more open."""
    leaves = (THERE, EXCUSED, NOT_THERE, UNKNOWN)
    found: dict[tuple[str, datetime], Occasion] = {}
    for one in sorted(occasions, key=lambda one: (one.recorded_at, leaves.index(one.outcome))):
        found[one.condition, one.planned_at] = one
    return sorted(found.values(), key=lambda one: one.planned_at)


def _glance(condition: Condition, occasions: list[Occasion], at: datetime, grace: timedelta) -> Glance:
    past = [one for one in occasions if one.planned_at <= at and not _waits(one, at, grace)]
    state, since, code = _stands(condition, past, at, grace)
    ahead = [one.planned_at for one in occasions if one.planned_at > at]
    counts = {outcome: sum(one.outcome == outcome for one in past) for outcome in OUTCOMES}
    return Glance(
        condition.id,
        condition.kind,
        state,
        since,
        counts[THERE],
        counts[NOT_THERE],
        counts[EXCUSED],
        counts[UNKNOWN],
        len(_row([one for one in past if one.outcome != EXCUSED])) if state == NOT_MET else 0,
        min(ahead, default=None),
        (Reason(f"compliance.{state}", code),),
    )


def _waits(one: Occasion, at: datetime, grace: timedelta) -> bool:
    """Whether it is too soon to miss a word about it."""
    return one.outcome == UNKNOWN and at < one.planned_at + grace


def _stands(
    condition: Condition, past: list[Occasion], at: datetime, grace: timedelta
) -> tuple[str, datetime | None, str]:
    """How it stands, since when, and by what."""
    if at < condition.from_at:
        return NOT_YET, None, "begins_later"
    if condition.until_at is not None and condition.until_at <= at:
        return OVER, condition.until_at, "ended"
    said = [one for one in past if one.outcome != EXCUSED]
    last = said[-1] if said else None
    if last is not None and last.outcome == NOT_THERE:
        return NOT_MET, _row(said)[0].planned_at, "was_not_there"
    if last is not None and last.outcome == UNKNOWN:
        return NOT_KNOWN, _row(said)[0].planned_at, "nothing_written"
    word = past[-1].planned_at if past else condition.from_at
    if condition.every is not None and at >= word + condition.every + grace:
        return NOT_KNOWN, word + condition.every, "nothing_for_long"
    return (MET, _row(said)[0].planned_at, "was_there") if said else (NOT_YET, None, "no_occasion_yet")


def _row(said: list[Occasion]) -> list[Occasion]:
    """The last occasions, one after the other, that went as the last one did."""
    first = len(said)
    while first and said[first - 1].outcome == said[-1].outcome:
        first -= 1
    return said[first:]
