"""A hearing as a file for a calendar: an hour by the clock of its place, and nothing that says what it is or about whom."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from shelterbelt.orders.models import Hearing

FILE_NAME = "date.ics"
PRODUCT = "-//Calendar//EN"


def ics(hearing: Hearing) -> bytes:
    """One event with its time zone (RFC 5545); a struck hearing is a cancelled event of the same id."""
    event = Event()
    event.add("uid", hearing.ref)
    event.add("dtstamp", hearing.struck_at or hearing.written_at)
    event.add("dtstart", hearing.at.astimezone(ZoneInfo(hearing.zone)))
    event.add("summary", _("Appointment"))
    event.add("class", "PRIVATE")
    event.add("sequence", 1 if hearing.struck_at else 0)
    if hearing.struck_at:
        event.add("status", "CANCELLED")
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add_component(event)
    made.add_missing_timezones()
    return bytes(made.to_ical())
