"""Hands out what somebody is told about reports that the law asks for, before they say or write anything.

It refuses a file that leaves out a statute, so that nobody writes without having been told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.library.guides import OTHERWISE, obliging, statutes
from shelterbelt.library.said import Said, said
from shelterbelt.library.shelf import names_of

FOLDER = "limits"


@dataclass(frozen=True, slots=True)
class Limit:
    """One report that the law asks of a kind of agency, in plain words; `topics` are what it is about."""

    statute: str
    title: Said
    says: Said
    citation: str
    as_of: date
    topics: frozenset[str]


def limits_for(
    kind_of_agency: str,
    topics: Collection[str] | None = None,
    *,
    on: date,
    jurisdiction: str = OTHERWISE,
) -> tuple[Limit, ...]:
    """This function will return what somebody is told before writing to this kind of agency on a day.

    `topics` are categories of a release (children, injuries, …): what may be written about. None is everything,
    which is right wherever the words are free. Only statutes in force on that day are told.
    """
    data = _read(jurisdiction)
    words = {line["statute"]: line for line in data["limits"]}
    return tuple(
        Limit(
            statute=found.id,
            title=said(words[found.id]["title"]),
            says=said(words[found.id]["says"]),
            citation=found.citation,
            as_of=date.fromisoformat(data["as_of"]),
            topics=frozenset(found.categories),
        )
        for found in obliging(jurisdiction, kind_of_agency, on=on)
        if found.id in words and (topics is None or set(found.categories) & set(topics))
    )


def before(*, jurisdiction: str = OTHERWISE) -> Said:
    """This function will return what always stands first, above the limits."""
    return said(_read(jurisdiction)["first"])


def without(*, jurisdiction: str = OTHERWISE) -> Said:
    """This function will return what stands there when no statute obliges the agency."""
    return said(_read(jurisdiction)["none"])


def version(jurisdiction: str = OTHERWISE) -> str:
    """This function will return which version of the texts this is."""
    return str(_read(jurisdiction)["version"])


@cache
def _read(jurisdiction: str) -> dict[str, Any]:
    if jurisdiction not in names_of(FOLDER) and jurisdiction != OTHERWISE:
        return _read(OTHERWISE)
    path = f"{FOLDER}/{jurisdiction}.yaml"
    data = files.read(path, "limits")
    told = {line["statute"] for line in data["limits"]} | set(data["not_of_words"])
    if data["jurisdiction"] != jurisdiction:
        raise LibraryError(f"{path}: it names another jurisdiction")
    if told != {found.id for found in statutes(jurisdiction)}:
        raise LibraryError(f"{path}: it does not say the same statutes as mandates/{jurisdiction}.yaml")
    return data
