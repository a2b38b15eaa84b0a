"""What leaves the record: whole, signed, to be checked by anybody; to others by the survivor's own act under a release."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shelterbelt import sealing
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor
from shelterbelt.consent.actions import withdraw_release
from shelterbelt.consent.models import Release, Shown
from shelterbelt.journal import bundle
from shelterbelt.journal.actions import (
    NotReleased,
    carry,
    export,
    give,
    keep_file,
    note_receipt,
    rewrite_item,
)
from shelterbelt.journal.models import Giving, Item
from shelterbelt.journal.queries import (
    giving_by_ref,
    givings_for,
    givings_of,
    item_by_ref,
    items_by_ref,
)
from shelterbelt.journal.releases import ways_to_give
from shelterbelt.journal.texts import salted
from shelterbelt.rules.custody import BEGINNING, Link, first_broken
from shelterbelt.sealing.primitives import verify
from shelterbelt.store.ids import uuid7
from tests.apps.journal.conftest import TOLD, Kept, photo
from tests.world import AT, DAY, HOUR

BOTH = ("incident_account", "documents")


def packed(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def faults(files: dict[str, bytes], public: bytes) -> list[str]:
    """What somebody finds who checks a bundle by its own note."""
    found = []
    if not verify(public, files[bundle.SIGNATURE], files[bundle.LIST]):
        found.append("signature")
    told = json.loads(files[bundle.LIST])
    for item in told["items"]:
        for text in item["texts"]:
            if salted(item["salt"], text["told"]).hex() != text["sha256"]:
                found.append("text")
        for one in item["files"]:
            if hashlib.sha256(files[one["name"]]).hexdigest() != one["sha256"]:
                found.append("file")
        if first_broken([_link(line) for line in item["custody"]]) is not None:
            found.append("custody")
    found += [
        "paper" for one in told["papers"] if hashlib.sha256(files[one["name"]]).hexdigest() != one["sha256"]
    ]
    return found


def _link(line: dict[str, Any]) -> Link:
    at = datetime.fromisoformat(line["at"])
    about, digest = bytes.fromhex(line["about"]), bytes.fromhex(line["digest"])
    return Link(line["number"], line["kind"], at, line["by"], line["what"], about, digest)


def taken_along(kept: Kept, language: str = "en") -> bytes:
    with kept.asks(kept.by):
        items = items_by_ref([kept.words.ref, kept.picture.ref], by=kept.by)
        return export(kept.home.file, items, language=language, by=kept.by, at=AT + HOUR).data


def released(kept: Kept, **changed: Any) -> Release:
    return kept.home.released(kept.home.town.police, categories=BOTH, **changed)


def given(kept: Kept, release: Release, items: list[Item] | None = None, at: datetime = AT + HOUR) -> Giving:
    with kept.asks(kept.by, at):
        chosen = items if items is not None else items_by_ref([kept.picture.ref], by=kept.by)
        return give(kept.home.file, chosen, release.id, language="en", by=kept.by, at=at)


def carried(kept: Kept, giving: Giving, at: datetime = AT + 2 * HOUR) -> bytes:
    with kept.asks(kept.advocate, at):
        return carry(giving_by_ref(giving.ref, by=kept.advocate, at=at), by=kept.advocate, at=at)


# Evidence to take along


def test_bundle_is_whole_and_anybody_can_check_it(kept: Kept, tmp_path: Path) -> None:
    files = packed(taken_along(kept))
    public = sealing.keyring().public_keys().sign
    assert faults(files, public) == []
    told = json.loads(files[bundle.LIST])
    assert [text["told"]["text"] for item in told["items"] for text in item["texts"]] == [
        TOLD["text"],
        "Quezzarm",
    ]
    assert files["files/02-01.jpg"] == photo()
    for item in told["items"]:
        assert item["custody"][-1]["kind"] == "copied_out" and item["custody"][-1]["own_hand"]
    for name, data in files.items():
        path = tmp_path / Path(name).name
        path.write_bytes(data)
    if shutil.which("openssl"):
        said = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in list.json -sigfile list.sig"
        assert said in files[bundle.HOW].decode()
        done = subprocess.run(said.split(), cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0 and "Successfully" in done.stdout


def test_whatever_is_changed_in_a_bundle_is_found(kept: Kept) -> None:
    files, public = packed(taken_along(kept)), sealing.keyring().public_keys().sign
    told = json.loads(files[bundle.LIST])

    def listed(change: Any) -> dict[str, bytes]:
        anew = json.loads(json.dumps(told))
        change(anew)
        return {**files, bundle.LIST: json.dumps(anew).encode()}

    assert "signature" in faults(listed(dict.copy), public)
    assert "text" in faults(
        listed(lambda one: one["items"][0]["texts"][0]["told"].update(text="No.")), public
    )
    assert "custody" in faults(listed(lambda one: one["items"][1]["custody"].pop(0)), public)
    assert faults({**files, "files/02-01.jpg": photo() + b"x"}, public) == ["file"]
    assert faults({**files, bundle.PAPER: b"%PDF-"}, public) == ["paper"]
    assert faults(files, BEGINNING) == ["signature"]


def test_what_they_take_along_names_no_agency_and_its_names_say_nothing(kept: Kept) -> None:
    data = taken_along(kept, "es")
    files = packed(data)
    assert set(files) == {"list.json", "list.sig", "key.pem", "pages.pdf", "how.txt", "files/02-01.jpg"}
    assert bundle.FILE_NAME == "pages.zip"
    outside = b"".join(one for name, one in files.items() if not name.startswith("files/")).lower()
    for word in (kept.home.town.advocates.name, kept.advocate.code, "shelterbelt", "localhost"):
        assert word.lower().encode() not in outside, word
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert {one.date_time for one in opened.infolist()} == {bundle.NO_TIME}
        assert not any(one.comment or one.extra for one in opened.infolist())


def test_more_than_can_be_handed_over_at_once_is_refused(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MOST_BYTES", 10)
    with pytest.raises(bundle.TooLarge):
        taken_along(kept)
    with kept.asks(kept.by):
        assert not Item.objects.get(pk=kept.picture.pk).handled.filter(kind="copied_out").exists()


# Giving


def test_named_version_is_frozen_carried_and_its_receipt_noted(kept: Kept) -> None:
    release = released(kept)
    with kept.asks(kept.by):
        (way,) = ways_to_give(kept.by, at=AT)
        assert (way.recipient, way.files) == (kept.home.town.police.name, True)
    giving = given(kept, release)
    with kept.asks(kept.by, AT + HOUR):
        rewrite_item(kept.picture, {**TOLD, "text": "Quezzlater"}, by=kept.by, at=AT + HOUR)
    files = packed(carried(kept, giving))
    told = json.loads(files[bundle.LIST])
    assert told["given"]["recipient"] == kept.home.town.police.name
    assert told["given"]["release"] == release.ref and b"Quezzlater" not in files[bundle.LIST]
    assert faults(files, sealing.keyring().public_keys().sign) == []
    with kept.asks(kept.advocate, AT + DAY):
        note_receipt(giving, to="Desk 4", number="P-118", by=kept.advocate, at=AT + DAY)
        (face,) = givings_for(kept.advocate, kept.by.id, at=AT + DAY)
        with pytest.raises(NotForYou):
            note_receipt(giving, to="Desk 5", number="", by=kept.advocate, at=AT + DAY)
    assert (face.to, face.number, face.received_at) == ("Desk 4", "P-118", AT + DAY)
    with kept.asks(kept.by, AT + DAY):
        assert givings_of(kept.by) == [face]
        lines = [
            one.kind for one in item_by_ref(kept.picture.ref, by=kept.by, at=AT).handled.order_by("number")
        ]
    assert lines == ["written", "taken_in", "handed_over", "written"]
    with kept.asks(kept.advocate, AT + DAY):
        assert Shown.objects.filter(case_id=kept.home.case.id, grant__release=release).count() == 1


def test_nothing_is_given_without_a_release_in_force_that_names_it(kept: Kept) -> None:
    words_only = kept.home.released(kept.home.town.police, categories=("incident_account",))
    with pytest.raises(NotReleased):
        given(kept, words_only)  # a picture needs named documents too
    assert given(kept, words_only, [kept.words]).size > 0
    both = released(kept)
    for when in (AT - DAY, AT + 60 * DAY):
        with pytest.raises(NotReleased):
            given(kept, both, at=when)
    with pytest.raises(NotReleased):
        given(kept, replace_id(both))
    with pytest.raises(NotReleased):
        given(kept, both, [])
    with kept.asks(kept.advocate):
        withdraw_release(both, by=kept.advocate, at=AT, channel="in_person")
    with pytest.raises(NotReleased):
        given(kept, both)


def replace_id(release: Release) -> Release:
    other = Release.objects.model()
    other.id = uuid7()
    return other


def test_only_their_own_hand_gives_and_only_their_own_items(kept: Kept) -> None:
    release = released(kept)
    other = Survivor(uuid7(), kept.by.agency_id, uuid7())
    with kept.asks(other), pytest.raises(NotForYou):
        give(kept.home.file, [kept.words], release.id, language="en", by=other, at=AT)
    mine = kept.home.file
    with kept.asks(other), pytest.raises(NotForYou):
        give(_as_if(mine, other), [kept.words], release.id, language="en", by=other, at=AT)
    with kept.asks(kept.advocate):
        assert givings_for(kept.advocate, kept.by.id, at=AT) == []


def _as_if(file: Any, other: Survivor) -> Any:
    from copy import copy

    made = copy(file)
    made.person_id = other.id
    return made


def test_release_that_ends_before_it_is_carried_stops_it(kept: Kept) -> None:
    release = released(kept)
    giving = given(kept, release)
    with kept.asks(kept.advocate, AT + HOUR):
        withdraw_release(release, by=kept.advocate, at=AT + HOUR, channel="in_person")
    with pytest.raises(NotReleased):
        carried(kept, giving)
    with kept.asks(kept.home.colleague, AT + HOUR), pytest.raises(NotForYou):
        giving_by_ref(giving.ref, by=kept.home.colleague, at=AT + HOUR)


def test_recording_with_a_hostile_name_is_called_by_its_number(kept: Kept) -> None:
    with kept.asks(kept.by):
        name = "../../\u202egnp.exe"
        keep_file(
            kept.words,
            io.BytesIO(b"OggS" + b"\0" * 40),
            name=name,
            kind="voice",
            words="<b>",
            by=kept.by,
            at=AT,
        )
    files = packed(taken_along(kept))
    assert "files/01-01.ogg" in files and not any(".." in one for one in files)
