"""Letters of a call for help, from a survivor's agency to the police whom they named, and back: every field is checked.

Refuses what is not named here. Opens and sends nothing.
"""

from typing import Any

from shelterbelt.rules.bodies import BadLetter, fields, flag, instant, text
from shelterbelt.rules.places import read_fix

ASKS = ("call_first", "come")
OVER = ("cancelled", "withdrawn")
REFERENCE, NAME, NUMBER = 40, 300, 40


def call_for_help(body: object) -> dict[str, Any]:
    """The checked content of help_call/1."""
    told = fields(body, {"reference", "pressed_at", "forced", "name", "number", "asks", "place"})
    if told["asks"] not in ASKS:
        raise BadLetter("asks")
    return {
        "reference": text(told, "reference", REFERENCE, needed=True),
        "pressed_at": instant(told, "pressed_at").isoformat(),
        "forced": flag(told, "forced"),
        "name": text(told, "name", NAME, needed=True),
        "number": text(told, "number", NUMBER),
        "asks": told["asks"],
        "place": None if told["place"] is None else _place(told["place"]),
    }


def call_over(body: object) -> dict[str, str]:
    """The checked content of help_call_over/1."""
    told = fields(body, {"reference", "because"})
    if told["because"] not in OVER:
        raise BadLetter("because")
    return {"reference": text(told, "reference", REFERENCE, needed=True), "because": told["because"]}


def call_taken(body: object) -> str:
    """The reference in help_call_taken/1."""
    return text(fields(body, {"reference"}), "reference", REFERENCE, needed=True)


def _place(given: object) -> dict[str, Any]:
    told = fields(given, {"lat", "lon", "metres", "at"})
    fix = read_fix(told["lat"], told["lon"], told["metres"])
    if fix is None:
        raise BadLetter("place")
    return {
        "lat": fix.latitude,
        "lon": fix.longitude,
        "metres": fix.metres,
        "at": instant(told, "at").isoformat(),
    }
