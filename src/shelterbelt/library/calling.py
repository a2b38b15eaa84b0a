"""Hands out the steps of a help alert and the words it is told in. Refuses words to pick that would tell what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from types import MappingProxyType

from shelterbelt.library import files, quiet
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.calling import Step

FOLDER, USUAL = "calling", "usual"


@dataclass(frozen=True, slots=True)
class Calling:
    """One way of calling: how long a code is waited for, in which steps, until when, and the words, by code and language."""

    name: str
    version: str
    holds: tuple[timedelta, ...]
    unanswered_after: timedelta
    stops_after: timedelta
    there_for: timedelta
    steps: tuple[Step, ...]
    picked: Mapping[str, Mapping[str, str]]
    fixed: Mapping[str, Mapping[str, str]]


@cache
def calling(name: str = USUAL) -> Calling:
    """This function will return a way of calling. Raises LibraryError when it is wrong or its words to pick would tell."""
    path = f"{FOLDER}/{name}.yaml"
    data = files.read(path, FOLDER)
    if data["name"] != name:
        raise LibraryError(f"{path}: it names another one")
    picked, fixed = _words(data["picked"]), _words(data["fixed"])
    for code, said in {**picked, **fixed}.items():
        for text in said.values():
            if found := quiet.telling(text):
                raise LibraryError(f"{path}: {code} would tell: {', '.join(found)}")
    return Calling(
        name=name,
        version=data["version"],
        holds=tuple(timedelta(seconds=seconds) for seconds in data["hold_seconds"]),
        unanswered_after=timedelta(minutes=data["unanswered_minutes"]),
        stops_after=timedelta(hours=data["stops_hours"]),
        there_for=timedelta(minutes=data["there_minutes"]),
        steps=tuple(
            Step(
                timedelta(minutes=step["after_minutes"]),
                frozenset(step["who"]),
                timedelta(minutes=step["every_minutes"]),
                step["times"],
            )
            for step in data["steps"]
        ),
        picked=picked,
        fixed=fixed,
    )


def _words(lines: list[dict[str, str]]) -> Mapping[str, Mapping[str, str]]:
    found = {line["code"]: MappingProxyType({"en": line["en"], "es": line["es"]}) for line in lines}
    if len(found) != len(lines):
        raise LibraryError("a code stands twice")
    return MappingProxyType(found)
