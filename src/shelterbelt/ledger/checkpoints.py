"""Signs an agency's tree and keeps a copy outside the database. Refuses to sign a second past for a log that it has signed for.

A daily ledger is signed once a day at a fixed hour, after padding to a full step: its growth tells nothing.
"""

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from shelterbelt.ledger import tree
from shelterbelt.ledger.chain import BATCH, chain_batch, pad
from shelterbelt.ledger.logs import Log
from shelterbelt.ledger.models import Checkpoint
from shelterbelt.sealing import checkpoints, keyring
from shelterbelt.sealing.errors import SealingError
from shelterbelt.store.asker import as_agency

HOUR = 3
STEP = 1024
KEEP = "insert into ledger_checkpoint (agency_id, size, note, made_at) values (%s, %s, %s, %s)"


class OtherPast(SealingError):
    """The ledger does not hold what a checkpoint kept outside says that it held."""


def make(log: Log, *, at: datetime) -> Checkpoint | None:
    """The newest checkpoint of a ledger, made now if one is due; None while there is nothing to sign.

    Must not run inside another transaction: nothing is shown outside before it is committed.
    """
    chain_apart(log.agency, at=at)
    with transaction.atomic(durable=True), as_agency(log.agency, at=at):
        tree.hold(log.agency)
        chain_batch(log.agency)
        last = newest(log.agency)
        if due(log, last, at=at):
            _refuse_other_past(log)
            _sign(log, last, at=at)
            last = newest(log.agency)
    if last is not None:
        keep_copy(log, last)
    return last


def chain_apart(agency: UUID, *, at: datetime) -> None:
    """Add what is settled to the tree, a batch a transaction."""
    while True:
        with as_agency(agency, at=at):
            if chain_batch(agency) < BATCH:
                return


def newest(agency: UUID) -> Checkpoint | None:
    """The checkpoint with the most lines; the caller holds the agency's transaction."""
    return Checkpoint.objects.filter(agency_id=agency).order_by("-size").first()


def due(log: Log, last: Checkpoint | None, *, at: datetime) -> bool:
    """Whether it is time: for a daily ledger its hour has come, for another it has grown."""
    if not log.daily:
        return tree.size(log.agency) > (last.size if last else 0)
    hour = at.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return last is None or last.made_at < (hour if hour <= at else hour - timedelta(days=1))


def copies(folder: Path) -> list[Path]:
    """The checkpoints in a folder and in the folders in it, smallest first."""
    return sorted(folder.rglob("*.txt"), key=lambda path: path.name)


def keep_copy(log: Log, made: Checkpoint) -> None:
    """Write the note to the folder for copies, whole or not at all; what lies there is not written over."""
    if settings.CHECKPOINTS is None:
        return
    folder = Path(settings.CHECKPOINTS) / log.ref
    for private in (folder.parent, folder):
        private.mkdir(mode=0o700, exist_ok=True)
    path, draft = folder / f"{made.size:012}.txt", folder / f".{secrets.token_hex(8)}.new"
    if path.exists():
        return
    with draft.open("wb") as file:
        file.write(bytes(made.note))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _sign(log: Log, last: Checkpoint | None, *, at: datetime) -> None:
    size = tree.size(log.agency)
    if log.daily and (size % STEP or size == (last.size if last else 0)):
        pad(log.agency, STEP - size % STEP)
        size += STEP - size % STEP
    if not size:
        return
    head = checkpoints.Checkpoint(log.origin, size, tree.root(log.agency, size))
    note = checkpoints.write(head, by=keyring().node_keys().sign)
    with connection.cursor() as cursor:
        cursor.execute(KEEP, (log.agency, size, note, at))


def _refuse_other_past(log: Log) -> None:
    """Compare with the newest copy outside: a ledger that was cut or put back from a backup signs nothing more."""
    found = copies(Path(settings.CHECKPOINTS) / log.ref) if settings.CHECKPOINTS else []
    if not found:
        return
    # The signature is not asked for: after a new key the old copies still say what was signed.
    said = checkpoints.parsed(checkpoints.text_of(found[-1].read_bytes()))
    if said.size > tree.size(log.agency) or tree.root(log.agency, said.size) != said.root:
        raise OtherPast(
            "The ledger does not hold what its last checkpoint outside says: nothing more is signed."
            " Run shelterbelt ledger verify. After a restore from a backup move the old checkpoints away first."
        )
