"""What can go wrong with a seal, each in one plain sentence.

No message, argument or chained exception ever carries sealed text, a key or a path to a person.
"""

from typing import Literal

LetterFault = Literal["bad_signature", "not_for_us", "malformed", "too_large"]


class SealingError(Exception):
    """Something could not be sealed, or the key folder is not fit for use."""


class KeyMissing(SealingError):
    """A key is not in the key folder, or is damaged there. It is never made anew in silence."""


class KeyDestroyed(SealingError):
    """The key was destroyed on purpose: what lies under it is gone for ever, in every backup too."""


class FolderLocked(SealingError):
    """The key folder is locked, and nothing was given to open it with."""


class WrongUnlock(SealingError):
    """What was given does not open the key folder. It says no more than that."""

    def __init__(self) -> None:
        super().__init__("This does not open the key folder.")


class SealBroken(SealingError):
    """What was sealed does not open: altered, cut short, another row's, or another holder's."""


class LetterRefused(SealingError):
    """A letter from another node is not taken in; `code` says why."""

    def __init__(self, code: LetterFault) -> None:
        super().__init__(f"The letter is refused: {code.replace('_', ' ')}.")
        self.code: LetterFault = code
