"""A survivor signs in, goes from room to room at addresses that say nothing, and leaves no trace."""

from typing import Any

from django.conf import settings
from django.test import Client

from tests.apps.portal.visiting import OWN, PASSPHRASE, Visiting, account_for


def browser() -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ORIGIN=OWN)


def test_a_survivor_signs_in_with_a_name_and_words(place: Any) -> None:
    account_for(None, place.advocates, name="maple-river-42")
    page = browser()
    assert page.get("/n/").status_code == 200
    answer = page.post("/n/", {"a": "Maple-River-42", "b": PASSPHRASE.upper()})
    assert answer.status_code == 303
    assert answer.cookies[settings.PORTAL_COOKIE]["expires"] == ""
    home = page.get(answer.headers["Location"])
    assert home.status_code == 200
    assert len(home.content) % 4096 == 0
    assert b"Where you are signed in" in home.content


def test_the_way_out_ends_the_visit(place: Any) -> None:
    visiting = Visiting(account_for(None, place.advocates))
    assert visiting.get("visits").status_code == 200
    answer = visiting.client.get("/n/out/")
    assert answer.headers["Location"] == settings.PORTAL_EXIT
    assert visiting.get("visits").status_code == 303
