"""Decides what devices' fixes mean for what is watched now: the one place where the rules meet a stream. Knows no table.

Each watch takes what was received while it stood, and nothing from before it; a watch that is ended forgets. Silence is
by when things arrived. What it knows can be written down and read again (`states`), and it then decides alike.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from shelterbelt.library.watching import Watching
from shelterbelt.rules import approach, geofence, late, signals, silence
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import Heard as Frame
from shelterbelt.rules.late import Event
from shelterbelt.rules.silence import Heard
from shelterbelt.rules.zones import Zone

ZONE, PAIR, DEVICE, SERVER = "zone", "pair", "device", "server"
# What begins something is told; what ends it is noted beside it.
ENDS = frozenset({geofence.LEFT, approach.WENT, silence.BACK})
SILENCE = frozenset(silence.KINDS)


@dataclass(frozen=True, slots=True)
class Watched:
    """One thing that is watched: a zone for a device, or two devices for being near. `since_ms`: from what is received then."""

    number: int
    kind: str
    devices: tuple[int, ...]
    since_ms: int
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Worn:
    """A device that is watched: how long it may be silent, and since when it is awaited."""

    number: int
    allowed_ms: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a watch (or of a device by itself). `fixes`: what shows it. `back`: it was told and does not hold."""

    kind: str
    number: int
    event: Event
    back: bool = False
    alone: bool = False
    fixes: tuple[Fix, ...] = ()

    @property
    def ends(self) -> bool:
        """Whether it ends something, so that nobody need be told."""
        return self.event.kind in ENDS


@dataclass(slots=True)
class Deciding:
    """How everything that is watched in one part stands."""

    settings: Watching
    watches: dict[int, Watched] = field(default_factory=dict)
    worn: dict[int, Worn] = field(default_factory=dict)
    kept: dict[int, late.Kept[Any, Any]] = field(default_factory=dict)
    said: dict[int, signals.Watch] = field(default_factory=dict)
    heard: dict[int, Heard] = field(default_factory=dict)
    of_device: dict[int, list[int]] = field(default_factory=dict)

    def watch(self, watches: Iterable[Watched], worn: Iterable[Worn]) -> None:
        """From now on these are watched and no others. What stays keeps what it knows; what is new knows nothing."""
        self.watches = {one.number: one for one in watches}
        self.worn = {one.number: one for one in worn}
        self.kept = {number: kept for number, kept in self.kept.items() if number in self.watches}
        self.said = {number: kept for number, kept in self.said.items() if number in self.worn}
        self.heard = {
            number: self.heard.get(number, silence.begun(one.since_ms)) for number, one in self.worn.items()
        }
        self.of_device = {}
        for one in self.watches.values():
            for device in one.devices:
                self.of_device.setdefault(device, []).append(one.number)

    def take(self, frame: Frame) -> list[Told]:
        """Take one fix in, as it was received; what it tells."""
        if frame.device not in self.worn:
            return []
        told = self._heard(frame)
        for number in self.of_device.get(frame.device, ()):
            if frame.received_ms >= self.watches[number].since_ms:
                told += self._watched(self.watches[number], frame)
        return told + self._signals(frame)

    def due(self, at_ms: int) -> list[Told]:
        """Which devices have been silent for too long by an instant."""
        told = []
        for number, one in self.worn.items():
            self.heard[number], events = silence.due(self.heard[number], at_ms, allowed_ms=one.allowed_ms)
            told += [Told(DEVICE, number, event) for event in events]
        return told

    def away(self, until_ms: int) -> None:
        """We were away ourselves until then: nobody's silence counts from before it."""
        for number, heard in self.heard.items():
            if not heard.silent:
                self.heard[number] = Heard(max(heard.newest_ms, until_ms))

    def fixes_of(self, number: int) -> tuple[Fix, ...]:
        """What is still known of a watch's fixes, in their order."""
        kept = self.kept.get(number, late.Kept(None))
        return tuple(getattr(line.thing, "fix", line.thing) for line in kept.lines)

    def place_of(self, number: int) -> tuple[str, int]:
        """How a watch stood after its last fix, and of when that was; unknown for one that has none."""
        kept = self.kept.get(number)
        if kept is None:
            return geofence.UNKNOWN, 0
        newest = kept.lines[-1].thing.ms if kept.lines else 0
        return str(kept.state.place), newest

    def _heard(self, frame: Frame) -> list[Told]:
        allowed = self.worn[frame.device].allowed_ms
        heard = self.heard[frame.device]
        self.heard[frame.device], events = silence.hear(
            heard, frame.fix.ms, frame.received_ms, allowed_ms=allowed
        )
        return [Told(DEVICE, frame.device, event) for event in events]

    def _signals(self, frame: Frame) -> list[Told]:
        before = self.said.get(frame.device, signals.BEGINNING)
        turn = signals.step(before, frame.fix, self.settings.device)
        self.said[frame.device] = turn.kept
        return _told(DEVICE, frame.device, turn, self.settings.proof_ms)

    def _watched(self, one: Watched, frame: Frame) -> list[Told]:
        turn = stepped(self.settings, one, self.kept.get(one.number), frame)
        self.kept[one.number] = turn.kept
        told = _told(one.kind, one.number, turn, self.settings.proof_ms)
        if turn.fate == late.TOO_LATE and one.zone and (event := geofence.alone(frame.fix, one.zone)):
            told.append(Told(ZONE, one.number, event, alone=True, fixes=(frame.fix,)))
        return told


def stepped(
    settings: Watching, one: Watched, kept: late.Kept[Any, Any] | None, frame: Frame
) -> late.Turn[Any, Any]:
    """One fix for one watch, by the rule of its kind."""
    if one.zone is not None:
        return geofence.step(kept or geofence.BEGINNING, frame.fix, one.zone, settings.zone)
    side = one.devices.index(frame.device)
    return approach.step(kept or approach.BEGINNING, frame.fix, side, settings.pair)


def fold_of(settings: Watching, one: Watched) -> Callable[[Any, Any], tuple[Any, tuple[Event, ...]]]:
    """The rule of a watch as a fold, by which what was taken in is told anew."""
    zone = one.zone
    if zone is not None:
        return lambda state, fix: geofence.judge(state, fix, zone, settings.zone)
    return lambda state, seen: approach.judge(state, seen, settings.pair)


def signals_fold(settings: Watching) -> Callable[[Any, Any], tuple[Any, tuple[Event, ...]]]:
    """The same for what a device says about itself."""
    return lambda state, fix: signals.judge(state, fix, settings.device)


def _told(kind: str, number: int, turn: late.Turn[Any, Any], before_ms: int) -> list[Told]:
    told = [Told(kind, number, event, fixes=_shows(turn.kept, event, before_ms)) for event in turn.told]
    return told + [Told(kind, number, event, back=True) for event in turn.taken_back]


def _shows(kept: late.Kept[Any, Any], event: Event, before_ms: int) -> tuple[Fix, ...]:
    """The fixes from a while before an event on."""
    things: Iterable[Any] = (line.thing for line in kept.lines)
    return tuple(getattr(one, "fix", one) for one in things if one.ms >= event.ms - before_ms)
