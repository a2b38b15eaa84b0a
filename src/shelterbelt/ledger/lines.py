"""What one line of the tree stands for, in one writing, and the salted commitment to it. Decides nothing."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from shelterbelt.sealing.digests import canonical

SALT_SIZE = 32
NOBODY = UUID(int=0)
NAMES = ("stream", "id", "agency_id", "kind", "about", "by", "reader_agency_id", "grant_id", "at", "digest")
COLUMNS = {
    "entries": "'entries', {0}.id, {0}.agency_id, {0}.kind, {0}.about, {0}.by, null::uuid, null::uuid, {0}.at, {0}.digest",
    "readings": "'readings', {0}.id, {0}.agency_id, {0}.what, {0}.about, {0}.by, {0}.reader_agency_id, {0}.grant_id,"
    " {0}.at, {0}.digest",
}
TABLES = {"entries": "ledger_entry", "readings": "ledger_reading"}
# The lines of an agency from one number on, each with its salt and with the row it stands for. `limit` inside keeps
# PostgreSQL to one look-up a line, also where its statistics are old.
LINES = (
    "select l.number, l.stream, l.row_id, l.commitment, s.salt, r.*"
    " from (select * from ledger_leaf where agency_id = %s and number >= %s order by number limit %s) l"
    " left join lateral (select salt from ledger_salt s"
    " where s.agency_id = l.agency_id and s.number = l.number limit 1) s on true"
    " left join lateral ("
    + " union all ".join(
        f"(select {columns.split(', ', 1)[1].format('r')} from {TABLES[stream]} r"
        f" where l.stream = '{stream}' and r.id = l.row_id and r.agency_id = l.agency_id limit 1)"
        for stream, columns in COLUMNS.items()
    )
    + ") r on true order by l.number"
)


class Line(NamedTuple):
    """One line of the tree as the tables hold it; `row` is empty where its row is gone or it is padding."""

    number: int
    stream: str
    row_id: int | None
    commitment: bytes
    salt: bytes | None
    row: dict[str, Any]

    @property
    def blank(self) -> bool:
        """Whether what the row said of people was taken out."""
        return bool(self.row) and self.row["about"] == str(NOBODY)

    @property
    def content(self) -> dict[str, Any]:
        """What the line is committed to."""
        return padding(self.number) if self.stream == "padding" else self.row


def line(found: Sequence[Any]) -> Line:
    """One row of LINES."""
    number, stream, row_id, kept, salt, *row = found
    whole = plain((stream, *row)) if row[0] is not None else {}
    return Line(number, stream, row_id, bytes(kept), None if salt is None else bytes(salt), whole)


def plain(row: Iterable[Any]) -> dict[str, Any]:
    """A row as JSON holds it."""
    return dict(zip(NAMES, map(_plain, row), strict=True))


def padding(number: int) -> dict[str, Any]:
    """What a line says that stands for nothing."""
    return {"stream": "padding", "number": number}


def commitment(salt: bytes, content: Mapping[str, Any]) -> bytes:
    """SHA-256 over the salt and the one writing of what is committed to."""
    return hashlib.sha256(salt + canonical(content)).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return value.hex()
    return value
