"""The letters that this node understands: each kind and version, its fields, and who takes it in.

Refuses a kind or version that is not listed, and a letter with fewer or other fields than its version has.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.consent import actions as consent
from shelterbelt.referrals import actions as referrals

TakeIn = Callable[..., Any]
READ = "read/1"


def _instant(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).utcoffset() is not None


def _id(value: Any) -> bool:
    return isinstance(value, str) and str(UUID(value)) == value


def _short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 40


def _purpose(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200


def _codes(value: Any) -> bool:
    return isinstance(value, list) and all(_short(code) for code in value)


def _anything(value: Any) -> bool:
    return True


Shape = Mapping[str, Callable[[Any], bool]]


def _any_of(*names: str) -> Shape:
    return dict.fromkeys(names, _anything)


SHAPES: Mapping[str, Shape] = {
    # The referrals app reads every field of its own letters and refuses what is not in their schema.
    "contact_request/1": _any_of("reference", "name", "instructions", "language", "interpreter", "words"),
    "referral/1": _any_of("reference", "release", "answer_back", "content"),
    "referral_answer/1": _any_of("reference", "answer", "reason"),
    "grant/1": {
        "grant": _id,
        "reference": _short,
        "categories": _codes,
        "purpose": _purpose,
        "from": _instant,
        "until": _instant,
    },
    "withdrawal/1": {"grant": _id, "at": _instant},
    READ: {"grant": _id, "purpose": _purpose, "categories": _codes},
}
TAKERS: Mapping[str, TakeIn] = {
    "contact_request/1": referrals.take_in_contact_request,
    "referral/1": referrals.take_in_referral,
    "referral_answer/1": referrals.take_in_answer,
    "grant/1": consent.take_in_grant,
    "withdrawal/1": consent.take_in_withdrawal,
}


@dataclass(frozen=True)
class Content:
    """What every letter says about itself, and its body."""

    id: UUID
    kind: str
    sender: UUID
    to: UUID
    at: datetime
    body: dict[str, Any]


def content_of(letter: Mapping[str, Any]) -> Content | None:
    """The letter in its parts; none when one of them is missing or of another type."""
    try:
        content = Content(
            UUID(letter["id"]),
            letter["kind"],
            UUID(letter["from"]),
            UUID(letter["to"]),
            datetime.fromisoformat(letter["at"]),
            letter["body"],
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    whole = isinstance(content.kind, str) and isinstance(content.body, dict)
    return content if whole and content.at.utcoffset() is not None else None


def well_formed(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether a body has exactly the fields of its kind and version."""
    shape = SHAPES.get(kind)
    try:
        return (
            shape is not None and set(body) == set(shape) and all(shape[name](body[name]) for name in shape)
        )
    except ValueError:
        return False
