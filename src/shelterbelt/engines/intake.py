"""Takes a batch of frames as `rules.fixes.take` takes each: what may be believed, and what names no place. NumPy, no loop.

Agrees with the rules on every frame, but where a coordinate's seventh decimal is a tie (0.1 m).
"""

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.watching_tables import FRAME as FRAME
from shelterbelt.rules.fixes import AHEAD, CLOCK, FINEST, MARKS, OLDEST, UNKNOWN_METRES, UNSAID, UNSTATED
from shelterbelt.rules.frames import whole
from shelterbelt.rules.places import VAGUE_METRES

ALL = sum(MARKS.values())


def taken(frames: bytes, *, received_ms: int) -> "NDArray[np.void]":
    """This function will return the fixes of frames as frames, without those that name no place; in their order.

    Raises BrokenFrames when one is cut.
    """
    whole(frames)
    said = np.frombuffer(frames, FRAME)
    with np.errstate(invalid="ignore", over="ignore"):
        latitude, longitude = (np.rint(said[name] * 1e6) / 1e6 for name in ("latitude", "longitude"))
        stated = said["metres"] >= 0
        metres = np.where(stated, said["metres"], np.float32(UNKNOWN_METRES))
        there = (
            (np.abs(said["latitude"]) <= 90) & (np.abs(said["longitude"]) <= 180) & (metres <= VAGUE_METRES)
        )
        there &= (latitude != 0) | (longitude != 0)
        fast = (said["speed"] >= 0) & (said["speed"] < 1000)
    clock = (said["ms"] < received_ms - OLDEST) | (said["ms"] > received_ms + AHEAD)
    found = said.copy()
    found["ms"] = np.where(clock, received_ms, np.minimum(said["ms"], received_ms))
    found["received_ms"], found["zero"] = received_ms, 0
    found["latitude"], found["longitude"] = latitude, longitude
    found["metres"] = np.maximum(metres, np.float32(FINEST))
    found["speed"] = np.where(fast, said["speed"], np.float32(UNSAID))
    found["battery"] = np.where((said["battery"] >= 0) & (said["battery"] <= 100), said["battery"], -1)
    found["marks"] = (said["marks"] & ALL) | np.where(clock, CLOCK, 0) | np.where(stated, 0, UNSTATED)
    kept: NDArray[np.void] = found[there]
    return kept
