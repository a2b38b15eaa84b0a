"""The keys of one node: one per holder agency to wrap and to index, and the node's own identity.

A content key is wrapped under the holder's key and a slot's secret together: destroying the slot is enough. Refuses
to make a lost key anew, to write over one, and to show one. A row's seal opens only under its own holder and its own
id; that it is the newest version of itself is for the ledger to show.
"""

import hmac
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, Protocol, overload
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from shelterbelt.sealing import folder as disk
from shelterbelt.sealing import lock
from shelterbelt.sealing.digests import canonical
from shelterbelt.sealing.errors import KeyDestroyed, KeyMissing, SealBroken, SealingError
from shelterbelt.sealing.holders import WITHOUT_SLOTS, Holder, all_of
from shelterbelt.sealing.letters import NodeKeys, PublicKeys
from shelterbelt.sealing.lock import Unlock
from shelterbelt.sealing.memory import Memory, Under
from shelterbelt.sealing.primitives import KEY_SIZE, NONCE_SIZE, TAG_SIZE, Key, decrypt, derive, encrypt
from shelterbelt.sealing.streams import Source, Target, open_stream, seal_stream

VERSION = b"\x01"
WITH_SLOT = b"\x02"
TOKEN_SIZE = 16
_STEP = 64
_REMEMBERED = 4096
_NODE = "this node"
_START = len(VERSION) + NONCE_SIZE
_SLOT = slice(1, 9)
_HOLDER_VERSION = slice(9, 11)
_HEADER = 11
_WRAPPED = _HEADER + NONCE_SIZE + KEY_SIZE + TAG_SIZE


class _OpenSealed(Protocol):
    def __call__(
        self, wrapped: bytes | memoryview, agency_id: UUID, sealed: bytes | memoryview, *, about: UUID
    ) -> dict[str, Any]: ...


class _Open:
    """One verb at two doors: `Keyring.open(folder)` opens a folder, `ring.open(...)` a sealed value."""

    @overload
    def __get__(self, ring: None, kind: type["Keyring"]) -> type["Keyring"]: ...
    @overload
    def __get__(self, ring: "Keyring", kind: type["Keyring"]) -> _OpenSealed: ...
    def __get__(self, ring: "Keyring | None", kind: type["Keyring"]) -> object:
        return kind if ring is None else ring._open_value


