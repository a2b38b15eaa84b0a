"""Keep a file with an item: SHA-256 as it came, the original sealed and never altered, a picture's copy without hidden data."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor, acting, own_hand, require_own, theirs
from shelterbelt.agencies.files import chunks, kept
from shelterbelt.cases.evidence import derivative
from shelterbelt.journal.actions.custody import note_custody, refuse_removed
from shelterbelt.journal.actions.writing import TooMany
from shelterbelt.journal.models import Item, Original
from shelterbelt.journal.policy import SEE_SHOWN
from shelterbelt.ledger.actions import reading, record
from shelterbelt.safety.files import row_in

MOST_FILES = 40


def keep_file(
    item: Item, file: BinaryIO, *, name: str, kind: str, words: str, by: Survivor, at: datetime
) -> Original:
    """Take a photo, a recording or a document in, with the item it belongs to."""
    theirs(by, item)
    refuse_removed(item)
    with own_hand(by, at=at):
        if item.originals.count() >= MOST_FILES:
            raise TooMany("files")
        begun = row_in(item.file, {"name": name, "kind": kind, "words": words})
        under: Any = {"key": item.file.key, "agency": item.agency_id, "about": begun["id"]}
        digest, size = kept(file, "original", **under)
        file.seek(0)
        view = derivative(file)
        if view is not None:
            kept(io.BytesIO(view), "derivative", **under)
        original = Original.objects.create(
            **begun,
            item=item,
            taken_in_at=at,
            sha256=digest,
            size=size,
            has_view=view is not None,
        )
        note_custody(item, "taken_in", by=by.id, at=at, about=digest, original=original)
        record("own_record.kept", about=original.id, by=by.id, agency=item.agency_id, at=at, digest=digest)
    return original


def look(original: Original, *, by: Survivor | Worker, at: datetime) -> Iterator[bytes]:
    """The copy of a picture without its hidden data, for the eyes."""
    require_own(by, SEE_SHOWN, original.item, at=at)
    with acting(by, at=at):
        _noted(original, "looked_at", by=by, at=at)
        reading("own_record", about=original.id, by=by.id, agency=original.agency_id, at=at)
    return _pieces(original, "derivative")


def copy_out(original: Original, *, by: Survivor, at: datetime) -> Iterator[bytes]:
    """The original, byte for byte, leaving the system with all that is hidden in it."""
    theirs(by, original)
    with own_hand(by, at=at):
        _noted(original, "copied_out", by=by, at=at)
        digest = bytes(original.sha256)
        record(
            "own_record.copied_out",
            about=original.id,
            by=by.id,
            agency=original.agency_id,
            at=at,
            digest=digest,
        )
    return _pieces(original, "original")


def _noted(original: Original, kind: str, *, by: Survivor | Worker, at: datetime) -> None:
    note_custody(original.item, kind, by=by.id, at=at, about=bytes(original.sha256), original=original)


def _pieces(original: Original, which: str) -> Iterator[bytes]:
    return chunks(which, key=original.file.key, agency=original.agency_id, about=original.id)
