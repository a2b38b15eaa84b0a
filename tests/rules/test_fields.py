"""What was typed: kept, cleaned where that is harmless, and named where it is not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.fields import check_day, check_instant, clean_text

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept", "problem"),
    [
        (None, "", None),
        ("", "", None),
        ("  two words \n", "two words", None),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour", None),
        ("a\tb", "a\tb", None),
        ("nul\x00", "nul\ufffd", "text.control"),
        ("\x1b[31m", "\ufffd[31m", "text.control"),
        ("\x9b", "\ufffd", "text.control"),
        ("a\x7fb", "a\ufffdb", "text.control"),
        ("lone\ud800", "lone\ufffd", "text.control"),
        ("evil\u202etxt.exe", "eviltxt.exe", None),
        ("\u2067a\u2069", "a", None),
        ("می\u200cخواهم", "می\u200cخواهم", None),
        ("👩\u200d👧", "👩\u200d👧", None),
        ("\ufffd", "\ufffd", None),
        ("x" * 301, "x" * 301, "text.too_long"),
        ("x" * 300 + "   ", "x" * 300, None),
        (b"bytes", "", "text.not_text"),
        (7, "", "text.not_text"),
        (["a"], "", "text.not_text"),
    ],
)
def test_a_text_comes_back_with_the_code_of_its_problem(typed, kept, problem):
    assert clean_text(typed, 300) == (kept, problem)


def test_a_single_line_has_no_line_ends():
    assert clean_text("one\r\ntwo\tthree", 50, lines=False) == ("one two three", None)


@given(st.text(st.characters(), max_size=80), st.integers(0, 80), st.booleans())
def test_what_comes_back_can_be_stored_and_is_stable(text, limit, lines):
    kept, problem = clean_text(text, limit, lines=lines)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert len(kept) <= limit or problem is not None
    again, later = clean_text(kept, limit, lines=lines)
    assert again == kept
    assert later in (None, "text.too_long")


@given(st.text(max_size=80))
def test_nothing_is_cut_off(text):
    kept, _ = clean_text(text, 0)
    letters = [char for char in kept if char.isalnum()]
    assert letters == [char for char in text if char.isalnum()]


def test_what_happened_later_than_now_is_named():
    assert check_instant(NOON, at=NOON) is None
    assert check_instant(NOON + timedelta(seconds=1), at=NOON) == "time.future"
    assert check_instant(NOON + timedelta(minutes=5), at=NOON, grace=timedelta(minutes=5)) is None
    assert check_instant(datetime(2026, 11, 21), at=NOON) == "time.no_zone"


def test_a_day_that_has_not_come_or_cannot_be_is_named():
    today = date(2026, 11, 21)
    assert check_day(today, on=today) is None
    assert check_day(date(2026, 11, 22), on=today) == "day.future"
    assert check_day(date(1899, 12, 31), on=today) == "day.too_early"
