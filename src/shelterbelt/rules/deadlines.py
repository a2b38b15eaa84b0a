"""Reads a protocol: after this event, with these facts, who must do what by when, and why.

It opens nothing itself, and it knows no interval: every hour stands in the protocol's data file, with its
source.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from shelterbelt.rules.conditions import ALWAYS, Condition, Facts, facts_named, holds
from shelterbelt.rules.instants import aware
from shelterbelt.rules.levels import DEFAULT, Level, level_of
from shelterbelt.rules.reasons import Reason


class WhenOpen(Enum):
    """What to do when the case already has an open action of this kind."""

    SOONER = "sooner"
    REPLACE = "replace"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a protocol.

    `hours` is None when the level decides. `how` are codes of manners in the protocol. `from_happened`: the
    clock counts from what happened and not from its recording. `another`: whoever caused it may not do it.
    """

    id: str
    when: str
    kind: str
    title: str
    unit: str
    role: str
    hours: int | None
    why: str
    source: str
    tag: str
    condition: Condition = ALWAYS
    now: bool = False
    how: tuple[str, ...] = ()
    when_open: WhenOpen = WhenOpen.SOONER
    from_happened: bool = False
    another: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step up the chain: `hours` after work was due, and the work that it opens.

    Without a rule nobody else is asked: whoever has the work is told that it is overdue.
    """

    id: str
    hours: int
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who hears of it when work of these kinds is overdue. The steps stand in the order of their hours."""

    kinds: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """A jurisdiction's protocol for one kind of agency, as published.

    `reassess_hours` has one entry per level.
    """

    jurisdiction: str
    name: str
    version: str
    digest: str
    title: str
    rules: tuple[Rule, ...]
    reassess_hours: Mapping[Level, int]
    manners: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    ladder: Ladder = Ladder()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was written down: when it happened and when it was recorded, both aware instants."""

    kind: str
    happened_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """An action to open: which rule asks for it, of whom, by when, in what manner, and why.

    `another`: of anybody but whoever caused it.
    """

    rule: str
    kind: str
    title: str
    unit: str
    role: str
    due_at: datetime
    now: bool
    how: tuple[str, ...]
    when_open: WhenOpen
    protocol: str
    version: str
    because: tuple[Reason, ...]
    another: bool = False


def due(protocol: Protocol, event: Event, facts: Facts) -> tuple[Opening, ...]:
    """This function will return every action that the protocol asks for after the event, soonest first.

    Due times count from the instant of recording, in elapsed hours (so clock changes do not move them), in
    UTC. A rule that counts from what happened is due that much after it, yet never before it was written
    down: what was told late is due at once, and nobody was late with what nobody knew. A rule that the level
    decides takes the fact `level`; without that fact the default level, medium, stands. Raises ValueError
    for a naive instant or a word that is no level. Source: the protocol's own, told in `because`.
    """
    now = Event(event.kind, _aware(event.happened_at), _aware(event.recorded_at))
    asked = [rule for rule in protocol.rules if rule.when == event.kind and holds(rule.condition, facts)]
    openings = [_opening(protocol, rule, now, facts) for rule in asked]
    return tuple(sorted(openings, key=lambda opening: opening.due_at))


def next_assessment_at(level: Level, from_at: datetime, protocol: Protocol) -> datetime:
    """This function will return when the level must be looked at again, at the latest.

    `from_at` is when it was last set. Raises ValueError for a naive instant.
    Source: VioGén practice, 72 h / 7 d / 30 d / 60 d (evidence tag M), as the protocol's data gives it.
    """
    return _aware(from_at) + timedelta(hours=protocol.reassess_hours[level])


def overdue(due_at: datetime, at: datetime) -> bool:
    """This function will say whether the due instant has passed; at that very instant it has not.

    Raises ValueError for a naive instant.
    """
    return _aware(at) > _aware(due_at)


def rule_named(protocol: Protocol, rule_id: str) -> Rule:
    """This function will return the protocol's rule of that id, also one of its steps up the chain.

    Raises KeyError when it has none.
    """
    steps = (step.rule for step in protocol.ladder.steps if step.rule is not None)
    for rule in (*protocol.rules, *steps):
        if rule.id == rule_id:
            return rule
    raise KeyError(rule_id)


def opens(protocol: Protocol, rule: Rule, event: Event, facts: Facts) -> Opening:
    """This function will return what one rule asks for after an event, whether or not it was asked by it.

    Due times and errors as for `due`.
    """
    return _opening(
        protocol, rule, Event(event.kind, _aware(event.happened_at), _aware(event.recorded_at)), facts
    )


def _opening(protocol: Protocol, rule: Rule, event: Event, facts: Facts) -> Opening:
    return Opening(
        rule=rule.id,
        kind=rule.kind,
        title=rule.title,
        unit=rule.unit,
        role=rule.role,
        due_at=_due_at(rule, event, timedelta(hours=_hours(protocol, rule, facts))),
        now=rule.now,
        how=rule.how,
        when_open=rule.when_open,
        protocol=f"{protocol.jurisdiction}/{protocol.name}",
        version=protocol.version,
        because=_because(rule, facts),
        another=rule.another,
    )


def _due_at(rule: Rule, event: Event, after: timedelta) -> datetime:
    if not rule.from_happened:
        return event.recorded_at + after
    return max(event.recorded_at, min(event.happened_at, event.recorded_at) + after)


def _hours(protocol: Protocol, rule: Rule, facts: Facts) -> int:
    if rule.hours is not None:
        return rule.hours
    return protocol.reassess_hours[level_of(str(facts["level"])) if "level" in facts else DEFAULT]


def _because(rule: Rule, facts: Facts) -> tuple[Reason, ...]:
    looked_at = dict.fromkeys(facts_named(rule.condition))
    if rule.hours is None:
        looked_at["level"] = None
    return (
        Reason("protocol.event", rule.when),
        *(Reason("protocol.fact", f"{name}={_said(facts[name])}") for name in looked_at if name in facts),
        *((Reason("protocol.counted_from", "happened"),) if rule.from_happened else ()),
        Reason("protocol.source", rule.source),
        Reason("protocol.tag", rule.tag),
    )


def _said(value: bool | str | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _aware(at: datetime) -> datetime:
    aware(at)
    return at.astimezone(UTC)
