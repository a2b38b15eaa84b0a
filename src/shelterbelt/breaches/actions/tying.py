"""Says of which order a breach was that a survivor told of before any was known here, and of which of its terms.

Refuses an order of other people or of another agency, and a breach that has its order. What they told stays word for word.
"""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint, opened, seal
from shelterbelt.breaches.actions.counting import renew_counted
from shelterbelt.breaches.actions.reporting import OtherCase, of_order, of_the_same, write_terms
from shelterbelt.breaches.models import Breach
from shelterbelt.breaches.policy import DECIDE_BREACH, REPORT_BREACH
from shelterbelt.breaches.told import reasons
from shelterbelt.ledger.actions import record
from shelterbelt.orders.models import Order
from shelterbelt.orders.queries import bound_terms
from shelterbelt.rules.breach import Seen, judge


class HasAnOrder(ValueError):
    """It is of an order already."""


def tie_to_order(breach: Breach, order: Order, *, by: Worker, at: datetime) -> Breach:
    """The terms are judged as they bound when it happened. What people said of it stands; this says nothing of that."""
    require(by, DECIDE_BREACH, breach, at=at)
    require(by, REPORT_BREACH, order, at=at)
    row = Breach.objects.select_for_update(of=("self",)).select_related("case").get(id=breach.id)
    if row.order_id is not None or row.case is None:
        raise HasAnOrder
    if order.agency_id != row.agency_id or not of_the_same(row.case, order, agency=row.agency_id):
        raise OtherCase
    said = opened(row)
    seen = Seen(said["act"], row.source, said["certainty"], said["zone"], said["metres"], said["off"])
    judged = judge(seen, bound_terms(order, row.happened_at))
    content = {**said, **of_order(order), "not_touched": reasons(judged.because)}
    row.order, row.respondent_id = order, order.respondent_id
    row.sealed = seal(row.key, row.agency_id, content, about=row.id)
    row.save(update_fields=["order", "respondent", "sealed"])
    write_terms(row, order, judged)
    digest = fingerprint(row.agency_id, content)
    record("breach.tied", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)
    renew_counted(row.case, at=at)
    return row
