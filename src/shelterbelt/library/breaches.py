"""Hands out how breaches make a pattern, and from how many on they are counted aloud. It decides nothing about a case."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.breach import Settings

PATH = "orders/breaches.yaml"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The pattern's settings, and the least count that is shown."""

    version: str
    pattern: Settings
    least: int


@cache
def numbers() -> Numbers:
    """This function will return the numbers as they are published now. Raises LibraryError when the file is wrong."""
    data = files.read(PATH, "breaches")
    for name in ("same_minutes", "over_days", "least"):
        if data[name]["why"]["source"] not in data["sources"]:
            raise LibraryError(f"{PATH}: there is no source {data[name]['why']['source']}")
    same = timedelta(minutes=data["same_minutes"]["minutes"])
    over = timedelta(days=data["over_days"]["days"])
    return Numbers(data["version"], Settings(same, over), data["least"]["count"])
