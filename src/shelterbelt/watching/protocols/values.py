"""Reads single values of what devices send: JSON, numbers, instants. Whatever it is not sure of is none."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shelterbelt.rules.fixes import SECOND, UNSAID

# Whole numbers below this are seconds since 1970, from here on milliseconds: as the Traccar protocol has it.
SECONDS_UNTIL = 2**31 - 1
KNOT, KILOMETRE_AN_HOUR = 1852 / 3600, 1 / 3.6


def mapping(text: bytes | str) -> Mapping[str, Any]:
    """This function will return a JSON object; an empty one for whatever is none, nested past reason, or doubled."""
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_none)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def inner(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """This function will return an object in an object; an empty one where there is none."""
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def number(value: object) -> float | None:
    """This function will return a number, said as one or as text; None for anything else and for what is not finite."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def speed(value: object, unit: float = 1.0) -> float:
    """This function will return metres a second; -1 where it is not said, as the protocols' own -1 is."""
    found = number(value)
    return UNSAID if found is None or found < 0 else found * unit


def hundredths(value: object, whole: float = 100.0) -> int:
    """This function will return a battery in hundredths of what is whole; -1 where it is not said."""
    found = number(value)
    return -1 if found is None or not 0 <= found <= whole else round(found / whole * 100)


def stamp_ms(value: object) -> int | None:
    """This function will return an instant in milliseconds since 1970: from seconds, milliseconds, or ISO 8601.

    A text without a zone is UTC. None where nothing was said; what was said and is no instant is 0: a wrong clock.
    """
    if value is None or value == "":
        return None
    if (found := number(value)) is not None:
        return round(found * SECOND if abs(found) < SECONDS_UNTIL else found) if abs(found) < 2**62 else 0
    try:
        told = datetime.fromisoformat(str(value))
        return round((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp() * SECOND)
    except (ValueError, OverflowError):
        return 0


def said_true(value: object) -> bool:
    """This function will say whether a flag is set, as JSON or as text."""
    return value is True or str(value).lower() in ("1", "true")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _none(_constant: str) -> None:
    """NaN and Infinity are no JSON and no number."""
    raise ValueError("no number")
