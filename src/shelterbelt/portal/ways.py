"""Addresses of the portal. Each is sealed under the visit's own secret: it means nothing to anybody else, or afterwards.

Equal paths give equal addresses within a visit, and all short ones have one length.
"""

import base64
import binascii
from hmac import compare_digest, digest
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.urls import reverse

from shelterbelt.sealing.errors import SealingError
from shelterbelt.sealing.primitives import KEY_SIZE, NONCE_SIZE, Key, decrypt, derive, encrypt

if TYPE_CHECKING:
    from shelterbelt.portal.visitors import Visitor

INSIDE = "shelterbelt.portal.inside"
ROOM = "/n/"
STEP = 96
BOUND = b"portal.way"


class Secret:
    """What a visit's addresses and forms are sealed with, made from the one thing that the browser holds."""

    __slots__ = ("_form", "_key", "_nonces", "challenges")

    def __init__(self, held: str) -> None:
        raw = held.encode("utf-8", "replace")
        self._key = Key(derive(raw, salt=b"", info=b"shelterbelt.portal.way", size=KEY_SIZE))
        self._nonces = derive(raw, salt=b"", info=b"shelterbelt.portal.nonce", size=32)
        self._form = derive(raw, salt=b"", info=b"shelterbelt.portal.form", size=18)
        self.challenges = derive(raw, salt=b"", info=b"shelterbelt.portal.challenge", size=32)

    @property
    def form(self) -> str:
        """The token of this visit's forms."""
        return base64.urlsafe_b64encode(self._form).decode()

    def is_form(self, token: str) -> bool:
        """Whether a form was made in this visit."""
        return compare_digest(self.form.encode(), token.encode("utf-8", "replace"))

    def sealed(self, path: str) -> str:
        """The word that stands for a path in an address."""
        text = path.encode()
        text += b"\0" * (-len(text) % STEP)
        nonce = digest(self._nonces, text, "sha256")[:NONCE_SIZE]
        return base64.urlsafe_b64encode(nonce + encrypt(self._key, nonce, text, BOUND)).decode().rstrip("=")

    def opened(self, word: str) -> str | None:
        """The path that a word stands for in this visit; None for anything else."""
        try:
            raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            return decrypt(self._key, raw[:NONCE_SIZE], raw[NONCE_SIZE:], BOUND).rstrip(b"\0").decode()
        except (SealingError, binascii.Error, ValueError):
            return None


def way(visitor: "Visitor", name: str, *args: Any) -> str:
    """The address of a room's page in this visit, by its name in `inside`."""
    return f"{ROOM}{visitor.secret.sealed(reverse(name, urlconf=INSIDE, args=args))}/"


def to(visitor: "Visitor", name: str, *args: Any) -> HttpResponseRedirect:
    """Go there after a form."""
    answer = HttpResponseRedirect(way(visitor, name, *args))
    answer.status_code = 303
    return answer
