"""Which terms may have been broken by what somebody reported or a watch saw, and what a pattern of breaches is.

Everything is *possible* until a person says more: no machine confirms a breach, and none is dropped without a reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from shelterbelt.rules import approach, geofence
from shelterbelt.rules.late import LIKELY, POSSIBLE, SURE
from shelterbelt.rules.order_terms import KINDS
from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.timeline import Happening

SURVIVOR, OFFICER, OTHER, WATCH = "survivor", "officer", "other", "watch"
SOURCES = (SURVIVOR, OFFICER, OTHER, WATCH)
CERTAINTIES = (POSSIBLE, LIKELY, SURE)  # from the least on
YES, NO, UNKNOWN = "yes", "no", "unknown"

# Kinds of terms, as orders have them. A term of the last kind says in words what it forbids: a person has to read it.
STAY_AWAY, DISTANCE, CONTACT, WEAPONS, CHILDREN, RESIDENCE, BELONGINGS, CURFEW, IN_WORDS = TERMS = KINDS
AT_PLACES = frozenset({STAY_AWAY, RESIDENCE})  # kinds that name places
# Which kinds of terms an act touches: our own choice (tag P), after the NCIC conditions 01 to 09 (tag S).
ACTS: Mapping[str, frozenset[str]] = {
    "was_there": frozenset({STAY_AWAY, RESIDENCE, DISTANCE, CURFEW, IN_WORDS}),
    "was_near": frozenset({DISTANCE, STAY_AWAY, IN_WORDS}),
    "followed": frozenset({DISTANCE, CONTACT, STAY_AWAY, IN_WORDS}),
    "contacted": frozenset({CONTACT, IN_WORDS}),
    "through_another": frozenset({CONTACT, IN_WORDS}),
    "threatened": frozenset({CONTACT, IN_WORDS}),
    "hurt": frozenset({CONTACT, DISTANCE, IN_WORDS}),
    "had_weapon": frozenset({WEAPONS, IN_WORDS}),
    "kept_children": frozenset({CHILDREN, IN_WORDS}),
    "took_or_damaged": frozenset({BELONGINGS, IN_WORDS}),
    "was_out": frozenset({CURFEW, IN_WORDS}),
    "tampered": frozenset({IN_WORDS}),
    "something_else": frozenset(TERMS),
    geofence.ENTERED: AT_PLACES,
    geofence.MAY_BE_IN: AT_PLACES,
    geofence.STAYED: AT_PLACES,
    geofence.CROSSED: AT_PLACES,
    approach.CAME_NEAR: frozenset({DISTANCE}),
}
# Conditions 01 and 02 forbid violence, threats and following in so many words: of these acts nobody need read them.
VIOLENCE = frozenset({"01", "02"})
VIOLENT = frozenset({"followed", "threatened", "hurt"})
OF_A_WATCH = frozenset((*geofence.KINDS, *approach.KINDS)) & ACTS.keys()

# How a breach stands. Only the first is a machine's word.
POSSIBLY, CONFIRMED, NOT_A_BREACH, UNDETERMINED = "possible", "confirmed", "not_a_breach", "undetermined"
DECIDED = (CONFIRMED, NOT_A_BREACH, UNDETERMINED)
ORDER_VIOLATION = "order_violation"  # the forecast's name for it
REPEATED, MORE_OFTEN, MORE_KINDS = "repeated", "more_often", "more_kinds"


@dataclass(frozen=True, slots=True)
class Bound:
    """One term as it stood at the instant, judged by the caller: did it bind, and why (not).

    `binds`: yes, no, or unknown where the order, its service or a time window is not known. `why`: the caller's code
    for that. `metres`: of a distance, 0 for none. `zones`: the ids of the judge's places. Raises ValueError for another word.
    """

    id: str
    code: str
    kind: str
    binds: str
    why: str = ""
    metres: float = 0.0
    zones: AbstractSet[str] = frozenset()

    def __post_init__(self) -> None:
        if self.kind not in TERMS or self.binds not in (YES, NO, UNKNOWN):
            raise ValueError("not how a term binds")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was reported, or seen by a watch: an act, by whom, how certain it is that it took place.

    `zone`: the place's id, empty for none. `metres`: how far apart they were, None where nobody measured, `off`: how far
    off that may be. Raises ValueError for an act, source or certainty that is none, where a person's report says what only a
    watch sees or the other way round, and where a watch of a place does not name it.
    """

    act: str
    source: str
    certainty: str = LIKELY
    zone: str = ""
    metres: float | None = None
    off: float = 0.0

    def __post_init__(self) -> None:
        if self.act not in ACTS or self.source not in SOURCES or self.certainty not in CERTAINTIES:
            raise ValueError("not what is reported of an order")
        if (self.source == WATCH) != (self.act in OF_A_WATCH) and self.act != "tampered":
            raise ValueError("a watch sees, and a person reports")
        if self.act in geofence.KINDS and not self.zone:
            raise ValueError("a watch of a place names it")


