"""The key folder on disk: 0700, its files 0600, each written whole or not at all, locked or open.

Refuses to write over a key, to read a key others could read, and to go on when a key is missing.
"""

import os
import secrets
from pathlib import Path

from shelterbelt.sealing.errors import FolderLocked, KeyMissing, SealBroken, SealingError
from shelterbelt.sealing.primitives import KEY_SIZE, NONCE_SIZE, TAG_SIZE, Key, decrypt, encrypt

_OTHERS = 0o077
_LOCKED = b"\x01"
LOCKED_SIZE = len(_LOCKED) + NONCE_SIZE + KEY_SIZE + TAG_SIZE
_KEYS = ("node.sign", "node.seal", "node.seal.*", "indexes/*.key", "holders/*.key")


def make_private(folder: Path) -> None:
    """Make the folder for its owner alone; an existing one is narrowed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _settle(folder.parent)


def refuse_shared(path: Path) -> None:
    """Refuse a key file or folder that other accounts of the machine can use."""
    if path.stat().st_mode & _OTHERS:
        raise SealingError("Other accounts can use the key folder: set it to 0700 and its files to 0600.")


def read_key(path: Path, *, sizes: tuple[int, ...], whose: str) -> bytes:
    """The raw file; KeyMissing, naming only whose it is, when absent or of the wrong length."""
    try:
        refuse_shared(path)
        raw = path.read_bytes()
    except FileNotFoundError:
        raw = None
    if raw is None:
        raise KeyMissing(f"The key of {whose} is not in the key folder. Restore the folder from its backup.")
    if len(raw) not in sizes:
        raise _damaged(whose)
    return raw


def write_key(path: Path, raw: bytes, *, whose: str) -> None:
    """Write a new key and make it last through a power cut; refuses when one is there already.

    A hard link instead of a rename: of two processes that make the same key at once, exactly one succeeds.
    """
    draft = _draft(path, raw)
    try:
        os.link(draft, path)
    except FileExistsError:
        raise SealingError(f"There is a key of {whose} already; it is not written over.") from None
    finally:
        draft.unlink()
    _settle(path.parent)


def replace_file(path: Path, raw: bytes) -> None:
    """Put a file in place of an earlier one, whole or not at all, and make it last through a power cut."""
    _draft(path, raw).replace(path)
    _settle(path.parent)


def overwrite(path: Path) -> None:
    """Write noughts over what a file held. Some disks keep a copy of their own all the same."""
    with path.open("r+b") as file:
        file.write(bytes(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())


class Folder:
    """One key folder, in which each key has a name; with a master key, its files are locked."""

    def __init__(self, path: Path, *, master: Key | None = None, strict: bool = False) -> None:
        self.path, self.master, self._strict = path, master, strict

    def has(self, name: str) -> bool:
        return (self.path / name).exists()

    def names(self) -> list[str]:
        """Every key file; the node's own come first, so that a master can be tried on them."""
        return [str(path.relative_to(self.path)) for form in _KEYS for path in sorted(self.path.glob(form))]

    def read(self, name: str, *, whose: str) -> bytes:
        """The key of this name; KeyMissing, naming only whose it is, when absent or damaged."""
        raw = read_key(self.path / name, sizes=(KEY_SIZE, LOCKED_SIZE), whose=whose)
        if len(raw) == KEY_SIZE:
            if self._strict:
                raise SealingError(f"A key of {whose} lies open in a locked folder: it is not used.")
            return raw
        if self.master is None:
            raise FolderLocked(f"The key of {whose} is locked.")
        nonce, sealed = raw[1 : 1 + NONCE_SIZE], raw[1 + NONCE_SIZE :]
        try:
            return decrypt(self.master, nonce, sealed, _aad(name))
        except SealBroken:
            pass
        raise _damaged(whose)

    def write(self, name: str, raw: bytes, *, whose: str) -> None:
        """A new key under this name; refuses when one is there already."""
        path = self.path / name
        make_private(path.parent)
        write_key(path, self._locked(name, raw), whose=whose)

    def replace(self, name: str, raw: bytes) -> None:
        """Another key under a name that has one."""
        replace_file(self.path / name, self._locked(name, raw))

    def opens(self, name: str) -> bool:
        """Does the master open this key?"""
        try:
            return bool(self.read(name, whose="this node"))
        except SealingError:
            return False

    def is_open(self, name: str) -> bool:
        """Does this key lie there without a lock?"""
        return (self.path / name).stat().st_size == KEY_SIZE

    def shut(self, name: str) -> None:
        """Lock a key that lies open; what lay open is written over."""
        if not self.is_open(name):
            return
        path, raw = self.path / name, self.read(name, whose="this folder")
        kept = path.with_name(f".{secrets.token_hex(8)}.old")
        os.link(path, kept)
        self.replace(name, raw)
        overwrite(kept)
        kept.unlink()

    def remove(self, name: str) -> None:
        """Take a key that nothing needs any more out of the folder for good."""
        overwrite(self.path / name)
        (self.path / name).unlink()
        _settle((self.path / name).parent)

    def _locked(self, name: str, raw: bytes) -> bytes:
        if self.master is None:
            return raw
        nonce = os.urandom(NONCE_SIZE)
        return _LOCKED + nonce + encrypt(self.master, nonce, raw, _aad(name))


def _aad(name: str) -> bytes:
    return b"shelterbelt.file in the key folder" + _LOCKED + name.encode()


def _damaged(whose: str) -> KeyMissing:
    return KeyMissing(f"The key of {whose} is damaged. Restore the folder from its backup.")


def _draft(path: Path, raw: bytes) -> Path:
    draft = path.with_name(f".{secrets.token_hex(8)}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
