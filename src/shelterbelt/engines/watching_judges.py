"""What the next fix in order means for a zone, a pair and a device: `judge` of `geofence`, `approach`, `signals` as machine code.

Each changes a state in its place, writes down what it tells and returns how much that is. None of them looks back.
"""

from typing import Any

import numpy as np

from shelterbelt.engines.compiled import compiled
from shelterbelt.engines.watching_ground import apart, at_least, at_most, beyond, touches
from shelterbelt.engines.watching_tables import LIKELY, NOT_SAID, POSSIBLE, SURE, counted
from shelterbelt.rules import fixes

Array = Any  # of records
Record = Any
Whole = Any  # a whole number, NumPy's or Python's

DOUBT = fixes.DOUBT
UNKNOWN, OUTSIDE, EDGE, INSIDE = range(4)
ENTERED, MAY_BE_IN, STAYED, CROSSED, LEFT, LOST = counted(6)
OPEN, TOUCHED, HAS_STAYED, BEGINNING = 1, 2, 4, 8  # the last: hot, and nothing was seen yet
FAR, NEAR = 1, 2
CAME_NEAR, CLOSING, WENT, PAIR_LOST = counted(4)
BATTERY_LOW, JUMPED, FIRST_MARK = counted(3)
TOLD_MARKS = fixes.TAMPERED | fixes.CLOCK
MARKS = 8


@compiled
def tell(told: Array, many: Whole, ms: Whole, kind: Whole, certainty: Whole, metres: float) -> Whole:
    """This function will write one event down and return how many there are."""
    one = told[many]
    one.ms, one.kind, one.certainty, one.metres = ms, kind, certainty, metres
    return many + 1


@compiled
def jumped(
    ms: Whole, latitude: float, longitude: float, metres: float, fix: Record, off: float, fastest: float
) -> bool:
    """This function will say what `fixes.jumped` does, without sines where a rough measure is enough."""
    could = fastest * (fix.ms - ms) / 1000
    if at_most(latitude, longitude, fix.latitude, fix.longitude) - metres - off < could:
        return False
    return apart(latitude, longitude, fix.latitude, fix.longitude) - metres - off > could


@compiled
def judge_signal(state: Record, fix: Record, by: Record, told: Array, many: Whole) -> Whole:
    """This function will do what `signals.judge` does."""
    new = np.int64(fix.marks) & TOLD_MARKS & ~np.int64(state.marks)
    if new:
        for bit in range(MARKS):
            if (new >> bit) & 1:
                many = tell(told, many, fix.ms, FIRST_MARK + bit, NOT_SAID, 0.0)
    off = np.float64(fix.metres)
    if state.said and jumped(
        state.said_ms,
        state.said_latitude,
        state.said_longitude,
        state.said_metres,
        fix,
        off,
        by.fastest,
    ):
        many = tell(told, many, fix.ms, JUMPED, NOT_SAID, 0.0)
    low = state.low
    if fix.battery >= 0:
        low = 1 if fix.battery <= by.low or (state.low and fix.battery < by.charged) else 0
    if low and not state.low:
        many = tell(told, many, fix.ms, BATTERY_LOW, NOT_SAID, 0.0)
    state.low, state.marks, state.said = low, fix.marks, 1
    state.said_ms, state.said_metres = fix.ms, off
    state.said_latitude, state.said_longitude = fix.latitude, fix.longitude
    return many


@compiled
def note_last(state: Record, fix: Record, vague: float) -> None:
    """This function will keep a fix as its device's last, unless it is vague: then no cold zone takes note of it."""
    if not fix.metres > vague:
        state.known = 1
        state.ms, state.metres = fix.ms, fix.metres
        state.latitude, state.longitude = fix.latitude, fix.longitude


