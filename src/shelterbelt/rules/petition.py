"""What a petition for an order may ask for, where it goes, and what bears it out. It helps to write and decides nothing.

What nobody answered takes nothing away: it stays, as something to think about. Missing proof takes nothing away either.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from shelterbelt.rules.conditions import ALWAYS, All, Any, Condition, Facts, Is, Not, facts_named
from shelterbelt.rules.reasons import Reason

YES, NO, UNKNOWN = "yes", "no", "unknown"
NONE_HELD: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a petition may ask for: the code of its term, when it fits, and what may bear it out, best first."""

    id: str
    code: str
    when: Condition = ALWAYS
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Court:
    """One place where a petition goes, and when."""

    id: str
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Kind:
    """A petition for one kind of order, as a place's file has it: what it may ask for and where it goes, in its order."""

    id: str
    asks: tuple[Ask, ...]
    courts: tuple[Court, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to ask for. `fits`: yes, or unknown while a question is open; `have` and `could_have` bear it out."""

    id: str
    code: str
    fits: str
    have: tuple[str, ...]
    could_have: tuple[str, ...]
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What to ask for, where (each with yes or unknown), what the answers leave out and why, and what is still open."""

    asks: tuple[Asked, ...]
    courts: tuple[tuple[str, str], ...]
    left_out: tuple[Reason, ...]
    open: tuple[str, ...]


def parts(kind: Kind, answers: Facts, *, held: AbstractSet[str] = NONE_HELD) -> Parts:
    """This function will return what a petition may ask for, by the answers given so far, in the file's order.

    `answers`: facts by name; what is missing was not answered. `held`: the kinds of evidence that somebody has. Only
    an answer leaves something out, and another answer brings it back; evidence leaves out nothing. `open` names each
    fact once that something unknown hangs on. Source: the place's own file; a court decides what it grants.
    """
    judged = [(ask, fits(ask.when, answers)) for ask in kind.asks]
    courts = [(court, fits(court.when, answers)) for court in kind.courts]
    every: list[tuple[Ask | Court, str]] = [*judged, *courts]
    unsure = [one.when for one, word in every if word == UNKNOWN]
    return Parts(
        tuple(_asked(ask, word, answers, held) for ask, word in judged if word != NO),
        tuple((court.id, word) for court, word in courts if word != NO),
        tuple(Reason("petition.left_out", one.id) for one, word in every if word == NO),
        tuple(dict.fromkeys(name for condition in unsure for name in _open(condition, answers))),
    )


def fits(condition: Condition, answers: Facts) -> str:
    """This function will say whether a condition is true of the answers: yes, no, or unknown while that hangs on others.

    What more answers could change is never yes and never no. Source: Kleene's three values.
    """
    match condition:
        case Is(fact, value):
            if fact not in answers:
                return UNKNOWN
            return YES if type(answers[fact]) is type(value) and answers[fact] == value else NO
        case Not(part):
            return {YES: NO, NO: YES}.get(fits(part, answers), UNKNOWN)
        case All(several):
            return _weakest((fits(part, answers) for part in several), NO, YES)
        case Any(several):
            return _weakest((fits(part, answers) for part in several), YES, NO)


def _weakest(words: Iterable[str], decides: str, otherwise: str) -> str:
    found = set(words)
    if decides in found:
        return decides
    return UNKNOWN if UNKNOWN in found else otherwise


def _asked(ask: Ask, word: str, answers: Facts, held: AbstractSet[str]) -> Asked:
    because = [
        Reason("petition.answered", name) for name in dict.fromkeys(facts_named(ask.when)) if name in answers
    ]
    because += [
        Reason("petition.open", name) for name in dict.fromkeys(_open(ask.when, answers)) if word == UNKNOWN
    ]
    return Asked(
        ask.id,
        ask.code,
        word,
        tuple(one for one in ask.evidence if one in held),
        tuple(one for one in ask.evidence if one not in held),
        tuple(because) or (Reason("petition.always"),),
    )


def _open(condition: Condition, answers: Facts) -> Iterator[str]:
    return (name for name in facts_named(condition) if name not in answers)
