"""The area under a sum of exponentials that a cap cuts off, as machine code: `rules.kernels`, by Newton's steps.

Between break points the sum is convex, so steps from above the cap never pass the crossing.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled, inlined
from shelterbelt.engines.frames import END, PARTS, START, TAU, Room
from shelterbelt.engines.numbers import Sizes

Array = NDArray[Any]

STEPS = 200


@compiled
def capped_area(
    room: Room,
    sizes: Sizes,
    p: int,
    d: int,
    factor: float,
    cap: float,
    length: float,
    start: float,
    end: float,
) -> float:
    """The integral of min(cap, factor · (1 + Σ parts)) over a frame that is over the cap at an end, in days.

    `start` and `end` are the sum at both ends, `d` is the draw.
    """
    low, high = 0.0, length
    if start > cap and end > cap:
        least = _lowest(room, sizes, p, d, length)
        value, _ = _at(room, sizes, p, d, factor, least, length)
        if value > cap:
            return cap * length
    if start > cap:
        low = _crossing(room, sizes, p, d, factor, cap, 0.0, length)
    if end > cap:
        high = _crossing(room, sizes, p, d, factor, cap, length, length)
    return cap * (length - (high - low)) + _between(room, sizes, p, d, factor, low, high, length)


@inlined
def _at(
    room: Room, sizes: Sizes, p: int, d: int, factor: float, s: float, length: float
) -> tuple[float, float]:
    """The sum `s` days into the frame, and its slope; each part reckoned from its higher end."""
    value, slope = 1.0, 0.0
    for n in range(room.tally[PARTS]):
        tau, size = room.part[TAU, n], sizes.size[p, room.part_kind[n], d]
        height = (
            room.part[START, n] * np.exp(-s / tau)
            if tau > 0
            else room.part[END, n] * np.exp((length - s) / tau)
        )
        value += size * height
        slope -= size * height / tau
    return factor * value, factor * slope


@inlined
def _crossing(
    room: Room, sizes: Sizes, p: int, d: int, factor: float, cap: float, s: float, length: float
) -> float:
    """Where the sum comes down to the cap, from `s`, where it is over it."""
    for _ in range(STEPS):
        value, slope = _at(room, sizes, p, d, factor, s, length)
        further = s + (cap - value) / slope if value > cap else s
        if further == s:
            break
        s = min(length, max(0.0, further))
    return s


@inlined
def _lowest(room: Room, sizes: Sizes, p: int, d: int, length: float) -> float:
    """Where the sum is least, by halving."""
    low, high = 0.0, length
    for _ in range(STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        _, slope = _at(room, sizes, p, d, 1.0, middle, length)
        if slope < 0:
            low = middle
        else:
            high = middle
    return high


@inlined
def _between(
    room: Room, sizes: Sizes, p: int, d: int, factor: float, low: float, high: float, length: float
) -> float:
    """The integral without a cap from `low` to `high` days into the frame."""
    found = high - low
    for n in range(room.tally[PARTS]):
        tau, size = room.part[TAU, n], sizes.size[p, room.part_kind[n], d]
        if tau > 0:
            found -= size * tau * room.part[START, n] * np.exp(-low / tau) * np.expm1((low - high) / tau)
        else:
            found += (
                size * tau * room.part[END, n] * np.exp((length - high) / tau) * np.expm1((high - low) / tau)
            )
    return factor * found
