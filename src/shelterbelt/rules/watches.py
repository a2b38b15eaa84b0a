"""Watches many zones, pairs and devices at once: each fix goes to every watch that it concerns, and what they tell comes back.

The readable reference of `engines.watching`. It decides nothing that `geofence`, `approach`, `signals` and `silence` do not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

from shelterbelt.rules import approach, geofence, signals, silence
from shelterbelt.rules.approach import Seen
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.late import TOO_LATE, Event, Turn
from shelterbelt.rules.silence import Heard
from shelterbelt.rules.zones import Zone

# What a watch is of. Watches of zones and pairs have numbers; those of devices bear the device's number.
ZONE, PAIR, SIGNAL, SILENCE = OF = ("zone", "pair", "signal", "silence")


class Allowed(Protocol):
    """How long a device may say nothing, where nothing else is set for it."""

    @property
    def allowed_ms(self) -> int: ...


class Ways(Protocol):
    """From when on zones, pairs and devices tell something; `library.watching` hands these out."""

    @property
    def zone(self) -> geofence.Settings: ...
    @property
    def pair(self) -> approach.Settings: ...
    @property
    def device(self) -> signals.Settings: ...
    @property
    def silence(self) -> Allowed: ...


@dataclass(frozen=True, slots=True)
class Watched:
    """What there is to watch: `zones` are (watch, device, zone), each of one device; `pairs` are (watch, device, device).

    `shared` are (watch, zone), places that every device of `kept_from` is to keep from, such as schools.
    """

    zones: tuple[tuple[int, int, Zone], ...] = ()
    pairs: tuple[tuple[int, int, int], ...] = ()
    shared: tuple[tuple[int, Zone], ...] = ()
    kept_from: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Raises ValueError for a number that two zones or two pairs share, or a pair of one."""
        zones = [watch for watch, *_ in chain(self.zones, self.shared)]
        pairs = [watch for watch, *_ in self.pairs]
        if len(set(zones)) < len(zones) or len(set(pairs)) < len(pairs):
            raise ValueError("every watch has a number of its own")
        if any(one == two for _, one, two in self.pairs):
            raise ValueError("a pair has two devices")


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """What a watch tells: that something began or ended at an instant, or that what it told does not hold (`taken_back`).

    `device`: whose fixes showed it; of a pair, the first. `late_alone`: a fix too late to be put in its place showed it
    by itself. Of, watch, device, kind and instant make it one; told again it is the same.
    """

    of: str
    watch: int
    device: int
    kind: str
    ms: int
    certainty: str = ""
    metres: float = 0.0
    taken_back: bool = False
    late_alone: bool = False


Key = tuple[int, int]  # watch and device


