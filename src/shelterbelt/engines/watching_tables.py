"""How many watches lie in memory: records one after the other, three of each state, and the buffers of fixes.

Three, because a late fix goes to its own place: how matters stand now, at a fix in the middle, and before the oldest kept.
A pair has two more, close behind its newest fix: now and then its two devices change places on their way.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.rules import approach, geofence, late, signals, silence
from shelterbelt.rules.watches import OF

Array = NDArray[Any]


# NumPy's numbers, for machine code is made once for these and anew for each of Python's own.
def counted(many: int) -> tuple[Any, ...]:
    """This function will return the numbers from 0 on."""
    return tuple(np.arange(many))


NOTHING, ONE = counted(2)
NOW, MIDDLE, BASE, RECENT, SECOND = counted(5)  # the last two for pairs alone
STATES, PAIR_STATES = 3, 5

FRAME = np.dtype(
    [
        ("ms", "<i8"),
        ("received_ms", "<i8"),
        ("latitude", "<f8"),
        ("longitude", "<f8"),
        ("metres", "<f4"),
        ("speed", "<f4"),
        ("device", "<u4"),
        ("battery", "i1"),
        ("marks", "u1"),
        ("zero", "<u2"),
    ]
)
# The fixes of a device, or of both of a pair, in order, from `start` on in the store of fixes. The one before `start` is
# the last that was let go. The first `gone` are too old to be followed by a late one; `middle`: how many are in that state;
# `recent`, `second`: in those of a pair, not to be used below 0.
LINE = np.dtype(
    [
        ("start", "i8"),
        ("newest", "i8"),
        ("room", "i4"),
        ("many", "i4"),
        ("gone", "i4"),
        ("middle", "i4"),
        ("recent", "i4"),
        ("second", "i4"),
        ("before", "u1"),
    ],
    align=True,
)
# Whose turn it is within a batch: a row of it, and the place of its device.
TURN = np.dtype([("row", "i4"), ("device", "i4")])
LAST = [("ms", "i8"), ("latitude", "f8"), ("longitude", "f8"), ("metres", "f8")]
# A device: its last fix that was not vague, which is the last of every zone that is `cold`; and its last for signals.
DEVICE = np.dtype(
    [
        *LAST,
        ("said_ms", "i8"),
        ("said_latitude", "f8"),
        ("said_longitude", "f8"),
        ("said_metres", "f8"),
        ("known", "u1"),
        ("said", "u1"),
        ("low", "u1"),
        ("marks", "u1"),
    ],
    align=True,
)
# A zone for a device. Cold (`hot` 0) is one that nothing is open in, whose last fix is the device's: most of them, always.
# `cut`: it sees what comes after that fix in `sinces`, counted from 1; 0 sees all.
IN_ZONE = np.dtype(
    [*LAST, ("since_ms", "i8"), ("hot", "u1"), ("place", "u1"), ("flags", "u1"), ("cut", "i4")], align=True
)
NEAR = np.dtype(
    [
        ("measured_ms", "i8"),
        ("measured", "f8"),
        ("has_measured", "u1"),
        ("place", "u1"),
        ("open", "u1"),
        ("closing", "u1"),
    ],
    align=True,
)
# Each of a pair: row `2 * (PAIR_STATES * pair + k) + side`.
SIDE = np.dtype([*LAST, ("speed", "f8"), ("has", "u1"), ("doubt", "u1")], align=True)
SHAPE = np.dtype(
    [
        ("latitude", "f8"),
        ("longitude", "f8"),
        ("narrow", "f8"),
        ("reach", "f8"),
        ("first", "i4"),
        ("until", "i4"),
        ("shape", "u1"),
    ],
    align=True,
)
POINT = np.dtype([("x", "f8"), ("y", "f8")])
# The box around a zone in degrees: what does not come into it leaves a cold zone cold.
BOX = np.dtype([("south", "f8"), ("north", "f8"), ("west", "f8"), ("east", "f8")])
# How a device's ordinary fixes are told from others: no box of its zones comes into this one. `burns`: a zone of it may be
# hot now; `warm`: in any of the three states. Either may be said where it is not so, never the other way round. `narrow`: as
# in `narrowest`; `pair`: its only one, -1 for none and -2 for several.
FRONT = np.dtype(
    [
        ("south", "f8"),
        ("north", "f8"),
        ("west", "f8"),
        ("east", "f8"),
        ("narrow", "f8"),
        ("pair", "i4"),
        ("burns", "u1"),
        ("warm", "u1"),
    ],
    align=True,
)
EVENT = np.dtype([("ms", "i8"), ("metres", "f8"), ("kind", "u1"), ("certainty", "u1")], align=True)
TOLD = np.dtype(
    [
        ("ms", "i8"),
        ("metres", "f8"),
        ("row", "i4"),
        ("watch", "u4"),
        ("device", "u4"),
        ("of", "u1"),
        ("kind", "u1"),
        ("certainty", "u1"),
        ("taken_back", "u1"),
        ("late_alone", "u1"),
    ],
    align=True,
)

ZONE, PAIR, SIGNAL, SILENCE = counted(len(OF))
KINDS = (geofence.KINDS, approach.KINDS, signals.KINDS, silence.KINDS)
CERTAINTIES = ("", late.SURE, late.LIKELY, late.POSSIBLE)
NOT_SAID, SURE, LIKELY, POSSIBLE = counted(4)
