"""Passphrases and their digests. Both digests of an account are always looked at, so that time tells nothing.

An unknown name, and an account without a second passphrase, have digests too: ones that no passphrase gives.
"""

import base64
import secrets
import unicodedata

from django.contrib.auth.hashers import get_hasher, make_password, verify_password

SIZE = 64


def plain(text: str) -> str:
    """What was typed, without what people type differently: capitals, accents, hyphens, spaces between words."""
    letters = unicodedata.normalize("NFKD", text).casefold().replace("-", " ")
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def digest_of(passphrase: str) -> str:
    """The slow digest that is kept of a passphrase."""
    return make_password(plain(passphrase))


def never() -> str:
    """A digest like any other, which no passphrase gives; it costs nothing to make."""
    hasher = get_hasher()
    salt = hasher.salt()
    told = f"{hasher.algorithm}${hasher.work_factor}${salt}${hasher.block_size}${hasher.parallelism}"  # type: ignore[attr-defined]
    return f"{told}${base64.b64encode(secrets.token_bytes(SIZE)).decode()}"


def which(passphrase: str, first: str, second: str) -> int:
    """1 or 2 for the digest that the passphrase gives, else 0. Takes as long for each answer."""
    words = plain(passphrase)
    one = verify_password(words, first)[0]
    two = verify_password(words, second)[0]
    return 1 if one else 2 if two else 0
