"""The directory without an account: found by a form alone, a hidden place stays hidden, and nothing of a search is kept."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shelterbelt.referrals.imports import take_in
from shelterbelt.referrals.models import Service
from shelterbelt.store.ids import uuid7
from tests.apps.referrals.emptying import empty_directory
from tests.world import AT

OWN = {"HTTP_ORIGIN": "http://localhost", "HTTP_HOST": "localhost"}
HERE, SPANISH = "/n/b/", "/n/b/e/"
STREET = "14 Quince Row"


def service(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "name": name,
        "status": "active",
        "description": "Someone to talk to.",
        "organization": {"id": str(uuid7()), "name": "Wren House", "description": "A house"},
        "phones": [{"id": str(uuid7()), "number": "555-0101"}],
        **more,
    }


def place(street: str) -> dict[str, Any]:
    address = {
        "id": str(uuid7()), "address_1": street, "city": "Larch", "state_province": "OR", "postal_code": "97001",
        "country": "US", "address_type": "physical",
    }  # fmt: skip
    return {
        "id": str(uuid7()),
        "location": {"id": str(uuid7()), "location_type": "physical", "addresses": [address]},
    }


@pytest.fixture(scope="module", autouse=True)
def services(own_town: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    empty_directory()
    kept = tmp_path_factory.mktemp("directory") / "directory.json"
    listed = [
        service("Legal aid", service_at_locations=[place("9 Open Street")]),
        service(
            "Quiet house",
            service_at_locations=[place(STREET)],
            url="https://quiet.example",
            email="a@quiet.example",
        ),
        service("Gone house", status="defunct"),
        service(
            "Always house",
            schedules=[{"id": str(uuid7()), "description": "At any hour"}],
            phones=[{"id": str(uuid7()), "number": "+1 202 555 0101"}],
        ),
        *(service(f"Talking {number:02}") for number in range(25)),
    ]
    kept.write_text(json.dumps(listed), encoding="utf-8")
    take_in(kept, at=AT)
    # Kept as a file of another make might have brought it: the place is in the record, and it is not to be told.
    Service.objects.filter(name="Quiet house").update(confidential=True)
    yield
    empty_directory()


def ask(address: str = HERE, **told: str) -> Any:
    return Client().post(address, told, **OWN)


def ref_of(name: str) -> str:
    return str(Service.objects.get(name=name).ref)


def text(answer: Any) -> str:
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


def test_a_search_by_a_form_finds_and_its_address_never_changes() -> None:
    first = Client().get(HERE, **OWN)
    assert first.status_code == 200
    assert "Legal aid" not in text(first)
    found = ask(q="legal")
    assert "Legal aid" in text(found)
    assert "Talking" not in text(found)
    assert not re.findall(r'(?:href|action)="[^"]*\?', found.content.decode())
    assert 'method="get"' not in found.content.decode()


def test_words_in_the_address_are_not_looked_for() -> None:
    assert "Legal aid" not in text(Client().get(f"{HERE}?q=legal", **OWN))


def test_one_service_is_looked_at_by_a_form_too() -> None:
    answer = ask(one=ref_of("Legal aid"), q="legal")
    assert "9 Open Street" in text(answer)
    assert '<input type="hidden" name="q" value="legal">' in answer.content.decode()


def test_a_hidden_place_is_shown_by_its_phone_alone() -> None:
    for answer in (ask(q="quiet"), ask(one=ref_of("Quiet house"))):
        told = answer.content.decode()
        assert "Quiet house" in told
        assert "555-0101" in told
        assert "Where it is, is not told" in told
        for leads_there in (STREET, "Larch", "97001", "quiet.example"):
            assert leads_there not in told


def test_hours_in_words_are_not_called_unknown_and_a_number_can_be_tapped() -> None:
    told = ask(one=ref_of("Always house")).content.decode()
    assert "At any hour" in told
    assert "We do not know if it is open now. Look at its hours, or call first." in told
    assert "We do not know the hours" not in told
    assert 'href="tel:+12025550101"' in told
    assert "We do not know the hours" in ask(one=ref_of("Legal aid")).content.decode()


def test_a_service_that_ended_is_neither_found_nor_opened() -> None:
    assert "Gone house" not in text(ask(q="gone"))
    assert ask(one=ref_of("Gone house")).status_code == 404


def test_more_pages_are_reached_by_forms() -> None:
    first, second = ask(q="talking"), ask(q="talking", page="2")
    assert "Talking 00" in text(first)
    assert "Talking 24" not in text(first)
    assert "Talking 24" in text(second)
    assert 'name="page" value="2"' in first.content.decode()


def test_a_search_writes_nothing_sets_no_cookie_and_is_stored_nowhere() -> None:
    client = Client()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.post(HERE, {"q": "legal"}, **OWN)
    written = [
        one["sql"] for one in asked if re.match(r"\s*(insert|update|delete)", one["sql"], re.IGNORECASE)
    ]
    assert not written
    assert not client.cookies
    assert "no-store" in answer.headers["Cache-Control"]
    assert len(answer.content) % 4096 == 0


def test_a_form_of_another_address_is_refused() -> None:
    assert (
        Client().post(HERE, {"q": "legal"}, HTTP_HOST="localhost", HTTP_ORIGIN="http://elsewhere").status_code
        == 404
    )
    assert Client().post(HERE, {"q": "legal"}, HTTP_HOST="localhost").status_code == 404


@pytest.mark.parametrize(
    "told", [{"one": "x"}, {"one": "../../1"}, {"page": "0"}, {"page": "999999"}, {"term": "made up"}]
)
def test_what_no_form_of_ours_sends_is_refused_politely(told: dict[str, str]) -> None:
    assert ask(**told).status_code == 422


def test_a_stranger_word_finds_nothing_and_shows_whom_to_call() -> None:
    told = text(ask(q="zzzz %_ ' \\ 💜"))
    assert "Nothing was found" in told
    assert "1-800-799-7233" in told


def test_the_title_says_nothing_and_the_spanish_twin_speaks_spanish() -> None:
    told = ask(SPANISH, q="quiet").content.decode()
    title = re.search(r"<title>(.*?)</title>", told, re.S)
    assert title is not None
    assert title[1].strip() == "Información"
    assert f'href="{HERE}"' in told
    for english in (
        "Find help",
        "Search",
        "Where it is",
        "Closed now",
        "More",
        "What was found",
        "Kind of help",
    ):
        assert english not in told, english


def test_the_directory_is_reached_from_where_people_tell_something_without_an_account() -> None:
    assert f'href="{HERE}"' in Client().get("/n/a/", **OWN).content.decode()
    assert f'href="{SPANISH}"' in Client().get("/n/a/e/", **OWN).content.decode()
