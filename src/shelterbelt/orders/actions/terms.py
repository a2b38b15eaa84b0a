"""Write the judge's places and terms down, and strike what was wrong.

Refuses a place that is none, and a term that names a place of another order.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint
from shelterbelt.ledger.actions import record
from shelterbelt.orders.actions.happenings import sealed_of, struck
from shelterbelt.orders.models import Order, OrderPlace, OrderTerm
from shelterbelt.orders.policy import WRITE_ORDER
from shelterbelt.orders.shapes import shape_of, zone_of
from shelterbelt.orders.told import TermTold
from shelterbelt.rules.order_terms import forbidden
from shelterbelt.store.ids import uuid7


class OtherPlace(ValueError):
    """A term names a place that the order does not have."""


def write_place(
    order: Order,
    geojson: Mapping[str, Any],
    *,
    label: str = "",
    said: str = "",
    address: str = "",
    shown: bool = False,
    by: Worker,
    at: datetime,
) -> OrderPlace:
    """One place of the judge's. `label` and `address` are for whoever protects; `said` and the shape go to the respondent.

    Without `shown` the respondent learns nothing of it. Raises ValueError for what is no place.
    """
    require(by, WRITE_ORDER, order, at=at)
    zone_of(geojson)
    row_id = uuid7()
    content = {
        "geojson": dict(geojson),
        "label": label.strip(),
        "said": said.strip(),
        "address": address.strip(),
        "shown": shown,
    }
    row = OrderPlace.objects.create(
        id=row_id,
        agency_id=order.agency_id,
        order=order,
        shape=shape_of(geojson),
        written_at=at,
        written_by=by.id,
        sealed=sealed_of(order, content, row_id),
    )
    digest = fingerprint(order.agency_id, content)
    record("order.place_written", about=row.id, by=by.id, agency=order.agency_id, at=at, digest=digest)
    return row


def strike_place(row: OrderPlace, *, by: Worker, at: datetime) -> None:
    """It was wrong: terms that name it name it no more, and it stays to be read."""
    require(by, WRITE_ORDER, row.order, at=at)
    if struck(row, by=by, at=at):
        record("order.struck", about=row.id, by=by.id, agency=row.agency_id, at=at)


def write_term(order: Order, told: TermTold, *, by: Worker, at: datetime) -> OrderTerm:
    """One term, after those that are there. Raises ValueError for what is none, OtherPlace for a place it does not have."""
    require(by, WRITE_ORDER, order, at=at)
    forbidden([told.term()], at=at)
    own = OrderPlace.objects.filter(order=order, struck_at=None).values_list("id", flat=True)
    if not set(told.places) <= {str(one) for one in own}:
        raise OtherPlace("a place of another order")
    Order.objects.select_for_update().get(id=order.id)
    row_id = uuid7()
    row = OrderTerm.objects.create(
        id=row_id,
        agency_id=order.agency_id,
        order=order,
        number=OrderTerm.objects.filter(order=order).count() + 1,
        code=told.code,
        kind=told.kind,
        from_at=told.from_at,
        until_at=told.until_at,
        written_at=at,
        written_by=by.id,
        sealed=sealed_of(order, told.content(), row_id),
    )
    digest = fingerprint(order.agency_id, {"code": told.code, **told.content()})
    record("order.term_written", about=row.id, by=by.id, agency=order.agency_id, at=at, digest=digest)
    return row


def strike_term(row: OrderTerm, *, by: Worker, at: datetime) -> None:
    """It was wrong: it forbids nothing from here on, and stays to be read."""
    require(by, WRITE_ORDER, row.order, at=at)
    if struck(row, by=by, at=at):
        record("order.struck", about=row.id, by=by.id, agency=row.agency_id, at=at)
