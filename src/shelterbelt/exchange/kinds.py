"""The letters that this node understands: each kind and version, its fields, who takes it in, and when it leaves.

Refuses a letter with fewer or other fields than its version has; a kind or version that is not listed is not understood.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from shelterbelt.agencies import trust
from shelterbelt.alerts import actions as alerts
from shelterbelt.consent import actions as consent
from shelterbelt.feedback import actions as feedback
from shelterbelt.referrals import actions as referrals
from shelterbelt.rules.fields import DIRECTION_OVERRIDES, clean_text
from shelterbelt.watching.actions import pair_letters, pairs, shares

TakeIn = Callable[..., Any]
READ, SLIP, NOTHING = "read/1", "slip/1", "nothing/1"
# A letter leaves at once, or by the tick of the clock: when it leaves would tell what a victim service does, and when.
AT_ONCE, BY_TICK = "at_once", "by_tick"
LANES = (AT_ONCE, BY_TICK)
BY_THE_TICK = frozenset(
    {"referral_answer", "grant", "narrowing", "withdrawal", "correction", "experience", "nothing"}
)


def _instant(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    told = datetime.fromisoformat(value)
    return told.utcoffset() is not None and 1900 <= told.year < 2200


def _id(value: Any) -> bool:
    return isinstance(value, str) and str(UUID(value)) == value


def _short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 40


def _purpose(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200


def _codes(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(_short(code) for code in value)


def _address(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200


def _digest(value: Any) -> bool:
    return isinstance(value, str) and len(bytes.fromhex(value)) == 32


def _lane(value: Any) -> bool:
    return value in LANES


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**31


def _year(value: Any) -> bool:
    return type(value) is int and 1900 <= value < 2200


def _quarter(value: Any) -> bool:
    return type(value) is int and 1 <= value <= 4


def _door(value: Any) -> bool:
    return value in ("account", "open")


def _sums(value: Any) -> bool:
    """A few questions, each with its counts; none where one is withheld."""
    return (
        isinstance(value, dict)
        and len(value) <= 40
        and all(len(question) <= 40 for question in value)
        and all(isinstance(counts, list) and len(counts) <= 20 for counts in value.values())
        and all(one is None or _count(one) for counts in value.values() for one in counts)
    )


def _words(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 20_000


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
    # The same of the alerts app and a call for help.
    "help_call/1": _any_of("reference", "pressed_at", "forced", "name", "number", "asks", "place"),
    "help_call_over/1": _any_of("reference", "because"),
    "help_call_taken/1": _any_of("reference"),
    # The same of the watching app and a pair.
    "watch_request/1": _any_of("reference", "docket", "until"),
    "watch_answer/1": _any_of("reference", "answer", "because"),
    "fixes/1": _any_of("reference", "frames"),
    "watch_end/1": _any_of("reference", "because"),
    "grant/1": {
        "grant": _id,
        "reference": _short,
        "categories": _codes,
        "purpose": _purpose,
        "from": _instant,
        "until": _instant,
    },
    "grant/2": {
        "grant": _id,
        "reference": _short,
        "categories": _codes,
        "purpose": _purpose,
        "from": _instant,
        "until": _instant,
        "limits": _words,
    },
    "narrowing/1": {"grant": _id, "categories": _codes, "until": _instant, "limits": _words, "at": _instant},
    "withdrawal/1": {"grant": _id, "at": _instant},
    "recipient_gone/1": {"grant": _id, "at": _instant},
    "moved/1": {"address": _address},
    "experience/1": {
        "door": _door,
        "year": _year,
        "first": _quarter,
        "last": _quarter,
        "count": _count,
        "said": _sums,
    },
    NOTHING: {},
    SLIP: {"letter": _id, "digest": _digest, "lane": _lane, "epoch": _count, "number": _count},
    READ: {"grant": _id, "purpose": _purpose, "categories": _codes},
}
TAKERS: Mapping[str, TakeIn] = {
    "contact_request/1": referrals.take_in_contact_request,
    "referral/1": referrals.take_in_referral,
    "referral_answer/1": referrals.take_in_answer,
    "help_call/1": alerts.take_in_call,
    "help_call_over/1": alerts.take_in_call_over,
    "help_call_taken/1": alerts.take_in_call_taken,
    "watch_request/1": shares.take_in_request,
    "watch_answer/1": pairs.take_in_answer,
    "fixes/1": pairs.take_in_fixes,
    "watch_end/1": pair_letters.take_in_end,
    "grant/1": consent.take_in_grant,
    "grant/2": consent.take_in_grant,
    "narrowing/1": consent.take_in_narrowing,
    "withdrawal/1": consent.take_in_withdrawal,
    "recipient_gone/1": consent.take_in_recipient_gone,
    "moved/1": trust.take_in_moved,
    "experience/1": feedback.hear_sums,
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
            shape is not None
            and set(body) == set(shape)
            and all(shape[name](body[name]) for name in shape)
            and _storable(body)
        )
    except (ValueError, RecursionError):
        return False


def _storable(value: Any) -> bool:
    """Whether every text in it can be stored and shown as it is: no control character, nothing that turns a text round."""
    if isinstance(value, Mapping):
        return all(_storable(name) and _storable(inner) for name, inner in value.items())
    if isinstance(value, list):
        return all(_storable(inner) for inner in value)
    if not isinstance(value, str):
        return True
    return clean_text(value, len(value))[1] is None and not DIRECTION_OVERRIDES & set(value)


def lane_of(kind: str) -> str:
    """Whether letters of a kind leave at once or by the tick, whatever their version."""
    return BY_TICK if kind.rpartition("/")[0] in BY_THE_TICK else AT_ONCE


def in_lane(lane: str) -> Q:
    """The letters of one lane."""
    ticked: Q = reduce(or_, (Q(kind__startswith=f"{name}/") for name in sorted(BY_THE_TICK)))
    return ticked if lane == BY_TICK else ~ticked


def leaves_at(lane: str, at: datetime) -> datetime:
    """The first instant from `at` on at which a letter of this lane may leave."""
    if lane == AT_ONCE:
        return at
    tick = settings.LETTER_TICK
    return datetime.fromtimestamp(-(-at.timestamp() // tick) * tick, UTC)
