"""How does one order stand at an instant? A fold over what happened to it, as far as that was known by then.

What is not known is said as unknown, never as “not served” and never as “no order”. Doubt ends nothing and binds
nobody; what has ended stays ended, and a recall never puts anything back in force.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from shelterbelt.rules.instants import aware
from shelterbelt.rules.order_times import FURTHER_ORDER, HOURS, NO_DAYS, Lasts, day_after, until, zone_named
from shelterbelt.rules.reasons import Reason

KINDS = ("emergency", "temporary", "final", "criminal_no_contact", "bail", "probation")
ON_ISSUE, ON_SERVICE = "on_issue", "on_service"
ISSUED, SERVED, TRIED = "issued", "served", "service_tried"
MODIFIED, EXPIRED, RECOGNISED = "modified", "expired", "recognised"
DRAFTED, NOT_YET, UNKNOWN = "drafted", "not_yet", "unknown"
IN_FORCE, NOT_SERVED = "in_force", "in_force_not_served"
RECALLED, REPLACED, OVER = "recalled", "replaced", "over"
HAPPENINGS = frozenset({ISSUED, SERVED, TRIED, RECALLED, MODIFIED, EXPIRED, RECOGNISED})
# What binds most comes first. Unknown stands before everything that binds nobody.
STATES = (IN_FORCE, NOT_SERVED, UNKNOWN, NOT_YET, DRAFTED, REPLACED, RECALLED, OVER)
BINDING = frozenset({IN_FORCE, NOT_SERVED})
YES, NO = "yes", "no"
KNOWN, NOT_COUNTED = "known", "not_counted"
# Before any order: what a paper says by its date does not hang on when it was signed.
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to an order, and when it was written down; both aware instants.

    `on`: only that day, in the issuing place, is known and not the hour; then `at` is not looked at. `service_tried` is
    a try that reached nobody; `expired` is what somebody else's list says of an end.
    """

    kind: str
    at: datetime
    recorded_at: datetime
    on: date | None = None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order as it is written down. `zone`: the issuing place's, by its IANA name; `closed`: its court's closed days.

    `replaced_at`: since when another order of the chain binds in its place. `counts_from`: from which of issue and service
    a length is counted, where that is not what makes it bind.
    """

    kind: str
    lasts: Lasts
    zone: str
    effective: str
    happened: tuple[Happened, ...] = ()
    replaced_at: datetime | None = None
    counts_from: str = ""
    closed: AbstractSet[date] = NO_DAYS


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order stands: [begins_at, until_at) in UTC, None where that is not known or there is none.

    `ends` says what a missing `until_at` means: `further_order`, `not_counted` (a length that runs from a service that has
    not been) or `unknown`. `served` is as known for the instant asked about.
    """

    state: str
    begins_at: datetime | None
    until_at: datetime | None
    served: str
    because: tuple[Reason, ...]
    ends: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class _Span:
    """Between which instants something happened: the same one twice where the hour is known."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class _Been:
    """What is known to have been: of each kind the earliest. `early`: kinds that are dated before the issue, and so in doubt."""

    spans: Mapping[str, _Span]
    early: frozenset[str]
    tried_at: datetime | None
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class _End:
    """When the paper says that it ends. `surely`: before that it is not over, whatever is not known."""

    at: datetime | None
    ends: str
    surely: datetime | None
    because: Reason


def stand(facts: OrderFacts, *, at: datetime, known_at: datetime | None = None) -> Standing:
    """This function will return how an order stands at an instant, by what was recorded by `known_at` (None: ever).

    An order that binds on service is `not_yet` until it was served, and `unknown` while nobody knows. One that binds on
    issue binds without. Of several services, issues or recalls the first counts; where only the day is known an order
    begins with it and ends after it, and service is unknown within it. An end that the paper does not say, or a recall
    from before the issue, makes unknown what would bind. `modified` alone ends nothing: what replaces it does. Neither the
    order of recording nor of the lists matters. Raises ValueError for a naive instant, an unknown zone, word or length.
    Source: 18 USC 2265 (recognition needs no step of its own) (tag M); the court's paper decides.
    """
    zone = _checked(facts, at, known_at)
    been = _been(facts, zone, known_at)
    if not been.spans and been.replaced_at is None:
        return Standing(DRAFTED, None, None, UNKNOWN, (Reason("order.drafted"),))
    return _standing(facts, been, zone, at)


def _standing(facts: OrderFacts, been: _Been, zone: ZoneInfo, at: datetime) -> Standing:
    served, why_served = _served(been, at)
    end = _end(facts, been, zone, served)
    begins = _begins(facts, been)
    ended_at, ended = _ended(been, end)
    if ended_at is not None and begins is not None and begins >= ended_at:
        begins = None
    if ended_at is not None and at >= ended_at:
        because = (Reason(f"order.{ended}", _iso(ended_at)), why_served, *_also(been, at))
        return Standing(ended, begins, ended_at, served, because, KNOWN)
    state, why = _binds(facts, been, at, served)
    doubts = tuple(_doubts(been, end, at)) if state in BINDING else ()
    because = tuple(dict.fromkeys((*doubts, why, why_served, end.because, *_also(been, at))))
    state = UNKNOWN if doubts else state
    return Standing(state, begins, ended_at, served, because, end.ends if ended_at is None else KNOWN)


def strictest(standings: Iterable[Standing]) -> Standing:
    """This function will return the standing that binds most of several: what holds for somebody now.

    What is in force stands before what may be, that before what is not; served before not, and then what lasts longest.
    Of no orders it is unknown: that nobody here knows of one does not say that there is none.
    """
    found = tuple(standings)
    if not found:
        return Standing(UNKNOWN, None, None, UNKNOWN, (Reason("order.none_known"),))
    return max(found, key=_strictness)


def _strictness(one: Standing) -> tuple[object, ...]:
    return (
        -STATES.index(one.state),
        (NO, UNKNOWN, YES).index(one.served),
        (KNOWN, UNKNOWN, NOT_COUNTED, FURTHER_ORDER).index(one.ends),
        one.until_at or LONG_AGO,
        one.because,
    )


def _checked(facts: OrderFacts, at: datetime, known_at: datetime | None) -> ZoneInfo:
    """The order's zone. Raises ValueError for what is no order."""
    instants = [at, known_at, facts.replaced_at]
    instants += [instant for one in facts.happened for instant in (one.at, one.recorded_at)]
    aware(*instants)
    words = facts.kind in KINDS and facts.effective in (ON_ISSUE, ON_SERVICE)
    words = words and facts.counts_from in ("", ON_ISSUE, ON_SERVICE)
    if not words or not {one.kind for one in facts.happened} <= HAPPENINGS:
        raise ValueError("not an order as we know it")
    zone = zone_named(facts.zone)
    until(facts.lasts, LONG_AGO, zone, facts.closed)
    return zone


