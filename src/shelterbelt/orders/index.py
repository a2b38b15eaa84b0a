"""By which tokens an order is found: names, birth dates and phones of whom it names, and plates. All blind, whole words alone.

Two parts of a name together are a token of their own, so that a common name is found as fast as a rare one.
"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any
from uuid import UUID

from shelterbelt import sealing
from shelterbelt.agencies.tokens import search_texts
from shelterbelt.people.queries import asked_tokens
from shelterbelt.rules.names import normal, tokens

MOST_PARTS = 8


def plate_of(text: str) -> str:
    """A plate as two people write it alike: its letters and digits."""
    return normal(text).replace(" ", "")


def pair(parts: Iterable[str]) -> list[str]:
    """A token for every two parts of a name."""
    few = sorted(set(parts))[:MOST_PARTS]
    return [f"both:{one}|{other}" for one, other in combinations(few, 2)]


def docket_text(docket: str) -> str:
    """The token of a court's number: its letters and digits, as two people write it alike."""
    return f"docket:{plate_of(docket)}"


def texts_of(named: Iterable[Mapping[str, Any]], plates: Iterable[str]) -> set[str]:
    """Everything by which an order is found."""
    found: set[str] = set()
    for one in named:
        found |= search_texts(one)
        for name in (one.get("name", ""), *one.get("other_names", ())):
            found |= set(pair(tokens(name)))
    return found | {f"plate:{plate}" for text in plates if (plate := plate_of(text))}


def asked(text: str) -> list[set[str]]:
    """What a search asks for, as readings of which one is enough: each a set of tokens that must all be there.

    One field takes a name, a birth date, a phone and a plate: what has a letter and a digit may be a plate. A name and a
    birth date together narrow each other.
    """
    words = text.strip()[:300].split()
    born = {word: found for word in words if (found := _born(word))}
    others = [word for word in words if word not in born]
    if born and others:
        return [{day for days in born.values() for day in days} | _parts(" ".join(others))]
    readings = [_parts(text)]
    plate = plate_of(text.strip()[:40])
    if 2 <= len(plate) <= 10 and any(c.isdigit() for c in plate):
        readings.append({f"plate:{plate}"})
    return [reading for reading in readings if reading]


def _parts(text: str) -> set[str]:
    parts = asked_tokens(text)
    names = [part.removeprefix("name:") for part in parts if part.startswith("name:")]
    return set(pair(names)) if len(names) > 1 else set(parts)


def _born(word: str) -> list[str]:
    return [part for part in asked_tokens(word) if part.startswith("born:")]


def tokens_of(agency: UUID, texts: Iterable[str]) -> list[bytes]:
    """These texts under an agency's index key."""
    ring = sealing.keyring()
    return [ring.index_token(agency, text) for text in sorted(texts)]
