"""Cuts a case's days ahead into frames in which each term is one exponential: `rules.timeline`, as machine code.

Past happenings of one kind decay together, so they are one height; planned ones are kept apart until their day.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.caseload import NEVER, Caseload, Spells
from shelterbelt.engines.compiled import inlined
from shelterbelt.engines.numbers import NO_HOLDER, Kinds, Scale

Array = NDArray[Any]

DAY = 86_400e6  # microseconds
PROCESSES = 3

# What a room counts.
AHEAD, LASTING, INCIDENTS, SPANS, CUTS, PARTS, RAISING, COUNTED = range(8)
COUNTS = 8
# A part of a frame: its height at both ends, its area, its time constant (negative where it rises).
START, END, AREA, TAU = range(4)


class Room(NamedTuple):
    """Where one thread works on one case."""

    tally: Array
    height: Array
    ahead_kind: Array
    ahead_day: Array
    lasting_kind: Array
    lasting_day: Array
    incident: Array
    span_state: Array
    span_until: Array
    cut: Array
    part_kind: Array
    part: Array
    holder: Array


def room(kinds: int, happenings: int, spells: int) -> Room:
    """This function will return room for a case of at most so many happenings and spells."""
    most = max(happenings, 1)
    return Room(
        tally=np.zeros(COUNTS, np.int64),
        height=np.zeros(kinds),
        ahead_kind=np.zeros(most, np.int64),
        ahead_day=np.zeros(most),
        lasting_kind=np.zeros(most, np.int64),
        lasting_day=np.zeros(most),
        incident=np.zeros(most),
        span_state=np.zeros(max(spells, 1), np.int64),
        span_until=np.zeros(max(spells, 1)),
        cut=np.zeros(4 * most + max(spells, 1)),
        part_kind=np.zeros(kinds + most, np.int64),
        part=np.zeros((4, kinds + most)),
        holder=np.zeros(PROCESSES, np.int64),
    )


@inlined
def gather(kinds: Kinds, scale: Scale, cases: Caseload, i: int, room: Room) -> None:
    """What of a case counts at its instant, from what was known at its other."""
    at, known_at, rows = cases.at[i], cases.known_at[i], cases.happenings
    room.tally[:] = 0
    room.height[:] = 0.0
    for n in range(rows.first[i], rows.first[i + 1]):
        ahead = rows.at[n] > at
        by = min(at, known_at) if ahead else known_at
        counts = rows.planned[n] or not ahead
        if rows.recorded[n] <= by and rows.undone[n] > known_at and counts:
            _take(kinds, scale, rows.kind[n], (rows.at[n] - at) / DAY, room)
    for n in range(cases.spells.first[i], cases.spells.first[i + 1]):
        _spell(cases.spells, n, at, known_at, room)


@inlined
def _take(kinds: Kinds, scale: Scale, k: int, day: float, room: Room) -> None:
    tally = room.tally
    if day > 0:
        room.ahead_kind[tally[AHEAD]], room.ahead_day[tally[AHEAD]] = k, day
        tally[AHEAD] += 1
        _cut(day, room)
    elif kinds.adds[k]:
        height = np.exp(day / kinds.tau[k])
        room.height[k] = max(room.height[k], height) if kinds.resets[k] else room.height[k] + height
    if kinds.counts[k]:
        room.incident[tally[INCIDENTS]] = day
        tally[INCIDENTS] += 1
        _cut(day + scale.repeat_days, room)
    if kinds.lasts[k]:
        room.lasting_kind[tally[LASTING]], room.lasting_day[tally[LASTING]] = k, day
        tally[LASTING] += 1
        _cut(day + kinds.long_run_days[k], room)


@inlined
def _spell(rows: Spells, n: int, at: int, known_at: int, room: Room) -> None:
    """A state that goes on, if it does. A planned end ends what protects, never what raises."""
    tally, until = room.tally, rows.until[n]
    ahead = until != NEVER and until > at
    if rows.until_recorded[n] > (min(at, known_at) if ahead else known_at):
        until, ahead = NEVER, False
    known = rows.recorded[n] <= known_at and rows.undone[n] > known_at
    if known and rows.begins[n] <= at < until:
        tally[RAISING] |= 1 << rows.state[n]
        room.span_state[tally[SPANS]] = rows.state[n]
        room.span_until[tally[SPANS]] = (until - at) / DAY if ahead else np.inf
        if ahead:
            _cut(room.span_until[tally[SPANS]], room)
        tally[SPANS] += 1


@inlined
def _cut(day: float, room: Room) -> None:
    if day > 0:
        room.cut[room.tally[CUTS]] = day
        room.tally[CUTS] += 1


@inlined
def next_cut(x: float, horizon: float, room: Room) -> float:
    """The first day after x on which something begins or ends, at the latest the horizon."""
    found = horizon
    for n in range(room.tally[CUTS]):
        if x < room.cut[n] < found:
            found = room.cut[n]
    return found


@inlined
def fill(kinds: Kinds, scale: Scale, x: float, y: float, step: int, room: Room) -> None:
    """The parts of the frame [x, y], how many incidents count in it, and what holds; `step` where it is a whole one."""
    _begin(kinds, x, room)
    tally = room.tally
    tally[PARTS] = 0
    for k in range(len(room.height)):
        start = room.height[k]
        if start > 0:
            decay = kinds.decay[k, step] if step >= 0 else np.exp((x - y) / kinds.tau[k])
            room.height[k] = start * decay
            _part(k, start, start * decay, kinds.tau[k], room)
    for n in range(tally[AHEAD]):
        k, day = room.ahead_kind[n], room.ahead_day[n]
        tau = kinds.tau_before[k]
        if day >= y and tau > 0 and kinds.adds[k]:
            _part(k, np.exp((x - day) / tau), np.exp((y - day) / tau), -tau, room)
    counted = 0
    for n in range(tally[INCIDENTS]):
        counted += room.incident[n] <= x < room.incident[n] + scale.repeat_days
    tally[COUNTED] = counted
    _hold(kinds, scale, x, room)


@inlined
def _begin(kinds: Kinds, x: float, room: Room) -> None:
    """Planned happenings whose day this is now decay; of a kind that resets, the newest alone."""
    if x > 0:
        for n in range(room.tally[AHEAD]):
            if room.ahead_day[n] == x and kinds.adds[room.ahead_kind[n]]:
                k = room.ahead_kind[n]
                room.height[k] = 1.0 if kinds.resets[k] else room.height[k] + 1.0


@inlined
def _part(k: int, start: float, end: float, tau: float, room: Room) -> None:
    n = room.tally[PARTS]
    room.part_kind[n] = k
    room.part[START, n], room.part[END, n] = start, end
    room.part[AREA, n], room.part[TAU, n] = tau * (start - end), tau
    room.tally[PARTS] += 1


@inlined
def _hold(kinds: Kinds, scale: Scale, x: float, room: Room) -> None:
    """The place of the strongest single thing that protects from each process; NO_HOLDER for nothing."""
    for p in range(PROCESSES):
        found = NO_HOLDER
        for n in range(room.tally[SPANS]):
            if x < room.span_until[n]:
                found = min(found, scale.state_rank[p, room.span_state[n]])
        for n in range(room.tally[LASTING]):
            k, day = room.lasting_kind[n], room.lasting_day[n]
            if day <= x < day + kinds.long_run_days[k]:
                found = min(found, kinds.rank[p, k])
        room.holder[p] = found
