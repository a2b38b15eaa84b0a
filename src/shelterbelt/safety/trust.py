"""To which workers a survivor entrusts their own file now. Decides nothing."""

from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Bar, Worker
from shelterbelt.safety.models import Trusted
from shelterbelt.safety.policy import case_walls
from shelterbelt.store.spans import lasting


def trusted_workers(person_id: UUID, agency_id: UUID, *, at: datetime) -> list[Worker]:
    """The workers of an agency whom a person trusts now and who still work there, the one of longest standing first.

    Whoever is kept from the person or from a case of theirs by a wall is none of them. It is asked in the agency's name.
    """
    rows = Trusted.objects.filter(lasting(at), person_id=person_id, agency_id=agency_id, from_at__lte=at)
    order = list(rows.order_by("from_at", "id").values_list("worker_id", flat=True))
    found = Worker.objects.filter(id__in=order, agency_id=agency_id, is_active=True).in_bulk()
    bars = Bar.objects.filter(thing_id=person_id, worker_id__in=order)
    walled = {row.worker_id for row in bars.union(case_walls(person_id).filter(worker_id__in=order))}
    return [found[one] for one in order if one in found and one not in walled]
