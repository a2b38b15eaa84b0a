"""Of which order a breach may be that was told before one was known here. Starts from what the asker may report of."""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import visible
from shelterbelt.agencies.sealed import opened
from shelterbelt.breaches.actions.reporting import of_the_same
from shelterbelt.breaches.models import Breach
from shelterbelt.breaches.policy import REPORT_BREACH
from shelterbelt.orders.models import Order
from shelterbelt.orders.words import KINDS


def orders_for(breach: Breach, *, by: Worker, at: datetime) -> dict[str, tuple[Order, str]]:
    """The agency's orders of both people of a case whose survivor told of it before one was known here, by reference."""
    case = breach.case
    if breach.order_id is not None or case is None:
        return {}
    rows = Order.objects.filter(agency_id=case.agency_id, respondent_id=case.other_id)
    found = visible(by, REPORT_BREACH, rows, at=at).order_by("-recorded_at", "-id")
    return {one.ref: (one, _paper(one)) for one in found if of_the_same(case, one, agency=case.agency_id)}


def _paper(order: Order) -> str:
    told = opened(order)
    parts = (str(KINDS[order.kind]), *(str(told.get(name, "")) for name in ("docket", "court")))
    return " · ".join(one for one in parts if one)
