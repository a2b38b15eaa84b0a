"""Is a service open now? Reads its weekly schedule in its own hours.

Refuses to guess: an unread schedule is unknown.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def open_now(schedules: Iterable[Mapping[str, Any]], at: datetime, zone: str) -> bool | None:
    """True, false, or none when the schedules do not say."""
    told = [_one(schedule, at, zone) for schedule in schedules]
    if True in told:
        return True
    return False if told and None not in told else None


def _one(schedule: Mapping[str, Any], at: datetime, zone: str) -> bool | None:
    if schedule.get("freq") != "WEEKLY" or schedule.get("interval") not in (None, "", 1):
        return None
    days = {part.strip()[-2:] for part in str(schedule.get("byday") or "").split(",")}
    opens, closes = _time(schedule.get("opens_at")), _time(schedule.get("closes_at"))
    if opens is None or closes is None or not days & set(DAYS):
        return None
    local = _local(at, schedule.get("timezone"), zone)
    if not _valid(schedule, local.date()):
        return False
    now, today = local.time(), DAYS[local.weekday()]
    if opens < closes:
        return today in days and opens <= now < closes
    yesterday = DAYS[(local - timedelta(days=1)).weekday()]
    return (today in days and now >= opens) or (yesterday in days and now < closes)


def _local(at: datetime, offset: object, zone: str) -> datetime:
    """HSDS gives an offset in hours; without one the agency's own zone is the best there is."""
    if isinstance(offset, int | float) and -14 <= offset <= 14:
        return at.astimezone(timezone(timedelta(hours=offset)))
    return at.astimezone(ZoneInfo(zone))


def _time(text: object) -> time | None:
    """HH:MM, with seconds or an offset after it that are left out."""
    try:
        return time.fromisoformat(str(text)[:5])
    except ValueError:
        return None


def _valid(schedule: Mapping[str, Any], day: date) -> bool:
    first, last = schedule.get("valid_from"), schedule.get("valid_to")
    return not ((first and str(first)[:10] > day.isoformat()) or (last and str(last)[:10] < day.isoformat()))
