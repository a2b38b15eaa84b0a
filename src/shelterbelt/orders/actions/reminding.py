"""Tell, once for each day of the list, that an order ends soon: a line in the ledger, which protocols may follow.

It renews nothing and tells nobody by itself; the list of what ends soon is a page.
"""

from datetime import datetime, timedelta
from uuid import UUID

from shelterbelt.ledger.actions import record
from shelterbelt.library.court import court
from shelterbelt.orders.models import Order, Reminder
from shelterbelt.orders.queries.facts import standing
from shelterbelt.rules.order_times import reminders, zone_named
from shelterbelt.rules.orders import BINDING


def remind(agency: UUID, *, at: datetime) -> int:
    """Note what an agency is to be reminded of by now; how much that was. Of several days that passed, one line."""
    days, clock = court().days, court().clock
    ahead = at + timedelta(days=max(days) + 2)
    rows = Order.objects.filter(agency_id=agency, ends_at__gt=at, ends_at__lte=ahead, replaced_by=None)
    told = 0
    for order in rows.select_related("replaced_by"):
        how = standing(order, at)
        if how.state not in BINDING or how.until_at is None:
            continue
        due = [one for one in reminders(how.until_at, zone_named(order.zone), days, clock) if one <= at]
        if (
            due
            and Reminder.objects.get_or_create(
                order=order, due_at=due[-1], defaults={"agency_id": agency, "told_at": at}
            )[1]
        ):
            record("order.ending", about=order.id, by=None, agency=agency, at=at)
            told += 1
    return told
