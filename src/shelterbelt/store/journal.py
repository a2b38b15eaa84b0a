"""The journal beside the database: what was taken back, narrowed or erased, so that a restore cannot undo it.

One line per act, written and settled on the disk before the act commits: a line too many only narrows. Lines hold ids,
never words, and each carries a digest of all before it. Refuses a journal that is cut, edited or out of order.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

NAME = "journal.jsonl"
KINDS = frozenset(
    {
        "release.withdrawn",
        "release.narrowed",
        "grant.ended",
        "erased",
        "account.closed",
        "session.ended",
        "node.revoked",
        "account.factors",
        "wall.raised",
        "contact.changed",
        "report.gone",
        "portal.changed",
        "portal.closed",
        "portal.passkey_gone",
        "own_file.ended",
        "own_file.trust_ended",
        "plan.share_ended",
        "own_record.shown_ended",
        "help.out",
        "help.ended",
        "pair.ended",
        "pair_share.ended",
        "device.turned",
        "device.ended",
    }
)
_LONGEST = 64 * 1024
_NOTHING = "0" * 64


class JournalBroken(Exception):
    """The journal is missing, cut, edited or shorter than it was; the text says which, in one line."""


@dataclass(frozen=True)
class Line:
    """One act that a restore must not undo. `left` is what a narrowed thing still opens; without it, nothing.

    Of a wall it is the ids of what stands before whom, of a person who died that nothing is sent about them, of help
    alerts which place in the list was emptied.
    """

    n: int
    kind: str
    about: UUID
    agency: UUID
    at: datetime
    left: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Mark:
    """How long a journal was, and the digest of all of it, at some moment."""

    length: int
    head: str


def note(
    kind: str, about: UUID, *, agency: UUID, at: datetime, left: Mapping[str, Any] | None = None
) -> None:
    """Add one line as the last step of the act's transaction; does nothing where no journal is kept."""
    if settings.JOURNAL is None:
        return
    if kind not in KINDS:
        raise ValueError(f"The journal knows no kind {kind!r}.")
    entry = {"about": str(about), "agency": str(agency), "at": at.isoformat(), "kind": kind}
    append(Path(settings.JOURNAL), entry | ({"left": dict(left)} if left is not None else {}))


def begin(folder: Path) -> None:
    """Start the journal of a new node, unless it has one: its first line makes it unlike any other."""
    if not (folder / NAME).exists():
        with _held(folder):
            pass


def append(folder: Path, entry: Mapping[str, Any]) -> Mark:
    """Add one entry under a lock and settle it; a half line that a power cut left is taken away first."""
    with _held(folder) as handle:
        return _add(handle, entry, _last(handle))


def lines(folder: Path) -> list[Line]:
    """Every act in order; JournalBroken unless the chain holds from its first line to its last."""
    return [_line(entry) for entry in _entries(folder) if "kind" in entry]


def mark(folder: Path) -> Mark:
    """Where the journal stands now, once its chain is known to hold."""
    last = _entries(folder)[-1]
    return Mark(last["n"], last["link"])


def refuse_shorter(folder: Path, than: Mark) -> None:
    """Raise JournalBroken unless this is the same journal as at `than`, or that one continued."""
    entries = _entries(folder)
    if len(entries) - 1 < than.length:
        raise JournalBroken(
            f"The journal in {folder} is shorter ({len(entries) - 1} acts) than when the backup was made ({than.length})."
        )
    if entries[than.length]["link"] != than.head:
        raise JournalBroken(f"The journal in {folder} is not the one that the backup was made beside.")


@contextmanager
def _held(folder: Path) -> Iterator[int]:
    """The journal, open and locked; begun if there is none. A withdrawal never waits for a lost file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_size == 0:
            _add(handle, {"journal": uuid4().hex}, None)
            _settle(folder)
        yield handle
    finally:
        os.close(handle)


def _last(handle: int) -> Mark:
    """The last whole line's mark; what follows it was never acknowledged, and goes."""
    size = os.fstat(handle).st_size
    start = max(0, size - _LONGEST)
    tail = os.pread(handle, size - start, start)
    whole = tail[: tail.rfind(b"\n") + 1]
    if len(whole) < len(tail):
        os.ftruncate(handle, start + len(whole))
    try:
        last = json.loads(whole.splitlines()[-1])
        return Mark(int(last["n"]), str(last["link"]))
    except (IndexError, ValueError, KeyError, TypeError):
        raise JournalBroken("The last line of the journal cannot be read: nothing is added to it.") from None


def _add(handle: int, entry: Mapping[str, Any], after: Mark | None) -> Mark:
    body = {**entry, "n": after.length + 1 if after else 0}
    link = _link(after.head if after else _NOTHING, body)
    line = _written(body | {"link": link}) + b"\n"
    start = os.fstat(handle).st_size
    try:
        if os.pwrite(handle, line, start) != len(line):
            raise OSError("the journal's line could not be written in full")
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, start)  # a full disk: the act does not happen, and no half line stays
        raise
    return Mark(body["n"], link)


def _entries(folder: Path) -> list[dict[str, Any]]:
    path = folder / NAME
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise JournalBroken(f"The journal {path} is missing.") from None
    if not raw.endswith(b"\n"):
        raise JournalBroken(f"The last line of the journal {path} is cut.")
    found: list[dict[str, Any]] = []
    before = _NOTHING
    for number, text in enumerate(raw.splitlines()):
        entry = _checked(text, number, before)
        if entry is None:
            raise JournalBroken(f"The journal {path} breaks at line {number + 1}.")
        found.append(entry)
        before = entry["link"]
    return found


def _checked(text: bytes, number: int, before: str) -> dict[str, Any] | None:
    """The entry of one line if it is the one that belongs here; none otherwise."""
    try:
        entry = json.loads(text)
        body = {key: value for key, value in entry.items() if key != "link"}
        sound = entry["n"] == number and entry["link"] == _link(before, body) and _written(entry) == text
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return entry if sound else None


def _line(entry: Mapping[str, Any]) -> Line:
    return Line(
        n=entry["n"],
        kind=entry["kind"],
        about=UUID(entry["about"]),
        agency=UUID(entry["agency"]),
        at=datetime.fromisoformat(entry["at"]),
        left=entry.get("left"),
    )


def _link(before: str, body: Mapping[str, Any]) -> str:
    return hashlib.sha256(before.encode() + b"\n" + _written(body)).hexdigest()


def _written(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
