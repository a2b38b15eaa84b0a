"""A sealed file opens in order and to its end, or says that it does not."""

import hashlib
import io
import os
from itertools import permutations
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.sealing import Keyring, SealBroken, SealingError
from shelterbelt.sealing.streams import CHUNK

HEAD = 33
BLOCK = CHUNK + 16


class Trickle(io.RawIOBase):
    """A pipe that hands over a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:
        return self._inner.read(min(size, 1000))


class FullDisk:
    """A target that takes less than it is given."""

    def write(self, data: bytes, /) -> int:
        return len(data) - 1


def _blocks(sealed: bytes) -> tuple[bytes, list[bytes]]:
    body = sealed[HEAD:]
    return sealed[:HEAD], [body[start : start + BLOCK] for start in range(0, len(body), BLOCK)]


@given(data=st.binary(max_size=300))
def test_any_bytes_come_back(ring: Keyring, agency: UUID, key: bytes, row: UUID, data: bytes) -> None:
    assert ring.open_bytes(key, agency, ring.seal_bytes(key, agency, data, about=row), about=row) == data


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_files_around_the_edge_of_a_chunk_come_back(
    ring: Keyring, agency: UUID, key: bytes, row: UUID, size: int
) -> None:
    data, target = os.urandom(size), io.BytesIO()
    told = ring.seal_file(key, agency, io.BytesIO(data), target, about=row)
    assert told == (hashlib.sha256(data).digest(), size)
    assert len(target.getvalue()) == HEAD + size + 16 * max(1, -(-size // CHUNK))
    assert b"".join(ring.open_file(key, agency, io.BytesIO(target.getvalue()), about=row)) == data
    assert ring.open_bytes(key, agency, memoryview(target.getvalue()), about=row) == data


def test_a_source_that_trickles_seals_and_opens_the_same(
    ring: Keyring, agency: UUID, key: bytes, row: UUID
) -> None:
    data, target = os.urandom(2 * CHUNK + 5), io.BytesIO()
    ring.seal_file(key, agency, Trickle(data), target, about=row)
    assert b"".join(ring.open_file(key, agency, Trickle(target.getvalue()), about=row)) == data


def test_a_hundred_megabytes_pass_through_without_being_held(
    ring: Keyring, agency: UUID, key: bytes, row: UUID, tmp_path: Path
) -> None:
    block, prints = os.urandom(1024 * 1024), [hashlib.sha256(), hashlib.sha256()]
    with (tmp_path / "plain").open("wb") as plain:
        for _ in range(100):
            plain.write(block)
            prints[0].update(block)
    with (tmp_path / "plain").open("rb") as source, (tmp_path / "sealed").open("wb") as target:
        told = ring.seal_file(key, agency, source, target, about=row)
    assert told == (prints[0].digest(), 100 * 1024 * 1024)
    with (tmp_path / "sealed").open("rb") as source:
        for chunk in ring.open_file(key, agency, source, about=row):
            assert len(chunk) <= CHUNK
            prints[1].update(chunk)
    assert prints[1].digest() == prints[0].digest()


@pytest.mark.parametrize("size", [0, 10, CHUNK, 2 * CHUNK, 2 * CHUNK + 10])
def test_a_truncated_file_is_refused_wherever_it_is_cut(
    ring: Keyring, agency: UUID, key: bytes, row: UUID, size: int
) -> None:
    sealed = ring.seal_bytes(key, agency, os.urandom(size), about=row)
    edges = {HEAD + number * BLOCK for number in range(4)}
    cuts = {edge + near for edge in edges for near in (-17, -16, -1, 0, 1, 15, 16, 17)} | set(
        range(HEAD + 20)
    )
    for cut in sorted(cut for cut in cuts if 0 <= cut < len(sealed)):
        with pytest.raises(SealBroken):
            ring.open_bytes(key, agency, sealed[:cut], about=row)


def test_reordered_doubled_dropped_and_added_chunks_are_refused(
    ring: Keyring, agency: UUID, key: bytes, row: UUID
) -> None:
    sealed = ring.seal_bytes(key, agency, os.urandom(4 * CHUNK), about=row)
    head, blocks = _blocks(sealed)
    assert len(blocks) == 4
    assert head + b"".join(blocks) == sealed
    wrong = [list(order) for order in permutations(blocks) if list(order) != blocks]
    wrong += [blocks[:cut] for cut in range(4)] + [blocks[1:], [blocks[0], *blocks], [*blocks, blocks[3]]]
    wrong += [[*blocks, b"\x00"], [*blocks, b"\x00" * 16]]
    for order in wrong:
        with pytest.raises(SealBroken):
            ring.open_bytes(key, agency, head + b"".join(order), about=row)


def test_chunks_of_another_file_of_the_same_row_are_refused(
    ring: Keyring, agency: UUID, key: bytes, row: UUID
) -> None:
    one = ring.seal_bytes(key, agency, b"a" * (2 * CHUNK), about=row)
    two = ring.seal_bytes(key, agency, b"a" * (2 * CHUNK), about=row)
    (head, first), (_, second) = _blocks(one), _blocks(two)
    for order in ([first[0], second[1]], [second[0], first[1]], second):
        with pytest.raises(SealBroken):
            ring.open_bytes(key, agency, head + b"".join(order), about=row)


def test_every_altered_byte_of_a_small_file_is_refused(
    ring: Keyring, agency: UUID, key: bytes, row: UUID
) -> None:
    sealed = ring.seal_bytes(key, agency, b"a photograph", about=row)
    for place in range(len(sealed)):
        altered = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            ring.open_bytes(key, agency, altered, about=row)


def test_a_file_of_another_row_holder_or_case_is_refused(
    ring: Keyring, agency: UUID, other_agency: UUID, key: bytes, row: UUID
) -> None:
    sealed = ring.seal_bytes(key, agency, b"a photograph", about=row)
    with pytest.raises(SealBroken):
        ring.open_bytes(key, agency, sealed, about=uuid4())
    with pytest.raises(SealBroken):
        ring.open_bytes(ring.new_key(agency), agency, sealed, about=row)
    with pytest.raises(SealBroken):
        ring.open_bytes(ring.new_key(other_agency), other_agency, sealed, about=row)


def test_a_wrong_key_is_refused_before_the_first_chunk_is_asked_for(
    ring: Keyring, agency: UUID, key: bytes, row: UUID
) -> None:
    sealed = ring.seal_bytes(key, agency, os.urandom(3 * CHUNK), about=row)
    with pytest.raises(SealBroken):
        ring.open_file(key, agency, io.BytesIO(sealed), about=uuid4())


def test_a_cut_file_gives_no_sign_of_being_whole(ring: Keyring, agency: UUID, key: bytes, row: UUID) -> None:
    data = os.urandom(3 * CHUNK)
    head, blocks = _blocks(ring.seal_bytes(key, agency, data, about=row))
    chunks = ring.open_file(key, agency, io.BytesIO(head + b"".join(blocks[:2])), about=row)
    assert next(chunks) == data[:CHUNK]
    with pytest.raises(SealBroken):
        next(chunks)


def test_a_file_that_is_not_written_in_full_is_an_error(
    ring: Keyring, agency: UUID, key: bytes, row: UUID
) -> None:
    with pytest.raises(SealingError, match="in full"):
        ring.seal_file(key, agency, io.BytesIO(b"a photograph"), FullDisk(), about=row)
