"""The feed of a vendor whose machine sends what many trackers said: JSON, or frames of 48 bytes (`rules.frames`).

A tracker is named by its number on this node. The format is ours and stands in docs/devices.md.
"""

from collections.abc import Iterator
from typing import Any

from shelterbelt.rules.fixes import MARKS, Said
from shelterbelt.rules.frames import DEVICES, FRAME, SIZE
from shelterbelt.watching.protocols.values import hundredths, mapping, speed, stamp_ms

MOST = 10_000
ALL = sum(MARKS.values())


def read_json(body: bytes) -> list[tuple[int, Said]]:
    """This function will return what trackers said, by number; nothing of a batch that is too large or no batch."""
    told = mapping(body).get("fixes")
    if not isinstance(told, list) or len(told) > MOST:
        return []
    return [(one["device"], _said(one)) for one in told if _named(one)]


def read_frames(body: bytes) -> Iterator[tuple[int, Said]]:
    """This function will return what trackers said, by number; nothing of a batch that is too large or cut."""
    if len(body) % SIZE or len(body) > MOST * SIZE:
        return
    for (
        ms,
        _received,
        latitude,
        longitude,
        metres,
        speed_,
        device,
        battery,
        marks,
        _none,
    ) in FRAME.iter_unpack(body):
        yield device, Said(latitude, longitude, metres, ms, speed_, battery, marks & ALL)


def _named(one: Any) -> bool:
    if not isinstance(one, dict):
        return False
    device = one.get("device")
    return isinstance(device, int) and not isinstance(device, bool) and 0 < device < DEVICES


def _said(one: dict[str, Any]) -> Said:
    marks = one.get("marks")
    told = {name for name in marks if isinstance(name, str)} if isinstance(marks, list) else set()
    return Said(
        one.get("latitude"),
        one.get("longitude"),
        one.get("metres"),
        stamp_ms(one.get("at")),
        speed(one.get("speed")),
        hundredths(one.get("battery")),
        sum(bit for name, bit in MARKS.items() if name in told),
    )
