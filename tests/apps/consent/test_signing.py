"""How somebody signs: drawn, typed or on a scanned paper; the paper of it; and what is refused."""

import io
import json
import re
import zlib
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions import Incomplete
from shelterbelt.consent.document import document_of
from shelterbelt.consent.marks import MOST_PIXELS, Mark, NotUsable, drawing, picture_of, scanned
from shelterbelt.consent.models import Paper, Release
from shelterbelt.consent.paper import made, opened_paper
from shelterbelt.ledger.models import Entry
from shelterbelt.rules.releases import Signer
from shelterbelt.store.asker import as_agency
from shelterbelt.ui import paper
from tests.apps.consent.conftest import NAME, taken
from tests.world import AT, Town

STROKES = "100,200 150,50 200,250 300,100 500,220;600,100 700,110"


def picture(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (250, 250, 245)).save(out, kind, **more)
    return out.getvalue()


def pdf(inside: bytes = b"") -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog " + inside + b" >>\nendobj\ntrailer << >>\n%%EOF\n"


def papers(release: Release, here: Town) -> dict[str, bytes]:
    with as_agency(here.advocates.id, at=AT):
        return {one.what: opened_paper(one) for one in Paper.objects.filter(release=release)}


def streams(data: bytes) -> bytes:
    """Whatever a PDF packs, unpacked."""
    found = [data]
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_the_signed_form_is_sealed_and_its_digest_is_in_the_ledger(here: Town, case: Case) -> None:
    release = taken(here, case)
    form = papers(release, here)["form"]
    with as_agency(here.advocates.id, at=AT):
        row = Paper.objects.get(release=release)
        entry = Entry.objects.get(kind="release.taken", about=release.id)
    assert form.startswith(b"%PDF-")
    assert bytes(row.sha256) == bytes(entry.digest) == sha256(form).digest()
    assert (row.size, row.media) == (len(form), "application/pdf")
    assert b"%PDF-" not in bytes(row.sealed)


def test_the_form_is_tagged_has_a_neutral_title_and_no_author(here: Town, case: Case) -> None:
    plain = streams(papers(taken(here, case, language="en"), here)["form"])
    assert b"/Marked true" in plain
    assert b"/StructTreeRoot" in plain
    assert b"pdfuaid:part" in plain
    assert b">Form<" in plain
    assert b"/Author" not in plain
    assert b"dc:creator" not in plain
    for word in (b"release", b"Okafor", b"survivor", b"advocat"):
        assert word not in plain.split(b"<x:xmpmeta")[1].split(b"</x:xmpmeta")[0].lower()


def test_everything_that_was_signed_is_on_the_form(here: Town, case: Case, monkeypatch: Any) -> None:
    told: list[Any] = []
    compiled = paper._compiled

    def seen(page: bytes, data: str, *more: Any) -> bytes:
        told.append(json.loads(data))
        return compiled(page, data, *more)

    monkeypatch.setattr(paper, "_compiled", seen)
    release = taken(
        here,
        case,
        language="en",
        scope="not the address of my sister\nonly 3 March",
        recipient_person="Desk 4",
    )
    words = json.dumps(told[-1], ensure_ascii=False)
    with as_agency(here.advocates.id, at=AT):
        text = document_of(release)
    for part in (
        NAME, here.advocates.name, here.police.name, "not the address of my sister", "only 3 March", "Desk 4",
        "What they need to be safe", "To keep them safe", "Shown on their screen", "Robin Vance", text["random"],
        "Mar 4, 2026", "Apr 3, 2026", "may be given to the defence", "Police must keep", "It can be ended at any moment",
        "No, only what is written when they sign",
    ):  # fmt: skip
        assert part in words, part


def test_a_letter_without_a_font_becomes_a_box_and_the_form_says_so(
    here: Town, case: Case, monkeypatch: Any
) -> None:
    told: list[str] = []
    compiled = paper._compiled
    monkeypatch.setattr(
        paper, "_compiled", lambda page, data, *more: (told.append(data), compiled(page, data, *more))[1]
    )
    odd = "\U00013000 \U00012000 ᠮ Ximena \u202eevil\u2066"
    release = taken(here, case, scope=odd)
    assert papers(release, here)["form"].startswith(b"%PDF-")
    assert "\u202e" not in told[-1]
    assert "▯" in told[-1]
    assert "está en lugar de una letra" in told[-1], "in the language of the form"
    with as_agency(here.advocates.id, at=AT):
        assert opened(release)["scope"] == odd


