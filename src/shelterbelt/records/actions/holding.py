"""Place and lift legal holds. Refuses a hold on a case that is erased already, and a lifting without a reason."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt import sealing
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.records.models import REASONS, Hold
from shelterbelt.records.policy import KEEP_HOLDS
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

LARGEST = 5 * 1024 * 1024


def place_hold(
    case_id: UUID,
    *,
    because: str,
    by: Worker,
    at: datetime,
    reason: str = "",
    document: bytes = b"",
    name: str = "",
    media: str = "",
) -> Hold:
    """From this transaction on nothing of the case is erased."""
    require(by, KEEP_HOLDS, at=at)
    if because not in dict(REASONS):
        raise ValueError(f"no hold is placed because of {because!r}")
    if len(document) > LARGEST:
        raise ValueError("the paper is too large")
    case = locked(case_id)
    require(by, KEEP_HOLDS, case, at=at)
    words = {"reason": reason, "name": name, "media": media}
    return _held(case, because, words, document, by=by, at=at)


def hold_for_demand(case_id: UUID, *, demand: UUID, kind: str, by: Worker, at: datetime) -> UUID | None:
    """Hold a case because a demand was entered, by whoever may enter one; none where there is no such case."""
    with as_agency(by.agency_id, at=at):
        case = Case.objects.select_for_update(of=("self",)).filter(id=case_id, agency_id=by.agency_id).first()
        if case is None:
            return None
        return _held(case, "demand", {"demand": str(demand), "kind": kind}, b"", by=by, at=at).id


def _held(
    case: Case, because: str, words: dict[str, Any], document: bytes, *, by: Worker, at: datetime
) -> Hold:
    hold_id, key = uuid7(), new_key(case.agency_id)
    paper = sealing.keyring().seal_bytes(key, case.agency_id, document, about=hold_id) if document else b""
    hold = Hold.objects.create(
        id=hold_id,
        agency_id=case.agency_id,
        key=key,
        sealed=seal(key, case.agency_id, words, about=hold_id),
        document=paper,
        case_id=case.id,
        because=because,
        placed_at=at,
        placed_by=by.id,
    )
    record("hold.placed", about=hold_id, by=by.id, agency=case.agency_id, at=at)
    return hold


def lift_hold(hold: Hold, *, reason: str, by: Worker, at: datetime) -> Hold:
    """Let the schedule count again; that it was held, and why no longer, stays."""
    require(by, KEEP_HOLDS, hold, at=at)
    row = Hold.objects.select_for_update().get(id=hold.id)
    if row.lifted_at is not None:
        return row
    if not reason.strip():
        raise ValueError("a hold is lifted for a reason")
    row.sealed = seal(row.key, row.agency_id, {**opened(row), "lifted": reason}, about=row.id)
    row.lifted_at, row.lifted_by = at, by.id
    row.save(update_fields=["sealed", "lifted_at", "lifted_by"])
    record("hold.lifted", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def locked(case_id: UUID) -> Case:
    """The case, which nobody holds or erases until this transaction ends; refused when it is erased or out of sight."""
    found = Case.objects.select_for_update(of=("self",)).select_related("agency").filter(id=case_id).first()
    if found is None:
        raise NotForYou("no such case")
    return found
