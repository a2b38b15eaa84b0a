"""Takes a police export in: a row becomes an incident, the people it names and, for a named survivor, a case.

A refused row refuses only itself. Refuses to guess: people are the same only where an open case of the agency
joins exactly these two full names and birth dates; nobody's record is changed, and all others are new people.
"""

import argparse
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import psycopg
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connections
from django.db.models import Count

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.cases.feed import FeedError, FeedRow, Mapping, Refusal, mapping_file, read
from shelterbelt.cases.imported import Batch, Pairs
from shelterbelt.rules.names import normal
from shelterbelt.sealing import KeyMissing, SealingError
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now

BATCH = 500
EVERY = 2.0
NOT_KEPT = "This row could not be kept; nothing of it was."
SAME_PERSON = "The same name and birth date stand for both people in this row."
BROKEN_LINK = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError, KeyMissing)
ROW_FAULTS = (psycopg.Error, DatabaseError, SealingError, ValueError)

Say = Callable[[str], None]


@dataclass
class Summary:
    """What became of the rows of one export; `repeated` were taken in before, from this file or another."""

    read: int = 0
    matched: int = 0
    taken: int = 0
    repeated: int = 0
    cases: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def add(self, more: "Summary") -> None:
        """Count what became of further rows."""
        self.taken += more.taken
        self.repeated += more.repeated
        self.cases += more.cases
        self.refused += more.refused


def import_feed(path: Path, by: Mapping, *, agency: Agency, at: datetime, say: Say) -> Summary:
    """Take an export in, at most 500 rows a transaction; whatever was taken in before is passed over.

    Raises FeedError where the file as a whole cannot be used. After a crash the same call goes on from there.
    """
    found = Summary()
    with _opened(path) as stream:
        progress = _Progress(stream, say)
        reading = read(stream, by, at=at)
        items = cast("Generator[FeedRow | Refusal, None, None]", iter(reading))
        with closing(items), Taking(by, found, agency=agency, at=at) as taking:
            for rows in _batches(items, found):
                taking.take(rows)
                progress.show(reading.counts.read, found)
        progress.show(reading.counts.read, found, last=True)
    found.read, found.matched = reading.counts.read, reading.counts.matched
    found.repeated += reading.counts.repeated
    found.refused.sort()
    return found


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise FeedError(f"The file cannot be opened: {error.strerror}.") from error


def _batches(items: Iterable[FeedRow | Refusal], found: Summary) -> Iterator[list[FeedRow]]:
    rows: list[FeedRow] = []
    for item in items:
        if isinstance(item, FeedRow) and _one_person_twice(item):
            item = Refusal(item.line, "", "same_person", SAME_PERSON)
        if isinstance(item, Refusal):
            found.refused.append(item)
            continue
        rows.append(item)
        if len(rows) == BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def _one_person_twice(row: FeedRow) -> bool:
    """Contradictory: nobody is both in one incident; with a name alone it may be two people of one name."""
    one, two = row.survivor, row.perpetrator
    if not (one and two and one.name and one.born_on and one.born_on == two.born_on):
        return False
    return normal(one.name) == normal(two.name)


