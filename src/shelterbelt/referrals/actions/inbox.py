"""Take contact requests in and answer them.

Refuses to tell the sender anything: they learn "delivered" from the post.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.models import VICTIM_SERVICES, Agency
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.referrals import letters
from shelterbelt.referrals.instructions import decision
from shelterbelt.referrals.models import ContactAttempt, ContactRequest
from shelterbelt.referrals.once import id_of
from shelterbelt.referrals.policy import ANSWER_REQUESTS
from shelterbelt.referrals.reach import request_instructions
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

MESSAGE = "message_left"


def take_in_contact_request(
    body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime
) -> ContactRequest:
    """Keep a request that came, once per reference of its sender; raises BadLetter."""
    if to.kind not in VICTIM_SERVICES:
        raise BadLetter("to")
    asked = letters.contact_request(body)
    reference = asked.pop("reference")
    id_of(sender.id, reference)
    known = ContactRequest.objects.filter(agency=to, sender=sender, sender_ref=reference).first()
    if known is not None:
        return known
    request_id, key = uuid7(), new_key(to.id)
    request = ContactRequest.objects.create(
        id=request_id, agency=to, key=key, sealed=seal(key, to.id, asked, about=request_id),
        sender=sender, sender_ref=reference, arrived_at=at,
    )  # fmt: skip
    record("contact_request.arrived", about=request_id, by=None, agency=to.id, at=at)
    return request


def acknowledge(request: ContactRequest, *, by: Worker, at: datetime) -> None:
    """Say that somebody has taken this on; the first one stands."""
    require(by, ANSWER_REQUESTS, request, at=at)
    waiting = ContactRequest.objects.filter(id=request.id, acknowledged_at=None)
    if waiting.update(acknowledged_at=at, acknowledged_by=by.id):
        record("contact_request.acknowledged", about=request.id, by=by.id, agency=request.agency_id, at=at)


def note_attempt(
    request: ContactRequest,
    *,
    channel: str,
    outcome: str,
    words: str = "",
    once: str = "",
    by: Worker,
    at: datetime,
) -> tuple[str, ...]:
    """Write down a try as it was;

    returns the codes by which it went against the instructions, none when it did not.
    """
    require(by, ANSWER_REQUESTS, request, at=at)
    if channel not in shelf.codes("contact_channels") or outcome not in shelf.codes("contact_outcomes"):
        raise ValueError("a channel and an outcome come from the library")
    told = request_instructions(request, opened(request)["instructions"], at=at)
    judged = decision(told, channel, at, message=outcome == MESSAGE)
    against = () if judged.allowed else tuple(r.code for r in judged.because)
    attempt_id = id_of(request.id, once)
    if ContactAttempt.objects.filter(id=attempt_id).exists():
        return against
    content = {"channel": channel, "outcome": outcome, "words": words, "against": list(against)}
    ContactAttempt.objects.create(
        id=attempt_id, agency_id=request.agency_id, request=request, at=at, by=by.id,
        sealed=seal(bytes(request.key), request.agency_id, content, about=attempt_id),
    )  # fmt: skip
    record("contact.attempted", about=attempt_id, by=by.id, agency=request.agency_id, at=at)
    return against


def open_case_for_request(
    request: ContactRequest, *, name: str, other: str = "", by: Worker, at: datetime
) -> Case:
    """The case of a request: the one it has, or a new one with what the request told."""
    require(by, ANSWER_REQUESTS, request, at=at)
    row = ContactRequest.objects.select_for_update().get(id=request.id)
    if row.case is not None:
        return row.case
    asked = opened(row)
    told = {"own_words": asked["words"], "instructions": asked["instructions"]}
    case = open_direct_case(
        survivor=survivor_of(asked, name), other={"name": other} if other else None, words=told, by=by, at=at
    )
    row.case = case
    with as_agency(row.agency_id, at=at):  # whoever opens it may stand before a wall from here on
        row.save(update_fields=["case"])
    return case


def survivor_of(asked: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a request or a referral tells of the survivor, as `people` records it."""
    number = (asked.get("instructions") or {}).get("number", "")
    return {
        "name": name or asked["name"],
        "phones": [number] if number else [],
        "language": asked.get("language", ""),
        "interpreter": asked.get("interpreter", False),
    }


def end_request(request: ContactRequest, *, outcome: str, words: str = "", by: Worker, at: datetime) -> None:
    """Close a request with how it ended; the first ending stands."""
    require(by, ANSWER_REQUESTS, request, at=at)
    if outcome not in shelf.codes("action_outcomes"):
        raise ValueError("an outcome comes from the library")
    row = ContactRequest.objects.select_for_update().get(id=request.id)
    if row.ended_at is not None:
        return
    content = {**opened(row), "ended": {"outcome": outcome, "words": words, "by": str(by.id)}}
    row.sealed = seal(bytes(row.key), row.agency_id, content, about=row.id)
    row.ended_at = at
    row.save(update_fields=["sealed", "ended_at"])
    record("contact_request.ended", about=row.id, by=by.id, agency=row.agency_id, at=at)
