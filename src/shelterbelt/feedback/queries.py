"""What many people said of an agency, by spans of quarters that have ended; a few are withheld, and what gives them away.

Never one answer, never a worker, never the quarter that still runs: its numbers move by one.
Also what other agencies told of this one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import visible
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import reachable_agencies
from shelterbelt.agencies.sealed import opened
from shelterbelt.feedback.models import Box, Heard
from shelterbelt.feedback.policy import SEE_FEEDBACK
from shelterbelt.library import experience
from shelterbelt.measures.withheld import Quarter, Shown, Span, quarter_of, shown, spans, within

LEFT_OUT = ""


@dataclass(frozen=True)
class Told:
    """What was answered to one question in one span: for each answer, and for leaving it out, a count or None."""

    question: str
    counts: tuple[Shown, ...]


@dataclass(frozen=True)
class Trend:
    """One agency by one door: the spans, and for each that is not withheld what was answered."""

    agency: str
    door: str
    spans: tuple[tuple[Span, tuple[Told, ...]], ...]


def trends(by: Worker, at: datetime) -> list[Trend]:
    """What was said of every agency, at this agency's portal."""
    boxes: dict[tuple[str, str], dict[Quarter, list[Mapping[str, str]]]] = {}
    for box in visible(by, SEE_FEEDBACK, Box.objects.select_related("of"), at=at).order_by(
        "of__name", "door"
    ):
        quarters = boxes.setdefault((box.of.name, box.door), {})
        quarters[(box.year, box.quarter)] = opened(box)["answers"]
    now = quarter_of(at)
    return [Trend(name, door, spans_of(quarters, now)) for (name, door), quarters in boxes.items()]


def heard(by: Worker, at: datetime) -> list[Trend]:
    """What the portals of other agencies told of this one, by whom: nothing that they withheld."""
    found: dict[tuple[str, str], list[tuple[Span, tuple[Told, ...]]]] = {}
    rows = visible(by, SEE_FEEDBACK, Heard.objects.select_related("teller"), at=at)
    for row in rows.order_by("teller__name", "door", "year", "first"):
        inside = opened(row)
        span = Span((row.year, row.first), (row.year, row.last), inside["count"])
        found.setdefault((row.teller.name, row.door), []).append((span, _known(inside["said"])))
    return [Trend(name, door, tuple(spans)) for (name, door), spans in found.items()]


def _known(said: Mapping[str, Sequence[Shown]]) -> tuple[Told, ...]:
    """The questions that are asked here too, with as many answers to each."""
    asked = experience.asked()
    columns = len(asked.answers) + 1
    return tuple(
        Told(line.id, tuple(said[line.id]))
        for line in asked.questions
        if len(said.get(line.id, ())) == columns
    )


def spans_of(
    quarters: Mapping[Quarter, Sequence[Any]], now: Quarter
) -> tuple[tuple[Span, tuple[Told, ...]], ...]:
    """The spans of an agency's quarters that are over, and for each that is not withheld what was answered."""
    asked = experience.asked()
    found = spans({one: len(answers) for one, answers in quarters.items()}, asked.least, over=now)
    told = []
    for span in found:
        inside = [answer for one in within(span, quarters) for answer in quarters[one]]
        told.append((span, _told(inside, asked) if span.count is not None else ()))
    return tuple(told)


def _told(answers: Sequence[Mapping[str, str]], asked: experience.Asked) -> tuple[Told, ...]:
    codes = [*(line.id for line in asked.answers), LEFT_OUT]
    found = []
    for question in asked.questions:
        said = Counter(answer.get(question.id, LEFT_OUT) for answer in answers)
        found.append(Told(question.id, shown([said[code] for code in codes], asked.least)))
    return tuple(found)


def agencies_to_speak_of() -> list[Agency]:
    """The agencies of which somebody may say how it was: every one that is known here."""
    return list(reachable_agencies().order_by("name"))


def agency_to_speak_of(ref: UUID | str) -> Agency | None:
    """One of them."""
    return reachable_agencies().filter(ref=ref).first()
