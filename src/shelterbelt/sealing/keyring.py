"""The keys of one node: one per holder agency to wrap and to index, and the node's own identity.

Refuses to make a lost key anew, to write over one, and to show one. A row's seal opens only under its own
holder and its own id; that it is the newest version of itself is for the ledger to show.
"""

import hmac
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, Protocol, overload
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from shelterbelt.sealing import folder as disk
from shelterbelt.sealing.digests import canonical
from shelterbelt.sealing.errors import SealBroken, SealingError
from shelterbelt.sealing.letters import NodeKeys, PublicKeys
from shelterbelt.sealing.primitives import KEY_SIZE, NONCE_SIZE, Key, decrypt, encrypt
from shelterbelt.sealing.streams import Source, Target, open_stream, seal_stream

VERSION = b"\x01"
TOKEN_SIZE = 16
_STEP = 64
_REMEMBERED = 4096
_NODE = "this node"
_START = len(VERSION) + NONCE_SIZE


class _OpenSealed(Protocol):
    def __call__(
        self, wrapped: bytes | memoryview, agency_id: UUID, sealed: bytes | memoryview, *, about: UUID
    ) -> dict[str, Any]: ...


class _Open:
    """One verb at two doors: `Keyring.open(folder)` opens a folder, `ring.open(...)` a sealed value."""

    @overload
    def __get__(self, ring: None, kind: type["Keyring"]) -> Callable[[Path], "Keyring"]: ...
    @overload
    def __get__(self, ring: "Keyring", kind: type["Keyring"]) -> _OpenSealed: ...
    def __get__(self, ring: "Keyring | None", kind: type["Keyring"]) -> object:
        return kind if ring is None else ring._open_value


