"""When orders end, against PostgreSQL's own arithmetic and zoneinfo's clocks; condition codes against the published list."""

import json
import os
import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from shelterbelt.library.court import court
from shelterbelt.rules.order_terms import CODES
from shelterbelt.rules.order_times import (
    COURT_DAYS,
    DAYS,
    FURTHER_ORDER,
    HOURS,
    LAST_DAY,
    MOMENT,
    MONTHS,
    YEARS,
    Lasts,
    until,
)

# Clocks that change at night, at midnight, by half an hour, on other days, or never.
ZONES = (
    "America/Chicago", "America/New_York", "America/Los_Angeles", "America/Phoenix", "America/Havana", "Asia/Beirut",
    "America/Asuncion", "Europe/London", "Atlantic/Azores", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
)  # fmt: skip
CLOSED = [date(year, *day) for year in range(2018, 2024) for day in ((1, 1), (7, 4), (11, 26), (12, 25))]
# The last minute whose clock still shows the last day (or a day before it), and one more.
LAST = """
select max(t) + interval '1 minute'
  from generate_series(%(day)s::timestamp - interval '14 hours', %(day)s::timestamp + interval '62 hours', '1 minute') g(l),
       lateral (select l at time zone 'UTC' as t) u
 where (t at time zone %(zone)s)::date <= %(day)s::date
"""
COUNTED = {
    DAYS: "select (%(at)s::timestamptz at time zone %(zone)s)::date + %(n)s",
    MONTHS: "select ((%(at)s::timestamptz at time zone %(zone)s)::date + make_interval(months => %(n)s))::date",
    YEARS: "select ((%(at)s::timestamptz at time zone %(zone)s)::date + make_interval(years => %(n)s))::date",
    COURT_DAYS: (
        "select d::date from generate_series((%(at)s::timestamptz at time zone %(zone)s)::date + 1,"
        " (%(at)s::timestamptz at time zone %(zone)s)::date + 400, interval '1 day') d where extract(isodow from d) < 6"
        " and not d::date = any(%(closed)s::date[]) order by d offset %(n)s - 1 limit 1"
    ),
}  # fmt: skip
ELAPSED = "select %(at)s::timestamptz + make_interval(hours => %(n)s)"
READ = "select (%(day)s::date + %(clock)s::time) at time zone %(zone)s"


def asked(statement: str, **values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def by_postgres(lasts: Lasts, begins_at: datetime, zone: str) -> datetime | None:
    """The end as PostgreSQL reckons it."""
    told = {"at": begins_at, "zone": zone, "n": lasts.number, "closed": CLOSED}
    if lasts.kind == HOURS:
        return asked(ELAPSED, **told)  # type: ignore[no-any-return]
    if lasts.kind == MOMENT:
        return asked(READ, day=lasts.last_on, clock=lasts.clock, zone=zone)  # type: ignore[no-any-return]
    day = lasts.last_on if lasts.kind == LAST_DAY else asked(COUNTED[lasts.kind], **told)
    return asked(LAST, day=day, zone=zone)  # type: ignore[no-any-return]


def by_clock(day: date, zone: str) -> datetime:
    """The end of a day as a clock on the wall would show it, minute by minute."""
    start = datetime.combine(day, time(0), UTC) - timedelta(hours=14)
    minutes = (start + timedelta(minutes=n) for n in range(76 * 60))
    return max(t for t in minutes if t.astimezone(ZoneInfo(zone)).date() <= day) + timedelta(minutes=1)


def changes(zone: str, years: range) -> list[date]:
    """The days on which this zone's clocks change, as zoneinfo has them."""
    found, local = [], ZoneInfo(zone)
    for year in years:
        day = date(year, 1, 1)
        while day.year == year:
            before, after = (
                datetime.combine(day + timedelta(days=n), time(12), local).utcoffset() for n in (-1, 0)
            )
            if before != after:
                found.append(day)
            day += timedelta(days=1)
    return found


def cases() -> list[tuple[Lasts, datetime, str]]:
    """Every kind of length, ending on, before and after each change of clocks, and on 29 February."""
    made, chance = [], random.Random(6)
    for zone in ZONES:
        days = [*changes(zone, range(2019, 2022)), date(2020, 2, 29), date(2021, 2, 28)]
        for day in (one + timedelta(days=n) for one in days for n in (-1, 0)):
            begins = datetime.combine(
                day - timedelta(days=40), time(chance.randrange(24), 30), ZoneInfo(zone)
            )
            clock = time(chance.choice((0, 1, 2, 3)), chance.choice((0, 15, 30)))
            made += [
                (Lasts(LAST_DAY, day), begins, zone),
                (Lasts(MOMENT, day, clock), begins, zone),
                (Lasts(DAYS, number=40), begins, zone),
                (Lasts(HOURS, number=chance.choice((24, 72, 960))), begins, zone),
                (Lasts(COURT_DAYS, number=chance.choice((1, 5, 10, 21))), begins, zone),
                (Lasts(MONTHS, number=chance.choice((1, 3, 12))), begins, zone),
                (Lasts(YEARS, number=chance.choice((1, 2))), begins, zone),
            ]
        leap = datetime(2020, 2, 29, 15, tzinfo=ZoneInfo(zone))
        made += [(Lasts(YEARS, number=n), leap, zone) for n in (1, 4)] + [
            (Lasts(MONTHS, number=12), leap, zone)
        ]
    return made


def test_every_end_is_as_postgresql_reckons_it(node: None) -> None:
    wrong = []
    for lasts, begins, zone in cases():
        ours = until(lasts, begins, ZoneInfo(zone), frozenset(CLOSED))
        theirs = by_postgres(lasts, begins, zone)
        if ours != theirs:
            wrong.append((lasts, begins.isoformat(), zone, ours, theirs))
    assert not wrong, wrong[:5]
    assert until(Lasts(FURTHER_ORDER), begins, ZoneInfo(zone)) is None


@pytest.mark.parametrize("zone", ZONES)
def test_a_last_day_is_over_when_no_clock_there_shows_it_any_more(zone: str) -> None:
    for day in changes(zone, range(2020, 2022)):
        for last in (day - timedelta(days=1), day):
            begins = datetime.combine(last - timedelta(days=9), time(12), ZoneInfo(zone))
            assert until(Lasts(LAST_DAY, last), begins, ZoneInfo(zone)) == by_clock(last, zone), (last, zone)


def test_condition_codes_are_those_that_are_published() -> None:
    folder = os.environ.get("SHELTERBELT_ORACLES")
    if not folder:
        pytest.fail("SHELTERBELT_ORACLES does not name the folder of published cases.")
    published = json.loads((Path(folder) / "codes.json").read_text())["ncic_protection_order_conditions"]
    ours = {one.code: one.words for one in court().codes}
    assert ours.keys() == published.keys() == CODES
    assert all(words not in published.values() for words in ours.values()), "our own words stand there"
