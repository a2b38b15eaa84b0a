"""What a release needs to know of the case it is taken for, gathered from the apps above `consent`.

Refuses a case that the worker may not write in.
"""

from datetime import date, datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.consent.files import CaseFile
from shelterbelt.people.queries import details
from shelterbelt.referrals.models import ContactRequest, Referral


def file_of(ref: str, *, by: Worker, at: datetime) -> CaseFile:
    """The case behind a reference, its survivor, and by which reference each other agency knows it."""
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    if case.agency_id != by.agency_id:
        raise NotForYou
    known = details(case.survivor)
    other = details(case.other) if case.other else {}
    references = {
        peer_id: own_ref
        for peer_id, own_ref in Referral.objects.filter(case=case, direction="out")
        .order_by("made_at")
        .values_list("peer_id", "ref")
    }
    references |= {
        sender_id: theirs
        for sender_id, theirs in ContactRequest.objects.filter(case=case)
        .order_by("arrived_at")
        .values_list("sender_id", "sender_ref")
    }
    return CaseFile(
        id=case.id,
        ref=case.ref,
        survivor=str(known.get("name") or ""),
        language=str(known.get("language") or ""),
        references=references,
        other=str(other.get("name") or ""),
        other_born_on=date.fromisoformat(other["born_on"]) if other.get("born_on") else None,
    )


def cases_of_survivor(case_id: UUID) -> frozenset[UUID]:
    """Every case that the asking agency holds about the survivor of this one."""
    case = Case.objects.filter(id=case_id).first()
    rows = (
        Case.objects.filter(survivor_id=case.survivor_id, agency_id=case.agency_id)
        if case
        else Case.objects.none()
    )
    return frozenset(rows.values_list("id", flat=True))


def cases_of_person(person_id: UUID, agency_id: UUID) -> dict[UUID, str]:
    """The cases that an agency holds about a person as their survivor, closed ones too: id to reference."""
    rows = Case.objects.filter(survivor_id=person_id, agency_id=agency_id)
    return dict(rows.order_by("opened_at").values_list("id", "ref"))
