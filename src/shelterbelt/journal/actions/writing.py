"""Write an item of one's own record, write it anew, take it away, copy it out. By the survivor's own hand alone."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shelterbelt.access.survivors import Survivor, own_hand, theirs
from shelterbelt.agencies import files
from shelterbelt.journal.actions.custody import newest_digest, note_custody, refuse_removed
from shelterbelt.journal.actions.showing import end_showing
from shelterbelt.journal.bundle import Bundle, bundle, salt_of
from shelterbelt.journal.models import Item, Original, Shown, Version
from shelterbelt.journal.texts import salted
from shelterbelt.ledger.actions import record
from shelterbelt.safety.files import file_of, make_file, row_in, seal_in
from shelterbelt.safety.models import OwnFile
from shelterbelt.store.asker import as_agency

MOST_ITEMS = 2_000
SALT = 16


class TooMany(ValueError):
    """The record, or an item of it, is full."""


def file_for(survivor: Survivor, *, at: datetime) -> OwnFile:
    """The survivor's own file; begun now if they have none."""
    if found := file_of(survivor.id):
        return found
    with own_hand(survivor, at=at):
        return make_file(survivor.id, survivor.agency_id, by=survivor.id, at=at)


def write_item(file: OwnFile, told: Mapping[str, Any], *, by: Survivor, at: datetime) -> Item:
    """A new item with its first text."""
    theirs(by, file)
    with own_hand(by, at=at):
        if Item.objects.filter(person_id=by.id, removed_at=None).count() >= MOST_ITEMS:
            raise TooMany("items")
        item = Item.objects.create(**row_in(file, {"salt": os.urandom(SALT).hex()}), made_at=at)
        _version(item, told, by=by, at=at)
        record("own_record.written", about=item.id, by=by.id, agency=item.agency_id, at=at)
    return item


def rewrite_item(item: Item, told: Mapping[str, Any], *, by: Survivor, at: datetime) -> Version:
    """A new text beside the older ones, which stay as they were."""
    theirs(by, item)
    refuse_removed(item)
    with own_hand(by, at=at):
        version = _version(item, told, by=by, at=at)
        record("own_record.written", about=item.id, by=by.id, agency=item.agency_id, at=at)
    return version


def remove_item(item: Item, *, by: Survivor, at: datetime) -> None:
    """Take away the words and the files of an item. That there was one, and who had it, stays; what was given stays given."""
    theirs(by, item)
    refuse_removed(item)
    with own_hand(by, at=at):
        note_custody(item, "removed", by=by.id, at=at, about=newest_digest(item))
        end_showing(Shown.objects.filter(item=item), at=at)
        Item.objects.filter(pk=item.pk).update(
            removed_at=at, sealed=seal_in(item.file, {}, about=item.id), newest=0
        )
        for original in Original.objects.filter(item=item):
            original.sealed = seal_in(item.file, {}, about=original.id)
            original.has_view = False
            original.save(update_fields=["sealed", "has_view"])
            for which in ("original", "derivative"):
                files.forget(which, about=original.id)
        with as_agency(item.agency_id, at=at):
            Version.objects.filter(item=item).delete()
        record("own_record.removed", about=item.id, by=by.id, agency=item.agency_id, at=at)


def export(file: OwnFile, items: Sequence[Item], *, language: str, by: Survivor, at: datetime) -> Bundle:
    """The items with their files, custody and a signed list, for the survivor to take along. Nobody is named as its holder."""
    theirs(by, file)
    for item in items:
        theirs(by, item)
        refuse_removed(item)
    with own_hand(by, at=at):
        for item in items:
            note_custody(item, "copied_out", by=by.id, at=at, about=newest_digest(item))
            record("own_record.copied_out", about=item.id, by=by.id, agency=file.agency_id, at=at)
        return bundle(file, items, language=language, at=at)


def _version(item: Item, told: Mapping[str, Any], *, by: Survivor, at: datetime) -> Version:
    locked = Item.objects.select_for_update().get(pk=item.pk)
    number, digest = locked.newest + 1, salted(salt_of(item), told)
    version = Version.objects.create(
        **row_in(item.file, told), item=item, number=number, recorded_at=at, digest=digest
    )
    Item.objects.filter(pk=item.pk).update(newest=number)
    item.newest = number
    note_custody(item, "written", by=by.id, at=at, about=digest)
    return version
