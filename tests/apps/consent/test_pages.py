"""Pages of a release: bad input keeps what was typed, a second click changes nothing, ending is at once."""

import re
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from shelterbelt.cases.models import Case
from shelterbelt.consent.document import document_of
from shelterbelt.consent.models import Grant, Paper
from shelterbelt.consent.paper import opened_paper
from shelterbelt.consent.queries import release_content
from shelterbelt.ledger.models import Entry, Reading
from shelterbelt.rules.releases import EXPLAINED
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.consent.form import NAME, day, filled, opened, page_of, releases_of, text_of, today
from tests.world import Town


@pytest.fixture
def case(here: Town) -> Case:
    return opened(here)


def test_form_chooses_nothing_beforehand_but_thirty_days(client: Client, case: Case) -> None:
    page = text_of(client.get(page_of(case)))
    assert " checked" not in page
    assert f'value="{NAME}"' in page
    last = today() + timedelta(days=30)
    assert re.search(rf'name="expires_on-day"[^>]*value="{last.day}"', page)
    assert "Help does not depend on it" in page
    assert "may be given to the defence" in page


def test_form_names_no_survivor_in_title_or_address(client: Client, case: Case) -> None:
    page = text_of(client.get(page_of(case)))
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title
    assert "Ximena" not in title[1]


def test_signed_release_keeps_every_field_and_opens_one_grant(client: Client, case: Case, here: Town) -> None:
    answer = client.post(page_of(case), filled(client, case, here))
    assert answer.status_code == 302
    (release,) = releases_of(here)
    assert answer["Location"] == f"/releases/{release.ref}/"
    with as_agency(here.advocates.id, at=now()):
        told = release_content(release)
        grant = Grant.objects.get(release=release)
    assert told["subject"] == NAME
    assert told["scope"] == "Only the door & the lock"
    assert told["signers"] == [{"name": NAME, "capacity": "survivor", "is_abuser": False, "born_on": ""}]
    assert told["interpreter_name"] == "Line 4, number 118"
    assert told["after_death"] == "end"
    assert told["witness"] == "Robin Vance"
    assert told["explained"] == sorted(EXPLAINED)
    assert grant.recipient_id == here.police.id
    assert grant.categories == ["safety_needs", "danger_level"]
    assert grant.until_at == release.expires_at
    assert NAME.encode() not in bytes(release.sealed) + bytes(release.document)


def test_ledger_keeps_the_digest_of_exactly_what_was_signed(client: Client, case: Case, here: Town) -> None:
    client.post(page_of(case), filled(client, case, here))
    (release,) = releases_of(here)
    with as_agency(here.advocates.id, at=now()):
        entry = Entry.objects.get(kind="release.taken", about=release.id)
        document = document_of(release)
        paper = opened_paper(Paper.objects.get(release=release, what="form"))
    assert bytes(entry.digest) == sha256(paper).digest()
    assert document["fields"]["signature"] == NAME
    assert document["recipient"] == here.police.name


def test_second_click_makes_no_second_release(client: Client, case: Case, here: Town) -> None:
    form = filled(client, case, here)
    first, second = client.post(page_of(case), form), client.post(page_of(case), form)
    assert first["Location"] == second["Location"]
    assert len(releases_of(here)) == 1
    with as_agency(here.advocates.id, at=now()):
        assert Grant.objects.count() == 1


