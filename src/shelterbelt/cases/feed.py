"""Reads a police export row by row, as a mapping says: what each column means, in which zone its times are.
It refuses single rows with line, column and reason, never with the row's content. It guesses nothing.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from shelterbelt.library.feeds.mapping import (
    FeedError,
    Field,
    Mapping,
    mapping,
    mapping_file,
    moment_reader,
    shipped,
)
from shelterbelt.library.feeds.refusals import MESSAGES, Refusal
from shelterbelt.rules.fields import clean_text

__all__ = ["Counts", "FeedError", "FeedRow", "Mapping", "Party", "Reading", "Refusal"]
__all__ += ["mapping", "mapping_file", "read", "shipped"]

LONGEST_LINE = 1_000_000
LONGEST_RECORD = 262_144
REREAD_BUDGET = 64 * 1024 * 1024
OLDEST = 1900
LONGEST = {"name": 300, "narrative": 20_000, "phone": 40, "key": 200, "happened_at": 60, "born_on": 60}
ESCAPED_BYTE = re.compile("[\ud800-\udfff]")


class Party(NamedTuple):
    """A person as the export names them; empty where it says nothing."""

    name: str
    born_on: date | None
    phone: str


class FeedRow(NamedTuple):
    """One row the mapping understood. `note` is 'clock_repeated' where the local hour happened twice."""

    line: int
    key: str
    happened_at: datetime
    note: str
    reference: str
    offence_code: str
    offence: str
    place: str
    location_kind: str
    arrest: bool | None
    narrative: str
    survivor: Party | None
    perpetrator: Party | None


@dataclass
class Counts:
    """What became of the rows: read = unmatched + matched + rows broken before `where` could be asked."""

    read: int = 0
    matched: int = 0
    taken: int = 0
    repeated: int = 0
    refused: int = 0
    by_code: dict[str, int] = field(default_factory=dict)


@lru_cache(maxsize=65_536)
def _offset(zone: ZoneInfo, hour: datetime, minute: int) -> tuple[timedelta, str]:
    """The offset from UTC at this local minute, and '', 'clock_repeated' or 'time_nonexistent'."""
    local = hour.replace(minute=minute, tzinfo=zone)
    first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
    if first is None or second is None or first == second:
        return first or timedelta(0), ""
    return first, "clock_repeated" if first > second else "time_nonexistent"


class _Lines:
    """Hands physical lines to the csv reader and keeps the current record's, to let a broken one go."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text, self.at = text, 0
        self.pending: list[str] = []
        self.record: list[str] = []
        self.size, self.reread, self.trouble = 0, 0, ""

    def begin(self) -> None:
        self.record, self.size, self.trouble = [], 0, ""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.pending.pop() if self.pending else self.text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.at += 1
        if len(line) >= LONGEST_LINE:
            line = self._skip_rest(line)
        self.record.append(line)
        self.size += len(line)
        if self.size > LONGEST_RECORD:
            self.trouble = "line_too_long"
            raise _RecordTooLong
        if "\0" in line:
            self.trouble = "nul"
        elif not line.isascii() and ESCAPED_BYTE.search(line):
            self.trouble = "encoding"
        return line

    def _skip_rest(self, line: str) -> str:
        rest = line
        while rest and not rest.endswith(("\n", "\r")):
            rest = self.text.readline(LONGEST_LINE)
        return line[:-1] + "\n"

    def give_back(self) -> None:
        """Let go of a broken record: the lines after its first are read again, so it refuses only itself."""
        rest = self.record[1:]
        self.reread += sum(map(len, rest))
        if rest and self.reread <= REREAD_BUDGET:
            self.pending.extend(reversed(rest))
            self.at -= len(rest)


class _RecordTooLong(Exception):
    """Raised through the csv reader to stop a record that swallows the file."""


class _Refused(Exception):
    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.column, self.code = column, code