class Watches:
    """All the watches of one node or one part of it, and how each of them stands."""

    def __init__(self, ways: Ways, watched: Watched) -> None:
        self.ways, self.watched = ways, watched
        self.in_zone: dict[Key, geofence.Watch] = defaultdict(lambda: geofence.BEGINNING)
        self.near: dict[int, approach.Watch] = defaultdict(lambda: approach.BEGINNING)
        self.said: dict[int, signals.Watch] = defaultdict(lambda: signals.BEGINNING)
        self.heard: dict[int, Heard] = {}
        self.allowed: dict[int, int] = {}
        self.zone_since: dict[Key, Fix] = {}
        self.pair_since: dict[int, Seen] = {}
        self._zones: dict[int, list[tuple[int, Zone]]] = defaultdict(list)
        self._pairs: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for watch, device, zone in watched.zones:
            self._zones[device].append((watch, zone))
        for watch, one, two in watched.pairs:
            self._pairs[one].append((watch, 0, one))
            self._pairs[two].append((watch, 1, one))

    def expect(self, device: int, at_ms: int, allowed_ms: int | None = None) -> None:
        """This function will expect signs of life from a device from an instant on, at least every `allowed_ms`.

        Nobody else's silence is told of. A device that is expected already keeps what is known of it.
        """
        self.heard.setdefault(device, silence.begun(at_ms))
        self.allowed[device] = self.ways.silence.allowed_ms if allowed_ms is None else allowed_ms

    def forget(self, device: int) -> None:
        """This function will expect nothing of a device any more."""
        self.heard.pop(device, None)
        self.allowed.pop(device, None)

    def take(self, device: int, fix: Fix, received_ms: int) -> tuple[Told, ...]:
        """This function will take one fix in, whenever it comes, and return what every watch tells of it.

        Fixes are given in the order in which they arrived: silence is what was known then. One that is too rough to say where
        somebody is puts off no silence and ends none.
        """
        told = chain(
            self._hear(device, fix, received_ms),
            self._signal(device, fix),
            *(self._zone(key, device, fix, zone) for key, zone in self._around(device)),
            *(self._pair(*pair, fix) for pair in self._pairs.get(device, ())),
        )
        return tuple(told)

    def due(self, at_ms: int) -> tuple[Told, ...]:
        """This function will return the silences that have begun by an instant, each once and dated by its deadline."""
        told: list[Told] = []
        for device, heard in self.heard.items():
            self.heard[device], events = silence.due(heard, at_ms, allowed_ms=self.allowed[device])
            told += _told(SILENCE, device, device, events)
        return tuple(told)

    def next_due(self) -> int | None:
        """This function will return the instant of the next silence, if nothing is heard until then; None for none."""
        ends = (silence.deadline(heard, allowed_ms=self.allowed[one]) for one, heard in self.heard.items())
        return min((ms for ms in ends if ms is not None), default=None)

    def changed(self, watched: Watched) -> "Watches":
        """This function will return the same watches with others to watch: what stays keeps how it stands.

        What is new, or has another place or other devices, begins with what comes after the newest fix of its devices.
        """
        found = Watches(self.ways, watched)
        found.heard |= self.heard
        found.allowed |= self.allowed
        found.said |= self.said
        before, pairs = dict(self.every()), set(self.watched.pairs)
        for key, zone in found.every():
            if before.get(key) == zone:
                found.in_zone[key] = self.in_zone[key]
                found.zone_since |= {key: self.zone_since[key]} if key in self.zone_since else {}
        for pair in watched.pairs:
            if pair in pairs:
                watch = pair[0]
                found.near[watch] = self.near[watch]
                found.pair_since |= {watch: self.pair_since[watch]} if watch in self.pair_since else {}
        found.begin()
        return found

    def begin(self) -> None:
        """This function will begin whatever has not begun: it sees what comes after the newest fix of its devices."""
        for key, _zone in self.every():
            newest = self._newest(key[1])
            if newest is not None and key not in self.in_zone:
                self.zone_since.setdefault(key, newest)
        for pair in self.watched.pairs:
            last = self._last_of(pair)
            if last is not None and pair[0] not in self.near:
                self.pair_since.setdefault(pair[0], last)

    def every(self) -> Iterator[tuple[Key, Zone]]:
        """This function will return every device's places: the watch and the device, and the zone."""
        devices = self.watched.kept_from | set(self._zones)
        return (one for device in devices for one in self._around(device))

    def _around(self, device: int) -> Iterator[tuple[Key, Zone]]:
        """The places that a device is watched for, each with its key."""
        yield from (((watch, device), zone) for watch, zone in self._zones.get(device, ()))
        if device in self.watched.kept_from:
            yield from (((watch, device), zone) for watch, zone in self.watched.shared)

    def _newest(self, device: int) -> Fix | None:
        said = self.said[device]
        return said.lines[-1].thing if said.lines else said.before

    def _last_of(self, pair: tuple[int, int, int]) -> Seen | None:
        newest = ((self._newest(device), side) for side, device in enumerate(pair[1:]))
        return max((Seen(fix, side) for fix, side in newest if fix is not None), default=None)

    def _hear(self, device: int, fix: Fix, received_ms: int) -> Iterable[Told]:
        if device not in self.heard:
            return ()
        heard, allowed = self.heard[device], self.allowed[device]
        if fix.metres > self.ways.zone.vague:  # it says that it runs, and not where it is
            self.heard[device], events = silence.due(heard, received_ms, allowed_ms=allowed)
        else:
            self.heard[device], events = silence.hear(heard, fix.ms, received_ms, allowed_ms=allowed)
        return _told(SILENCE, device, device, events)

    def _signal(self, device: int, fix: Fix) -> Iterable[Told]:
        turn = signals.step(self.said[device], fix, self.ways.device)
        self.said[device] = turn.kept
        return _changes(SIGNAL, device, device, turn)

    def _zone(self, key: Key, device: int, fix: Fix, zone: Zone) -> Iterable[Told]:
        since = self.zone_since.get(key)
        if since is not None and not since < fix:
            return ()
        turn = geofence.step(self.in_zone[key], fix, zone, self.ways.zone)
        self.in_zone[key] = turn.kept
        alone = geofence.alone(fix, zone) if turn.fate == TOO_LATE else None
        shown = () if alone is None else _told(ZONE, *key, (alone,), late_alone=True)
        return (*_changes(ZONE, *key, turn), *shown)

    def _pair(self, watch: int, side: int, first: int, fix: Fix) -> Iterable[Told]:
        since = self.pair_since.get(watch)
        if since is not None and not since < Seen(fix, side):
            return ()
        turn = approach.step(self.near[watch], fix, side, self.ways.pair)
        self.near[watch] = turn.kept
        return _changes(PAIR, watch, first, turn)


def _changes(of: str, watch: int, device: int, turn: Turn[Any, Any]) -> Iterable[Told]:
    back = _told(of, watch, device, turn.taken_back, taken_back=True)
    return (*back, *_told(of, watch, device, turn.told))


def _told(
    of: str,
    watch: int,
    device: int,
    events: Collection[Event],
    *,
    taken_back: bool = False,
    late_alone: bool = False,
) -> tuple[Told, ...]:
    return tuple(
        Told(of, watch, device, one.kind, one.ms, one.certainty, one.metres, taken_back, late_alone)
        for one in events
    )
