"""May the survivor be contacted now: refused unless their own instructions allow it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.contact import ContactInstructions, Window, may_contact
from shelterbelt.rules.reasons import Reason

CHICAGO = ZoneInfo("America/Chicago")
WEEKDAYS = frozenset(range(5))
WORK = Window(WEEKDAYS, time(9), time(12))
TOLD = ContactInstructions(
    channels=frozenset({"phone", "email"}), windows=(WORK,), zone="America/Chicago", number="+13125550123"
)
MONDAY_TEN = datetime(2026, 11, 23, 10, tzinfo=CHICAGO)
EVERY_DAY = frozenset(range(7))

TIMES = st.times().map(lambda at: at.replace(fold=0))
WINDOWS = st.builds(Window, st.frozensets(st.integers(0, 6)), TIMES, st.none() | TIMES)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
INSTRUCTIONS = st.builds(
    ContactInstructions,
    channels=st.frozensets(st.sampled_from(["phone", "text", "email"])),
    windows=st.lists(WINDOWS, max_size=3).map(tuple),
    zone=st.sampled_from(["America/Chicago", "Asia/Kathmandu", "", "No/Where"]),
    number=st.sampled_from(["", "+13125550123"]),
    voicemail_allowed=st.booleans(),
    code_word_set=st.booleans(),
    valid_until=st.none() | INSTANTS,
    no_contact=st.booleans(),
)


def codes(instructions, channel="phone", at=MONDAY_TEN, **more):
    decision = may_contact(instructions, channel, at, **more)
    return decision.allowed, {reason.code for reason in decision.because}


def test_inside_the_safe_hours_by_an_allowed_way_is_allowed_and_says_to_leave_no_message():
    assert codes(TOLD) == (True, {"contact.allowed", "contact.leave_no_message"})


def test_code_word_and_who_may_answer_are_told():
    told = replace(TOLD, code_word_set=True, may_answer=("self",), voicemail_allowed=True)
    decision = may_contact(told, "phone", MONDAY_TEN)
    assert decision.because == (
        Reason("contact.allowed"),
        Reason("contact.use_code_word"),
        Reason("contact.may_answer", "self"),
    )


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (None, "contact.no_instructions"),
        (ContactInstructions(), "contact.channel_not_allowed"),
        (replace(TOLD, no_contact=True), "contact.do_not_contact"),
        (replace(TOLD, channels=frozenset({"email"})), "contact.channel_not_allowed"),
        (replace(TOLD, number=""), "contact.no_number"),
        (replace(TOLD, windows=()), "contact.no_hours"),
        (replace(TOLD, zone=""), "contact.zone_unknown"),
        (replace(TOLD, zone="../../etc/passwd"), "contact.zone_unknown"),
        (replace(TOLD, valid_until=MONDAY_TEN), "contact.out_of_date"),
        (replace(TOLD, windows=(Window(frozenset({6}), time(9), time(12)),)), "contact.outside_hours"),
        (replace(TOLD, windows=(Window(EVERY_DAY, time(10), time(10)),)), "contact.outside_hours"),
    ],
)
def test_whatever_is_missing_or_over_is_refused(told, code):
    allowed, why = codes(told)
    assert not allowed
    assert code in why


def test_a_message_needs_its_own_permission():
    assert codes(TOLD, leaving_message=True) == (False, {"contact.no_message"})
    assert codes(replace(TOLD, voicemail_allowed=True), leaving_message=True) == (True, {"contact.allowed"})


def test_hours_are_from_until_by_the_survivors_clock():
    for clock, allowed in (
        (time(8, 59, 59), False),
        (time(9), True),
        (time(11, 59, 59), True),
        (time(12), False),
    ):
        assert may_contact(TOLD, "phone", datetime.combine(MONDAY_TEN, clock, CHICAGO)).allowed is allowed
    assert may_contact(TOLD, "phone", MONDAY_TEN.astimezone(ZoneInfo("Asia/Tokyo"))).allowed


def test_a_night_window_runs_past_midnight_into_the_next_day_only():
    told = replace(TOLD, windows=(Window(frozenset({4}), time(22), time(2)),))
    friday = datetime(2026, 11, 27, tzinfo=CHICAGO)
    for hours, allowed in (
        (1, False),
        (21, False),
        (22, True),
        (25, True),
        (26, False),
        (46, False),
        (49, False),
    ):
        assert may_contact(told, "phone", friday + timedelta(hours=hours)).allowed is allowed, hours


def test_a_window_without_an_end_runs_to_midnight():
    told = replace(TOLD, windows=(Window(frozenset({4}), time(22)),))
    assert may_contact(told, "phone", datetime(2026, 11, 27, 23, 59, 59, tzinfo=CHICAGO)).allowed
    assert not may_contact(told, "phone", datetime(2026, 11, 28, 0, 0, tzinfo=CHICAGO)).allowed


def test_the_hours_follow_the_clock_change():
    # Nine o'clock is 15:00 UTC before 8 March 2026 and 14:00 UTC from then on.
    told = replace(TOLD, windows=(Window(EVERY_DAY, time(9), time(10)),))
    assert may_contact(told, "phone", datetime(2026, 3, 7, 15, 30, tzinfo=UTC)).allowed
    assert not may_contact(told, "phone", datetime(2026, 3, 8, 15, 30, tzinfo=UTC)).allowed
    assert may_contact(told, "phone", datetime(2026, 3, 8, 14, 30, tzinfo=UTC)).allowed


def test_an_hour_that_comes_twice_is_safe_twice_and_one_that_never_comes_is_never():
    autumn = replace(TOLD, windows=(Window(EVERY_DAY, time(1), time(2)),))
    assert may_contact(autumn, "phone", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)).allowed
    assert may_contact(autumn, "phone", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)).allowed
    spring = replace(TOLD, windows=(Window(frozenset({6}), time(2), time(3)),))
    midnight = datetime(2026, 3, 8, 6, tzinfo=UTC)
    assert not any(
        may_contact(spring, "phone", midnight + timedelta(minutes=minute)).allowed
        for minute in range(23 * 60)
    )


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="zone"):
        may_contact(TOLD, "phone", datetime(2026, 11, 23, 10))


@given(INSTRUCTIONS, st.sampled_from(["phone", "text", "email", "letter"]), INSTANTS, st.booleans())
def test_nothing_is_allowed_that_was_not_said(told, channel, at, leaving_message):
    decision = may_contact(told, channel, at, leaving_message=leaving_message)
    assert decision.because
    if decision.allowed:
        assert channel in told.channels
        assert told.windows
        assert not told.no_contact
        assert told.valid_until is None or at < told.valid_until
        assert told.voicemail_allowed or not leaving_message


@given(INSTRUCTIONS, INSTANTS)
def test_do_not_contact_stops_everything(told, at):
    for channel in told.channels:
        assert not may_contact(replace(told, no_contact=True), channel, at).allowed


@given(INSTRUCTIONS, INSTANTS, WINDOWS)
def test_taking_a_window_away_never_allows_more(told, at, window):
    more = replace(told, windows=(*told.windows, window))
    for channel in told.channels:
        assert may_contact(more, channel, at).allowed >= may_contact(told, channel, at).allowed
