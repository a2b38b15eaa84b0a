"""Whether people stopped reporting: recorded danger falls then, and real danger may not.

It looks at who told what came, before and after what agencies did. It never reads a fall as safety.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from shelterbelt.measures.exposure import Exposure, hazards
from shelterbelt.measures.figures import (
    Figure,
    Flags,
    Numbers,
    Places,
    Told,
    byar,
    enough,
    normal,
    share,
    spread_by_case,
    wilson,
    withheld,
)
from shelterbelt.measures.observed import SURVIVOR, Case
from shelterbelt.rules.kernels import Parameters, Process
from shelterbelt.rules.timeline import DAY

# What agencies do and people may answer with silence. Many are looked at, so the intervals are wider.
ACTS = (
    "arrest",
    "order_issued",
    "order_served",
    "court_date",
    "case_dismissed_or_acquittal",
    "agency_disclosure",
    "other_person_contacted",
)
LATER = "later"  # the second half of the time, instead of an act
SURE = normal(0.99)


@dataclass(frozen=True, slots=True)
class Change:
    """What differed after `kind` had happened in a case: what came for each expected, and who told it.

    `came_before` and `came_after` are recorded for one expected, `ratio` of the two. `told_before` and
    `told_after` are the shares first told by the survivor, `difference` of the two. Intervals of ratio and
    difference hold 99 %, for many kinds are looked at.
    """

    kind: str
    came_before: Told
    came_after: Told
    ratio: Told
    told_before: Told
    told_after: Told
    difference: Told

    @property
    def fell(self) -> bool:
        """This property will say whether less was recorded for each expected."""
        return isinstance(self.ratio, Figure) and self.ratio.hi < 1

    @property
    def silent(self) -> bool:
        """This property will say whether survivors told less of what was recorded: they may have stopped."""
        return isinstance(self.difference, Figure) and self.difference.hi < 0


@dataclass(frozen=True, slots=True)
class Silence:
    """Every kind that was looked at, and what share of outcomes says who told them."""

    changes: tuple[Change, ...]
    who_told_known: Told

    @property
    def warns(self) -> tuple[Change, ...]:
        """This property will return the changes by which recorded danger must not be read as danger."""
        return tuple(one for one in self.changes if one.silent)

    @property
    def blind(self) -> bool:
        """This property will say that nothing can be told: nowhere is there enough on both sides."""
        return not any(isinstance(one.difference, Figure) for one in self.changes)


def marks(case: Case) -> list[datetime]:
    """This function will return the instants at which an act or an answer was first given in a case."""
    return sorted(_first(case).values())


def silence(parameters: Parameters, found: Exposure, cases: Sequence[Case]) -> Silence:
    """This function will return what changed after each kind of act or answer, and in the later half of the time.

    `found` must be cut at `marks` and at the middle of the time. What had happened before an outcome decides on
    which side it stands, so that a report that led to the act is no part of what came after. Source: evidence,
    reporting selection (recorded = true times the chance of a report, which moves with the same events).
    """
    expected = sum((hazards(found, parameters, p) for p in Process), np.zeros_like(found.length))
    came = _outcomes(cases)
    kinds: dict[str, dict[int, float]] = {}
    for number, case in enumerate(cases):
        for kind, at in _first(case).items():
            kinds.setdefault(kind, {})[number] = (at - case.followed_until) / DAY
    sides = [(kind, kinds[kind]) for kind in sorted(kinds)]
    sides.append((LATER, dict(enumerate(_middle_days(cases)))))
    changes = tuple(_change(kind, since, found, expected, came) for kind, since in sides)
    who = share(came.known, came.case) if came.case.size else withheld("too_few_events")
    return Silence(changes, who)


def middle(cases: Sequence[Case]) -> datetime:
    """This function will return the middle of the time in which the cases were followed."""
    first, last = min(case.opened_at for case in cases), max(case.followed_until for case in cases)
    return first + (last - first) / 2


@dataclass(frozen=True, slots=True)
class _Outcomes:
    case: Places
    day: Numbers
    own: Flags
    known: Flags


def _outcomes(cases: Sequence[Case]) -> _Outcomes:
    rows = [
        (number, (one.at - case.followed_until) / DAY, one.reported_by == SURVIVOR, one.reported_by != "")
        for number, case in enumerate(cases)
        for process in Process
        for one in case.came(process)
    ]
    return _Outcomes(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.float64),
        np.array([row[2] for row in rows], dtype=np.bool_),
        np.array([row[3] for row in rows], dtype=np.bool_),
    )


def _first(case: Case) -> Mapping[str, datetime]:
    """When each act or answer was first given; what came before the case was followed lies behind all of it."""
    found: dict[str, datetime] = {}
    for kind, at in _given(case):
        if at < case.followed_until:
            found[kind] = min(at, found.get(kind, at))
    return found


def _given(case: Case) -> Iterator[tuple[str, datetime]]:
    yield from ((one.type, one.at) for one in case.happenings if one.type in ACTS)
    yield from ((one.kind, one.at) for one in case.answers)


def _middle_days(cases: Sequence[Case]) -> Iterable[float]:
    half = middle(cases) if cases else None
    return ((half - case.followed_until) / DAY for case in cases if half is not None)


def _change(
    kind: str, since: Mapping[int, float], found: Exposure, expected: Numbers, came: _Outcomes
) -> Change:
    turned = np.full(found.cases, math.inf)
    turned[list(since)] = list(since.values())
    after, exposed = came.day > turned[came.case], found.begins >= turned[found.case]
    before = _came(~after, float(expected[~exposed].sum()))
    then = _came(after, float(expected[exposed].sum()))
    known = [came.known & side for side in (~after, after)]
    told = [_told(came, side) for side in known]
    return Change(kind, before, then, _ratio(before, then), told[0], told[1], _difference(came, *known))


def _came(side: Flags, expected: float) -> Told:
    events = int(side.sum())
    problem = enough(events)
    if problem is not None or expected <= 0:
        return problem or withheld("no_spread", "")
    lo, hi = byar(events)
    return Figure(events / expected, lo / expected, hi / expected, events, events)


def _ratio(before: Told, after: Told) -> Told:
    if not (isinstance(before, Figure) and isinstance(after, Figure)):
        return withheld("too_few_events")
    se = math.sqrt(1 / before.events + 1 / after.events)
    log = math.log(after.value / before.value)
    return Figure(
        math.exp(log), math.exp(log - SURE * se), math.exp(log + SURE * se), after.events, before.events
    )


def _told(came: _Outcomes, side: Flags) -> Told:
    """The share that survivors told first, of at least thirty outcomes."""
    n = int(side.sum())
    return enough(n) or Figure(*_side(came, side, normal(0.95)), n, n)


def _difference(came: _Outcomes, before: Flags, after: Flags) -> Told:
    """After less before, by Newcombe's interval (1998) at 99 %; thirty are needed on both sides."""
    events, others = int(after.sum()), int(before.sum())
    problem = enough(events) or enough(others)
    if problem is not None:
        return problem
    (first, first_lo, first_hi), (second, second_lo, second_hi) = (
        _side(came, side, SURE) for side in (before, after)
    )
    value = second - first
    lo = value - math.hypot(second - second_lo, first_hi - first)
    hi = value + math.hypot(second_hi - second, first - first_lo)
    return Figure(value, lo, hi, events, others)


def _side(came: _Outcomes, side: Flags, z: float) -> tuple[float, float, float]:
    own = came.own[side].astype(np.float64)
    value = float(own.mean())
    n = own.size / spread_by_case(own - value, came.case[side])
    return value, *wilson(value * n, n, z)
