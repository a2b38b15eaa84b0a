"""Items of a record as one file to take along: words, originals, custody, and a list of all of it that the node signed.

Names in it say nothing. Refuses what is too large to be handed over in one piece; decides nothing about who may have it.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from shelterbelt import sealing
from shelterbelt.agencies.files import chunks
from shelterbelt.journal.models import Handled, Item, Version
from shelterbelt.journal.sheets import words_on_paper
from shelterbelt.safety.files import open_from
from shelterbelt.safety.models import OwnFile
from shelterbelt.sealing.primitives import public_pem, sign

FILE_NAME = "pages.zip"
LIST, SIGNATURE, KEY, PAPER, HOW = "list.json", "list.sig", "key.pem", "pages.pdf", "how.txt"
MOST_BYTES = 200 * 1024 * 1024
# The same in every bundle: a clock in it would tell when it was made to whoever finds it.
NO_TIME = (1980, 1, 1, 0, 0, 0)
ENDINGS = {
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG": "png",
    b"GIF8": "gif",
    b"%PDF": "pdf",
    b"OggS": "ogg",
    b"ID3": "mp3",
}
LATER_ENDINGS = {b"ftypM4A": "m4a", b"ftyp": "mp4", b"WEBP": "webp", b"WAVE": "wav"}


class TooLarge(ValueError):
    """What was chosen is too large for one file."""


@dataclass(frozen=True)
class Bundle:
    """The bytes of a bundle and the SHA-256 of its list."""

    data: bytes
    digest: bytes


def bundle(
    file: OwnFile,
    items: Sequence[Item],
    *,
    language: str,
    at: datetime,
    given: Mapping[str, Any] | None = None,
) -> Bundle:
    """The items in the order given. `given` names holder, recipient and release where it is handed to somebody."""
    originals = [one for item in items for one in item.originals.order_by("taken_in_at", "id")]
    if sum(one.size for one in originals) > MOST_BYTES:
        raise TooLarge
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        told = [_told(packed, number, item) for number, item in enumerate(items, 1)]
        with translation.override(language):
            paper = words_on_paper(told, given or {}, zone=file.agency.time_zone, at=at)
            how = _how()
        listed = {
            "about": "own record",
            "version": 1,
            "made_at": at.isoformat(),
            **({"given": dict(given)} if given else {}),
            "items": told,
            "papers": [_paper(packed, PAPER, paper), _paper(packed, HOW, how.encode())],
        }
        text = json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True).encode()
        keys = sealing.keyring()
        _put(packed, LIST, text)
        _put(packed, SIGNATURE, sign(keys.node_keys().sign, text))
        _put(packed, KEY, public_pem(keys.public_keys().sign))
    return Bundle(made.getvalue(), hashlib.sha256(text).digest())


def salt_of(item: Item) -> str:
    """The salt of the digests of an item's texts, in hexadecimal."""
    return str(open_from(item.file, item.sealed, about=item.id)["salt"])


def _told(packed: zipfile.ZipFile, number: int, item: Item) -> dict[str, Any]:
    return {
        "number": number,
        "id": str(item.id),
        "made_at": item.made_at.isoformat(),
        "salt": salt_of(item),
        "texts": [_text(version) for version in item.versions.order_by("number")],
        "files": list(_files(packed, number, item)),
        "custody": [_line(line) for line in item.handled.order_by("number")],
    }


def _text(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "recorded_at": version.recorded_at.isoformat(),
        "sha256": bytes(version.digest).hex(),
        "told": open_from(version.file, version.sealed, about=version.id),
    }


def _files(packed: zipfile.ZipFile, number: int, item: Item) -> Iterator[dict[str, Any]]:
    for place, one in enumerate(item.originals.order_by("taken_in_at", "id"), 1):
        data = b"".join(chunks("original", key=one.file.key, agency=one.agency_id, about=one.id))
        name = f"files/{number:02d}-{place:02d}.{_ending(data)}"
        _put(packed, name, data)
        yield {
            "id": str(one.id),
            "name": name,
            "taken_in_at": one.taken_in_at.isoformat(),
            "size": one.size,
            "sha256": bytes(one.sha256).hex(),
            "told": open_from(one.file, one.sealed, about=one.id),
        }


def _line(line: Handled) -> dict[str, Any]:
    return {
        "number": line.number,
        "kind": line.kind,
        "at": line.at.isoformat(),
        "by": str(line.by),
        "own_hand": line.by == line.person_id,
        "what": str(line.original_id or line.item_id),
        "about": bytes(line.about_digest).hex(),
        "digest": bytes(line.digest).hex(),
    }


def _paper(packed: zipfile.ZipFile, name: str, data: bytes) -> dict[str, str]:
    _put(packed, name, data)
    return {"name": name, "sha256": hashlib.sha256(data).hexdigest()}


def _put(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    packed.writestr(zipfile.ZipInfo(name, NO_TIME), data)


def _ending(data: bytes) -> str:
    begins = next((end for start, end in ENDINGS.items() if data.startswith(start)), "")
    return begins or next((end for sign_, end in LATER_ENDINGS.items() if sign_ in data[4:16]), "bin")


def _how() -> str:
    """How anybody checks it with programs that every computer can have."""
    lines = (
        _("How to check these pages"),
        "",
        _("1. Is the list whole? This says whether the list is as it was signed:"),
        f"   openssl pkeyutl -verify -pubin -inkey {KEY} -rawin -in {LIST} -sigfile {SIGNATURE}",
        _("   Ask whoever handed it over whether the key is theirs."),
        _("2. Is each file as it came? The list holds the SHA-256 of each:"),
        "   sha256sum files/*",
        _("3. The SHA-256 of a text is over the bytes of the item's salt, then the text as JSON:"),
        _("   keys in order, no spaces, UTF-8."),
        _(
            "4. Each line of custody hangs on the one before: SHA-256 over the digest before (first: 32 zero bytes),"
        ),
        _("   then about, at, by, kind, number and what as JSON, written in the same way."),
        "",
    )
    return "\n".join(lines)
