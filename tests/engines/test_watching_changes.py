"""The fast twin goes on as the rules do when what is watched changes: in the middle of a stream and after restarts."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.engines.test_watching import heard_of, moved_to
from tests.rules.streams_for_tests import NORTH, ZONES
from tests.rules.test_watches import BEGUN, HOUR, Ways, ways

from shelterbelt.engines.watching import Engine, told_of
from shelterbelt.rules import watches_kept
from shelterbelt.rules.frames import Heard, joined, unframed
from shelterbelt.rules.watches import Told, Watched, Watches
from shelterbelt.watching.deciding import ByRules

CASES = int(os.environ.get("SHELTERBELT_RANDOM_CASES", "40"))
LONG = 40
DEVICES = (7, 8, 9, 11)
# Somewhere else, a little beside and the same again.
PLACES = (*ZONES, *(moved_to(zone, NORTH + 0.001, zone.plane.longitude) for zone in ZONES), replace(ZONES[0]))


def some(chance: random.Random) -> Watched:
    """Anything to watch: few numbers and few places, so that much stays, moves, goes and comes again."""
    zones: list[Any] = []
    shared: list[Any] = []
    for watch in range(1, 7):
        kind, place = chance.choice("zzsn"), chance.choice(PLACES)
        if kind == "z":
            zones.append((watch, chance.choice(DEVICES), place))
        elif kind == "s":
            shared.append((watch, place))
    pairs = [(watch, *chance.sample(DEVICES, 2)) for watch in range(1, 5) if chance.random() < 0.6]
    for every in (zones, shared, pairs):
        chance.shuffle(every)
    bound = frozenset(device for device in DEVICES if chance.random() < 0.5)
    return Watched(tuple(zones), tuple(pairs), tuple(shared), bound)  # type: ignore[arg-type]


def less(chance: random.Random, watched: Watched) -> Watched:
    """The same with some of it gone or moved, and something else beside it."""
    other = some(chance)
    known = {watch for watch, *_ in (*watched.zones, *watched.shared)}
    kept = {watch for watch in known if chance.random() < 0.7}
    zones = tuple(one for one in watched.zones if one[0] in kept)
    shared = tuple(one for one in watched.shared if one[0] in kept)
    pairs = tuple(one for one in watched.pairs if chance.random() < 0.7)
    numbers = {one[0] for one in pairs}
    return Watched(
        (*zones, *(one for one in other.zones if one[0] not in kept)),
        (*pairs, *(one for one in other.pairs if one[0] not in numbers)),
        (*shared, *(one for one in other.shared if one[0] not in kept)),
        watched.kept_from ^ {chance.choice(DEVICES)} if chance.random() < 0.5 else watched.kept_from,
    )


def part_of(chance: random.Random, watched: Watched) -> Watched:
    """Some of it, in another order, as a table may give it back."""
    chosen = [
        [one for one in chance.sample(every, len(every)) if chance.random() < 0.8]
        for every in (watched.zones, watched.pairs, watched.shared)
    ]
    return Watched(*(tuple(one) for one in chosen), watched.kept_from)  # type: ignore[arg-type]


@dataclass
class Both:
    """Rules and engine, to whom the same is done."""

    by: Ways
    rules: ByRules
    engine: Engine
    told: list[Told] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    def take(self, heard: list[Heard]) -> None:
        rows = self.engine.take(joined(heard))
        found: list[list[Told]] = [[] for _ in heard]
        for row, told in zip(rows["row"], told_of(rows), strict=True):
            found[row].append(told)
        for one, mine in zip(unframed(joined(heard)), found, strict=True):
            wanted = self.rules.watches.take(one.device, one.fix, one.received_ms)
            assert sorted(mine) == sorted(wanted)
            self.told += wanted

    def due(self, at_ms: int) -> None:
        assert self.engine.next_due() == self.rules.next_due()
        assert sorted(told_of(self.engine.due(at_ms))) == sorted(self.rules.due(at_ms))

    def each(self, word: str, *values: Any) -> None:
        getattr(self.rules.watches if word in ("forget",) else self.rules, word)(*values)
        getattr(self.engine, word)(*values)

    def changed(self, watched: Watched) -> None:
        self.rules = ByRules(self.rules.watches.changed(watched))
        self.engine = self.engine.changed(watched)

    def restarted(self, watched: Watched) -> None:
        kept = watches_kept.kept(self.rules.watches)
        self.rules = ByRules(watches_kept.restored(kept, self.by, watched))
        self.engine = Engine.restored(self.engine.kept(), self.by, watched)

    @property
    def watched(self) -> Watched:
        return self.rules.watches.watched


def something(chance: random.Random, both: Both, at_ms: int) -> None:
    """One thing that may happen between two batches."""
    device = chance.choice(DEVICES)
    happens: dict[str, Callable[[], None]] = {
        "changed": lambda: both.changed(less(chance, both.watched)),
        "all new": lambda: both.changed(some(chance)),
        "restarted": lambda: both.restarted(part_of(chance, both.watched)),
        "expect": lambda: both.each("expect", device, at_ms, chance.choice([60_000, 900_000])),
        "forget": lambda: both.each("forget", device),
        "only": lambda: both.each("only", chance.sample(DEVICES, 2)),
        "away": lambda: both.each("away", at_ms + chance.choice([-HOUR, 0, 60_000])),
        "due": lambda: both.due(at_ms),
    }
    what = chance.choice(["changed", "changed", *happens])
    happens[what]()
    both.done.add(what)


def test_rules_and_engine_tell_the_same_however_what_is_watched_changes() -> None:
    kinds: set[tuple[str, str, bool, bool]] = set()
    done: set[str] = set()
    for seed in range(CASES):
        chance = random.Random(seed)
        by = ways(
            late_ms=chance.choice([0, 60_000, HOUR, 10**10]), most=chance.choice([1, 3, 8, 40, 64, 500])
        )
        watched = some(chance)
        both = Both(by, ByRules(Watches(by, watched)), Engine(by, watched))
        heard = heard_of(chance, DEVICES[:3] if seed % 3 else DEVICES, LONG * (1 + seed % 3))
        at = 0
        while at < len(heard):
            batch = heard[at : at + chance.choice([1, 5, 30, 100])]
            both.take(batch)
            at += len(batch)
            for _ in range(chance.choice([0, 1, 1, 2])):
                something(chance, both, max(one.received_ms for one in batch))
        both.due(BEGUN + 100 * HOUR)
        kinds |= {(told.of, told.kind, told.taken_back, told.late_alone) for told in both.told}
        done |= both.done
    assert len(kinds) >= 30 and len(done) == 8
