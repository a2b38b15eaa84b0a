"""Messages that say nothing about why they come, and the words that none of them may hold.

It refuses nothing itself: `telling` names what it finds, and the one sender refuses to send it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from types import MappingProxyType

from shelterbelt.library import files, shelf
from shelterbelt.library.files import LibraryError

FALLBACK = "en"
INSIDE = 5
LINK = re.compile(r"://|\bwww\.|\b[a-z0-9-]+\.(?:com|org|net|gov|info|app|us)\b|/\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads: a subject (e-mail only) and one or two sentences."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message: its texts by language, and how long after it was written it is still worth sending."""

    name: str
    version: str
    use: str
    lasts: timedelta
    texts: Mapping[str, Text]

    def text(self, language: str) -> Text:
        """The text in this language; in English where there is none."""
        return self.texts.get(language, self.texts[FALLBACK])


@cache
def kind(name: str) -> Kind:
    """This function will return a kind of message. Raises LibraryError when there is none or it is wrong."""
    if not re.fullmatch(r"[a-z_]{2,40}", name):
        raise LibraryError("not a name of the library")
    path = f"notices/{name}.yaml"
    data = files.read(path, "notices")
    if data["name"] != name:
        raise LibraryError(f"{path}: it names another kind")
    texts = {language: Text(**text) for language, text in data["texts"].items()}
    lasts = timedelta(hours=data["lasts_hours"])
    return Kind(name, data["version"], data["use"], lasts, MappingProxyType(texts))


def kinds() -> tuple[Kind, ...]:
    """This function will return every kind of message, by name."""
    return tuple(kind(name) for name in shelf.names_of("notices"))


@cache
def stems(language: str) -> tuple[str, ...]:
    """This function will return the beginnings of words that tell, in one language."""
    data = files.read(f"telling/{language}.yaml", "telling")
    if data["language"] != language:
        raise LibraryError(f"telling/{language}.yaml: it names another language")
    return tuple(data["stems"])


def version(path: str) -> str:
    """This function will return the version that a file of this module's two kinds says it is."""
    return str(files.read(path, path.split("/")[0])["version"])


def telling(text: str, *, names: Iterable[str] = ()) -> tuple[str, ...]:
    """This function will return what in a text would tell a stranger what it is about; nothing for a quiet one.

    Looks for the stems of every language in every text, through accents, capitals, invisible signs and spaces put
    in between; for the `names` (of agencies, whole, and their own words); and for anything that looks like a link.
    """
    plain = _plain(text)
    words, joined = plain.split(), plain.replace(" ", "")
    found = [
        stem
        for language in shelf.names_of("telling")
        for stem in stems(language)
        if any(word.startswith(stem) for word in words)
        or (len(stem) >= INSIDE and _inside(stem, plain, joined))
    ]
    found += [name for name in names if _named(name, words, joined)]
    if LINK.search(text):
        found.append("link")
    return tuple(dict.fromkeys(found))


def naming(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """This function will return which of these names, or their own words, stand in a text."""
    plain = _plain(text)
    return tuple(name for name in names if _named(name, plain.split(), plain.replace(" ", "")))


def _inside(stem: str, plain: str, joined: str) -> bool:
    """Inside one word, or spelled out letter by letter."""
    return stem in plain or (stem in joined and bool(re.search(r"\b" + " ?".join(stem), plain)))


def _named(name: str, words: list[str], joined: str) -> bool:
    parts = _plain(name).split()
    own = {part for part in parts if len(part) >= INSIDE} - _quiet_words()
    return bool(own.intersection(words)) or (len(parts) > 1 and "".join(parts) in joined)


@cache
def _quiet_words() -> frozenset[str]:
    """Words of our own texts: an agency that is called like one of them does not make them tell."""
    texts = (text for kind in kinds() for text in kind.texts.values())
    return frozenset(word for text in texts for word in _plain(f"{text.subject} {text.body}").split())


def _plain(text: str) -> str:
    """Small letters without accents or invisible signs; whatever is neither letter nor digit is a space."""
    split = unicodedata.normalize("NFKD", text).casefold()
    seen = (c for c in split if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join("".join(c if c.isalnum() else " " for c in seen).split())
