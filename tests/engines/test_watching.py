"""The fast twin of many watches tells what `rules.watches` tells: in any batches, after restarts, where the map ends."""

import os
import random
from dataclasses import replace

import numpy as np
import pytest
from tests.rules.streams_for_tests import ZONES, muddled, walk
from tests.rules.test_watches import BEGUN, HOUR, WATCHED, Ways, ways

from shelterbelt.engines.watching import Engine, OtherWatches, told_of
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import Heard, framed, joined, unframed
from shelterbelt.rules.watches import Told, Watched, Watches
from shelterbelt.rules.zones import Zone, area, circle, street

CASES = int(os.environ.get("SHELTERBELT_RANDOM_CASES", "150"))
LONG = 40
Answers = list[list[Told]]


def heard_of(chance: random.Random, devices: tuple[int, ...], long: int) -> list[Heard]:
    """Fixes of some devices as they might arrive: in any order, or each up to an hour late; some twice."""
    sent = [(device, fix) for device in devices for fix in walk(chance, chance.randint(1, long))]
    sent = muddled(chance, sent)  # type: ignore[assignment]
    if chance.random() < 0.6:
        late = chance.choice([1000, 60_000, HOUR])
        sent.sort(key=lambda one: one[1].ms + chance.uniform(0, late))
    later = chance.choice([0, 30_000, 2_000_000])
    return [Heard(device, fix.ms + chance.randint(0, later), fix) for device, fix in sent]


def by_rules(by: Ways, watched: Watched, heard: list[Heard], expected: dict[int, int]) -> Answers:
    watches = Watches(by, watched)
    for device, allowed in expected.items():
        watches.expect(device, BEGUN, allowed)
    found = [sorted(watches.take(one.device, one.fix, one.received_ms)) for one in unframed(joined(heard))]
    return [*found, sorted(watches.due(BEGUN + 100 * HOUR))]


def by_engine(
    by: Ways, watched: Watched, heard: list[Heard], expected: dict[int, int], chance: random.Random
) -> Answers:
    """The same in batches of all sizes, with restarts between some of them."""
    engine = Engine(by, watched)
    for device, allowed in expected.items():
        engine.expect(device, BEGUN, allowed)
    found: Answers = [[] for _ in heard]
    at = 0
    while at < len(heard):
        many = chance.choice([1, 5, 30, 1000])
        rows = engine.take(joined(heard[at : at + many]))
        assert (np.diff(rows["row"]) >= 0).all()
        for row, told in zip(rows["row"], told_of(rows), strict=True):
            found[at + row].append(told)
        at += many
        if chance.random() < 0.1:
            engine = Engine.restored(engine.kept(), by, watched)
    return [*(sorted(told) for told in found), sorted(told_of(engine.due(BEGUN + 100 * HOUR)))]


def test_every_fix_of_any_stream_tells_the_same() -> None:
    kinds: set[tuple[str, str, bool, bool]] = set()
    for seed in range(CASES):
        chance = random.Random(seed)
        by = ways(
            late_ms=chance.choice([0, 60_000, HOUR, 10**10]), most=chance.choice([1, 3, 8, 20, 64, 500])
        )
        devices = (7, 8, 9, 4_000_000_000) if seed % 4 == 0 else (7, 8, 9)
        heard = heard_of(chance, devices, LONG)
        expected = {7: 900_000, 9: 60_000}
        wanted = by_rules(by, WATCHED, heard, expected)
        assert by_engine(by, WATCHED, heard, expected, chance) == wanted, seed
        kinds |= {(told.of, told.kind, told.taken_back, told.late_alone) for row in wanted for told in row}
    assert len(kinds) >= 30


def moved_to(zone: Zone, north: float, east: float) -> Zone:
    """The same place elsewhere on the map."""
    return replace(zone, plane=replace(zone.plane, latitude=north, longitude=east))


