"""One encrypted set of parts in a folder: what a backup is made of. Nothing in it is readable, also not its names.

Each part is sealed chunk by chunk under a key that only the backup's private key can agree on; a signed manifest holds
every part's digest. A set has its name only once all of it is on the disk: a half one is never taken for a whole one.
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from shelterbelt.config.processes import Fault
from shelterbelt.sealing.errors import SealingError
from shelterbelt.sealing.primitives import (
    KEY_SIZE,
    NONCE_SIZE,
    SIGNATURE_SIZE,
    Key,
    decrypt,
    derive,
    encrypt,
    sign,
    verify,
)
from shelterbelt.sealing.streams import Source, open_stream, seal_stream

VERSION = b"\x01"
MANIFEST = "manifest"
UNFINISHED = ".unfinished-"
SET = "set-"
_PURPOSE = b"shelterbelt.backup"
_SECRET, _PUBLIC = "shelterbelt-backup-secret-1:", "shelterbelt-backup-public-1:"
_PARTS = UUID("6f1c2f5e-6f0e-4a53-9f0a-3f6b1c5f4e11")
_HEADER = len(VERSION) + KEY_SIZE
BLOCK = 1024 * 1024


def new_pair() -> tuple[str, str]:
    """A fresh private key and its public half, each as one line of text."""
    made = X25519PrivateKey.generate()
    public = made.public_key().public_bytes_raw()
    return _SECRET + made.private_bytes_raw().hex(), _PUBLIC + public.hex()


def public_of(text: str) -> X25519PublicKey:
    """The public half from its line of text."""
    return X25519PublicKey.from_public_bytes(_raw(text, _PUBLIC))


def private_of(text: str) -> X25519PrivateKey:
    """The private key from its line of text."""
    return X25519PrivateKey.from_private_bytes(_raw(text, _SECRET))


def _raw(text: str, kind: str) -> bytes:
    with contextlib.suppress(ValueError):
        raw = bytes.fromhex(text.strip().removeprefix(kind))
        if text.strip().startswith(kind) and len(raw) == KEY_SIZE:
            return raw
    raise Fault("This is not a key of a backup: it is one line, as shelterbelt backup keygen wrote it.")


class Writing:
    """A set that is being written. `with Writing(…) as made:` then `made.add(…)`, then `made.finish(…)`."""

    def __init__(self, folder: Path, *, to: X25519PublicKey, by: Ed25519PrivateKey, at: datetime) -> None:
        self._by, self._parts = by, dict[str, dict[str, Any]]()
        once = X25519PrivateKey.generate()
        self._header = VERSION + once.public_key().public_bytes_raw()
        self._key = _agreed(once.exchange(to), self._header, to.public_bytes_raw())
        self._id = UUID(bytes=secrets.token_bytes(16))
        name = f"{at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        self.path, self._draft = folder / (SET + name), folder / (UNFINISHED + name)

    def __enter__(self) -> "Writing":
        self._draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._draft.mkdir(mode=0o700)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._draft, ignore_errors=True)  # gone already when all went well

    def add(self, part: str, source: Source) -> None:
        """Seal one part from a source to the disk."""
        name = str(len(self._parts) + 1)
        with _new_file(self._draft / name) as file:
            told = _Told(file)
            plain, size = seal_stream(self._key, self._id, source, told, about=uuid5(_PARTS, part))
            _settle_file(file)
        self._parts[part] = {
            "file": name, "size": told.size, "sha256": told.digest(), "plain": plain.hex(), "plain_size": size,
        }  # fmt: skip

    def finish(self, about: Mapping[str, Any]) -> Path:
        """Sign for all parts and give the set its name; from here on it is whole."""
        told = {"about": dict(about), "id": str(self._id), "parts": self._parts}
        text = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
        nonce = os.urandom(NONCE_SIZE)
        body = self._header + nonce + encrypt(self._key, nonce, text, _PURPOSE + self._header)
        with _new_file(self._draft / MANIFEST) as file:
            file.write(body + sign(self._by, _PURPOSE + body))
            _settle_file(file)
        _settle_folder(self._draft)
        self._draft.rename(self.path)
        _settle_folder(self.path.parent)
        return self.path


@dataclass(frozen=True)
class Opened:
    """A set whose manifest was read and whose every part is there as it was signed for."""

    path: Path
    id: UUID
    about: Mapping[str, Any]
    parts: Mapping[str, Mapping[str, Any]]
    key: Key

    def chunks(self, part: str) -> Iterator[bytes]:
        """The plain chunks of a part in order; the last is only given out when it is known to be the last."""
        if part not in self.parts:
            return
        with (self.path / self.parts[part]["file"]).open("rb") as file:
            yield from open_stream(self.key, self.id, file, about=uuid5(_PARTS, part))


def opened(path: Path, private: X25519PrivateKey, *, signed_by: bytes | None = None) -> Opened:
    """Open a set and check all of it before anything is taken from it. `signed_by` is the key that must have signed."""
    path = the_set(path)
    raw = (path / MANIFEST).read_bytes()
    body, signature = raw[:-SIGNATURE_SIZE], raw[-SIGNATURE_SIZE:]
    header = body[:_HEADER]
    if header[:1] != VERSION or len(body) < _HEADER + NONCE_SIZE:
        raise Fault(f"{path} is not a backup that this version can read.")
    if signed_by is not None and not verify(signed_by, signature, _PURPOSE + body):
        raise Fault(f"{path} was altered, or another node made it.")
    told, key = _manifest(path, body, private)
    if not verify(bytes.fromhex(told["about"]["sign_key"]), signature, _PURPOSE + body):
        raise Fault(f"{path} was altered.")
    found = Opened(path, UUID(told["id"]), told["about"], told["parts"], key)
    for part in found.parts.values():
        _refuse_altered(path / part["file"], part)
    return found


def the_set(path: Path) -> Path:
    """The set itself, or the newest in a folder of sets."""
    if (path / MANIFEST).exists():
        return path
    found = sorted(path.glob(f"{SET}*/{MANIFEST}")) if path.is_dir() else []
    if not found:
        raise Fault(f"There is no whole backup in {path}.")
    return found[-1].parent


def _manifest(path: Path, body: bytes, private: X25519PrivateKey) -> tuple[dict[str, Any], Key]:
    header, rest = body[:_HEADER], body[_HEADER:]
    public = private.public_key().public_bytes_raw()
    try:
        once = X25519PublicKey.from_public_bytes(header[len(VERSION) :])
        key = _agreed(private.exchange(once), header, public)
        text = decrypt(key, rest[:NONCE_SIZE], rest[NONCE_SIZE:], _PURPOSE + header)
    except (SealingError, ValueError):
        raise Fault(
            f"This key does not open {path}: it is another backup key, or the set was altered."
        ) from None
    told: dict[str, Any] = json.loads(text)
    return told, key


def _agreed(secret: bytes, header: bytes, public: bytes) -> Key:
    return Key(derive(secret, salt=header + public, info=_PURPOSE + VERSION, size=KEY_SIZE))


def _refuse_altered(file: Path, part: Mapping[str, Any]) -> None:
    print_ = hashlib.sha256()
    try:
        with file.open("rb") as source:
            while block := source.read(BLOCK):
                print_.update(block)
    except FileNotFoundError:
        raise Fault(f"{file} is missing: the backup is not whole.") from None
    if print_.hexdigest() != part["sha256"]:
        raise Fault(f"{file} was altered or cut: nothing of the backup is used.")


class _Told:
    """A file that says what was written to it."""

    def __init__(self, file: Any) -> None:
        self._file, self._print, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write all of it."""
        self._file.write(data)
        self._print.update(data)
        self.size += len(data)
        return len(data)

    def digest(self) -> str:
        """The digest of all that was written."""
        return self._print.hexdigest()


def _new_file(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _settle_file(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _settle_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
