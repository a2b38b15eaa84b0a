"""Proofs about an agency's ledger for somebody who does not hold it: a line is in it, and a later one grew from an earlier.

Refuses a proof for a line that no checkpoint covers yet. What a proof shows of its one row is all that it shows.
"""

from base64 import b64encode
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db import connection

from shelterbelt.ledger import tree
from shelterbelt.ledger.checkpoints import newest
from shelterbelt.ledger.lines import LINES, Line, line
from shelterbelt.sealing import merkle
from shelterbelt.sealing.errors import SealingError

NUMBER = "select number from ledger_leaf where stream = %s and row_id = %s and agency_id = %s"


class RowId(NamedTuple):
    """A row of the ledger: an entry or a reading, and its number there."""

    stream: Literal["entries", "readings"]
    id: int


class NoProof(SealingError):
    """There is nothing to prove: no such row, or no checkpoint that covers it."""


def inclusion(agency: UUID, row: RowId, size: int | None = None) -> dict[str, Any]:
    """That a row stands in the ledger of `size` lines (else: of the newest checkpoint), as JSON has it.

    The caller holds the agency's transaction and has asked whether this may be shown. An erased row shows its
    commitment and nothing else.
    """
    size = _signed_size(agency) if size is None else size
    found = line_of(agency, row)
    if found.number >= size:
        raise NoProof("No checkpoint covers this line yet.")
    erased = found.salt is None
    return {
        "line": found.number,
        "size": size,
        "row": None if erased else found.row,
        "salt": None if found.salt is None else _text(found.salt),
        "commitment": _text(found.commitment),
        "proof": [_text(part) for part in merkle.inclusion(found.number, size, tree.reader(agency))],
    }


def consistency(agency: UUID, first: int, second: int | None = None) -> dict[str, Any]:
    """That the ledger of `second` lines (else: of the newest checkpoint) grew from that of `first`, as JSON has it."""
    second = _signed_size(agency) if second is None else second
    if not 0 < first <= second <= tree.size(agency):
        raise NoProof("The ledger has not these sizes.")
    proof = merkle.consistency(first, second, tree.reader(agency))
    return {"first": first, "second": second, "proof": [_text(part) for part in proof]}


def line_of(agency: UUID, row: RowId) -> Line:
    """The line that a row stands in."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, (row.stream, row.id, agency))
        number = cursor.fetchone()
        if number is None:
            raise NoProof("This agency's ledger has no line for such a row.")
        cursor.execute(LINES, (agency, number[0], 1))
        return line(cursor.fetchone())


def _signed_size(agency: UUID) -> int:
    last = newest(agency)
    if last is None:
        raise NoProof("The ledger has no checkpoint yet.")
    return last.size


def _text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
