"""Three paper shares of a key folder's master key (SLIP-39), any two of which give it back.

Refuses one share alone, two of different sets, and a share with a mistake; it says where to look and repeats no word.
"""

import re
from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from shelterbelt.sealing.errors import SealingError

NEEDED, MADE = 2, 3
LENGTH = 33
_WORDS = set(WORDLIST)
_COLUMNS, _WIDTH = 3, 20


def split(master: bytes) -> list[str]:
    """Three shares of 33 words each, of a set that no other shares belong to."""
    shares: list[str]
    (shares,) = generate_mnemonics(1, [(NEEDED, MADE)], master)
    return shares


def join(typed: Sequence[str], *, passphrase: bytes = b"") -> bytes:
    """The master key from two shares as people typed them: numbers, capitals and line ends do not matter."""
    shares = {_place(share): share for share in map(_words, typed, range(1, len(typed) + 1))}
    if len(shares) < NEEDED:
        raise SealingError("Two different shares are needed: one alone, or the same twice, opens nothing.")
    try:
        return bytes(combine_mnemonics(list(shares.values())[:NEEDED], passphrase))
    except (MnemonicError, ValueError):
        pass
    raise SealingError("These shares do not belong together: take two of the same set.")


def count(lines: Sequence[str]) -> int:
    """How many words of a share stand in these lines."""
    return len(re.findall(r"[a-z]+", " ".join(lines).lower()))


def sheet(words: str, number: int, name: str) -> str:
    """One person's sheet: what it is, what to do with it, and the numbered words."""
    listed = [f"{place:>3}  {word}" for place, word in enumerate(words.split(), 1)]
    height = -(-len(listed) // _COLUMNS)
    rows = ["".join(word.ljust(_WIDTH) for word in listed[row::height]).rstrip() for row in range(height)]
    return "\n".join([_ABOVE.format(number=number, made=MADE, name=name), *rows, _BELOW])


_ABOVE = """\
PART {number} OF {made} · KEYS OF NODE {name}

Any two of the three parts open the keys of this node when its passphrase or key file is lost.
One part alone opens nothing.

Write the words down by hand, or print this page on a printer that keeps no copy. No photograph, no file, no message.
"""
_BELOW = """
Keep this sheet where only you can reach it, away from the other two and away from the computer.
If it is lost, or somebody may have seen it, tell the person who looks after the keys the same day.
Never read it to a caller. It is asked for in person only: for an exercise twice a year, or when keys are lost.
"""


def _words(text: str, number: int) -> str:
    found = _in_order(text.lower())
    for place, word in enumerate(found, 1):
        if word not in _WORDS:
            raise SealingError(f"Word {place} of share {number} is not a word that shares are made of.")
    share = " ".join(found)
    _place(share, number)
    return share


def _in_order(text: str) -> list[str]:
    """The words by their numbers, where every word has one; otherwise as they stand."""
    words = re.findall(r"[a-z]+", text)
    numbered = re.findall(r"(\d+)[.)\s]*([a-z]+)", text)
    if len(numbered) != len(words):
        return words
    return [word for _number, word in sorted(numbered, key=lambda pair: int(pair[0]))]


def _place(share: str, number: int = 0) -> tuple[int, int, int]:
    """Which share of which set this is."""
    try:
        told = Share.from_mnemonic(share)
        return told.identifier, told.group_index, told.index
    except (MnemonicError, ValueError, IndexError):
        pass
    raise SealingError(f"Share {number} has a mistake: a word is wrong, missing or in another place.")