@compiled
def judge_zone(
    state: Record,
    device: Record,
    fix: Record,
    zone: Record,
    points: Array,
    by: Record,
    told: Array,
    many: Whole,
) -> Whole:
    """This function will do what `geofence.judge` does; `device` is how its device stood before this fix."""
    off = np.float64(fix.metres)
    metres = beyond(zone, points, fix.latitude, fix.longitude)
    if off > by.vague and metres + off > 0:
        return many
    known = _warm(state, device)
    state.flags &= ~BEGINNING
    if known and fix.ms - state.ms > by.bridge_ms:
        if state.flags & OPEN:
            many = tell(told, many, state.ms + by.bridge_ms, LOST, NOT_SAID, 0.0)
        state.place, state.since_ms, state.flags, known = UNKNOWN, 0, 0, False
    doubt = _doubtful(state, known, fix, off, by.fastest)
    _look_at_way(state, known and not doubt, fix, zone, points)
    state.ms, state.metres = fix.ms, off
    state.latitude, state.longitude = fix.latitude, fix.longitude
    if metres + off <= 0:
        many = _inside(state, fix, metres, by, doubt, told, many)
    elif metres - off <= 0:
        many = _edge(state, fix, metres, by, told, many)
    elif not doubt:
        many = _outside(state, fix, metres, by, told, many)
    state.hot = 1 if state.place > OUTSIDE or state.flags & (OPEN | TOUCHED) else 0
    return many


@compiled
def _doubtful(last: Record, known: bool, fix: Record, off: float, fastest: float) -> bool:
    if fix.marks & DOUBT:
        return True
    return known and jumped(last.ms, last.latitude, last.longitude, last.metres, fix, off, fastest)


@compiled
def _look_at_way(state: Record, is_one: bool, fix: Record, zone: Record, points: Array) -> None:
    if not is_one or state.flags & TOUCHED:
        return
    if touches(zone, points, state.latitude, state.longitude, fix.latitude, fix.longitude):
        state.flags |= TOUCHED


@compiled
def _warm(state: Record, device: Record) -> bool:
    """Give a cold zone the state that it stands for; whether there is a last fix."""
    if state.hot:
        return not state.flags & BEGINNING
    state.hot, state.place, state.since_ms, state.flags = 1, UNKNOWN, 0, 0
    state.ms, state.metres = device.ms, device.metres
    state.latitude, state.longitude = device.latitude, device.longitude
    return device.known != 0


@compiled
def _inside(
    state: Record, fix: Record, metres: float, by: Record, doubt: bool, told: Array, many: Whole
) -> Whole:
    if state.place == INSIDE:
        return _staying(state, fix, metres, by, told, many)
    state.place, state.since_ms = INSIDE, fix.ms
    state.flags = (state.flags & TOUCHED) | OPEN
    return tell(told, many, fix.ms, ENTERED, POSSIBLE if doubt else SURE, metres)


@compiled
def _edge(state: Record, fix: Record, metres: float, by: Record, told: Array, many: Whole) -> Whole:
    if state.place == INSIDE:
        return _staying(state, fix, metres, by, told, many)
    if state.place != EDGE:
        state.place, state.since_ms, state.flags = EDGE, fix.ms, state.flags & TOUCHED
        return many
    if state.flags & OPEN or fix.ms - state.since_ms < by.maybe_ms:
        return many
    state.flags = (state.flags & TOUCHED) | OPEN
    return tell(told, many, state.since_ms + by.maybe_ms, MAY_BE_IN, how_sure(fix, metres), metres)


@compiled
def _staying(state: Record, fix: Record, metres: float, by: Record, told: Array, many: Whole) -> Whole:
    if state.flags & HAS_STAYED or fix.ms - state.since_ms < by.stay_ms:
        return many
    state.flags |= HAS_STAYED
    return tell(told, many, state.since_ms + by.stay_ms, STAYED, how_sure(fix, metres), metres)


@compiled
def _outside(state: Record, fix: Record, metres: float, by: Record, told: Array, many: Whole) -> Whole:
    if state.flags & OPEN and metres - fix.metres <= by.leave:
        return many
    was = state.flags
    state.since_ms = state.since_ms if state.place == OUTSIDE else fix.ms
    state.place, state.flags = OUTSIDE, 0
    if was & OPEN:
        return tell(told, many, fix.ms, LEFT, SURE, metres)
    return tell(told, many, fix.ms, CROSSED, LIKELY, metres) if was & TOUCHED else many


@compiled
def how_sure(fix: Record, metres: float) -> Whole:
    """This function will say how sure it is that a fix lies inside."""
    if fix.marks & DOUBT or metres > 0:
        return POSSIBLE
    return SURE if metres + fix.metres <= 0 else LIKELY


