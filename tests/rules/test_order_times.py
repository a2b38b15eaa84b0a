"""When orders end: until further order, leap days, hours that a clock shows twice or never; against the zones themselves."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.rules.order_times import (
    COURT_DAYS,
    DAYS,
    FURTHER_ORDER,
    HOURS,
    KINDS,
    LAST_DAY,
    MOMENT,
    MONTHS,
    YEARS,
    Lasts,
    day_after,
    earlier,
    in_force,
    last_day,
    later,
    months_later,
    reminders,
    until,
    zone_named,
)

DENVER = ZoneInfo("America/Denver")
# Clocks that change at midnight, by half an hour, across the date line, below zero, at 00:01, by two hours, and never.
ZONES = [
    "America/Denver", "America/New_York", "America/Havana", "America/Santiago", "America/Asuncion", "America/Sao_Paulo",
    "America/St_Johns", "Asia/Beirut", "Asia/Gaza", "Africa/Cairo", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia",
    "Pacific/Kwajalein", "Europe/Dublin", "Europe/Madrid", "Africa/Casablanca", "Antarctica/Troll", "Atlantic/Azores",
    "America/Phoenix", "Asia/Kathmandu", "America/Nuuk", "UTC",
]  # fmt: skip
BEGINS = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAYS_THAT_ARE = st.dates(date(1990, 1, 1), date(2037, 12, 31))


def shown(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def over_at(day: date, zone: ZoneInfo) -> datetime:
    """The first minute after the last one that is of this day or an earlier one, found by looking at each."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    minutes = (noon + n * MINUTE for n in range(2 * 1440, -2 * 1440, -1))
    return next(at + MINUTE for at in minutes if at.astimezone(zone).date() <= day)


# A day is over


def changes(zone: ZoneInfo) -> list[date]:
    """The days around which the zone's clock changes."""
    found, day = [], date(1990, 1, 1)
    while day.year < 2038:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        if noon.astimezone(zone).utcoffset() != (noon + DAY).astimezone(zone).utcoffset():
            found += [day - DAY, day, day + DAY]
        day += DAY
    return found


@pytest.mark.parametrize("name", ZONES)
def test_a_day_is_over_after_its_last_minute_also_where_clocks_change(name: str) -> None:
    zone = ZoneInfo(name)
    days = changes(zone)
    for day in random.Random(name).sample(days, min(12, len(days))) or [date(2026, 3, 4)]:
        assert day_after(day, zone) == over_at(day, zone), day


@pytest.mark.parametrize(
    ("name", "day", "wanted"),
    [
        ("America/Denver", date(2026, 3, 7), "2026-03-08T07:00"),
        ("America/Denver", date(2026, 3, 8), "2026-03-09T06:00"),
        ("America/Denver", date(2026, 11, 1), "2026-11-02T07:00"),
        ("America/Havana", date(2024, 3, 9), "2024-03-10T05:00"),  # midnight is skipped
        ("America/Havana", date(2024, 11, 2), "2024-11-03T04:00"),  # midnight is shown twice: the first
        ("America/Santiago", date(2024, 4, 6), "2024-04-07T04:00"),  # 23:00 to 24:00 twice
        ("America/St_Johns", date(2006, 10, 28), "2006-10-29T03:30"),  # 00:01 becomes 23:01 of the day before
        ("America/Toronto", date(1919, 3, 30), "1919-03-31T04:30"),  # 23:30 became 00:30
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-30T10:00"),  # the thirtieth was left out
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00"),
    ],
)
def test_days_whose_end_is_known(name: str, day: date, wanted: str) -> None:
    assert day_after(day, ZoneInfo(name)) == datetime.fromisoformat(wanted).replace(tzinfo=UTC)


@given(DAYS_THAT_ARE, st.sampled_from(ZONES))
def test_a_last_day_counts_whole_and_the_next_not_at_all(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    ends = day_after(day, zone)
    assert shown(ends, zone).date() > day
    assert shown(ends - timedelta(seconds=1), zone).date() <= day


# A moment


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)), st.sampled_from(ZONES))
def test_a_moment_begins_with_the_earlier_reading_and_ends_with_the_later(local: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    first, last = earlier(local, zone), later(local, zone)
    readings = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert (first, last) == (min(readings), max(readings))
    if first == last:
        assert shown(first, zone) == local


def test_hours_that_the_clock_skips_or_shows_twice() -> None:
    skipped, twice = datetime(2026, 3, 8, 2, 30), datetime(2026, 11, 1, 1, 30)
    assert later(skipped, DENVER) == datetime(2026, 3, 8, 9, 30, tzinfo=UTC)
    assert earlier(skipped, DENVER) == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)
    assert later(twice, DENVER) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert earlier(twice, DENVER) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    lasts = Lasts(MOMENT, date(2026, 11, 1), time(1, 30))
    assert until(lasts, BEGINS, DENVER) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


# What the paper says


@pytest.mark.parametrize(
    ("lasts", "last"),
    [
        (Lasts(LAST_DAY, date(2026, 3, 4)), date(2026, 3, 4)),
        (Lasts(DAYS, number=14), date(2026, 3, 18)),
        (Lasts(COURT_DAYS, number=1), date(2026, 3, 5)),
        (Lasts(COURT_DAYS, number=3), date(2026, 3, 9)),
        (Lasts(COURT_DAYS, number=10), date(2026, 3, 18)),
        (Lasts(MONTHS, number=6), date(2026, 9, 4)),
        (Lasts(YEARS, number=5), date(2031, 3, 4)),
    ],
)
def test_days_months_and_years_count_on_the_calendar_of_the_place_and_the_last_day_whole(
    lasts: Lasts, last: date
) -> None:
    assert last_day(date(2026, 3, 4), lasts) == last
    assert until(lasts, BEGINS, DENVER) == over_at(last, DENVER)


