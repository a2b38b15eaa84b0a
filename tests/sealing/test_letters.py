"""A letter is read by the node it is for, from the node that wrote it, or refused with a code.

Replays read twice on purpose: the inbox that takes letters in remembers them.
"""

import json
import traceback
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.sealing import Keyring, LetterRefused, NodeKeys, PublicKeys, SealingError, letters
from shelterbelt.sealing.primitives import encrypt, sign

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
LETTERS = st.dictionaries(st.text(), JSON)
CANARY = "Wren Calloway"


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(tmp_path_factory.mktemp("hospital"))


@pytest.fixture(scope="module")
def shelter(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(tmp_path_factory.mktemp("shelter"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(tmp_path_factory.mktemp("stranger"))


def _refusal(data: bytes, *, by: PublicKeys, to: NodeKeys) -> str:
    with pytest.raises(LetterRefused) as refusal:
        letters.read(data, by=by, to=to)
    assert CANARY not in "".join(traceback.format_exception(refusal.value))
    return refusal.value.code


def _written_as_is(text: bytes, *, to: PublicKeys, by: NodeKeys) -> bytes:
    """A letter from a true peer whose program writes what ours never would."""
    once = X25519PrivateKey.generate()
    header = letters.VERSION + to.seal + once.public_key().public_bytes_raw()
    key, nonce = letters._agreed(once, to.seal, header, sender=by.public.sign, recipient=to.sign)
    body = header + encrypt(key, nonce, text, header)
    return body + sign(by.sign, b"shelterbelt.letter" + body)


@given(letter=LETTERS)
def test_any_letter_arrives_as_it_was_written(
    hospital: Keyring, shelter: Keyring, letter: dict[str, Any]
) -> None:
    data = letters.write(letter, to=shelter.public_keys(), by=hospital.node_keys())
    assert letters.read(data, by=hospital.public_keys(), to=shelter.node_keys()) == letter
    assert letters.read(memoryview(data), by=hospital.public_keys(), to=shelter.node_keys()) == letter


def test_size_says_little(hospital: Keyring, shelter: Keyring) -> None:
    def size(length: int, **more: int) -> int:
        letter = {"a": "x" * length}
        return len(letters.write(letter, to=shelter.public_keys(), by=hospital.node_keys(), **more))

    around = 4096 - letters.AROUND - len('{"a":""}')
    assert size(0) == size(500) == size(around) == 4096
    assert size(around + 1) == size(10_000) == 16_384
    assert size(16_384) == size(60_000) == 65_536
    assert size(200_000) == 262_144
    assert size(300_000) == 1_048_576
    assert size(0, least=65_536) == size(30_000, least=65_536) == 65_536


def test_the_wire_shows_neither_words_nor_the_sender(hospital: Keyring, shelter: Keyring) -> None:
    letter = {"name": CANARY}
    data = letters.write(letter, to=shelter.public_keys(), by=hospital.node_keys())
    again = letters.write(letter, to=shelter.public_keys(), by=hospital.node_keys())
    assert b"Wren" not in data
    assert hospital.public_keys().sign not in data
    assert hospital.public_keys().seal not in data
    assert data[33:] != again[33:]
    assert data[33:65] != again[33:65]


def test_every_altered_byte_is_refused(hospital: Keyring, shelter: Keyring) -> None:
    data = letters.write({"name": CANARY}, to=shelter.public_keys(), by=hospital.node_keys())
    codes = []
    for place in range(len(data)):
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        codes.append(_refusal(altered, by=hospital.public_keys(), to=shelter.node_keys()))
    assert set(codes[:1]) == {"malformed"}
    assert set(codes[1:33]) == {"not_for_us"}
    assert set(codes[33:]) == {"bad_signature"}


def test_every_cut_or_lengthened_letter_is_refused(hospital: Keyring, shelter: Keyring) -> None:
    data = letters.write({"name": CANARY}, to=shelter.public_keys(), by=hospital.node_keys())
    for size in range(len(data)):
        assert _refusal(data[:size], by=hospital.public_keys(), to=shelter.node_keys()) == "malformed"
    for extra in (b"\x00", b"\x00" * 1024):
        code = _refusal(data + extra, by=hospital.public_keys(), to=shelter.node_keys())
        assert code in {"malformed", "bad_signature"}


def test_a_letter_to_another_node_is_refused(hospital: Keyring, shelter: Keyring, stranger: Keyring) -> None:
    data = letters.write({"name": CANARY}, to=shelter.public_keys(), by=hospital.node_keys())
    assert _refusal(data, by=hospital.public_keys(), to=stranger.node_keys()) == "not_for_us"
    assert _refusal(data, by=hospital.public_keys(), to=hospital.node_keys()) == "not_for_us"
    readdressed = data[:1] + stranger.public_keys().seal + data[33:]
    assert _refusal(readdressed, by=hospital.public_keys(), to=stranger.node_keys()) == "bad_signature"


def test_a_letter_from_another_than_said_is_refused(
    hospital: Keyring, shelter: Keyring, stranger: Keyring
) -> None:
    data = letters.write({"name": CANARY}, to=shelter.public_keys(), by=stranger.node_keys())
    assert _refusal(data, by=hospital.public_keys(), to=shelter.node_keys()) == "bad_signature"


def test_a_stranger_cannot_sign_anothers_letter_as_their_own(
    hospital: Keyring, shelter: Keyring, stranger: Keyring
) -> None:
    data = letters.write({"name": CANARY}, to=shelter.public_keys(), by=hospital.node_keys())
    body = data[:-64]
    stolen = body + sign(stranger.node_keys().sign, b"shelterbelt.letter" + body)
    assert _refusal(stolen, by=stranger.public_keys(), to=shelter.node_keys()) == "malformed"


def test_a_signature_made_for_another_purpose_is_refused(hospital: Keyring, shelter: Keyring) -> None:
    data = letters.write({"a": 1}, to=shelter.public_keys(), by=hospital.node_keys())
    body = data[:-64]
    elsewhere = body + sign(hospital.node_keys().sign, body)
    assert _refusal(elsewhere, by=hospital.public_keys(), to=shelter.node_keys()) == "bad_signature"


def test_a_replayed_letter_reads_again_and_is_the_callers_to_notice(
    hospital: Keyring, shelter: Keyring
) -> None:
    data = letters.write({"id": str(uuid4())}, to=shelter.public_keys(), by=hospital.node_keys())
    first = letters.read(data, by=hospital.public_keys(), to=shelter.node_keys())
    assert letters.read(data, by=hospital.public_keys(), to=shelter.node_keys()) == first


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":2}',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b"[1]",
        b'"text"',
        b"null",
        b"",
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1}\n',
    ],
)
def test_a_true_peers_letter_that_is_not_one_plain_object_is_malformed(
    hospital: Keyring, shelter: Keyring, text: bytes
) -> None:
    padded = text.ljust(next(s for s in letters.SIZES if s >= len(text) + letters.AROUND) - letters.AROUND)
    data = _written_as_is(padded, to=shelter.public_keys(), by=hospital.node_keys())
    assert _refusal(data, by=hospital.public_keys(), to=shelter.node_keys()) == "malformed"


