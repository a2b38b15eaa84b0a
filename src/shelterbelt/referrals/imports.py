"""Take an HSDS directory in:

each service once by its id, in batches. A refused record refuses only itself, and is reported.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO

from django.db import transaction

from shelterbelt.referrals import hsds
from shelterbelt.referrals.hsds import Refusal, ServiceRecord
from shelterbelt.referrals.models import Service
from shelterbelt.referrals.queries.directory import words_of
from shelterbelt.store.ids import new_ref
from shelterbelt.ui.clock import now

BATCH = 500
SHORT = 300
UPDATED = ["name", "organization", "status", "confidential", "record", "words", "imported_at"]


@dataclass
class Taken:
    """What an import did."""

    taken: int = 0
    refused: list[Refusal] = field(default_factory=list)
    notes: int = 0


def command(args: argparse.Namespace) -> int:
    """`shelterbelt directory import PATH`:

    0 when all were taken, 1 when the file could not be read at all.
    """
    try:
        done = take_in(args.path, at=now(), say=sys.stderr)
    except hsds.DirectoryError as error:
        print(f"shelterbelt: {error} Nothing more was taken in.", file=sys.stderr)
        return 1
    print(f"{done.taken} services taken in, {len(done.refused)} refused, {done.notes} values left out.")
    return 0


def take_in(path: Path, *, at: datetime, say: TextIO | None = None) -> Taken:
    """Read a directory and keep its services;

    the same id again replaces what was kept and keeps its address.
    """
    done = Taken()
    for batch in _batches(hsds.read(path)):
        records = [item for item in batch if isinstance(item, ServiceRecord)]
        refused = [item for item in batch if isinstance(item, Refusal)]
        with transaction.atomic():
            keep_services(records, at=at)
        done.taken += len(records)
        done.refused += refused
        done.notes += sum(len(record.notes) for record in records)
        _tell(say, done, refused)
    return done


def keep_services(records: Iterable[ServiceRecord], *, at: datetime) -> None:
    """Put services into the directory; which agency of this system stands behind one is kept."""
    Service.objects.bulk_create(
        [_row(record, at) for record in records],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=UPDATED,
    )


def _row(record: ServiceRecord, at: datetime) -> Service:
    terms = [text for term in record.terms for text in (term.name, term.taxonomy)]
    areas = [area.name for area in record.areas]
    names = [record.name, record.alternate_name, record.organization.name, record.organization.alternate_name]
    return Service(
        id=record.id,
        ref=new_ref(),
        name=_short(record.name),
        organization=_short(record.organization.name),
        status=record.status,
        confidential=record.confidential,
        record=asdict(record),
        words=words_of([*names, record.description, record.eligibility_description, *terms, *areas]),
        imported_at=at,
    )


def _short(text: str) -> str:
    """A name for lists; the whole of it stays in the record."""
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def _batches(items: Iterable[ServiceRecord | Refusal]) -> Iterator[list[ServiceRecord | Refusal]]:
    batch: list[ServiceRecord | Refusal] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _tell(say: TextIO | None, done: Taken, refused: list[Refusal]) -> None:
    if say is None:
        return
    for one in refused:
        print(f"  refused: {one.place}: {one.message} ({one.code})", file=say)
    print(f"  {done.taken + len(done.refused)} read, {done.taken} taken in", file=say, flush=True)
