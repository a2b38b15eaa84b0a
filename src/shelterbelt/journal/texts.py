"""What an item says, as it is sealed, and the digest that shows a change without telling a word."""

import hashlib
from collections.abc import Mapping
from typing import Any

from shelterbelt.sealing.digests import canonical


def salted(salt: str, told: Mapping[str, Any]) -> bytes:
    """SHA-256 over the salt's bytes and the text in its one writing: whoever has both can check it, nobody can guess it."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(told)).digest()
