"""Streams of fixes made up here, and what a zone or a pair must tell of them, found by searching the sorted whole.

The searches know no state: they look for the beginning and the end of each alarm among all fixes at once.
"""

import os
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from shelterbelt.rules import approach, geofence
from shelterbelt.rules.fixes import CLOCK, DOUBT, MOCKED, STRAP, Fix, jumped, moved
from shelterbelt.rules.zones import Zone, area, beyond, circle, street, touches

CASES = int(os.environ.get("SHELTERBELT_RANDOM_CASES", "1000"))
NORTH, EAST = 40.0, -105.0
DEGREE = 111_195.0
ZONES = (
    circle(NORTH, EAST, 300),
    area(
        [(NORTH, EAST), (NORTH + 0.004, EAST), (NORTH + 0.004, EAST + 0.006), (NORTH + 0.002, EAST + 0.002)]
    ),
    street([(NORTH - 0.004, EAST - 0.004), (NORTH, EAST), (NORTH, EAST + 0.005)], 60),
)
Told = set[tuple[int, str]]


def walk(chance: random.Random, length: int, *, ms: int = 1_700_000_000_000) -> list[Fix]:
    """A way through two square kilometres, with gaps, jumps, rough fixes, marks and doubled instants."""
    north, east = NORTH + chance.uniform(-0.008, 0.008), EAST + chance.uniform(-0.01, 0.01)
    found = []
    for _ in range(length):
        ms += chance.choice([0, 1000, 15_000, 30_000, 60_000, 60_000, 240_000, 700_000])
        size = chance.choice([0.0, 0.0005, 0.002, 0.006])
        north += chance.uniform(-size, size) - 0.3 * (north - NORTH)
        east += chance.uniform(-size, size) - 0.3 * (east - EAST)
        off = 0.5 if chance.random() < 0.04 else 0.0
        metres = chance.choice([3.0, 10.0, 10.0, 40.0, 150.0, 600.0, 3000.0])
        marks = chance.choice([0] * 12 + [CLOCK, MOCKED, STRAP])
        speed = chance.choice([-1.0, 0.0, 1.4, 12.0])
        found.append(
            Fix(ms, round(north + off, 6), round(east, 6), metres, speed, chance.randint(-1, 100), marks)
        )
    return found


def muddled(chance: random.Random, things: Sequence[object]) -> list[object]:
    """All of them in any order, some twice or three times."""
    found = [thing for thing in things for _ in range(chance.choice([1, 1, 1, 2, 3]))]
    chance.shuffle(found)
    return found


def net(turns: Iterable[object]) -> Told:
    """What stands of what was told; an event that is told twice, or taken back without having been told, is a fault."""
    standing: Told = set()
    for turn in turns:
        for event in turn.taken_back:
            standing.remove(event.key)
        for event in turn.told:
            assert event.key not in standing
            standing.add(event.key)
    return standing


def found_in_zone(fixes: Iterable[Fix], zone: Zone, settings: geofence.Settings) -> Told:
    """What a zone must tell of these fixes, whatever their order."""
    usable = []
    for fix in sorted(set(fixes)):
        metres = beyond(zone, fix.latitude, fix.longitude)
        if fix.metres <= settings.vague or metres + fix.metres <= 0:
            usable.append((fix, metres))
    told: Told = set()
    pieces = list(_pieces(usable, settings.bridge_ms))
    for number, piece in enumerate(pieces):
        found, is_open = _piece(piece, zone, settings)
        told |= found
        if is_open and number + 1 < len(pieces):
            told.add((piece[-1][0].ms + settings.bridge_ms, "lost"))
    return told


def _pieces(usable: list[tuple[Fix, float]], bridge: int) -> Iterator[list[tuple[Fix, float]]]:
    start = 0
    for number in range(1, len(usable) + 1):
        if number == len(usable) or usable[number][0].ms - usable[number - 1][0].ms > bridge:
            yield usable[start:number]
            start = number


class Piece:
    """The fixes between two gaps, and what each of them is by itself."""

    def __init__(self, piece: list[tuple[Fix, float]], zone: Zone, settings: geofence.Settings) -> None:
        self.zone, self.by = zone, settings
        self.fixes = [fix for fix, _ in piece]
        self.size = len(piece)
        jump = [False] + [jumped(a, b, fastest=settings.fastest) for a, b in pairwise(self.fixes)]
        self.doubt = [bool(fix.marks & DOUBT) or jump[i] for i, fix in enumerate(self.fixes)]
        self.inside = [metres + fix.metres <= 0 for fix, metres in piece]
        self.out = [metres - fix.metres > 0 for fix, metres in piece]
        self.free = [self.out[i] and not self.doubt[i] for i in range(self.size)]
        clear = [metres - fix.metres > settings.leave for fix, metres in piece]
        self.clear = [self.free[i] and clear[i] for i in range(self.size)]

    def edge_since(self, i: int, first: int) -> int:
        """From when they have been at the edge without a break, not before `first`."""
        broken = [k for k in range(first, i) if self.free[k]]
        since = broken[-1] + 1 if broken else first
        return min(k for k in range(since, i + 1) if not self.inside[k] and not self.out[k])

    def begins(self, i: int, first: int) -> bool:
        """Whether an alarm would begin here, if none has since `first`."""
        if self.inside[i] or self.out[i]:
            return self.inside[i]
        return self.fixes[i].ms - self.fixes[self.edge_since(i, first)].ms >= self.by.maybe_ms

    def crossings(self, first: int, until: int, before: int) -> Told:
        """Fixes outside whose way since the last one outside, or since `before`, met the zone."""
        stops = [before, *(i for i in range(first, until) if self.free[i])]
        return {
            (self.fixes[b].ms, "crossed")
            for a, b in pairwise(stops)
            for leg in range(a, b)
            if not self.doubt[leg + 1] and touches(self.zone, self.fixes[leg], self.fixes[leg + 1])
        }

    def alarm(self, start: int, first: int, until: int) -> Told:
        """What an alarm tells from where it begins until it ends."""
        told: Told = set()
        if not self.inside[start]:
            told.add((self.fixes[self.edge_since(start, first)].ms + self.by.maybe_ms, "may_be_in"))
        within = [i for i in range(start, until) if self.inside[i]]
        if within:
            entered = self.fixes[within[0]].ms
            told.add((entered, "entered"))
            stays = (self.fixes[i].ms - entered for i in range(within[0] + 1, until) if not self.out[i])
            if any(ms >= self.by.stay_ms for ms in stays):
                told.add((entered + self.by.stay_ms, "stayed"))
        return told


