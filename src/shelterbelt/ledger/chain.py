"""Links settled rows in commit order: each hash covers a row and every row before it. Refuses rows that could still roll back."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

COLUMNS = {
    "entries": ("ledger_entry", "id, agency_id, kind, about, by, at, digest"),
    "readings": ("ledger_reading", "id, agency_id, what, about, by, reader_agency_id, grant_id, at, digest"),
}
FIRST = bytes(32)
BATCH = 1000


def row_hash(before: bytes, row: Iterable[Any]) -> bytes:
    """The hash of one row after `before`: SHA-256 over the earlier hash and the row's canonical JSON."""
    plain = [
        v.hex() if isinstance(v, bytes | memoryview) else v.isoformat() if hasattr(v, "isoformat") else v
        for v in row
    ]
    text = json.dumps([str(v) if isinstance(v, UUID) else v for v in plain], separators=(",", ":"))
    return hashlib.sha256(before + text.encode()).digest()


def chain(agency: UUID) -> int:
    """Link the agency's settled, unlinked rows; the caller holds the agency's transaction. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"chain:{agency}",))
    return sum(_chain_stream(agency, stream) for stream in COLUMNS)


def _chain_stream(agency: UUID, stream: str) -> int:
    done = 0
    with connection.cursor() as cursor:
        number, before = last_link(cursor, agency, stream)
        while rows := _unlinked(cursor, agency, stream):
            links = []
            for row in rows:
                number, before = number + 1, row_hash(before, row)
                links.append((agency, stream, number, row[0], before))
            cursor.executemany(
                "insert into ledger_link (agency_id, stream, number, row_id, hash) values (%s, %s, %s, %s, %s)",
                links,
            )
            done += len(rows)
    return done


def last_link(cursor: Any, agency: UUID, stream: str) -> tuple[int, bytes]:
    """The newest link's number and hash; zero and zeros for an empty chain."""
    cursor.execute(
        "select number, hash from ledger_link where agency_id = %s and stream = %s order by number desc limit 1",
        (agency, stream),
    )
    found = cursor.fetchone()
    return (found[0], bytes(found[1])) if found else (0, FIRST)


def _unlinked(cursor: Any, agency: UUID, stream: str) -> list[tuple[Any, ...]]:
    """Settled rows beyond the last linked one: rows are linked in this order, and none can settle before it later."""
    table, columns = COLUMNS[stream]
    cursor.execute(
        f"select {columns} from {table} r where agency_id = %s and xid < pg_snapshot_xmin(pg_current_snapshot()) "
        f"and (xid, id) > (select coalesce(max(e.xid), '0'::xid8), coalesce(max(e.id), 0) from {table} e "
        f"where e.id = (select l.row_id from ledger_link l where l.agency_id = %s and l.stream = %s "
        f"order by l.number desc limit 1)) order by xid, id limit {BATCH}",
        (agency, agency, stream),
    )
    return list(cursor.fetchall())