class Keyring:
    """An open key folder. Safe to share between threads and across a fork."""

    open = _Open()

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if folder.is_dir():
            disk.refuse_shared(folder)
        sign = disk.read_key(folder / "node.sign", size=KEY_SIZE, whose=_NODE)
        seal = disk.read_key(folder / "node.seal", size=KEY_SIZE, whose=_NODE)
        self._node = NodeKeys(
            Ed25519PrivateKey.from_private_bytes(sign), X25519PrivateKey.from_private_bytes(seal)
        )
        self._holders: dict[UUID, Key] = {}
        self._indexes: dict[UUID, bytes] = {}
        self._content = lru_cache(_REMEMBERED)(self._unwrap)

    @classmethod
    def create(cls, folder: Path) -> "Keyring":
        """Make the identity of a new node in the folder; refuses where there is one, or half of one."""
        if (folder / "node.sign").exists() or (folder / "node.seal").exists():
            raise SealingError("There is a node identity in the key folder already; it is not written over.")
        disk.make_private(folder)
        disk.write_key(folder / "node.seal", X25519PrivateKey.generate().private_bytes_raw(), whose=_NODE)
        disk.write_key(folder / "node.sign", Ed25519PrivateKey.generate().private_bytes_raw(), whose=_NODE)
        return cls(folder)

    def __repr__(self) -> str:
        return "<Keyring hidden>"

    def __reduce__(self) -> NoReturn:
        raise SealingError("A keyring does not leave the process.")

    def add_holder(self, agency_id: UUID) -> None:
        """Make the keys of a new holder; refuses when either is there.

        The index key comes first: if it stands alone, the holder key was lost or its making was cut off, and
        a person must look before anything is made anew.
        """
        index, holder = self._path("indexes", agency_id), self._path("holders", agency_id)
        if index.exists() or holder.exists():
            raise SealingError(f"There is a key of agency {agency_id} already; it is not written over.")
        disk.make_private(index.parent)
        disk.make_private(holder.parent)
        disk.write_key(index, os.urandom(KEY_SIZE), whose=f"agency {agency_id}")
        disk.write_key(holder, os.urandom(KEY_SIZE), whose=f"agency {agency_id}")

    def holds(self, agency_id: UUID) -> bool:
        """Are both keys of this holder in the folder?"""
        return self._path("indexes", agency_id).exists() and self._path("holders", agency_id).exists()

    def node_keys(self) -> NodeKeys:
        """This node's own keys, to write and read letters with."""
        return self._node

    def public_keys(self) -> PublicKeys:
        """What other nodes may know of this one."""
        return self._node.public

    def new_key(self, agency_id: UUID) -> bytes:
        """A fresh content key, wrapped by the holder's key: version 1 | nonce 12 | ciphertext 48."""
        nonce = os.urandom(NONCE_SIZE)
        return (
            VERSION
            + nonce
            + encrypt(self._holder(agency_id), nonce, os.urandom(KEY_SIZE), _key_aad(agency_id))
        )

    def seal(
        self, wrapped: bytes | memoryview, agency_id: UUID, value: Mapping[str, Any], *, about: UUID
    ) -> bytes:
        """Seal a value about one row: version 1 | nonce 12 | ciphertext. The order of keys is not kept.

        Padded with spaces to steps of 64 bytes, so that length does not tell a yes from a no.
        """
        text = canonical(value)
        text = text.ljust(-(-len(text) // _STEP) * _STEP, b" ")
        nonce = os.urandom(NONCE_SIZE)
        key = self._content(bytes(wrapped), agency_id)
        return VERSION + nonce + encrypt(key, nonce, text, _value_aad(agency_id, about))

    def _open_value(
        self, wrapped: bytes | memoryview, agency_id: UUID, sealed: bytes | memoryview, *, about: UUID
    ) -> dict[str, Any]:
        key = self._content(bytes(wrapped), agency_id)
        nonce, body = _parts(bytes(sealed))
        value: dict[str, Any] = json.loads(
            decrypt(key, nonce, body, _value_aad(agency_id, about)).decode("utf-8")
        )
        return value

    def seal_bytes(self, wrapped: bytes | memoryview, agency_id: UUID, data: bytes, *, about: UUID) -> bytes:
        """A small file in memory; the same format as seal_file."""
        target = io.BytesIO()
        self.seal_file(wrapped, agency_id, io.BytesIO(data), target, about=about)
        return target.getvalue()

    def open_bytes(
        self, wrapped: bytes | memoryview, agency_id: UUID, sealed: bytes | memoryview, *, about: UUID
    ) -> bytes:
        """The whole of a file, or SealBroken."""
        return b"".join(self.open_file(wrapped, agency_id, io.BytesIO(sealed), about=about))

    def seal_file(
        self, wrapped: bytes | memoryview, agency_id: UUID, source: Source, target: Target, *, about: UUID
    ) -> tuple[bytes, int]:
        """Seal source into target; returns the SHA-256 of the plain bytes and how many they were."""
        return seal_stream(self._content(bytes(wrapped), agency_id), agency_id, source, target, about=about)

    def open_file(
        self, wrapped: bytes | memoryview, agency_id: UUID, source: Source, *, about: UUID
    ) -> Iterator[bytes]:
        """The plain chunks in order; the first is already checked, a cut end raises SealBroken at the end."""
        return open_stream(self._content(bytes(wrapped), agency_id), agency_id, source, about=about)

    def index_token(self, agency_id: UUID, text: str) -> bytes:
        """A blind index: equal text, equal 16 bytes, in one agency only. The caller normalises the text."""
        message = _utf8(text)
        return hmac.digest(self._index(agency_id), message, "sha256")[:TOKEN_SIZE]

    def _path(self, room: str, agency_id: UUID) -> Path:
        return self._folder / room / f"{UUID(bytes=agency_id.bytes)}.key"

    def _holder(self, agency_id: UUID) -> Key:
        if (key := self._holders.get(agency_id)) is None:
            key = self._holders[agency_id] = Key(self._read("holders", agency_id))
        return key

    def _index(self, agency_id: UUID) -> bytes:
        if (key := self._indexes.get(agency_id)) is None:
            key = self._indexes[agency_id] = self._read("indexes", agency_id)
        return key

    def _read(self, room: str, agency_id: UUID) -> bytes:
        return disk.read_key(self._path(room, agency_id), size=KEY_SIZE, whose=f"agency {agency_id}")

    def _unwrap(self, wrapped: bytes, agency_id: UUID) -> Key:
        nonce, body = _parts(wrapped)
        return Key(decrypt(self._holder(agency_id), nonce, body, _key_aad(agency_id)))


def _key_aad(agency_id: UUID) -> bytes:
    return b"shelterbelt.key" + VERSION + agency_id.bytes


def _value_aad(agency_id: UUID, about: UUID) -> bytes:
    return b"shelterbelt.value" + VERSION + agency_id.bytes + about.bytes


def _parts(data: bytes) -> tuple[bytes, bytes]:
    if data[:1] != VERSION:
        raise SealBroken("What was sealed has no readable beginning.")
    return data[1:_START], data[_START:]


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        pass
    raise SealingError("The text holds half a character (a lone surrogate) and cannot be indexed.")