def _been(facts: OrderFacts, zone: ZoneInfo, known_at: datetime | None) -> _Been:
    spans: dict[str, list[_Span]] = {}
    for one in facts.happened:
        if known_at is None or one.recorded_at <= known_at:
            spans.setdefault(one.kind, []).append(_span(one, zone))
    issued = min((one.first for one in spans.get(ISSUED, ())), default=LONG_AGO)
    early = set()
    for kind in (SERVED, RECALLED):
        held = [one for one in spans.get(kind, ()) if one.last >= issued]
        if len(held) < len(spans.pop(kind, ())):
            early.add(kind)
        if held:
            spans[kind] = held
    replaced_at = facts.replaced_at
    if replaced_at is not None and known_at is not None and replaced_at > known_at:
        replaced_at = None
    firsts = {kind: _Span(min(s.first for s in of), min(s.last for s in of)) for kind, of in spans.items()}
    tried_at = max((one.last for one in spans.get(TRIED, ())), default=None)
    return _Been(firsts, frozenset(early), tried_at, replaced_at)


def _span(one: Happened, zone: ZoneInfo) -> _Span:
    """When it happened. Of a day whose hour nobody knows: on it, and before it was written down, if it was on that day."""
    if one.on is None:
        return _Span(one.at.astimezone(UTC), one.at.astimezone(UTC))
    first, over = day_after(one.on - timedelta(days=1), zone), day_after(one.on, zone)
    return _Span(first, min(over, one.recorded_at.astimezone(UTC)) if one.recorded_at >= first else over)


