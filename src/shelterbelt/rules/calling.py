"""Whom a help alert goes to next, by which way and when, and what its page says. Decides one alert from what happened to it.

Refuses to let what the device shows differ between the code that cancels and the code that was forced.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shelterbelt.rules.instants import aware
from shelterbelt.rules.reasons import Reason

CANCEL, FORCED = "cancel", "forced"
STATES = ("held", "sent", "unanswered", "answered", "cancelled", "forced", "ended")
SHOWN = ("held", "sent", "unanswered", "answered", "cancelled", "ended")
HELP, TRIAL, OVER = "help", "test", "over"
# Spans are half-open: what is planned for an instant is due at it.
SMALLEST = timedelta(microseconds=1)
# Whoever holds the device could hold the button for ever: then it goes all the same.
LONGEST_HELD = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who hears of the alert: a slot that stands for them, what they are, and the ways they may be told by.

    `kind`: duty (whoever confirmed being there), circle (people the survivor chose), dispatch (an agency they named).
    """

    slot: str
    kind: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """From so long after the alert went, these kinds are told: `times` times, `every` so often; 0 times is until answered."""

    after: timedelta
    kinds: frozenset[str]
    every: timedelta
    times: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set up before: how long the code is waited for, who hears, in which steps; `test` tells once and ends."""

    hold: timedelta
    recipients: tuple[Recipient, ...]
    steps: tuple[Step, ...]
    unanswered_after: timedelta
    stops_after: timedelta
    test: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to one alert: pressed, still held down, codes that were right, answers, its end.

    `codes` are (instant, CANCEL or FORCED); `answers` are (instant, slot). Their order does not matter.
    """

    pressed_at: datetime
    received_at: datetime
    kept_at: datetime | None = None
    codes: tuple[tuple[datetime, str], ...] = ()
    answers: tuple[tuple[datetime, str], ...] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One telling of one recipient by one way; `step` and `round` make it once. `says`: HELP, TRIAL or OVER."""

    slot: str
    way: str
    step: int
    round: int
    at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Its state, what the survivor's page says, when it goes, who is due, and when time alone next changes it."""

    state: str
    shown: str
    goes_at: datetime
    due: tuple[Call, ...]
    next_at: datetime | None
    because: tuple[Reason, ...]


def pressed_at(issued_at: datetime, received_at: datetime, age_ms: object) -> datetime:
    """This function will return when the button was pressed, by our own clock.

    `age_ms` is what the device says has passed since, both ends read from one clock of its own, so a clock that is
    hours or years wrong does no harm. Bounded: never before the page was given out, never after it was received; what
    is no number counts as now. Source: the clock-skew attack (threat 24).
    """
    if isinstance(age_ms, bool) or not isinstance(age_ms, int | float) or not math.isfinite(age_ms):
        return received_at
    longest = max((received_at - issued_at).total_seconds(), 0.0)
    return received_at - timedelta(seconds=min(max(age_ms / 1000, 0.0), longest))


def lasts_until(confirmed_at: datetime, until_at: datetime, *, every: timedelta) -> datetime:
    """This function will return until when somebody counts as there who said at one instant “I am here until another”.

    They are asked to say it again within `every`; who does not counts as gone.
    """
    return min(until_at, confirmed_at + every)


def there(confirmed_at: datetime, lasts_at: datetime, ended_at: datetime | None, at: datetime) -> bool:
    """This function will say whether somebody is there: they said so, it has not run out, and they have not left."""
    return confirmed_at <= at < lasts_at and (ended_at is None or at < ended_at)


def goes_at(settings: Settings, happened: Happened) -> datetime:
    """This function will return when the alert goes unless a code stops it.

    `hold` after the device last said that the button is held down, within LONGEST_HELD; never before we have it; at
    once for the code that says it was forced.
    """
    held_to = min(happened.kept_at or happened.pressed_at, happened.pressed_at + LONGEST_HELD)
    last = max(happened.pressed_at, held_to)
    plain = max(last + settings.hold, happened.received_at)
    forced = _first(happened, FORCED)
    return plain if forced is None else min(plain, max(forced, happened.received_at))


def stand(settings: Settings, happened: Happened, at: datetime) -> Standing:
    """This function will say how an alert stands at an instant, who is to be told by now, and what the page says.

    What lies after `at` has not happened. Of the rounds of one way that are due only the last is told: after an outage
    nobody is told the same thing five times. Raises ValueError for a naive instant.
    """
    aware(at)
    known = _until(happened, at)
    goes = goes_at(settings, known)
    stop = _stops(settings, known, goes)
    state = _state(settings, known, goes, at)
    due = _due(settings, known, goes, stop, at)
    return Standing(
        state=state,
        shown="cancelled" if known.codes else state,
        goes_at=goes,
        due=due,
        next_at=_next(settings, known, goes, stop, at),
        because=tuple(_because(settings, known, goes)),
    )


