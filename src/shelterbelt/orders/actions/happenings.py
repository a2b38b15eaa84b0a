"""What happened to an order: issue, service and tries, change, recall, recognition, somebody's word of an end.

Refuses what lies ahead and what is no such thing. What was wrong is struck, and stays.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint, seal
from shelterbelt.ledger.actions import record
from shelterbelt.orders.actions.writing import note_end
from shelterbelt.orders.models import Order, OrderHappening
from shelterbelt.orders.policy import WRITE_ORDER
from shelterbelt.rules.orders import HAPPENINGS, ISSUED
from shelterbelt.store.ids import uuid7

# As far as the forms let a clock be wrong.
GRACE = timedelta(minutes=5)
WORDS = ("who", "how", "words", "proof")


class LiesAhead(ValueError):
    """It has not happened yet."""


def note_happening(
    order: Order,
    kind: str,
    *,
    happened_at: datetime | None = None,
    happened_on: date | None = None,
    words: Mapping[str, str] | None = None,
    evidence_id: UUID | None = None,
    by: Worker,
    at: datetime,
) -> OrderHappening:
    """One thing that happened, with its hour, or with only its day. `words`: who, how, words, proof.

    A judge signs an order that begins later: its issue alone may lie ahead.
    """
    require(by, WRITE_ORDER, order, at=at)
    _refuse(order, kind, happened_at, happened_on, at)
    row_id = uuid7()
    content = {name: text for name in WORDS if (text := (words or {}).get(name, ""))}
    row = OrderHappening.objects.create(
        id=row_id,
        agency_id=order.agency_id,
        order=order,
        kind=kind,
        at=happened_at,
        on=happened_on,
        recorded_at=at,
        recorded_by=by.id,
        evidence_id=evidence_id,
        sealed=seal(order.key, order.agency_id, content, about=row_id),
    )
    note_end(order, at=at)
    digest = fingerprint(order.agency_id, {"kind": kind, **content})
    record("order.happened", about=row.id, by=by.id, agency=order.agency_id, at=at, digest=digest)
    return row


def strike_happening(row: OrderHappening, *, by: Worker, at: datetime) -> None:
    """It was wrong: it counts no more, and stays to be read."""
    require(by, WRITE_ORDER, row.order, at=at)
    if struck(row, by=by, at=at):
        note_end(row.order, at=at)
        record("order.struck", about=row.id, by=by.id, agency=row.agency_id, at=at)


def struck(row: Any, *, by: Worker, at: datetime) -> bool:
    """Whether this line was struck now; once is enough."""
    rows = type(row)._default_manager.filter(id=row.id, struck_at=None)
    return bool(rows.update(struck_at=at, struck_by=by.id))


def sealed_of(order: Order, content: Mapping[str, Any], row_id: UUID) -> bytes:
    """What a row of an order says, under the order's key."""
    return seal(order.key, order.agency_id, content, about=row_id)


def _refuse(
    order: Order, kind: str, happened_at: datetime | None, happened_on: date | None, at: datetime
) -> None:
    if kind not in HAPPENINGS or (happened_at is None) == (happened_on is None):
        raise ValueError("something that happens to orders, with an hour or a day")
    today = at.astimezone(ZoneInfo(order.zone)).date()
    ahead = (happened_at is not None and happened_at > at + GRACE) or (
        happened_on is not None and happened_on > today
    )
    if ahead and kind != ISSUED:
        raise LiesAhead("it has not happened yet")