@pytest.mark.parametrize(
    ("north", "east"),
    [(0.0, 0.0), (0.0, 179.999), (-66.0, -179.9995), (69.999, 169.999), (84.9, 30.0), (-84.9, -180.0)],
)
def test_where_the_map_ends_it_tells_the_same(north: float, east: float) -> None:
    watched = Watched(
        zones=tuple((n, 7, moved_to(zone, north, east)) for n, zone in enumerate(ZONES)),
        pairs=((1, 7, 8),),
        shared=((9, moved_to(ZONES[2], north, east)),),
        kept_from=frozenset({8}),
    )
    told = 0
    for seed in range(6):
        chance = random.Random(seed)
        heard = []
        for one in heard_of(chance, (7, 8), LONG):
            fix = one.fix
            moved = replace(
                fix,
                latitude=max(-90.0, min(90.0, fix.latitude - 40.0 + north)),
                longitude=(fix.longitude + 105.0 + east + 180.0) % 360.0 - 180.0,
            )
            heard.append(replace(one, fix=moved))
        by = ways(late_ms=HOUR, most=20)
        wanted = by_rules(by, watched, heard, {})
        assert by_engine(by, watched, heard, {}, chance) == wanted, seed
        told += sum(map(len, wanted))
    assert told > 20


def test_shared_zones_all_over_a_county_are_found_by_their_cells() -> None:
    chance = random.Random(1)
    shared = [
        (
            n,
            circle(
                40 + chance.uniform(-0.2, 0.2), -105 + chance.uniform(-0.2, 0.2), chance.uniform(50, 2000)
            ),
        )
        for n in range(400)
    ]
    shared += [
        (900, street([(39.9, -105.1), (40.1, -104.95)], 80)),
        (901, area([(39.9, -105.1), (40.1, -105.0), (39.95, -104.9)])),
    ]
    watched = Watched(shared=tuple(shared), kept_from=frozenset({1, 2}))
    heard = []
    for device in (1, 2, 3):
        north, east = 40.0, -105.0
        for n in range(150):
            north, east = north + chance.uniform(-0.02, 0.02), east + chance.uniform(-0.02, 0.02)
            fix = Fix(BEGUN + n * 45_000, north, east, chance.choice([5.0, 30.0, 400.0, 1500.0]))
            heard.append(Heard(device, fix.ms, fix))
    heard.sort(key=lambda one: one.fix.ms + chance.uniform(0, 120_000))
    for most in (4, 64):
        by = ways(late_ms=600_000, most=most)
        wanted = by_rules(by, watched, heard, {})
        assert by_engine(by, watched, heard, {}, chance) == wanted
        assert len({told.watch for row in wanted for told in row}) > 15


def test_what_was_kept_is_read_with_the_same_settings_alone() -> None:
    by = ways(late_ms=HOUR, most=20)
    kept = Engine(by, WATCHED).kept()
    others = (
        (kept, replace(by, zone=replace(by.zone, leave=30.0)), WATCHED),
        (kept[:-200], by, WATCHED),
        (b"", by, WATCHED),
        (b"PK\x03\x04nothing", by, WATCHED),
    )
    for data, other_ways, watched in others:
        with pytest.raises(OtherWatches):
            Engine.restored(data, other_ways, watched)


def test_it_refuses_settings_that_it_cannot_follow_and_half_a_frame() -> None:
    by = ways(late_ms=HOUR, most=20)
    for wrong in (
        replace(by, pair=replace(by.pair, most=21)),
        replace(by, zone=replace(by.zone, maybe_ms=0)),
        replace(by, zone=replace(by.zone, vague=500.0)),
    ):
        with pytest.raises(ValueError, match="an engine"):
            Engine(wrong, WATCHED)
    with pytest.raises(ValueError, match="buffer size"):
        Engine(by, WATCHED).take(framed(7, Fix(BEGUN, 1.0, 1.0, 5.0), received_ms=BEGUN)[:-1])


def test_silence_is_expected_and_forgotten_as_the_rules_have_it() -> None:
    by = ways(late_ms=HOUR, most=20)
    rules, engine = Watches(by, WATCHED), Engine(by, WATCHED)
    for watches in (rules, engine):
        watches.expect(7, BEGUN)
        watches.expect(5, BEGUN + 5, allowed_ms=60_000)
        watches.expect(6, BEGUN)
        watches.forget(6)
        watches.expect(7, BEGUN + HOUR)
    for at in (BEGUN, BEGUN + 60_005, BEGUN + 900_000, BEGUN + HOUR):
        assert engine.next_due() == rules.next_due()
        assert sorted(told_of(engine.due(at))) == sorted(rules.due(at))
    assert engine.next_due() is None
