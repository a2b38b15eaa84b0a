"""Which passwords are refused beside short and common ones: those made of words that anybody would try here.

Refuses what is left of a password when the words of this place are taken out of it and nothing much remains.
"""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shelterbelt.agencies.queries import agencies_here

LEAST = 8
WORDS = (
    "shelterbelt", "password", "passwort", "contrasena", "welcome", "letmein", "police", "sheriff", "officer", "advocate",
    "advocates", "shelter", "hospital", "nurse", "prosecutor", "probation", "court", "survivor", "domestic", "violence",
    "county", "agency", "secret", "summer", "winter", "spring", "autumn",
)  # fmt: skip


class NotOfThisPlace:
    """Refuses a password of which too little is left without the words of this place, its agencies and the code."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError unless enough is left."""
        left = _plain(password)
        for word in sorted({*WORDS, *_names(user)}, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEAST:
            raise ValidationError(self.get_help_text(), code="of_this_place")

    def get_help_text(self) -> str:
        """What to do, in a line."""
        return _("Use words that have nothing to do with this work, your agency or your sign-in code.")


def _names(user: Any) -> set[str]:
    """The words in the names of the agencies here, and the parts of the sign-in code."""
    texts = [agency.name for agency in agencies_here()] + [str(getattr(user, "code", ""))]
    return {part for text in texts for part in re.findall(r"[^\W_]{3,}", _plain(text))}


def _plain(text: str) -> str:
    return text.casefold()
