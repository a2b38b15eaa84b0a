"""Pseudonyms and passphrases of common words, drawn by chance. Refuses words that would tell, or frighten.

The lists are those of BIP-39 (2,048 words a language, no two of which are easily mistaken for each other).
"""

import secrets
import unicodedata
from functools import cache
from pathlib import Path

import yaml
from mnemonic import Mnemonic

from shelterbelt.portal.hashes import plain

LISTS = {"en": "english", "es": "spanish"}
WORDS_OF_A_PASSPHRASE = 5
LEAST_LETTERS = 14
# What nobody should be made to type, or what a name that is found would tell.
LEFT_OUT = frozenset(yaml.safe_load(Path(__file__).with_name("left_out.yaml").read_text(encoding="utf-8")))


@cache
def words(language: str) -> tuple[str, ...]:
    """The words of a language that may be drawn."""
    found = Mnemonic(LISTS.get(language, "english")).wordlist
    composed = (unicodedata.normalize("NFC", one) for one in found)
    return tuple(one for one in composed if one not in LEFT_OUT)


def new_passphrase(language: str) -> str:
    """Five words: more than 50 bits."""
    return " ".join(secrets.choice(words(language)) for _ in range(WORDS_OF_A_PASSPHRASE))


def new_name(language: str) -> str:
    """Two words and a number: a name to sign in with, which says nothing of who has it."""
    return f"{secrets.choice(words(language))}-{secrets.choice(words(language))}-{secrets.randbelow(90) + 10}"


def name_fault(name: str) -> bool:
    """Whether a name could be found out or is no name: an address, a telephone number, too short, too long."""
    return not 4 <= len(plain(name)) <= 40 or "@" in name or sum(one.isdigit() for one in name) > 6


def too_easy(passphrase: str, name: str) -> bool:
    """Whether a passphrase of one's own is too short, always the same, or the name again."""
    letters = plain(passphrase).replace(" ", "")
    return len(letters) < LEAST_LETTERS or len(set(letters)) < 6 or letters == plain(name).replace(" ", "")
