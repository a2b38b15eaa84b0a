"""Takes an address or a number out of a text that the other person will read. It errs towards taking too much.

What it cannot know it cannot take: a place told in other words stays, so a person reads the page before it goes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FEWEST, FEWEST_DIGITS = 4, 7
# The words of a street's kind, each way they are written. Our own list (tag P): what is not here counts letter by letter.
SAME = {
    "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "rd": "road", "ln": "lane", "dr": "drive",
    "blvd": "boulevard", "ct": "court", "pl": "place", "apt": "apartment", "hwy": "highway", "pkwy": "parkway",
    "n": "north", "s": "south", "e": "east", "w": "west",
}  # fmt: skip
WORD = re.compile(r"\w+")
DIGITS = re.compile(r"\+?\d(?:[\s().\-/]{0,2}\d)+")
PARTS = re.compile(r"[,;\n]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """The text as it may be read, and how many pieces were taken out of it."""

    text: str
    pieces: int


def kept_back(text: str, addresses: Iterable[str], phones: Iterable[str] = (), *, mark: str = "[…]") -> Kept:
    """This function will return a text without these addresses and numbers, each of which leaves a mark.

    Of an address every part with a number in it counts, by its number and the next word or by the words of its street
    alone, whatever the case, the points and the usual short forms; the first part also where it holds no number. What is
    nothing but the name of a town stays. Telephone numbers count by their last seven digits, however they are written.
    Source: our own choice (tag P).
    """
    taken = sorted(_spans(text, [*addresses], [*phones]))
    made, end, pieces = [], 0, 0
    for begins, ends in taken:
        if ends <= end:
            continue
        if begins >= end:
            made += [text[end:begins], mark]
            pieces += 1
        end = ends
    return Kept("".join([*made, text[end:]]), pieces)


def _spans(text: str, addresses: list[str], phones: list[str]) -> Iterator[tuple[int, int]]:
    words = [(_plain(one[0]), one.start(), one.end()) for one in WORD.finditer(text)]
    for key in {key for address in addresses for key in _keys(address)}:
        for place in range(len(words) - len(key) + 1):
            if all(words[place + n][0] == word for n, word in enumerate(key)):
                yield words[place][1], words[place + len(key) - 1][2]
    yield from _unspaced(text, addresses)
    ends = {digits[-FEWEST_DIGITS:] for phone in phones if len(digits := _digits(phone)) >= FEWEST_DIGITS}
    for found in DIGITS.finditer(text):
        if any(end in _digits(found[0]) for end in ends):
            yield found.span()


def _keys(address: str) -> Iterator[tuple[str, ...]]:
    """What of an address points at it: its number with the next word, its street, and a part that holds a number."""
    for number, part in enumerate(PARTS.split(address)):
        words = [_plain(one) for one in WORD.findall(part)]
        letters = [word for word in words if not word.isdigit()]
        if any(word.isdigit() for word in words) and (len(words) > 1 or len(words[0]) >= FEWEST):
            yield tuple(words)
            if len(words) > 1 and words[0].isdigit():
                yield tuple(words[:2])
        if len(letters) > 1 and (number == 0 or len(letters) < len(words)):
            yield tuple(letters)
        elif number == 0 and letters == words and len("".join(words)) >= FEWEST:
            yield tuple(words)


def _unspaced(text: str, addresses: list[str]) -> Iterator[tuple[int, int]]:
    """Addresses of scripts that write without spaces, letter by letter."""
    for address in addresses:
        for part in PARTS.split(address):
            part = part.strip()
            if len(part) >= FEWEST and not part.isascii():
                for found in re.finditer(re.escape(part), text, re.IGNORECASE):
                    yield found.span()


def _plain(word: str) -> str:
    folded = word.casefold()
    return SAME.get(folded, folded)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
