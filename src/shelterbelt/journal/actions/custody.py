"""Adds a line of custody to an item, hanging on the line before it. Refuses two lines at one place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.journal.models import Handled, Item, Original, Version
from shelterbelt.rules.custody import BEGINNING, Link, linked
from shelterbelt.safety.files import row_in
from shelterbelt.store.asker import as_agency


def note_custody(
    item: Item,
    kind: str,
    *,
    by: UUID,
    at: datetime,
    about: bytes,
    original: Original | None = None,
    words: Mapping[str, Any] | None = None,
) -> Handled:
    """One line: what was done with the item or a file of it. In the agency's name, so that nobody's own session writes one."""
    with as_agency(item.agency_id, at=at):
        Item.objects.select_for_update().get(pk=item.pk)
        last = item.handled.order_by("-number").first()
        number, before = (last.number + 1, bytes(last.digest)) if last else (1, BEGINNING)
        what = str(original.id if original else item.id)
        link = Link(number, kind, at, str(by), what, about)
        return Handled.objects.create(
            **row_in(item.file, words or {}),
            item=item,
            original=original,
            number=number,
            kind=kind,
            at=at,
            by=by,
            about_digest=about,
            digest=linked(link, before),
        )


class Removed(ValueError):
    """The item was taken away: nothing more is done with it."""


def refuse_removed(item: Item) -> None:
    """Refuse an item that was taken away."""
    if item.removed_at is not None:
        raise Removed


def newest_digest(item: Item) -> bytes:
    """The digest of what an item says now."""
    return bytes(Version.objects.get(item=item, number=item.newest).digest)


def link_of(line: Handled) -> Link:
    """A line as the rule reads it."""
    what = str(line.original_id or line.item_id)
    about, digest = bytes(line.about_digest), bytes(line.digest)
    return Link(line.number, line.kind, line.at, str(line.by), what, about, digest)
