"""Write what was done and who looked, in the running transaction. Refuses content: ids and digests only."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

ENTRY = (
    "insert into ledger_entry (agency_id, kind, about, by, at, digest, xid) "
    "values (%s, %s, %s, %s, %s, %s, pg_current_xact_id()) returning xid::text"
)
READING = (
    "insert into ledger_reading (agency_id, what, about, by, reader_agency_id, grant_id, at, digest, xid) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s, pg_current_xact_id())"
)


def record(
    kind: str, *, about: UUID, by: UUID | None, agency: UUID, at: datetime, digest: bytes = b""
) -> None:
    """Append an entry and wake what follows the ledger; both live or die with the act's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRY, (agency, kind, about, by, at, digest))
        (xid,) = cursor.fetchone()
    _wake(agency, xid)


def reading(
    what: str,
    *,
    about: UUID,
    by: UUID | None,
    agency: UUID,
    at: datetime,
    reader_agency: UUID | None = None,
    grant: UUID | None = None,
    digest: bytes = b"",
) -> None:
    """Append a reading: `agency` holds what was read, `reader_agency` (the same, unless a grant opened it) read it."""
    with connection.cursor() as cursor:
        cursor.execute(READING, (agency, what, about, by, reader_agency or agency, grant, at, digest))
        cursor.execute(
            "select pg_current_xact_id()::text"
        )  # a row in another agency's ledger cannot be read back
        (xid,) = cursor.fetchone()
    _wake(agency, xid, only="ledger.chain")


def _wake(agency: UUID, xid: str, *, only: str = "") -> None:
    """Defer the following jobs once for an agency and a transaction; a sweep each minute finds what a lost job left."""
    woken: set[tuple[str, UUID, str]] = connection.__dict__.setdefault("_woken", set())
    for task in (only,) if only else settings.LEDGER_WAKES:
        if (xid, agency, task) in woken:
            continue
        if len(woken) > 1000:
            woken.clear()
        woken.add((xid, agency, task))
        app.configure_task(task).defer(agency=str(agency))
