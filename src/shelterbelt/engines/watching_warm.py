"""Compiles everything that watching takes, before there is anything to watch. It decides nothing and keeps nothing."""

from shelterbelt.engines.watching import Engine
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import framed
from shelterbelt.rules.watches import Watched, Ways
from shelterbelt.rules.zones import circle

MINUTE = 60_000


def warm_up(ways: Ways) -> None:
    """This function will take two fixes of nobody in, so that the next ones find compiled code; or read it from disk.

    Raises ValueError for settings that no engine follows.
    """
    zone = circle(0.0, 0.0, 100.0)
    engine = Engine(ways, Watched(((1, 1, zone),), ((1, 1, 2),), ((2, zone),), frozenset({1})))
    for device in (1, 2):
        engine.take(framed(device, Fix(MINUTE, 0.0, 0.0, 5.0), received_ms=MINUTE))
