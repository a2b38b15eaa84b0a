"""Turns instruments into arrays: points and yes bits by answer, masks of triggers, edges of bands in hundredths.

It refuses an instrument in which `rules.soundness` finds a problem, and one too large for its masks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shelterbelt.rules.levels import Level
from shelterbelt.rules.sheets import Danger, Detection, Missing, Option, Question, Sheet, Trigger
from shelterbelt.rules.soundness import problems_of

Array = NDArray[Any]
Instrument = Danger | Detection

BITS = 62  # of a mask: an int64 without its sign, and one to spare
HUNDREDTHS = 100
BY_YES = -(1 << 40)  # stands where a trigger counts yes, not points
NO_SUM, BOUNDS, NOT_YES, PRORATE = range(4)
RULES = {Missing.BOUNDS: BOUNDS, Missing.NOT_YES: NOT_YES, Missing.PRORATE: PRORATE}

# The columns of each array of a plan. `least`, `most` and `could` stand twice: with all options of a missing
# answer, and without its yes where another yes rules that out.
POINTS, YES_BIT, GONE_BIT = range(3)
OPTIONS, GAP, FULL, SCORED, LEAST, LEAST_LEFT, MOST, MOST_LEFT, COULD, COULD_LEFT = range(10)
RULE, MOST_MISSING, ALL_SCORED, ALL_FULL, QUESTIONS, PAIRS, EDGES, TRIGGERS = range(8)
AT_LEAST, BY_POINTS, UNLESS, BAND, SIDE, DOES, GROUPS = range(7)


class Plan(NamedTuple):
    """What the machine code reads, as int64. What belongs to all sheets stands in one row after the other.

    `sheets` and `triggers` say where their questions, pairs, edges, triggers and groups begin; what follows
    the last one says where that ends. `choices` is by question and answer + 1, so that a missing answer is 0.
    `masks` are questions by word: of every trigger, then of every group. `edges` are the least sums of bands.
    Points are hundredths.
    """

    sheets: Array
    questions: Array
    choices: Array
    pairs: Array
    edges: Array
    triggers: Array
    masks: Array


@dataclass(frozen=True, slots=True)
class Table:
    """Instruments that are scored in one pass.

    Column c of the answers is the question `columns[c]` (instrument, id); an answer is the place of its option
    in the question, -1 where it is missing. `work[s]` are the codes that the bits of `does` stand for.
    """

    instruments: tuple[Instrument, ...]
    columns: tuple[tuple[int, str], ...]
    work: tuple[tuple[str, ...], ...]
    plan: Plan

    @staticmethod
    def of(*instruments: Instrument) -> "Table":
        """This function will return the instruments as arrays.

        Raises TypeError for what is no instrument, ValueError for none at all, for one that does not fit
        together (see `soundness.problems_of`), names a question twice in a trigger, or has more triggers or
        codes of work than a mask has bits (62).
        """
        if not instruments:
            raise ValueError("no instruments")
        for one in instruments:
            _refuse(one)
        sheets = [one.sheet for one in instruments]
        work = tuple(_work(sheet) for sheet in sheets)
        columns = tuple((n, question.id) for n, sheet in enumerate(sheets) for question in sheet.questions)
        return Table(instruments, columns, work, _plan(sheets, work))

    def levels(self, s: int) -> tuple[Level | None, ...]:
        """This function will return the level of each band of an instrument, lowest first."""
        return tuple(band.level for band in self.instruments[s].sheet.bands)


def _refuse(one: Instrument) -> None:
    wrong = problems_of(one)
    if wrong:
        raise ValueError(f"{one.sheet.id}: {wrong[0].field}: {wrong[0].code}")
    if len(one.sheet.triggers) > BITS or len(_work(one.sheet)) > BITS:
        raise ValueError(f"{one.sheet.id}: more triggers or codes of work than fit a mask")
    if any(len(set(trigger.of)) < len(trigger.of) for trigger in one.sheet.triggers):
        raise ValueError(f"{one.sheet.id}: a trigger names a question twice")


def _work(sheet: Sheet) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for trigger in sheet.triggers for code in trigger.does))


def _plan(sheets: Sequence[Sheet], work: Sequence[Sequence[str]]) -> Plan:
    asked = [(n, question) for sheet in sheets for n, question in enumerate(sheet.questions)]
    widest = max(len(question.options) for _, question in asked) + 1
    pairs = [_pairs(sheet) for sheet in sheets]
    edges = [[_edge(band.lo) for band in sheet.bands] for sheet in sheets]
    told = [
        (sheet, trigger, codes)
        for sheet, codes in zip(sheets, work, strict=True)
        for trigger in sheet.triggers
    ]
    words = max(-(-len(sheet.questions) // BITS) for sheet in sheets)
    groups = [(sheet, ids) for sheet, trigger, _ in told for ids in trigger.each]
    starts = zip(*(_starts(parts) for parts in (
        [sheet.questions for sheet in sheets], pairs, edges, [sheet.triggers for sheet in sheets],
    )), strict=True)  # fmt: skip
    rules = [*map(_rule, sheets), (0, 0, 0, 0)]
    return Plan(
        sheets=_int64([(*rule, *start) for rule, start in zip(rules, starts, strict=True)]),
        questions=_int64([_question(question) for _, question in asked]),
        choices=_int64([_choices(question, n % BITS, widest) for n, question in asked]),
        pairs=_int64([pair for some in pairs for pair in some], 2),
        edges=_int64([edge for some in edges for edge in some]),
        triggers=_int64(_triggers(told), 7),
        masks=_masks([*((sheet, trigger.of) for sheet, trigger, _ in told), *groups], words),
    )


def _int64(lines: Sequence[Any], wide: int = 0) -> Array:
    """As an array; `wide` where there may be no line."""
    found = np.array(lines, np.int64)
    return found.reshape(-1, wide) if wide else found


def _starts(parts: Iterable[Sequence[Any]]) -> list[int]:
    """Where each part begins, and where the last one ends."""
    return [0, *accumulate(len(part) for part in parts)]


def _hundredths(points: float) -> int:
    return round(points * HUNDREDTHS)


def _edge(lo: float) -> int:
    """The least sum in hundredths that is at or over `lo`."""
    near = _hundredths(lo)
    return next(total for total in (near - 1, near, near + 1) if total / HUNDREDTHS >= lo)


def _rule(sheet: Sheet) -> tuple[int, int, int, int]:
    rule = RULES[sheet.missing] if sheet.arithmetic else NO_SUM
    return rule, sheet.most_missing, len(sheet.scored), sum(_hundredths(one.most) for one in sheet.scored)


def _choices(question: Question, bit: int, widest: int) -> list[tuple[int, int, int]]:
    """By answer: its points, its bit among the yes, its bit among the missing."""
    given = [(_hundredths(option.points), int(option.yes) << bit, 0) for option in question.options]
    return [(0, 0, 1 << bit), *given, *[(0, 0, 0)] * (widest - 1 - len(given))]


def _question(question: Question) -> list[int]:
    no = tuple(option for option in question.options if not option.yes)
    gap = min((option.points for option in no), default=question.least)
    # A yes that is ruled out leaves what is not yes; where there is nothing else, it leaves all.
    left = (question.options, no or question.options)
    return [
        len(question.options),
        _hundredths(gap) if question.scored else 0,
        _hundredths(question.most) if question.scored else 0,
        int(question.scored),
        *(min(_points(options)) for options in left),
        *(max(_points(options)) for options in left),
        *(int(any(option.yes for option in options)) for options in left),
    ]


def _points(options: Iterable[Option]) -> list[int]:
    return [_hundredths(option.points) for option in options]


def _pairs(sheet: Sheet) -> list[tuple[int, int]]:
    """Questions whose yes rules the other's out, by their place in the sheet."""
    place = {question.id: n for n, question in enumerate(sheet.questions)}
    found = {(place[one.id], place[other]) for one in sheet.questions for other in one.excludes}
    return sorted({(min(pair), max(pair)) for pair in found})


