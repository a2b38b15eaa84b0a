"""Letters of a call for help, from a survivor's agency to the police whom they named, and back: every field is checked.

Refuses what is not named here. Opens and sends nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shelterbelt.rules.fields import clean_text
from shelterbelt.rules.places import read_fix

ASKS = ("call_first", "come")
OVER = ("cancelled", "withdrawn")
REFERENCE, NAME, NUMBER = 40, 300, 40


class BadCall(ValueError):
    """The letter is not what its kind allows; says which part, never what stood in it."""


def call_for_help(body: object) -> dict[str, Any]:
    """The checked content of help_call/1."""
    told = _fields(body, {"reference", "pressed_at", "forced", "name", "number", "asks", "place"})
    if not isinstance(told["forced"], bool) or told["asks"] not in ASKS:
        raise BadCall("asks")
    return {
        "reference": _text(told, "reference", REFERENCE, needed=True),
        "pressed_at": _instant(told, "pressed_at"),
        "forced": told["forced"],
        "name": _text(told, "name", NAME, needed=True),
        "number": _text(told, "number", NUMBER),
        "asks": told["asks"],
        "place": None if told["place"] is None else _place(told["place"]),
    }


def call_over(body: object) -> dict[str, str]:
    """The checked content of help_call_over/1."""
    told = _fields(body, {"reference", "because"})
    if told["because"] not in OVER:
        raise BadCall("because")
    return {"reference": _text(told, "reference", REFERENCE, needed=True), "because": told["because"]}


def call_taken(body: object) -> str:
    """The reference in help_call_taken/1."""
    return _text(_fields(body, {"reference"}), "reference", REFERENCE, needed=True)


def _fields(given: object, wanted: set[str]) -> Mapping[str, Any]:
    if not isinstance(given, dict) or set(given) != wanted:
        raise BadCall("fields")
    return given


def _text(given: Mapping[str, Any], name: str, limit: int, *, needed: bool = False) -> str:
    value = given[name]
    text, problem = clean_text(value, limit) if isinstance(value, str) else ("", "no text")
    if problem or (needed and not text):
        raise BadCall(name)
    return text


def _instant(given: Mapping[str, Any], name: str) -> str:
    try:
        told = datetime.fromisoformat(given[name])
    except (TypeError, ValueError):
        raise BadCall(name) from None
    if told.utcoffset() is None or not 1900 <= told.year < 2200:
        raise BadCall(name)
    return told.isoformat()


def _place(given: object) -> dict[str, Any]:
    told = _fields(given, {"lat", "lon", "metres", "at"})
    fix = read_fix(told["lat"], told["lon"], told["metres"])
    if fix is None:
        raise BadCall("place")
    return {"lat": fix.latitude, "lon": fix.longitude, "metres": fix.metres, "at": _instant(told, "at")}
