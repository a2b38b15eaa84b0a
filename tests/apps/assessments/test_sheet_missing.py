"""A sheet whose instrument or whose words are gone: a calm page of what is kept, and no error anywhere."""

from pathlib import Path
from typing import Any

import pytest

from shelterbelt.access.queries import name_of
from shelterbelt.assessments import actions
from shelterbelt.assessments.models import Assessment
from shelterbelt.cases.models import Case
from shelterbelt.ledger.models import Reading
from shelterbelt.library import added, packs
from shelterbelt.store.asker import as_agency
from tests.apps.assessments.cast import DALE, HIGH, acting, report, sheet
from tests.apps.assessments.test_sheet_pages import pack
from tests.apps.reading import text_of
from tests.library.files_for_tests import DANGER, DETECTION
from tests.world import AT, Town

SMALL = DANGER.replace("[advocate]", "[detective]").encode()
SCREEN = DETECTION.replace("[nurse]", "[detective]").encode()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHELTERBELT_HOME", str(tmp_path))
    return tmp_path / "instruments"


@pytest.fixture
def small(place: Town, home: Path) -> tuple[Assessment, Case]:
    """A finished sheet of an instrument that was added here and is gone."""
    packs.add(SMALL)
    _, case = report(place)
    row = sheet("small", {"gun": "yes", "left": "no"}, by=place.detective, case=case)
    (home / "small" / "1.yaml").unlink()
    return row, case


WAYS = ("", "result/", "paper/", "correct/gun/", "before/", "check/", "questions/gun/")


@pytest.mark.parametrize("way", WAYS)
def test_every_page_of_it_says_calmly_what_is_kept(
    place: Town, signed_in: Any, small: tuple[Assessment, Case], way: str
) -> None:
    row, _ = small
    client = signed_in(place.detective)
    for send in (client.get, client.post):
        page = send(f"/sheets/{row.ref}/{way}", follow=True)
        assert page.status_code == 200
        words = text_of(page)
        assert "The file of this instrument is not here" in words
        assert "The band that it came to: high." in words and "2 answers are kept." in words
        assert "It raised the danger level to at least high. That stands." in words
        assert name_of(place.detective) in words and "Mar 4, 2026" in words
        assert "small/1" in words and row.digest in words


def test_nothing_is_changed_while_it_is_gone_and_all_is_back_with_the_file(
    place: Town, signed_in: Any, small: tuple[Assessment, Case], home: Path
) -> None:
    row, case = small
    client = signed_in(place.detective)
    said = {"answer": "no", "revision": "1", "reason": "misheard"}
    client.post(f"/sheets/{row.ref}/correct/gun/", said)
    with as_agency(place.police.id, at=AT):
        kept = Assessment.objects.get(id=row.id)
        assert (kept.corrected_at, bytes(kept.sealed)) == (None, bytes(row.sealed))
        assert Case.objects.get(id=case.id).level == "high"
    (home / "small" / "1.yaml").write_bytes(SMALL)
    words = text_of(client.get(f"/sheets/{row.ref}/result/"))
    assert "Result of an assessment" in words and "is not here" not in words


def test_a_changed_file_is_as_good_as_gone(
    place: Town, signed_in: Any, small: tuple[Assessment, Case], home: Path
) -> None:
    (home / "small" / "1.yaml").write_bytes(SMALL.replace(b"A small one", b"A nice one"))
    assert "is not here" in text_of(signed_in(place.detective).get(f"/sheets/{small[0].ref}/result/"))


def test_a_sheet_that_was_only_begun_and_one_that_detects_say_so_too(
    place: Town, signed_in: Any, home: Path
) -> None:
    packs.add(SMALL)
    packs.add(SCREEN)
    _, case = report(place)
    with acting(place.detective):
        begun = actions.start_assessment("small", case=case, by=place.detective, at=AT)
    screen = sheet("small_screen", {"hurt": "often", "insult": "often"}, by=place.detective, case=case)
    for name in ("small", "small_screen"):
        (home / name / "1.yaml").unlink()
    client = signed_in(place.detective)
    assert "Begun, and not finished" in text_of(client.get(f"/sheets/{begun.ref}/", follow=True))
    words = text_of(client.get(f"/sheets/{screen.ref}/result/"))
    assert "Its answers called for the offer of help." in words and "raised the danger level" not in words


def test_words_that_are_gone_are_not_replaced_by_others(place: Town, signed_in: Any, home: Path) -> None:
    _, case = report(place)
    path = packs.add(pack())
    row = sheet("dale", HIGH, by=place.detective, case=case)
    other = sheet("dale", {}, by=place.detective, case=case)
    digest = added.locked()[path]
    (home / path).unlink()
    client = signed_in(place.detective)
    words = text_of(client.get(f"/sheets/{row.ref}/result/"))
    assert "The words that this was asked in are not here" in words and digest in words
    assert "The band that it came to: high." in words and DALE[0] not in words
    beside = client.get(f"/cases/{case.ref}/sheets/beside/", {"one": row.ref, "other": other.ref})
    assert beside.status_code == 200 and "cannot be shown beside another" in text_of(beside)
    page = client.post(f"/cases/{case.ref}/sheets/new/", {"instrument": "dale"})
    assert page.status_code == 422 and "The words that were added for it are not here" in text_of(page)


def test_the_rest_of_the_case_goes_on(
    place: Town, signed_in: Any, small: tuple[Assessment, Case], home: Path
) -> None:
    row, case = small
    client = signed_in(place.detective)
    for page in (f"/cases/{case.ref}/", f"/cases/{case.ref}/danger/", f"/cases/{case.ref}/sheets/new/"):
        assert client.get(page).status_code == 200, page
    (home / added.MANIFEST).write_text("no: [list\n")  # not even the list of what was added can be read
    for page in (f"/cases/{case.ref}/", f"/cases/{case.ref}/danger/", f"/cases/{case.ref}/sheets/new/"):
        assert client.get(page).status_code == 200, page
    assert "is not here" in text_of(client.get(f"/sheets/{row.ref}/result/"))


def test_looking_at_what_is_left_leaves_a_reading(
    place: Town, signed_in: Any, small: tuple[Assessment, Case]
) -> None:
    signed_in(place.supervisor).get(f"/sheets/{small[0].ref}/result/")
    with as_agency(place.police.id, at=AT):
        assert Reading.objects.filter(by=place.supervisor.id, about=small[0].id).exists()


def test_whoever_may_not_see_it_does_not_learn_of_the_file(
    place: Town, signed_in: Any, small: tuple[Assessment, Case]
) -> None:
    client = signed_in(place.advocate)
    missing = client.get("/sheets/not-there/result/")
    for way in WAYS:
        page = client.get(f"/sheets/{small[0].ref}/{way}")
        assert (page.status_code, page.content) == (404, missing.content)
