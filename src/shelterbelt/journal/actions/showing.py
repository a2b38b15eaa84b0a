"""Show one item to a worker whom the survivor trusts, and stop showing it, at once. Nothing else of the record is shown by it."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.survivors import Survivor, own_hand, theirs
from shelterbelt.journal.actions.custody import newest_digest, note_custody, refuse_removed
from shelterbelt.journal.models import Item, Shown
from shelterbelt.journal.policy import SEE_SHOWN
from shelterbelt.ledger.actions import reading, record
from shelterbelt.safety.files import row_in
from shelterbelt.safety.trust import trusted_workers
from shelterbelt.store.journal import note


def show_item(item: Item, worker_id: UUID, *, by: Survivor, at: datetime) -> None:
    """Let a worker to whom the own file is entrusted read this item."""
    theirs(by, item)
    refuse_removed(item)
    with own_hand(by, at=at):
        if worker_id not in {one.id for one in trusted_workers(by.id, by.agency_id, at=at)}:
            raise NotForYou("not trusted")
        if Shown.objects.filter(item=item, worker_id=worker_id, until_at=None).exists():
            return
        Shown.objects.create(**row_in(item.file, {}), item=item, worker_id=worker_id, from_at=at)
        words = {"worker": str(worker_id)}
        note_custody(item, "shown", by=by.id, at=at, about=newest_digest(item), words=words)
        record("own_record.shown", about=item.id, by=by.id, agency=item.agency_id, at=at)


def stop_showing(item: Item, worker_id: UUID, *, by: Survivor, at: datetime) -> None:
    """From this moment the worker reads nothing of it."""
    theirs(by, item)
    with own_hand(by, at=at):
        if end_showing(Shown.objects.filter(item=item, worker_id=worker_id), at=at):
            words = {"worker": str(worker_id)}
            note_custody(item, "shown_ended", by=by.id, at=at, about=newest_digest(item), words=words)
            record("own_record.shown_ended", about=item.id, by=by.id, agency=item.agency_id, at=at)


def end_showing(rows: QuerySet[Shown], *, at: datetime) -> int:
    """Of these, what is shown is shown no more, after a restore neither; returns how many."""
    living = list(rows.filter(until_at=None))
    for row in living:
        row.until_at = at
        row.save(update_fields=["until_at"])
        note("own_record.shown_ended", row.id, agency=row.agency_id, at=at)
    return len(living)


def stop_showing_again(shown_id: UUID, at: datetime) -> int:
    """After a restore: what had been hidden from a worker is hidden."""
    return Shown.objects.filter(id=shown_id, until_at=None).update(until_at=at)


def read_shown(item: Item, *, by: Worker, at: datetime) -> None:
    """A worker reads an item that they are shown: noted in its custody and in the ledger."""
    require(by, SEE_SHOWN, item, at=at)
    note_custody(item, "looked_at", by=by.id, at=at, about=newest_digest(item))
    reading("own_record", about=item.id, by=by.id, agency=item.agency_id, at=at)
