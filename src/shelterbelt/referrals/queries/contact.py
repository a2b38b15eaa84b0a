"""Reading what was asked about contact, and the advocates' inbox.

Police learn of a request only that it was delivered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import by_ref, reached, visible
from shelterbelt.agencies.models import VICTIM_SERVICES, Letter
from shelterbelt.agencies.queries import agencies_of_kind
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.cases.models import Case, Incident
from shelterbelt.referrals.models import ContactAttempt, ContactChoice, ContactRequest
from shelterbelt.referrals.policy import ASK_CONTACT, SEE_REQUESTS
from shelterbelt.store.questions import question

PAGE = 50


@dataclass(frozen=True)
class RequestFace:
    """A request as the inbox lists it."""

    ref: str
    name: str
    sender: str
    arrived_at: datetime
    state: str


def duty_phones() -> list[tuple[str, str]]:
    """Name and duty phone of every victim-service agency that gives one."""
    return [(a.name, a.duty_phone) for a in agencies_of_kind(*VICTIM_SERVICES) if a.duty_phone]


def delivered_at(letter: UUID | None) -> datetime | None:
    """When the other node took a letter in; nothing else is known of it, ever."""
    return Letter.objects.filter(id=letter).values_list("delivered_at", flat=True).first() if letter else None


def choice_by_ref(ref: str, *, by: Worker, at: datetime) -> ContactChoice:
    """The choice behind a reference, for those who may ask; refused otherwise."""
    return by_ref(_contact_choice_rows, ASK_CONTACT, ref, by=by, at=at)


def _contact_choice_rows() -> QuerySet[ContactChoice]:
    return ContactChoice.objects.select_related("incident", "to").exclude(incident=None)


def choices_of(incident: Incident, *, by: Worker, at: datetime) -> list[dict[str, Any]]:
    """What was answered about contact after an incident, newest first:

    the answer and the post's state, no wishes.
    """
    rows = visible(by, ASK_CONTACT, ContactChoice.objects.select_related("to"), at=at)
    rows = rows.filter(incident=incident).order_by("-asked_at", "-id")
    return [
        {
            "ref": row.ref,
            "wish": opened(row)["wish"],
            "wanted": row.wanted,
            "to": row.to.name if row.to else "",
            "asked_at": row.asked_at,
            "consulted": row.consulted,
            "delivered_at": delivered_at(row.letter_id),
        }
        for row in rows
    ]


def choice_of_entry(choice_id: UUID) -> ContactChoice | None:
    """The choice that a ledger entry `contact.asked` is about, as the asking agency may see it."""
    return ContactChoice.objects.filter(id=choice_id).select_related("case", "incident").first()


def inbox(by: Worker, at: datetime, *, ended: bool = False, page: int = 1) -> tuple[list[RequestFace], bool]:
    """The requests of the worker's agency, new ones first, and whether there are more."""
    rows = visible(by, SEE_REQUESTS, ContactRequest.objects.select_related("sender"), at=at)
    rows = rows.exclude(ended_at=None) if ended else rows.filter(ended_at=None)
    order = ("-ended_at",) if ended else ("-arrived_at",)
    listed = rows.annotate(taken=_TAKEN).order_by("taken", *order, "id")
    start = (page - 1) * PAGE
    found = list(listed[start : start + PAGE + 1])
    return [_request_face(row) for row in found[:PAGE]], len(found) > PAGE


_TAKEN = ExpressionWrapper(Q(acknowledged_at__isnull=False), output_field=BooleanField())


def _request_face(row: ContactRequest) -> RequestFace:
    state = "ended" if row.ended_at else "case" if row.case_id else "taken" if row.acknowledged_at else "new"
    return RequestFace(row.ref, opened(row)["name"], row.sender.name, row.arrived_at, state)


def inbox_waiting(by: Worker, at: datetime) -> int:
    """How many requests nobody has acknowledged; none for those who may not see them."""
    return _unanswered.count(by, at) if SEE_REQUESTS.allows(by) else 0


@question
def _unanswered(by: Worker, at: datetime) -> QuerySet[ContactRequest]:
    rows = reached(by, SEE_REQUESTS, ContactRequest.objects.only("id"), at=at)
    return rows.filter(acknowledged_at=None, ended_at=None)


def request_by_ref(ref: str, *, by: Worker, at: datetime) -> ContactRequest:
    """The request behind a reference, if this worker may have it; refused otherwise."""
    return by_ref(_contact_request_rows, SEE_REQUESTS, ref, by=by, at=at)


def _contact_request_rows() -> QuerySet[ContactRequest]:
    return ContactRequest.objects.select_related("sender", "case", "agency")


def request_content(request: ContactRequest) -> dict[str, Any]:
    """What the request says, opened."""
    return opened(request)


def attempts_of(request: ContactRequest) -> list[dict[str, Any]]:
    """Every try to reach them, newest first, with who tried."""
    rows = list(ContactAttempt.objects.filter(request=request).order_by("-at", "-id"))
    names = names_of(row.by for row in rows)
    return [
        {
            **opened_under(bytes(request.key), row.id, row.agency_id, bytes(row.sealed)),
            "at": row.at,
            "by": names.get(row.by, ""),
        }
        for row in rows
    ]


def instructions_of_case(case: Case) -> Mapping[str, Any] | None:
    """The newest contact instructions that this agency holds for its own case; none when none were given."""
    rows = ContactChoice.objects.filter(
        Q(case=case) | Q(incident__attached__case=case), agency_id=case.agency_id, wanted=True
    )
    for row in rows.order_by("-asked_at")[:1]:
        return opened(row).get("instructions") or None
    told: Mapping[str, Any] | None = opened(case).get("instructions")
    return told or None


def sender_refs_of_case(case_id: UUID) -> dict[UUID, str]:
    """By agency:

    the reference under which it asked for contact, so that a release to it can say which file it means.
    """
    rows = ContactRequest.objects.filter(case_id=case_id).order_by("arrived_at")
    return {row.sender_id: row.sender_ref for row in rows}
