"""What is written down of everything that is watched decides on as before; silence, beginnings and our own absence."""

import json
import random

from shelterbelt.library.watching import watching
from shelterbelt.rules import geofence
from shelterbelt.rules.fixes import CLOCK, Fix
from shelterbelt.rules.frames import Heard as Frame
from shelterbelt.rules.zones import circle
from shelterbelt.watching import states
from shelterbelt.watching.deciding import DEVICE, PAIR, ZONE, Deciding, Told, Watched, Worn

SET = watching()
MINUTE = 60_000
HOME = (44.05, -123.09)
ZONES = (
    Watched(1, ZONE, (7,), 0, circle(*HOME, 200)),
    Watched(2, ZONE, (7,), 40 * MINUTE, circle(44.06, -123.09, 300)),
    Watched(3, PAIR, (7, 8), 0),
)
WORN = (Worn(7, 15 * MINUTE, 0), Worn(8, 15 * MINUTE, 0))


def new() -> Deciding:
    made = Deciding(SET)
    made.watch(ZONES, WORN)
    return made


def ways(seed: int, many: int = 160) -> list[Frame]:
    """Two devices that wander about a place, some of it late, twice or rough."""
    chance, found = random.Random(seed), []
    place = {7: [HOME[0] - 0.004, HOME[1]], 8: [HOME[0] + 0.01, HOME[1]]}
    ms = 0
    for _ in range(many):
        ms += chance.choice((10_000, 30_000, 30_000, 60_000, 20 * MINUTE))
        device = chance.choice((7, 7, 8))
        place[device][0] += chance.uniform(-0.002, 0.0022)
        place[device][1] += chance.uniform(-0.002, 0.002)
        metres = chance.choice((5.0, 20.0, 80.0, 400.0))
        late = chance.choice((0, 0, 0, 5 * MINUTE, 70 * MINUTE))
        fix = Fix(
            ms - late,
            *place[device],
            metres,
            battery=chance.randrange(5, 60),
            marks=chance.choice((0, 0, CLOCK)),
        )
        found += [Frame(device, ms, fix)] * chance.choice((1, 1, 2))
    return found


def shown(told: list[Told]) -> list[tuple[object, ...]]:
    return [(one.kind, one.number, one.event, one.back, one.alone, one.fixes) for one in told]


def test_what_was_written_down_at_any_moment_decides_on_as_before() -> None:
    kinds = set()
    for seed in range(12):
        frames = ways(seed)
        whole = new()
        told = [shown(whole.take(one) + whole.due(one.received_ms)) for one in frames]
        kinds |= {one[2].kind for line in told for one in line}
        for cut in (1, 37, 90, 159):
            before = new()
            for one in frames[:cut]:
                before.take(one)
                before.due(one.received_ms)
            text = json.dumps(states.written(before))
            after = states.restored(SET, ZONES, WORN, json.loads(text))
            assert [shown(after.take(one) + after.due(one.received_ms)) for one in frames[cut:]] == told[cut:]
            assert (after.kept, after.said, after.heard) == (whole.kept, whole.said, whole.heard)
    assert {"entered", "left", "came_near", "silent", "back", "battery_low", "clock"} <= kinds


def test_a_watch_takes_nothing_from_before_it_began_and_forgets_when_it_ended() -> None:
    one = new()
    inside = Fix(10 * MINUTE, 44.06, -123.09, 5.0)
    assert [told.number for told in one.take(Frame(7, 10 * MINUTE, inside))] == []
    later = Fix(41 * MINUTE, 44.06, -123.09, 5.0)
    told = [told for told in one.take(Frame(7, 41 * MINUTE, later)) if told.kind == ZONE]
    assert [(t.number, t.event.kind, t.event.ms) for t in told] == [(2, geofence.ENTERED, 41 * MINUTE)]
    one.watch(ZONES[:1], WORN[:1])
    assert set(one.kept) == {1} and set(one.heard) == {7} and one.take(Frame(8, 41 * MINUTE, later)) == []
    one.watch(ZONES, WORN)
    assert one.place_of(2) == (geofence.UNKNOWN, 0)


def test_silence_fires_by_its_deadline_and_our_own_absence_is_nobodys_silence() -> None:
    one = new()
    assert one.due(14 * MINUTE) == []
    one.away(10 * MINUTE)
    assert one.due(24 * MINUTE) == []
    told = one.due(26 * MINUTE)
    assert {(t.kind, t.number, t.event.kind, t.event.ms) for t in told} == {
        (DEVICE, 7, "silent", 25 * MINUTE), (DEVICE, 8, "silent", 25 * MINUTE),
    }  # fmt: skip
    assert one.due(90 * MINUTE) == []
    one.away(95 * MINUTE)
    back = one.take(Frame(7, 96 * MINUTE, Fix(96 * MINUTE, 0.5, 0.5, 5.0)))
    assert [(t.event.kind, t.ends) for t in back if t.kind == DEVICE] == [("back", True)]


def test_an_alarm_carries_the_fixes_that_show_it_from_a_while_before() -> None:
    one, step = new(), 0.0005
    for place in range(40):
        fix = Fix(place * MINUTE, HOME[0] - 0.02 + place * step, HOME[1], 5.0)
        if told := [t for t in one.take(Frame(7, fix.ms, fix)) if t.kind == ZONE]:
            break
    (entered,) = told
    assert entered.event.kind == geofence.ENTERED and len(entered.fixes) == 16 and entered.fixes[-1] == fix
    assert states.frames_read(states.frames_text(entered.fixes))[0].ms == entered.fixes[0].ms
