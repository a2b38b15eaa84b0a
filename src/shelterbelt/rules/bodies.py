"""Reads the fields of a letter's body, of which nothing is trusted: it comes from elsewhere.

Refuses what is missing, what is not named, and what is too long or of the wrong type. It mends nothing, and keeps no letter.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shelterbelt.rules.fields import clean_text


class BadLetter(ValueError):
    """A letter is not what its kind allows; says which field, never what stood in it."""


def fields(given: object, wanted: set[str]) -> Mapping[str, Any]:
    """This function will return a body, or a part of one, that has exactly the fields that are wanted.

    Raises BadLetter.
    """
    if not isinstance(given, dict) or set(given) != wanted:
        raise BadLetter("fields")
    return given


def text(given: Mapping[str, Any], name: str, limit: int, *, needed: bool = False) -> str:
    """This function will return a text of at most `limit` characters as it may be stored (`fields.clean_text`).

    Raises BadLetter, also for an empty one that is `needed`.
    """
    value = given[name]
    cleaned, problem = clean_text(value, limit)
    if not isinstance(value, str) or problem or (needed and not cleaned):
        raise BadLetter(name)
    return cleaned


def flag(given: Mapping[str, Any], name: str) -> bool:
    """This function will return a yes or a no. Raises BadLetter for anything that only counts as one."""
    value = given[name]
    if not isinstance(value, bool):
        raise BadLetter(name)
    return value


def instant(given: Mapping[str, Any], name: str) -> datetime:
    """This function will return an instant from ISO 8601 with an offset, of the years 1900 to 2199. Raises BadLetter."""
    try:
        told = datetime.fromisoformat(given[name])
    except (TypeError, ValueError):
        raise BadLetter(name) from None
    if told.utcoffset() is None or not 1900 <= told.year < 2200:
        raise BadLetter(name)
    return told
