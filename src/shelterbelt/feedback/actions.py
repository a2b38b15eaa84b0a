"""Put an answer into its box, and throw away boxes that are old. Refuses a second answer of one person in one quarter.

Nothing else is written: no row, no line in the ledger, no time. What could still be joined stands in docs/adr/0038-feedback.md.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from shelterbelt import sealing
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import destroy, new_key, opened, seal
from shelterbelt.feedback.models import Box
from shelterbelt.library import experience
from shelterbelt.sealing.digests import canonical
from shelterbelt.store.ids import uuid7

STEP = 16_384
ACCOUNT, OPEN = "account", "open"


class AlreadySaid(Exception):
    """This person has said how this agency was in this quarter."""


def say_how_it_was(
    answers: Mapping[str, str], *, of: Agency, holder: UUID, person: UUID | None, at: datetime
) -> None:
    """Put one answer into the box of its agency and quarter. With `person`, once in a quarter; who it was is not kept."""
    kept = _known(answers)
    year, quarter = at.year, (at.month + 2) // 3
    door = OPEN if person is None else ACCOUNT
    box = _held(holder, of, year, quarter, door)
    inside = opened(box)
    if person is not None:
        mark = mark_of(person, of.id, year, quarter, holder=holder)
        if mark in inside["spent"]:
            raise AlreadySaid
        inside["spent"] = sorted([*inside["spent"], mark])
    inside["answers"] = sorted([*inside["answers"], kept], key=canonical)
    box.sealed = seal(bytes(box.key), holder, _filled(inside), about=box.id)
    box.save(update_fields=["sealed"])


def has_said(of: UUID, *, holder: UUID, person: UUID, at: datetime) -> bool:
    """Whether this person has said it in this quarter: asked of them alone, by their own hand."""
    year, quarter = at.year, (at.month + 2) // 3
    box = Box.objects.filter(agency_id=holder, of_id=of, year=year, quarter=quarter, door=ACCOUNT).first()
    return bool(box) and mark_of(person, of, year, quarter, holder=holder) in opened(box)["spent"]  # type: ignore[arg-type]


def mark_of(person: UUID, of: UUID, year: int, quarter: int, *, holder: UUID) -> str:
    """What says that a person spoke once, and nothing else: keyed, and of another shape for each agency and quarter."""
    return sealing.keyring().index_token(holder, f"said:{person}:{of}:{year}:{quarter}").hex()


def forget_boxes(holder: UUID, *, at: datetime) -> int:
    """Throw away whole years that are over for long enough: half a year would change what was told of the rest."""
    rows = list(Box.objects.filter(agency_id=holder, year__lt=at.year - experience.asked().keep_years))
    for box in rows:
        destroy(bytes(box.key), holder)
    Box.objects.filter(id__in=[box.id for box in rows]).delete()
    return len(rows)


def _known(answers: Mapping[str, str]) -> dict[str, str]:
    asked = experience.asked()
    questions, offered = {line.id for line in asked.questions}, {line.id for line in asked.answers}
    kept = {question: answer for question, answer in answers.items() if answer}
    if not set(kept) <= questions or not set(kept.values()) <= offered:
        raise ValueError("questions and answers come from the library")
    return kept


def _held(holder: UUID, of: Agency, year: int, quarter: int, door: str) -> Box:
    """The box, held until the transaction ends; the first answer makes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"box:{holder}:{of.id}:{year}:{quarter}:{door}"],
        )
    found = Box.objects.filter(agency_id=holder, of=of, year=year, quarter=quarter, door=door).first()
    if found is not None:
        return found
    box_id, key = uuid7(), new_key(holder)
    empty = seal(key, holder, _filled({"answers": [], "spent": []}), about=box_id)
    return Box.objects.create(
        id=box_id, agency_id=holder, key=key, sealed=empty, of=of, year=year, quarter=quarter, door=door
    )


def _filled(inside: Mapping[str, Any]) -> dict[str, Any]:
    """Of a size that does not grow with each answer."""
    told = {"answers": inside["answers"], "spent": inside["spent"]}
    return {**told, "fill": " " * (-len(canonical(told)) % STEP)}


def stir(holder: UUID, *, at: datetime) -> None:
    """Seal every box of the running quarter anew, all at once: whose was touched last shows no longer."""
    for box in Box.objects.select_for_update().filter(
        agency_id=holder, year=at.year, quarter=(at.month + 2) // 3
    ):
        box.sealed = seal(bytes(box.key), holder, _filled(opened(box)), about=box.id)
        box.save(update_fields=["sealed"])
