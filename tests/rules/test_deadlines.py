"""Conditions, due times and what is overdue, on small protocols made up here."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.conditions import ALWAYS, All, Any, Is, Not, condition_from, facts_named, holds
from shelterbelt.rules.deadlines import (
    Event,
    Protocol,
    Rule,
    WhenOpen,
    due,
    next_assessment_at,
    overdue,
    rule_named,
)
from shelterbelt.rules.levels import Level
from shelterbelt.rules.reasons import Reason

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)
HOURS = {Level.LOW: 1440, Level.MEDIUM: 720, Level.HIGH: 168, Level.EXTREME: 72}

VALUES = st.booleans() | st.integers(0, 2) | st.sampled_from(["yes", "1", ""])
NAMES = st.sampled_from(["a", "b", "c"])
FACTS = st.dictionaries(NAMES, VALUES)
CONDITIONS = st.recursive(
    st.builds(Is, NAMES, VALUES),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Any, st.lists(inner, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


def as_data(condition):
    match condition:
        case Is(fact, value):
            return {"fact": fact, "is": value}
        case All(parts):
            return {"all": [as_data(part) for part in parts]}
        case Any(parts):
            return {"any": [as_data(part) for part in parts]}
        case Not(part):
            return {"not": as_data(part)}


def a_rule(id="check", **changes):
    plain = {
        "when": "incident.recorded",
        "kind": "safety_check",
        "title": "Check",
        "unit": "patrol",
        "role": "officer",
        "hours": 72,
        "why": "Because.",
        "source": "county",
        "tag": "P",
    }
    return Rule(id=id, **(plain | changes))


def a_protocol(*rules):
    return Protocol("town", "police", "3", "d" * 64, "Town", rules, HOURS)


def recorded(at=NOON, kind="incident.recorded"):
    return Event(kind, happened_at=at - timedelta(hours=30), recorded_at=at)


def test_due_counts_from_the_recording_and_not_from_the_happening():
    (opening,) = due(a_protocol(a_rule()), recorded(), {})
    assert opening.due_at == NOON + timedelta(hours=72)
    assert (opening.rule, opening.unit, opening.role, opening.version) == ("check", "patrol", "officer", "3")
    assert opening.protocol == "town/police"
    assert opening.when_open is WhenOpen.SOONER


def test_only_the_rules_of_the_event_open_work():
    protocol = a_protocol(a_rule("one"), a_rule("two", when="level.set"))
    assert [opening.rule for opening in due(protocol, recorded(kind="level.set"), {})] == ["two"]
    assert due(protocol, recorded(kind="release.taken"), {}) == ()


def test_openings_come_soonest_first_and_otherwise_in_the_protocols_order():
    protocol = a_protocol(a_rule("late"), a_rule("soon", hours=1), a_rule("soon_too", hours=1))
    assert [opening.rule for opening in due(protocol, recorded(), {})] == ["soon", "soon_too", "late"]


def test_a_reason_names_event_fact_source_and_tag():
    rule = a_rule(condition=All((Is("strangulation", True), Not(Is("imported", True)))))
    (opening,) = due(a_protocol(rule), recorded(), {"strangulation": True, "other": 1})
    assert opening.because == (
        Reason("protocol.event", "incident.recorded"),
        Reason("protocol.fact", "strangulation=true"),
        Reason("protocol.source", "county"),
        Reason("protocol.tag", "P"),
    )


@pytest.mark.parametrize(("level", "hours"), [("low", 1440), ("medium", 720), ("high", 168), ("extreme", 72)])
def test_next_assessment_follows_the_level(level, hours):
    protocol = a_protocol(a_rule("next", when="level.set", hours=None))
    (opening,) = due(protocol, recorded(kind="level.set"), {"level": level})
    assert opening.due_at == NOON + timedelta(hours=hours)
    assert Reason("protocol.fact", f"level={level}") in opening.because


def test_without_a_level_the_default_stands_and_a_wrong_word_is_refused():
    protocol = a_protocol(a_rule("next", when="level.set", hours=None))
    (opening,) = due(protocol, recorded(kind="level.set"), {})
    assert opening.due_at == NOON + timedelta(days=30)
    with pytest.raises(ValueError, match="not a level"):
        due(protocol, recorded(kind="level.set"), {"level": "safe"})


def test_hours_are_elapsed_hours_across_a_clock_change():
    # In Chicago clocks go forward on 8 March 2026 at 2:00.
    evening = datetime(2026, 3, 7, 22, tzinfo=ZoneInfo("America/Chicago"))
    (opening,) = due(a_protocol(a_rule(hours=24)), Event("incident.recorded", evening, evening), {})
    assert opening.due_at.astimezone(UTC) - evening.astimezone(UTC) == timedelta(hours=24)
    assert opening.due_at.astimezone(ZoneInfo("America/Chicago")).hour == 23


def test_naive_instants_are_refused():
    naive = datetime(2026, 3, 7)
    with pytest.raises(ValueError, match="zone"):
        due(a_protocol(a_rule()), Event("incident.recorded", naive, NOON), {})
    with pytest.raises(ValueError, match="zone"):
        overdue(NOON, naive)
    with pytest.raises(ValueError, match="zone"):
        next_assessment_at(Level.LOW, naive, a_protocol())


def test_overdue_begins_after_the_due_instant():
    assert not overdue(NOON, NOON)
    assert overdue(NOON, NOON + timedelta(microseconds=1))
    assert not overdue(NOON, NOON.astimezone(ZoneInfo("Asia/Tokyo")))


@given(st.sampled_from(Level), st.sampled_from(Level))
def test_a_higher_level_is_never_looked_at_later(one, other):
    lower, higher = sorted((one, other))
    protocol = a_protocol()
    assert next_assessment_at(higher, NOON, protocol) <= next_assessment_at(lower, NOON, protocol)


def test_a_rule_is_found_by_its_id():
    assert rule_named(a_protocol(a_rule()), "check").kind == "safety_check"
    with pytest.raises(KeyError):
        rule_named(a_protocol(), "check")


@given(CONDITIONS, FACTS)
def test_not_is_the_opposite_and_data_reads_back_the_same(condition, facts):
    assert holds(Not(condition), facts) is not holds(condition, facts)
    assert condition_from(as_data(condition)) == condition


@given(CONDITIONS, FACTS, NAMES, VALUES)
def test_a_fact_that_is_not_named_changes_nothing(condition, facts, name, value):
    unnamed = f"other_{name}"
    assert unnamed not in set(facts_named(condition))
    assert holds(condition, facts | {unnamed: value}) is holds(condition, facts)


def test_true_is_not_one_and_unknown_is_nothing():
    assert not holds(Is("a", True), {"a": 1})
    assert not holds(Is("a", 1), {"a": True})
    assert not holds(Is("a", False), {})
    assert holds(Not(Is("a", True)), {})
    assert holds(ALWAYS, {})
    assert not holds(Any(), {})


@pytest.mark.parametrize(
    "data",
    [
        "a == 1",
        ["all"],
        {},
        {"fact": "a"},
        {"fact": "a", "is": None},
        {"fact": "a", "is": 1.5},
        {"fact": 1, "is": 1},
        {"all": {"fact": "a", "is": True}},
        {"not": []},
        {"all": [], "any": []},
        {"fact": "a", "is": 1, "else": 2},
        {"eval": "__import__('os')"},
    ],
)
def test_any_other_form_is_refused(data):
    with pytest.raises(ValueError, match="not a condition"):
        condition_from(data)


def test_endless_nesting_is_refused():
    data = {"fact": "a", "is": True}
    for _ in range(30):
        data = {"not": data}
    with pytest.raises(ValueError, match="not a condition"):
        condition_from(data)