def test_a_form_that_no_font_can_write_is_made_all_the_same(monkeypatch: Any, here: Town, case: Case) -> None:
    monkeypatch.setattr(paper, "MOST_TRIES", 1)
    every = "".join(chr(0x13000 + n) for n in range(300))
    assert papers(taken(here, case, scope=every), here)["form"].startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("spoken", "written", "says"), [("es", "es", ""), ("ar", "en", "Arabic"), ("en", "en", "")]
)
def test_the_form_is_in_the_language_explained_or_in_english_saying_so(
    here: Town, case: Case, monkeypatch: Any, spoken: str, written: str, says: str
) -> None:
    told: list[Any] = []
    compiled = paper._compiled
    monkeypatch.setattr(
        paper,
        "_compiled",
        lambda page, data, *more: (told.append(json.loads(data)), compiled(page, data, *more))[1],
    )
    taken(here, case, language=spoken)
    assert told[-1]["lang"] == written
    assert says in told[-1]["before"]
    assert bool(told[-1]["before"]) == bool(says)
    if written == "es":
        assert "Lo que se puede compartir" in {row["key"] for row in told[-1]["rows"]}


def test_a_drawn_signature_stands_on_the_form(here: Town, case: Case) -> None:
    release = taken(here, case, signed_as="drawn", signature="", mark=Mark(drawings=(drawing(STROKES),)))
    with_mark = papers(release, here)
    assert set(with_mark) == {"form"}
    assert b"/Figure" in streams(with_mark["form"])


def test_two_who_sign_draw_twice(here: Town, case: Case) -> None:
    both = (Signer("Lena Okafor", "parent", False), Signer("Timi Okafor", "minor", False))
    born = AT.date() - timedelta(days=365 * 15)
    more: dict[str, Any] = {"signers": both, "minor_born_on": born, "signed_as": "drawn", "signature": ""}
    with pytest.raises(Incomplete, match="drawing_needed"):
        taken(here, case, **more, mark=Mark(drawings=(STROKES,)))
    assert taken(here, case, **more, mark=Mark(drawings=(STROKES, STROKES)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_scanned_picture_is_kept_as_it_came_and_shown_drawn_anew(here: Town, case: Case, kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera of somebody"
    data = picture(kind, exif=exif)
    release = taken(here, case, signed_as="scanned", signature="", mark=Mark(scan=scanned(data)))
    kept = papers(release, here)
    assert kept["scan"] == data
    assert kept["scan_view"].startswith(b"\xff\xd8\xff")
    assert b"camera" in data
    assert b"camera" not in kept["scan_view"]
    assert b"/Figure" in streams(kept["form"])


def test_a_scanned_pdf_is_kept_beside_the_form(here: Town, case: Case) -> None:
    release = taken(here, case, signed_as="scanned", signature="", mark=Mark(scan=scanned(pdf())))
    kept = papers(release, here)
    assert kept["scan"] == pdf()
    assert set(kept) == {"form", "scan"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "release.scan_kind"),
        (b"<html><script>alert(1)</script>", "release.scan_kind"),
        (b"GIF89a" + b"0" * 100, "release.scan_kind"),
        (b"PK\x03\x04" + b"0" * 100, "release.scan_kind"),
        (b"\xff\xd8\xff\xe0 not a picture", "release.scan_broken"),
        (picture()[:2000], "release.scan_broken"),
        (b"%PDF-1.7\n1 0 obj", "release.scan_broken"),
        (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "release.scan_alive"),
        (pdf(b"/O#70enAction 3 0 R"), "release.scan_alive"),
        (pdf(b"/Names << /EmbeddedFiles 4 0 R >>"), "release.scan_alive"),
        (pdf(b"/Encrypt 5 0 R"), "release.scan_alive"),
        (pdf(b"x" * (8 * 1024 * 1024)), "release.scan_large"),
    ],
)
def test_a_file_that_is_no_scan_is_refused_by_what_it_is(data: bytes, code: str) -> None:
    with pytest.raises(NotUsable) as refused:
        scanned(data)
    assert refused.value.code == code


def test_a_picture_that_unpacks_into_too_much_is_refused_before_it_is_unpacked() -> None:
    side = int(MOST_PIXELS**0.5) + 10
    bomb = io.BytesIO()
    Image.new("1", (side, side)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(NotUsable) as refused:
        scanned(bomb.getvalue())
    assert refused.value.code == "release.scan_large"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "release.drawing_needed"),
        ("5,5", "release.drawing_needed"),
        ("5,5 9,9;7,7", "release.drawing_needed"),
        ("0,0 2000,10", "release.drawing_unread"),
        ("0,0 500,301", "release.drawing_unread"),
        ("a,b", "release.drawing_unread"),
        ('1,1" onload="x', "release.drawing_unread"),
        ("1,1 500,200;" * 9000, "release.drawing_unread"),
        ("1,1  500,200", "release.drawing_unread"),
    ],
)
def test_a_drawing_that_is_no_signature_is_refused(text: str, code: str) -> None:
    with pytest.raises(NotUsable) as refused:
        drawing(text)
    assert refused.value.code == code


