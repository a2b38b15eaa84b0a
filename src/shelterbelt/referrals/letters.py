"""What a letter about contact or a referral may say.

Letters come from elsewhere: nothing in them is trusted, and what is not named here is refused (`BadLetter`), not kept.
"""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from shelterbelt.library import shelf
from shelterbelt.rules.bodies import BadLetter, fields, flag, text

SHORT, MIDDLE, LONG = 300, 1_000, 20_000
REFERENCE = 40
ANSWERS = ("accepted", "declined")


def contact_request(body: object) -> dict[str, Any]:
    """The checked content of contact_request/1."""
    asked = fields(body, {"reference", "name", "instructions", "language", "interpreter", "words"})
    return {
        "reference": text(asked, "reference", REFERENCE, needed=True),
        "name": text(asked, "name", SHORT, needed=True),
        "instructions": instructions(asked["instructions"]),
        "language": _code(asked, "language", "languages"),
        "interpreter": flag(asked, "interpreter"),
        "words": text(asked, "words", LONG),
    }


INSTRUCTION_PARTS = (
    "channels", "number", "email", "place", "days", "from", "until", "zone", "voicemail", "code_word",
    "may_answer",
)  # fmt: skip


def instructions(given: object) -> dict[str, Any]:
    """Checked contact instructions: channels, where to, safe days and hours, message, code word, who may answer."""
    told = fields(given, set(INSTRUCTION_PARTS))
    return {
        "channels": _codes(told, "channels", "contact_channels"),
        "number": text(told, "number", REFERENCE),
        "email": text(told, "email", SHORT),
        "place": text(told, "place", MIDDLE),
        "days": _codes(told, "days", "safe_days"),
        "from": _clock(told, "from"),
        "until": _clock(told, "until"),
        "zone": _zone(told),
        "voicemail": flag(told, "voicemail"),
        "code_word": text(told, "code_word", SHORT),
        "may_answer": text(told, "may_answer", SHORT),
    }


def referral(body: object) -> dict[str, Any]:
    """The checked content of referral/1."""
    told = fields(body, {"reference", "release", "answer_back", "content"})
    content = fields(told["content"], {"name", "language", "instructions", "words"})
    how = content["instructions"]
    return {
        "reference": text(told, "reference", REFERENCE, needed=True),
        "release": text(told, "release", REFERENCE, needed=True),
        "answer_back": flag(told, "answer_back"),
        "content": {
            "name": text(content, "name", SHORT),
            "language": _code(content, "language", "languages"),
            "instructions": None if how is None else instructions(how),
            "words": _words(content["words"]),
        },
    }


def referral_answer(body: object) -> dict[str, Any]:
    """The checked content of referral_answer/1: `reason` is a listed code, with words on the lines after it."""
    told = fields(body, {"reference", "answer", "reason"})
    answer, reason = told["answer"], text(told, "reason", LONG + REFERENCE)
    code, _, words = reason.partition("\n")
    if answer not in ANSWERS or (answer == "accepted" and reason):
        raise BadLetter("answer")
    if answer == "declined" and code not in shelf.codes("referral_decline_reasons"):
        raise BadLetter("reason")
    reference = text(told, "reference", REFERENCE, needed=True)
    return {"reference": reference, "answer": answer, "reason": code, "words": words}


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
        given, name, lambda told: told == "" or time.fromisoformat(told).isoformat("minutes") == told
    )


def _zone(given: Mapping[str, Any]) -> str:
    return _checked(given, "zone", lambda told: len(told) < 60 and bool(ZoneInfo(told)))


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
    return {category: text(given, category, LONG, needed=True) for category in given}
