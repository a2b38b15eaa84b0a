"""Many watches at once: each tells what it would tell alone, after a restart too, and silence is told though nothing comes."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from tests.rules.streams_for_tests import ZONES, muddled, walk

from shelterbelt.rules import approach, geofence, signals
from shelterbelt.rules.fixes import CLOCK, Fix
from shelterbelt.rules.watches import PAIR, SIGNAL, SILENCE, ZONE, Told, Watched, Watches
from shelterbelt.rules.watches_kept import OtherVersion, kept, restored

HOUR = 3_600_000
BEGUN = 1_700_000_000_000


@dataclass(frozen=True, slots=True)
class Still:
    allowed_ms: int = 900_000


@dataclass(frozen=True, slots=True)
class Ways:
    """The usual numbers, less what is too late for them."""

    zone: geofence.Settings
    pair: approach.Settings
    device: signals.Settings
    silence: Still = Still()


def ways(late_ms: int = 10**12, most: int = 10**6) -> Ways:
    late = {"late_ms": late_ms, "most": most, "fastest": 70.0}
    return Ways(
        geofence.Settings(bridge_ms=600_000, stay_ms=300_000, maybe_ms=60_000, leave=25.0, vague=1000.0, **late),
        approach.Settings(
            near=500.0, far=700.0, stale_ms=300_000, drift=2.0, ahead=5000.0, over_ms=30_000, meet_ms=600_000,
            vague=1000.0, **late,
        ),
        signals.Settings(low=15, charged=30, **late),
    )  # fmt: skip


WATCHED = Watched(
    zones=((1, 7, ZONES[0]), (2, 7, ZONES[1]), (3, 8, ZONES[2])),
    pairs=((1, 7, 8), (2, 9, 8)),
    shared=((9, ZONES[2]),),
    kept_from=frozenset({7, 9}),
)
DEVICES = (7, 8, 9)


def stream(chance: random.Random, many: int) -> list[tuple[int, Fix]]:
    sent = [(device, fix) for device in DEVICES for fix in walk(chance, many)]
    return [(device, fix) for device, fix in muddled(chance, sent)]  # type: ignore[misc]


def net(told: Iterable[Told]) -> set[Told]:
    """What stands of what was told; what is told twice or taken back untold is a fault."""
    standing: set[Told] = set()
    for one in told:
        bare = replace(one, certainty="", metres=0.0, taken_back=False)
        if one.taken_back:
            standing.remove(bare)
        else:
            assert bare not in standing
            standing.add(bare)
    return standing


def folded(
    of: str, watch: int, device: int, state: object, things: Iterable[object], judge: object
) -> set[Told]:
    """What one watch tells of all things in their order: no more than the rule of one step."""
    told: set[Told] = set()
    for thing in sorted(set(things)):  # type: ignore[type-var]
        state, events = judge(state, thing)  # type: ignore[operator]
        told |= {Told(of, watch, device, one.kind, one.ms) for one in events}
    return told


def brute(sent: list[tuple[int, Fix]], by: Ways) -> set[Told]:
    """Sorted, each once, every watch by itself."""
    fixes = {device: [fix for other, fix in sent if other == device] for device in DEVICES}
    told: set[Told] = set()
    zones = [
        *WATCHED.zones,
        *((watch, one, zone) for watch, zone in WATCHED.shared for one in WATCHED.kept_from),
    ]
    for watch, device, zone in zones:
        told |= folded(
            ZONE, watch, device, geofence.State(), fixes[device],
            lambda state, fix, zone=zone: geofence.judge(state, fix, zone, by.zone),
        )  # fmt: skip
    for watch, one, two in WATCHED.pairs:
        seen = [approach.Seen(fix, side) for side, device in ((0, one), (1, two)) for fix in fixes[device]]
        told |= folded(PAIR, watch, one, approach.State(), seen, lambda s, f: approach.judge(s, f, by.pair))
    for device in DEVICES:
        told |= folded(
            SIGNAL,
            device,
            device,
            signals.State(),
            fixes[device],
            lambda s, f: signals.judge(s, f, by.device),
        )
    return told


def test_whatever_the_order_every_watch_tells_what_it_would_tell_of_the_sorted_whole() -> None:
    kinds = set()
    for seed in range(12):
        by, sent = ways(), stream(random.Random(seed), 40)
        watches = Watches(by, WATCHED)
        found = net(one for device, fix in sent for one in watches.take(device, fix, BEGUN))
        assert found == brute(sent, by)
        kinds |= {(one.of, one.kind) for one in found}
    assert len(kinds) >= 14


def test_after_a_restart_they_go_on_as_if_nothing_had_been() -> None:
    by, sent = ways(late_ms=HOUR, most=20), stream(random.Random(5), 60)
    sent.sort(key=lambda one: one[1].ms + random.Random(one[1].ms).uniform(0, HOUR))
    whole, half = Watches(by, WATCHED), Watches(by, WATCHED)
    for one in (whole, half):
        one.expect(7, BEGUN)
    middle = len(sent) // 2
    for number, (device, fix) in enumerate(sent):
        if number == middle:
            half = restored(kept(half), by, WATCHED)
        assert whole.take(device, fix, fix.ms) == half.take(device, fix, fix.ms)
    assert kept(half) == kept(restored(kept(half), by, WATCHED))
    for wrong in (
        kept(half).replace(b'"version":1,', b'"version":2,'),
        b"",
        b"{}",
        b"[]",
        b'{"version":99}',
        b"\xff",
        kept(half)[:-9],
        b'{"version":1,"zones":[[1]]}',
    ):
        with pytest.raises(OtherVersion):
            restored(wrong, by, WATCHED)


def test_a_fix_too_late_for_its_place_shows_by_itself_that_it_lies_in_a_zone() -> None:
    by = ways(late_ms=60_000, most=10)
    watches = Watches(by, WATCHED)
    north, east = ZONES[0].plane.latitude, ZONES[0].plane.longitude
    for minute in range(5):
        watches.take(7, Fix(BEGUN + minute * 60_000, north + 0.1, east, 5.0), BEGUN)
    late = watches.take(7, Fix(BEGUN - 9, north, east, 5.0), BEGUN)
    assert [(one.watch, one.kind, one.ms, one.late_alone) for one in late if one.of == ZONE] == [
        (1, "entered", BEGUN - 9, True),
        (9, "entered", BEGUN - 9, True),
    ]
    assert not watches.take(8, Fix(BEGUN, north + 0.2, east, 5.0), BEGUN)


def test_silence_is_told_once_by_its_deadline_whoever_asks_and_however_late() -> None:
    watches = Watches(ways(), WATCHED)
    assert (watches.due(BEGUN), watches.next_due()) == ((), None)
    watches.expect(7, BEGUN)
    watches.expect(8, BEGUN, allowed_ms=60_000)
    assert watches.next_due() == BEGUN + 60_000
    assert watches.due(BEGUN + 59_999) == ()
    assert watches.due(BEGUN + HOUR) == (
        Told(SILENCE, 7, 7, "silent", BEGUN + 900_000),
        Told(SILENCE, 8, 8, "silent", BEGUN + 60_000),
    )
    assert (watches.due(BEGUN + 2 * HOUR), watches.next_due()) == ((), None)
    old = watches.take(7, Fix(BEGUN + 5, 50.0, 5.0, 5.0), BEGUN + 2 * HOUR)
    fresh = watches.take(7, Fix(BEGUN + 2 * HOUR, 50.0, 5.0, 5.0), BEGUN + 2 * HOUR + 9)
    assert (old, fresh) == ((), (Told(SILENCE, 7, 7, "back", BEGUN + 2 * HOUR + 9),))
    watches.expect(7, BEGUN)
    assert watches.next_due() == BEGUN + 2 * HOUR + 900_000
    watches.forget(7)
    assert watches.due(BEGUN + 9 * HOUR) == ()


def test_what_is_new_to_be_watched_begins_with_what_comes_and_what_stays_keeps_how_it_stands() -> None:
    by = ways(late_ms=HOUR, most=50)
    north, east = ZONES[0].plane.latitude, ZONES[0].plane.longitude
    home = (north, east)
    watches = Watches(by, Watched(zones=((1, 7, ZONES[0]),), pairs=((1, 7, 8),)))
    watches.expect(7, BEGUN)
    for device in (7, 8):
        watches.take(device, Fix(BEGUN + 10_000, *home, 5.0), BEGUN)
    after = watches.changed(Watched(zones=((1, 7, ZONES[0]), (2, 7, ZONES[0])), pairs=((1, 7, 8), (2, 8, 7))))
    assert after.next_due() == watches.next_due()
    told = after.take(7, Fix(BEGUN + 5_000, *home, 5.0), BEGUN)
    late = {(one.watch, one.ms - BEGUN, one.taken_back) for one in told if one.of == ZONE}
    assert late == {(1, 5_000, False), (1, 10_000, True)}, "the new one looks at nothing from before it"
    told = {(one.of, one.watch, one.kind) for one in after.take(7, Fix(BEGUN + 20_000, *home, 5.0), BEGUN)}
    assert told == {(ZONE, 2, "entered")}
    told = {(one.of, one.watch, one.kind) for one in after.take(8, Fix(BEGUN + 30_000, *home, 5.0), BEGUN)}
    assert told == {(PAIR, 2, "came_near")}


def test_numbers_of_watches_are_their_own_and_a_pair_has_two() -> None:
    zone = ZONES[0]
    for wrong in (
        {"zones": ((1, 7, zone), (1, 8, zone))},
        {"zones": ((1, 7, zone),), "shared": ((1, zone),)},
        {"pairs": ((1, 7, 8), (1, 8, 9))},
        {"pairs": ((1, 7, 7),)},
    ):
        with pytest.raises(ValueError, match=r"watch has a number|two devices"):
            Watched(**wrong)


def test_a_mark_tells_of_the_device_alone() -> None:
    told = Watches(ways(), Watched()).take(3, Fix(BEGUN, 1.0, 1.0, 5.0, -1.0, 9, CLOCK), BEGUN)
    assert {(one.of, one.watch, one.kind) for one in told} == {
        (SIGNAL, 3, "clock"),
        (SIGNAL, 3, "battery_low"),
    }


def test_a_fix_too_rough_to_say_where_somebody_is_puts_off_no_silence_and_ends_none() -> None:
    watches = Watches(ways(), WATCHED)
    watches.expect(7, BEGUN)
    minute = 60_000
    kinds = []
    for number in range(1, 20):
        rough = Fix(BEGUN + number * minute, 50.0, 5.0, 1000.5)
        kinds += [
            (number, one.kind, one.ms - BEGUN) for one in watches.take(7, rough, BEGUN + number * minute)
        ]
    assert kinds == [(15, "silent", 15 * minute)]
    fair = watches.take(7, Fix(BEGUN + 20 * minute, 50.0, 5.0, 1000.0), BEGUN + 20 * minute)
    assert [one.kind for one in fair if one.of == SILENCE] == ["back"]


def test_what_is_watched_since_it_was_written_down_begins_with_what_comes() -> None:
    by, inside = ways(), Fix(BEGUN, 40.0, -105.0, 5.0)
    watches = Watches(by, Watched())
    for device in (7, 8):
        watches.take(device, inside, BEGUN)
    again = restored(kept(watches), by, WATCHED)
    for watch in (again, watches.changed(WATCHED)):
        assert not watch.take(7, replace(inside, ms=BEGUN - 1000), BEGUN)
        told = watch.take(7, replace(inside, ms=BEGUN + 1000), BEGUN)
        assert {(one.of, one.kind) for one in told} >= {(ZONE, "entered")}
        assert (PAIR, "came_near") not in {(one.of, one.kind) for one in told}
