"""Reads what a device said of itself at one instant, and says how far it may be believed.

Refuses to take a position for one that may be none. What is doubtful may raise an alarm and never ends one.
"""

from dataclasses import dataclass

from shelterbelt.rules.earth import apart
from shelterbelt.rules.places import read_fix
from shelterbelt.rules.reasons import Reason

# What a device says of itself, or we of it: bits, so that the fast twin holds them as one number.
CLOCK, MOCKED, STRAP, OPENED, JAMMED, OFF, UNSTATED = (1 << bit for bit in range(7))
DOUBT = CLOCK | MOCKED
TAMPERED = MOCKED | STRAP | OPENED | JAMMED | OFF
MARKS = {
    "clock": CLOCK, "mocked": MOCKED, "strap": STRAP, "opened": OPENED, "jammed": JAMMED, "off": OFF,
    "unstated": UNSTATED,
}  # fmt: skip

SECOND = 1000
AHEAD = 60 * SECOND
OLDEST = 7 * 24 * 3600 * SECOND
FINEST, UNKNOWN_METRES = 3.0, 100.0
UNSAID = -1.0


@dataclass(frozen=True, slots=True, order=True)
class Fix:
    """One position of one device. Instants are whole milliseconds since 1970 in UTC, as devices and the log have them.

    `metres`: how far off it may be. `speed` in metres a second and `battery` in hundredths are -1 where not said. Two
    that are equal are one that was sent twice; of the same instant, the order of fields decides which comes first.
    """

    ms: int
    latitude: float
    longitude: float
    metres: float
    speed: float = UNSAID
    battery: int = -1
    marks: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What a device sent, as its protocol has it; `stamp_ms` is what its clock said, None for no stamp at all."""

    latitude: object
    longitude: object
    metres: object = None
    stamp_ms: int | None = None
    speed: float = UNSAID
    battery: int = -1
    marks: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: a fix, or none, and why."""

    fix: Fix | None
    because: tuple[Reason, ...]


def take(said: Said, *, received_ms: int) -> Taken:
    """This function will return what a device sent as a fix, or none where it names no place.

    A stamp more than a minute ahead of us or more than a week behind is a wrong clock: the fix counts from when it was
    received and is marked, so that it ends nothing. An accuracy that is not said counts as 100 m, one below 3 m as 3 m.
    None for what `places.read_fix` refuses (threats 24, 26, 49). The bounds are our own choice.
    """
    stated = _stated(said.metres)
    place = read_fix(said.latitude, said.longitude, UNKNOWN_METRES if stated is None else stated)
    if place is None:
        return Taken(None, (Reason("fix.no_place"),))
    because = []
    marks, ms = said.marks, received_ms if said.stamp_ms is None else said.stamp_ms
    if not received_ms - OLDEST <= ms <= received_ms + AHEAD:
        because.append(Reason("fix.clock"))
        marks, ms = marks | CLOCK, received_ms
    if stated is None:
        because.append(Reason("fix.unstated"))
        marks |= UNSTATED
    metres = max(place.metres, FINEST)
    battery = said.battery if 0 <= said.battery <= 100 else -1
    speed = said.speed if 0 <= said.speed < 1000 else UNSAID
    # A clock that runs less than a minute ahead is believed; nothing counts from an instant that is still to come.
    found = Fix(min(ms, received_ms), place.latitude, place.longitude, metres, speed, battery, marks)
    return Taken(found, tuple(because))


def moved(one: Fix, two: Fix) -> float:
    """This function will return the metres between two fixes."""
    return apart(one.latitude, one.longitude, two.latitude, two.longitude)


def jumped(before: Fix, fix: Fix, *, fastest: float) -> bool:
    """This function will say whether nobody could have come from one fix to the next: faster than `fastest` m/s.

    Each may be off by its accuracy. One of the two is wrong then, and nobody knows which.
    """
    least = moved(before, fix) - before.metres - fix.metres
    return least > fastest * (fix.ms - before.ms) / SECOND


def doubtful(before: Fix | None, fix: Fix, *, fastest: float) -> bool:
    """This function will say whether a fix may raise an alarm but end none: by its own marks, or jumped from the one before."""
    return bool(fix.marks & DOUBT) or (before is not None and jumped(before, fix, fastest=fastest))


def _stated(metres: object) -> object | None:
    """The accuracy as said; none where nothing, or the protocols' -1 for not known, was said."""
    if metres is None or metres == "":
        return None
    try:
        return metres if float(str(metres)) >= 0 else None
    except ValueError:
        return metres
