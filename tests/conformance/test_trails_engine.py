"""Every fix of two people's real trails, mixed up and doubled, through the engine: exactly what folding the sorted whole tells.

Fails without the folder in SHELTERBELT_ORACLES.
"""

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tests.conformance.test_trails import LATE, PEOPLE, mixed, trail, zones_on
from tests.engines import kept_code
from tests.rules.test_watches import Ways, net

from shelterbelt.library.watching import watching
from shelterbelt.rules import approach, geofence, signals
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import Heard, joined, unframed
from shelterbelt.rules.watches import PAIR, SIGNAL, ZONE, Told, Watched

FOLDER = kept_code.FOLDER  # compiled code is kept between runs


def folded(of: str, watch: int, device: int, state: Any, things: Iterable[Any], judge: Any) -> set[Told]:
    """Sorted, each once, one step after the other."""
    told: set[Told] = set()
    for thing in sorted(set(things)):
        state, events = judge(state, thing)
        told |= {Told(of, watch, device, one.kind, one.ms) for one in events}
    return told


def test_real_trails_through_the_engine_tell_what_the_sorted_whole_tells() -> None:
    from shelterbelt.engines.watching import Engine, told_of

    usual = watching()
    late = {"late_ms": LATE, "most": 64}
    by = Ways(
        replace(usual.zone, stay_ms=20_000, **late),
        replace(usual.pair, **late),
        replace(usual.device, **late),
    )
    fixes: dict[int, list[Fix]] = {n: trail(person) for n, person in enumerate(PEOPLE)}
    # Two years lie between them: one walks beside the other's day, some hundred metres off.
    first = fixes[1][0]
    moved = [
        replace(
            fix,
            ms=fix.ms - fixes[0][0].ms + first.ms,
            latitude=fix.latitude - fixes[0][0].latitude + first.latitude,
        )
        for fix in fixes[0]
    ]
    fixes[0] = [replace(fix, longitude=fix.longitude - moved[0].longitude + first.longitude) for fix in moved]
    zones = [(10 * n + k, n, zone) for n in fixes for k, zone in enumerate(zones_on(fixes[n]))]
    chance = random.Random(1)
    sent = [Heard(n, fix.ms, fix) for n in fixes for fix in mixed(fixes[n], chance)]
    sent.sort(key=lambda one: one.fix.ms + chance.uniform(0, LATE / 4))
    heard = list(unframed(joined(sent)))  # accuracy as a frame has it
    engine = Engine(by, Watched(tuple(zones), ((1, 0, 1),)))
    told = [
        one
        for at in range(0, len(heard), 3000)
        for one in told_of(engine.take(joined(heard[at : at + 3000])))
    ]
    wanted: set[Told] = set()
    theirs = {n: [one.fix for one in heard if one.device == n] for n in fixes}
    for watch, n, zone in zones:
        wanted |= folded(
            ZONE, watch, n, geofence.State(), theirs[n], lambda s, f, z=zone: geofence.judge(s, f, z, by.zone)
        )
    for n in fixes:
        wanted |= folded(
            SIGNAL, n, n, signals.State(), theirs[n], lambda s, f: signals.judge(s, f, by.device)
        )
    both = [approach.Seen(fix, n) for n in fixes for fix in theirs[n]]
    wanted |= folded(PAIR, 1, 0, approach.State(), both, lambda s, f: approach.judge(s, f, by.pair))
    assert net(told) == wanted
    assert {one.of for one in wanted} == {ZONE, PAIR, SIGNAL} and len(wanted) > 50
    assert any(one.taken_back for one in told)
