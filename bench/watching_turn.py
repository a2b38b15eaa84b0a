"""How many fixes a second one part's turn decides, from the log to the alarms: by the rules and by the engine, on the same fixes.

Each way has a town of its own with the same trackers going the same ways; what is told must be equal.
"""

import argparse
import random
import sys
import time
from datetime import timedelta
from typing import Any

from bench import machine

STEP = timedelta(seconds=30)
ROUNDS = 20  # of all trackers, in one batch of the log
Shown = list[tuple[Any, ...]]


def way(seed: int, many: int, home: tuple[float, float]) -> list[tuple[float, float]]:
    """Somewhere in town, near the place now and then."""
    chance = random.Random(seed)
    north, east, found = 0.02, 0.02, []
    for _ in range(many):
        north += chance.uniform(-0.004, 0.004) - 0.05 * north
        east += chance.uniform(-0.004, 0.004) - 0.05 * east
        found.append((home[0] + north, home[1] + east))
    return found


def turned(by: str, trackers: int, many: int, away: float) -> tuple[float, Shown]:
    """Seconds for all turns that a whole log takes, and the alarms."""
    from django.conf import settings
    from tests.apps.watching.roads import INSIDE, alarms, fix, tracked
    from tests.world import AT, town

    from shelterbelt.rules.frames import framed
    from shelterbelt.store.asker import as_agency
    from shelterbelt.watching.alarms import ms_of
    from shelterbelt.watching.log import Lot, log
    from shelterbelt.watching.models import Device
    from shelterbelt.watching.turning import Watcher

    settings.WATCH_BY = by
    place = town()
    devices = [tracked(place).device for _ in range(trackers)]
    agency, part = devices[0].agency_id, devices[0].part
    ways = [way(n, many, (INSIDE[0] + away, INSIDE[1])) for n in range(trackers)]
    watcher, end = Watcher(), AT + many * STEP
    with as_agency(agency, at=AT):
        Device.objects.filter(agency_id=agency).update(part=part)
    watcher.turn(agency, at=AT)
    for first in range(0, many, ROUNDS):
        at = AT + (first + ROUNDS) * STEP
        frames = b"".join(
            framed(device.number, fix(AT + n * STEP, ways[one][n]), received_ms=ms_of(at))
            for n in range(first, min(many, first + ROUNDS))
            for one, device in enumerate(devices)
        )
        with as_agency(agency, at=at):
            log.append(agency, {Lot(part): frames}, at=at)
    begun = time.perf_counter()
    while watcher.turn(agency, at=end):
        pass
    seconds = time.perf_counter() - begun
    order = {device.id: n for n, device in enumerate(devices)}
    return seconds, sorted(
        (order.get(row.device_id), row.ms, row.kind, row.certainty, row.taken_back_at is not None)
        for row in alarms(agency, end)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trackers", type=int, default=8)
    parser.add_argument("--fixes", type=int, default=1000, help="of each tracker")
    parser.add_argument(
        "--away", type=float, default=0.0, help="degrees from the zone: with 1 nothing is told"
    )
    chosen = parser.parse_args()
    machine.heading(f"{chosen.trackers} trackers in one part, {chosen.fixes} fixes of each")
    with machine.node():
        from tests.engines.kept_code import HERE

        from shelterbelt.engines.watching_warm import warm_up
        from shelterbelt.library.watching import watching

        assert HERE  # the engine's code is kept there
        warm_up(watching())
        found = {by: turned(by, chosen.trackers, chosen.fixes, chosen.away) for by in ("rules", "engine")}
    many = chosen.trackers * chosen.fixes
    for by, (seconds, shown) in found.items():
        print(f"{by}: {many / seconds:,.0f} fixes/s ({many:,} in {seconds:.2f} s), {len(shown)} alarms")
    print(f"{found['rules'][0] / found['engine'][0]:.1f} times as fast")
    if found["rules"][1] != found["engine"][1]:
        print("what is told is not equal")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
