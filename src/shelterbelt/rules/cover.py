"""Which parts of a safety plan to look at first, from what lifts the danger or is planned: topics, never numbers.

It takes codes alone, so that no level, share or band can come out of it; what it does not know brings nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shelterbelt.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what any of these `codes` brings to look at, and the parts of the plan that hold it."""

    topic: str
    codes: frozenset[str]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to look at: its parts of the plan in their order, and the codes that brought it."""

    id: str
    parts: tuple[str, ...]
    because: tuple[Reason, ...]


def cover(lines: Iterable[Line], codes: Iterable[str]) -> tuple[Topic, ...]:
    """This function will return the topics that these codes bring, each once and in the table's order.

    `codes` are those of a forecast's drivers ("event.…", "state.…", "repeat", "shift"), "act.<kind>" of what is
    planned and "level.<word>" of the level that holds; all as one and the same viewer sees them. More codes never
    bring fewer topics, their order changes nothing, and a code that the table does not have brings none.
    """
    told = frozenset(codes)
    found = ((line, sorted(line.codes & told)) for line in lines)
    return tuple(
        Topic(line.topic, line.parts, tuple(Reason("cover.for", code) for code in because))
        for line, because in found
        if because
    )
