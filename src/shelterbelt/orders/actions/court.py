"""Hearings, and weapons that are to be handed over: set them, say what was shown, strike what was wrong."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint
from shelterbelt.ledger.actions import record
from shelterbelt.orders.actions.happenings import GRACE, LiesAhead, sealed_of, struck
from shelterbelt.orders.models import Hearing, Order, Surrender
from shelterbelt.orders.policy import WRITE_ORDER
from shelterbelt.orders.queries.facts import words_of
from shelterbelt.rules.order_times import zone_named
from shelterbelt.store.ids import uuid7


def set_hearing(
    order: Order, hearing_at: datetime, *, zone: str, words: Mapping[str, str], by: Worker, at: datetime
) -> Hearing:
    """When the court hears it. `words`: court, room, about. Raises ValueError for a zone that nobody knows."""
    require(by, WRITE_ORDER, order, at=at)
    zone_named(zone)
    row_id, content = uuid7(), {name: words.get(name, "") for name in ("court", "room", "about")}
    row = Hearing.objects.create(
        id=row_id,
        agency_id=order.agency_id,
        order=order,
        at=hearing_at,
        zone=zone,
        written_at=at,
        written_by=by.id,
        sealed=sealed_of(order, content, row_id),
    )
    digest = fingerprint(order.agency_id, content)
    record("order.hearing_set", about=row.id, by=by.id, agency=order.agency_id, at=at, digest=digest)
    return row


def strike_hearing(row: Hearing, *, by: Worker, at: datetime) -> None:
    """It does not take place then; it stays to be read."""
    require(by, WRITE_ORDER, row.order, at=at)
    if struck(row, by=by, at=at):
        record("order.struck", about=row.id, by=by.id, agency=row.agency_id, at=at)


def ask_surrender(order: Order, *, what: str, due_at: datetime | None, by: Worker, at: datetime) -> Surrender:
    """The court wants weapons handed over. What nobody knows of is not there: say that in `what`."""
    require(by, WRITE_ORDER, order, at=at)
    row_id = uuid7()
    row = Surrender.objects.create(
        id=row_id,
        agency_id=order.agency_id,
        order=order,
        asked_at=at,
        due_at=due_at,
        written_by=by.id,
        sealed=sealed_of(order, {"what": what, "whom": "", "proof": ""}, row_id),
    )
    record("order.surrender_asked", about=row.id, by=by.id, agency=order.agency_id, at=at)
    return row


def note_surrender(
    row: Surrender,
    *,
    done_at: datetime,
    whom: str,
    proof: str,
    evidence_id: UUID | None = None,
    by: Worker,
    at: datetime,
) -> None:
    """Weapons were handed over, to whom, and what shows it; without any proof it is somebody's word and no more."""
    require(by, WRITE_ORDER, row.order, at=at)
    if done_at > at + GRACE:
        raise LiesAhead("it has not happened yet")
    content = {**words_of(row), "whom": whom, "proof": proof}
    row.sealed = sealed_of(row.order, content, row.id)
    row.done_at, row.evidence_id = done_at, evidence_id
    row.proved_at = at if proof or evidence_id else None
    row.save(update_fields=["sealed", "done_at", "evidence_id", "proved_at"])
    digest = fingerprint(row.agency_id, content)
    record("order.surrender_shown", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)
