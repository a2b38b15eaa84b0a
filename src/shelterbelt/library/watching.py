"""Hands out from when on the watching of zones, pairs and devices tells something, as the rules take it.

It refuses a file in which an alarm would end where it begins; it watches nothing.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from shelterbelt.library import files
from shelterbelt.library.files import LibraryError
from shelterbelt.rules import approach, geofence, signals, storms
from shelterbelt.rules.fixes import SECOND

FOLDER, USUAL = "watching", "usual"


@dataclass(frozen=True, slots=True)
class Silence:
    """In milliseconds: how long a device may say nothing, from when on we were away ourselves, how often we say that we run."""

    allowed_ms: int
    outage_ms: int
    beat_ms: int


@dataclass(frozen=True, slots=True)
class Telling:
    """In milliseconds: after how long whoever is on duty is told again, how often, how much slower then, and until when."""

    again_ms: int
    times: int
    slower_ms: int
    stops_ms: int

    def next_ms(self, begun_ms: int, told_ms: int, rounds: int) -> int | None:
        """This function will return when to tell again after so many tellings; None once it stops."""
        due = told_ms + (self.again_ms if rounds < self.times else self.slower_ms)
        return due if due - begun_ms <= self.stops_ms else None


@dataclass(frozen=True, slots=True)
class Watching:
    """One way of watching: what holds for a zone, a pair and a device by itself; for silence, storms and telling.

    `proof_ms`: from how long before an alarm on its fixes are kept with it. `kept_days`: how long it is kept itself.
    """

    name: str
    version: str
    zone: geofence.Settings
    pair: approach.Settings
    device: signals.Settings
    silence: Silence
    storms: storms.Settings
    telling: Telling
    proof_ms: int
    kept_days: int


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
    if data["silence"]["outage_seconds"] <= data["silence"]["beat_seconds"]:
        raise LibraryError(f"{path}: we are away only after more than a beat")
    kept = {"late_ms": fixes["late_seconds"] * SECOND, "most": fixes["most"], "fastest": fixes["fastest"]}
    return Watching(
        name=name,
        version=data["version"],
        zone=_zone(zone, vague=fixes["vague_metres"], **kept),
        pair=_pair(pair, vague=fixes["vague_metres"], **kept),
        device=signals.Settings(low=battery["low"], charged=battery["charged"], **kept),
        silence=Silence(**_spans(data["silence"])),
        storms=storms.Settings(**_spans(data["storms"])),
        telling=Telling(**_spans(data["telling"])),
        proof_ms=data["proof"]["before_seconds"] * SECOND,
        kept_days=data["proof"]["kept_days"],
    )


def _spans(told: dict[str, int]) -> dict[str, int]:
    """Seconds of the file in milliseconds; what is no span stays."""
    return {
        name.replace("_seconds", "_ms"): value * SECOND if name.endswith("_seconds") else value
        for name, value in told.items()
    }


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
