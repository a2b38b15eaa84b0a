"""Letters between nodes: padded, sealed to one recipient, signed by one sender.

Refuses, with a code, a letter that is altered, someone else's, not well formed or too large. A letter that
arrives twice reads twice: the reader's inbox remembers what was taken in.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from shelterbelt.sealing.digests import canonical
from shelterbelt.sealing.errors import LetterRefused, SealingError
from shelterbelt.sealing.primitives import (
    KEY_SIZE,
    NONCE_SIZE,
    SIGNATURE_SIZE,
    TAG_SIZE,
    Key,
    decrypt,
    derive,
    encrypt,
    sign,
    verify,
)

VERSION = b"\x01"
# Every letter has one of these lengths on the line, so that its length tells next to nothing.
SIZES = (4096, 16_384, 65_536, 262_144, 1_048_576)
SMALLEST, LARGEST = SIZES[0], SIZES[-1]
# What an outbox sends has this length: the longest words that a form takes fit, and a letter that says nothing has it too.
USUAL = SIZES[1]
_PURPOSE = b"shelterbelt.letter"
_HEADER = len(VERSION) + 2 * KEY_SIZE
AROUND = _HEADER + TAG_SIZE + SIGNATURE_SIZE


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What a node shows the others: raw Ed25519 and X25519 public keys."""

    sign: bytes
    seal: bytes

    def __post_init__(self) -> None:
        if len(self.sign) != KEY_SIZE or len(self.seal) != KEY_SIZE:
            raise SealingError("A node's public keys are 32 bytes each.")


@dataclass(frozen=True, slots=True, repr=False)
class NodeKeys:
    """What a node keeps to itself."""

    sign: Ed25519PrivateKey
    seal: X25519PrivateKey
    former: tuple[X25519PrivateKey, ...] = ()
    """Seal keys of before: letters that were on their way when the key changed still open."""

    @property
    def public(self) -> PublicKeys:
        return PublicKeys(
            sign=self.sign.public_key().public_bytes_raw(), seal=self.seal.public_key().public_bytes_raw()
        )

    def __repr__(self) -> str:
        return "<NodeKeys hidden>"


def write(letter: Mapping[str, Any], *, to: PublicKeys, by: NodeKeys, least: int = SMALLEST) -> bytes:
    """version 1 | recipient's seal key 32 | ephemeral key 32 | ciphertext | signature 64; `least` bytes or more."""
    text = _padded(canonical(letter), least)
    once = X25519PrivateKey.generate()
    header = VERSION + to.seal + once.public_key().public_bytes_raw()
    key, nonce = _agreed(once, to.seal, header, sender=by.public.sign, recipient=to.sign)
    body = header + encrypt(key, nonce, text, header)
    return body + sign(by.sign, _PURPOSE + body)


def read(data: bytes | memoryview, *, by: PublicKeys, to: NodeKeys) -> dict[str, Any]:
    """What the node whose keys are `by` wrote to us."""
    data = bytes(data)
    body, signature = data[:-SIGNATURE_SIZE], data[-SIGNATURE_SIZE:]
    header, sealed = body[:_HEADER], body[_HEADER:]
    own = to.public
    if len(data) > LARGEST:
        raise LetterRefused("too_large")
    if header[:1] != VERSION or len(data) not in SIZES:
        raise LetterRefused("malformed")
    if (seal := _meant(header[1 : 1 + KEY_SIZE], to)) is None:
        raise LetterRefused("not_for_us")
    if not verify(by.sign, signature, _PURPOSE + body):
        raise LetterRefused("bad_signature")
    letter = _opened(header, sealed, sender=by.sign, recipient=own.sign, with_=seal)
    if letter is None:
        raise LetterRefused("malformed")
    return letter


def _meant(public: bytes, to: NodeKeys) -> X25519PrivateKey | None:
    """The one of our seal keys that a letter was sealed to."""
    return next((own for own in (to.seal, *to.former) if own.public_key().public_bytes_raw() == public), None)


def _opened(
    header: bytes, sealed: bytes, *, sender: bytes, recipient: bytes, with_: X25519PrivateKey
) -> dict[str, Any] | None:
    try:
        key, nonce = _agreed(with_, header[-KEY_SIZE:], header, sender=sender, recipient=recipient)
        text = decrypt(key, nonce, sealed, header)
        letter = json.loads(text.decode("utf-8"))
        # One writing only: doubled keys, NaN, half characters and odd padding are refused here.
        whole = isinstance(letter, dict) and canonical(letter).ljust(len(text), b" ") == text
        return letter if whole else None
    except (SealingError, ValueError, RecursionError):
        return None


def _agreed(
    own: X25519PrivateKey, other: bytes, header: bytes, *, sender: bytes, recipient: bytes
) -> tuple[Key, bytes]:
    """The key and nonce of one letter, from both nodes' keys: nobody can re-sign another's as theirs."""
    try:
        secret = own.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError:
        secret = b""
    if not secret:
        raise SealingError("The other node's seal key is not usable.")
    made = derive(
        secret, salt=header, info=_PURPOSE + VERSION + sender + recipient, size=KEY_SIZE + NONCE_SIZE
    )
    return Key(made[:KEY_SIZE]), made[KEY_SIZE:]


def _padded(text: bytes, least: int) -> bytes:
    """Spaces up to the next of the few lengths that letters have; JSON does not mind them."""
    for size in SIZES:
        if size >= max(least, len(text) + AROUND):
            return text.ljust(size - AROUND, b" ")
    raise LetterRefused("too_large")