def test_bad_input_keeps_what_was_typed_with_words_beside_the_field(
    client: Client, case: Case, here: Town
) -> None:
    form = filled(
        client,
        case,
        here,
        scope="Nur über die Tür – كل شيء آخر لا",
        signature="",
        recipient=None,
        **{"expires_on-month": "2", "expires_on-day": "30"},
    )
    answer = client.post(page_of(case), form)
    page = text_of(answer)
    assert answer.status_code == 200
    assert "Nur über die Tür – كل شيء آخر لا" in page
    assert 'value="30"' in page
    assert f'value="{NAME}"' in page
    assert f'name="token" value="{form["token"]}"' in page
    assert page.count(" checked") >= 9
    for words in ("This is not a date", "Choose the one agency", "They sign by writing their name here."):
        assert words in page
    assert releases_of(here) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"signer_is_abuser": "yes"}, "The abusive person may not sign"),
        ({"signer_is_abuser": None}, "the abusive person may not sign"),
        ({"explained": ["risks", "not_a_condition"]}, "It can be ended at any moment"),
        ({"court_told": None}, "Explain this before they sign"),
        ({"categories": []}, "at least one thing"),
        ({"interpreter_name": ""}, "Write the interpreter's name"),
        ({"purpose": "other"}, "Write what it is shared for."),
        ({"witness": ""}, "Write who was there"),
        ({"signer_capacity": "parent"}, "A parent signs together with the minor"),
        ({"signer_capacity": "minor"}, "signs too, or the law lets the minor sign alone"),
        ({"scope": "x" * 4001}, "Shorten it"),
        ({"categories": ["everything"]}, "Choose one of the answers shown"),
    ],
)
def test_unlawful_release_is_refused_beside_its_field(
    client: Client, case: Case, here: Town, changed: dict[str, Any], words: str
) -> None:
    answer = client.post(page_of(case), filled(client, case, here, **changed))
    assert answer.status_code == 200
    assert words in text_of(answer)
    assert releases_of(here) == []


def test_release_of_more_than_ninety_days_must_be_confirmed(client: Client, case: Case, here: Town) -> None:
    form = filled(client, case, here, **day("expires_on", today() + timedelta(days=91)))
    page = text_of(client.post(page_of(case), form))
    assert "runs for more than 90 days" in page
    assert releases_of(here) == []
    assert client.post(page_of(case), form | {"long_confirmed": "on"}).status_code == 302
    assert len(releases_of(here)) == 1


def test_release_without_a_readable_token_is_not_taken(client: Client, case: Case, here: Town) -> None:
    assert client.post(page_of(case), filled(client, case, here, token="1")).status_code == 200
    assert releases_of(here) == []


def test_release_for_a_victim_service_needs_no_words_about_court(
    client: Client, case: Case, here: Town
) -> None:
    form = filled(client, case, here, recipient=here.shelter.ref, court_told=None)
    assert client.post(page_of(case), form).status_code == 302


def test_release_page_shows_all_and_leaves_a_trace(client: Client, case: Case, here: Town) -> None:
    address = client.post(page_of(case), filled(client, case, here))["Location"]
    page = text_of(client.get(address))
    for words in (
        "In force",
        here.police.name,
        NAME,
        "Only the door & the lock",
        "Line 4, number 118",
        "Spanish",
    ):
        assert words in page
    assert "End this release" in page
    (release,) = releases_of(here)
    with as_agency(here.advocates.id, at=now()):
        assert Reading.objects.filter(what="release", about=release.id, by=here.advocate.id).exists()


def test_ending_a_release_is_asked_once_and_done_at_once(client: Client, case: Case, here: Town) -> None:
    address = client.post(page_of(case), filled(client, case, here))["Location"]
    asked = client.get(f"{address}withdraw/")
    assert "will see nothing of it from now on" in text_of(asked)
    assert "Choose an answer" in text_of(client.post(f"{address}withdraw/", {}))
    assert client.post(f"{address}withdraw/", {"channel": "phone"})["Location"] == address
    assert client.post(f"{address}withdraw/", {"channel": "phone"})["Location"] == address
    page = text_of(client.get(address))
    assert "Ended by them" in page
    assert "On the phone" in page
    assert "End this release" not in page
    with as_agency(here.advocates.id, at=now()):
        assert list(Grant.objects.values_list("withdrawn_at", flat=True)) != [None]
        assert Entry.objects.filter(kind="release.withdrawn").count() == 1


def test_workers_of_other_agencies_find_no_such_page(
    client: Client, case: Case, here: Town, signed_in: Any
) -> None:
    address = client.post(page_of(case), filled(client, case, here))["Location"]
    for other in (here.detective, here.shelter_worker, here.nurse, here.uninvited):
        theirs = signed_in(other)
        missing = theirs.get("/there-is-no-such-page/")
        for path in (address, f"{address}withdraw/", page_of(case)):
            for answer in (theirs.get(path), theirs.post(path, {})):
                assert (answer.status_code, answer.content) == (404, missing.content)
