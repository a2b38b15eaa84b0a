"""The words with which somebody comes back to what they told: drawn from a list in their language, kept as a slow digest.

Refuses words that would tell a stranger what they are for, should the slip of paper be found.
"""

import hashlib
import secrets
import unicodedata
from functools import cache
from uuid import UUID

from mnemonic import Mnemonic

from shelterbelt import sealing
from shelterbelt.library import quiet

WORDS = 6
LISTS = {"en": "english", "es": "spanish"}
COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


@cache
def listed(language: str) -> tuple[str, ...]:
    """The words that may be drawn, without those that tell: some 1,900, so six of them are more than 64 bits."""
    words = Mnemonic(LISTS.get(language, "english")).wordlist
    return tuple(
        word for word in (unicodedata.normalize("NFC", one) for one in words) if not quiet.telling(word)
    )


def drawn(language: str) -> str:
    """Six new words."""
    return " ".join(secrets.choice(listed(language)) for _ in range(WORDS))


def plain(typed: str) -> str:
    """What was typed, without what people type differently: capitals, accents, signs between words."""
    letters = unicodedata.normalize("NFKD", typed[:500]).casefold()
    kept = "".join(one if one.isalpha() else " " for one in letters if not unicodedata.combining(one))
    return " ".join(kept.split())


def digest_of(typed: str, agency: UUID) -> bytes:
    """The digest under which a report is found: slow to make, and useless without the agency's own index key."""
    slow = hashlib.scrypt(plain(typed).encode(), salt=b"shelterbelt.report" + agency.bytes, **COST)
    return sealing.keyring().index_token(agency, f"report:{slow.hex()}")