@compiled
def judge_pair(
    state: Record, mine: Record, other: Record, fix: Record, by: Record, told: Array, many: Whole
) -> Whole:
    """This function will do what `approach.judge` does; `mine` is the side that the fix is of."""
    off = np.float64(fix.metres)
    doubt = _doubtful(mine, mine.has != 0, fix, off, by.fastest)
    age = fix.ms - other.ms
    if not other.has or age > by.stale_ms:
        if off > by.vague:
            return many
        if other.has and state.place != UNKNOWN:
            many = tell(told, many, other.ms + by.stale_ms, PAIR_LOST, NOT_SAID, 0.0)
        _keep_side(mine, fix, off, doubt)
        state.place, state.open, state.closing, state.has_measured = UNKNOWN, 0, 0, 0
        return many
    rough = off + other.metres + max(by.drift, other.speed) * age / 1000
    if not (doubt or state.open or off > by.vague) and _is_far(state, other, fix, rough, age, by):
        _keep_side(mine, fix, off, doubt)
        if not other.doubt:
            state.place = FAR
        return many
    metres = apart(fix.latitude, fix.longitude, other.latitude, other.longitude)
    if off > by.vague and metres + rough > by.near:
        return many
    _keep_side(mine, fix, off, doubt)
    doubt = doubt or other.doubt != 0
    return _weigh(state, fix.ms, metres, rough, age, doubt, by, told, many)


@compiled
def _is_far(state: Record, other: Record, fix: Record, rough: float, age: Whole, by: Record) -> bool:
    """Whether they are too far from each other to tell anything, and nothing is to be measured now."""
    waits = state.has_measured and fix.ms - state.measured_ms < by.over_ms
    if not (waits or age > by.over_ms or other.doubt):
        return False
    return at_least(fix.latitude, fix.longitude, other.latitude, other.longitude) - rough > by.near


@compiled
def _keep_side(mine: Record, fix: Record, off: float, doubt: bool) -> None:
    mine.has, mine.doubt = 1, 1 if doubt else 0
    mine.ms, mine.metres, mine.speed = fix.ms, off, fix.speed
    mine.latitude, mine.longitude = fix.latitude, fix.longitude


@compiled
def _weigh(
    state: Record,
    ms: Whole,
    metres: float,
    rough: float,
    age: Whole,
    doubt: bool,
    by: Record,
    told: Array,
    many: Whole,
) -> Whole:
    least = max(0.0, metres - rough)
    if least <= by.near:
        if not state.open:
            certainty = LIKELY if metres + rough > by.near else SURE
            certainty = POSSIBLE if doubt or metres > by.near else certainty
            many = tell(told, many, ms, CAME_NEAR, certainty, metres)
        state.place, state.open, state.closing, state.has_measured = NEAR, 1, 0, 0
        return many
    if state.open and (doubt or least <= by.far):
        state.place, state.closing, state.has_measured = NEAR, 0, 0
        return many
    if state.open:
        state.place, state.open, state.closing, state.has_measured = FAR, 0, 0, 0
        return tell(told, many, ms, WENT, SURE, metres)
    if doubt:
        return many
    return _look_ahead(state, ms, metres, rough, age, by, told, many)


@compiled
def _look_ahead(
    state: Record, ms: Whole, metres: float, rough: float, age: Whole, by: Record, told: Array, many: Whole
) -> Whole:
    state.place = FAR
    if age > by.over_ms:
        return many
    if not state.has_measured:
        state.has_measured, state.measured_ms, state.measured = 1, ms, metres
        return many
    if ms - state.measured_ms < by.over_ms:
        return many
    coming = metres <= by.ahead and _meets(state, ms, metres, rough, by)
    if coming and not state.closing:
        many = tell(told, many, ms, CLOSING, LIKELY, metres)
    state.closing = 1 if coming or (state.closing and metres < state.measured) else 0
    state.measured_ms, state.measured = ms, metres
    return many


@compiled
def _meets(state: Record, ms: Whole, metres: float, rough: float, by: Record) -> bool:
    fell = state.measured - metres
    # As `rules.approach` has it: half of the most less the least.
    off = ((metres + rough) - max(0.0, metres - rough)) / 2
    if fell <= off or ms <= state.measured_ms:
        return False
    seconds = max(0.0, metres - by.near) / (fell / ((ms - state.measured_ms) / 1000))
    return seconds * 1000 <= by.meet_ms