def test_a_letter_padded_other_than_ours_is_malformed(hospital: Keyring, shelter: Keyring) -> None:
    full = 4096 - letters.AROUND
    true = _written_as_is(b'{"a":1}'.ljust(full, b" "), to=shelter.public_keys(), by=hospital.node_keys())
    assert letters.read(true, by=hospital.public_keys(), to=shelter.node_keys()) == {"a": 1}
    for text in (b'{"a":1}'.ljust(full + 1024, b" "), b'{"a":1}'.ljust(full, b"\x00"), b'{"a":1}'):
        data = _written_as_is(text, to=shelter.public_keys(), by=hospital.node_keys())
        assert _refusal(data, by=hospital.public_keys(), to=shelter.node_keys()) == "malformed"


def test_a_letter_over_one_mebibyte_is_refused_at_both_ends(hospital: Keyring, shelter: Keyring) -> None:
    most = 1024 * 1024 - letters.AROUND - len('{"a":""}')
    letter = {"a": "x" * most}
    data = letters.write(letter, to=shelter.public_keys(), by=hospital.node_keys())
    assert letters.read(data, by=hospital.public_keys(), to=shelter.node_keys()) == letter
    with pytest.raises(LetterRefused) as refusal:
        letters.write({"a": "x" * (most + 1)}, to=shelter.public_keys(), by=hospital.node_keys())
    assert refusal.value.code == "too_large"
    large = _written_as_is(
        json.dumps(letter).encode().ljust(1025 * 1024), to=shelter.public_keys(), by=hospital.node_keys()
    )
    assert _refusal(large, by=hospital.public_keys(), to=shelter.node_keys()) == "too_large"


@pytest.mark.parametrize("weak", [bytes(32), b"\x01" + bytes(31)])
def test_a_seal_key_that_agrees_with_everyone_is_refused(
    hospital: Keyring, shelter: Keyring, weak: bytes
) -> None:
    with pytest.raises(SealingError, match="not usable"):
        letters.write({}, to=PublicKeys(sign=shelter.public_keys().sign, seal=weak), by=hospital.node_keys())
    header = letters.VERSION + shelter.public_keys().seal + weak
    body = header + bytes(4096 - len(header) - 64)
    data = body + sign(hospital.node_keys().sign, b"shelterbelt.letter" + body)
    assert _refusal(data, by=hospital.public_keys(), to=shelter.node_keys()) == "malformed"


def test_public_keys_of_the_wrong_length_are_refused() -> None:
    for sign_key, seal_key in ((bytes(31), bytes(32)), (bytes(32), bytes(33)), (b"", b"")):
        with pytest.raises(SealingError, match="32 bytes"):
            PublicKeys(sign=sign_key, seal=seal_key)


def test_a_node_keeps_its_identity_when_its_folder_is_opened_again(tmp_path: Path) -> None:
    first = Keyring.create(tmp_path).public_keys()
    assert Keyring.open(tmp_path).public_keys() == first
    assert Keyring.create(tmp_path / "other").public_keys() != first
