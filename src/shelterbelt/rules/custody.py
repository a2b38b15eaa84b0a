"""Who had a thing in hand, and when: lines that hang on each other, so that one changed or taken out is seen.

Knows no names and no content: numbers, codes, instants and digests. It proves order, not truth.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

# What happens to a thing that is kept. `removed` is the last that does.
KINDS = ("written", "taken_in", "looked_at", "copied_out", "shown", "shown_ended", "handed_over", "removed")
BEGINNING = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Link:
    """One line: its number in the chain from 1 on, what was done, when, by whom, and the SHA-256 of what it is about."""

    number: int
    kind: str
    at: datetime
    by: str
    what: str
    about: bytes
    digest: bytes = b""


def linked(link: Link, before: bytes) -> bytes:
    """This function will give the digest of a line that hangs on the line before it (32 zero bytes for the first).

    SHA-256 over the digest before and the line as JSON with sorted keys, no white space, the instant in ISO 8601.
    Raises ValueError for a kind that is not one, a number below one, a naive instant or a digest that is not 32 bytes.
    Source: ISO/IEC 27037, continuity of possession (tag M).
    """
    if link.kind not in KINDS or link.number < 1 or link.at.utcoffset() is None or len(before) != 32:
        raise ValueError("not a line of custody")
    told = {
        "about": link.about.hex(),
        "at": link.at.isoformat(),
        "by": link.by,
        "kind": link.kind,
        "number": link.number,
        "what": link.what,
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(before + text.encode()).digest()


def first_broken(links: Sequence[Link]) -> int | None:
    """This function will give the number of the first line that was changed, moved, doubled or is missing; None if none was.

    The lines come in their order. What was cut off at the end cannot be seen from the lines alone.
    """
    before = BEGINNING
    for number, link in enumerate(links, 1):
        if link.number != number or linked(link, before) != link.digest:
            return number
        before = link.digest
    return None