class Reading:
    """One pass over an export: iterate it for rows and refusals; `counts` tells how far it is."""

    def __init__(self, source: BinaryIO | Path, by: Mapping, *, at: datetime) -> None:
        self.counts = Counts()
        self._by, self._at = by, at
        self._seen: set[bytes] = set()
        self._items = self._opened(source)

    def __iter__(self) -> Iterator[FeedRow | Refusal]:
        return self._items

    def __next__(self) -> FeedRow | Refusal:
        return next(self._items)

    def _opened(self, source: BinaryIO | Path) -> Iterator[FeedRow | Refusal]:
        """Open what is ours to open and close it again; a stream of the caller's is left open."""
        try:
            stream = source.open("rb") if isinstance(source, Path) else source
        except OSError as error:
            raise FeedError("The file cannot be opened.") from error
        encoding = "utf-8-sig" if self._by.encoding == "utf-8" else self._by.encoding
        text = io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="")
        try:
            self._lines = _Lines(text)
            self._rows = csv.reader(self._lines, delimiter=self._by.delimiter, strict=True)
            yield from self._run()
        finally:
            text.detach()
            if isinstance(source, Path):
                stream.close()

    def _run(self) -> Iterator[FeedRow | Refusal]:
        heading = self._heading()
        plan = _Plan(self._by, heading, self._at)
        while True:
            cells, broken = self._record()
            if cells is None and not broken:
                return
            if cells or broken:  # a blank line is nothing
                found = self._judged(plan, heading, cells or [], broken)
                if found is not None:
                    yield found

    def _judged(
        self, plan: "_Plan", heading: list[str], cells: list[str], broken: str
    ) -> FeedRow | Refusal | None:
        counts, line = self.counts, self._lines.at - len(self._lines.record) + 1
        counts.read += 1
        if not broken and len(cells) != len(heading):
            broken = "cells"
        if broken:
            self._lines.give_back()
            return self._refused(line, _spoilt_column(cells, heading), broken)
        try:
            row = self._take(plan, line, cells)
        except _Refused as why:
            return self._refused(line, why.column, why.code)
        counts.taken += row is not None
        return row

    def _refused(self, line: int, column: str, code: str) -> Refusal:
        self.counts.refused += 1
        self.counts.by_code[code] = self.counts.by_code.get(code, 0) + 1
        return Refusal(line, column, code, MESSAGES[code])

    def _record(self) -> tuple[list[str] | None, str]:
        """The next record's cells (None at the end), and what is wrong with its shape."""
        self._lines.begin()
        try:
            cells = next(self._rows)
        except StopIteration:
            return None, ""
        except _RecordTooLong:
            return None, "line_too_long"
        except csv.Error as error:
            return None, "line_too_long" if "field larger" in str(error) else "quotes"
        return cells, self._lines.trouble

    def _heading(self) -> list[str]:
        cells, broken = self._record()
        if cells is None and not broken:
            raise FeedError("The file is empty.")
        if broken or not cells:
            raise FeedError(
                "The heading (first line) cannot be read: wrong encoding, or not a table of text."
            )
        heading = [cell.strip() for cell in cells]
        for column in self._by.columns():
            if heading.count(column) != 1:
                how = "is not in the file" if column not in heading else "is there more than once"
                raise FeedError(f"The mapping needs the column {column!r}, which {how}.")
        return heading

    def _take(self, plan: "_Plan", line: int, cells: list[str]) -> FeedRow | None:
        if not plan.wanted(cells):
            return None
        self.counts.matched += 1
        key = plan.key(cells)
        mark = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if mark in self._seen:
            self.counts.repeated += 1
            return None
        row = plan.row(line, key, cells)
        self._seen.add(mark)
        return row


def _spoilt_column(cells: list[str], heading: list[str]) -> str:
    """The heading of the first cell with a character that cannot be, where cells and headings pair up."""
    if len(cells) == len(heading):
        for name, cell in zip(heading, cells, strict=True):
            if "\0" in cell or ESCAPED_BYTE.search(cell):
                return name
    return ""


def _harmless(text: str, column: str) -> str:
    """A cell without what turns a text round; control characters are refused as everywhere else."""
    found, problem = clean_text(text, LONGEST_RECORD)
    if problem == "text.control":
        raise _Refused(column, "control")
    return found


