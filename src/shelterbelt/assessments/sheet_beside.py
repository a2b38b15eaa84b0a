"""Puts two finished sheets of a case beside each other: results, and the answers that both asked for. Decides nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from shelterbelt.access.queries import names_of
from shelterbelt.assessments import queries
from shelterbelt.assessments.models import Assessment
from shelterbelt.assessments.queries.offered import in_words
from shelterbelt.assessments.sheet_figures import unsure
from shelterbelt.assessments.sheet_forms import answers, words
from shelterbelt.assessments.sheet_words import band_words, number, short, spread
from shelterbelt.library.assessments import Assessment as Instrument
from shelterbelt.rules.scoring import Scored
from shelterbelt.ui.links import address


@dataclass(frozen=True)
class Side:
    """One of the two: what it is, when, by whom, and what it came to."""

    title: str
    at: datetime | None
    by: str
    result: str
    score: str
    spread: str
    judged: str
    url: str


@dataclass(frozen=True)
class Line:
    """One question with both answers; `differs` is said in a word on the page."""

    text: str
    one: str
    other: str
    differs: bool


@dataclass(frozen=True)
class Beside:
    """Two sheets, the older one first; `same` says that it is one instrument in one version."""

    one: Side
    other: Side
    same: bool
    lines: tuple[Line, ...]
    changed: int
    only: int
    unsure: tuple[str, ...]


def beside(older: Assessment, newer: Assessment) -> Beside:
    """What two sheets say, question by question where both ask the same."""
    first, second = in_words(older), in_words(newer)
    given = queries.answers_of(older), queries.answers_of(newer)
    both = [item for item in second.items if any(other.id == item.id for other in first.items)]
    lines = tuple(_line(first, second, item.id, given) for item in both)
    return Beside(
        one=_side(older),
        other=_side(newer),
        same=(older.instrument, older.version) == (newer.instrument, newer.version),
        lines=lines,
        changed=sum(line.differs for line in lines),
        only=len(first.items) + len(second.items) - 2 * len(both),
        unsure=tuple(dict.fromkeys((*unsure(first), *unsure(second)))),
    )


def _line(first: Instrument, second: Instrument, question: str, given: tuple[dict[str, Any], ...]) -> Line:
    told = [_said(one, question, answers) for one, answers in zip((first, second), given, strict=True)]
    item = next(one for one in second.items if one.id == question)
    return Line(words(second, item.text), told[0], told[1], told[0] != told[1])


def _said(found: Instrument, question: str, given: dict[str, Any]) -> str:
    item = next(one for one in found.items if one.id == question)
    return dict(answers(found, item)).get(given.get(question, ""), gettext("No answer"))


def _side(sheet: Assessment) -> Side:
    instrument, found = queries.instrument_taken(sheet), queries.scored_of(sheet)
    judged = queries.judged_of(sheet).get("band", "")
    return Side(
        title=gettext(instrument.title),
        at=sheet.finished_at,
        by=names_of([sheet.started_by]).get(sheet.started_by, ""),
        result=short(instrument, found),
        score=number(found.score) if isinstance(found, Scored) else "",
        spread=spread(instrument, found),
        judged=band_words(instrument, judged) if judged else "",
        url=address("sheet_result", sheet.ref),
    )
