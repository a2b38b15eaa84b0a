"""Write what was done and who looked, in the running transaction, and take out what lines say of people.

Refuses content: ids and digests only. Refuses to take a line away: its place in the tree stays.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from shelterbelt.ledger import tree
from shelterbelt.ledger.lines import NOBODY, TABLES

ENTRY = (
    "insert into ledger_entry (agency_id, kind, about, by, at, digest, xid) "
    "values (%s, %s, %s, %s, %s, %s, ledger_xid()) returning xid::text"
)
ENTRIES = (
    "with made as (insert into ledger_entry (agency_id, kind, about, by, at, digest, xid) "
    "select %s, %s, v.about, v.by, %s, '', ledger_xid() from unnest(%s::uuid[], %s::uuid[]) "
    "with ordinality as v(about, by, place) order by v.place) select pg_current_xact_id()::text"
)
# A row in another agency's ledger cannot be read back: the transaction is named beside it.
READING = (
    "with looked as (insert into ledger_reading (agency_id, what, about, by, reader_agency_id, grant_id, at, digest, xid) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s, ledger_xid())) select pg_current_xact_id()::text"
)
READINGS = (
    "with looked as (insert into ledger_reading (agency_id, what, about, by, reader_agency_id, at, digest, xid) "
    "select %s, %s, v.about, %s, %s, %s, '', ledger_xid() from unnest(%s::uuid[]) "
    "with ordinality as v(about, place) order by v.place) select pg_current_xact_id()::text"
)
MEANT = " + ".join(
    f"(select count(*) from {table} r where r.about = any(%(about)s) and r.agency_id = %(agency)s and exists"
    " (select 1 from ledger_leaf l join ledger_salt s on s.agency_id = l.agency_id and s.number = l.number"
    f" where l.stream = '{stream}' and l.row_id = r.id))"
    for stream, table in TABLES.items()
)
BLANK = (
    "update ledger_entry set about = %(nobody)s, by = null, digest = ''"
    " where agency_id = %(agency)s and about = any(%(about)s) and kind <> 'ledger.forgotten'",
    "update ledger_reading set about = %(nobody)s, by = null, digest = '', grant_id = null"
    " where agency_id = %(agency)s and about = any(%(about)s)",
)


def record(
    kind: str, *, about: UUID, by: UUID | None, agency: UUID, at: datetime, digest: bytes = b""
) -> None:
    """Append an entry and wake what follows the ledger; both live or die with the act's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRY, (agency, kind, about, by, at, digest))
        (xid,) = cursor.fetchone()
    _wake(agency, xid)


def record_each(
    kind: str, lines: Collection[tuple[UUID, UUID | None]], *, agency: UUID, at: datetime
) -> None:
    """Append one entry for each of (about, by), in their order and in one statement: for work that is done many at a time."""
    if not lines:
        return
    about, by = zip(*lines, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, (agency, kind, at, list(about), list(by)))
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
        (xid,) = cursor.fetchone()
    _wake(agency, xid, only="ledger.chain")


def reading_each(
    what: str, about: Collection[UUID], *, by: UUID, agency: UUID, at: datetime, reader_agency: UUID
) -> None:
    """Append one reading for each thing of an agency that one answer showed, in their order and in one statement."""
    if not about:
        return
    with connection.cursor() as cursor:
        cursor.execute(READINGS, (agency, what, by, reader_agency, at, list(about)))
        (xid,) = cursor.fetchone()
    _wake(agency, xid, only="ledger.chain")


def forget_about(agency: UUID, about: Collection[UUID], at: datetime) -> int:
    """Take out of an agency's ledger what its lines say about these: whom, by whom, digest, grant; and their salts.

    Kind, time and place in the tree stay, and every proof still holds. The caller holds the agency's transaction.
    Returns how many lines of the tree were erased; one more line tells that number.
    """
    meant: dict[str, Any] = {
        "agency": agency,
        "about": [a for a in about if a not in (NOBODY, agency)],
        "nobody": NOBODY,
    }
    tree.hold(agency)
    with connection.cursor() as cursor:
        cursor.execute(f"select {MEANT}", meant)
        (erased,) = cursor.fetchone()
        cursor.execute("select set_config('app.forgetting', 'yes', true)")
        for statement in BLANK:
            cursor.execute(statement, meant)
        cursor.execute("select set_config('app.forgetting', '', true)")
    record("ledger.forgotten", about=agency, by=None, agency=agency, at=at, digest=erased.to_bytes(8, "big"))
    return int(erased)


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
