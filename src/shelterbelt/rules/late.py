"""Makes a rule that reads things in their order hold for things that come late, twice or mixed up.

What was told too soon is taken back by name, never silently. What is older than what is kept is handed back as too late.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class Dated(Protocol):
    """Something of an instant, in whole milliseconds, that has an order among its kind."""

    @property
    def ms(self) -> int: ...

    def __lt__(self, other: Any, /) -> bool: ...


# How certain an event is: whatever the accuracies, by what was measured, or by what cannot be ruled out.
SURE, LIKELY, POSSIBLE = "sure", "likely", "possible"


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something that began or ended at an instant; kind and instant make it one. `metres`, `certainty`: as it was seen."""

    ms: int
    kind: str
    certainty: str = ""
    metres: float = 0.0

    @property
    def key(self) -> tuple[int, str]:
        """What makes it one: told again with another distance it is the same."""
        return self.ms, self.kind


S = TypeVar("S")
F = TypeVar("F", bound=Dated)
Fold = Callable[[S, F], tuple[S, tuple[Event, ...]]]

TAKEN, DOUBLE, TOO_LATE = "taken", "double", "too_late"


@dataclass(frozen=True, slots=True)
class Line(Generic[S, F]):
    """One thing that was taken in, how matters stood after it, and what it told."""

    thing: F
    after: S
    told: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Kept(Generic[S, F]):
    """How matters stood before the oldest line that is kept; that last thing before; and the lines, in order."""

    base: S
    before: F | None = None
    lines: tuple[Line[S, F], ...] = ()

    @property
    def state(self) -> S:
        """How matters stand after everything that was taken in."""
        return self.lines[-1].after if self.lines else self.base


@dataclass(frozen=True, slots=True)
class Turn(Generic[S, F]):
    """What one thing changed: what is told now, what was told and does not hold, and whether it was taken in."""

    kept: Kept[S, F]
    told: tuple[Event, ...]
    taken_back: tuple[Event, ...]
    fate: str


def take(kept: Kept[S, F], thing: F, fold: Fold[S, F], *, late_ms: int, most: int) -> Turn[S, F]:
    """This function will take one thing in at its own place in the order, and return what that changes.

    Lines are kept for `late_ms` behind the newest, and never more than `most`, so that a device that sends without end
    fills nothing. What is older than the newest that was let go is too late. Whatever the order in which things come:
    what was told less what was taken back is what `fold` tells, in order and each once, of all that were not too late.
    """
    lines = kept.lines
    if kept.before is not None and not kept.before < thing:
        return Turn(kept, (), (), DOUBLE if thing == kept.before else TOO_LATE)
    place = bisect_left([line.thing for line in lines], thing)
    if place < len(lines) and lines[place].thing == thing:
        return Turn(kept, (), (), DOUBLE)
    state = lines[place - 1].after if place else kept.base
    after = _folded(state, [thing, *(line.thing for line in lines[place:])], fold)
    was, now = _events(lines[place:]), _events(after)
    stands = _events(lines[:place]) if was or now else {}
    told = tuple(event for key, event in now.items() if key not in was and key not in stands)
    back = tuple(event for key, event in was.items() if key not in now and key not in stands)
    return Turn(_trimmed(kept, lines[:place] + after, late_ms, most), told, back, TAKEN)


def _folded(state: S, things: Iterable[F], fold: Fold[S, F]) -> tuple[Line[S, F], ...]:
    found = []
    for thing in things:
        state, told = fold(state, thing)
        found.append(Line(thing, state, told))
    return tuple(found)


def _events(lines: Iterable[Line[S, F]]) -> dict[tuple[int, str], Event]:
    return {event.key: event for line in lines for event in line.told}


def _trimmed(kept: Kept[S, F], lines: tuple[Line[S, F], ...], late_ms: int, most: int) -> Kept[S, F]:
    oldest = lines[-1].thing.ms - late_ms
    gone = max(bisect_left(lines, oldest, key=lambda line: line.thing.ms), len(lines) - most)
    if not gone:
        return Kept(kept.base, kept.before, lines)
    return Kept(lines[gone - 1].after, lines[gone - 1].thing, lines[gone:])
