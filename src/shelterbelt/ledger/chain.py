"""Adds settled rows to the agency's tree in the order of commits. Refuses rows that could still roll back.

A line is a salted commitment: with the salt it proves the row, without it says nothing.
"""

import os
from typing import Any
from uuid import UUID

from django.db import connection

from shelterbelt.ledger import tree
from shelterbelt.ledger.lines import COLUMNS, SALT_SIZE, TABLES, commitment, padding, plain
from shelterbelt.sealing import merkle

BATCH = 5000
# Rows of one stream beyond its last line: lines are made in this order, and none can settle before it later.
# The last condition holds where the last line's own row was taken away; it is asked row by row, so that a table whose
# statistics are old is never joined as a whole.
UNCHAINED = """
(select {columns}, r.xid from {table} r
  where r.agency_id = %(agency)s and r.xid < ledger_settled()
    and (r.xid, r.id) > (select coalesce(max(e.xid), '0'::xid8), coalesce(max(e.id), 0) from {table} e
        where e.id = (select l.row_id from ledger_leaf l where l.agency_id = %(agency)s and l.stream = '{stream}'
                       order by l.number desc limit 1))
    and (select l.row_id from ledger_leaf l where l.stream = '{stream}' and l.row_id = r.id) is null
  order by r.xid, r.id limit %(most)s)
"""
STREAMS = " union all ".join(
    UNCHAINED.format(columns=columns.format("r"), table=TABLES[stream], stream=stream)
    for stream, columns in COLUMNS.items()
)
SETTLED = (
    f"select * from ({STREAMS}) as settled (stream, id, a, k, b, w, r, g, t, d, xid)"
    " order by xid, stream, id limit %(most)s"
)
LEAVES = (
    "insert into ledger_leaf (agency_id, number, stream, row_id, commitment) select %s, l.* from"
    " unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bytea[]) as l"
)
SALTS = "insert into ledger_salt (agency_id, number, salt) select %s, s.* from unnest(%s::bigint[], %s::bytea[]) as s"
SUBTREES = (
    "insert into ledger_subtree (agency_id, level, number, hash) select %s, s.* from"
    " unnest(%s::smallint[], %s::bigint[], %s::bytea[]) as s"
)


def chain(agency: UUID) -> int:
    """Add all of the agency's settled rows to its tree; the caller holds the agency's transaction. Returns how many."""
    done = 0
    while (added := chain_batch(agency)) == BATCH:
        done += added
    return done + added


def chain_batch(agency: UUID) -> int:
    """Add the next settled rows, at most BATCH of them."""
    tree.hold(agency)
    with connection.cursor() as cursor:
        cursor.execute(SETTLED, {"agency": agency, "most": BATCH})
        rows = [plain(row[:-1]) for row in cursor.fetchall()]
    _add(agency, tree.size(agency), rows)
    return len(rows)


def pad(agency: UUID, lines: int) -> None:
    """Add lines that stand for nothing; only who holds the ledger can tell them from others."""
    tree.hold(agency)
    size = tree.size(agency)
    _add(agency, size, [padding(size + number) for number in range(lines)])


def _add(agency: UUID, size: int, contents: list[dict[str, Any]]) -> None:
    """Write the lines, their salts, and the subtrees that they complete."""
    if not contents:
        return
    random = os.urandom(SALT_SIZE * len(contents))
    salts = [random[at : at + SALT_SIZE] for at in range(0, len(random), SALT_SIZE)]
    made = [commitment(salt, content) for salt, content in zip(salts, contents, strict=True)]
    numbers = list(range(size, size + len(contents)))
    grown = list(merkle.grow(size, [merkle.leaf_hash(found) for found in made], tree.reader(agency)))
    with connection.cursor() as cursor:
        streams = [content["stream"] for content in contents]
        cursor.execute(LEAVES, (agency, numbers, streams, [content.get("id") for content in contents], made))
        cursor.execute(SALTS, (agency, numbers, salts))
        if grown:
            levels = [place.level for place, _hash in grown]
            places = [place.index for place, _hash in grown]
            cursor.execute(SUBTREES, (agency, levels, places, [kept for _place, kept in grown]))
