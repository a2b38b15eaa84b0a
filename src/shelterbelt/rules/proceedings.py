"""What became of a breach in court, followed to its end: where it stands, since when, how long it was put off, why it ended.

What nobody heard of again stays open and is counted as such. It says nothing about whether an end was right.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shelterbelt.rules.instants import aware
from shelterbelt.rules.reasons import Reason

REPORTED, SENT, NOT_SENT, FILED, NOT_FILED, DISMISSED, PLEA, CONVICTED, ACQUITTED, SENTENCED, DELAYED = (
    "reported", "sent_to_prosecutor", "not_sent", "filed", "not_filed", "dismissed", "plea", "convicted", "acquitted",
    "sentenced", "delayed",
)  # fmt: skip
# In the course's own order, which decides of steps of one instant.
COURSE = (REPORTED, NOT_SENT, SENT, NOT_FILED, FILED, DISMISSED, ACQUITTED, PLEA, CONVICTED, SENTENCED)
STEPS = (*COURSE, DELAYED)
DROPPED = (NOT_SENT, NOT_FILED, DISMISSED)
ENDS = (*DROPPED, ACQUITTED, SENTENCED)
UNSAID = "unsaid"
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was done, when, when it was written down, why; a delay says until when, if it was said.

    Raises ValueError for a step that is none, a naive instant, or an instant until which on anything but a delay.
    """

    kind: str
    at: datetime
    recorded_at: datetime
    reason: str = ""
    until_at: datetime | None = None

    def __post_init__(self) -> None:
        instants = (self.at, self.recorded_at, self.until_at)
        if self.kind not in STEPS or (self.until_at is not None and self.kind != DELAYED):
            raise ValueError("not a step in court")
        aware(*instants)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a breach stands in court: its last step (empty: none yet), since when, whether that is an end.

    `open_for`: from the first step to the end, or until now. `delays`: how many; `put_off_until`: the last one's day.
    `overdue`: it was put off until an instant that has passed, and nothing was heard since.
    """

    step: str
    since_at: datetime | None
    open: bool
    open_for: timedelta
    reason: str
    delays: int
    put_off_until: datetime | None
    overdue: bool
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Many outcomes counted; each one stands in `ends` once, the ones not ended under OPEN.

    `reasons`: by (end, reason) of what was dropped, UNSAID where nobody said why. `open_at`: the open ones by their step.
    `days`: whole days to the end, sorted, of those that ended.
    """

    all: int
    ends: Mapping[str, int]
    reasons: Mapping[tuple[str, str], int]
    open_at: Mapping[str, int]
    delays: int
    overdue: int
    days: tuple[int, ...]


def outcome(steps: Iterable[Step], *, at: datetime) -> Outcome:
    """This function will return where a breach stands in court, by the steps that were written down by an instant.

    Whatever the order in which they were written down. A conviction or a plea is no end before its sentence. A step after
    an end opens it again. A delay changes no step. Raises ValueError for a naive instant.
    """
    aware(at)
    known = sorted({one for one in steps if one.recorded_at <= at and one.at <= at}, key=_order)
    delays = [one for one in known if one.kind == DELAYED]
    course = [one for one in known if one.kind != DELAYED]
    last = course[-1] if course else None
    ended = last is not None and last.kind in ENDS
    until = None if ended or not delays else delays[-1].until_at
    overdue = until is not None and until <= at and known[-1].at < until
    begun = known[0].at if known else at
    return Outcome(
        step=last.kind if last else "",
        since_at=last.at if last else None,
        open=not ended,
        open_for=(last.at if last and ended else at) - begun,
        reason=_reason(last),
        delays=len(delays),
        put_off_until=until,
        overdue=overdue,
        because=_because(last, overdue=overdue),
    )


def counted(outcomes: Iterable[Outcome]) -> Counts:
    """This function will return how many outcomes ended how, and how many are open; none is left out.

    These are true counts: whoever shows them withholds the few first (`measures.withheld`).
    """
    all_ = list(outcomes)
    ended = [one for one in all_ if not one.open]
    return Counts(
        all=len(all_),
        ends=Counter(OPEN if one.open else one.step for one in all_),
        reasons=Counter((one.step, one.reason) for one in ended if one.step in DROPPED),
        open_at=Counter(one.step for one in all_ if one.open),
        delays=sum(one.delays for one in all_),
        overdue=sum(one.overdue for one in all_),
        days=tuple(sorted(one.open_for.days for one in ended)),
    )


def _order(step: Step) -> tuple[datetime, int, datetime, str, datetime]:
    return step.at, STEPS.index(step.kind), step.recorded_at, step.reason, step.until_at or step.at


def _reason(last: Step | None) -> str:
    if last is None or last.kind not in DROPPED:
        return last.reason if last else ""
    return last.reason or UNSAID


def _because(last: Step | None, *, overdue: bool) -> tuple[Reason, ...]:
    found = [Reason("proceedings.step", last.kind) if last else Reason("proceedings.none")]
    if last and last.kind in DROPPED:
        found.append(Reason("proceedings.dropped", _reason(last)))
    if overdue:
        found.append(Reason("proceedings.overdue"))
    return tuple(found)
