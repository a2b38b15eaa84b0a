"""What decides on fixes in this process: the engine, or the rules themselves; their answers are equal.

Refuses what the other one wrote down of how things stood: whoever reads it begins anew, and tells more rather than less.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

from shelterbelt.library.watching import watching
from shelterbelt.rules import approach, geofence, silence, watches_kept
from shelterbelt.rules.frames import unframed
from shelterbelt.rules.silence import Heard
from shelterbelt.rules.watches import Told, Watched, Watches
from shelterbelt.rules.watches_kept import OtherVersion

if TYPE_CHECKING:
    from shelterbelt.engines.watching import Engine

__all__ = ["ENDS", "Deciding", "OtherVersion", "Told", "Watched", "begun", "read_again"]

# What begins something is told; what ends it is noted beside it.
ENDS = frozenset({geofence.LEFT, approach.WENT, silence.BACK})
RULES, ENGINE = "rules", "engine"
BY_RULES, BY_ENGINE = b"rules\n", b"engine\n"


class Deciding(Protocol):
    """All that is watched in one part of a log, and how each of it stands."""

    def expect(self, device: int, at_ms: int, allowed_ms: int) -> None:
        """A device is awaited from an instant on."""

    def only(self, devices: Iterable[int]) -> None:
        """No other device is awaited."""

    def take(self, frames: bytes) -> list[Told]:
        """Take fixes in as they were received; what they tell."""

    def due(self, at_ms: int) -> list[Told]:
        """Which devices have been silent for too long by an instant."""

    def next_due(self) -> int | None:
        """When the next one will be, if nothing is heard until then."""

    def away(self, until_ms: int) -> None:
        """Nobody could be heard until then: no silence counts from before it."""

    def changed(self, watched: Watched) -> "Deciding":
        """The same with other things to watch; what stays keeps how it stands."""

    def kept(self) -> bytes:
        """How it all stands."""


@dataclass(slots=True)
class ByRules:
    """The rules, one fix after the other."""

    watches: Watches

    def expect(self, device: int, at_ms: int, allowed_ms: int) -> None:
        """See `Deciding`."""
        self.watches.expect(device, at_ms, allowed_ms)

    def only(self, devices: Iterable[int]) -> None:
        """See `Deciding`."""
        for gone in set(self.watches.heard) - set(devices):
            self.watches.forget(gone)

    def take(self, frames: bytes) -> list[Told]:
        """See `Deciding`."""
        return [
            told
            for one in unframed(frames)
            for told in self.watches.take(one.device, one.fix, one.received_ms)
        ]

    def due(self, at_ms: int) -> list[Told]:
        """See `Deciding`."""
        return list(self.watches.due(at_ms))

    def next_due(self) -> int | None:
        """See `Deciding`."""
        return self.watches.next_due()

    def away(self, until_ms: int) -> None:
        """See `Deciding`."""
        for device, heard in self.watches.heard.items():
            if not heard.silent:
                self.watches.heard[device] = Heard(max(heard.newest_ms, until_ms))

    def changed(self, watched: Watched) -> "Deciding":
        """See `Deciding`."""
        return ByRules(self.watches.changed(watched))

    def kept(self) -> bytes:
        """See `Deciding`."""
        return BY_RULES + watches_kept.kept(self.watches)


@dataclass(slots=True)
class ByEngine:
    """The engine, batch by batch. It is imported where it is asked for: no other process needs it."""

    engine: "Engine"

    def expect(self, device: int, at_ms: int, allowed_ms: int) -> None:
        """See `Deciding`."""
        self.engine.expect(device, at_ms, allowed_ms)

    def only(self, devices: Iterable[int]) -> None:
        """See `Deciding`."""
        self.engine.only(devices)

    def take(self, frames: bytes) -> list[Told]:
        """See `Deciding`."""
        from shelterbelt.engines.watching import told_of

        return told_of(self.engine.take(frames))

    def due(self, at_ms: int) -> list[Told]:
        """See `Deciding`."""
        from shelterbelt.engines.watching import told_of

        return told_of(self.engine.due(at_ms))

    def next_due(self) -> int | None:
        """See `Deciding`."""
        return self.engine.next_due()

    def away(self, until_ms: int) -> None:
        """See `Deciding`."""
        self.engine.away(until_ms)

    def changed(self, watched: Watched) -> "Deciding":
        """See `Deciding`."""
        return ByEngine(self.engine.changed(watched))

    def kept(self) -> bytes:
        """See `Deciding`."""
        return BY_ENGINE + self.engine.kept()


def begun(watched: Watched) -> Deciding:
    """Watching that knows nothing yet, by the way that this process was given."""
    if settings.WATCH_BY == ENGINE:
        from shelterbelt.engines.watching import Engine

        return ByEngine(Engine(watching(), watched))
    return ByRules(Watches(watching(), watched))


def read_again(data: bytes, watched: Watched) -> Deciding:
    """Watching as it stood, changed to what is watched now. Raises OtherVersion for what this process cannot read."""
    if settings.WATCH_BY == ENGINE:
        return _engine_again(data, watched)
    if not data.startswith(BY_RULES):
        raise OtherVersion("written by another way of deciding")
    return ByRules(watches_kept.restored(data.removeprefix(BY_RULES), watching(), watched))


def _engine_again(data: bytes, watched: Watched) -> Deciding:
    from shelterbelt.engines.watching import Engine, OtherWatches

    if not data.startswith(BY_ENGINE):
        raise OtherVersion("written by another way of deciding")
    try:
        return ByEngine(Engine.restored(data.removeprefix(BY_ENGINE), watching(), watched))
    except OtherWatches as fault:
        raise OtherVersion("written by another engine") from fault
