"""When an order begins and ends, by the clock of the place that issued it. Decides on instants alone.

It refuses an end before the beginning and a zone that nobody knows. Where a clock shows an hour twice or not at all, an
order begins with the earlier reading and ends with the later: nobody is unprotected for an hour by a change of clocks.
"""

from calendar import monthrange
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shelterbelt.rules.instants import aware

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FURTHER_ORDER, LAST_DAY, MOMENT, HOURS, DAYS, COURT_DAYS, MONTHS, YEARS = (
    "further_order", "last_day", "moment", "hours", "days", "court_days", "months", "years",
)  # fmt: skip
KINDS = (FURTHER_ORDER, LAST_DAY, MOMENT, HOURS, DAYS, COURT_DAYS, MONTHS, YEARS)
NO_DAYS: AbstractSet[date] = frozenset()
# What no calendar reaches lasts until further order in all but name: refused, so that nobody types it by mistake.
MOST = {HOURS: 24 * 366, DAYS: 36_600, COURT_DAYS: 1_000, MONTHS: 1_200, YEARS: 100}


@dataclass(frozen=True, slots=True)
class Lasts:
    """How long an order lasts, as the paper has it: until further order, a last day, a moment, or a number of something.

    `last_on` belongs to a last day and a moment, `clock` (what the wall clock shows) to a moment, `number` to the rest.
    """

    kind: str
    last_on: date | None = None
    clock: time | None = None
    number: int = 0


def zone_named(name: str) -> ZoneInfo:
    """This function will return a time zone by its IANA name. Raises ValueError for none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ValueError("a time zone that nobody knows") from fault


def until(
    lasts: Lasts, begins_at: datetime, zone: ZoneInfo, closed: AbstractSet[date] = NO_DAYS
) -> datetime | None:
    """This function will return the first instant, in UTC, at which an order is over; None until further order.

    Hours are elapsed hours. Everything else is counted on the calendar of the issuing place, the day of the beginning
    not counted, and its last day counts whole. Court days leave out Saturdays, Sundays and `closed`. A year from 29
    February ends on 28 February, as PostgreSQL and the months' ends have it. Raises ValueError for a naive beginning, an
    end not after it, or a length that is none. Source: FRCP 6(a)(1) for the counting (tag M); the court's paper decides.
    """
    aware(begins_at)
    _check(lasts)
    if lasts.kind == FURTHER_ORDER:
        return None
    end = _end(lasts, begins_at, zone, closed)
    if end <= begins_at:
        raise ValueError("an order ends after it begins")
    return end


def in_force(begins_at: datetime, until_at: datetime | None, at: datetime) -> bool:
    """This function will say whether an instant lies within [begins, until)."""
    return begins_at <= at and (until_at is None or at < until_at)


def last_day(begins_on: date, lasts: Lasts, closed: AbstractSet[date] = NO_DAYS) -> date:
    """This function will return the last day, for lengths that the calendar counts. Raises ValueError for the others."""
    _check(lasts)
    if lasts.kind == LAST_DAY and lasts.last_on is not None:
        return lasts.last_on
    if lasts.kind == DAYS:
        return begins_on + lasts.number * DAY
    if lasts.kind == COURT_DAYS:
        return _court_day(begins_on, lasts.number, closed)
    if lasts.kind in (MONTHS, YEARS):
        return months_later(begins_on, lasts.number * (12 if lasts.kind == YEARS else 1))
    raise ValueError("a length that has no last day")


def months_later(day: date, months: int) -> date:
    """This function will return the same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_after(day: date, zone: ZoneInfo) -> datetime:
    """This function will return the instant, in UTC, from which on a day is over in a place.

    Some clocks change at midnight. Where 00:00 is shown twice within the new day, the old one is over at the first;
    where the old day is shown again, at the second; where midnight is skipped, at the change itself.
    """
    first, last = _readings(datetime.combine(day + DAY, time.min), zone)
    if first.astimezone(zone).date() <= day:
        return _change(first, last, day, zone)
    return last if (last - SECOND).astimezone(zone).date() <= day else first


def earlier(local: datetime, zone: ZoneInfo) -> datetime:
    """This function will return the earlier instant, in UTC, that a wall clock's reading can mean: for what begins."""
    return _readings(local, zone)[0]


def later(local: datetime, zone: ZoneInfo) -> datetime:
    """This function will return the later instant, in UTC, that a wall clock's reading can mean: for what ends.

    PostgreSQL's `at time zone` reads skipped and doubled hours the same way.
    """
    return _readings(local, zone)[1]


def reminders(
    until_at: datetime, zone: ZoneInfo, days: AbstractSet[int], clock: time
) -> tuple[datetime, ...]:
    """This function will return when to be reminded of an end: so many days before its last day, at that time of day there."""
    last = (until_at - timedelta(microseconds=1)).astimezone(zone).date()
    return tuple(
        earlier(datetime.combine(last - ahead * DAY, clock), zone) for ahead in sorted(days, reverse=True)
    )


def _check(lasts: Lasts) -> None:
    counted = lasts.kind in MOST
    dated = lasts.kind in (LAST_DAY, MOMENT)
    whole = (
        lasts.kind in KINDS
        and dated == (lasts.last_on is not None)
        and (lasts.kind == MOMENT) == (lasts.clock is not None)
        and (0 < lasts.number <= MOST[lasts.kind] if counted else lasts.number == 0)
    )
    if not whole:
        raise ValueError("not how long an order lasts")


def _end(lasts: Lasts, begins_at: datetime, zone: ZoneInfo, closed: AbstractSet[date]) -> datetime:
    if lasts.kind == HOURS:
        return begins_at.astimezone(UTC) + timedelta(hours=lasts.number)
    if lasts.last_on is not None and lasts.clock is not None:
        return later(datetime.combine(lasts.last_on, lasts.clock), zone)
    return day_after(last_day(begins_at.astimezone(zone).date(), lasts, closed), zone)


def _readings(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both instants that a wall clock's reading can mean; the same one on an ordinary day."""
    both = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(both), max(both)


def _court_day(day: date, number: int, closed: AbstractSet[date]) -> date:
    while number:
        day += DAY
        number -= day.weekday() < 5 and day not in closed
    return day


def _change(first: datetime, last: datetime, day: date, zone: ZoneInfo) -> datetime:
    """The first second of [first, last] that is of a later day there: by halving, for time is left out and not doubled."""
    low, high = int(first.timestamp()), int(last.timestamp())
    while low < high:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, UTC).astimezone(zone).date() > day:
            high = middle
        else:
            low = middle + 1
    return datetime.fromtimestamp(high, UTC)
