"""JSON Lines for engines: rows in batches, one answer for each, and for a row that is wrong a line that says why.

It holds no more than one batch, and a wrong row stops nothing. A blank line is passed over.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Generic, TypeVar

BATCH = 2048
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
LONGEST = 1 << 20  # bytes of one row

T = TypeVar("T")
Row = dict[str, Any]
Source = Callable[[int], bytes]


class Wrong(Exception):
    """What is wrong with a row, in plain words and without what it holds."""


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A row that was read: its number, the name of its case if it has one, and what an engine takes.

    `taken` is None where `fault` says what is wrong.
    """

    number: int
    case: str | None
    taken: T | None
    fault: str = ""


def answered(
    rows: Iterable[tuple[int, bytes]],
    read: Callable[[Row], T],
    work: Callable[[Sequence[T]], Iterable[Row]],
) -> Iterator[tuple[bool, str]]:
    """This function will yield one line of JSON for each row that is not blank, in order, and whether it went well.

    `read` takes what stands in a row and raises Wrong; `work` answers all that was taken of one batch.
    """
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        found = [_read(number, text, read) for number, text in batch if text.strip()]
        answers = iter(work([one.taken for one in found if one.taken is not None]))
        for one in found:
            row: Row = {"row": one.number} | ({} if one.case is None else {"case": one.case})
            row |= {"fault": one.fault} if one.taken is None else next(answers)
            yield one.taken is not None, json.dumps(row, allow_nan=False)


def numbered(source: Source) -> Iterator[tuple[int, bytes]]:
    """This function will yield the lines of a source with their numbers, from 1.

    `source(n)` gives the rest of a line, at most n bytes of it. Of a line that is too long only so much is
    kept as shows that it is.
    """
    number = 0
    while text := source(LONGEST + 1):
        number += 1
        rest = text
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = source(LONGEST + 1)
        yield number, text


def _read(number: int, text: bytes, read: Callable[[Row], T]) -> Read[T]:
    case = None
    try:
        found = _object(text)
        case = text_of(found, "case", most=200) if "case" in found else None
        return Read(number, case, read(found))
    except Wrong as fault:
        return Read(number, case, None, str(fault))


def _object(text: bytes) -> Row:
    if len(text) > LONGEST:
        raise Wrong(f"it is longer than {LONGEST} bytes")
    try:
        found = json.loads(text.decode(), parse_constant=_no_number, object_pairs_hook=_once)
    except UnicodeDecodeError as fault:
        raise Wrong(f"it is not UTF-8 (at byte {fault.start + 1})") from None
    except json.JSONDecodeError as fault:
        raise Wrong(f"it is not JSON (at character {fault.pos + 1})") from None
    except (ValueError, RecursionError):
        raise Wrong("it is not JSON that can be read") from None
    if not isinstance(found, dict):
        raise Wrong("it is no object")
    return found


def _no_number(text: str) -> float:
    raise ValueError(text)


def _once(pairs: list[tuple[str, Any]]) -> Row:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Wrong("a name stands twice")
    return found


def only(row: Row, *names: str) -> None:
    """This function will raise Wrong when a row has a name that is not among these."""
    for name in row:
        if name not in names:
            raise Wrong(f"no such name: {short(name)}")


def short(text: str) -> str:
    """This function will return a text as it can be shown in a fault: at most 60 characters."""
    return text if len(text) <= 60 else f"{text[:60]}…"


def text_of(row: Row, name: str, *, most: int = 60) -> str:
    """This function will return a text of a row. Raises Wrong where there is none, or it is too long."""
    found = row.get(name)
    if not isinstance(found, str) or not found or len(found) > most:
        raise Wrong(f"{name} must be a text of 1 to {most} characters")
    return found


def objects_of(row: Row, name: str) -> Iterator[tuple[str, Row]]:
    """This function will yield the objects of a list, each with its place for a fault. Raises Wrong for others."""
    found = row.get(name, [])
    if not isinstance(found, list):
        raise Wrong(f"{name} must be a list")
    for place, one in enumerate(found, 1):
        if not isinstance(one, dict):
            raise Wrong(f"{name} {place} is no object")
        yield f"{name} {place}", one


def instant_of(row: Row, name: str, default: datetime | None = None) -> datetime | None:
    """This function will return an instant of a row, or the default where it has none.

    Raises Wrong for a text that is no instant, and for one without an offset from UTC.
    """
    if name not in row:
        return default
    text = row[name]
    if not isinstance(text, str) or not INSTANT.fullmatch(text):
        raise Wrong(f"{name} is no instant with its offset, such as 2026-03-04T12:30:00Z")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Wrong(f"{name} is an instant that does not exist") from None


def one_of(row: Row, name: str, known: Mapping[str, Any], what: str) -> Any:
    """This function will return what a text of a row names among the known. Raises Wrong where it names none."""
    text = row.get(name)
    if not isinstance(text, str) or text not in known:
        raise Wrong(f"{name} names no {what}")
    return known[text]
