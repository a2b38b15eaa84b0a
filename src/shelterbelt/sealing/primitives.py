"""The four cryptographic acts of the product: encrypt, verify, derive, and their opposites.

Everything sealed or signed anywhere passes through here, so the published test vectors check what really
runs. Refuses every key that is not 256 bits and every nonce that is not 96 bits.
"""

from typing import NoReturn

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from shelterbelt.sealing.errors import SealBroken, SealingError

KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16
SIGNATURE_SIZE = 64


class Key:
    """A 256-bit secret that never shows itself: no repr, no pickle."""

    __slots__ = ("gcm", "raw")

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_SIZE:
            raise SealingError("A key must be 32 bytes.")
        self.raw = raw
        self.gcm = AESGCM(raw)

    def __repr__(self) -> str:
        return "<Key hidden>"

    def __reduce__(self) -> NoReturn:
        raise SealingError("A key does not leave the process.")


def encrypt(key: Key, nonce: bytes, text: bytes, aad: bytes) -> bytes:
    """AES-256-GCM; ciphertext with the 16-byte tag at its end."""
    if len(nonce) != NONCE_SIZE:
        raise SealingError("A nonce must be 12 bytes.")
    return key.gcm.encrypt(nonce, text, aad)


def decrypt(key: Key, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    """The opposite of encrypt; SealBroken unless every bit and the AAD are the same."""
    if len(nonce) != NONCE_SIZE or len(sealed) < TAG_SIZE:
        raise SealBroken("What was sealed is cut short.")
    try:
        return key.gcm.decrypt(nonce, sealed, aad)
    except InvalidTag:
        raise SealBroken("The seal does not open: altered, or not this row's or this holder's.") from None


def derive(secret: bytes, *, salt: bytes, info: bytes, size: int) -> bytes:
    """HKDF-SHA256."""
    try:
        return HKDF(algorithm=SHA256(), length=size, salt=salt, info=info).derive(secret)
    except ValueError:
        raise SealingError("HKDF-SHA256 gives at most 8160 bytes.") from None


def sign(key: Ed25519PrivateKey, message: bytes) -> bytes:
    """An Ed25519 signature, 64 bytes."""
    return key.sign(message)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Is this the Ed25519 signature of the message by the holder of the public key?"""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_pem(public: bytes) -> bytes:
    """A public signing key in the form that other programs read, such as openssl."""
    form = PublicFormat.SubjectPublicKeyInfo
    return Ed25519PublicKey.from_public_bytes(public).public_bytes(Encoding.PEM, form)


def public_of_pem(pem: bytes) -> bytes:
    """The 32 bytes of a public signing key in that form. Raises ValueError for anything else."""
    found = load_pem_public_key(pem)
    if not isinstance(found, Ed25519PublicKey):
        raise ValueError("Not an Ed25519 key.")
    return found.public_bytes(Encoding.Raw, PublicFormat.Raw)