class Keyring:
    """An open key folder. Safe to share between threads and across a fork."""

    open = _Open()

    def __init__(self, folder: Path, unlock: Unlock | None = None) -> None:
        if folder.is_dir():
            disk.refuse_shared(folder)
        self._keys = lock.opened(folder, unlock)
        self._node = self._read_node()
        self._holders: dict[UUID, Holder] = {}
        self._remembered = Memory(_REMEMBERED)

    def _read_node(self) -> NodeKeys:
        sign, seal, *former = (
            self._keys.read(name, whose=_NODE) for name in ("node.sign", "node.seal", *self._former())
        )
        return NodeKeys(
            Ed25519PrivateKey.from_private_bytes(sign),
            X25519PrivateKey.from_private_bytes(seal),
            tuple(X25519PrivateKey.from_private_bytes(raw) for raw in former),
        )

    def _former(self) -> list[str]:
        return [name for name in self._keys.names() if name.startswith("node.seal.")]

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
        """Make the keys of a new holder; refuses when any of them is there."""
        holder = self._holder(agency_id)
        holder.make()
        self._write_check(holder, agency_id)

    def holds(self, agency_id: UUID) -> bool:
        """Are all keys of this holder in the folder?"""
        return self._holder(agency_id).complete()

    def check(self, agency_id: UUID) -> None:
        """KeyMissing, naming only the agency, unless its wrapping key, index key and slots are there and its own."""
        holder = self._holder(agency_id)
        if holder.newest == WITHOUT_SLOTS:
            holder.key(WITHOUT_SLOTS)
            holder.index()
            return
        try:
            data = holder.check.read_bytes()
            told = self.open(data[:_WRAPPED], agency_id, data[_WRAPPED:], about=agency_id)
            if told == self._checked(agency_id):
                return
        except (FileNotFoundError, SealBroken, KeyDestroyed):
            pass
        raise KeyMissing(
            f"The keys of agency {agency_id} do not belong together. Restore the folder from its backup."
        )

    def _write_check(self, holder: Holder, agency_id: UUID) -> None:
        key = self.new_key(agency_id)
        disk.make_private(holder.check.parent)
        disk.replace_file(
            holder.check, key + self.seal(key, agency_id, self._checked(agency_id), about=agency_id)
        )

    def _checked(self, agency_id: UUID) -> dict[str, str]:
        return {"index": self.index_token(agency_id, "check").hex()}

    def renew(self, agency_id: UUID) -> int:
        """A new version of an agency's wrapping key, which wraps from now on; its number."""
        holder = self._holder(agency_id)
        version = holder.renew()
        self._write_check(holder, agency_id)
        return version

    def versions(self, agency_id: UUID) -> dict[int, float]:
        """The versions of an agency's wrapping key, oldest first, and when each was made."""
        holder = self._holder(agency_id)
        return {version: holder.made_at(version) for version in holder.versions()}

    def retire(self, agency_id: UUID, version: int) -> None:
        """Take an older version of a wrapping key away for good. The caller has seen that nothing is under it."""
        self.check(agency_id)
        self._holder(agency_id).retire(version)
        self._remembered.clear()

    def rewrap(self, wrapped: bytes | memoryview, agency_id: UUID) -> bytes:
        """The same content key under the newest version of the wrapping key; a destroyed one stays destroyed."""
        wrapped, holder = bytes(wrapped), self._holder(agency_id)
        version = holder.newest
        if version_of(wrapped) == version:
            return wrapped
        try:
            content = self._content(wrapped, agency_id).raw
        except KeyDestroyed:
            return wrapped[:9] + version.to_bytes(2, "big") + wrapped[_HEADER:]
        slot = _slot(wrapped) if wrapped[:1] == WITH_SLOT else holder.slots.take()
        return self._wrapped(holder, agency_id, slot, content, version=version)

    def renew_seal_key(self) -> None:
        """Another seal key for this node; letters that are sealed to the one before go on opening."""
        before = self._node.seal.private_bytes_raw()
        self._keys.write(f"node.seal.{len(self._former()) + 1}", before, whose=_NODE)
        self._keys.replace("node.seal", X25519PrivateKey.generate().private_bytes_raw())
        self._node = self._read_node()

    def master(self) -> bytes:
        """The key that locks this folder, for paper shares and for a process that this one starts."""
        if self._keys.master is None:
            raise SealingError("The key folder is not locked: run shelterbelt keys lock first.")
        return self._keys.master.raw

    def node_keys(self) -> NodeKeys:
        """This node's own keys, to write and read letters with."""
        return self._node

    def public_keys(self) -> PublicKeys:
        """What other nodes may know of this one."""
        return self._node.public

    def new_key(self, agency_id: UUID) -> bytes:
        """A fresh content key, wrapped: version 2 | slot 8 | holder key's version 2 | nonce 12 | ciphertext 48."""
        holder, content = self._holder(agency_id), os.urandom(KEY_SIZE)
        version = holder.newest
        if version == WITHOUT_SLOTS:
            return self._wrapped_without_slot(holder, agency_id, content)
        return self._wrapped(holder, agency_id, holder.slots.take(), content, version=version)

    def destroy(self, wrapped: bytes | memoryview, agency_id: UUID | None = None) -> None:
        """Destroy a content key for good, for every process and every backup of the database; twice is once.

        Only a key that opens is destroyed: a damaged one must not take another's slot with it. Without an agency
        it is the one under whose key it opens.
        """
        wrapped = bytes(wrapped)
        if wrapped[:1] == VERSION:
            raise SealingError(
                "This key is from before keys could be destroyed: run shelterbelt keys rotate first."
            )
        owner = agency_id or self._owner(wrapped)
        if owner:
            with suppress(KeyDestroyed):
                self._content(wrapped, owner)
                self._holder(owner).slots.destroy(_slot(wrapped))
        self._remembered.clear()

    def _owner(self, wrapped: bytes) -> UUID | None:
        """The agency under whose key this one opens; None when it was destroyed before."""
        destroyed, fault = False, SealBroken("No agency of this node has a key under which this one opens.")
        for agency_id in all_of(self._keys):
            try:
                self._content(wrapped, agency_id)
            except KeyDestroyed:
                destroyed = True
            except SealingError:
                continue
            else:
                return agency_id
        if not destroyed:
            raise fault
        return None

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
        return hmac.digest(self._holder(agency_id).index(), message, "sha256")[:TOKEN_SIZE]

    def _holder(self, agency_id: UUID) -> Holder:
        if (holder := self._holders.get(agency_id)) is None:
            holder = self._holders.setdefault(agency_id, Holder(self._keys, agency_id))
        return holder

    def _content(self, wrapped: bytes, agency_id: UUID) -> Key:
        """The content key. Its slot is read each time: no memory outlives a destroyed key."""
        if wrapped[:1] != WITH_SLOT:
            return self._recalled((wrapped, agency_id, b""))
        if len(wrapped) < _HEADER:
            raise SealBroken("What was sealed has no readable beginning.")
        try:
            secret = self._holder(agency_id).slots.read(_slot(wrapped))
        except KeyDestroyed:
            self._remembered.clear()
            raise
        return self._recalled((wrapped, agency_id, secret))

    def _recalled(self, under: Under) -> Key:
        if (key := self._remembered.get(under)) is None:
            key = self._unwrap(*under)
            self._remembered.put(under, key)
        return key

    def _unwrap(self, wrapped: bytes, agency_id: UUID, secret: bytes) -> Key:
        holder = self._holder(agency_id)
        if not secret:
            nonce, body = _parts(wrapped)
            return Key(decrypt(holder.key(WITHOUT_SLOTS), nonce, body, _key_aad(agency_id)))
        header, nonce, body = (
            wrapped[:_HEADER],
            wrapped[_HEADER:][:NONCE_SIZE],
            wrapped[_HEADER + NONCE_SIZE :],
        )
        version = int.from_bytes(header[_HOLDER_VERSION], "big")
        under = _wrapping(holder.key(version), secret, agency_id, header[_SLOT])
        return Key(decrypt(under, nonce, body, _slot_aad(agency_id, header)))

    def _wrapped(self, holder: Holder, agency_id: UUID, slot: int, content: bytes, *, version: int) -> bytes:
        number = slot.to_bytes(8, "big")
        header, nonce = WITH_SLOT + number + version.to_bytes(2, "big"), os.urandom(NONCE_SIZE)
        secret = holder.slots.read(slot)
        under = _wrapping(holder.key(version), secret, agency_id, number)
        wrapped = header + nonce + encrypt(under, nonce, content, _slot_aad(agency_id, header))
        self._remembered.put((wrapped, agency_id, secret), Key(content))
        return wrapped

    def _wrapped_without_slot(self, holder: Holder, agency_id: UUID, content: bytes) -> bytes:
        """Version 1 | nonce 12 | ciphertext 48: of a folder that was never rotated since slots came."""
        nonce = os.urandom(NONCE_SIZE)
        return VERSION + nonce + encrypt(holder.key(WITHOUT_SLOTS), nonce, content, _key_aad(agency_id))


def version_of(wrapped: bytes) -> int:
    """Which version of the holder's key wrapped this content key."""
    return int.from_bytes(wrapped[_HOLDER_VERSION], "big") if wrapped[:1] == WITH_SLOT else WITHOUT_SLOTS


def _slot(wrapped: bytes) -> int:
    return int.from_bytes(wrapped[_SLOT], "big")


def _wrapping(holder: Key, secret: bytes, agency_id: UUID, slot: bytes) -> Key:
    """The key that wraps one content key: from the holder's key and the slot's secret, neither alone."""
    info = b"shelterbelt.slot" + WITH_SLOT + agency_id.bytes + slot
    return Key(derive(holder.raw, salt=secret, info=info, size=KEY_SIZE))


def _slot_aad(agency_id: UUID, header: bytes) -> bytes:
    return b"shelterbelt.key" + agency_id.bytes + header


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
