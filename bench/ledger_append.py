"""What the ledger costs: in the request, where an act writes its line, and in the job, which adds lines to the tree.

An act is one plain row in one transaction, with and without its line, in turn; the tree is compared with one made in memory.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bench import machine

AT = datetime(2026, 11, 21, 15, tzinfo=UTC)
TABLE = (
    "create table bench_act (id bigserial primary key, agency_id uuid, about uuid, at timestamptz, said text);"
    " create table bench_line (agency_id uuid, number bigint, row_id bigint, kept bytea, primary key (agency_id, number));"
    " grant all on bench_act, bench_line to public; grant all on bench_act_id_seq to public"
)
ACT = "insert into bench_act (agency_id, about, at, said) values (%s, %s, %s, 'a row of the size of an act')"
COPY = (
    "insert into bench_line select agency_id, row_number() over () - 1 + %s, id, sha256(about::text::bytea)"
    " from (select * from ledger_entry where agency_id = %s order by xid, id offset %s) as r"
)


def timed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


class Acts:
    """Acts of one agency, one to a transaction."""

    def __init__(self, agency: UUID) -> None:
        self.agency = agency

    def plain(self, lines: int = 0, looks: int = 0, often: int = 1) -> None:
        from django.db import connection

        from shelterbelt.ledger.actions import reading, record
        from shelterbelt.store.asker import as_agency
        from shelterbelt.store.ids import uuid7

        with as_agency(self.agency, at=AT):
            for _ in range(often):
                about = uuid7()
                with connection.cursor() as cursor:
                    cursor.execute(ACT, (self.agency, about, AT))
                for _line in range(lines):
                    record("note.written", about=about, by=None, agency=self.agency, at=AT, digest=bytes(32))
                for _look in range(looks):
                    reading("case", about=about, by=None, agency=self.agency, at=AT)


def in_the_request(acts: Acts, rounds: int, each: int) -> None:
    """The same acts without a line, with an entry, with a reading; and a thousand in one transaction."""
    ways: dict[str, Callable[[], None]] = {
        "plain row": acts.plain,
        "with an entry": lambda: acts.plain(lines=1),
        "with a reading": lambda: acts.plain(looks=1),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(timed(lambda way=way: [way() for _ in range(each)]) / each * 1000)
    base = statistics.median(found["plain row"])
    for name, times in found.items():
        ratio = statistics.median(times) / base
        print(
            f"  a transaction of one act, {name}: {machine.spread(times, '.2f')} ms, {ratio:.2f} times a plain row"
        )
    bare, lined = timed(lambda: acts.plain(often=1000)), timed(lambda: acts.plain(lines=1, often=1000))
    print(
        f"  a transaction of 1,000 acts: {bare * 1000:,.0f} ms plain, {lined * 1000:,.0f} ms with an entry each"
    )


def in_the_job(acts: Acts, rounds: int, rows: int) -> bool:
    """Adding lines to the tree, against copying as many rows with one digest each in plain SQL."""
    from django.db import connection

    from shelterbelt.ledger.checkpoints import chain_apart
    from shelterbelt.store.asker import as_agency

    chain_apart(acts.agency, at=AT)
    ours, floor, done = [], [], 0
    with as_agency(acts.agency, at=AT), connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry where agency_id = %s", (acts.agency,))
        (done,) = cursor.fetchone()
    for _ in range(rounds):
        for _thousand in range(rows // 1000):
            acts.plain(lines=1, often=1000)
        ours.append(timed(lambda: chain_apart(acts.agency, at=AT)))

        def copy(begin: int = done) -> None:
            with as_agency(acts.agency, at=AT), connection.cursor() as cursor:
                cursor.execute(COPY, (begin, acts.agency, begin))

        floor.append(timed(copy))
        done += rows
    ratio = statistics.median(ours) / statistics.median(floor)
    print(
        f"  the job, {rows:,} lines: {machine.spread(ours, '.2f')} s, {rows / statistics.median(ours):,.0f} lines/s"
    )
    print(
        f"  one SQL statement that copies them with a digest: {machine.spread(floor, '.2f')} s; ratio {ratio:.1f}"
    )
    return as_in_memory(acts.agency)


def as_in_memory(agency: UUID) -> bool:
    """The root that the tables give is the root over the same leaves in memory; and what the rest costs."""
    from shelterbelt.ledger import proofs, tree
    from shelterbelt.ledger.models import Leaf
    from shelterbelt.ledger.verify import verify
    from shelterbelt.sealing import merkle
    from shelterbelt.store.asker import as_agency

    with as_agency(agency, at=AT):
        size = tree.size(agency)
        kept = (
            Leaf.objects.filter(agency_id=agency)
            .order_by("number")
            .values_list("commitment", "stream", "row_id")
        )
        lines: list[tuple[Any, ...]] = list(kept)
        begun = time.perf_counter()
        root = merkle.top([merkle.leaf_hash(bytes(line[0])) for line in lines])
        print(f"  a tree in memory: {size / (time.perf_counter() - begun):,.0f} leaves/s")
        same = tree.root(agency, size) == root
        print(
            f"  a root from the tables: {timed(lambda: tree.root(agency, size)) * 1000:.1f} ms of {size:,} lines"
        )
        row = proofs.RowId(lines[size // 3][1], lines[size // 3][2])
        print(f"  a proof of inclusion: {timed(lambda: proofs.inclusion(agency, row, size)) * 1000:.1f} ms")
        spent = timed(lambda: verify(agency))
        found = verify(agency)
        print(
            f"  verify: {size / spent:,.0f} lines/s; equal to the tree in memory: {'yes' if same else 'NO'}"
        )
        return same and not found.faults and not found.waiting


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--acts", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(words)
    with machine.node():
        import psycopg

        with psycopg.connect(machine.owner_url(), autocommit=True) as owner:
            owner.execute(TABLE)
        agency: Any = machine.police("Ledger")
        acts = Acts(agency.id)
        acts.plain(lines=1, looks=1)
        machine.heading("The ledger in the request and in the job")
        in_the_request(acts, chosen.rounds, chosen.acts)
        good = in_the_job(acts, chosen.rounds, chosen.rows)
    print(f"  the tree is the one in memory, and whole: {'met' if good else 'MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
