"""The proof of a breach as one file, and its check, which needs nothing of this product but its format (docs/breaches.md).

A statement names the SHA-256 of what was kept, when it was taken in and of which breach; the node signed it at that
moment, so that it outlives the product. Knows no Django.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shelterbelt.rules.custody import Link, first_broken
from shelterbelt.rules.frames import unframed
from shelterbelt.sealing.primitives import public_of_pem, verify

FORMAT = "shelterbelt/breach-proof/1"
STATEMENT = "shelterbelt/breach-evidence/1"
LIST, SIGNATURE, KEY, HOW = "list.json", "list.sig", "key.pem", "how.txt"
# The same in every file: a clock in it would tell when it was made to whoever finds it.
NO_TIME = (1980, 1, 1, 0, 0, 0)
MOST_BYTES = 100 * 1024 * 1024


def told(content: Mapping[str, Any]) -> bytes:
    """This function will return content as JSON: keys in order, no white space, UTF-8. What is signed are these bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def statement(
    breach: str, evidence: str, kind: str, sha256: bytes, size: int, taken_in_at: datetime
) -> bytes:
    """This function will return what the node signs when a piece of evidence is taken in."""
    return told(
        {
            "about": STATEMENT,
            "breach": breach,
            "evidence": evidence,
            "kind": kind,
            "sha256": sha256.hex(),
            "size": size,
            "taken_in_at": taken_in_at.isoformat(),
        }
    )


def fixes_of(frames: bytes) -> list[dict[str, Any]]:
    """This function will return frames as they can be read by anybody; empty where these bytes are no frames."""
    try:
        heard = list(unframed(frames))
    except ValueError:
        return []
    return [
        {
            "ms": one.fix.ms,
            "received_ms": one.received_ms,
            "latitude": one.fix.latitude,
            "longitude": one.fix.longitude,
            "metres": one.fix.metres,
            "speed": one.fix.speed,
            "device": one.device,
            "battery": one.fix.battery,
            "marks": int(one.fix.marks),
        }
        for one in heard
    ]


def packed(
    listed: Mapping[str, Any], pieces: Mapping[str, bytes], *, signature: bytes, pem: bytes, how: str
) -> bytes:
    """This function will return the file: the list, its signature, the key, how to check it, and the pieces by name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as file:
        for name, data in (
            (LIST, told(listed)),
            (SIGNATURE, signature),
            (KEY, pem),
            (HOW, how.encode()),
            *pieces.items(),
        ):
            file.writestr(zipfile.ZipInfo(name, NO_TIME), data)
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: every fault in words, how many pieces there were, and the fingerprint of the key that signed."""

    faults: tuple[str, ...]
    pieces: int
    key: str


def checked(data: bytes, *, key: bytes | None = None) -> Checked:
    """This function will check a file of proof: its signature, every statement, digest and line of custody.

    `key`: the node's public key (32 bytes) as it was handed over in another way. Without it the key in the file is
    believed, which proves that nothing was changed since it was signed and not by whom.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            if sum(one.file_size for one in file.infolist()) > MOST_BYTES:
                return Checked(("it is too large",), 0, "")
            parts = {one.filename: file.read(one) for one in file.infolist()}
        listed = json.loads(parts[LIST])
        signed_by = public_of_pem(parts[KEY])
        evidence = list(listed["evidence"])
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        return Checked(("it is no file of proof",), 0, "")
    faults = list(_faults(parts, listed, evidence, signed_by, key))
    return Checked(tuple(faults), len(evidence), hashlib.sha256(signed_by).hexdigest())


def _faults(
    parts: Mapping[str, bytes],
    listed: Mapping[str, Any],
    evidence: Sequence[Any],
    signed_by: bytes,
    key: bytes | None,
) -> Iterator[str]:
    if key is not None and key != signed_by:
        yield "it was signed with another key"
    if listed.get("about") != FORMAT:
        yield "the list is of another format"
    if not verify(signed_by, parts.get(SIGNATURE, b""), parts[LIST]):
        yield "the list is not as it was signed"
    named = {
        LIST,
        SIGNATURE,
        KEY,
        HOW,
        *(str(one.get("file", "")) for one in evidence if isinstance(one, Mapping)),
    }
    yield from (f"{name} is not in the list" for name in parts if name not in named)
    for number, one in enumerate(evidence, 1):
        try:
            yield from (f"piece {number}: {fault}" for fault in _piece_faults(one, listed, parts, signed_by))
        except (KeyError, ValueError, TypeError, AttributeError):
            yield f"piece {number}: it is not well formed"


def _piece_faults(
    one: Mapping[str, Any], listed: Mapping[str, Any], parts: Mapping[str, bytes], signed_by: bytes
) -> Iterator[str]:
    said = one["statement"].encode()
    # A statement that an earlier key of the node signed names that key itself.
    earlier = bytes.fromhex(one["key"])
    if not verify(earlier, bytes.fromhex(one["signature"]), said):
        yield "its statement is not as it was signed"
    if earlier != signed_by and one["key"] not in listed["keys"]:
        yield "its statement was signed with a key that is not in the list"
    stated = json.loads(said)
    if (stated["breach"], stated["evidence"]) != (listed["breach"]["id"], one["id"]):
        yield "its statement is about something else"
    if one["file"]:
        data = parts.get(one["file"])
        if (
            data is None
            or hashlib.sha256(data).hexdigest() != stated["sha256"]
            or len(data) != stated["size"]
        ):
            yield "it is not the file that was taken in"
        elif one["kind"] == "fixes" and one["fixes"] != fixes_of(data):
            yield "its fixes do not say what the file says"
    if any(line["about"] != stated["sha256"] for line in one.get("before", ())):
        yield "its custody before is about something else"
    yield from _custody_faults([_link(line) for line in one["custody"]], stated["sha256"])


def _custody_faults(lines: Sequence[Link], sha256: str) -> Iterator[str]:
    broken = first_broken(lines)
    if broken is not None:
        yield f"line {broken} of its custody is not as it was written"
    if any(line.about.hex() != sha256 for line in lines) or not lines:
        yield "its custody is about something else"


def _link(line: Mapping[str, Any]) -> Link:
    about, digest = bytes.fromhex(line["about"]), bytes.fromhex(line["digest"])
    at = datetime.fromisoformat(line["at"])
    return Link(line["number"], line["kind"], at, line["by"], line["what"], about, digest)
