"""May the survivor be contacted this way at this instant? Decides by their contact instructions alone.

The default is no: whatever the instructions do not allow is refused, and "do not contact" stops everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shelterbelt.rules.reasons import Reason

NEEDS_NUMBER = frozenset({"phone", "text"})
VOICE = "phone"


@dataclass(frozen=True, slots=True)
class Window:
    """Safe hours by the wall clock, [from_time, until_time), on days 0 (Monday) to 6 (Sunday).

    `until_time` None means to the end of the day; earlier than `from_time` means past midnight into the
    next day; the same as `from_time` means never.
    """

    days: frozenset[int]
    from_time: time
    until_time: time | None = None


@dataclass(frozen=True, slots=True)
class ContactInstructions:
    """How, when and by whom the survivor may be reached, in their own words' structure.

    Empty means: not at all.
    """

    channels: frozenset[str] = frozenset()
    windows: tuple[Window, ...] = ()
    zone: str = ""
    number: str = ""
    voicemail_allowed: bool = False
    code_word_set: bool = False
    may_answer: tuple[str, ...] = ()
    valid_until: datetime | None = None
    no_contact: bool = False


@dataclass(frozen=True, slots=True)
class ContactDecision:
    """Allowed or not.

    When allowed, `because` also lists what to keep to (code word, no message, who may answer).
    """

    allowed: bool
    because: tuple[Reason, ...]


def may_contact(
    instructions: ContactInstructions | None, channel: str, at: datetime, *, leaving_message: bool = False
) -> ContactDecision:
    """This function will say whether the channel may be used at this instant, and what to keep to.

    `at` is aware; hours are read by the wall clock of the survivor's zone, so they follow clock changes.
    `valid_until` None means that they gave no end. Raises ValueError for a naive instant.
    Source: the safe-contact model of advocates' and Marac practice (tag S).
    """
    if at.utcoffset() is None:
        raise ValueError("an instant needs its zone")
    if instructions is None:
        return ContactDecision(False, (Reason("contact.no_instructions"),))
    refusals = tuple(_refusals(instructions, channel, at, leaving_message=leaving_message))
    if refusals:
        return ContactDecision(False, refusals)
    return ContactDecision(True, (Reason("contact.allowed"), *_keep_to(instructions, channel)))


def _refusals(
    told: ContactInstructions, channel: str, at: datetime, *, leaving_message: bool
) -> Iterator[Reason]:
    if told.no_contact:
        yield Reason("contact.do_not_contact")
    if channel not in told.channels:
        yield Reason("contact.channel_not_allowed", channel)
    if channel in NEEDS_NUMBER and not told.number:
        yield Reason("contact.no_number", channel)
    if leaving_message and not told.voicemail_allowed:
        yield Reason("contact.no_message")
    if told.valid_until is not None and at >= told.valid_until:
        yield Reason("contact.out_of_date")
    yield from _hours(told, at)


def _hours(told: ContactInstructions, at: datetime) -> Iterator[Reason]:
    if not told.windows:
        yield Reason("contact.no_hours")
        return
    try:
        local = at.astimezone(ZoneInfo(told.zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Reason("contact.zone_unknown")
        return
    if not any(_inside(window, local) for window in told.windows):
        yield Reason("contact.outside_hours")


def _inside(window: Window, local: datetime) -> bool:
    now, day = local.time(), local.weekday()
    if window.until_time is None:
        return day in window.days and now >= window.from_time
    if window.from_time <= window.until_time:
        return day in window.days and window.from_time <= now < window.until_time
    yesterday = (local.date() - timedelta(days=1)).weekday()
    return (day in window.days and now >= window.from_time) or (
        yesterday in window.days and now < window.until_time
    )


def _keep_to(told: ContactInstructions, channel: str) -> Iterator[Reason]:
    if told.code_word_set:
        yield Reason("contact.use_code_word")
    if channel == VOICE and not told.voicemail_allowed:
        yield Reason("contact.leave_no_message")
    yield from (Reason("contact.may_answer", who) for who in told.may_answer)
