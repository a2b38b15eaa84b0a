"""What a log says of itself: origin, size and root (C2SP tlog-checkpoint) in a note that its key signed (C2SP signed-note).

Refuses a note that is written in any other way, too long, of another log, or not signed by the key that is asked for.
"""

import binascii
import hashlib
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shelterbelt.sealing.errors import SealingError
from shelterbelt.sealing.primitives import KEY_SIZE, sign, verify

LARGEST = 128 * 1024
_ED25519 = b"\x01"
_HASH = 32
_ID = 4
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_MARK = "— "


class CheckpointRefused(SealingError):
    """A checkpoint, a note or a key for one is not taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: which log, how many leaves, and the root over them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.origin) or _CONTROL.search(self.origin):
            raise CheckpointRefused("A log's name has no spaces and no plus.")
        if self.size < 0 or len(self.root) != _HASH:
            raise CheckpointRefused("A checkpoint's size or root cannot be.")

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Signer:
    """A public key under a name, as logs tell it to others: `name+id+key`."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, kind of signature and key."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(named).digest()[:_ID]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(_ED25519 + self.public)}"


def signer(text: str) -> Signer:
    """Read `name+id+key`; refuses a key that is not Ed25519 or does not fit its id."""
    name, _, rest = text.strip().partition("+")
    number, _, coded = rest.partition("+")
    raw = _bytes(coded)
    if not _NAME.fullmatch(name) or raw[:1] != _ED25519 or len(raw) != 1 + KEY_SIZE:
        raise CheckpointRefused("The key is not written as name+id+key, or is not Ed25519.")
    found = Signer(name, raw[1:])
    if found.id.hex() != number:
        raise CheckpointRefused("The key does not fit its id: it was not copied whole.")
    return found


def write(checkpoint: Checkpoint, *, by: Ed25519PrivateKey) -> bytes:
    """The signed note; the key's name is the log's origin."""
    text = checkpoint.text
    who = Signer(checkpoint.origin, by.public_key().public_bytes_raw())
    return f"{text}\n{_MARK}{who.name} {_base64(who.id + sign(by, text.encode()))}\n".encode()


def read(note: bytes, *, by: Signer) -> Checkpoint:
    """The checkpoint in a note that this key signed, of the log that has the key's name."""
    found = parsed(signed_text(note, by=by))
    if found.origin != by.name:
        raise CheckpointRefused("The checkpoint is another log's.")
    return found


def signed_text(note: bytes, *, by: Signer) -> str:
    """The text of a note, once this key's signature on it is found good. Other keys' lines are passed over."""
    text, lines = _parts(note)
    good = False
    for line in lines:
        name, number, signature = _signature(line)
        if (name, number) == (by.name, by.id):
            if not verify(by.public, signature, text.encode()):
                raise CheckpointRefused("The signature is not genuine.")
            good = True
    if not good:
        raise CheckpointRefused("The note is not signed by the key that was asked for.")
    return text


def parsed(text: str) -> Checkpoint:
    """Origin, size and root of a note's text. What follows them is passed over."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise CheckpointRefused("The checkpoint has not its three lines.")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size) or _base64(_bytes(root)) != root:
        raise CheckpointRefused("The checkpoint's size or root is not well written.")
    return Checkpoint(origin, int(size), _bytes(root))


def text_of(note: bytes) -> str:
    """What a note says; nothing of it is believed yet."""
    return _parts(note)[0]


def _parts(note: bytes) -> tuple[str, list[str]]:
    """The text with its last newline, and the signature lines."""
    try:
        whole = note.decode("utf-8") if len(note) <= LARGEST else ""
    except UnicodeDecodeError:
        whole = ""
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank or not signatures.endswith("\n") or _CONTROL.search(whole):
        raise CheckpointRefused("This is not a signed note.")
    return f"{text}\n", signatures[:-1].split("\n")


def _signature(line: str) -> tuple[str, bytes, bytes]:
    """Name, key id and signature of one line."""
    name, _, coded = line.removeprefix(_MARK).partition(" ")
    raw = _bytes(coded)
    if not line.startswith(_MARK) or not _NAME.fullmatch(name) or len(raw) <= _ID:
        raise CheckpointRefused("A signature line is not well written.")
    return name, raw[:_ID], raw[_ID:]


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
