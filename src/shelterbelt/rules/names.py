"""Turns names, numbers and birth dates into tokens, so that equal ones are found in any script and form.

It never guesses: no sound-alikes, no nicknames, no re-ordering. What was typed is kept elsewhere, unchanged.
"""

import unicodedata
from datetime import date

# Letters that Unicode does not decompose, though people type either form of the name.
_FOLDS = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
        "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC TATWEEL}": "",
    }
)

# Marks that may be left out without making another name: accents, tone marks, Arabic and Hebrew points.
# Marks that spell (Indic, Thai and Burmese vowels, Japanese voicing) are not in these ranges and stay.
_OPTIONAL_MARKS = (
    (0x0300, 0x036F),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)

# Straight, curly, modifier and grave ones, the acute accent on its own, primes and geresh.
_APOSTROPHES = frozenset("'`\xb4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\uff07\u05f3")

# The same for ASCII, in one step: most names of most exports are, and an import folds each several times.
_ASCII: dict[int, str | None] = {n: chr(n).lower() if chr(n).isalnum() else " " for n in range(128)}
_ASCII |= {ord(char): None for char in _APOSTROPHES if char.isascii()}


def normal(text: str) -> str:
    """This function will return the form of a name by which equal names are equal.

    Lower case without optional marks, words parted by one space; composed and decomposed, wide and narrow
    forms, and curly and straight apostrophes give the same. A name of signs alone keeps its signs. It may
    be empty. `normal` of its own result is the same. Any length and any script; nothing is raised.
    """
    if text.isascii() and (plain := " ".join(text.translate(_ASCII).split())):
        return plain
    folded = _folded(text)
    words = " ".join("".join(_letter(char) for char in folded).split())
    return words or "".join(folded.split())


def tokens(name: str) -> frozenset[str]:
    """This function will return the words of a name in their normal form; a single name gives one."""
    return frozenset(normal(name).split())


def phone_token(text: str) -> str:
    """This function will return the digits of a number, any script's digits as 0 to 9; it may be empty."""
    return "".join(
        str(unicodedata.decimal(char)) for char in text if unicodedata.decimal(char, None) is not None
    )


def date_token(on: date) -> str:
    """This function will return the day as YYYY-MM-DD.

    For an instant it is the day in the instant's own zone.
    """
    return f"{on.year:04d}-{on.month:02d}-{on.day:02d}"


def _folded(text: str) -> str:
    # Before NFKC, which makes a space of an acute accent that stands for an apostrophe; after NFC, which
    # makes such an accent of others.
    composed = unicodedata.normalize("NFC", text)
    bare = "".join(char for char in composed if char not in _APOSTROPHES)
    wide = unicodedata.normalize("NFKC", bare).casefold()
    apart = unicodedata.normalize("NFD", wide)
    kept = "".join(char for char in apart if not _optional(char))
    return unicodedata.normalize("NFKC", kept.translate(_FOLDS))


def _optional(char: str) -> bool:
    if char in _APOSTROPHES or unicodedata.category(char) in ("Cf", "Cs"):
        return True
    # The ranges hold a few signs that are no marks, such as the Hebrew hyphen.
    return unicodedata.category(char)[0] == "M" and any(
        first <= ord(char) <= last for first, last in _OPTIONAL_MARKS
    )


def _letter(char: str) -> str:
    return char if unicodedata.category(char)[0] in "LMN" else " "
