"""A batch of frames is taken as the rules take each of them."""

import math
import random

import pytest

from shelterbelt.engines.intake import taken
from shelterbelt.rules.fixes import take
from shelterbelt.rules.frames import FRAME, BrokenFrames, framed
from shelterbelt.watching.protocols.feed import read_frames

NOW = 1_772_638_200_000
DAY = 86_400_000
ODD = (math.nan, math.inf, -math.inf)


def frame(draw: random.Random) -> bytes:
    """One frame: mostly of a device as it should be, often at an edge, sometimes of none."""
    ms = NOW + draw.choice(
        (0, -1000, 60_000, 60_001, -7 * DAY, -7 * DAY - 1, -(2**62), 2**62, draw.randrange(-DAY, 0))
    )
    latitude = draw.choice((draw.uniform(-91, 91), 0.0, 1e-7, 90.0, 90.0000001, -90.0, *ODD, 40.5))
    longitude = draw.choice((draw.uniform(-181, 181), 0.0, -1e-8, 180.0, -180.1, *ODD, -105.25))
    metres = draw.choice((-1.0, 0.0, 2.9, 3.0, 8.1, 5000.0, 5000.5, *ODD, draw.uniform(0, 200)))
    speed = draw.choice((-1.0, 0.0, 999.9, 1000.0, *ODD, draw.uniform(0, 60)))
    return FRAME.pack(
        ms, draw.randrange(2**40), latitude, longitude, metres, speed, draw.randrange(1, 2**32), draw.randrange(-128, 128),
        draw.randrange(256), draw.randrange(2**16),
    )  # fmt: skip


def test_on_random_frames_it_agrees_with_the_rules() -> None:
    draw, kept = random.Random(5), 0
    for _ in range(40):
        frames = b"".join(frame(draw) for _ in range(200))
        want = []
        for device, said in read_frames(frames):
            if fix := take(said, received_ms=NOW).fix:
                want.append(framed(device, fix, received_ms=NOW))
        assert taken(frames, received_ms=NOW).tobytes() == b"".join(want)
        kept += len(want)
    assert 500 < kept < 7500


def test_no_frames_are_none_and_half_a_frame_is_refused() -> None:
    assert taken(b"", received_ms=NOW).tobytes() == b""
    with pytest.raises(BrokenFrames):
        taken(b"x" * 47, received_ms=NOW)
