"""Whether the fast engine tells exactly what the rules tell of the scenarios, batch by batch and deadline by deadline."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.field_story import Story, sent
from bench.field_watch import Arrival, arrivals, by_rules, steps, watched, ways
from shelterbelt.rules.watches import Told


@dataclass(frozen=True, slots=True)
class Twin:
    """The fast engine with its answers as words."""

    engine: Any
    words: Callable[[Any], Iterable[Told]]

    def expect(self, device: int, at_ms: int, allowed_ms: int) -> None:
        """A device is awaited."""
        self.engine.expect(device, at_ms, allowed_ms)

    def take(self, frames: bytes) -> list[Told]:
        """Fixes in."""
        return list(self.words(self.engine.take(frames)))

    def due(self, at_ms: int) -> list[Told]:
        """Silences that have begun."""
        return list(self.words(self.engine.due(at_ms)))

    def next_due(self) -> int | None:
        """The next one."""
        return self.engine.next_due()


def differs(stories: Sequence[Story]) -> str:
    """This function will say in words whether the engine's answers equal the rules'; raises AssertionError where they do not.

    A scenario in which our own node is away is left out: who forgets silence then is the seam above both.
    """
    make = engine()
    if make is None:
        return "It is not installed here and was not compared."
    compared = [story for story in stories if story.down is None]
    for story in compared:
        come = arrivals(story, sent(story, 0))
        one, two = told(story, by_rules(story), come), told(story, make(story), come)
        assert one == two, f"{story.name}: the engine tells something else"
    return f"The fast engine tells exactly the same in all {len(compared)} without an outage of ours."


def told(story: Story, deciding: Any, come: Sequence[Arrival]) -> list[tuple[int, Told]]:
    """This function will return everything that is told, and when, in an order that does not depend on who tells it."""
    return [(at_ms, one) for at_ms, every in steps(story, deciding, come) for one in sorted(every)]


def engine() -> Callable[[Story], Twin] | None:
    """This function will return how to begin the fast engine, or None where it is not installed."""
    try:
        from shelterbelt.engines.watching import Engine, told_of
    except ImportError:
        return None
    return lambda story: Twin(Engine(ways(), watched(story)), told_of)