def _piece(fixes: list[tuple[Fix, float]], zone: Zone, settings: geofence.Settings) -> tuple[Told, bool]:
    """What one piece tells, and whether an alarm stands at its end."""
    piece = Piece(fixes, zone, settings)
    told: Told = set()
    first, before = 0, 0  # of this part without an alarm; the fix from which its ways are looked at
    while True:
        start = next((i for i in range(first, piece.size) if piece.begins(i, first)), piece.size)
        told |= piece.crossings(first, start, before)
        if start == piece.size:
            return told, False
        end = next((i for i in range(start + 1, piece.size) if piece.clear[i]), piece.size)
        told |= piece.alarm(start, first, end)
        if end == piece.size:
            return told, True
        told.add((piece.fixes[end].ms, "left"))
        first, before = end + 1, end


def found_between(sides: tuple[Iterable[Fix], Iterable[Fix]], settings: approach.Settings) -> Told:
    """What a pair must tell of the fixes of both, whatever their order."""
    gaps = _gaps(sorted({approach.Seen(fix, side) for side in (0, 1) for fix in sides[side]}), settings)
    told: Told = set()
    place = 0
    while place < len(gaps):
        last = next((i for i in range(place, len(gaps)) if not isinstance(gaps[i], approach.Gap)), len(gaps))
        known = _between(gaps[place:last], settings, told)
        if last < len(gaps) and known and gaps[last] is not None:
            told.add((gaps[last], "lost"))
        place = last + 1
    return told


def _gaps(seen: list[approach.Seen], settings: approach.Settings) -> list[object]:
    """For each fix that says something: how far apart they are; or when the other was lost; or None for no other yet."""
    latest: list[tuple[Fix, bool] | None] = [None, None]
    found: list[object] = []
    for one in seen:
        mine, other = latest[one.side], latest[1 - one.side]
        doubt = bool(one.fix.marks & DOUBT) or (
            mine is not None and jumped(mine[0], one.fix, fastest=settings.fastest)
        )
        gap: object = None
        if other is not None and one.ms - other[0].ms > settings.stale_ms:
            gap = other[0].ms + settings.stale_ms
        elif other is not None:
            age = one.ms - other[0].ms
            off = one.fix.metres + other[0].metres + max(settings.drift, other[0].speed) * age / 1000
            metres = moved(one.fix, other[0])
            gap = approach.Gap(one.ms, metres, max(0.0, metres - off), metres + off, age, doubt or other[1])
        near = isinstance(gap, approach.Gap) and gap.most <= settings.near
        if one.fix.metres <= settings.vague or near:
            latest[one.side] = (one.fix, doubt)
            found.append(gap)
    return found


def _between(gaps: list[approach.Gap], settings: approach.Settings, told: Told) -> bool:
    """What is told while both are known; whether anything was known at its end."""
    place = 0
    known = False
    while True:
        start = next((i for i in range(place, len(gaps)) if gaps[i].least <= settings.near), None)
        quiet = [gap for gap in gaps[place:start] if not gap.doubtful]
        known = known or bool(quiet) or start is not None
        _closings([gap for gap in quiet if gap.age_ms <= settings.over_ms], settings, told)
        if start is None:
            return known
        told.add((gaps[start].ms, "came_near"))
        ends = (
            i for i in range(start + 1, len(gaps)) if not gaps[i].doubtful and gaps[i].least > settings.far
        )
        end = next(ends, None)
        if end is None:
            return True
        told.add((gaps[end].ms, "went"))
        place = end + 1


def _closings(quiet: list[approach.Gap], settings: approach.Settings, told: Told) -> None:
    marks = quiet[:1]
    for gap in quiet[1:]:
        if gap.ms - marks[-1].ms >= settings.over_ms:
            marks.append(gap)
    coming = False
    for before, gap in pairwise(marks):
        fell = before.metres - gap.metres
        comes = fell > (gap.most - gap.least) / 2 and gap.metres <= settings.ahead
        if comes:
            seconds = max(0.0, gap.metres - settings.near) * (gap.ms - before.ms) / 1000 / fell
            comes = seconds * 1000 <= settings.meet_ms
        if comes and not coming:
            told.add((gap.ms, "closing"))
        coming = comes or (coming and fell > 0)


def without_time(settings: geofence.Settings | approach.Settings) -> geofence.Settings | approach.Settings:
    """The same settings, with nothing ever too late."""
    return replace(settings, late_ms=10**12, most=10**6)