@dataclass(frozen=True, slots=True)
class Possible:
    """A term that may have been broken; `certainty`: that it was done while the term bound, never that it was a breach."""

    term: str
    code: str
    certainty: str
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The terms that may have been broken, in their order, and why each other one was not touched."""

    possible: tuple[Possible, ...]
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of a breach, and when it was written down. `by` is opaque and never empty: no machine decides."""

    state: str
    at: datetime
    by: str

    def __post_init__(self) -> None:
        if self.state not in DECIDED or not self.by or self.at.utcoffset() is None:
            raise ValueError("a person decides, at an instant")


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach as the pattern reads it: when it happened and was written down, by which source, of which kind of term."""

    id: str
    happened_at: datetime
    recorded_at: datetime
    source: str
    kind: str
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """How breaches make a pattern. `same`: what lies within it is one occasion. `over`: how far back is looked."""

    same: timedelta
    over: timedelta


@dataclass(frozen=True, slots=True)
class Pattern:
    """Occasions as the forecast takes them, codes for people, and how many breaches nobody has looked at yet."""

    happenings: tuple[Happening, ...]
    codes: tuple[str, ...]
    waiting: int
    because: tuple[Reason, ...]


def judge(seen: Seen, terms: Sequence[Bound]) -> Found:
    """This function will return each term that may have been broken by what was seen, and why the others were not.

    A place counts for the terms that name it, so what a watch sees in a place that no term names is no breach. A
    distance counts by the least that is possible. A term of which nobody knows whether it bound is possible and no
    more. Nothing here is confirmed.
    """
    possible: list[Possible] = []
    because: list[Reason] = []
    for term in terms:
        why_not = _why_not(seen, term)
        if why_not:
            because.append(Reason(why_not, term.id))
        else:
            possible.append(_possible(seen, term))
    if not possible:
        because.append(Reason("breach.no_term", seen.act))
    return Found(tuple(possible), tuple(because))


def state(decisions: Iterable[Decision], *, at: datetime) -> str:
    """This function will return how a breach stands at an instant: possible until a person said more, then as last said.

    Of the same instant the one that leaves more open holds: undetermined, then confirmed, then not a breach.
    """
    rank = (NOT_A_BREACH, CONFIRMED, UNDETERMINED)
    known = [(one.at, rank.index(one.state)) for one in decisions if one.at <= at]
    return rank[max(known)[1]] if known else POSSIBLY


def pattern(breaches: Iterable[Breach], *, at: datetime, settings: Settings) -> Pattern:
    """This function will return what the breaches that are known at an instant are together, as the forecast takes it.

    What a person reported counts unless a person found that it was none; what a watch saw counts once a person has looked
    and not found that. What lies within `same` of the first of it is one occasion, however many reported it. More often:
    more occasions in the later half of `over` than in the earlier one. Neither their order nor doubled lines matter.
    """
    known = sorted(
        {one for one in breaches if one.recorded_at <= at and one.happened_at <= at},
        key=lambda one: one.happened_at,
    )
    counted = [one for one in known if _counts(one, at)]
    happenings = tuple(
        Happening(ORDER_VIOLATION, group[0].happened_at, min(one.recorded_at for one in group))
        for group in _occasions(counted, settings.same)
    )
    waiting = sum(state(one.decisions, at=at) == POSSIBLY for one in known)
    recent = [one for one in counted if one.happened_at > at - settings.over]
    codes = _codes(recent, at, settings)
    return Pattern(happenings, codes, waiting, _told(known, counted, waiting))


def _why_not(seen: Seen, term: Bound) -> str:
    """Why a term was not touched; empty where it may have been broken."""
    if term.kind not in ACTS[seen.act]:
        return "breach.other_kind"
    if term.binds == NO:
        return term.why or "breach.not_bound"
    if seen.zone and term.kind in AT_PLACES and seen.zone not in term.zones:
        return "breach.other_place"
    metres = _measured(seen, term)
    return "breach.farther" if metres is not None and metres - seen.off > term.metres else ""


def _measured(seen: Seen, term: Bound) -> float | None:
    """How far apart they were, where the term names a distance and somebody measured it."""
    return seen.metres if term.kind == DISTANCE and term.metres > 0 else None


def _possible(seen: Seen, term: Bound) -> Possible:
    because = [Reason("breach.act", seen.act), Reason("breach.source", seen.source)]
    certainty = seen.certainty
    if term.binds == UNKNOWN:
        certainty = POSSIBLE
        because.append(Reason(term.why or "breach.binding_unknown", term.id))
    metres = _measured(seen, term)
    if metres is not None and metres + seen.off > term.metres:
        certainty = min(certainty, LIKELY if metres <= term.metres else POSSIBLE, key=CERTAINTIES.index)
        because.append(Reason("breach.by_accuracy", term.id))
    if term.kind == IN_WORDS and not (term.code in VIOLENCE and seen.act in VIOLENT):
        certainty = POSSIBLE
        because.append(Reason("breach.read_the_words", term.id))
    return Possible(term.id, term.code, certainty, tuple(because))


def _counts(breach: Breach, at: datetime) -> bool:
    stands = state(breach.decisions, at=at)
    return stands in (CONFIRMED, UNDETERMINED) or (stands == POSSIBLY and breach.source != WATCH)


def _occasions(breaches: Sequence[Breach], same: timedelta) -> list[list[Breach]]:
    """In the least number of groups of which none is longer than `same`: from the first on."""
    found: list[list[Breach]] = []
    for one in breaches:
        if found and one.happened_at - found[-1][0].happened_at <= same:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _codes(recent: Sequence[Breach], at: datetime, settings: Settings) -> tuple[str, ...]:
    occasions = [group[0].happened_at for group in _occasions(recent, settings.same)]
    later = sum(when > at - settings.over / 2 for when in occasions)
    found = [REPEATED] if len(occasions) > 1 else []
    if len(occasions) > 1 and later > len(occasions) - later:
        found.append(MORE_OFTEN)
    if len({one.kind for one in recent}) > 1:
        found.append(MORE_KINDS)
    return tuple(found)


def _told(known: Sequence[Breach], counted: Sequence[Breach], waiting: int) -> tuple[Reason, ...]:
    found = [Reason("breach.known", str(len(known))), Reason("breach.counted", str(len(counted)))]
    return (*found, Reason("breach.waiting", str(waiting))) if waiting else tuple(found)