def test_a_drawing_becomes_lines_and_nothing_else() -> None:
    svg = picture_of("1,2 300,40;5,5")
    assert svg.count("<path") == 1
    assert 'd="M1,2 300,40 M5,5 5,5"' in svg


def other_case(here: Town, **other: Any) -> Case:
    with as_agency(here.advocates.id, at=AT, worker=here.advocate.id):
        return open_direct_case(survivor={"name": NAME}, other=other, words={}, by=here.advocate, at=AT)


def test_the_other_person_of_the_case_may_not_sign_for_a_child(here: Town) -> None:
    case = other_case(here, name="Casey Juniper Vole", born_on="1988-02-03")
    child = Signer("Timi Okafor", "minor", False)
    parent = Signer("vole, casey juniper", "parent", False, AT.date().replace(1988, 2, 3))
    more: dict[str, Any] = {
        "signers": (parent, child),
        "second_signature": "Timi",
        "minor_born_on": AT.date() - timedelta(days=365 * 15),
    }
    with pytest.raises(Incomplete, match="signer_is_the_other"):
        taken(here, case, **more, not_the_other=True)


def test_a_signer_named_like_the_other_person_is_looked_at_first(here: Town) -> None:
    case = other_case(here, name=NAME)
    with pytest.raises(Incomplete, match="signer_named_like_other"):
        taken(here, case)
    assert taken(here, case, not_the_other=True)


def test_a_reference_to_another_case_than_the_id_is_refused(here: Town, case: Case) -> None:
    second = other_case(here)
    with pytest.raises(NotForYou):
        taken(here, Case(id=case.id, ref=second.ref))


@pytest.mark.parametrize("told", [False, True])
def test_nobody_signs_for_a_system_agency_without_having_been_told_about_the_defence(
    here: Town, case: Case, told: bool
) -> None:
    for system in (here.police, here.prosecutor, here.court, here.probation, here.council):
        if told:
            release = taken(here, case, to=system, court_told=True)
            with as_agency(here.advocates.id, at=AT):
                assert document_of(release)["fields"]["court_told"] is True
        else:
            with pytest.raises(Incomplete, match="court_not_told"):
                taken(here, case, to=system, court_told=False)
    assert taken(here, case, to=here.shelter, court_told=False)


def test_no_paper_lies_in_the_open(here: Town, case: Case) -> None:
    scan = Mark(scan=scanned(picture("PNG")))
    taken(here, case, signed_as="scanned", signature="", scope="only about the blue door", mark=scan)
    with as_agency(here.advocates.id, at=AT), connection.cursor() as cursor:
        cursor.execute("select string_agg(t::text, ' ') from consent_paper t")
        (text,) = cursor.fetchone()
    for word in (b"%PDF", b"\x89PNG", b"blue door", NAME.encode()):
        assert word.hex() not in text


def test_the_paper_is_the_same_for_the_same_words(here: Town, case: Case) -> None:
    with as_agency(here.advocates.id, at=AT):
        text = document_of(taken(here, case))
        assert made(text, None).sha256 == made(text, None).sha256
        assert made({**text, "random": "b" * 32}, None).sha256 != made(text, None).sha256
