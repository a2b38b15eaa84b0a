"""Reads one position that a device says, and says how good it is. Refuses to call anything a place that may be none."""

import math
from dataclasses import dataclass

# Beyond this the device knows the town at best: the page says so and names no place.
VAGUE_METRES = 5_000.0
ROUGH_METRES = 200.0


@dataclass(frozen=True, slots=True)
class Fix:
    """A position in degrees and how far off it may be, in metres. `quality`: near (200 m or better) or rough."""

    latitude: float
    longitude: float
    metres: float
    quality: str


def read_fix(latitude: object, longitude: object, metres: object) -> Fix | None:
    """This function will return the position, or None when none is known.

    Degrees and metres as text or numbers. None for what is no number, out of range, (0, 0) to six decimals, without an accuracy,
    or known to no better than five kilometres. Source: the attack with spoofed, swapped and empty positions (threats 26, 49).
    """
    numbers = [_number(value) for value in (latitude, longitude, metres)]
    if any(number is None for number in numbers):
        return None
    lat, lon, off = (number for number in numbers if number is not None)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= off <= VAGUE_METRES):
        return None
    place = round(lat, 6), round(lon, 6)
    return None if place == (0, 0) else Fix(*place, off, "near" if off <= ROUGH_METRES else "rough")


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
