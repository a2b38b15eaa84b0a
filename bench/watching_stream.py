"""A made-up country for the benchmark of watching: pairs, zones, and the stream of their fixes, the same for every peer.

Each respondent has ten zones of their own, half circles and half areas; most fixes are far from all of them, some are not.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from shelterbelt.rules import zones
from shelterbelt.rules.watches import Watched
from shelterbelt.rules.zones import Zone

NORTH, EAST = 40.0, -105.0
SPREAD = 3.0  # degrees: three hundred kilometres; 0.3 is one large city
ZONES_EACH = 10
STEP = 15_000  # ms between two fixes of a device
BEGUN = 1_760_000_000_000
LATE = 0.01  # of all fixes come late, and as many twice


@dataclass(frozen=True, slots=True)
class Country:
    """What is watched, and frames in the order of their coming. Device 2n is a respondent, 2n + 1 whom they must keep from."""

    watched: Watched
    frames: Any
    pairs: int


def country(pairs: int, fixes: int, *, seed: int = 1, late: float = LATE, spread: float = SPREAD) -> Country:
    """This function will make one up; `spread`: over how many degrees their homes lie, each way."""
    chance = np.random.default_rng(seed)
    homes = np.array([NORTH, EAST]) + spread * chance.random((2, pairs)).T
    found: list[tuple[int, int, Zone]] = []
    for pair in range(pairs):
        for n in range(ZONES_EACH):
            place = homes[pair] + chance.normal(0, 0.03, 2)
            found.append((len(found), 2 * pair, _zone(chance, place, area=n % 2 == 1)))
    watched = Watched(tuple(found), tuple((pair, 2 * pair, 2 * pair + 1) for pair in range(pairs)))
    return Country(watched, _frames(chance, homes, fixes, late), pairs)


def _zone(chance: Any, place: Any, *, area: bool) -> Zone:
    north, east = map(float, place)
    if not area:
        return zones.circle(north, east, float(chance.uniform(100, 500)))
    corners = int(chance.integers(6, 25))
    turns = np.sort(chance.random(corners)) * 0.2 + np.arange(corners)
    angles = turns * (2 * math.pi / corners)
    metres = chance.uniform(120, 500, corners)
    wide = 111_195 * math.cos(math.radians(north))
    return zones.area(
        [
            (north + m * math.sin(a) / 111_195, east + m * math.cos(a) / wide)
            for m, a in zip(metres, angles, strict=True)
        ]
    )


def _frames(chance: Any, homes: Any, fixes: int, late: float) -> Any:
    """Walks around each one's home, a fix of each device every quarter of a minute, in rounds."""
    from shelterbelt.engines.watching_tables import FRAME

    devices = 2 * len(homes)
    rounds = fixes // devices + 1
    at = np.repeat(homes, 2, axis=0) + chance.normal(0, 0.02, (devices, 2))
    found = np.zeros(rounds * devices, FRAME)
    heading = chance.uniform(0, 2 * math.pi, devices)
    for n in range(rounds):
        one = found[n * devices : (n + 1) * devices]
        speed = chance.choice([0.0, 1.4, 8.0, 14.0], devices, p=[0.4, 0.3, 0.2, 0.1])
        heading += chance.normal(0, 0.6, devices)
        back = np.arctan2(*(np.repeat(homes, 2, axis=0) - at).T)
        heading = np.where(chance.random(devices) < 0.1, back, heading)
        step = speed * STEP / 1000 / 111_195
        at += np.stack([step * np.sin(heading), step * np.cos(heading)], axis=1)
        order = chance.permutation(devices)
        one["ms"] = BEGUN + n * STEP + chance.integers(0, STEP, devices)
        one["latitude"], one["longitude"] = at[order].T
        one["metres"] = chance.choice([4.0, 8.0, 15.0, 40.0], devices)
        one["speed"], one["device"] = speed[order], order
        one["battery"] = 80
    # As networks have it: a few hundred milliseconds each, so that now and then two of a pair change places.
    found["received_ms"] = found["ms"] + chance.integers(200, 700, len(found))
    found = found[np.argsort(found["received_ms"], kind="stable")]
    return _muddled(chance, found[:fixes], late)


def _muddled(chance: Any, frames: Any, late: float) -> Any:
    """Some a minute late, some twice."""
    if not late:
        return frames
    twice = chance.choice(len(frames), int(len(frames) * late), replace=False)
    frames = np.concatenate([frames, frames[twice]])
    place = np.concatenate([np.arange(len(frames) - len(twice), dtype=float), twice + 0.5])
    moved = chance.choice(len(frames), int(len(frames) * late), replace=False)
    rounds = 2 * int(frames["device"].max() + 1)
    place[moved] += chance.uniform(0, 2 * rounds, len(moved))
    return frames[np.argsort(place, kind="stable")]
