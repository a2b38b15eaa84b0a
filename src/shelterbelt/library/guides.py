"""Hands out what to do when somebody asks for records, and which statutes oblige an agency to tell something.

It refuses a file that breaks its schema; it decides nothing about a demand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.shelf import names_of

OTHERWISE = "demo_county"


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do with a demand: within some hours of its arrival, or some hours before its deadline."""

    id: str
    text: str
    tag: str
    hours: int | None = None
    hours_before_deadline: int | None = None

    def due(self, received_at: datetime, deadline_at: datetime | None) -> datetime:
        """This function will return when the step is due; without a deadline, within a week at the latest."""
        if self.hours is not None:
            return received_at + timedelta(hours=self.hours)
        if deadline_at is None or self.hours_before_deadline is None:
            return received_at + timedelta(days=7)
        return max(received_at, deadline_at - timedelta(hours=self.hours_before_deadline))


@dataclass(frozen=True, slots=True)
class Fork:
    """A choice inside a guide: what is in your hand, and what to do then."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """What to do when somebody asks in one way. `opens` names the basis that it may lead to, if any."""

    kind: str
    version: str
    order: int
    title: str
    short: str
    means: str
    known_by: tuple[str, ...]
    now: tuple[str, ...]
    do_not: tuple[str, ...]
    write_down: tuple[str, ...]
    forks: tuple[Fork, ...]
    reply: tuple[str, ...]
    steps: tuple[Step, ...]
    outcomes: tuple[str, ...]
    opens: str
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Statute:
    """A statute that obliges one kind of agency to tell another kind something; `tag` says how sure it is."""

    id: str
    title: str
    citation: str
    obliges: str
    kinds: tuple[str, ...]
    to: tuple[str, ...]
    categories: tuple[str, ...]
    most_days: int
    valid_from: date
    valid_until: date | None
    tag: str


@cache
def guides(jurisdiction: str) -> tuple[Guide, ...]:
    """This function will return a jurisdiction's guides in their order; the imagined county's where it has none."""
    found = [_guide(name) for name in names_of("demands") if name.partition("/")[0] == jurisdiction]
    if not found and jurisdiction != OTHERWISE:
        return guides(OTHERWISE)
    return tuple(sorted(found, key=lambda guide: guide.order))


def guide(jurisdiction: str, kind: str) -> Guide | None:
    """This function will return the guide for one kind of demand, or nothing."""
    return next((found for found in guides(jurisdiction) if found.kind == kind), None)


@cache
def statutes(jurisdiction: str) -> tuple[Statute, ...]:
    """This function will return the statutes of a jurisdiction, in force or not."""
    if jurisdiction not in names_of("mandates"):
        return () if jurisdiction == OTHERWISE else statutes(OTHERWISE)
    data = files.read(f"mandates/{jurisdiction}.yaml", "mandates")
    return tuple(_statute(line) for line in data["statutes"])


def obliging(jurisdiction: str, kind: str, *, on: date) -> tuple[Statute, ...]:
    """This function will return the statutes that oblige this kind of agency on a day."""
    return tuple(
        one
        for one in statutes(jurisdiction)
        if kind in one.kinds and one.valid_from <= on and (one.valid_until is None or on < one.valid_until)
    )


def _guide(name: str) -> Guide:
    path = f"demands/{name}.yaml"
    data: dict[str, Any] = files.read(path, "demand")
    if f"{data['jurisdiction']}/{data['kind']}" != name:
        raise LibraryError(f"{path}: it names another jurisdiction or kind")
    return Guide(
        kind=data["kind"],
        version=data["version"],
        order=data["order"],
        title=data["title"],
        short=data["short"],
        means=data["means"],
        known_by=tuple(data["known_by"]),
        now=tuple(data["now"]),
        do_not=tuple(data["do_not"]),
        write_down=tuple(data["write_down"]),
        forks=tuple(Fork(one["title"], tuple(one["lines"])) for one in data.get("forks", ())),
        reply=tuple(data.get("reply", ())),
        steps=tuple(Step(**one) for one in data["steps"]),
        outcomes=tuple(data["outcomes"]),
        opens=data.get("opens", ""),
        sources=MappingProxyType(data["sources"]),
    )


def _statute(line: dict[str, Any]) -> Statute:
    return Statute(
        id=line["id"],
        title=line["title"],
        citation=line["citation"],
        obliges=line["obliges"],
        kinds=tuple(line["kinds"]),
        to=tuple(line["to"]),
        categories=tuple(line["categories"]),
        most_days=line["most_days"],
        valid_from=date.fromisoformat(line["from"]),
        valid_until=date.fromisoformat(line["until"]) if "until" in line else None,
        tag=line["tag"],
    )
