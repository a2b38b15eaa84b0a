"""What does an order forbid right now, and until when? Reads its terms by weekday and clock, and says nothing of the rest.

Whether the order binds is not its question. Where clocks change, what forbids holds for every reading of its hours and
what allows only where all readings agree. What no term speaks of is unknown, never allowed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shelterbelt.rules.instants import aware
from shelterbelt.rules.order_times import DAY, day_after, earlier, in_force, later, zone_named
from shelterbelt.rules.reasons import Reason

# Of the home that an order gives to one alone the word is `residence` (NCIC 03); `belongings` are things and animals.
KINDS = (
    "stay_away",
    "distance",
    "contact",
    "weapons",
    "children",
    "residence",
    "belongings",
    "curfew",
    "other",
)
# As NCIC numbers the conditions of a protection order. 06 gives time with children: it forbids nothing by itself.
CODES = frozenset({"01", "02", "03", "04", "05", "06", "07", "08", "09"})
# 01 and 02 forbid violence and threats at any hour: a person need not read them to know that no act below is in them.
GIVES, VIOLENCE, OTHER = "06", frozenset({"01", "02"}), "other"
# What somebody does, and the kinds of term that speak of it.
ACTS: Mapping[str, frozenset[str]] = {
    "be_at_place": frozenset({"stay_away", "residence"}),
    "come_near": frozenset({"distance"}),
    "make_contact": frozenset({"contact"}),
    "have_weapons": frozenset({"weapons"}),
    "be_with_children": frozenset({"children"}),
    "take_things": frozenset({"belongings"}),
    "be_out": frozenset({"curfew"}),
}
YES, NO, UNKNOWN = "yes", "no", "unknown"
# Hours come again every week; a night that clocks change may leave one week out. What four weeks do not end, nothing does.
AHEAD, BEHIND = 28, 2


@dataclass(frozen=True, slots=True)
class Window:
    """Hours by the wall clock of a zone, [from_clock, until_clock), that begin on days 0 (Monday) to 6 (Sunday).

    `until_clock` None means to the end of the day; earlier than `from_clock`, past midnight into the next day.
    """

    weekdays: frozenset[int]
    from_clock: time
    until_clock: time | None
    zone: str


@dataclass(frozen=True, slots=True)
class Span:
    """Hours of one occasion, [from_at, until_at): a hearing that both attend, a day on which things are fetched."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an order, from `from_at` until before `until_at` where it names them.

    No `windows` means always. `exceptions` are hours that the term itself leaves free. `metres` is 0 where none is said;
    `places` are labels or ids, none of them where the term names no place.
    """

    code: str
    kind: str
    metres: float = 0.0
    places: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    exceptions: tuple[Window | Span, ...] = ()
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ban:
    """What one term forbids at an instant. `until_at`: the first instant, in UTC, at which it does not; None where none is."""

    kind: str
    code: str
    metres: float
    places: tuple[str, ...]
    until_at: datetime | None
    because: tuple[Reason, ...]


def forbidden(terms: Iterable[Term], *, at: datetime) -> tuple[Ban, ...]:
    """This function will return what the terms of one order forbid at an instant, in the order of the paper.

    Hours begin with the earlier reading of their first clock and end with the later one of their last, so that what a
    clock shows twice is forbidden in both, and what it skips on either side; an exception is the other way round. A term
    of kind `other` is among them, for a person to read. Raises ValueError for a naive instant, or a term that is none.
    Source: rules/order_times.py for the readings; NCIC codes as NIEM 6.0 has them (tag V).
    """
    return tuple(_ban(term, at) for term in _checked(terms, at) if _forbids(term, at))


def may(terms: Iterable[Term], act: str, *, at: datetime, place: str = "") -> str:
    """This function will say whether the terms of one order allow an act of ACTS: “no”, “yes” or “unknown”.

    “Yes” only where a term itself leaves these hours free, or gives them, no other forbids the act and none stands that only
    a person can read. With a `place`, only terms that name it or no place speak; without, all do. Raises ValueError as
    `forbidden`, and for an act that is none.
    """
    if act not in ACTS:
        raise ValueError("not something that a term speaks of")
    standing = [term for term in _checked(terms, at) if _stands(term, at)]
    about = [
        term
        for term in standing
        if term.kind in ACTS[act] and (place in term.places or not (place and term.places))
    ]
    if any(_forbids(term, at) for term in about):
        return NO
    if any(_only_a_person_reads(term) for term in standing):
        return UNKNOWN
    return YES if any(_leaves_free(term, at) for term in about) else UNKNOWN


def _checked(terms: Iterable[Term], at: datetime) -> tuple[Term, ...]:
    found = tuple(terms)
    instants = [at]
    for term in found:
        spans = [one for one in term.exceptions if isinstance(one, Span)]
        instants += [instant for instant in (term.from_at, term.until_at) if instant is not None]
        instants += [instant for one in spans for instant in (one.from_at, one.until_at)]
        if term.kind not in KINDS or term.code not in CODES or not term.metres >= 0:
            raise ValueError("not a term as we know it")
        if not all(_is_window(one) for one in (*term.windows, *term.exceptions) if isinstance(one, Window)):
            raise ValueError("hours need days, and another end than beginning")
    aware(*instants)
    return found


def _is_window(window: Window) -> bool:
    zone_named(window.zone)
    days = bool(window.weekdays) and window.weekdays <= set(range(7))
    return days and window.from_clock != window.until_clock


def _stands(term: Term, at: datetime) -> bool:
    return in_force(term.from_at or at, term.until_at, at)


def _only_a_person_reads(term: Term) -> bool:
    return term.kind == OTHER and term.code not in VIOLENCE


def _forbids(term: Term, at: datetime) -> bool:
    if term.code == GIVES or not _stands(term, at):
        return False
    inside = not term.windows or any(_within(_wide(window, at), at) for window in term.windows)
    return inside and not _excepted(term, at)


def _leaves_free(term: Term, at: datetime) -> bool:
    """Whether the term itself says that these hours are free: its exceptions, or the hours that it gives."""
    given = term.code == GIVES and any(_within(_narrow(window, at), at) for window in term.windows)
    return given or (term.code != GIVES and _excepted(term, at))


def _excepted(term: Term, at: datetime) -> bool:
    return any(_within(_free(one, at), at) for one in term.exceptions)


def _within(spans: Iterable[tuple[datetime, datetime]], at: datetime) -> bool:
    return any(begins <= at < ends for begins, ends in spans)


def _ban(term: Term, at: datetime) -> Ban:
    until_at = _until(term, at)
    because = [Reason("term.hours" if term.windows else "term.always", term.code)]
    if _only_a_person_reads(term):
        because.append(Reason("term.read_the_paper", term.code))
    if until_at is None:
        because.append(Reason("term.no_end_known"))
    return Ban(term.kind, term.code, term.metres, term.places, until_at, tuple(because))


def _until(term: Term, at: datetime) -> datetime | None:
    """Until when a term that forbids goes on: its hours' end, the next that it leaves free, or its own end."""
    ends = [] if term.until_at is None else [term.until_at]
    ends += [begins for one in term.exceptions for begins, _ in _free(one, at, AHEAD) if begins > at]
    reach = at if term.windows else None
    while reach is not None:
        further = max(
            (ends_ for window in term.windows for begins, ends_ in _wide(window, reach) if begins <= reach),
            default=reach,
        )
        if further <= reach:
            ends.append(reach)
            break
        reach = further if further < at + AHEAD * DAY else None
    return min(ends).astimezone(UTC) if ends else None


