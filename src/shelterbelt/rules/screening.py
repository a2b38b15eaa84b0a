"""The lethality screen: decides whether to offer a call to an advocate now.

It refuses to be a score or a danger level: its result cannot be used where a level is expected.
Source of the rule: the published LAP decision rule (facts of the scoring only; evidence: LAP, tag F).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from shelterbelt.rules.reasons import Reason


class Answer(StrEnum):
    """An answer to one question. Declined and not asked are neither yes nor no."""

    YES = "yes"
    NO = "no"
    DECLINED = "declined"
    NOT_ASKED = "not_asked"


class Trigger(Enum):
    """Why a call is offered. Names of reasons, in no order of danger."""

    ANY = "A"
    COUNT = "B"
    CONCERN = "C"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class ScreenRule:
    """The decision rule of one published screen, as its data file gives it.

    `any_of`: one yes suffices. `count_of`: at least `count_at_least` yes suffice. `medical`: a yes opens a
    medical evaluation. `alone`: items that a published variant lets suffice; they do so only when
    `alone_counts`.
    """

    any_of: tuple[str, ...]
    count_of: tuple[str, ...]
    count_at_least: int
    medical: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    alone_counts: bool = False

    @property
    def items(self) -> tuple[str, ...]:
        """This property will return every item id of the rule, in the order in which it is asked."""
        return self.any_of + self.count_of


@dataclass(frozen=True, slots=True)
class Screening:
    """What a screen found: a reason to offer a call, never a level. It has no order and no number.

    `review`: nothing was answered, so a person must still say whether they are concerned.
    `could_change`: other answers to the unanswered questions could have triggered the call.
    `medical_unknown`: a question that would open a medical evaluation was left unanswered.
    """

    triggers: tuple[Trigger, ...]
    medical: bool
    review: bool
    unanswered: tuple[str, ...]
    could_change: bool
    medical_unknown: bool
    no_answers: bool
    because: tuple[Reason, ...]

    @property
    def triggered(self) -> bool:
        """This property will say whether a call to an advocate is to be offered now."""
        return bool(self.triggers)

    @property
    def trigger(self) -> Trigger | None:
        """This property will return the first trigger by the published order A, B, C, or None."""
        return self.triggers[0] if self.triggers else None


def screen(
    rule: ScreenRule,
    answers: Mapping[str, Answer | str],
    *,
    survivor_concern: bool,
    worker_concern: bool,
) -> Screening:
    """This function will apply the decision rule to the answers and to the people's own concern.

    `answers` maps item ids to yes, no, declined or not_asked; an item left out was not asked.
    Raises ValueError for an item the rule does not have or an answer that is none of the four.
    Source: LAP (A any yes in 1-3; B none there and at least 4 yes in 4-11; C own concern), evidence tag F;
    an own concern may trigger and never un-triggers.
    """
    given = _given(rule, answers)
    yes = frozenset(item for item, answer in given.items() if answer is Answer.YES)
    unanswered = tuple(item for item, answer in given.items() if answer not in (Answer.YES, Answer.NO))
    no_answers = len(unanswered) == len(rule.items)
    concern = survivor_concern or worker_concern
    triggers = _by_answers(rule, yes) + ((Trigger.CONCERN,) if concern else ())
    medical_unknown = any(item in unanswered for item in rule.medical)
    could_change = not triggers and bool(_by_answers(rule, yes | frozenset(unanswered)))
    medical = any(item in yes for item in rule.medical)
    return Screening(
        triggers=triggers,
        medical=medical,
        review=no_answers and not concern,
        unanswered=unanswered,
        could_change=could_change,
        medical_unknown=medical_unknown and not medical,
        no_answers=no_answers,
        because=(
            *_trigger_reasons(rule, yes, triggers),
            *_concern_reasons(survivor_concern, worker_concern),
            *(Reason("screen.medical", item) for item in rule.medical if item in yes),
            *_gap_reasons(unanswered, could_change=could_change, no_answers=no_answers),
        ),
    )


def _given(rule: ScreenRule, answers: Mapping[str, Answer | str]) -> dict[str, Answer]:
    unknown = sorted(set(answers) - set(rule.items))
    if unknown:
        raise ValueError(f"not an item of this screen: {unknown[0]}")
    return {item: Answer(answers.get(item, Answer.NOT_ASKED)) for item in rule.items}


def _by_answers(rule: ScreenRule, yes: frozenset[str]) -> tuple[Trigger, ...]:
    found: list[Trigger] = []
    if any(item in yes for item in rule.any_of):
        found.append(Trigger.ANY)
    elif sum(item in yes for item in rule.count_of) >= rule.count_at_least:
        found.append(Trigger.COUNT)
    elif rule.alone_counts and any(item in yes for item in rule.alone):
        found.append(Trigger.ALONE)
    return tuple(found)


def _trigger_reasons(
    rule: ScreenRule, yes: frozenset[str], triggers: tuple[Trigger, ...]
) -> Iterable[Reason]:
    if Trigger.ANY in triggers:
        yield from (Reason("screen.any", item) for item in rule.any_of if item in yes)
    if Trigger.COUNT in triggers:
        yield from (Reason("screen.count", item) for item in rule.count_of if item in yes)
    # The variant is always told, for readers who work by it; the data says whether it counts.
    code = "screen.alone" if rule.alone_counts else "screen.variant_alone"
    yield from (Reason(code, item) for item in rule.alone if item in yes)


def _concern_reasons(survivor: bool, worker: bool) -> Iterable[Reason]:
    if survivor:
        yield Reason("screen.concern", "survivor")
    if worker:
        yield Reason("screen.concern", "worker")


def _gap_reasons(unanswered: tuple[str, ...], *, could_change: bool, no_answers: bool) -> Iterable[Reason]:
    if no_answers:
        yield Reason("screen.no_answers")
    yield from (Reason("screen.unanswered", item) for item in unanswered)
    if could_change:
        yield Reason("screen.could_change")
