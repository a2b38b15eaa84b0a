"""Checks of what was typed: texts that can be stored and shown, days and instants that can be.

It never throws away what was typed without saying so: the text comes back, with a code for what is wrong
with it.
"""

from datetime import date, datetime, timedelta

REPLACED = "\ufffd"
LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n"}
# They can make a text read as another one. Marks that scripts need (joiners, LRM, RLM) stay.
DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_text(value: object, limit: int, *, lines: bool = True) -> tuple[str, str | None]:
    """This function will return the text as it may be stored or shown again, and the code of its problem or
    None.

    `limit` is in characters. Line ends become one kind (a space when `lines` is False), ends are trimmed,
    and direction overrides are taken out without a problem. Control characters and lone surrogates are a
    problem (`text.control`) and come back visible as U+FFFD; a longer text comes back whole
    (`text.too_long`); None is ""; anything that is no text is "" with `text.not_text`.
    """
    if value is None:
        return "", None
    if not isinstance(value, str):
        return "", "text.not_text"
    text = _one_line_end(value, lines=lines)
    text = "".join(char for char in text if char not in DIRECTION_OVERRIDES)
    seen = "".join(REPLACED if _unstorable(char) else char for char in text).strip()
    if seen != text.strip():
        return seen, "text.control"
    return seen, "text.too_long" if len(seen) > limit else None


def check_instant(happened_at: datetime, *, at: datetime, grace: timedelta = timedelta(0)) -> str | None:
    """This function will return `time.future` when something is said to have happened later than now, else
    None.

    `grace` allows for a device whose clock runs ahead. A naive instant is `time.no_zone`.
    """
    if happened_at.utcoffset() is None or at.utcoffset() is None:
        return "time.no_zone"
    return "time.future" if happened_at > at + grace else None


def check_day(day: date, *, on: date, earliest: date = date(1900, 1, 1)) -> str | None:
    """This function will return `day.future` or `day.too_early` for a day that has not come or cannot be,
    else None.
    """
    if day > on:
        return "day.future"
    return "day.too_early" if day < earliest else None


def _one_line_end(text: str, *, lines: bool) -> str:
    for end, one in LINE_ENDS.items():
        text = text.replace(end, one)
    return text if lines else text.replace("\n", " ").replace("\t", " ")


def _unstorable(char: str) -> bool:
    number = ord(char)
    if char in "\n\t":
        return False
    return number < 0x20 or 0x7F <= number <= 0x9F or 0xD800 <= number <= 0xDFFF
