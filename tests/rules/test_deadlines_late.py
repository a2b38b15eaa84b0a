"""Work that counts from what happened: a thing told late is due when it would have been, or at once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.deadlines import Event, Ladder, Protocol, Rule, Step, due, opens, rule_named
from shelterbelt.rules.levels import Level
from shelterbelt.rules.reasons import Reason

MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOBODY = Ladder()
HOURS = {Level.LOW: 1440, Level.MEDIUM: 720, Level.HIGH: 168, Level.EXTREME: 72}


def rule(id="again", **changes):
    told = {
        "when": "incident.recorded", "kind": "assessment", "title": "Look again", "unit": "", "role": "detective",
        "hours": 72, "why": "Because.", "source": "county", "tag": "P", "from_happened": True,
    }  # fmt: skip
    return Rule(id, **{**told, **changes})


def protocol(*rules, ladder=NOBODY):
    return Protocol("town", "police", "1", "", "Town", rules, HOURS, ladder=ladder)


def due_at(recorded_at, one=None, **facts):
    (opening,) = due(protocol(one or rule()), Event("incident.recorded", MONDAY, recorded_at), facts)
    return opening.due_at


def test_told_on_wednesday_it_is_due_from_monday_on():
    assert due_at(MONDAY + 2 * DAY) == MONDAY + 3 * DAY
    assert due_at(MONDAY + 2 * DAY, rule(from_happened=False)) == MONDAY + 5 * DAY


def test_told_too_late_it_is_due_at_once_and_nobody_was_late_before():
    assert due_at(MONDAY + 9 * DAY) == MONDAY + 9 * DAY


def test_the_level_decides_from_what_happened_too():
    assert due_at(MONDAY + DAY, rule(hours=None), level="extreme") == MONDAY + 3 * DAY


@given(st.integers(0, 500), st.integers(0, 500))
def test_telling_it_later_never_leaves_less_than_nothing_nor_more_time(early, late):
    sooner, later = sorted((early, late))
    one, two = due_at(MONDAY + sooner * HOUR), due_at(MONDAY + later * HOUR)
    assert one <= two
    assert two - (MONDAY + later * HOUR) <= max(one - (MONDAY + sooner * HOUR), timedelta())
    assert two >= MONDAY + later * HOUR


def test_it_says_that_it_counts_from_what_happened():
    (opening,) = due(protocol(rule()), Event("incident.recorded", MONDAY, MONDAY), {})
    assert Reason("protocol.counted_from", "happened") in opening.because


def test_a_step_up_the_chain_is_a_rule_of_its_protocol_and_is_asked_for_by_no_event():
    told = Step("told", 0, None)
    step = Step(
        "chief", 24, rule("chief", when="action.overdue", role="supervisor", hours=24, from_happened=False)
    )
    found = protocol(rule(), ladder=Ladder(frozenset({"assessment"}), (told, step)))
    assert rule_named(found, "chief").role == "supervisor"
    assert [one.rule for one in due(found, Event("action.overdue", MONDAY, MONDAY), {})] == []
    opening = opens(found, rule_named(found, "chief"), Event("action.overdue", MONDAY, MONDAY + DAY), {})
    assert (opening.role, opening.due_at) == ("supervisor", MONDAY + 2 * DAY)
    with pytest.raises(KeyError):
        rule_named(found, "told")


def test_who_caused_it_is_told_apart_from_who_may_do_it():
    (opening,) = due(protocol(rule(another=True)), Event("incident.recorded", MONDAY, MONDAY), {})
    assert opening.another
