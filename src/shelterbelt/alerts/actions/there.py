"""Say that one is there, say it again, and leave. Refuses to count anybody as there who has not said so lately."""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.alerts.models import Presence
from shelterbelt.alerts.policy import BE_THERE
from shelterbelt.ledger.actions import record
from shelterbelt.library.calling import calling
from shelterbelt.rules.calling import lasts_until
from shelterbelt.store.ids import uuid7


def be_there(until_at: datetime, number: str, *, by: Worker, at: datetime) -> Presence:
    """“I am here until …”: from now on help alerts reach this worker, on their pages and at a number they give."""
    require(by, BE_THERE, at=at)
    return note_there(until_at, number, by=by, at=at)


def note_there(until_at: datetime, number: str, *, by: Worker, at: datetime) -> Presence:
    """Somebody is there, for help alerts or for what is watched: one row for both. The caller has asked whether they may."""
    _ended(by, at)
    row_id, key = uuid7(), new_key(by.agency_id)
    made = Presence.objects.create(
        id=row_id,
        agency_id=by.agency_id,
        key=key,
        sealed=seal(key, by.agency_id, {"number": number}, about=row_id),
        worker_id=by.id,
        confirmed_at=at,
        until_at=until_at,
        lasts_at=lasts_until(at, until_at, every=calling().there_for),
    )
    record("presence.begun", about=made.id, by=by.id, agency=by.agency_id, at=at)
    return made


def still_there(*, by: Worker, at: datetime) -> bool:
    """The worker says again that they are there; false when they have left or their time is over."""
    require(by, BE_THERE, at=at)
    return note_still_there(by=by, at=at)


def note_still_there(*, by: Worker, at: datetime) -> bool:
    """The same, said again. The caller has asked whether they may."""
    row = Presence.objects.select_for_update().filter(worker_id=by.id, ended_at=None, until_at__gt=at).first()
    if row is None:
        return False
    row.confirmed_at, row.lasts_at = at, lasts_until(at, row.until_at, every=calling().there_for)
    row.save(update_fields=["confirmed_at", "lasts_at"])
    record("presence.confirmed", about=row.id, by=by.id, agency=by.agency_id, at=at)
    return True


def leave(*, by: Worker, at: datetime) -> None:
    """The worker is there no longer."""
    require(by, BE_THERE, at=at)
    note_gone(by=by, at=at)


def note_gone(*, by: Worker, at: datetime) -> None:
    """The same, no longer. The caller has asked whether they may."""
    _ended(by, at)


def _ended(by: Worker, at: datetime) -> None:
    for row in Presence.objects.select_for_update().filter(worker_id=by.id, ended_at=None):
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        record("presence.ended", about=row.id, by=by.id, agency=by.agency_id, at=at)
