"""Recomputes an agency's whole tree and compares it with its rows and with checkpoints. Refuses to call a ledger whole
that it could not read to the end.

What was erased as it should be is counted and is no fault; what waits for the next run is counted as that.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection

from shelterbelt.ledger.lines import LINES, TABLES, Line, commitment, line
from shelterbelt.sealing.checkpoints import Checkpoint
from shelterbelt.sealing.merkle import Growing, Place, leaf_hash

CHUNK = 10_000
MOST = 20
ROWS = (
    "select count(*), count(*) filter (where (r.xid, r.id) <= (select e.xid, e.id from {0} e where e.id ="
    " (select row_id from ledger_leaf where agency_id = %s and stream = '{1}' order by number desc limit 1)))"
    " from {0} r where r.agency_id = %s"
)
TOLD = "select digest from ledger_entry where agency_id = %s and kind = 'ledger.forgotten'"
SUBTREES = "select level, number, hash from ledger_subtree where agency_id = %s"


@dataclass
class Verdict:
    """What was found in one ledger: `faults` are plain sentences; `waiting` rows are not in the tree yet."""

    agency: UUID
    lines: int = 0
    padding: int = 0
    erased: int = 0
    waiting: int = 0
    compared: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    faults: tuple[str, ...] = ()


def verify(agency: UUID, outside: Iterable[Checkpoint] = ()) -> Verdict:
    """Walk one ledger from its first line; the caller holds the agency's transaction."""
    found = Verdict(agency)
    heads = sorted(set(outside), key=lambda head: head.size)
    faults = [*_forks(heads), *_walk(found, heads), *_rows(found), *_erasures(found)]
    found.faults = tuple(faults[:MOST])
    return found


def _walk(found: Verdict, heads: list[Checkpoint]) -> Iterator[str]:
    """Every line, and the tree over them against the kept subtrees and against the checkpoints."""
    growing, waiting = Growing(), list(heads)
    kept = {Place(level, number): bytes(made) for level, number, made in _select(SUBTREES, found.agency)}
    while chunk := [line(row) for row in _select(LINES, found.agency, growing.size, CHUNK)]:
        for one in chunk:
            yield from _judged(found, one)
        numbers = [growing.size - 1, *(one.number for one in chunk)]
        if gap := next((a + 1 for a, b in pairwise(numbers) if b != a + 1), None):
            yield f"line {gap} is missing"
            chunk = [one for one in chunk if one.number < gap]
        yield from _grown(found, growing, [leaf_hash(one.commitment) for one in chunk], waiting, kept)
        if gap is not None:
            break
    yield from (f"the hash of a part of the tree is left over (level {p.level}, {p.index})" for p in kept)
    for head in waiting:
        yield f"a checkpoint says {head.size} lines, and {growing.size} are there: the end was cut off"


def _judged(found: Verdict, one: Line) -> Iterator[str]:
    """Whether one line still is what it is committed to."""
    found.lines += one.stream != "padding"
    found.padding += one.stream == "padding"
    found.kept[one.stream] += bool(one.row)
    if not one.row and one.stream != "padding":
        yield f"the row of line {one.number} is gone"
    elif one.salt is not None:
        if commitment(one.salt, one.content) != one.commitment:
            yield f"the row of line {one.number} was changed"
    elif one.blank:
        found.erased += 1
    else:
        yield f"the salt of line {one.number} is gone, and its row was not erased"


def _grown(
    found: Verdict, growing: Growing, leaves: list[bytes], waiting: list[Checkpoint], kept: dict[Place, bytes]
) -> Iterator[str]:
    """Let the tree grow by these leaves, and compare at every size that a checkpoint names."""
    begin = growing.size
    stops = [head.size for head in waiting if begin < head.size < begin + len(leaves)] + [begin + len(leaves)]
    for stop in stops:
        for place, made in growing.add(leaves[growing.size - begin : stop - begin]):
            if kept.pop(place, None) != made:
                yield f"the hash of a part of the tree was changed (level {place.level}, {place.index})"
        while waiting and waiting[0].size <= growing.size:
            head = waiting.pop(0)
            found.compared += 1
            if growing.root() != head.root:
                yield f"the first {head.size} lines are not those that a checkpoint was signed for"


def _forks(heads: list[Checkpoint]) -> Iterator[str]:
    for one, other in pairwise(heads):
        if one.size == other.size:
            yield f"two checkpoints of {one.size} lines say different things: somebody was shown another ledger"


def _rows(found: Verdict) -> Iterator[str]:
    """Rows that are in no line: the newest wait, an older one was passed over."""
    for stream, table in TABLES.items():
        ((rows, before),) = _select(ROWS.format(table, stream), found.agency, found.agency)
        found.waiting += max(rows - found.kept[stream], 0)
        if before > found.kept[stream]:
            yield f"{before - found.kept[stream]} of the {stream} stand in no line, though later ones do"


def _erasures(found: Verdict) -> Iterator[str]:
    """Each erasure says how many lines it took."""
    told = sum(int.from_bytes(bytes(digest), "big") for (digest,) in _select(TOLD, found.agency))
    if told != found.erased:
        yield f"{found.erased} lines are erased, and the ledger tells of {told}"


def _select(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
