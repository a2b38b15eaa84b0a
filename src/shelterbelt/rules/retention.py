"""How long must a file be kept, and from when may it be erased? Decides on one file, from a dated schedule.

It never says "erase": people do. It refuses whatever is open, held, demanded, or not in the schedule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from shelterbelt.rules.reasons import Reason

State = Literal["keep", "may_erase", "must_not_erase"]
ORDER: tuple[State, ...] = ("may_erase", "keep", "must_not_erase")


@dataclass(frozen=True, slots=True)
class Keep:
    """How long one category is kept: `days` from the event `after`; `on_request` if the survivor may end it sooner."""

    category: str
    after: str
    days: int
    basis: str
    on_request: bool
    why: str
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """One agency's schedule, in force from a day on. Store jurisdiction, name, version and digest with an erasure."""

    jurisdiction: str
    name: str
    version: str
    digest: str
    title: str
    kinds: frozenset[str]
    from_on: date
    lines: Mapping[str, Keep]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of one category of a file: when each event happened, and what stands against erasing it.

    `unnamed`: demands that wait for an answer and name no file, so that this one may be meant.
    """

    category: str
    kind: str
    events: Mapping[str, datetime]
    open: bool = False
    holds: int = 0
    demands: int = 0
    unnamed: int = 0
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What may be done with it now, from when it may be erased (if ever by itself), and why."""

    state: State
    from_at: datetime | None
    because: tuple[Reason, ...]


def judge(facts: FileFacts, schedule: Schedule | None, *, at: datetime) -> Ruling:
    """This function will return what the schedule says of one category of a file at an instant.

    A hold and a served demand outrank every period and every wish (FRCP 37(e), duty to preserve); then comes the
    schedule. Without a line for the category and the agency's kind the file is kept.
    """
    if against := _against(facts):
        return Ruling("must_not_erase", None, against)
    line = schedule.lines.get(facts.category) if schedule else None
    if schedule is None or line is None or facts.kind not in schedule.kinds or at.date() < schedule.from_on:
        return Ruling("keep", None, (Reason("retention.no_schedule", facts.category),))
    if facts.asked and line.on_request:
        return Ruling("may_erase", at, (Reason("retention.asked", facts.category),))
    refused = (Reason("retention.asked_kept", line.basis),) if facts.asked else ()
    if facts.open:
        return Ruling("keep", None, (Reason("retention.open", facts.category), *refused))
    begun = facts.events.get(line.after)
    if begun is None:
        return Ruling("keep", None, (Reason("retention.not_begun", line.after), *refused))
    until = begun + timedelta(days=line.days)
    if at < until:
        return Ruling("keep", until, (Reason("retention.period", line.basis), *refused))
    return Ruling("may_erase", until, (Reason("retention.over", line.basis),))


def together(rulings: Iterable[Ruling]) -> Ruling:
    """This function will return the ruling of a whole file: the strictest of its categories, with all reasons.

    Raises ValueError for a file without any category: nothing is erased because nothing was looked at.
    """
    found = list(rulings)
    if not found:
        raise ValueError("a file has at least one category")
    state = max((one.state for one in found), key=ORDER.index)
    starts = [one.from_at for one in found]
    latest = None if None in starts else max(start for start in starts if start is not None)
    said = dict.fromkeys(reason for one in found if one.state == state for reason in one.because)
    return Ruling(state, latest, tuple(said))


def _against(facts: FileFacts) -> tuple[Reason, ...]:
    found = []
    if facts.demands:
        found.append(Reason("retention.demand", facts.category))
    if facts.unnamed:
        found.append(Reason("retention.demand_unnamed", facts.category))
    if facts.holds:
        found.append(Reason("retention.hold", facts.category))
    return tuple(found)
