"""Which closed file a reference means for somebody who would break the glass, and what of it glass can show.

Refuses, all alike: no such file, a file behind a wall, another agency's without an agreement, a victim service's.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from shelterbelt.access.models import Bar, Worker
from shelterbelt.access.rules import walls_before
from shelterbelt.agencies.models import VICTIM_SERVICES
from shelterbelt.cases.models import Case, CaseIncident, Involvement
from shelterbelt.consent.models import Grant
from shelterbelt.consent.policy import SYSTEM, living


def closed_file(
    *, ref: str = "", case_id: UUID | None = None, by: Worker, at: datetime
) -> tuple[UUID, UUID] | None:
    """The case (its id and its holder's) that is restricted before this worker and that glass may open to them.

    One query, whatever it finds. The caller asks in the name of the worker's agency, so that restrictions hide nothing.
    """
    named = Q(id=case_id) if case_id else Q(ref=ref)
    found = _openable(by, at).filter(named).values_list("id", "agency_id").first()
    return found or None


def _openable(by: Worker, at: datetime) -> QuerySet[Case]:
    bars = Bar.objects.filter(thing_id=OuterRef("id"))
    agreed = Grant.objects.filter(
        Q(case_id=None) | Q(case_id=OuterRef("id")),
        living(at),
        agency_id=OuterRef("agency_id"),
        recipient_id=by.agency_id,
        basis="agreement",
        categories__contains=["case_file"],
    )
    between = Q(Exists(agreed), agency__kind__in=SYSTEM) if by.agency.kind in SYSTEM else Q(pk__in=[])
    return (
        Case.objects.filter(Q(agency_id=by.agency_id) | between)
        .exclude(agency__kind__in=VICTIM_SERVICES)
        .filter(Exists(bars.filter(worker_id=None, viewer_id=None)))
        .exclude(Exists(bars.filter(walls_before(by))))
    )


def things_of(case_id: UUID) -> tuple[UUID, ...]:
    """What glass over a case reaches: the case, its people, its incidents and their people. Asked in the holder's name."""
    return tuple(sorted(set(_things(case_id))))


def _things(case_id: UUID) -> Iterator[UUID]:
    case = Case.objects.get(id=case_id)
    incidents = list(CaseIncident.objects.filter(case=case).values_list("incident_id", flat=True))
    people = Involvement.objects.filter(incident__in=incidents).values_list("person_id", flat=True)
    yield from (case.id, case.survivor_id, *incidents, *people)
    if case.other_id:
        yield case.other_id