class Taking:
    """Takes batches in, one after the other: while one is being written, the next is read and sealed."""

    def __init__(self, by: Mapping, found: Summary, *, agency: Agency, at: datetime) -> None:
        self.by, self.found, self.agency, self.at = by, found, agency, at
        self.writer = ThreadPoolExecutor(1, thread_name_prefix="import")
        self.waiting: Future[Summary] | None = None
        self.recent: Pairs = {}

    def __enter__(self) -> "Taking":
        return self

    def __exit__(self, *why: object) -> None:
        try:
            self._settle()
        finally:
            self.writer.submit(connections.close_all).result()
            self.writer.shutdown()

    def take(self, rows: Sequence[FeedRow]) -> None:
        """Seal the rows, wait for those before them, and hand them to the writer."""
        batch = self._prepared(rows)
        self._settle()
        self.recent = batch.pairs if batch else {}
        self.waiting = self.writer.submit(self._write, batch, rows)

    def _prepared(self, rows: Sequence[FeedRow]) -> Batch | None:
        batch = self._batch(self.recent)
        try:
            with as_agency(self.agency.id, at=self.at):
                batch.prepare(rows)
        except BROKEN_LINK:
            raise
        except ROW_FAULTS:
            return None  # for one row's sake: the writer finds out which
        return batch

    def _batch(self, recent: Pairs | None = None) -> Batch:
        return Batch(self.agency, self.by.name, at=self.at, recent=recent)

    def _settle(self) -> None:
        """Wait for the batch that is being written, and count it."""
        if self.waiting:
            waiting, self.waiting = self.waiting, None
            self.found.add(waiting.result())

    def _write(self, batch: Batch | None, rows: Sequence[FeedRow]) -> Summary:
        """Write a batch; if that fails for a row's sake, each row alone: a row refuses only itself."""
        try:
            if batch:
                with as_agency(self.agency.id, at=self.at):
                    batch.write()
                return _counted(batch, len(rows))
        except BROKEN_LINK:
            raise
        except ROW_FAULTS:
            pass  # not for good: each row is tried again below
        done = Summary()
        for row in rows:
            done.add(self._alone(row))
        return done

    def _alone(self, row: FeedRow) -> Summary:
        try:
            with as_agency(self.agency.id, at=self.at):
                batch = self._batch()
                batch.lock()
                batch.prepare([row])
                batch.write()
            return _counted(batch, 1)
        except BROKEN_LINK:
            raise
        except ROW_FAULTS:
            return Summary(refused=[Refusal(row.line, "", "not_kept", NOT_KEPT)])


def _counted(batch: Batch, rows: int) -> Summary:
    return Summary(taken=batch.taken, repeated=rows - batch.taken, cases=batch.opened_cases)


class _Progress:
    """Says how far an import is: rows, rows a second, and the part of the file's bytes that was read."""

    def __init__(self, stream: BinaryIO, say: Say) -> None:
        self.stream, self.say = stream, say
        self.size = stream.seek(0, 2) if stream.seekable() else 0
        if stream.seekable():
            stream.seek(0)
        self.begun = self.said = time.monotonic()

    def show(self, rows: int, found: Summary, *, last: bool = False) -> None:
        """Say it now and then, and at the end."""
        instant = time.monotonic()
        if not last and instant - self.said < EVERY:
            return
        self.said = instant
        rate = rows / max(instant - self.begun, 0.001)
        part = f" · {100 * self._at() // self.size} %" if self.size else ""
        self.say(f"{rows:,} rows read, {found.taken:,} taken in · {rate:,.0f} rows/s{part}")

    def _at(self) -> int:
        return min(self.stream.tell(), self.size)


def police_agency(word: str = "") -> Agency:
    """The police agency of this node that is meant: by name or reference, else the one with most units."""
    here = {a.id for a in agencies_here() if a.kind == "police"}
    rows = Agency.objects.filter(id__in=here).annotate(size=Count("units")).order_by("-size", "name")
    chosen = [a for a in rows if not word or word in (a.name, a.ref)]
    if not chosen:
        raise FeedError(
            "This node has no police agency of that name." if word else "This node has no police agency."
        )
    return chosen[0]


def command(args: argparse.Namespace) -> int:
    """`shelterbelt incidents import`: 0 when the file was read, whatever was refused; 2 when not."""
    report: Path | None = getattr(args, "report", None)
    try:
        by = mapping_file(args.mapping)
        agency = police_agency(getattr(args, "agency", None) or "")
        print(f"Into the files of {agency.name}, as {by.name} rows.")
        found = import_feed(args.file, by, agency=agency, at=now(), say=_print_now)
    except FeedError as fault:
        print(f"shelterbelt: {fault}", file=sys.stderr)
        return 2
    tell(found, sys.stdout)
    if report:
        with report.open("w", encoding="utf-8") as out:
            tell(found, out)
    return 0 if found.read else 2


def tell(found: Summary, out: TextIO) -> None:
    """What became of the rows, and of each refused row its line and why; never what stood in it."""
    for refusal in found.refused:
        column = f", column {refusal.column}" if refusal.column else ""
        print(f"line {refusal.line}{column}: {refusal.message}", file=out)
    print(
        f"{found.read:,} rows read, {found.matched:,} matched, {found.taken:,} taken in, "
        f"{found.cases:,} cases opened, "
        f"{found.repeated:,} taken in before, {len(found.refused):,} refused.",
        file=out,
    )


def _print_now(line: str) -> None:
    print(line, flush=True)
