"""The demonstration's breaches, invented: one that waits for somebody to say what it was, in a court of this node."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from shelterbelt.access.models import Worker
from shelterbelt.agencies.models import Agency
from shelterbelt.breaches import actions
from shelterbelt.breaches.policy import REPORT_BREACH
from shelterbelt.breaches.told import Report
from shelterbelt.orders.models import Order
from shelterbelt.orders.queries import places_of
from shelterbelt.rules.breach import OTHER, Seen
from shelterbelt.store.asker import as_agency

HOUR = timedelta(hours=1)
WORDS = "A teacher saw the car before the school gate, with the engine running, for a quarter of an hour."


def fill_breaches(agencies: Mapping[str, Agency], workers: Iterable[Worker], *, at: datetime) -> None:
    """One possible breach of the first order that has a place."""
    everybody = list(workers)
    for court in agencies.values():
        by = next((w for w in everybody if w.agency_id == court.id and REPORT_BREACH.allows(w)), None)
        if court.kind != "court" or not court.node.is_self or by is None:
            continue
        with as_agency(court.id, at=at, worker=by.id):
            rows = Order.objects.filter(agency_id=court.id).select_related("replaced_by").order_by("id")
            found = next(((row, places) for row in rows if (places := places_of(row))), None)
            if found is not None:
                order, places = found
                seen = Seen("was_there", OTHER, zone=str(places[0][0].id))
                actions.report_breach(order, Report(seen, at - 20 * HOUR, WORDS, "The school"), by=by, at=at)
