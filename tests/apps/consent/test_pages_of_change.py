"""Pages by which a release is signed otherwise, made narrower, handed out, and closed by a death."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.consent.models import Death, Grant, Paper, Release
from shelterbelt.consent.paper import opened_paper
from shelterbelt.consent.queries import release_content
from shelterbelt.ledger.models import Entry, Reading
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.consent.form import NAME, day, filled, opened, page_of, releases_of, text_of, today
from tests.apps.consent.test_signing import STROKES, pdf, picture
from tests.world import DAY, Town


@pytest.fixture
def case(here: Town) -> Case:
    return opened(here)


def signed(client: Client, case: Case, here: Town, **changed: Any) -> str:
    answer = client.post(page_of(case), filled(client, case, here, **changed))
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def test_form_offers_three_ways_to_sign_and_each_works_without_a_script(
    client: Client, case: Case, here: Town
) -> None:
    page = text_of(client.get(page_of(case)))
    for words in ("They write their name", "They sign on the screen", "They signed on paper"):
        assert words in page
    assert 'enctype="multipart/form-data"' in page
    assert "<style" not in page
    assert "ui/js/sign.js" in page
    signed(client, case, here)
    scan = SimpleUploadedFile("anything at all.exe", picture("PNG"), content_type="application/x-msdownload")
    address = signed(client, case, here, signed_as="scanned", signature="", scan=scan)
    answer = client.get(f"{address}paper/scan/")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'attachment; filename="paper.png"'


def test_drawing_is_kept_on_the_form_and_stays_when_something_else_is_wrong(
    client: Client, case: Case, here: Town
) -> None:
    form = filled(client, case, here, signed_as="drawn", signature="", drawn=STROKES, witness="")
    page = text_of(client.post(page_of(case), form))
    assert f'name="drawn" value="{STROKES}"' in page
    address = client.post(page_of(case), form | {"witness": "Robin Vance"})["Location"]
    assert "They sign on the screen" in text_of(client.get(address))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"signed_as": None}, "Choose how they sign."),
        ({"signed_as": "drawn", "drawn": ""}, "They sign with a finger, a pen or the mouse"),
        ({"signed_as": "drawn", "drawn": "<svg>"}, "The drawing could not be read"),
        ({"signed_as": "scanned"}, "Choose the scan of the signed paper."),
        ({"after_death": "review"}, "Only a team that reviews deaths can have this."),
        ({"later": ["plans"]}, "Choose only among what may be shared."),
        ({"before_of": ["danger_level"]}, "Write the day and choose what it is for"),
        ({"signer_capacity": "guardian"}, "Write which court paper names the guardian"),
        ({"signer_capacity": "minor", "minor_may_sign_alone": "on"}, "Write when the minor was born."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    client: Client, case: Case, here: Town, changed: dict[str, Any], words: str
) -> None:
    answer = client.post(page_of(case), filled(client, case, here, **changed))
    assert answer.status_code == 200
    assert words in text_of(answer)
    assert releases_of(here) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html>", "This file is of another kind."),
        (pdf(b"/JavaScript 1 0 R"), "holds more than a scan"),
        (b"%PDF-" + b"x" * (8 * 1024 * 1024), "too large"),
    ],
)
def test_file_that_is_no_scan_is_refused_with_words(
    client: Client, case: Case, here: Town, data: bytes, words: str
) -> None:
    scan = SimpleUploadedFile("form.pdf", data, content_type="application/pdf")
    answer = client.post(
        page_of(case), filled(client, case, here, signed_as="scanned", signature="", scan=scan)
    )
    assert words in text_of(answer)
    assert releases_of(here) == []


def test_each_handing_out_of_the_form_is_a_reading_with_a_neutral_name(
    client: Client, case: Case, here: Town
) -> None:
    address = signed(client, case, here)
    page = text_of(client.get(address))
    assert f'href="{address}paper/form/"' in page
    for _time in range(2):
        answer = client.get(f"{address}paper/form/")
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'attachment; filename="form.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store"
    (release,) = releases_of(here)
    with as_agency(here.advocates.id, at=now()):
        readings = Reading.objects.filter(what="release.paper", about=release.id, by=here.advocate.id)
        assert [bytes(one.digest) for one in readings] == [sha256(answer.content).digest()] * 2
        assert opened_paper(Paper.objects.get(release=release)) == answer.content
    missing = client.get("/there-is-no-such-page/")
    for what in ("scan", "else", "scan_view"):
        assert client.get(f"{address}paper/{what}/").content == missing.content


def test_sharing_less_is_one_page_and_holds_at_once(client: Client, case: Case, here: Town) -> None:
    address = signed(client, case, here)
    asked = text_of(client.get(f"{address}less/"))
    assert asked.count(" checked") == 2
    assert "Their own view of the danger" not in asked
    form = {
        "stays": ["safety_needs"],
        **day("expires_on", today() + 9 * DAY),
        "limits": "nothing about work",
        "channel": "phone",
    }
    assert client.post(f"{address}less/", form)["Location"] == address
    page = text_of(client.get(address))
    for words in ("Made narrower since", "On the phone", "No longer: The danger level", "It ends earlier"):
        assert words in page
    assert "Limit: nothing about work" in page
    with as_agency(here.advocates.id, at=now()):
        assert Grant.objects.get().categories == ["safety_needs"]
        assert Entry.objects.filter(kind="release.narrowed").count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"stays": ["safety_needs", "plans"]}, "Choose one of the answers shown."),
        (day("expires_on", today() + 60 * DAY), "A later day needs a new release."),
        ({"channel": ""}, "Choose an answer."),
    ],
)
def test_page_for_less_takes_nothing_that_would_be_more(
    client: Client, case: Case, here: Town, changed: dict[str, Any], words: str
) -> None:
    address = signed(client, case, here)
    form = {"stays": ["safety_needs"], **day("expires_on", today() + 9 * DAY), "channel": "phone"} | changed
    assert words in text_of(client.post(f"{address}less/", form))
    with as_agency(here.advocates.id, at=now()):
        assert (
            Grant.objects.get().categories == ["danger_level", "safety_needs"]
            or len(Grant.objects.get().categories) == 2
        )


def test_sharing_more_is_a_new_form_with_the_same_answers_and_no_signature(
    client: Client, case: Case, here: Town
) -> None:
    address = signed(client, case, here, scope="only the door")
    link = f"{page_of(case)}?from={address.split('/')[2]}"
    assert link in text_of(client.get(address))
    page = text_of(client.get(link))
    assert "only the door" in page
    assert f'value="{here.police.ref}" checked' in page
    assert 'name="explained" type="checkbox" value="risks" checked' not in page
    assert 'name="court_told" class="govuk-checkboxes__input" checked' not in page
    assert f'name="signature" value="{NAME}"' not in page
    missing = client.get("/there-is-no-such-page/").content
    assert client.get(f"{page_of(case)}?from={'x' * 22}").content == missing


def test_answers_of_another_cases_release_are_not_taken_over(client: Client, case: Case, here: Town) -> None:
    address = signed(client, case, here, scope="only the door")
    with as_agency(here.advocates.id, at=now(), worker=here.advocate.id):
        second = open_direct_case(survivor={"name": "Tove"}, other=None, words={}, by=here.advocate, at=now())
    missing = client.get("/there-is-no-such-page/").content
    assert client.get(f"{page_of(second)}?from={address.split('/')[2]}").content == missing


def test_signer_named_like_the_other_person_is_asked_about_once(client: Client, here: Town) -> None:
    with as_agency(here.advocates.id, at=now(), worker=here.advocate.id):
        same = open_direct_case(
            survivor={"name": NAME}, other={"name": NAME}, words={}, by=here.advocate, at=now()
        )
    assert "this is not the other person" not in text_of(client.get(page_of(same)))
    form = filled(client, same, here)
    page = text_of(client.post(page_of(same), form))
    assert "I looked: this is not the other person of the case" in page
    address = client.post(page_of(same), form | {"not_the_other": "on"})["Location"]
    assert "Looked at: not the same person" in text_of(client.get(address))


def test_a_death_is_noted_gently_closes_all_and_can_be_taken_back(
    client: Client, case: Case, here: Town
) -> None:
    address = signed(client, case, here)
    page = f"/cases/{case.ref}/died/"
    assert "We are sorry." in text_of(client.get(page))
    assert "Tick this if it is so." in text_of(client.post(page, {}))
    assert client.post(page, {"sure": "on"})["Location"] == page
    assert "Ended by a death" in text_of(client.get(address))
    assert "nobody can sign a new one" in text_of(client.get(page))
    refused = client.post(page_of(case), filled(client, case, here))
    assert refused.status_code == 200
    assert "The case says that this person has died." in text_of(refused)
    assert client.post(page, {"mistake": "yes"})["Location"] == page
    assert "We are sorry." in text_of(client.get(page))
    assert "Ended by a death" in text_of(client.get(address))
    signed(client, case, here)
    with as_agency(here.advocates.id, at=now()):
        assert Death.objects.get().mistaken_at is not None
        assert Entry.objects.filter(kind="case.survivor_died").count() == 1


def test_an_after_death_instruction_says_that_it_waits(client: Client, case: Case, here: Town) -> None:
    address = signed(client, case, here, recipient=here.council.ref, after_death="review")
    page = text_of(client.get(address))
    assert "For after a death" in page
    assert "Nothing is shown while this person lives." in page


def test_other_agencies_find_none_of_these_pages(
    client: Client, case: Case, here: Town, signed_in: Any
) -> None:
    address = signed(client, case, here)
    for other in (here.detective, here.shelter_worker, here.nurse, here.advocates_records, here.uninvited):
        theirs = signed_in(other)
        missing = theirs.get("/there-is-no-such-page/")
        for path in (f"{address}less/", f"{address}paper/form/", f"/cases/{case.ref}/died/"):
            for answer in (theirs.get(path), theirs.post(path, {"sure": "on"})):
                assert (answer.status_code, answer.content) == (404, missing.content)
    with as_agency(here.advocates.id, at=now()):
        assert Release.objects.get().withdrawn_at is None
        assert release_content(Release.objects.get())["subject"] == NAME


def test_the_case_page_leads_to_it_when_somebody_has_died(client: Client, case: Case, here: Town) -> None:
    assert f"/cases/{case.ref}/died/" in client.get(f"/cases/{case.ref}/").content.decode()


def test_who_ends_a_release_reads_what_that_agency_must_keep_and_nothing_is_asked_of_one_that_is_over(
    client: Client, case: Case, here: Town
) -> None:
    page = signed(client, case, here) + "withdraw/"
    assert "Police must keep what they write in a report" in text_of(client.get(page))
    client.post(page, {"channel": "phone"})
    again = client.get(page)
    assert "It was ended already" in text_of(again) and b'name="channel"' not in again.content


def test_the_case_page_names_the_same_last_day_as_the_release(client: Client, case: Case, here: Town) -> None:
    address = signed(client, case, here)
    with as_agency(here.advocates.id, at=now()):
        ends = Release.objects.get().expires_at
    last = format_date(
        (ends - timedelta(seconds=1)).astimezone(ZoneInfo(here.advocates.time_zone)), "medium", "en"
    )
    for page in (address, f"/cases/{case.ref}/"):
        assert last in text_of(client.get(page)), page