def test_the_day_of_the_beginning_is_that_of_the_issuing_place() -> None:
    late = datetime(2026, 3, 5, 6, 59, tzinfo=UTC)
    assert until(Lasts(DAYS, number=1), late, DENVER) == over_at(date(2026, 3, 5), DENVER)
    assert until(Lasts(DAYS, number=1), late, ZoneInfo("America/New_York")) == over_at(
        date(2026, 3, 6), ZoneInfo("America/New_York")
    )


def test_days_on_which_the_court_is_closed_do_not_count() -> None:
    closed = frozenset({date(2026, 3, 5), date(2026, 3, 9)})
    assert last_day(date(2026, 3, 4), Lasts(COURT_DAYS, number=3), closed) == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 2, 28), 12, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2096, 2, 29), 48, date(2100, 2, 28)),
    ],
)
def test_a_month_that_is_too_short_ends_with_its_last_day(day: date, months: int, wanted: date) -> None:
    assert months_later(day, months) == wanted


@given(DAYS_THAT_ARE, st.integers(0, 1200))
def test_months_are_counted_and_never_overshot(day: date, months: int) -> None:
    found = months_later(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and (found + DAY).day == 1)


def test_hours_are_elapsed_hours_across_a_change_of_clocks() -> None:
    begins = datetime(2026, 3, 7, 20, tzinfo=DENVER)
    ends = until(Lasts(HOURS, number=24), begins, DENVER)
    assert ends == datetime(2026, 3, 8, 21, tzinfo=DENVER)


def test_until_further_order_has_no_end_and_is_in_force_from_its_beginning() -> None:
    assert until(Lasts(FURTHER_ORDER), BEGINS, DENVER) is None
    assert not in_force(BEGINS, None, BEGINS - MINUTE)
    assert in_force(BEGINS, None, BEGINS)
    assert in_force(BEGINS, None, BEGINS + 40_000 * DAY)


def test_an_order_is_in_force_before_its_end_and_not_at_it() -> None:
    assert in_force(BEGINS, BEGINS + MINUTE, BEGINS + MINUTE - timedelta(microseconds=1))
    assert not in_force(BEGINS, BEGINS + MINUTE, BEGINS + MINUTE)


@pytest.mark.parametrize(
    "lasts",
    [
        Lasts("weeks", number=2), Lasts(LAST_DAY), Lasts(LAST_DAY, date(2026, 3, 5), time(1)), Lasts(MOMENT, date(2027, 1, 1)),
        Lasts(DAYS), Lasts(DAYS, number=-1), Lasts(YEARS, number=101), Lasts(FURTHER_ORDER, number=1),
        Lasts(FURTHER_ORDER, date(2027, 1, 1)), Lasts(DAYS, date(2027, 1, 1), number=3), Lasts(DAYS, None, time(1), 3),
        Lasts(LAST_DAY, date(2026, 3, 3)), Lasts(MOMENT, date(2026, 3, 4), time(8, 30)), Lasts(HOURS, number=10_000),
    ],
)  # fmt: skip
def test_what_is_no_length_is_refused(lasts: Lasts) -> None:
    with pytest.raises(ValueError):
        until(lasts, BEGINS, DENVER)


def test_a_naive_beginning_an_unknown_zone_and_a_day_that_no_length_has_are_refused() -> None:
    with pytest.raises(ValueError):
        until(Lasts(FURTHER_ORDER), datetime(2026, 3, 4), DENVER)
    for name in ("America/Nowhere", "../etc/passwd", "", "america/\0"):
        with pytest.raises(ValueError):
            zone_named(name)
    assert zone_named("America/Denver") == DENVER
    for kind in (FURTHER_ORDER, HOURS):
        with pytest.raises(ValueError):
            last_day(BEGINS.date(), Lasts(kind, number=int(kind == HOURS)))


@given(st.sampled_from(KINDS), st.integers(1, 100), st.datetimes(datetime(1990, 1, 1), datetime(2036, 1, 1)))
def test_whatever_has_an_end_ends_after_it_began(kind: str, number: int, local: datetime) -> None:
    begins = local.replace(tzinfo=UTC)
    dated = {LAST_DAY: Lasts(kind, date(2037, 1, 1)), MOMENT: Lasts(kind, date(2037, 1, 1), time(0))}
    lasts = dated.get(kind, Lasts(kind, number=0 if kind == FURTHER_ORDER else number))
    ends = until(lasts, begins, DENVER)
    assert ends is None or (ends > begins and ends.utcoffset() == timedelta(0))


def test_reminders_come_before_the_last_day_at_that_time_of_day_there() -> None:
    ends = until(Lasts(LAST_DAY, date(2026, 3, 31)), BEGINS, DENVER)
    assert ends is not None
    found = reminders(ends, DENVER, frozenset({30, 7}), time(9))
    assert [shown(at, DENVER) for at in found] == [datetime(2026, 3, 1, 9), datetime(2026, 3, 24, 9)]
