"""Slots: the half of each content key that lies outside the database, so that destroying it there is enough.

A file per agency of 32-byte records, the first of which says whose it is. Refuses a file that is missing, short or
another agency's; it is never made anew. A slot is on the disk before its number is given out, and no number twice.
"""

import fcntl
import os
import threading
import weakref
from collections import deque
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from shelterbelt.sealing import folder as disk
from shelterbelt.sealing.errors import KeyDestroyed, KeyMissing

SIZE = 32
DESTROYED = b"destroyed on purpose".ljust(SIZE, b"\0")
_EMPTY = bytes(SIZE)
_FIRST_BLOCK, _LARGEST_BLOCK = 16, 512
_LARGEST_NUMBER = 2**58
# Files kept open at once: whoever was opened first is closed first, and opened again when it is needed.
_MOST_OPEN = 64
_all: "weakref.WeakSet[Slots]" = weakref.WeakSet()
_kept: "deque[weakref.ref[Slots]]" = deque()


class _Handle:
    """An open file that closes only when no thread reads from it any more."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.inode = os.fstat(number).st_ino

    def __del__(self) -> None:
        os.close(self.number)


class Slots:
    """The slots of one agency. Safe to share between threads and across a fork."""

    def __init__(self, path: Path, agency_id: UUID) -> None:
        self._path, self._header = str(path), header(agency_id)
        self._whose = f"agency {agency_id}"
        self._file: _Handle | None = None
        self.forget()
        _all.add(self)

    def forget(self) -> None:
        """Give up the numbers that this process had put aside: after a fork they are the parent's."""
        self._lock = threading.Lock()
        self._next = self._end = 0
        self._block = _FIRST_BLOCK

    def take(self) -> int:
        """The number of a slot that nobody has had; its secret is on the disk already."""
        with self._lock:
            if self._next == self._end:
                self._next, self._end = self._reserve(self._block)
                self._block = min(self._block * 2, _LARGEST_BLOCK)
            self._next += 1
            return self._next - 1

    def read(self, number: int) -> bytes:
        """The secret in a slot; KeyDestroyed when it was destroyed, KeyMissing when it is not there."""
        if not 0 < number < _LARGEST_NUMBER:
            self._refuse()
        file = self._opened()
        secret = os.pread(file.number, SIZE, number * SIZE)
        if secret == DESTROYED:
            raise KeyDestroyed("This key was destroyed on purpose: what lay under it is gone for ever.")
        if len(secret) != SIZE or secret == _EMPTY:
            self._refuse()
        return secret

    def destroy(self, number: int) -> None:
        """Write over the secret for good; returns when the disk has it."""
        self.read(number)
        handle = self._open_to_write()
        try:
            os.pwrite(handle, DESTROYED, number * SIZE)
            os.fsync(handle)
        finally:
            os.close(handle)

    def _reserve(self, count: int) -> tuple[int, int]:
        """Fresh secrets at the end of the file, for this process alone. A half-written end is left behind."""
        handle = self._open_to_write()
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            start = -(-os.fstat(handle).st_size // SIZE)
            data, at = os.urandom(count * SIZE), start * SIZE
            while data:
                written = os.pwrite(handle, data, at)
                data, at = data[written:], at + written
            os.fsync(handle)
        finally:
            os.close(handle)
        return start, start + count

    def _opened(self) -> _Handle:
        """The file, kept open; opened again when another lies in its place, missing when none does."""
        file = self._file
        if file is None or _inode(self._path) != file.inode:
            self._file = None
            self._file = file = _Handle(self._open(os.O_RDONLY))
            _kept.append(weakref.ref(self))
            if len(_kept) > _MOST_OPEN and (first := _kept.popleft()()) not in (None, self):
                first._file = None
        return file

    def _open_to_write(self) -> int:
        return self._open(os.O_RDWR)

    def _open(self, how: int) -> int:
        try:
            disk.refuse_shared(Path(self._path))
            handle = os.open(self._path, how | os.O_CLOEXEC)
        except FileNotFoundError:
            handle = -1
        if handle < 0:
            self._refuse()
        if os.pread(handle, SIZE, 0) != self._header:
            os.close(handle)
            self._refuse()
        return handle

    def _refuse(self) -> NoReturn:
        raise KeyMissing(
            f"A slot of {self._whose} is not in the key folder. Restore the slots from their newest copy."
        )


def _inode(path: str) -> int:
    try:
        return os.stat(path).st_ino
    except FileNotFoundError:
        return -1


def make(path: Path, agency_id: UUID) -> None:
    """An agency's empty slots file; refuses when one is there already."""
    disk.make_private(path.parent)
    disk.write_key(path, header(agency_id), whose=f"agency {agency_id}")


def header(agency_id: UUID) -> bytes:
    """The first record: whose slots these are."""
    return b"shelterbelt slot" + agency_id.bytes


def _after_fork() -> None:
    for slots in list(_all):
        slots.forget()


os.register_at_fork(after_in_child=_after_fork)
