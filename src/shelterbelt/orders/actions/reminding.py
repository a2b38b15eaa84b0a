"""Tell, once for each day of the list, that an order ends soon: a line in the ledger, which protocols may follow.

It renews nothing and tells nobody by itself; the list of what ends soon is a page.
"""

from datetime import datetime, timedelta
from uuid import UUID

from shelterbelt.ledger.actions import record
from shelterbelt.library.court import court
from shelterbelt.orders.models import Order, Reminder
from shelterbelt.orders.queries.facts import reminded_of, renewed, standing
from shelterbelt.rules.orders import BINDING


def remind(agency: UUID, *, at: datetime) -> int:
    """Note what an agency is to be reminded of by now; how much that was. Of several days that passed, one line."""
    ahead = at + timedelta(days=max(court().days) + 2)
    rows = Order.objects.filter(agency_id=agency, ends_at__gt=at, ends_at__lte=ahead)
    told = 0
    for order in rows.select_related("replaced_by").iterator(chunk_size=200):
        due = [one for one in reminded_of(order, order.ends_at) if one <= at] if order.ends_at else []
        if due and not Reminder.objects.filter(order=order, due_at=due[-1]).exists():
            told += _told(order, agency, at=at)
    return told


def _told(order: Order, agency: UUID, *, at: datetime) -> bool:
    """How it stands is folded anew; what does not bind any more, or was renewed, is not told."""
    how = standing(order, at)
    if renewed(order, at) or how.state not in BINDING or how.until_at is None:
        return False
    due = [one for one in reminded_of(order, how.until_at) if one <= at]
    if not due or Reminder.objects.filter(order=order, due_at=due[-1]).exists():
        return False
    Reminder.objects.create(order=order, due_at=due[-1], agency_id=agency, told_at=at)
    record("order.ending", about=order.id, by=None, agency=agency, at=at)
    return True
