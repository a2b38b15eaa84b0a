"""Put an answer into its box, tell an agency the sums of many, throw old boxes away.

Refuses a second answer of one person in one quarter. Of an answer nothing else is written: no row, no line in the ledger, no time
(docs/adr/0038-feedback.md). What leaves is what the page shows: sums of spans that are over, with those of a few withheld; sums
that would tell of a few are not taken in either.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt import sealing
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import reachable_agencies
from shelterbelt.agencies.sealed import destroy, new_key, opened, seal
from shelterbelt.feedback.models import Box, Heard
from shelterbelt.feedback.queries import Told, spans_of
from shelterbelt.ledger.actions import record
from shelterbelt.library import experience
from shelterbelt.measures.withheld import Quarter, Shown, Span, quarter_of
from shelterbelt.sealing.digests import canonical
from shelterbelt.store.ids import uuid7
from shelterbelt.store.turns import one_at_a_time

STEP = 16_384
ACCOUNT, OPEN = "account", "open"
KIND = "experience/1"


class AlreadySaid(Exception):
    """This person has said how this agency was in this quarter."""


def say_how_it_was(
    answers: Mapping[str, str], *, of: Agency, holder: UUID, person: UUID | None, at: datetime
) -> None:
    """Put one answer into the box of its agency and quarter. With `person`, once in a quarter; who it was is not kept.

    `answers`: for each question's id an answer's, or nothing where it is left out. Raises AlreadySaid; ValueError for an
    id that the library does not have.
    """
    kept = _known(answers)
    quarter = quarter_of(at)
    box = _held(holder, of, quarter, OPEN if person is None else ACCOUNT)
    inside = opened(box)
    if person is not None:
        mark = _mark(person, of, quarter, holder=holder)
        if mark in inside["spent"]:
            raise AlreadySaid
        inside["spent"] = sorted([*inside["spent"], mark])
    inside["answers"] = sorted([*inside["answers"], kept], key=canonical)
    _reseal(box, inside)


def forget_boxes(holder: UUID, *, at: datetime) -> int:
    """Throw away whole years that are over for long enough: half a year would change what was told of the rest."""
    rows = list(Box.objects.filter(agency_id=holder, year__lt=at.year - experience.asked().keep_years))
    for box in rows:
        destroy(bytes(box.key), holder)
    Box.objects.filter(id__in=[box.id for box in rows]).delete()
    return len(rows)


def stir(holder: UUID, *, at: datetime) -> None:
    """Seal every box of the running quarter anew, all at once: which was touched last shows no longer."""
    for box in _boxes(holder, quarter_of(at)).select_for_update():
        _reseal(box, opened(box))


def _known(answers: Mapping[str, str]) -> dict[str, str]:
    asked = experience.asked()
    questions, offered = {line.id for line in asked.questions}, {line.id for line in asked.answers}
    kept = {question: answer for question, answer in answers.items() if answer}
    if not set(kept) <= questions or not set(kept.values()) <= offered:
        raise ValueError("questions and answers come from the library")
    return kept


def _mark(person: UUID, of: Agency, when: Quarter, *, holder: UUID) -> str:
    """What says that a person spoke once, and nothing else: keyed, and of another shape for each agency and quarter."""
    year, quarter = when
    return sealing.keyring().index_token(holder, f"said:{person}:{of.id}:{year}:{quarter}").hex()


def _boxes(holder: UUID, when: Quarter) -> QuerySet[Box]:
    """What this agency holds of all agencies for one quarter, by every door."""
    year, quarter = when
    return Box.objects.filter(agency_id=holder, year=year, quarter=quarter)


def _held(holder: UUID, of: Agency, when: Quarter, door: str) -> Box:
    """The box, held until the transaction ends; the first answer makes it."""
    year, quarter = when
    one_at_a_time(f"box:{holder}:{of.id}:{year}:{quarter}:{door}")
    found = _boxes(holder, when).filter(of=of, door=door).first()
    if found is not None:
        return found
    box_id, key = uuid7(), new_key(holder)
    empty = seal(key, holder, _filled({"answers": [], "spent": []}), about=box_id)
    return Box.objects.create(
        id=box_id, agency_id=holder, key=key, sealed=empty, of=of, year=year, quarter=quarter, door=door
    )


def _filled(inside: Mapping[str, Any]) -> dict[str, Any]:
    """Of a size that does not grow with each answer."""
    told = {"answers": inside["answers"], "spent": inside["spent"], "told": inside.get("told", False)}
    return {**told, "fill": " " * (-len(canonical(told)) % STEP)}


def _reseal(box: Box, inside: Mapping[str, Any]) -> None:
    box.sealed = seal(bytes(box.key), box.agency_id, _filled(inside), about=box.id)
    box.save(update_fields=["sealed"])


def tell_sums(holder: Agency, *, at: datetime) -> int:
    """Write to every other agency what was said of it here in each span that is over and was not told yet; how many letters."""
    rows = Box.objects.select_for_update(of=("self",)).filter(agency=holder).exclude(of=holder)
    found = (
        rows.filter(of__in=reachable_agencies())
        .select_related("of__node")
        .order_by("of_id", "door", "year", "quarter")
    )
    letters = 0
    for (_of, door), group in groupby(found, key=lambda box: (box.of_id, box.door)):
        boxes = {(box.year, box.quarter): box for box in group}
        inside = {quarter: opened(box) for quarter, box in boxes.items()}
        answers = {quarter: one["answers"] for quarter, one in inside.items()}
        for span, told in spans_of(answers, quarter_of(at)):
            if span.count is None or inside[span.last].get("told"):
                continue
            last = boxes[span.last]
            _reseal(last, {**inside[span.last], "told": True})
            send_letter(KIND, _body(span, told, door), by=holder, to=last.of, at=at)
            record("feedback.told", about=last.id, by=None, agency=holder.id, at=at)
            letters += 1
    return letters


def hear_sums(body: Mapping[str, Any], *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """Keep what another agency was told of this one; a span that came before stays as it came."""
    _refuse_a_few(body)
    heard_id, key = uuid7(), new_key(to.id)
    content = {"count": body["count"], "said": body["said"]}
    row, new = Heard.objects.get_or_create(
        agency=to,
        teller=sender,
        year=body["year"],
        first=body["first"],
        door=body["door"],
        defaults={
            "id": heard_id,
            "last": body["last"],
            "key": key,
            "sealed": seal(key, to.id, content, about=heard_id),
        },
    )
    if new:
        record("feedback.heard", about=row.id, by=None, agency=to.id, at=at)


def _body(span: Span, told: Sequence[Told], door: str) -> dict[str, Any]:
    return {
        "door": door,
        "year": span.first[0],
        "first": span.first[1],
        "last": span.last[1],
        "count": span.count,
        "said": {one.question: list(one.counts) for one in told},
    }


def _refuse_a_few(body: Mapping[str, Any]) -> None:
    """Sums that tell of a few are nobody's to keep, whoever worked them out."""
    least, count = experience.asked().least, body["count"]
    fine = body["first"] <= body["last"] and count >= least
    if not fine or not all(_safe(counts, count, least) for counts in body["said"].values()):
        raise ValueError("these sums tell of a few")


def _safe(counts: Sequence[Shown], whole: int, least: int) -> bool:
    shown = [one for one in counts if one is not None]
    left = whole - sum(shown)
    hidden = len(counts) - len(shown)
    enough = left == 0 if not hidden else hidden >= 2 and left >= least
    return enough and not any(0 < one < least for one in shown)
