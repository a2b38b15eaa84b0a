"""What a letter about contact or a referral may say.

Refuses anything missing, too long, of the wrong type or not in the schema.

Letters come from elsewhere: nothing in them is trusted, and what is not named here is refused, not kept.
"""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from shelterbelt.library import shelf
from shelterbelt.rules.fields import clean_text

SHORT, MIDDLE, LONG = 300, 1_000, 20_000
REFERENCE = 40
ANSWERS = ("accepted", "declined")


class BadLetter(ValueError):
    """The letter is not what its kind allows; says which part, never what stood in it."""


def contact_request(body: object) -> dict[str, Any]:
    """The checked content of contact_request/1."""
    asked = _fields(body, {"reference", "name", "instructions", "language", "interpreter", "words"})
    return {
        "reference": _text(asked, "reference", REFERENCE, needed=True),
        "name": _text(asked, "name", SHORT, needed=True),
        "instructions": instructions(asked["instructions"]),
        "language": _code(asked, "language", "languages"),
        "interpreter": _flag(asked, "interpreter"),
        "words": _text(asked, "words", LONG),
    }


INSTRUCTION_PARTS = (
    "channels", "number", "email", "place", "days", "from", "until", "zone", "voicemail", "code_word",
    "may_answer",
)  # fmt: skip


def instructions(given: object) -> dict[str, Any]:
    """Checked contact instructions:

    channels, where to, safe days and hours, message, code word, who may answer.
    """
    told = _fields(given, set(INSTRUCTION_PARTS))
    return {
        "channels": _codes(told, "channels", "contact_channels"),
        "number": _text(told, "number", REFERENCE),
        "email": _text(told, "email", SHORT),
        "place": _text(told, "place", MIDDLE),
        "days": _codes(told, "days", "safe_days"),
        "from": _clock(told, "from"),
        "until": _clock(told, "until"),
        "zone": _zone(told),
        "voicemail": _flag(told, "voicemail"),
        "code_word": _text(told, "code_word", SHORT),
        "may_answer": _text(told, "may_answer", SHORT),
    }


def referral(body: object) -> dict[str, Any]:
    """The checked content of referral/1."""
    told = _fields(body, {"reference", "release", "answer_back", "content"})
    content = _fields(told["content"], {"name", "language", "instructions", "words"})
    return {
        "reference": _text(told, "reference", REFERENCE, needed=True),
        "release": _text(told, "release", REFERENCE, needed=True),
        "answer_back": _flag(told, "answer_back"),
        "content": {
            "name": _text(content, "name", SHORT),
            "language": _code(content, "language", "languages"),
            "instructions": instructions(content["instructions"])
            if content["instructions"] is not None
            else None,
            "words": _words(content["words"]),
        },
    }


def referral_answer(body: object) -> dict[str, Any]:
    """The checked content of referral_answer/1:

    `reason` is a listed code, with words on the lines after it.
    """
    told = _fields(body, {"reference", "answer", "reason"})
    answer, reason = told["answer"], _text(told, "reason", LONG + REFERENCE)
    code, _, words = reason.partition("\n")
    if answer not in ANSWERS or (answer == "accepted" and reason):
        raise BadLetter("answer")
    if answer == "declined" and code not in shelf.codes("referral_decline_reasons"):
        raise BadLetter("reason")
    reference = _text(told, "reference", REFERENCE, needed=True)
    return {"reference": reference, "answer": answer, "reason": code, "words": words}


def _fields(given: object, wanted: set[str]) -> Mapping[str, Any]:
    if not isinstance(given, dict) or set(given) != wanted:
        raise BadLetter("fields")
    return given


def _text(given: Mapping[str, Any], name: str, limit: int, *, needed: bool = False) -> str:
    value = given[name]
    if not isinstance(value, str):
        raise BadLetter(name)
    text, problem = clean_text(value, limit)
    if problem or (needed and not text):
        raise BadLetter(name)
    return text


def _flag(given: Mapping[str, Any], name: str) -> bool:
    if not isinstance(given[name], bool):
        raise BadLetter(name)
    return bool(given[name])


def _code(given: Mapping[str, Any], name: str, choices: str) -> str:
    """A listed code, or nothing."""
    value = given[name]
    if not isinstance(value, str) or (value and value not in shelf.codes(choices)):
        raise BadLetter(name)
    return value


def _codes(given: Mapping[str, Any], name: str, choices: str) -> list[str]:
    found = given[name]
    if not isinstance(found, list) or not all(isinstance(code, str) for code in found):
        raise BadLetter(name)
    if not found or len(set(found)) != len(found) or not set(found) <= shelf.codes(choices):
        raise BadLetter(name)
    return list(found)


def _clock(given: Mapping[str, Any], name: str) -> str:
    """HH:MM, or nothing for the edge of the day."""
    return _checked(
        given, name, lambda text: text == "" or time.fromisoformat(text).isoformat("minutes") == text
    )


def _zone(given: Mapping[str, Any]) -> str:
    return _checked(given, "zone", lambda text: len(text) < 60 and bool(ZoneInfo(text)))


def _checked(given: Mapping[str, Any], name: str, holds: Callable[[str], bool]) -> str:
    value = given[name]
    try:
        if isinstance(value, str) and holds(value):
            return value
    except (ValueError, OSError, KeyError):
        pass
    raise BadLetter(name)


def _words(given: object) -> dict[str, str]:
    if not isinstance(given, dict) or not set(given) <= shelf.codes("release_categories"):
        raise BadLetter("words")
    return {category: _text(given, category, LONG, needed=True) for category in given}