def _triggers(told: Sequence[tuple[Sheet, Trigger, Sequence[str]]]) -> list[list[int]]:
    starts = [len(told) + start for start in _starts(trigger.each for _, trigger, _ in told)]
    lines = [
        [
            trigger.at_least,
            BY_YES if trigger.points is None else _edge(trigger.points),
            _mask([one.id for one in sheet.triggers], trigger.unless),
            sheet.place(trigger.band) if trigger.band else -1,
            int(trigger.side),
            _mask(codes, trigger.does),
            start,
        ]
        for (sheet, trigger, codes), start in zip(told, starts[:-1], strict=True)
    ]
    return [*lines, [0, 0, 0, -1, 0, 0, starts[-1]]]


def _mask(names: Sequence[str], chosen: Iterable[str]) -> int:
    return sum(1 << names.index(name) for name in dict.fromkeys(chosen))


def _masks(chosen: Sequence[tuple[Sheet, Sequence[str]]], words: int) -> Array:
    """Questions as bits, by word."""
    lines = []
    for sheet, ids in chosen:
        names = [question.id for question in sheet.questions]
        edges = range(0, words * BITS + 1, BITS)
        lines.append([_mask(names[a:b], set(ids) & set(names[a:b])) for a, b in pairwise(edges)])
    return _int64(lines, words)
