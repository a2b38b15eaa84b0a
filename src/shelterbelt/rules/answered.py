"""Reads answers by a sheet: what was said, what each missing answer could still be, which triggers are met.

It refuses questions and answers that the sheet has not, and counts a missing answer as neither yes nor no.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import fsum

from shelterbelt.rules.reasons import Reason
from shelterbelt.rules.sheets import UNANSWERED, Option, Question, Sheet, Trigger

DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers as a sheet takes them.

    `chosen`: question id to the option given. `missing`: question id to the options that it could still be.
    `contradictions`: pairs of yes that exclude each other.
    """

    chosen: Mapping[str, Option]
    missing: Mapping[str, tuple[Option, ...]]
    contradictions: tuple[tuple[str, str], ...]

    def least(self, id: str) -> float:
        """This function will return the points of the answer, or the least that a missing one could give."""
        if id in self.chosen:
            return self.chosen[id].points
        return min(option.points for option in self.missing[id])

    def most(self, id: str) -> float:
        """This function will return the points of the answer, or the most that a missing one could give."""
        if id in self.chosen:
            return self.chosen[id].points
        return max(option.points for option in self.missing[id])


@dataclass(frozen=True, slots=True)
class SetOff:
    """Triggers: `met` by the answers given, and those that some completion could meet besides."""

    met: tuple[Trigger, ...]
    possible: tuple[Trigger, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """This property will return the ids of what is met, less those that another makes redundant."""
        return self._less_redundant(self.met)

    @property
    def possibly_told(self) -> tuple[str, ...]:
        """This property will return the ids of what could be met besides, less those already redundant."""
        return self._less_redundant(self.possible)

    @property
    def does(self) -> tuple[str, ...]:
        """This property will return the codes of the work that is set off, once each."""
        return tuple(dict.fromkeys(code for trigger in self.met for code in trigger.does))

    @property
    def possibly_does(self) -> tuple[str, ...]:
        """This property will return the codes of work that could be set off besides, once each."""
        codes = dict.fromkeys(code for trigger in self.possible for code in trigger.does)
        return tuple(code for code in codes if code not in self.does)

    def _less_redundant(self, triggers: tuple[Trigger, ...]) -> tuple[str, ...]:
        ids = {trigger.id for trigger in self.met}
        return tuple(trigger.id for trigger in triggers if ids.isdisjoint(trigger.unless))


def answered(sheet: Sheet, answers: Mapping[str, str]) -> Answered:
    """This function will return the answers as the sheet takes them.

    `answers` maps question ids to codes of options; left out, declined and not_asked are missing. Raises
    ValueError for a question or an answer that the sheet has not.
    """
    unknown = sorted(set(answers) - {question.id for question in sheet.questions})
    if unknown:
        raise ValueError(f"not a question of {sheet.id}: {unknown[0]}")
    said = {id: code for id, code in answers.items() if code not in UNANSWERED}
    chosen = {one.id: one.option(said[one.id]) for one in sheet.questions if one.id in said}
    pairs = [(one.id, other) for one in sheet.questions for other in one.excludes]
    yes = {id for id, option in chosen.items() if option.yes}
    ruled_out = {b for a, b in pairs if a in yes} | {a for a, b in pairs if b in yes}
    return Answered(
        chosen,
        {one.id: _still(one, one.id in ruled_out) for one in sheet.questions if one.id not in said},
        tuple(dict.fromkeys((min(pair), max(pair)) for pair in pairs if yes.issuperset(pair))),
    )


def set_off(sheet: Sheet, given: Answered) -> SetOff:
    """This function will return the triggers that the answers meet, and those that they could meet."""
    yes = {id for id, option in given.chosen.items() if option.yes}
    could = yes | {id for id, options in given.missing.items() if any(option.yes for option in options)}
    met, possible = [], []
    for trigger in sheet.triggers:
        if _met(trigger, yes, (given.least(id) for id in trigger.of)):
            met.append(trigger)
        elif _met(trigger, could, (given.most(id) for id in trigger.of)):
            possible.append(trigger)
    return SetOff(tuple(met), tuple(possible))


def total(points: Iterable[float]) -> float:
    """This function will return the sum of points, rounded to six decimals so that 0.1 + 0.2 is 0.3."""
    return round(fsum(points), DECIMALS)


def answer_reasons(sheet: Sheet, given: Answered, off: SetOff) -> Iterator[Reason]:
    """This function will yield why: each answer that counted, what it set off, and what is left open."""
    if not given.chosen:
        yield Reason("scoring.no_answers")
    for question in sheet.questions:
        option = given.chosen.get(question.id)
        if option is not None and (option.yes or option.points > question.least):
            yield Reason("scoring.answer", f"{question.id}={option.code}")
    yield from (Reason("scoring.trigger", id) for id in off.told)
    yield from (Reason("scoring.work", code) for code in off.does)
    yield from (Reason("scoring.unanswered", id) for id in given.missing)
    yield from (Reason("scoring.could_trigger", id) for id in off.possibly_told)
    yield from (Reason("scoring.contradiction", f"{a}+{b}") for a, b in given.contradictions)


def _still(question: Question, ruled_out: bool) -> tuple[Option, ...]:
    """What a missing answer could still be: no yes where another yes rules it out."""
    left = tuple(option for option in question.options if not (ruled_out and option.yes))
    return left or question.options


def _met(trigger: Trigger, yes: set[str], points: Iterable[float]) -> bool:
    if any(yes.isdisjoint(group) for group in trigger.each):
        return False
    if trigger.points is None:
        return sum(id in yes for id in trigger.of) >= trigger.at_least
    return total(points) >= trigger.points
