"""The key folder on disk: 0700, its files 0600, each written whole or not at all.

Refuses to write over a key, to read a key others could read, and to go on when a key is missing.
"""

import os
import secrets
from pathlib import Path

from shelterbelt.sealing.errors import KeyMissing, SealingError

_OTHERS = 0o077


def make_private(folder: Path) -> None:
    """Make the folder for its owner alone; an existing one is narrowed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _settle(folder.parent)


def refuse_shared(path: Path) -> None:
    """Refuse a key file or folder that other accounts of the machine can use."""
    if path.stat().st_mode & _OTHERS:
        raise SealingError("Other accounts can use the key folder: set it to 0700 and its files to 0600.")


def read_key(path: Path, *, size: int, whose: str) -> bytes:
    """The raw key; KeyMissing, naming only whose it is, when absent or of the wrong length."""
    try:
        refuse_shared(path)
        raw = path.read_bytes()
    except FileNotFoundError:
        raw = None
    if raw is None:
        raise KeyMissing(f"The key of {whose} is not in the key folder. Restore the folder from its backup.")
    if len(raw) != size:
        raise KeyMissing(f"The key of {whose} is damaged. Restore the folder from its backup.")
    return raw


def write_key(path: Path, raw: bytes, *, whose: str) -> None:
    """Write a new key and make it last through a power cut; refuses when one is there already.

    A hard link instead of a rename: of two processes that make the same key at once, exactly one succeeds.
    """
    draft = path.with_name(f".{secrets.token_hex(8)}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        raise SealingError(f"There is a key of {whose} already; it is not written over.") from None
    finally:
        draft.unlink()
    _settle(path.parent)


class Folder:
    """One key folder, in which each key has a name."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, name: str) -> bool:
        return (self.path / name).exists()

    def read(self, name: str, *, size: int, whose: str) -> bytes:
        """The key of this name; KeyMissing, naming only whose it is, when absent or damaged."""
        return read_key(self.path / name, size=size, whose=whose)

    def write(self, name: str, raw: bytes, *, whose: str) -> None:
        """A new key under this name; refuses when one is there already."""
        path = self.path / name
        make_private(path.parent)
        write_key(path, raw, whose=whose)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
