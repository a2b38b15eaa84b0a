"""Conditions as data: all, any, not, and "this fact is that". Nothing is ever evaluated as code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Fact = bool | str | int
Facts = Mapping[str, Fact]

DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Is:
    """Holds when the fact is known and is exactly this value (True is not 1)."""

    fact: str
    value: Fact


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part holds; holds when it has no parts."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """Holds when at least one part holds."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not; so `not` of an unknown fact holds, which opens work rather than
    hiding it.
    """

    part: "Condition"


Condition = Is | All | Any | Not

ALWAYS = All()


def holds(condition: Condition, facts: Facts) -> bool:
    """This function will say whether the condition is true of the facts. An unknown fact equals nothing."""
    match condition:
        case Is(fact, value):
            known = facts.get(fact)
            return type(known) is type(value) and known == value
        case All(parts):
            return all(holds(part, facts) for part in parts)
        case Any(parts):
            return any(holds(part, facts) for part in parts)
        case Not(part):
            return not holds(part, facts)


def facts_named(condition: Condition) -> Iterator[str]:
    """This function will yield the name of every fact that the condition looks at, in order, with repeats."""
    match condition:
        case Is(fact, _):
            yield fact
        case All(parts) | Any(parts):
            for part in parts:
                yield from facts_named(part)
        case Not(part):
            yield from facts_named(part)


def condition_from(data: object, depth: int = 0) -> Condition:
    """This function will build a condition from plain data, as a protocol file writes it.

    Forms: {fact: NAME, is: VALUE}, {all: [..]}, {any: [..]}, {not: {..}}. None means "always".
    Raises ValueError for any other form, or for one nested deeper than 20.
    """
    if data is None:
        return ALWAYS
    if not isinstance(data, Mapping) or depth > DEEPEST:
        raise ValueError("not a condition")
    match dict(data):
        case {"fact": str(fact), "is": bool() | str() | int() as value, **rest} if not rest:
            return Is(fact, value)
        case {"all": list(parts), **rest} if not rest:
            return All(tuple(condition_from(part, depth + 1) for part in parts))
        case {"any": list(parts), **rest} if not rest:
            return Any(tuple(condition_from(part, depth + 1) for part in parts))
        case {"not": dict(part), **rest} if not rest:
            return Not(condition_from(part, depth + 1))
    raise ValueError("not a condition")