def _free(one: Window | Span, at: datetime, ahead: int = 1) -> Iterator[tuple[datetime, datetime]]:
    """The hours that an exception leaves free, around an instant and so many days ahead."""
    if isinstance(one, Window):
        yield from _narrow(one, at, ahead)
    elif one.from_at < one.until_at:
        yield one.from_at, one.until_at


def _wide(window: Window, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A window's hours around an instant, each as long as any reading makes it."""
    zone = zone_named(window.zone)
    for day in _days(window, at, 1):
        begins = earlier(datetime.combine(day, window.from_clock), zone)
        ends = _last(window, day)
        yield begins, day_after(day, zone) if ends is None else later(ends, zone)


def _narrow(window: Window, at: datetime, ahead: int = 1) -> Iterator[tuple[datetime, datetime]]:
    """A window's hours around an instant, each as short as any reading makes it; those of which nothing is left are not."""
    zone = zone_named(window.zone)
    for day in _days(window, at, ahead):
        begins = later(datetime.combine(day, window.from_clock), zone)
        ends = earlier(_last(window, day) or datetime.combine(day + DAY, time.min), zone)
        if begins < ends:
            yield begins, ends


def _last(window: Window, day: date) -> datetime | None:
    """What the clock shows when hours that begin on a day are over; None for the end of that day."""
    if window.until_clock is None:
        return None
    return datetime.combine(day + DAY * (window.until_clock < window.from_clock), window.until_clock)


def _days(window: Window, at: datetime, ahead: int) -> Iterator[date]:
    """The window's days from shortly before an instant until so many days after it, in its zone."""
    today = at.astimezone(zone_named(window.zone)).date()
    days = (today + timedelta(days=number) for number in range(-BEHIND, ahead + 1))
    return (day for day in days if day.weekday() in window.weekdays)
