"""Recomputes every chain and says where it breaks. Refuses to call a chain whole that it could not read to the end."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from shelterbelt.ledger.chain import COLUMNS, FIRST, row_hash
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


@dataclass(frozen=True)
class Verdict:
    """What was found in one chain: `faults` are plain sentences; `waiting` rows are not linked yet."""

    agency: UUID
    stream: str
    linked: int
    waiting: int
    faults: tuple[str, ...]


def verify(agency: UUID, stream: str) -> Verdict:
    """Walk one chain from its start; the caller holds the agency's transaction."""
    table, columns = COLUMNS[stream]
    selected = ", ".join(f"r.{c.strip()}" for c in columns.split(","))
    faults: list[str] = []
    number, before = 0, FIRST
    with connection.cursor() as cursor:
        cursor.execute(
            f"select l.number, l.hash, {selected} from ledger_link l left join {table} r on r.id = l.row_id "
            "where l.agency_id = %s and l.stream = %s order by l.number",
            (agency, stream),
        )
        for found_number, found_hash, *row in cursor:
            number += 1
            if found_number != number:
                faults.append(f"link {number} is missing")
                number = found_number
            if row[0] is None:
                faults.append(f"the row of link {number} is gone")
            elif row_hash(before, row) != bytes(found_hash):
                faults.append(f"the row of link {number} was changed, or a row before it")
            before = bytes(found_hash)
        cursor.execute(f"select count(*) from {table} where agency_id = %s", (agency,))
        (rows,) = cursor.fetchone()
    return Verdict(agency, stream, number, max(rows - number, 0), tuple(faults[:20]))


def verify_all(agencies: list[UUID]) -> Iterator[Verdict]:
    """Both chains of every agency, each read in its own transaction."""
    for agency in agencies:
        for stream in COLUMNS:
            with as_agency(agency, at=now()):
                yield verify(agency, stream)


def command(args: argparse.Namespace) -> int:
    """`shelterbelt ledger verify`: a line for each chain; exit code 1 when one is broken."""
    from django.apps import apps

    agencies = (
        apps.get_model("agencies", "Agency").objects.filter(node__is_self=True).values_list("id", "name")
    )
    names = dict(agencies)
    broken = 0
    for verdict in verify_all(list(names)):
        broken += bool(verdict.faults)
        state = "whole" if not verdict.faults else "BROKEN"
        print(
            f"{names[verdict.agency]}: {verdict.stream} {state}: {verdict.linked} linked, {verdict.waiting} waiting"
        )
        for fault in verdict.faults:
            print(f"  {fault}")
    return 1 if broken else 0
