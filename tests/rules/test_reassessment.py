"""Up the chain: who hears of it when nobody has looked at the level in time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.deadlines import Ladder, Rule, Step
from shelterbelt.rules.reassessment import next_call

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def rule(id: str, role: str) -> Rule:
    return Rule(id, "action.overdue", "overdue", "Look", "", role, 24, "Because.", "county", "P")


LADDER = Ladder(
    frozenset({"assessment"}),
    (
        Step("told", 0, None),
        Step("supervisor", 24, rule("supervisor", "supervisor")),
        Step("chief", 72, rule("chief", "chief")),
    ),
)


def test_the_worker_hears_first_then_the_supervisor_then_whoever_is_above():
    calls = [next_call(LADDER, "assessment", AT, taken) for taken in range(4)]
    assert [call and call.step.id for call in calls] == ["told", "supervisor", "chief", None]
    assert [call.at - AT for call in calls if call] == [timedelta(hours=h) for h in (0, 24, 72)]


def test_work_of_another_kind_goes_up_no_chain():
    assert next_call(LADDER, "note", AT, 0) is None
    assert next_call(Ladder(), "assessment", AT, 0) is None


@given(st.integers(0, 5), st.integers(0, 10_000), st.integers(0, 10_000))
def test_work_that_is_due_later_is_never_told_sooner(taken, sooner, later):
    first, second = sorted((sooner, later))
    one = next_call(LADDER, "assessment", AT + timedelta(minutes=first), taken)
    two = next_call(LADDER, "assessment", AT + timedelta(minutes=second), taken)
    assert (one is None) == (two is None)
    assert one is None or two is None or one.at <= two.at


def test_the_chain_counts_elapsed_hours_whatever_the_clock_on_the_wall():
    from zoneinfo import ZoneInfo

    due_at = datetime(2026, 10, 31, 20, tzinfo=ZoneInfo("America/Chicago"))
    call = next_call(LADDER, "assessment", due_at, 1)
    assert call is not None
    assert call.at - due_at.astimezone(UTC) == timedelta(hours=24)


def test_a_naive_instant_and_a_negative_count_are_refused():
    with pytest.raises(ValueError, match="zone"):
        next_call(LADDER, "assessment", AT.replace(tzinfo=None), 0)
    with pytest.raises(ValueError, match="nought"):
        next_call(LADDER, "assessment", AT, -1)
