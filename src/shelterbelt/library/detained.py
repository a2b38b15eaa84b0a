"""Hands out what is late in what is heard of people who are detained, who is told by when, and how conditions are looked at.

It refuses a file in which what raises would be told to nobody, a line stands twice, or words would tell what they are about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from shelterbelt.library import files, quiet
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.detention import KINDS, RAISES, Line, Settings

FOLDER, USUAL = "detained", "usual"
SURVIVOR, WORKER, NAMED = "survivor", "worker", "named"
# A message that nobody may send is for a person to see to: what raises is on the workers' list, whatever else is told.
RAISES_TO_WORKERS = frozenset((news, WORKER) for news in RAISES)


@dataclass(frozen=True, slots=True)
class DetainedNumbers:
    """One way of it. `waits`: how long a first message waits, by news; `repeats`: between two messages, the last goes on."""

    name: str
    version: str
    settings: Settings
    waits: Mapping[str, timedelta]
    repeats: tuple[timedelta, ...]
    unlinked_for: timedelta
    named_words: Mapping[str, str]
    happenings: Mapping[str, str]
    grace: timedelta
    shown_for: timedelta

    def repeat(self, rounds: int) -> timedelta:
        """How long after so many messages the next one goes."""
        return self.repeats[min(max(rounds, 1), len(self.repeats)) - 1]


@cache
def detained(name: str = USUAL) -> DetainedNumbers:
    """This function will return the numbers of a way. Raises LibraryError when its file is wrong."""
    path = f"{FOLDER}/{name}.yaml"
    data = files.read(path, FOLDER)
    if data["name"] != name:
        raise LibraryError(f"{path}: it names another one")
    _refuse(path, data)
    try:
        settings = _settings(data)
    except ValueError as fault:
        raise LibraryError(f"{path}: {fault}") from fault
    waits = {
        line["news"]: _minutes(line["after_minutes"]) for line in data["lines"] if "after_minutes" in line
    }
    return DetainedNumbers(
        name=name,
        version=data["version"],
        settings=settings,
        waits=MappingProxyType(waits),
        repeats=tuple(_minutes(one) for one in data["repeat_minutes"]),
        unlinked_for=timedelta(days=data["unlinked_days"]),
        named_words=MappingProxyType(dict(data["named_words"])),
        happenings=MappingProxyType(dict(data["happenings"])),
        grace=timedelta(hours=data["supervision"]["grace_hours"]),
        shown_for=timedelta(days=data["supervision"]["shown_days"]),
    )


def _refuse(path: str, data: dict[str, Any]) -> None:
    seen = [(line["news"], line["to"]) for line in data["lines"]]
    if len(seen) != len(set(seen)):
        raise LibraryError(f"{path}: a line stands twice")
    if unheard := RAISES_TO_WORKERS - set(seen):
        raise LibraryError(f"{path}: workers do not see {min(unheard)[0]}")
    if not set(data["happenings"]) <= set(KINDS):
        raise LibraryError(f"{path}: no kind of line becomes a happening by this name")
    if any("after_minutes" in line and line["to"] != SURVIVOR for line in data["lines"]):
        raise LibraryError(f"{path}: only a message to the survivor waits")
    for text in data["named_words"].values():
        if found := quiet.telling(text):
            raise LibraryError(f"{path}: these words would tell: {', '.join(found)}")


def _settings(data: dict[str, Any]) -> Settings:
    return Settings(
        late=_minutes(data["late_minutes"]),
        ahead=_minutes(data["ahead_minutes"]),
        believed_for=timedelta(hours=data["believed_hours"]),
        lines=tuple(Line(one["news"], one["to"], _minutes(one["within_minutes"])) for one in data["lines"]),
    )


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
