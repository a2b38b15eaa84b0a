"""Open an agency's sheets of enforcement to another system agency of this node, and end that.

Refuses every agency that is not of the justice system: nothing of a victim service is opened, and nothing is opened to one.
"""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.models import Agency
from shelterbelt.ledger.actions import record
from shelterbelt.orders.models import OrdersAgreement
from shelterbelt.orders.policy import SHARE_ORDERS, SYSTEM


class NotBetweenThese(ValueError):
    """An agreement joins two system agencies of one node, from an instant until a later one."""


def open_orders(
    reader: Agency, from_at: datetime, until_at: datetime, *, by: Worker, at: datetime
) -> OrdersAgreement:
    """Let another agency ask whether there is an order among this agency's, from and until."""
    require(by, SHARE_ORDERS, at=at)
    holder = by.agency
    both = holder.kind in SYSTEM and reader.kind in SYSTEM and holder.id != reader.id
    if not both or holder.node_id != reader.node_id or not at < until_at or not from_at < until_at:
        raise NotBetweenThese("two system agencies of one node, until a day that lies ahead")
    row = OrdersAgreement.objects.create(
        agency=holder, reader=reader, from_at=from_at, until_at=until_at, opened_by=by.id
    )
    record("orders.opened", about=row.id, by=by.id, agency=holder.id, at=at)
    return row


def end_orders(row: OrdersAgreement, *, by: Worker, at: datetime) -> None:
    """From here on it opens nothing."""
    require(by, SHARE_ORDERS, row, at=at)
    if OrdersAgreement.objects.filter(id=row.id, ended_at=None).update(ended_at=at, ended_by=by.id):
        record("orders.ended", about=row.id, by=by.id, agency=row.agency_id, at=at)
