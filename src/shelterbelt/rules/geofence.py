"""Is somebody in a place that they are to keep from? Reads their fixes one by one: entered, stayed, crossed, left.

Unknown is a state of its own and never safe: what is doubtful or too rough to tell raises, and ends nothing. It knows
no order and no other person.
"""

from dataclasses import dataclass, replace

from shelterbelt.rules import late
from shelterbelt.rules.fixes import DOUBT, Fix, doubtful
from shelterbelt.rules.late import LIKELY, POSSIBLE, SURE, Event, Kept, Turn
from shelterbelt.rules.zones import Zone, beyond, touches

# Where somebody is, as far as it is known; `edge`: they may be in and may not.
UNKNOWN, OUTSIDE, EDGE, INSIDE = "unknown", "outside", "edge", "inside"
ENTERED, MAY_BE_IN, STAYED, CROSSED, LEFT, LOST = "entered", "may_be_in", "stayed", "crossed", "left", "lost"
KINDS = (ENTERED, MAY_BE_IN, STAYED, CROSSED, LEFT, LOST)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a zone is watched. Spans in milliseconds, distances in metres, metres a second.

    `bridge_ms`: between fixes further apart nothing is known. `stay_ms`, `maybe_ms`: how long until staying, or being at
    the edge, is told. `leave`: how far clear of the edge somebody is before they have left. `late_ms`: how late a fix may
    come; `most`: how many are kept for that. `vague`: a rougher fix says nothing unless it is wholly inside. `fastest`:
    nobody travels faster.
    """

    bridge_ms: int
    stay_ms: int
    maybe_ms: int
    leave: float
    late_ms: int
    most: int
    vague: float
    fastest: float


@dataclass(frozen=True, slots=True)
class State:
    """Where somebody is, since when, by which last fix. `open`: an alarm stands; `touched`: their way has met the zone."""

    place: str = UNKNOWN
    since_ms: int = 0
    last: Fix | None = None
    open: bool = False
    touched: bool = False
    stayed: bool = False


Watch = Kept[State, Fix]
BEGINNING: Watch = Kept(State())


def step(watch: Watch, fix: Fix, zone: Zone, settings: Settings) -> Turn[State, Fix]:
    """This function will take one fix in, whenever it comes, and return the watch after it with what is told.

    A fix that is later than what is kept (`late_ms`, `most`) changes nothing and is handed back as `too_late`: `alone`
    says what it shows by itself.
    """
    return late.take(
        watch,
        fix,
        lambda state, next_: judge(state, next_, zone, settings),
        late_ms=settings.late_ms,
        most=settings.most,
    )


def alone(fix: Fix, zone: Zone) -> Event | None:
    """This function will return that a fix lies wholly in the zone, whatever came before it; None if it does not."""
    metres = beyond(zone, fix.latitude, fix.longitude)
    return Event(fix.ms, ENTERED, _certainty(fix, metres), metres) if metres + fix.metres <= 0 else None


def place_at(state: State, ms: int, settings: Settings) -> str:
    """This function will return where somebody is at an instant: unknown once the last fix is too old to say."""
    known = state.last is not None and ms - state.last.ms <= settings.bridge_ms
    return state.place if known else UNKNOWN


def judge(state: State, fix: Fix, zone: Zone, settings: Settings) -> tuple[State, tuple[Event, ...]]:
    """This function will return the state after the next fix in order, and what began or ended with it.

    Wholly inside, by its accuracy, has entered; at the edge for `maybe_ms` may be in; wholly outside has left. A way
    that met the zone between two fixes outside has crossed it. After a longer gap nothing is known, and whoever was
    in is lost. A doubtful fix (a wrong clock, a faked place, a jump nobody can make) never ends what stands.
    """
    metres = beyond(zone, fix.latitude, fix.longitude)
    if fix.metres > settings.vague and metres + fix.metres > 0:
        return state, ()
    state, lost = _bridged(state, fix, settings)
    doubt = doubtful(state.last, fix, fastest=settings.fastest)
    touched = state.touched or (state.last is not None and not doubt and touches(zone, state.last, fix))
    seen = replace(state, last=fix, touched=touched)
    if metres + fix.metres <= 0:
        after, told = _inside(seen, fix, metres, settings, doubt=doubt)
    elif metres - fix.metres <= 0:
        after, told = _edge(seen, fix, metres, settings)
    else:
        after, told = (seen, ()) if doubt else _outside(seen, fix, metres, settings)
    return after, lost + told


def _bridged(state: State, fix: Fix, settings: Settings) -> tuple[State, tuple[Event, ...]]:
    """The state after the time since the last fix: unknown when that was too long."""
    if state.last is None or fix.ms - state.last.ms <= settings.bridge_ms:
        return state, ()
    lost = (Event(state.last.ms + settings.bridge_ms, LOST),) if state.open else ()
    return State(), lost


def _inside(
    seen: State, fix: Fix, metres: float, settings: Settings, *, doubt: bool
) -> tuple[State, tuple[Event, ...]]:
    if seen.place == INSIDE:
        return _staying(seen, fix, metres, settings)
    entered = Event(fix.ms, ENTERED, POSSIBLE if doubt else SURE, metres)
    return State(INSIDE, fix.ms, fix, open=True, touched=seen.touched), (entered,)


def _edge(seen: State, fix: Fix, metres: float, settings: Settings) -> tuple[State, tuple[Event, ...]]:
    if seen.place == INSIDE:
        return _staying(seen, fix, metres, settings)
    if seen.place != EDGE:
        return State(EDGE, fix.ms, fix, touched=seen.touched), ()
    if seen.open or fix.ms - seen.since_ms < settings.maybe_ms:
        return seen, ()
    maybe = Event(seen.since_ms + settings.maybe_ms, MAY_BE_IN, _certainty(fix, metres), metres)
    return State(EDGE, seen.since_ms, fix, open=True, touched=seen.touched), (maybe,)


def _staying(seen: State, fix: Fix, metres: float, settings: Settings) -> tuple[State, tuple[Event, ...]]:
    if seen.stayed or fix.ms - seen.since_ms < settings.stay_ms:
        return seen, ()
    stayed = Event(seen.since_ms + settings.stay_ms, STAYED, _certainty(fix, metres), metres)
    return replace(seen, stayed=True), (stayed,)


def _outside(seen: State, fix: Fix, metres: float, settings: Settings) -> tuple[State, tuple[Event, ...]]:
    if seen.open and metres - fix.metres <= settings.leave:
        return seen, ()
    since = seen.since_ms if seen.place == OUTSIDE else fix.ms
    after = State(OUTSIDE, since, fix)
    if seen.open:
        return after, (Event(fix.ms, LEFT, SURE, metres),)
    return after, (Event(fix.ms, CROSSED, LIKELY, metres),) if seen.touched else ()


def _certainty(fix: Fix, metres: float) -> str:
    """How sure it is that a fix lies inside: by its accuracy, by its middle, or only perhaps."""
    if fix.marks & DOUBT or metres > 0:
        return POSSIBLE
    return SURE if metres + fix.metres <= 0 else LIKELY
