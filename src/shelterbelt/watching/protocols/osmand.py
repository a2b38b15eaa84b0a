"""The OsmAnd protocol, as OsmAnd and the Traccar clients speak it: by query, by form, or as JSON. -1 is “not known”.

Takes positions alone: cells and wireless networks name no place here. Source: traccar/traccar, OsmAndProtocolDecoder.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from shelterbelt.rules.fixes import MOCKED, Said
from shelterbelt.watching.protocols.values import (
    KNOT,
    hundredths,
    inner,
    mapping,
    number,
    said_true,
    speed,
    stamp_ms,
)

FIELDS = 200
NAMES = ("id", "deviceid", "device_id")
# A dilution of precision is no distance; five metres for each is the project's own, cautious choice (tag P).
METRES_A_DILUTION = 5.0


@dataclass(frozen=True, slots=True)
class Message:
    """What was sent: by which identifier, and the position in it, if there is one. It never shows itself."""

    id: str
    said: Said | None

    def __repr__(self) -> str:
        return "<Message>"


def read(query: str, body: bytes = b"") -> Message:
    """This function will return what a request says; an empty identifier where none is named, or two are."""
    fields = _fields(query)
    if body.lstrip()[:1] == b"{":
        told = mapping(body)
        return Message(_one(told.get(name) for name in NAMES), _from_json(told))
    if body and not fields:
        fields = _fields(body.decode("latin-1"))
    return Message(_one(value for name, value in fields if name in NAMES), _from_fields(dict(fields)))


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.strip(), max_num_fields=FIELDS)
    except ValueError:
        return []


def _one(values: Iterable[object]) -> str:
    found = {value for value in values if isinstance(value, str) and value}
    return found.pop() if len(found) == 1 else ""


def _from_fields(told: Mapping[str, str]) -> Said | None:
    latitude, longitude = told.get("lat"), told.get("lon")
    if latitude is None and "location" in told:
        latitude, _, longitude = told["location"].partition(",")
    if latitude is None or ("valid" in told and not said_true(told["valid"])):
        return None
    return Said(
        latitude,
        longitude,
        told.get("accuracy") or _diluted(told.get("hdop")),
        stamp_ms(told.get("timestamp")),
        speed(told.get("speed"), KNOT),
        hundredths(told.get("batt")),
        MOCKED if said_true(told.get("mock")) else 0,
    )


def _from_json(told: Mapping[str, Any]) -> Said | None:
    location = inner(told, "location")
    coords = inner(location, "coords")
    if not coords:
        return None
    return Said(
        coords.get("latitude"),
        coords.get("longitude"),
        coords.get("accuracy"),
        stamp_ms(location.get("timestamp")),
        speed(coords.get("speed")),
        hundredths(inner(location, "battery").get("level"), whole=1.0),
        MOCKED if said_true(location.get("mock")) else 0,
    )


def _diluted(hdop: str | None) -> float | None:
    found = number(hdop)
    return found * METRES_A_DILUTION if found and found > 0 else None
