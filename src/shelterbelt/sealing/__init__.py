"""Sealing: what lies in the database and on disk opens only with this node's key folder.

One keyring serves the whole process; without one nothing is sealed and nothing opens.
"""

from shelterbelt.sealing.errors import (
    FolderLocked,
    KeyDestroyed,
    KeyMissing,
    LetterRefused,
    SealBroken,
    SealingError,
    WrongUnlock,
)
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.sealing.letters import NodeKeys, PublicKeys

__all__ = [
    "FolderLocked",
    "KeyDestroyed",
    "KeyMissing",
    "Keyring",
    "LetterRefused",
    "NodeKeys",
    "PublicKeys",
    "SealBroken",
    "SealingError",
    "WrongUnlock",
    "keyring",
    "use",
]

_in_use: Keyring | None = None


def use(ring: Keyring | None) -> None:
    """Take this keyring for the whole process; None puts it away."""
    global _in_use
    _in_use = ring


def keyring() -> Keyring:
    """The keyring in use."""
    if _in_use is None:
        raise SealingError("No key folder is in use in this process.")
    return _in_use
