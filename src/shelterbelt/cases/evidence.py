"""Takes files in: SHA-256 at intake, the original sealed, a derivative without metadata, custody noted.

Refuses to alter an original.
"""

import io
import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from PIL import Image, ImageOps

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.files import chunks, kept
from shelterbelt.agencies.sealed import opened_under, seal
from shelterbelt.cases.models import Custody, Evidence, Incident
from shelterbelt.cases.policy import OPEN_INCIDENT, SEE_EVIDENCE
from shelterbelt.ledger.actions import record
from shelterbelt.store.ids import uuid7

# What cameras and scanners write; a format that runs programs or reads other files is not even tried.
PICTURES = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP")
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2400


def take_in(
    incident: Incident, file: BinaryIO, *, name: str, kind: str, about: str, by: Worker, at: datetime
) -> Evidence:
    """Seal a file as it came and note who took it in; a picture also gets a derivative without its metadata."""
    require(by, OPEN_INCIDENT, incident, at=at)
    evidence_id = uuid7()
    under: Any = {"key": incident.key, "agency": incident.agency_id, "about": evidence_id}
    digest, size = kept(file, "original", **under)
    file.seek(0)
    picture = derivative(file)
    if picture is not None:
        kept(io.BytesIO(picture), "derivative", **under)
    words = {"name": name, "kind": kind, "about": about}
    evidence = Evidence.objects.create(
        id=evidence_id,
        agency_id=incident.agency_id,
        incident=incident,
        sealed=seal(incident.key, incident.agency_id, words, about=evidence_id),
        sha256=digest,
        size=size,
        has_derivative=picture is not None,
        taken_in_at=at,
        taken_in_by=by.id,
    )
    _custody(evidence, "taken_in", by=by, at=at)
    record("evidence.taken_in", about=evidence_id, by=by.id, agency=incident.agency_id, at=at, digest=digest)
    return evidence


def derivative(file: BinaryIO) -> bytes | None:
    """The picture in a file, drawn anew as JPEG so that nothing but its pixels remains; none for anything else."""
    try:
        with warnings.catch_warnings(), Image.open(file, formats=PICTURES) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            plain = Image.new("RGB", upright.size)
            plain.paste(upright)
            out = io.BytesIO()
            plain.save(out, "JPEG", quality=88)
            return out.getvalue()
    except Exception:
        # A damaged picture fails in as many ways as there are formats; its original is kept all the same.
        return None


def look(evidence: Evidence, *, by: Worker, at: datetime) -> Iterator[bytes]:
    """The derivative of a picture, for the eyes; noted in its custody."""
    require(by, SEE_EVIDENCE, evidence, at=at)
    _custody(evidence, "looked_at", by=by, at=at)
    return _chunks(evidence, "derivative")


def copy_out(evidence: Evidence, *, by: Worker, at: datetime) -> Iterator[bytes]:
    """The original, byte for byte, leaving the system; noted in its custody and the ledger."""
    require(by, SEE_EVIDENCE, evidence, at=at)
    _custody(evidence, "copied_out", by=by, at=at)
    record(
        "evidence.copied_out",
        about=evidence.id,
        by=by.id,
        agency=evidence.agency_id,
        at=at,
        digest=bytes(evidence.sha256),
    )
    return _chunks(evidence, "original")


def words_of(evidence: Evidence) -> dict[str, Any]:
    """The name, kind and description of a file."""
    return opened_under(evidence.incident.key, evidence.id, evidence.agency_id, evidence.sealed)


def _chunks(evidence: Evidence, which: str) -> Iterator[bytes]:
    return chunks(which, key=evidence.incident.key, agency=evidence.agency_id, about=evidence.id)


def _custody(evidence: Evidence, kind: str, *, by: Worker, at: datetime) -> None:
    Custody.objects.create(
        agency_id=evidence.agency_id,
        evidence=evidence,
        kind=kind,
        at=at,
        by=by.id,
        digest=bytes(evidence.sha256),
    )
