"""A breach in court is followed to its end: in any order of writing down the same; what nobody heard of again stays counted."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from shelterbelt.rules.proceedings import (
    ACQUITTED,
    CONVICTED,
    COURSE,
    DELAYED,
    DISMISSED,
    DROPPED,
    ENDS,
    FILED,
    NOT_FILED,
    NOT_SENT,
    OPEN,
    PLEA,
    REPORTED,
    SENT,
    SENTENCED,
    STEPS,
    UNSAID,
    Step,
    counted,
    outcome,
)

AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def step(
    kind: str, day: float, recorded: float | None = None, reason: str = "", until: float | None = None
) -> Step:
    until_at = None if until is None else AT + until * DAY
    return Step(kind, AT + day * DAY, AT + (day if recorded is None else recorded) * DAY, reason, until_at)


def after(*steps: Step, day: float = 400):
    return outcome(steps, at=AT + day * DAY)


WHOLE = (step(REPORTED, 0), step(SENT, 3), step(FILED, 9), step(PLEA, 40), step(SENTENCED, 60))


def test_whatever_the_order_of_writing_down_the_last_step_says_where_it_stands() -> None:
    for mixed in permutations(WHOLE):
        found = after(*mixed, *mixed[:2])
        assert (found.step, found.open, found.since_at) == (SENTENCED, False, AT + 60 * DAY)
        assert found.open_for == 60 * DAY


@pytest.mark.parametrize("kind", COURSE)
def test_only_what_is_an_end_ends(kind: str) -> None:
    found = after(step(REPORTED, 0), step(kind, 5), day=30)
    assert found.step == kind or kind == REPORTED
    assert found.open == (kind not in (NOT_SENT, NOT_FILED, DISMISSED, ACQUITTED, SENTENCED))
    assert found.open_for == (30 if found.open else 5) * DAY
    assert set(ENDS) | {REPORTED, SENT, FILED, PLEA, CONVICTED} == set(COURSE)


def test_nothing_yet_is_open() -> None:
    found = after()
    assert (found.step, found.since_at, found.open, found.open_for) == ("", None, True, timedelta(0))
    assert [reason.code for reason in found.because] == ["proceedings.none"]
    assert (after(step(DELAYED, 1, until=9), day=4).step, after(step(DELAYED, 1), day=4).open_for) == (
        "",
        3 * DAY,
    )


def test_step_after_an_end_opens_it_again() -> None:
    dropped = step(DISMISSED, 20, reason="nobody_came")
    assert not after(*WHOLE[:3], dropped).open
    again = after(*WHOLE[:3], dropped, step(FILED, 30))
    assert (again.open, again.step, again.reason) == (True, FILED, "")


def test_steps_of_one_instant_stand_in_their_course() -> None:
    for mixed in permutations([step(kind, 5) for kind in (FILED, CONVICTED, SENTENCED)]):
        assert after(*mixed).step == SENTENCED
    assert after(step(DISMISSED, 5), step(FILED, 5)).step == DISMISSED
    assert after(step(DELAYED, 5), step(FILED, 5)).step == FILED


def test_reason_for_dropping_it_is_kept_or_said_to_be_missing() -> None:
    for kind in DROPPED:
        found = after(step(REPORTED, 0), step(kind, 5, reason="evidence"))
        assert found.reason == "evidence"
        assert {(one.code, one.about) for one in found.because} >= {("proceedings.dropped", "evidence")}
        assert after(step(REPORTED, 0), step(kind, 5)).reason == UNSAID
    assert after(step(ACQUITTED, 5)).reason == ""
    assert after(step(SENTENCED, 5, reason="ninety_days")).reason == "ninety_days"


def test_delays_are_counted_and_one_that_passed_without_a_word_is_overdue() -> None:
    put_off = (*WHOLE[:3], step(DELAYED, 20, until=50), step(DELAYED, 48, until=90))
    found = after(*put_off, day=89)
    assert (found.step, found.delays, found.put_off_until, found.overdue) == (FILED, 2, AT + 90 * DAY, False)
    assert after(*put_off, day=90).overdue
    assert "proceedings.overdue" in {one.code for one in after(*put_off, day=90).because}
    assert not after(*put_off, step(CONVICTED, 90), day=99).overdue
    assert after(*put_off, step(SENT, 70), day=99).overdue  # that was before its day
    ended = after(*put_off, step(DISMISSED, 60), day=99)
    assert (ended.overdue, ended.put_off_until, ended.delays) == (False, None, 2)
    assert after(*put_off[:3], step(DELAYED, 20), day=99).put_off_until is None
    assert not after(*put_off[:3], step(DELAYED, 20), day=99).overdue


def test_of_two_words_about_one_instant_the_later_written_one_holds() -> None:
    reasons = step(DISMISSED, 5, 9, "a"), step(DISMISSED, 5, 6, "b"), step(DISMISSED, 5, 6, "c")
    delays = step(DELAYED, 5, 9, "", 20), step(DELAYED, 5, 6, "", 40), step(DELAYED, 5, 9, "", 30)
    for mixed in permutations(reasons):
        assert after(*mixed).reason == "a"
        assert after(*mixed, day=8).reason == "c"
    for mixed in permutations(delays):
        assert after(*mixed).put_off_until == AT + 30 * DAY
    many = [step(DELAYED, 5, 9, "", until) for until in range(10, 40)]
    assert after(*many).put_off_until == AT + 39 * DAY


def test_what_is_not_written_down_yet_is_not_known() -> None:
    late = step(DISMISSED, 20, recorded=50)
    assert after(*WHOLE[:3], late, day=49).step == FILED
    assert after(*WHOLE[:3], late, day=50).step == DISMISSED
    assert after(*WHOLE[:3], step(DISMISSED, 20, recorded=2), day=20).step == DISMISSED
    assert [(one.code, one.about) for one in after(*WHOLE).because] == [("proceedings.step", SENTENCED)]
    assert after(*WHOLE[:3], step(DISMISSED, 20, recorded=2), day=19).step == FILED


@pytest.mark.parametrize(
    "broken",
    [
        lambda: step("forgotten", 1),
        lambda: step(FILED, 1, until=9),
        lambda: Step(FILED, AT.replace(tzinfo=None), AT),
        lambda: Step(FILED, AT, AT.replace(tzinfo=None)),
        lambda: Step(DELAYED, AT, AT, until_at=AT.replace(tzinfo=None)),
        lambda: outcome([], at=AT.replace(tzinfo=None)),
    ],
)
def test_what_cannot_be_is_refused(broken) -> None:
    with pytest.raises(ValueError):
        broken()


def some(chance: random.Random) -> list[Step]:
    """Any steps at any days, a few of one instant, a few written down late."""
    found = []
    for _ in range(chance.randint(0, 7)):
        kind, day = chance.choice(STEPS), chance.randint(0, 40)
        until = day + chance.randint(-2, 30) if kind == DELAYED and chance.random() < 0.7 else None
        found.append(step(kind, day, day + chance.choice([0, 0, 5]), chance.choice(["", "a", "b"]), until))
    return found


def test_many_are_counted_once_each_and_none_is_left_out() -> None:
    chance = random.Random(1)
    many = [some(chance) for _ in range(600)]
    now = AT + 60 * DAY
    told = counted(outcome(chance.sample(steps, len(steps)), at=now) for steps in many)
    ends, reasons, open_at, days = Counter(), Counter(), Counter(), []
    for steps in many:
        course = [one for one in steps if one.kind != DELAYED]
        if course:
            newest = max(one.at for one in course)
            last = max(
                (one for one in course if one.at == newest),
                key=lambda one: (COURSE.index(one.kind), one.recorded_at, one.reason),
            )
        if not course or last.kind not in ENDS:
            ends[OPEN] += 1
            open_at[last.kind if course else ""] += 1
            continue
        ends[last.kind] += 1
        days.append((newest - min(one.at for one in steps)).days)
        if last.kind in DROPPED:
            reasons[last.kind, last.reason or UNSAID] += 1
    assert told.all == 600 == sum(told.ends.values())
    assert (told.ends, told.reasons, told.open_at) == (ends, reasons, open_at)
    assert sum(told.open_at.values()) == told.ends[OPEN]
    assert list(told.days) == sorted(days)
    assert told.delays == sum(one.kind == DELAYED for steps in many for one in set(steps))
    assert 0 < told.overdue <= told.ends[OPEN]
    assert counted([]).all == 0