def _served(been: _Been, at: datetime) -> tuple[str, Reason]:
    """Whether it had been served: “no” only where a try says so, or a service that came later."""
    service = been.spans.get(SERVED)
    if service is not None and service.last <= at:
        return YES, Reason("order.served", _iso(service.first))
    if service is not None and at < service.first:
        return NO, Reason("order.served_later", _iso(service.first))
    if service is not None:
        return UNKNOWN, Reason("order.served_that_day", _iso(service.first))
    if SERVED in been.early:
        return UNKNOWN, Reason("order.served_before_issue")
    # Whoever tried here does not know whether it was served where it was issued.
    if been.tried_at is not None and RECOGNISED not in been.spans:
        return NO, Reason("order.service_tried", _iso(been.tried_at))
    return UNKNOWN, Reason("order.service_unknown")


def _begins(facts: OrderFacts, been: _Been) -> datetime | None:
    issued = been.spans.get(ISSUED)
    binds = issued if facts.effective == ON_ISSUE else been.spans.get(SERVED)
    if binds is None:
        return None
    return max(issued.first, binds.first) if issued else binds.first


def _end(facts: OrderFacts, been: _Been, zone: ZoneInfo, served: str) -> _End:
    """When the paper says that it ends, as far as it can be counted: hours from the later instant, days from the day."""
    issued, lasts = been.spans.get(ISSUED), facts.lasts
    by_service = (facts.counts_from or facts.effective) == ON_SERVICE
    start = been.spans.get(SERVED) if by_service else issued
    start = start if lasts.number else _Span(LONG_AGO, LONG_AGO)
    if start is not None:
        ends_at = until(lasts, start.last if lasts.kind == HOURS else start.first, zone, facts.closed)
        if ends_at is None:
            return _End(None, FURTHER_ORDER, None, Reason("order.until_further_order"))
        if issued is not None and ends_at <= issued.first:
            return _End(None, UNKNOWN, None, Reason("order.ends_before_issue", _iso(ends_at)))
        return _End(ends_at, KNOWN, ends_at, Reason("order.until", _iso(ends_at)))
    if by_service and served == NO:
        return _End(None, NOT_COUNTED, None, Reason("order.counts_from_service"))
    # Nobody is served before the issue: counted from there it ends too early, if anything.
    surely = until(lasts, issued.first, zone, facts.closed) if issued is not None else None
    return _End(None, UNKNOWN, surely, Reason("order.end_unknown"))


def _ended(been: _Been, end: _End) -> tuple[datetime | None, str]:
    """What ends it first, and when: a recall, another order in its place, or its own end."""
    recalled = been.spans.get(RECALLED)
    several = (recalled.last if recalled else None, RECALLED), (been.replaced_at, REPLACED), (end.at, OVER)
    ends = [(instant.astimezone(UTC), state) for instant, state in several if instant is not None]
    return min(ends, key=lambda one: one[0]) if ends else (None, "")


def _binds(facts: OrderFacts, been: _Been, at: datetime, served: str) -> tuple[str, Reason]:
    """How an order stands that nothing has ended."""
    issued = been.spans.get(ISSUED)
    if issued is not None and at < issued.first:
        return NOT_YET, Reason("order.issued_later", _iso(issued.first))
    if facts.effective == ON_SERVICE and served != YES:
        return (NOT_YET if served == NO else UNKNOWN), Reason("order.binds_when_served")
    if issued is None and not any(one.last <= at for one in been.spans.values()):
        return UNKNOWN, Reason("order.issue_unknown")
    why = Reason("order.issued", _iso(issued.first)) if issued else Reason("order.issue_unknown")
    return (NOT_SERVED if served == NO else IN_FORCE), why


def _doubts(been: _Been, end: _End, at: datetime) -> Iterator[Reason]:
    """Why nobody can say that it still binds."""
    expired = been.spans.get(EXPIRED)
    if RECALLED in been.early:
        yield Reason("order.recalled_before_issue")
    if expired is not None and expired.last <= at:
        yield Reason("order.said_to_be_over", _iso(expired.last))
    if end.ends == UNKNOWN and (end.surely is None or at >= end.surely):
        yield end.because


def _also(been: _Been, at: datetime) -> Iterator[Reason]:
    """What else to look at: that its words were changed, that it comes from elsewhere."""
    for kind in (MODIFIED, RECOGNISED):
        span = been.spans.get(kind)
        if span is not None and span.last <= at:
            yield Reason(f"order.{kind}", _iso(span.first))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
