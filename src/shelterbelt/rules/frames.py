"""A fix as bytes: 48 of them, little-endian, as receiver, log, engine and replay all have it. Refuses half a frame.

Accuracy and speed are kept to 32 bits: whoever decides takes what a frame says, so that all decide alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from struct import Struct

from shelterbelt.rules.fixes import Fix

FRAME = Struct("<qqddffIbBH")
SIZE = FRAME.size
DEVICES = 2**32


class BrokenFrames(ValueError):
    """These bytes are no whole number of frames."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One fix, of which device (its number on this node), and when it was received, in milliseconds since 1970."""

    device: int
    received_ms: int
    fix: Fix


def framed(device: int, fix: Fix, *, received_ms: int) -> bytes:
    """This function will return a fix as one frame: ms, received_ms, latitude, longitude, metres, speed, device, battery,
    marks, and two bytes of nothing. Raises struct.error for a number that has no room.
    """
    return FRAME.pack(
        fix.ms,
        received_ms,
        fix.latitude,
        fix.longitude,
        fix.metres,
        fix.speed,
        device,
        fix.battery,
        fix.marks,
        0,
    )


def joined(heard: Iterable[Heard]) -> bytes:
    """This function will return fixes as frames, one after the other."""
    return b"".join(framed(one.device, one.fix, received_ms=one.received_ms) for one in heard)


def unframed(frames: bytes) -> Iterator[Heard]:
    """This function will return the fixes of frames, in their order. Raises BrokenFrames when one is cut."""
    whole(frames)
    return _read(frames)


def whole(frames: bytes) -> int:
    """This function will return how many frames these are. Raises BrokenFrames when one is cut."""
    count, rest = divmod(len(frames), SIZE)
    if rest:
        raise BrokenFrames(f"a frame has {SIZE} bytes")
    return count


def _read(frames: bytes) -> Iterator[Heard]:
    for (
        ms,
        received_ms,
        latitude,
        longitude,
        metres,
        speed,
        device,
        battery,
        marks,
        _none,
    ) in FRAME.iter_unpack(frames):
        yield Heard(device, received_ms, Fix(ms, latitude, longitude, metres, speed, battery, marks))
