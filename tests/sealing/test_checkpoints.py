"""Checkpoints: a published note verifies, ours reads back, and nothing that was changed is taken."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shelterbelt.sealing.checkpoints import (
    Checkpoint,
    CheckpointRefused,
    Signer,
    parsed,
    read,
    signed_text,
    signer,
    text_of,
    write,
)

# The example of Go's note package (x/mod, sumdb/note).
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "shelterbelt/AbCd_-123"
BY = Signer(ORIGIN, KEY.public_key().public_bytes_raw())
HEAD = Checkpoint(ORIGIN, 20_852_163, bytes(range(32)))


def test_a_published_note_and_key_are_taken() -> None:
    key = signer(PUBLISHED_KEY)
    assert str(key) == PUBLISHED_KEY
    assert signed_text(PUBLISHED_NOTE, by=key).startswith("If you think")
    with pytest.raises(CheckpointRefused, match="not genuine"):
        signed_text(PUBLISHED_NOTE.replace(b"answer", b"anzwer"), by=key)


def test_the_published_example_reads_as_published() -> None:
    found = parsed("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")
    assert (found.origin, found.size, len(found.root)) == ("example.com/behind-the-sofa", 20_852_163, 32)


def test_a_checkpoint_reads_back_and_has_the_lines_of_the_standard() -> None:
    note = write(HEAD, by=KEY)
    lines = note.decode().split("\n")
    assert lines[:2] == [ORIGIN, "20852163"]
    assert lines[3] == "" and lines[4].startswith(f"— {ORIGIN} ") and lines[5:] == [""]
    assert read(note, by=BY) == HEAD
    assert text_of(note) == HEAD.text
    assert read(note, by=signer(str(BY))) == HEAD


def test_other_signatures_beside_are_passed_over() -> None:
    other = write(Checkpoint("witness.example", 1, bytes(32)), by=Ed25519PrivateKey.generate())
    note = write(HEAD, by=KEY) + other.split(b"\n\n")[1]
    assert read(note, by=BY) == HEAD
    with pytest.raises(CheckpointRefused, match="not signed by"):
        read(note, by=Signer("someone.else", BY.public))


def test_a_key_that_has_the_same_name_does_not_pass_for_it() -> None:
    note = write(HEAD, by=Ed25519PrivateKey.generate())
    with pytest.raises(CheckpointRefused, match="not signed by"):
        read(note, by=BY)


def test_a_note_signed_by_the_key_for_another_log_is_refused() -> None:
    text = Checkpoint("shelterbelt/other", 5, bytes(32)).text
    line = write(HEAD, by=KEY)
    with pytest.raises(CheckpointRefused):
        read(text.encode() + b"\n" + line.split(b"\n\n")[1], by=BY)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_is_taken_for_another_head(at: int, change: int) -> None:
    note = bytearray(write(HEAD, by=KEY))
    note[at % len(note)] ^= change
    try:
        assert read(bytes(note), by=BY) == HEAD
    except CheckpointRefused:
        return
    pytest.fail("a changed note was taken")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "a\n1\nAAAA\n",
        "a b\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n\u0661\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nmore\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ],
)
def test_a_badly_written_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(CheckpointRefused):
        parsed(text)


@pytest.mark.parametrize(
    "note", [b"", b"\xff\xff", b"text\n\n", b"t\n\n- a AAAA\n", b"t\r\n\n\xe2\x80\x94 a AAAAAAA=\n"]
)
def test_what_is_no_note_is_refused(note: bytes) -> None:
    with pytest.raises(CheckpointRefused):
        signed_text(note, by=BY)
    with pytest.raises(CheckpointRefused):
        read(b"x" * 200_000, by=BY)


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+00000000+AQID", PUBLISHED_KEY.replace("c7", "c8")])
def test_a_key_that_was_not_copied_whole_is_refused(text: str) -> None:
    with pytest.raises(CheckpointRefused):
        signer(text)
