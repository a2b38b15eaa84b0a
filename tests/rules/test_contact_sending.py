"""When a message may go: only inside the hours, by the clock on their wall, and never more for stricter instructions."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelterbelt.rules.contact import (
    ARRIVES,
    ContactInstructions,
    Standing,
    Window,
    may_contact,
    open_spans,
    when_to_send,
)

CHICAGO = ZoneInfo("America/Chicago")
EVERY_DAY = frozenset(range(7))
TOLD = ContactInstructions(
    channels=frozenset({"text", "email", "phone"}),
    windows=(Window(frozenset(range(5)), time(9), time(17)),),
    zone="America/Chicago",
    number="+12025550147",
)
WEDNESDAY = datetime(2026, 3, 4, 16, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
WINDOWS = st.builds(Window, st.frozensets(st.integers(0, 6)), TIMES, st.none() | TIMES)
ZONES = ["America/Chicago", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Phoenix", "Pacific/Apia"]
# Round about the changes of clocks of both halves of the earth, and any other day.
INSTANTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.datetimes(datetime(2026, 3, 7), datetime(2026, 3, 9)),
    st.datetimes(datetime(2026, 10, 31), datetime(2026, 11, 2)),
    st.datetimes(datetime(2026, 4, 4), datetime(2026, 4, 6)),
).map(lambda t: t.replace(tzinfo=UTC, fold=0))
INSTRUCTIONS = st.builds(
    ContactInstructions,
    channels=st.frozensets(st.sampled_from(["phone", "text", "email"])),
    windows=st.lists(WINDOWS, max_size=3).map(tuple),
    zone=st.sampled_from([*ZONES, "", "No/Where"]),
    number=st.sampled_from(["", "+12025550147"]),
    voicemail_allowed=st.booleans(),
    valid_until=st.none() | INSTANTS,
    no_contact=st.sampled_from([False, False, False, True]),
    shared_device=st.sampled_from([False, False, True]),
)
STANDINGS = st.builds(Standing, st.sampled_from([False, False, True]), st.sampled_from([False, False, True]))


def answer(told, at=WEDNESDAY, channel="text", **more):
    found = when_to_send(told, channel, at, **more)
    return found.answer, {reason.code for reason in found.because}


@pytest.mark.parametrize(
    ("told", "more", "code"),
    [
        (None, {}, "contact.no_instructions"),
        (ContactInstructions(), {}, "contact.channel_not_allowed"),
        (replace(TOLD, no_contact=True), {}, "contact.do_not_contact"),
        (replace(TOLD, channels=frozenset({"email"})), {}, "contact.channel_not_allowed"),
        (replace(TOLD, number=""), {}, "contact.no_number"),
        (replace(TOLD, shared_device=True), {}, "contact.shared_device"),
        (replace(TOLD, valid_until=WEDNESDAY), {}, "contact.out_of_date"),
        (replace(TOLD, windows=()), {}, "contact.no_hours"),
        (replace(TOLD, windows=(Window(frozenset(), time(9), time(17)),)), {}, "contact.never_open"),
        (replace(TOLD, zone="Nowhere"), {}, "contact.zone_unknown"),
        (replace(TOLD, zone="../../etc/passwd"), {}, "contact.zone_unknown"),
        (TOLD, {"channel": "letter"}, "contact.channel_not_allowed"),
        (TOLD, {"channel": "phone", "leaving_message": True}, "contact.no_message"),
        (TOLD, {"standing": Standing(deceased=True)}, "contact.deceased"),
    ],
)
def test_it_refuses_unless_everything_was_said(told, more, code):
    found, codes = answer(told, **more)
    assert found == "refuse"
    assert code in codes


def test_a_change_that_nobody_checked_lets_nothing_go_and_names_no_hour():
    found = when_to_send(TOLD, "text", WEDNESDAY, standing=Standing(change_pending=True))
    assert (found.answer, found.not_before) == ("wait", None)


def test_inside_it_goes_and_must_be_there_when_the_hours_end():
    found = when_to_send(TOLD, "text", WEDNESDAY)
    assert (found.answer, found.ends_at) == ("send", datetime(2026, 3, 4, 23, tzinfo=UTC))


def test_outside_it_waits_for_the_next_opening_over_the_weekend():
    friday_evening = datetime(2026, 3, 7, 0, tzinfo=UTC)
    found = when_to_send(TOLD, "text", friday_evening)
    # The clocks go forward on Sunday: nine o'clock on Monday is 14:00 UTC.
    assert (found.answer, found.not_before) == ("wait", datetime(2026, 3, 9, 14, tzinfo=UTC))


def test_the_last_minute_is_not_used():
    last = datetime(2026, 3, 4, 23, tzinfo=UTC)
    assert answer(TOLD, last - ARRIVES)[0] == "send"
    assert answer(TOLD, last - ARRIVES + timedelta(seconds=1))[0] == "wait"


def test_it_does_not_wait_for_hours_after_the_instructions_ran_out():
    told = replace(TOLD, valid_until=datetime(2026, 3, 5, 14, tzinfo=UTC))
    assert answer(told, datetime(2026, 3, 5, 1, tzinfo=UTC)) == ("refuse", {"contact.never_open"})


def test_several_windows_and_one_past_midnight():
    told = replace(
        TOLD, windows=(Window(frozenset({2}), time(7), time(8)), Window(frozenset({2}), time(22), time(1)))
    )
    day = datetime(2026, 3, 4, 6, tzinfo=UTC)  # midnight in Chicago
    spans = list(open_spans(told.windows, CHICAGO, day))[:2]
    assert [(b - day, e - day) for b, e in spans] == [
        (timedelta(hours=7), timedelta(hours=8)),
        (timedelta(hours=22), timedelta(hours=25)),
    ]


def test_hours_that_touch_are_one_and_hours_without_end_have_none():
    always = (Window(EVERY_DAY, time(0)),)
    assert list(open_spans(always, CHICAGO, WEDNESDAY)) == [(WEDNESDAY, None)]
    halves = (Window(EVERY_DAY, time(0), time(12)), Window(EVERY_DAY, time(12)))
    assert list(open_spans(halves, CHICAGO, WEDNESDAY)) == [(WEDNESDAY, None)]


def test_an_hour_that_the_clock_leaps_over_never_opens_and_one_half_leapt_over_opens_after_the_leap():
    leap = datetime(2026, 3, 8, 8, tzinfo=UTC)  # 02:00 becomes 03:00
    before = leap - timedelta(hours=3)
    gone = (Window(frozenset({6}), time(2), time(3)),)
    assert next(open_spans(gone, CHICAGO, before))[0] > leap + timedelta(days=6)
    half = (Window(frozenset({6}), time(2, 30), time(4)),)
    assert next(open_spans(half, CHICAGO, before)) == (leap, leap + timedelta(hours=1))


def test_an_hour_that_comes_twice_is_open_twice():
    midnight = datetime(2026, 11, 1, 5, tzinfo=UTC)
    half_past_one = (Window(frozenset({6}), time(1, 30), time(1, 45)),)
    spans = list(open_spans(half_past_one, CHICAGO, midnight))[:2]
    assert [b - midnight for b, _ in spans] == [timedelta(minutes=90), timedelta(minutes=150)]
    assert all(e - b == timedelta(minutes=15) for b, e in spans)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="zone"):
        when_to_send(TOLD, "text", datetime(2026, 3, 4, 16))


@given(
    INSTRUCTIONS, st.sampled_from(["phone", "text", "email", "pigeon"]), INSTANTS, STANDINGS, st.booleans()
)
def test_it_never_sends_outside(told, channel, at, standing, leaving):
    found = when_to_send(told, channel, at, standing=standing, leaving_message=leaving)
    assert found.because
    if found.answer == "send":
        assert not standing.deceased and not standing.change_pending
        assert not told.shared_device or channel == "phone"
        last = found.ends_at or at + timedelta(hours=1)
        for moment in (at, at + ARRIVES / 2, last - MINUTE / 60):
            assert may_contact(told, channel, moment, leaving_message=leaving).allowed
    if found.not_before is not None:
        assert found.answer == "wait" and found.not_before > at
        again = when_to_send(told, channel, found.not_before, standing=standing, leaving_message=leaving)
        assert again.answer == "send"


@given(INSTRUCTIONS, INSTANTS)
@settings(max_examples=60)
def test_it_waits_for_the_first_minute_that_is_open(told, at):
    """The same by trying every minute of three days, one after the other."""
    at = at.replace(second=0, microsecond=0)
    found = when_to_send(told, "text", at)
    if found.answer == "refuse":
        return
    minutes = (at + n * MINUTE for n in range(3 * 24 * 60))
    first = next((m for m in minutes if when_like(told, m)), None)
    if first is not None:
        assert (found.not_before or at) == first


def when_like(told, moment):
    """Open now and still a minute later, by the other rule alone."""
    return all(may_contact(told, "text", m).allowed for m in (moment, moment + ARRIVES - MINUTE / 60))


STRICTER = st.sampled_from(
    ["channel", "window", "days", "shorter", "shared", "stop", "until", "number", "voice"]
)


@given(
    INSTRUCTIONS,
    STRICTER,
    st.sampled_from(["phone", "text", "email"]),
    INSTANTS,
    INSTANTS,
    STANDINGS,
    st.booleans(),
)
def test_what_is_stricter_never_sends_more(told, how, channel, at, until, standing, leaving):
    stricter = narrowed(told, how, until)
    more = {"standing": standing, "leaving_message": leaving}
    if when_to_send(stricter, channel, at, **more).answer == "send":
        assert when_to_send(told, channel, at, **more).answer == "send"


@given(INSTRUCTIONS, INSTANTS, STANDINGS)
def test_what_stands_beside_never_lets_more_go(told, at, standing):
    if when_to_send(told, "text", at, standing=standing).answer == "send":
        assert when_to_send(told, "text", at).answer == "send"


def narrowed(told, how, until):
    first = told.windows[:1]
    rest = told.windows[1:]
    return {
        "channel": lambda: replace(told, channels=frozenset(sorted(told.channels)[1:])),
        "window": lambda: replace(told, windows=rest),
        "days": lambda: replace(told, windows=(*(replace(w, days=w.days - {2, 3}) for w in first), *rest)),
        "shorter": lambda: replace(told, windows=(*(shorter(w) for w in first), *rest)),
        "shared": lambda: replace(told, shared_device=True),
        "stop": lambda: replace(told, no_contact=True),
        "until": lambda: replace(told, valid_until=min(until, told.valid_until or until)),
        "number": lambda: replace(told, number=""),
        "voice": lambda: replace(told, voicemail_allowed=False),
    }[how]()


def shorter(window):
    """The same hours, an hour later from the start, if that is still inside them."""
    if window.until_time is not None or window.from_time.hour >= 22:
        return replace(window, days=frozenset())
    return replace(window, from_time=window.from_time.replace(hour=window.from_time.hour + 1))
