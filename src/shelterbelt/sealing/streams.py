"""Files, sealed chunk by chunk (the STREAM construction) so that no file need fit in memory.

Each file has its own key, derived from the content key, holder, row and a random salt; a chunk's nonce is its
number and whether it is the last. A cut, swapped, doubled, lengthened or borrowed chunk is refused.
"""

import hashlib
import os
from collections.abc import Iterator
from itertools import chain
from typing import Protocol
from uuid import UUID

from shelterbelt.sealing.errors import SealBroken, SealingError
from shelterbelt.sealing.primitives import KEY_SIZE, TAG_SIZE, Key, decrypt, derive, encrypt

VERSION = b"\x01"
CHUNK = 64 * 1024
_SALT_SIZE = 32


class Source(Protocol):
    """Anything bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


class Target(Protocol):
    """Anything bytes can be written to."""

    def write(self, data: bytes, /) -> int | None: ...


def seal_stream(
    key: Key, agency_id: UUID, source: Source, target: Target, *, about: UUID
) -> tuple[bytes, int]:
    """Seal source into target; returns the SHA-256 of the plain bytes and how many they were."""
    salt = os.urandom(_SALT_SIZE)
    own = _file_key(key, salt, agency_id, about)
    _write(target, VERSION + salt)
    print_, size = hashlib.sha256(), 0
    for nonce, chunk in _numbered(source, CHUNK):
        print_.update(chunk)
        size += len(chunk)
        _write(target, encrypt(own, nonce, chunk, VERSION))
    return print_.digest(), size


def open_stream(key: Key, agency_id: UUID, source: Source, *, about: UUID) -> Iterator[bytes]:
    """The plain chunks in order. The first is checked before this returns, each before it is given out.

    A cut end shows only at the end (SealBroken from the iterator): what came before is genuine but not all.
    """
    header = _read(source, len(VERSION) + _SALT_SIZE)
    if len(header) != len(VERSION) + _SALT_SIZE or header[:1] != VERSION:
        raise SealBroken("The sealed file has no readable beginning.")
    own = _file_key(key, header[1:], agency_id, about)
    chunks = (decrypt(own, nonce, chunk, VERSION) for nonce, chunk in _numbered(source, CHUNK + TAG_SIZE))
    return chain([next(chunks)], chunks)


def _file_key(key: Key, salt: bytes, agency_id: UUID, about: UUID) -> Key:
    info = b"shelterbelt.file" + VERSION + agency_id.bytes + about.bytes
    return Key(derive(key.raw, salt=salt, info=info, size=KEY_SIZE))


def _numbered(source: Source, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk with its nonce: eleven bytes of number, one byte that is 1 on the last chunk only."""
    number, chunk = 0, _read(source, size)
    while following := _read(source, size) if len(chunk) == size else b"":
        yield number.to_bytes(11, "big") + b"\x00", chunk
        number, chunk = number + 1, following
    yield number.to_bytes(11, "big") + b"\x01", chunk


def _read(source: Source, size: int) -> bytes:
    """Exactly size bytes unless the source ends: pipes and uploads may hand over less at a time."""
    parts, missing = [], size
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _write(target: Target, data: bytes) -> None:
    written = target.write(data)
    if written is not None and written != len(data):
        raise SealingError("The sealed file could not be written in full.")
