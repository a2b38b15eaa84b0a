"""Hands out from when on the watching of zones, pairs and devices tells something, as the rules take it.

It refuses a file in which an alarm would end where it begins; it watches nothing.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.rules import approach, geofence, signals
from shelterbelt.rules.fixes import SECOND

FOLDER, USUAL = "watching", "usual"


@dataclass(frozen=True, slots=True)
class Watching:
    """One way of watching: what holds for a zone, for a pair, and for a device by itself."""

    name: str
    version: str
    zone: geofence.Settings
    pair: approach.Settings
    device: signals.Settings


@cache
def watching(name: str = USUAL) -> Watching:
    """This function will return a way of watching. Raises LibraryError when its file is wrong."""
    path = f"{FOLDER}/{name}.yaml"
    data = files.read(path, FOLDER)
    if data["name"] != name:
        raise LibraryError(f"{path}: it names another one")
    fixes, zone, pair, battery = data["fixes"], data["zone"], data["pair"], data["battery"]
    if pair["far_metres"] <= pair["near_metres"] or battery["charged"] <= battery["low"]:
        raise LibraryError(f"{path}: what ends an alarm lies beyond what begins it")
    kept = {"late_ms": fixes["late_seconds"] * SECOND, "most": fixes["most"], "fastest": fixes["fastest"]}
    return Watching(
        name=name,
        version=data["version"],
        zone=_zone(zone, vague=fixes["vague_metres"], **kept),
        pair=_pair(pair, vague=fixes["vague_metres"], **kept),
        device=signals.Settings(low=battery["low"], charged=battery["charged"], **kept),
    )


def _zone(told: dict[str, Any], **common: Any) -> geofence.Settings:
    return geofence.Settings(
        bridge_ms=told["bridge_seconds"] * SECOND,
        stay_ms=told["stay_seconds"] * SECOND,
        maybe_ms=told["maybe_seconds"] * SECOND,
        leave=told["leave_metres"],
        **common,
    )


def _pair(told: dict[str, Any], **common: Any) -> approach.Settings:
    return approach.Settings(
        near=told["near_metres"],
        far=told["far_metres"],
        stale_ms=told["stale_seconds"] * SECOND,
        drift=told["drift"],
        ahead=told["ahead_metres"],
        over_ms=told["over_seconds"] * SECOND,
        meet_ms=told["meet_seconds"] * SECOND,
        **common,
    )
