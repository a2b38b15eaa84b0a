"""Takes the paper of an order or a demand in: sniffed, of a size, sealed under its own row's key. Refuses anything else.

Files lie beside evidence, named by the row's id alone; nobody learns from a name what a paper is.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings

from shelterbelt import sealing
from shelterbelt.cases.evidence import derivative
from shelterbelt.consent.marks import is_still
from shelterbelt.disclosures.models import OnPaper

MOST_MEGABYTES = 15
BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
MEDIA = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}


class NotAPaper(ValueError):
    """The file is no PDF, PNG or JPEG, whatever its name says, or one that runs something."""


def kind_of(file: BinaryIO) -> str:
    """What a file is by its first bytes: pdf, png or jpeg; anything else is refused. A picture must be one."""
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    found = next((kind for kind, begins in BEGINS.items() if start.startswith(begins)), "")
    if not found or not _harmless(found, file):
        raise NotAPaper
    file.seek(0)
    return found


def _harmless(kind: str, file: BinaryIO) -> bool:
    """A picture is one, and a PDF is whole and runs nothing."""
    if kind != "pdf":
        return derivative(file) is not None
    data = file.read()
    return b"%%EOF" in data[-2048:] and is_still(data)


def kept(file: BinaryIO, *, about: UUID, key: bytes, agency: UUID) -> dict[str, Any]:
    """Seal a paper on the disk before its row exists; returns the row's columns about it."""
    kind = kind_of(file)
    part = _path(about).with_suffix(".part")
    try:
        with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
            digest, size = sealing.keyring().seal_file(key, agency, file, target, about=about)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.rename(_path(about))
    return {"document_type": kind, "document_size": size, "document_sha256": digest}


def bytes_of(row: OnPaper) -> bytes:
    """The paper as it came."""
    return b"".join(_chunks(row))


def picture_of(row: OnPaper) -> bytes | None:
    """A picture of the paper to look at, drawn anew without its hidden data; none for a PDF."""
    return None if row.document_type == "pdf" else derivative(io.BytesIO(bytes_of(row)))


def _chunks(row: OnPaper) -> Iterator[bytes]:
    with _path(row.id).open("rb") as source:
        yield from sealing.keyring().open_file(bytes(row.key), row.agency_id, source, about=row.id)


def _path(about: UUID) -> Path:
    return Path(settings.FILES) / f"{about}.document"
