"""Hands out what the field knows of orders on paper: condition codes, when to be reminded, closed days, places to propose.

It refuses a code or a kind of term that the rules do not know; it reads no order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.give_away import Settings
from shelterbelt.rules.order_terms import CODES, KINDS

FOLDER, USUAL = "court", "usual"


@dataclass(frozen=True, slots=True)
class Code:
    """One condition code: what another system reads, our words for it, and the kinds of term that it is used for."""

    code: str
    words: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Court:
    """One file: its codes in their order, so many days before an end to be reminded, and places to propose."""

    name: str
    version: str
    codes: tuple[Code, ...]
    days: frozenset[int]
    clock: time
    calendars: dict[str, tuple[str, frozenset[date]]]
    places: Settings


@cache
def court(name: str = USUAL) -> Court:
    """This function will return what is known of orders on paper. Raises LibraryError when its file is wrong."""
    path = f"{FOLDER}/{name}.yaml"
    data = files.read(path, FOLDER)
    codes = tuple(Code(one["code"], one["words"], tuple(one["kinds"])) for one in data["codes"])
    known = {one.code for one in codes} == CODES and len(codes) == len(CODES)
    if data["name"] != name or not known or not {kind for one in codes for kind in one.kinds} <= set(KINDS):
        raise LibraryError(f"{path}: another name, or codes and kinds that the rules do not have")
    places = data["places"]
    return Court(
        name=name,
        version=data["version"],
        codes=codes,
        days=frozenset(data["reminders"]["days"]),
        clock=time.fromisoformat(data["reminders"]["clock"]),
        calendars={key: _calendar(one) for key, one in data["calendars"].items()},
        places=Settings(
            keep=places["keep_metres"],
            widen=places["widen_metres"],
            others=places["others"],
            spread=places["spread_metres"],
        ),
    )


def version(name: str) -> str:
    """This function will return the version of a file."""
    return court(name).version


def words_of(code: str) -> str:
    """This function will return our words for a condition code; the code itself where there is none."""
    return next((one.words for one in court().codes if one.code == code), code)


def closed_days(calendar: str) -> frozenset[date]:
    """This function will return the closed days of a court's calendar; none for no calendar.

    Raises LibraryError for one that nobody knows.
    """
    if not calendar:
        return frozenset()
    if calendar not in court().calendars:
        raise LibraryError("a court's calendar that nobody knows")
    return court().calendars[calendar][1]


def texts() -> Iterator[str]:
    """This function will give every text of the file that a person reads, for translators."""
    for one in court().codes:
        yield one.words
    for title, _closed in court().calendars.values():
        yield title


def _calendar(told: dict[str, Any]) -> tuple[str, frozenset[date]]:
    return told["title"], frozenset(map(date.fromisoformat, told["closed"]))
