"""A survivor's own record: nobody else's, unless they show one item; what was written stays, and who had it is known."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from PIL import Image

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor
from shelterbelt.journal.actions import (
    Removed,
    copy_out,
    export,
    file_for,
    keep_file,
    look,
    read_shown,
    remove_item,
    rewrite_item,
    show_item,
    stop_showing,
    write_item,
)
from shelterbelt.journal.actions.custody import link_of
from shelterbelt.journal.models import Giving, Handled, Item, Original, Shown, Version
from shelterbelt.journal.queries import (
    custody_of,
    files_of,
    item_by_ref,
    items_of,
    original_by_ref,
    shown_to,
    texts_of,
)
from shelterbelt.journal.words import happened
from shelterbelt.ledger.models import Entry
from shelterbelt.rules.custody import first_broken
from shelterbelt.safety.files import end_trust, entrust
from shelterbelt.store.ids import uuid7
from tests.apps.journal.conftest import GPS, TOLD, Kept, photo
from tests.apps.records.conftest import asking, closing, erasing, second_officer
from tests.apps.test_dump import dumped
from tests.apps.test_hostile_files import PICTURES
from tests.world import AT, DAY, HOUR

TABLES = (Item, Version, Original, Handled, Shown, Giving)


def seen() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in TABLES}


def custody(kept: Kept, item: Item) -> list[str]:
    with kept.asks(kept.by):
        return [line.kind for line in custody_of(item)]


# Whose it is


def test_when_something_happened_is_said_in_words_and_as_the_language_writes_a_day() -> None:
    told = {"on": "2026-11-17", "time": "ten past five", "sure": "sure"}
    assert happened(told) == "Happened: Nov 17, 2026, ten past five (I am sure)"
    with translation.override("es"):
        assert "17 nov 2026" in happened(told)
    assert happened({"time": "at night"}) == "Happened: at night"


def test_nobody_sees_a_row_of_it_but_the_survivor(kept: Kept) -> None:
    town, nothing = kept.home.town, dict.fromkeys(seen(), 0)
    others = (kept.advocate, kept.home.colleague, town.advocates_records, town.officer, town.reviewer)
    for worker in others:
        with kept.asks(worker):
            assert seen() == nothing, worker.code
    with kept.asks(Survivor(uuid7(), kept.by.agency_id, uuid7())):
        assert seen() == nothing
    with kept.asks(kept.by):
        assert (seen()["Item"], seen()["Version"], seen()["Original"]) == (2, 2, 1)


def test_one_item_is_shown_to_one_trusted_worker_and_ends_at_once(kept: Kept) -> None:
    kept.showing(kept.words)
    with kept.asks(kept.advocate):
        (face,) = shown_to(kept.advocate, kept.by.id, at=AT)
        assert face.ref == kept.words.ref and "Quezzle" in face.beginning
        there = {name for name, count in seen().items() if count}
        assert there == {"Item", "Version", "Handled", "Shown"} and seen()["Version"] == 1
        read_shown(item_by_ref(kept.words.ref, by=kept.advocate, at=AT), by=kept.advocate, at=AT)
        with pytest.raises(NotForYou):
            item_by_ref(kept.picture.ref, by=kept.advocate, at=AT)
        with pytest.raises(NotForYou):
            original_by_ref(kept.original.ref, by=kept.advocate, at=AT)
    with kept.asks(kept.home.colleague):
        assert shown_to(kept.home.colleague, kept.by.id, at=AT) == []
    with kept.asks(kept.by, AT + HOUR):
        stop_showing(kept.words, kept.advocate.id, by=kept.by, at=AT + HOUR)
    with kept.asks(kept.advocate, AT + HOUR):
        assert shown_to(kept.advocate, kept.by.id, at=AT + HOUR) == []
        assert seen()["Version"] == 0
    assert custody(kept, kept.words) == ["written", "shown", "looked_at", "shown_ended"]


def test_who_is_trusted_no_more_reads_nothing_that_was_shown(kept: Kept) -> None:
    kept.showing(kept.words)
    with kept.asks(kept.by):
        entrust(kept.home.file, kept.home.colleague, by=kept.by, at=AT)
        end_trust(kept.home.file, kept.advocate.id, by=kept.by, at=AT + HOUR)
    with kept.asks(kept.advocate, AT + HOUR):
        assert shown_to(kept.advocate, kept.by.id, at=AT + HOUR) == []
        assert Version.objects.count() == 0
        with pytest.raises(NotForYou):
            read_shown(kept.words, by=kept.advocate, at=AT + HOUR)


def test_nothing_is_shown_to_a_worker_without_their_trust(kept: Kept) -> None:
    with kept.asks(kept.by), pytest.raises(NotForYou):
        show_item(kept.words, kept.home.colleague.id, by=kept.by, at=AT)


def test_another_survivor_can_do_nothing_with_it(kept: Kept) -> None:
    other = Survivor(uuid7(), kept.by.agency_id, uuid7())
    acts: Iterable[Any] = (
        lambda: rewrite_item(kept.words, TOLD, by=other, at=AT),
        lambda: remove_item(kept.words, by=other, at=AT),
        lambda: show_item(kept.words, kept.advocate.id, by=other, at=AT),
        lambda: stop_showing(kept.words, kept.advocate.id, by=other, at=AT),
        lambda: look(kept.original, by=other, at=AT),
        lambda: copy_out(kept.original, by=other, at=AT),
        lambda: write_item(kept.home.file, TOLD, by=other, at=AT),
        lambda: export(kept.home.file, [kept.words], language="en", by=other, at=AT),
    )
    for act in acts:
        with kept.asks(other), pytest.raises(NotForYou):
            act()


def test_whoever_has_no_file_gets_one_with_their_first_words(kept: Kept) -> None:
    new = Survivor(uuid7(), kept.by.agency_id, uuid7())
    with kept.asks(new):
        file = file_for(new, at=AT)
        assert file_for(new, at=AT).id == file.id
        write_item(file, TOLD, by=new, at=AT)
        assert len(items_of(new)) == 1


# What was written stays


def test_new_text_stands_beside_the_older_ones(kept: Kept) -> None:
    with kept.asks(kept.by):
        rewrite_item(kept.words, {**TOLD, "text": "Quezzle left again."}, by=kept.by, at=AT + DAY)
        texts = texts_of(item_by_ref(kept.words.ref, by=kept.by, at=AT))
    assert [(one.number, one.recorded_at) for one in texts] == [(2, AT + DAY), (1, AT)]
    assert [one.told["text"] for one in texts] == ["Quezzle left again.", TOLD["text"]]


@pytest.mark.parametrize("table", ["journal_version", "journal_handled"])
def test_database_itself_changes_and_deletes_nothing_that_was_written(kept: Kept, table: str) -> None:
    changes = (
        f"update {table} set number = number + 10",
        f"delete from {table}",
    )
    for statement in changes:
        with kept.asks(kept.by), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount == 0, statement
    with (
        pytest.raises(DatabaseError),
        kept.asks(kept.by),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"truncate {table}")


def test_custody_hangs_together_and_a_forged_line_is_seen(kept: Kept) -> None:
    kept.showing(kept.picture)
    with kept.asks(kept.advocate):
        read_shown(kept.picture, by=kept.advocate, at=AT)
        b"".join(look(original_by_ref(kept.original.ref, by=kept.advocate, at=AT), by=kept.advocate, at=AT))
    with kept.asks(kept.by):
        b"".join(copy_out(kept.original, by=kept.by, at=AT))
        lines = [link_of(line) for line in Handled.objects.filter(item=kept.picture).order_by("number")]
    kinds = ["written", "taken_in", "shown", "looked_at", "looked_at", "copied_out"]
    assert [line.kind for line in lines] == kinds
    assert first_broken(lines) is None
    assert first_broken(lines[:3] + lines[4:]) == 4
    assert {line.by for line in lines[3:5]} == {str(kept.advocate.id)}


def test_digest_of_short_words_cannot_be_guessed_and_every_act_is_in_the_ledger(kept: Kept) -> None:
    with kept.asks(kept.by):
        again = write_item(kept.home.file, TOLD, by=kept.by, at=AT)
        digests = {bytes(one.digest) for one in Version.objects.filter(item__in=[again, kept.words])}
    assert len(digests) == 2, "equal words have different digests: each item has a salt of its own"
    with kept.asks(kept.advocate):
        told = list(Entry.objects.filter(kind__startswith="own_record.").values_list("kind", flat=True))
    assert sorted(told) == ["own_record.kept", *["own_record.written"] * 3]


# Files


def test_original_stays_byte_for_byte_and_what_is_shown_knows_no_place(kept: Kept) -> None:
    with kept.asks(kept.by):
        view = b"".join(look(kept.original, by=kept.by, at=AT))
        whole = b"".join(copy_out(kept.original, by=kept.by, at=AT))
        (face,) = files_of(kept.picture)
    assert whole == photo() and GPS in whole
    assert GPS not in view and not Image.open(io.BytesIO(view)).getexif()
    assert face.has_view and face.size == len(whole)
    on_disk = [path.read_bytes() for path in Path(settings.FILES).glob(f"{kept.original.id}.*")]
    assert len(on_disk) == 2 and not any(GPS in data for data in on_disk)


def test_file_that_nobody_means_well_is_kept_sealed_and_never_drawn(kept: Kept) -> None:
    for kind in ("a bomb of pixels", "a bomb that unpacks", "zip", "xml bomb", "drawing", "nothing"):
        told: dict[str, Any] = {"name": "../x", "kind": "photo", "words": ""}
        with kept.asks(kept.by):
            one = keep_file(kept.words, io.BytesIO(PICTURES[kind]), **told, by=kept.by, at=AT)
            assert not one.has_view, kind
            assert b"".join(copy_out(one, by=kept.by, at=AT)) == PICTURES[kind]


def test_item_that_is_taken_away_leaves_no_word_and_no_file(kept: Kept, thief: Any) -> None:
    kept.showing(kept.picture)
    with kept.asks(kept.by):
        remove_item(kept.picture, by=kept.by, at=AT + HOUR)
        assert [face.ref for face in items_of(kept.by)] == [kept.words.ref]
        with pytest.raises(NotForYou):
            item_by_ref(kept.picture.ref, by=kept.by, at=AT)
        gone = Item.objects.get(pk=kept.picture.pk)
        for act in (
            lambda: rewrite_item(gone, TOLD, by=kept.by, at=AT),
            lambda: remove_item(gone, by=kept.by, at=AT),
        ):
            with pytest.raises(Removed):
                act()
        assert [line.kind for line in custody_of(gone)] == ["written", "taken_in", "shown", "removed"]
    assert not list(Path(settings.FILES).glob(f"{kept.original.id}.*"))
    thief.execute("select count(*) from journal_version where item_id = %s", [kept.picture.id])
    assert thief.fetchone() == (0,)
    with kept.asks(kept.advocate, AT + HOUR):
        assert seen()["Item"] == 0


# The machine


def test_whoever_reads_the_whole_database_and_disk_reads_no_word_of_it(kept: Kept, thief: Any) -> None:
    whole = "\n".join(str(one) for one in dumped(thief))
    for path in Path(settings.FILES).iterdir():
        whole += path.read_bytes().decode("latin-1")
    for word in ("Quezzle", "Quezzarm", "Quezzleft", "Quezzcamera", "IMG_1"):
        assert word not in whole, word


def test_record_goes_with_the_erased_case(kept: Kept, thief: Any) -> None:
    town, case = kept.home.town, kept.home.case
    closing(town.advocate, case)
    asking(town.advocates_records, case)
    erasing(second_officer(town), case)
    for model in TABLES:
        thief.execute(f"select count(*) from {model._meta.db_table} where person_id = %s", [kept.by.id])
        assert thief.fetchone() == (0,), model.__name__
    assert not list(Path(settings.FILES).glob(f"{kept.original.id}.*"))