def _until(happened: Happened, at: datetime) -> Happened:
    """What has happened by an instant, in order."""
    return replace(
        happened,
        kept_at=happened.kept_at if happened.kept_at and happened.kept_at <= at else None,
        codes=tuple(sorted(code for code in happened.codes if code[0] <= at)),
        answers=tuple(sorted(answer for answer in happened.answers if answer[0] <= at)),
        ended_at=happened.ended_at if happened.ended_at and happened.ended_at <= at else None,
    )


def _first(happened: Happened, kind: str) -> datetime | None:
    return min((at for at, code in happened.codes if code == kind), default=None)


def _cancelled_at(happened: Happened) -> datetime | None:
    """When it was cancelled of their own will; a code that says it was forced undoes that."""
    return None if _first(happened, FORCED) else _first(happened, CANCEL)


def _state(settings: Settings, known: Happened, goes: datetime, at: datetime) -> str:
    cancelled = _cancelled_at(known)
    if known.ended_at:
        return "ended"
    if _first(known, FORCED):
        return "forced"
    if cancelled:
        return "cancelled"
    if at < goes:
        return "held"
    if known.answers:
        return "answered"
    return "unanswered" if at >= goes + settings.unanswered_after else "sent"


def _stops(settings: Settings, known: Happened, goes: datetime) -> datetime:
    """From this instant on nobody is called any more."""
    ends = [goes + settings.stops_after, *(at for at, _slot in known.answers)]
    ends += [end for end in (_cancelled_at(known), known.ended_at) if end]
    return min(ends)


def _planned(step: Step, goes: datetime, most: int, before: datetime) -> int:
    """How many rounds of a step are planned before an instant; `most` 0 is without end."""
    start = goes + step.after
    if start >= before:
        return 0
    rounds = math.ceil((before - start) / step.every) if step.every else 1
    return min(rounds, most) if most else rounds


def _lines(settings: Settings) -> Iterator[tuple[int, Step, Recipient, str, int]]:
    """Each step, recipient and way, with how many rounds it has. What stands on a page is put there once, and so is a test."""
    for number, step in enumerate(settings.steps[:1] if settings.test else settings.steps):
        for one in settings.recipients:
            if one.kind in step.kinds:
                for way in one.ways:
                    yield number, step, one, way, 1 if settings.test or way == "page" else step.times


def _due(
    settings: Settings, known: Happened, goes: datetime, stop: datetime, at: datetime
) -> tuple[Call, ...]:
    if goes > at:
        return ()
    before = min(stop, at + SMALLEST)
    says = TRIAL if settings.test else HELP
    found = [
        Call(one.slot, way, number, n - 1, goes + step.after + (n - 1) * step.every, says)
        for number, step, one, way, most in _lines(settings)
        if (n := _planned(step, goes, most, before))
    ]
    return (*found, *_over(settings, known, goes, found), *_told_anew(settings, known, goes, found))


def _over(settings: Settings, known: Happened, goes: datetime, told: list[Call]) -> list[Call]:
    """Whoever was told and is no page hears once that it was taken back, unless that was forced."""
    cancelled = _cancelled_at(known)
    if cancelled is None or cancelled <= goes or settings.test:
        return []
    ways = dict.fromkeys((call.slot, call.way) for call in told if call.way != "page")
    return [Call(slot, way, len(settings.steps), 0, cancelled, OVER) for slot, way in ways]


def _told_anew(settings: Settings, known: Happened, goes: datetime, told: list[Call]) -> list[Call]:
    """An agency that was told before the forced code is told anew: whom it must not call now."""
    forced = _first(known, FORCED)
    if forced is None or forced <= goes or settings.test:
        return []
    slots = dict.fromkeys(call.slot for call in told if call.way == "letter")
    return [Call(slot, "letter", len(settings.steps) + 1, 0, forced, HELP) for slot in slots]


def _next(
    settings: Settings, known: Happened, goes: datetime, stop: datetime, at: datetime
) -> datetime | None:
    """The next instant at which time alone changes something; none when nothing more comes."""
    if at < goes:
        return None if known.ended_at or _cancelled_at(known) else goes
    times = [goes + settings.unanswered_after, goes + settings.stops_after]
    for _number, step, _one, _way, most in _lines(settings):
        n = _planned(step, goes, most, at + SMALLEST)
        if not most or n < most:
            times.append(goes + step.after + n * step.every)
    return min((time for time in times if at < time <= stop), default=None)


def _because(settings: Settings, known: Happened, goes: datetime) -> list[Reason]:
    found = [Reason("calling.test")] if settings.test else []
    if _first(known, FORCED):
        found.append(Reason("calling.forced"))
    elif _cancelled_at(known):
        found.append(Reason("calling.cancelled"))
    if known.answers:
        found.append(Reason("calling.answered"))
    if goes == known.received_at and known.pressed_at + settings.hold < known.received_at:
        found.append(Reason("calling.came_late"))
    return found