class _Plan:
    """A mapping laid over one file's heading: columns are positions now."""

    def __init__(self, by: Mapping, heading: list[str], at: datetime) -> None:
        self.at, self.zone = at, ZoneInfo(by.timezone)
        place = {name: n for n, name in enumerate(heading)}
        self.filters = [(place[column], frozenset(values)) for column, values in by.where]
        self.keys = [(name, place[name]) for name in by.key]
        named = dict(by.fields)
        self.moment, self.when = moment_reader(by.date_format), named["happened_at"]
        self.cells = {name: [place[c] for c in one.columns] for name, one in named.items()}
        self.texts = {name: self._reader(name, one) for name, one in named.items()}
        self.births = {n: moment_reader(one.date_format) for n, one in named.items() if n.endswith("born_on")}
        self.named = named
        self.parties = [p for p in ("survivor", "perpetrator") if any(n.startswith(p + ".") for n in named)]

    def _reader(self, name: str, one: Field) -> Callable[[list[str]], str]:
        spots, join, values = self.cells[name], one.join, dict(one.values)
        longest, column = LONGEST.get(name.rpartition(".")[2], 500), one.columns[0]
        single = spots[0] if len(spots) == 1 else None

        def text(cells: list[str]) -> str:
            if single is not None:
                found = cells[single].strip()
            else:
                found = join.join(part for part in (cells[n].strip() for n in spots) if part)
            if not found.isprintable():
                found = _harmless(found, column)
            if len(found) > longest:
                raise _Refused(column, "too_long")
            if not values or not found:
                return found
            known = values.get(found)
            if known is None and one.otherwise == "refuse":
                raise _Refused(column, "value_unknown")
            return known if known is not None else (found if one.otherwise == "keep" else "")

        return text

    def wanted(self, cells: list[str]) -> bool:
        return all(cells[spot].strip() in values for spot, values in self.filters)

    def key(self, cells: list[str]) -> str:
        parts = [cells[spot].strip() for _, spot in self.keys]
        for (name, _), part in zip(self.keys, parts, strict=True):
            if not part:
                raise _Refused(name, "key_missing")
            if len(part) > LONGEST["key"]:
                raise _Refused(name, "too_long")
            if "\x1f" in part:
                raise _Refused(name, "key_unusable")
        return "\x1f".join(parts)

    def row(self, line: int, key: str, cells: list[str]) -> FeedRow:
        happened_at, note = self._happened_at(cells)
        arrest = self._text("arrest", cells)
        people = {party: self._party(party, cells, happened_at) for party in self.parties}
        return FeedRow(
            line,
            key,
            happened_at,
            note,
            self._text("reference", cells),
            self._text("offence_code", cells),
            self._text("offence", cells),
            self._text("place", cells),
            self._text("location_kind", cells),
            arrest == "yes" if arrest else None,
            self._text("narrative", cells),
            people.get("survivor"),
            people.get("perpetrator"),
        )

    def _text(self, name: str, cells: list[str]) -> str:
        read_one = self.texts.get(name)
        return read_one(cells) if read_one else ""

    def _happened_at(self, cells: list[str]) -> tuple[datetime, str]:
        column, text = self.when.columns[0], self.texts["happened_at"](cells)
        if not text:
            raise _Refused(column, "missing")
        local = self.moment(text)
        if local is None:
            raise _Refused(column, "date_format")
        if not OLDEST <= local.year <= self.at.year + 1:
            raise _Refused(column, "too_old" if local.year < OLDEST else "future")
        hour = local.replace(minute=0, second=0, microsecond=0)
        offset, note = _offset(self.zone, hour, local.minute)
        if note == "time_nonexistent":
            raise _Refused(column, note)
        moment = local.replace(tzinfo=UTC)
        if moment - offset > self.at:
            raise _Refused(column, "future")
        return moment - offset, note

    def _party(self, party: str, cells: list[str], happened_at: datetime) -> Party | None:
        name, phone = self._text(f"{party}.name", cells), self._text(f"{party}.phone", cells)
        born_on = self._born_on(f"{party}.born_on", cells, happened_at)
        return Party(name, born_on, phone) if name or phone or born_on else None

    def _born_on(self, name: str, cells: list[str], happened_at: datetime) -> date | None:
        text = self._text(name, cells)
        if not text:
            return None
        column, moment = self.named[name].columns[0], self.births[name](text)
        if moment is None:
            raise _Refused(column, "date_format")
        if moment.year < OLDEST:
            raise _Refused(column, "too_old")
        if moment.date() > self.at.date():
            raise _Refused(column, "future")
        if moment.date() > happened_at.astimezone(self.zone).date():
            raise _Refused(column, "born_after")
        return moment.date()


def read(source: BinaryIO | bytes | Path, by: Mapping, *, at: datetime) -> Reading:
    """Read an export as of `at` (aware). Memory stays flat but for 16 bytes' digest per distinct key.

    Raises FeedError, on the first step, where the file as a whole cannot be used.
    """
    if at.tzinfo is None:
        raise FeedError("The time of reading needs a time zone.")
    return Reading(io.BytesIO(source) if isinstance(source, bytes) else source, by, at=at)
