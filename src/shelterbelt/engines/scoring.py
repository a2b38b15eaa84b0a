"""Scores instruments for many cases in one pass over their answers: what `rules.scoring` says, in numbers.

It gives no reasons, and refuses answers that an instrument has not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelterbelt.engines.compiled import compiled, in_parts, inlined
from shelterbelt.engines.tables import (
    ALL_FULL,
    ALL_SCORED,
    AT_LEAST,
    BAND,
    BITS,
    BOUNDS,
    BY_POINTS,
    BY_YES,
    COULD,
    DOES,
    EDGES,
    FULL,
    GAP,
    GONE_BIT,
    GROUPS,
    HUNDREDTHS,
    LEAST,
    MOST,
    MOST_MISSING,
    NO_SUM,
    NOT_YES,
    OPTIONS,
    PAIRS,
    POINTS,
    QUESTIONS,
    RULE,
    SCORED,
    SIDE,
    TRIGGERS,
    UNLESS,
    YES_BIT,
    Plan,
    Table,
)

Array = NDArray[Any]

NONE = -(1 << 40)  # stands where there is no sum
POSITIVE, COULD_BE_POSITIVE, NO_ANSWERS, RAISED = (1 << n for n in range(4))
YES, COULD_BE_YES, GONE, RULED_OUT = range(4)
VALUE, LOWEST, HIGHEST = range(3)
FLAGS = 3
TOLD, POSSIBLE, WORK, POSSIBLE_WORK = range(4)


@dataclass(frozen=True, slots=True)
class Scores:
    """What instruments say of many cases. Arrays end in (instruments, cases).

    `sums` are the score, the lowest and the highest of every completion, NaN where there is none. `bands` are
    those of the same three as places in the sheet, lowest 0, -1 for none. `bits` are the triggers told and
    those possible besides, by place in the sheet; then the work set off and the work possible besides, by
    place in the table's `work`. `flags` joins POSITIVE, COULD_BE_POSITIVE, NO_ANSWERS and RAISED (by a
    judgement).
    """

    sums: Array
    bands: Array
    bits: Array
    flags: Array


def score_many(table: Table, answers: Array, *, judged: Array | None = None, threads: int = 1) -> Scores:
    """This function will score every instrument of the table for every case.

    `answers` is int8 of shape (cases, columns of the table): the place of the option given, -1 for missing.
    `judged` is int8 (cases, instruments): the place of the band that a person names, -1 for none; it only
    ever raises, and a detection takes none. Raises ValueError for another shape, for an answer or a band that
    an instrument has not. Equal to `rules.scoring.score` and `detect`, answer by answer.
    """
    cases, sheets = len(answers), len(table.instruments)
    named = np.full((cases, sheets), -1, np.int8) if judged is None else judged
    wanted = ((cases, len(table.columns)), (cases, sheets))
    if (answers.shape, named.shape) != wanted or {answers.dtype, named.dtype} != {np.dtype(np.int8)}:
        raise ValueError(f"answers and judgements must be int8 of shapes {wanted}")
    bands = np.array([len(one.sheet.bands) for one in table.instruments])
    if judged is not None and ((named < -1) | (named >= bands)).any():
        raise ValueError("not a band")
    found = Scores(
        np.empty((3, sheets, cases), np.float64),
        np.empty((3, sheets, cases), np.int8),
        np.empty((4, sheets, cases), np.int64),
        np.empty((sheets, cases), np.uint8),
    )
    given, named = np.ascontiguousarray(answers), np.ascontiguousarray(named)

    def part(first: int, until: int) -> None:
        room = np.zeros((4, table.plan.masks.shape[1]), np.int64), *np.zeros((2, 4), np.int64)
        into = found.sums, found.bands, found.bits, found.flags
        bad = _score(table.plan, given, named, first, until, *into, *room)
        if bad >= 0:
            raise ValueError(f"case {bad}: not an answer")

    in_parts(part, cases, threads)
    return found


@compiled
def _score(
    plan: Plan,
    answers: Array,
    judged: Array,
    first: int,
    until: int,
    sums: Array,
    bands: Array,
    bits: Array,
    flags: Array,
    seen: Array,
    out: Array,
    masks: Array,
) -> int:
    """The first case with an answer that an instrument has not, or -1."""
    for i in range(first, until):
        for s in range(len(plan.sheets) - 1):
            missing = _read(plan, answers, i, s, seen, out)
            if missing < 0:
                return i
            if missing:
                _complete(plan, s, seen, out)
            elif plan.sheets[s, RULE] == NO_SUM:
                out[VALUE] = out[LOWEST] = out[HIGHEST] = NONE
            raised, could = _triggers(plan, answers, i, s, seen, missing, out, masks)
            low, band, high = _places(plan, s, out, raised, could, judged[i, s])
            bands[0, s, i], bands[1, s, i], bands[2, s, i] = band, low, high
            for n in range(3):
                sums[n, s, i] = np.nan if out[n] == NONE else out[n] / HUNDREDTHS
            for n in range(4):
                bits[n, s, i] = masks[n]
            flags[s, i] = out[FLAGS]
    return -1


@inlined
def _read(plan: Plan, answers: Array, i: int, s: int, seen: Array, out: Array) -> int:
    """1 where an answer is missing, else 0; -1 for what is no answer. `out` gets the points, `seen` the yes."""
    points, wrong, any_gone = 0, False, 0
    first, last = plan.sheets[s, QUESTIONS], plan.sheets[s + 1, QUESTIONS]
    for w in range(seen.shape[1]):
        yes = gone = 0
        for q in range(first + w * BITS, min(last, first + (w + 1) * BITS)):
            a = answers[i, q] + 1
            if a < 0 or a > plan.questions[q, OPTIONS]:
                wrong, a = True, 0
            points += plan.choices[q, a, POINTS]
            yes |= plan.choices[q, a, YES_BIT]
            gone |= plan.choices[q, a, GONE_BIT]
        seen[YES, w] = seen[COULD_BE_YES, w] = yes
        seen[GONE, w], seen[RULED_OUT, w] = gone, 0
        any_gone |= gone
    out[VALUE] = out[LOWEST] = out[HIGHEST] = points
    out[FLAGS] = 0
    if wrong:
        return -1
    return 1 if any_gone else 0


@inlined
def _has(seen: Array, which: int, place: int) -> int:
    return int((seen[which, place // BITS] >> (place % BITS)) & 1)


@inlined
def _complete(plan: Plan, s: int, seen: Array, out: Array) -> None:
    """`out` gets the sums, with the missing answers at their least and their most; `seen` what could be yes."""
    for n in range(plan.sheets[s, PAIRS], plan.sheets[s + 1, PAIRS]):
        a, b = plan.pairs[n, 0], plan.pairs[n, 1]
        seen[RULED_OUT, b // BITS] |= _has(seen, YES, a) << (b % BITS)
        seen[RULED_OUT, a // BITS] |= _has(seen, YES, b) << (a % BITS)
    said, lowest, highest = out[VALUE], out[VALUE], out[VALUE]
    gaps = of_gaps = gap = gone = 0
    first, last = plan.sheets[s, QUESTIONS], plan.sheets[s + 1, QUESTIONS]
    for place in range(last - first):
        if _has(seen, GONE, place):
            q, left = first + place, _has(seen, RULED_OUT, place)
            lowest += plan.questions[q, LEAST + left]
            highest += plan.questions[q, MOST + left]
            seen[COULD_BE_YES, place // BITS] |= plan.questions[q, COULD + left] << (place % BITS)
            gaps += plan.questions[q, SCORED]
            of_gaps += plan.questions[q, FULL]
            gap += plan.questions[q, GAP]
            gone += 1
    out[FLAGS] = NO_ANSWERS if gone == last - first else 0
    out[LOWEST], out[HIGHEST] = lowest, highest
    out[VALUE] = _value(plan, s, said, lowest, gaps, of_gaps, gap)
    if plan.sheets[s, RULE] == NO_SUM:
        out[LOWEST] = out[HIGHEST] = NONE


@inlined
def _value(plan: Plan, s: int, said: int, lowest: int, gaps: int, of_gaps: int, gap: int) -> int:
    """The sum that the answers establish: `gaps` scored ones are missing, which could give `of_gaps` at most."""
    rule = plan.sheets[s, RULE]
    if rule == NO_SUM or gaps == plan.sheets[s, ALL_SCORED]:
        return NONE
    if gaps == 0 or rule == BOUNDS:
        return lowest
    if rule == NOT_YES:
        return said + gap
    if gaps > plan.sheets[s, MOST_MISSING]:
        return NONE
    full = plan.sheets[s, ALL_FULL]
    share = (said / HUNDREDTHS) * (full / HUNDREDTHS) / ((full - of_gaps) / HUNDREDTHS)
    return int(np.floor(share + 0.5)) * HUNDREDTHS


@inlined
def _count(plan: Plan, n: int, seen: Array, which: int) -> int:
    """How many bits a mask shares with what was seen."""
    found = 0
    for w in range(seen.shape[1]):
        found += _ones(plan.masks[n, w] & seen[which, w])
    return found


@inlined
def _ones(mask: int) -> int:
    """How many bits are set: counted in pairs, fours and eights, then summed."""
    mask = mask - ((mask >> 1) & 0x5555555555555555)
    mask = (mask & 0x3333333333333333) + ((mask >> 2) & 0x3333333333333333)
    mask = (mask + (mask >> 4)) & 0x0F0F0F0F0F0F0F0F
    mask += mask >> 8
    mask += mask >> 16
    mask += mask >> 32
    return mask & 0x7F


@inlined
def _met(plan: Plan, answers: Array, i: int, s: int, t: int, seen: Array, which: int, bound: int) -> bool:
    """Whether a trigger is met by the yes that stand in `which`, or by points with `bound` for what is missing."""
    for g in range(plan.triggers[t, GROUPS], plan.triggers[t + 1, GROUPS]):
        if _count(plan, g, seen, which) == 0:
            return False
    if plan.triggers[t, BY_POINTS] == BY_YES:
        return bool(_count(plan, t, seen, which) >= plan.triggers[t, AT_LEAST])
    found, first = 0, plan.sheets[s, QUESTIONS]
    for place in range(plan.sheets[s + 1, QUESTIONS] - first):
        if (plan.masks[t, place // BITS] >> (place % BITS)) & 1:
            a = answers[i, first + place] + 1
            if a == 0:
                found += plan.questions[first + place, bound + _has(seen, RULED_OUT, place)]
            else:
                found += plan.choices[first + place, a, POINTS]
    return bool(found >= plan.triggers[t, BY_POINTS])


@inlined
def _triggers(
    plan: Plan, answers: Array, i: int, s: int, seen: Array, missing: int, out: Array, masks: Array
) -> tuple[int, int]:
    """The highest bands that what is met, and what could be met, raise to; -1 for none."""
    first = plan.sheets[s, TRIGGERS]
    met = possible = does = could_do = positive = could_be = 0
    raised = could = -1
    for t in range(first, plan.sheets[s + 1, TRIGGERS]):
        if _met(plan, answers, i, s, t, seen, YES, LEAST):
            met |= 1 << (t - first)
            does |= plan.triggers[t, DOES]
            raised = max(raised, plan.triggers[t, BAND])
            positive |= 1 - plan.triggers[t, SIDE]
        elif missing and _met(plan, answers, i, s, t, seen, COULD_BE_YES, MOST):
            possible |= 1 << (t - first)
            could_do |= plan.triggers[t, DOES]
            could = max(could, plan.triggers[t, BAND])
            could_be |= 1 - plan.triggers[t, SIDE]
    masks[TOLD] = _told(plan, first, met, met)
    masks[POSSIBLE] = _told(plan, first, possible, met)
    masks[WORK], masks[POSSIBLE_WORK] = does, could_do & ~does
    out[FLAGS] |= POSITIVE * positive + COULD_BE_POSITIVE * (could_be & ~positive)
    return raised, could


@inlined
def _told(plan: Plan, first: int, found: int, met: int) -> int:
    """Of the triggers found, those that no met one makes redundant."""
    told = found
    for n in range(BITS):
        if found >> n == 0:
            break
        if plan.triggers[first + n, UNLESS] & met:
            told &= ~(1 << n)
    return told


@inlined
def _at(plan: Plan, s: int, value: int) -> int:
    """Where the band of a sum stands; -1 for none."""
    first, last = plan.sheets[s, EDGES], plan.sheets[s + 1, EDGES]
    if value == NONE or first == last:
        return -1
    place = 0
    for e in range(first + 1, last):
        place += plan.edges[e] <= value
    return place


@inlined
def _places(plan: Plan, s: int, out: Array, raised: int, could: int, named: int) -> tuple[int, int, int]:
    """As `rules.scoring` places bands: what is known is never under what every completion has."""
    bottom, top = _at(plan, s, out[LOWEST]), _at(plan, s, out[HIGHEST])
    known = max(_at(plan, s, out[VALUE]), raised)
    by_answers = max(known, bottom) if known >= 0 else -1
    band = max(by_answers, bottom, named) if named >= 0 else by_answers
    if band > by_answers:
        out[FLAGS] |= RAISED
    return max(bottom, raised, named), band, max(top, raised, could, named)
