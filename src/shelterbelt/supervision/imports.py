"""`shelterbelt detained import`: the same lines as by the API, from CSV or JSON Lines. A refused line refuses only itself.

It says which lines were refused and why, never what stood in them.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.store.asker import as_agency
from shelterbelt.supervision.actions import hear_lines
from shelterbelt.supervision.policy import SYSTEM
from shelterbelt.supervision.told import FIELDS, ToldLine, Unfit, source_of, told_line
from shelterbelt.ui.clock import now

BATCH = 500
LONGEST = 20_000
NOT_JSON, TOO_LONG, COLUMNS = "no_json", "line_too_long", "columns"
Read = tuple[int, ToldLine | Unfit]


class NotAFeed(ValueError):
    """The file as a whole cannot be used; the words say why."""


@dataclass
class Summary:
    """What became of a file. `refused`: the line of the file, why, and which field."""

    taken: int = 0
    repeated: int = 0
    taken_back: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def import_file(path: Path, source: str, *, whole: bool, agency: Agency, at: datetime) -> Summary:
    """Take a file in, at most 500 lines a transaction. Only with its last line is it whole, if it is. Raises NotAFeed."""
    found, batch = Summary(), list[tuple[int, ToldLine]]()
    with _opened(path) as stream:
        for number, told in _lines(stream, path):
            if isinstance(told, Unfit):
                found.refused.append((number, told.code, told.field))
                continue
            batch.append((number, told))
            if len(batch) == BATCH:
                _take(batch, source, whole=False, agency=agency, at=at, found=found)
                batch = []
    _take(batch, source, whole=whole and not found.refused, agency=agency, at=at, found=found)
    found.refused.sort()
    return found


def command(args: argparse.Namespace) -> int:
    """`shelterbelt detained import`: 0 when the file was read, whatever was refused; 2 when not."""
    try:
        agency = agency_of(args.agency or "")
        found = import_file(args.file, source_of(args.source), whole=args.whole, agency=agency, at=now())
    except Unfit:
        print("shelterbelt: The name of a source is small letters, digits and _.", file=sys.stderr)
        return 2
    except NotAFeed as fault:
        print(f"shelterbelt: {fault}", file=sys.stderr)
        return 2
    for number, code, name in found.refused:
        print(f"line {number}: {code}{f' ({name})' if name else ''}")
    print(
        f"{found.taken:,} taken in, {found.repeated:,} taken in before, {found.taken_back:,} taken back, "
        f"{len(found.refused):,} refused. Into the files of {agency.name}."
    )
    return 0


def agency_of(word: str) -> Agency:
    """The system agency of this node that is meant; without a word the only one, or the only police."""
    here = {one.id for one in agencies_here() if one.kind in SYSTEM}
    rows = list(Agency.objects.filter(id__in=here).order_by("name"))
    meant = [one for one in rows if word in (one.name, one.ref)] if word else rows
    if not word and len(meant) > 1:
        meant = [one for one in rows if one.kind == "police"]
    if len(meant) != 1:
        raise NotAFeed("Say with --agency which agency takes it in.")
    return meant[0]


def _take(
    batch: Sequence[tuple[int, ToldLine]],
    source: str,
    *,
    whole: bool,
    agency: Agency,
    at: datetime,
    found: Summary,
) -> None:
    with as_agency(agency.id, at=at):
        lines = [told for _number, told in batch]
        heard = hear_lines(source, lines, whole=whole, agency=agency, by=None, at=at)
    found.taken += heard.taken
    found.repeated += heard.repeated
    found.taken_back += heard.taken_back
    found.refused += [(batch[place][0], code, "key") for place, code in heard.refused]


def _opened(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as fault:
        raise NotAFeed(f"The file cannot be opened: {fault.strerror}.") from fault


def _lines(stream: TextIO, path: Path) -> Iterator[Read]:
    read = _csv if path.suffix.casefold() == ".csv" else _json_lines
    try:
        yield from read(stream)
    except (UnicodeDecodeError, csv.Error):
        raise NotAFeed("The file is not text in UTF-8, or not what its name says.") from None


def _csv(stream: TextIO) -> Iterator[Read]:
    rows = csv.DictReader(stream, restkey="", strict=True)
    if not rows.fieldnames or not set(rows.fieldnames) <= set(FIELDS) or "key" not in rows.fieldnames:
        raise NotAFeed(f"The first line names the columns: {', '.join(FIELDS)}.")
    for row in rows:
        wrong = "" in row or None in row.values()
        yield rows.line_num, Unfit(COLUMNS) if wrong else _read(dict(row))


def _json_lines(stream: TextIO) -> Iterator[Read]:
    for number, text in enumerate(stream, 1):
        if text.strip():
            yield number, _parsed(text)


def _parsed(text: str) -> ToldLine | Unfit:
    if len(text) > LONGEST:
        return Unfit(TOO_LONG)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Unfit(NOT_JSON)
    return _read(data) if isinstance(data, dict) else Unfit(NOT_JSON)


def _read(data: dict[str, Any]) -> ToldLine | Unfit:
    try:
        return told_line(data)
    except Unfit as fault:
        return fault
