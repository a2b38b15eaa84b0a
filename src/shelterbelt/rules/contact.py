"""May the survivor be contacted this way at this instant? Decides by their contact instructions alone.

The default is no: whatever the instructions do not allow is refused, and "do not contact" stops everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shelterbelt.rules.instants import aware
from shelterbelt.rules.reasons import Reason

NEEDS_NUMBER = frozenset({"phone", "text"})
VOICE = "phone"
WRITTEN = frozenset({"text", "email"})
ARRIVES = timedelta(minutes=1)
FORTNIGHT = 15


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
    shared_device: bool = False


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
    aware(at)
    if instructions is None:
        return ContactDecision(False, (Reason("contact.no_instructions"),))
    refusals = tuple(_refusals(instructions, channel, at, leaving_message=leaving_message))
    if refusals:
        return ContactDecision(False, refusals)
    return ContactDecision(True, (Reason("contact.allowed"), *_keep_to(instructions, channel)))


def _refusals(
    told: ContactInstructions, channel: str, at: datetime, *, leaving_message: bool
) -> Iterator[Reason]:
    yield from _never(told, channel, at, leaving_message=leaving_message)
    yield from _hours(told, at)


def _never(
    told: ContactInstructions, channel: str, at: datetime, *, leaving_message: bool
) -> Iterator[Reason]:
    """What no waiting changes."""
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
    if told.shared_device and (channel in WRITTEN or leaving_message):
        yield Reason("contact.shared_device", channel)
    if not told.windows:
        yield Reason("contact.no_hours")


def _hours(told: ContactInstructions, at: datetime) -> Iterator[Reason]:
    try:
        local = at.astimezone(ZoneInfo(told.zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Reason("contact.zone_unknown")
        return
    if told.windows and not any(_inside(window, local) for window in told.windows):
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


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands beside the instructions: a change that nobody has checked yet, or a death."""

    change_pending: bool = False
    deceased: bool = False


NOTHING_STANDS = Standing()


@dataclass(frozen=True, slots=True)
class Sending:
    """What to do with a message: `answer` is send, wait or refuse.

    To wait: `not_before` is when their hours open, None when first somebody must check a change.
    To send: `ends_at` is when it must have arrived, None when no end is known.
    """

    answer: str
    because: tuple[Reason, ...]
    not_before: datetime | None = None
    ends_at: datetime | None = None


def when_to_send(
    instructions: ContactInstructions | None,
    channel: str,
    at: datetime,
    *,
    standing: Standing = NOTHING_STANDS,
    leaving_message: bool = False,
) -> Sending:
    """This function will say whether a message may go by this channel now, later, or not at all.

    Hours end a minute early, so that what is sent inside them also arrives inside them. What is stricter never
    sends more. Raises ValueError for a naive instant. Source: as `may_contact`.
    """
    aware(at)
    if standing.deceased:
        return Sending("refuse", (Reason("contact.deceased"),))
    if instructions is None:
        return Sending("refuse", (Reason("contact.no_instructions"),))
    refusals = tuple(_never(instructions, channel, at, leaving_message=leaving_message))
    if refusals:
        return Sending("refuse", refusals)
    if standing.change_pending:
        return Sending("wait", (Reason("contact.change_pending"),))
    return _by_the_hours(instructions, at.astimezone(UTC))


def _by_the_hours(told: ContactInstructions, at: datetime) -> Sending:
    try:
        spans = open_spans(told.windows, ZoneInfo(told.zone), at)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Sending("refuse", (Reason("contact.zone_unknown"),))
    for begins, ends in spans:
        last = _sooner(ends, told.valid_until)
        if last is not None and max(begins, at) + ARRIVES > last:
            continue
        if begins > at:
            return Sending("wait", (Reason("contact.outside_hours"),), not_before=begins)
        return Sending("send", (Reason("contact.allowed"),), ends_at=last)
    return Sending("refuse", (Reason("contact.never_open"),))


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((t for t in (one, other) if t is not None), default=None)


def open_spans(
    windows: tuple[Window, ...], zone: ZoneInfo, at: datetime
) -> Iterator[tuple[datetime, datetime | None]]:
    """This function will yield the spans [begins, ends) of the coming fortnight in which a window is open.

    They are in UTC and in order; the first may have begun before `at`; the last has no end when none was found.
    What a clock shows twice is open twice, what it leaps over is never open.
    """
    since: datetime | None = None
    for edge in _edges(windows, zone, at):
        inside = any(_inside(window, edge.astimezone(zone)) for window in windows)
        if inside and since is None:
            since = edge
        elif not inside and since is not None:
            yield since, edge
            since = None
    if since is not None:
        yield since, None


def _edges(windows: tuple[Window, ...], zone: ZoneInfo, at: datetime) -> list[datetime]:
    """Every instant from `at` on at which a window may open or close, `at` itself first."""
    clocks = {time(0), *(c for w in windows for c in (w.from_time, w.until_time) if c is not None)}
    first = at.astimezone(zone).date()
    wall = [
        datetime.combine(first + timedelta(days=day), clock, zone).replace(fold=fold).astimezone(UTC)
        for day in range(FORTNIGHT + 1)
        for clock in clocks
        for fold in (0, 1)
    ]
    return sorted({at, *(edge for edge in (*wall, *_leaps(zone, at)) if edge > at)})


def _leaps(zone: ZoneInfo, at: datetime) -> Iterator[datetime]:
    """The instants at which the zone's clock is put forward or back."""
    for day in range(FORTNIGHT + 1):
        low, high = at + timedelta(days=day), at + timedelta(days=day + 1)
        if low.astimezone(zone).utcoffset() == high.astimezone(zone).utcoffset():
            continue
        before = low.astimezone(zone).utcoffset()
        while high - low > timedelta(microseconds=1):
            middle = low + (high - low) / 2
            low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
        yield high
