"""Hands out how long a hotline keeps what it was told, from how many on it counts, and how it bears a flood.

It refuses a file that breaks its schema; it decides nothing about a report or a contact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.shelf import names_of

OTHERWISE = "demo_county"
FOLDER = "hotline"


@dataclass(frozen=True, slots=True)
class Ways:
    """What a jurisdiction lays down for its hotlines."""

    version: str
    from_on: date
    keep_report: timedelta
    keep_words: timedelta
    keep_count: timedelta
    least: int
    apart_after: int
    wait_after: int
    code_tries: int
    sources: Mapping[str, str]


@cache
def ways(jurisdiction: str = OTHERWISE) -> Ways:
    """This function will return what holds in a jurisdiction; the imagined county's where it says nothing."""
    if jurisdiction not in names_of(FOLDER):
        jurisdiction = OTHERWISE
    path = f"{FOLDER}/{jurisdiction}.yaml"
    data = files.read(path, FOLDER)
    if data["jurisdiction"] != jurisdiction:
        raise LibraryError(f"{path}: it names another jurisdiction")
    kept, flood = data["keeping"], data["flood"]
    return Ways(
        version=data["version"],
        from_on=date.fromisoformat(data["from_on"]),
        keep_report=timedelta(days=kept["report_days"]),
        keep_words=timedelta(days=kept["words_days"]),
        keep_count=timedelta(days=kept["count_days"]),
        least=data["counting"]["least"],
        apart_after=flood["apart_after"],
        wait_after=flood["wait_after"],
        code_tries=flood["code_tries"],
        sources=MappingProxyType(data["sources"]),
    )
