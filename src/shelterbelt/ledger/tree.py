"""An agency's Merkle tree as its tables keep it. Refuses to go on where a part of it is gone."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from shelterbelt.sealing import merkle
from shelterbelt.sealing.errors import SealingError
from shelterbelt.sealing.merkle import Place, Read, leaf_hash
from shelterbelt.store.turns import one_at_a_time

LEAVES = "select number, commitment from ledger_leaf where agency_id = %s and number = any(%s)"
SUBTREES = (
    "select level, number, hash from ledger_subtree where agency_id = %s and (level, number) in"
    " (select * from unnest(%s::smallint[], %s::bigint[]))"
)


class LedgerBroken(SealingError):
    """A part of a ledger's tree is not there: the tables were changed from outside."""


def hold(agency: UUID) -> None:
    """Let nobody else change this agency's tree until the transaction ends."""
    one_at_a_time(f"chain:{agency}")


def size(agency: UUID) -> int:
    """How many leaves the tree has."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(number) + 1, 0) from ledger_leaf where agency_id = %s", (agency,))
        return int(cursor.fetchone()[0])


def root(agency: UUID, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return merkle.root(size, reader(agency))


def reader(agency: UUID) -> Read:
    """Reads the kept parts of this agency's tree."""

    def read(places: Collection[Place]) -> Mapping[Place, bytes]:
        found = _leaves(agency, [p.index for p in places if not p.level])
        found |= _subtrees(agency, [p for p in places if p.level])
        if len(found) < len(set(places)):
            raise LedgerBroken("A part of the ledger's tree is gone: run shelterbelt ledger verify.")
        return found

    return read


def _leaves(agency: UUID, numbers: list[int]) -> dict[Place, bytes]:
    rows = _rows(LEAVES, agency, numbers) if numbers else []
    return {Place(0, number): leaf_hash(bytes(commitment)) for number, commitment in rows}


def _subtrees(agency: UUID, places: list[Place]) -> dict[Place, bytes]:
    levels, numbers = [p.level for p in places], [p.index for p in places]
    rows = _rows(SUBTREES, agency, levels, numbers) if places else []
    return {Place(level, number): bytes(kept) for level, number, kept in rows}


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
