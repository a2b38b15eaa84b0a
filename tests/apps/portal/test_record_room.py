"""The rooms of the own record and of papers, as a survivor walks through them on the portal."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from shelterbelt.access.survivors import Survivor
from shelterbelt.journal.models import Item, Version
from shelterbelt.safety.actions import begin_plan, write_part
from shelterbelt.safety.queries import part_of
from shelterbelt.ui.clock import now
from tests.apps.journal.conftest import GPS, photo
from tests.apps.portal.visiting import Visiting, account_for, by_own_hand
from tests.apps.safety.conftest import Home, home_in
from tests.world import Town

WORDS = "cabin orange lamp ribbon maple"


@pytest.fixture
def home(place: Town) -> Home:
    return home_in(place)


@pytest.fixture
def visiting(home: Home) -> Visiting:
    return Visiting(account_for(home.case.survivor, home.town.advocates))


def said(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return str(answer.content.decode())


def a_file(data: bytes, name: str, media: str) -> io.BytesIO:
    made = io.BytesIO(data)
    made.name = name
    made.content_type = media  # type: ignore[attr-defined]
    return made


def item_in(visiting: Visiting, answer: Any) -> str:
    """The reference of the item that a page leads to."""
    assert answer.status_code == 303, answer.content.decode()[:2000]
    found = re.fullmatch(
        r"/r/i/([\w-]+)/", "/" + str(visiting.path_of(answer.headers["Location"])).lstrip("/")
    )
    assert found
    return found[1]


def wrote(visiting: Visiting, **told: Any) -> str:
    return item_in(visiting, visiting.post("record-new", **{"text": "Quezzle at the gate", **told}))


def test_limits_are_said_before_a_word_is_written(visiting: Visiting) -> None:
    page = said(visiting.get("record-before"))
    assert "<textarea" not in page and "Nobody reads what you write here" in page
    assert page.count("govuk-heading-s") >= 1, "each report that the law asks for has its lines"
    assert "<textarea" in said(visiting.get("record-new"))


def test_words_photo_and_voice_are_kept_and_read_again(home: Home, visiting: Visiting) -> None:
    ref = wrote(
        visiting,
        kind="happened",
        time="about nine",
        sure="about",
        **{"on-month": "3", "on-day": "1", "on-year": "2026"},
        photo=a_file(photo(), "../IMG.jpg", "image/jpeg"),
        voice=a_file(b"OggS" + b"\0" * 50, "me.ogg", "audio/ogg"),
        about="The gate",
    )
    page = said(visiting.get("record-item", ref))
    for word in ("Quezzle at the gate", "Mar 1, 2026", "about nine", "Photo", "Voice recording", "The gate"):
        assert word in page, word
    assert "IMG" not in page and "Nobody but you." in page
    assert "Quezzle" in said(visiting.get("record-home"))
    picture = visiting.client.get(re.findall(r'href="(/n/[^"]+)">Look at it', page)[0])
    assert picture["Content-Type"] == "image/jpeg" and GPS not in picture.content
    assert "no-store" in picture["Cache-Control"]
    action = re.findall(r'<form method="post" action="(/n/[^"]+)"', page)[0]
    whole = visiting.client.post(action, {"t": visiting.visitor.secret.form})
    assert whole.content == photo() and whole["Content-Disposition"] == 'attachment; filename="file.bin"'


def test_nothing_at_all_and_what_is_too_large_are_refused_and_leave_nothing(visiting: Visiting) -> None:
    empty = visiting.post("record-new", text=" ")
    assert empty.status_code == 422 and "Write some words, or add a file." in empty.content.decode()
    large = a_file(b"x" * (51 * 1024 * 1024), "a.jpg", "image/jpeg")
    refused = visiting.post("record-new", text="Quezzle", photo=large)
    assert refused.status_code == 422 and "too large" in refused.content.decode()
    assert "Quezzle" in refused.content.decode(), "what was typed stays"
    with by_own_hand(visiting.survivor, at=now()):
        assert not Item.objects.exists()


def test_written_anew_added_to_shown_and_taken_away(home: Home, visiting: Visiting, signed_in: Any) -> None:
    ref = wrote(visiting)
    assert "Quezzle at the gate" in said(visiting.get("record-rewrite", ref))
    assert item_in(visiting, visiting.post("record-rewrite", ref, text="Quezzle came back")) == ref
    assert visiting.post("record-add", ref).status_code == 422
    added = visiting.post("record-add", ref, chosen=a_file(b"%PDF-1.7 %%EOF", "a.pdf", "application/pdf"))
    assert item_in(visiting, added) == ref
    page = said(visiting.get("record-item", ref))
    assert (
        "Quezzle came back" in page and "What stood there before" in page and "Document or screenshot" in page
    )
    worker = signed_in(home.by)
    path = f"/cases/{home.case.ref}/shown/"
    before = worker.get(path)
    assert "Quezzle" not in before.content.decode() and worker.get(f"/shown/{ref}/").status_code == 404
    assert item_in(visiting, visiting.post("record-show", ref, worker=home.by.ref)) == ref
    assert "Quezzle came back" in worker.get(path).content.decode()
    assert "Quezzle came back" in worker.get(f"/shown/{ref}/").content.decode()
    assert "Quezzle" not in signed_in(home.colleague).get(path).content.decode()
    assert "looked at" in said(visiting.get("record-item", ref))
    visiting.post("record-show", ref, end=home.by.ref)
    assert worker.get(f"/shown/{ref}/").status_code == 404
    assert visiting.post("record-show", ref, worker=home.colleague.ref).status_code == 422
    assert "deleted here" in said(visiting.get("record-remove", ref))
    assert visiting.post("record-remove", ref).status_code == 303
    assert visiting.get("record-item", ref).status_code == 404
    with by_own_hand(visiting.survivor, at=now()):
        assert not Version.objects.exists()


def test_taken_along_as_one_file_and_given_by_their_own_act(
    home: Home, visiting: Visiting, signed_in: Any
) -> None:
    ref = wrote(visiting)
    assert "Whoever finds it can read it all" in said(visiting.get("record-out"))
    assert visiting.post("record-out", language="en").status_code == 422
    made = visiting.post("record-out", items=[ref], language="es")
    assert made["Content-Disposition"] == 'attachment; filename="pages.zip"'
    with zipfile.ZipFile(io.BytesIO(made.content)) as opened:
        paper = PdfReader(io.BytesIO(opened.read("pages.pdf")))
    assert "Quezzle at the gate" in paper.pages[0].extract_text()
    assert "There is no release" in said(visiting.get("record-giving"))
    today = now().astimezone(ZoneInfo("America/Chicago")).date()
    span = {"starts_on": today, "expires_on": today + timedelta(days=30)}
    release = home.released(home.town.police, at=now(), categories=("incident_account",), **span)
    page = said(visiting.get("record-giving"))
    assert home.town.police.name in page and "words only" in page and "cannot be taken back" in page
    assert "cannot be taken back" in said(visiting.get("record-give", release.ref))
    assert visiting.post("record-give", release.ref, items=[ref]).status_code == 422
    assert visiting.post("record-give", release.ref, items=[ref], known="on").status_code == 303
    assert "has not taken it along yet" in said(visiting.get("record-home"))
    worker = signed_in(home.by)
    (carried,) = re.findall(
        r'href="(/carried/[^"]+)"', worker.get(f"/cases/{home.case.ref}/shown/").content.decode()
    )
    assert worker.post(carried, {"to": "Desk"}).status_code == 404, "what was not carried has no receipt"
    assert zipfile.is_zipfile(io.BytesIO(worker.post(f"{carried}file/").content))
    assert worker.post(carried, {"to": "Desk 4", "number": "P-1"}).status_code == 302
    assert "Desk 4" in said(visiting.get("record-home"))
    assert signed_in(home.colleague).get(carried).status_code == 404


# Papers


def planned(home: Home) -> None:
    home.wrote("contacts", {"contacts_not": ["Quezzelvorp"]}, at=now())


def test_plan_comes_on_paper_under_a_name_that_says_nothing(home: Home, visiting: Visiting) -> None:
    planned(home)
    assert "Paper can be found" in said(visiting.get("paper-home"))
    for kind in ("card", "full"):
        for large in ({}, {"large": "on"}):
            made = visiting.post("paper-home", kind=kind, language="en", **large)
            assert (
                made.status_code == 200 and made["Content-Disposition"] == 'attachment; filename="page.pdf"'
            )
            paper = PdfReader(io.BytesIO(made.content))
            text = "".join(page.extract_text() for page in paper.pages)
            assert ("Quezzelvorp" in text) == (kind == "full") or "Quezzelvorp" in text
    refused = visiting.post("paper-home", kind="child", language="en")
    assert refused.status_code == 422 and "made for a child" in refused.content.decode()


def test_childs_page_holds_the_childs_plan_and_nothing_of_their_own(home: Home, visiting: Visiting) -> None:
    planned(home)
    with home.asks(home.by, at=now()):
        child = begin_plan(home.file, whom="child", called="Kit", by=home.by, at=now())
        number = part_of(child, "child_people", language="en", by=home.by, at=now()).number
        told = {"child_people_who": [{"name": "Quezzaunt"}]}
        write_part(child, "child_people", told, after=number, by=home.by, at=now())
    made = visiting.post("paper-home", plan=child.ref, kind="child", language="es")
    text = PdfReader(io.BytesIO(made.content)).pages[0].extract_text()
    assert "Quezzaunt" in text and "Quezzelvorp" not in text


def test_locked_copy_opens_with_their_words_alone_and_easy_words_are_refused(
    home: Home, visiting: Visiting
) -> None:
    planned(home)
    page = said(visiting.get("paper-copy"))
    assert "What it risks" in page and len(re.findall(r"<li>", page)) >= 6
    for words in ("password", "aaaa aaaa aaaa aaaa", "x" * 190):
        refused = visiting.post("paper-copy", language="en", words=words, known="on")
        assert refused.status_code == 422, words
    assert visiting.post("paper-copy", language="en", words=WORDS).status_code == 422
    made = visiting.post("paper-copy", language="en", words=WORDS, known="on")
    locked = PdfReader(io.BytesIO(made.content))
    assert locked.is_encrypted and not locked.decrypt(WORDS + "x") and b"Quezz" not in made.content
    assert locked.decrypt(WORDS) and "Quezzelvorp" in locked.pages[0].extract_text()


def test_without_a_plan_the_room_says_so_and_another_person_has_nothing(home: Home) -> None:
    planned(home)
    other = Visiting(account_for(None, home.town.advocates))
    assert "There is no plan yet" in said(other.get("paper-home"))
    assert other.get("record-item", "x" * 22).status_code == 404
    ref = wrote(Visiting(account_for(home.case.survivor, home.town.advocates)))
    for name in ("record-item", "record-rewrite", "record-add", "record-show", "record-remove"):
        assert other.get(name, ref).status_code == 404
        assert other.post(name, ref, text="x").status_code == 404
    assert isinstance(other.survivor, Survivor)
