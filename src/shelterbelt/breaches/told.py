"""What somebody tells of a breach, and rows of it as the rules take them. Decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.breaches.models import Breach, BreachDecision, BreachTerm, ProceedingStep
from shelterbelt.cases.models import Case
from shelterbelt.orders.models import Order
from shelterbelt.rules import breach as rules
from shelterbelt.rules import proceedings
from shelterbelt.rules.reasons import Reason

WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Report:
    """What a person reports: what was seen, when, their words, and from whom they know it."""

    seen: rules.Seen
    happened_at: datetime
    words: str = ""
    from_whom: str = ""

    def content(self) -> dict[str, Any]:
        """What of it is sealed."""
        return {**seen_content(self.seen), "words": self.words.strip(), "from_whom": self.from_whom.strip()}


@dataclass(frozen=True, slots=True)
class OwnWord:
    """What a survivor tells by their own hand: of which case of theirs, of which order if one is known here, what they want.

    `named`: the number of the term that they think it was, or nothing.
    """

    report: Report
    case: Case
    order: Order | None
    named: str
    wish: str

    def content(self) -> dict[str, Any]:
        """What of it is sealed."""
        return {**self.report.content(), "named": self.named, "wish": self.wish}


def seen_content(seen: rules.Seen) -> dict[str, Any]:
    """What was seen, as it is sealed."""
    return {
        "act": seen.act,
        "certainty": seen.certainty,
        "zone": seen.zone,
        "metres": seen.metres,
        "off": seen.off,
    }


def reasons(found: Iterable[Reason]) -> list[list[str]]:
    """Reasons as they are sealed."""
    return [[one.code, one.about] for one in found]


def said_of(breach: Breach) -> dict[str, Any]:
    """What a breach says, opened."""
    return opened(breach)


def said_in(row: Any) -> dict[str, Any]:
    """What a row of a breach says, under the breach's key."""
    return opened_under(row.breach.key, row.id, row.agency_id, row.sealed)


def decisions_of(rows: Iterable[BreachDecision]) -> tuple[rules.Decision, ...]:
    """Decisions as the rules take them."""
    return tuple(rules.Decision(row.state, row.at, str(row.by)) for row in rows)


def facts_of(
    breach: Breach, terms: Iterable[BreachTerm], decisions: Iterable[BreachDecision]
) -> rules.Breach:
    """A breach as the pattern reads it; of several terms the first in the order of kinds counts."""
    kinds = sorted((one.kind for one in terms), key=rules.TERMS.index)
    return rules.Breach(
        str(breach.id),
        breach.happened_at,
        breach.recorded_at,
        breach.source,
        kinds[0] if kinds else rules.IN_WORDS,
        decisions_of(decisions),
    )


def steps_of(rows: Iterable[ProceedingStep]) -> tuple[proceedings.Step, ...]:
    """Steps in court as the rules take them; what was struck counts no more."""
    return tuple(
        proceedings.Step(row.kind, row.at, row.recorded_at, row.reason, row.until_at)
        for row in rows
        if row.struck_at is None
    )


def by_word(by: UUID | None) -> str:
    """Who did it, in a line of custody."""
    return str(by) if by else WATCH


Words = Mapping[str, Any]
