"""A survivor signs in, goes from room to room at addresses that say nothing, and leaves no trace."""

import re
from typing import Any

from django.conf import settings
from django.test import Client

from shelterbelt.portal import entrance
from shelterbelt.portal.models import Account, Visit
from shelterbelt.portal.padding import LEAST, STEP
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.portal.visiting import OWN, PASSPHRASE, Visiting, account_for, by_own_hand


def browser() -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ORIGIN=OWN)


def signed_in(name: str, words: str = PASSPHRASE) -> tuple[Client, Any]:
    page = browser()
    return page, page.post("/n/", {"a": name, "b": words})


def test_a_survivor_signs_in_with_a_name_and_words_however_they_are_typed(place: Any) -> None:
    account_for(None, place.advocates, name="maple-river-42")
    page, answer = signed_in(" Maple River 42", PASSPHRASE.upper().replace(" ", "  "))
    assert answer.status_code == 303
    home = page.get(answer.headers["Location"])
    assert home.status_code == 200
    assert b"Where you are signed in" in home.content


def test_the_cookie_lives_no_longer_than_the_browser_and_goes_to_no_other_site(place: Any) -> None:
    account_for(None, place.advocates, name="maple-river-43")
    _page, answer = signed_in("maple-river-43")
    assert list(answer.cookies) == [settings.PORTAL_COOKIE]
    told = answer.cookies[settings.PORTAL_COOKIE]
    assert (told["expires"], told["max-age"], told["path"]) == ("", "", "/")
    assert told["httponly"] and told["samesite"] == "Strict"
    for telling in ("shelter", "portal", "safe", "session"):
        assert telling not in settings.PORTAL_COOKIE


def test_wrong_words_an_unknown_name_and_a_strange_origin_get_one_answer(place: Any) -> None:
    account_for(None, place.advocates, name="maple-river-44")
    answers = {
        signed_in("maple-river-44", "other words than those of hers")[1].content,
        signed_in("nobody-knows-44")[1].content,
        Client(HTTP_HOST="localhost", HTTP_ORIGIN="http://elsewhere")
        .post("/n/", {"a": "maple-river-44", "b": PASSPHRASE})
        .content,
        Client(HTTP_HOST="localhost").post("/n/", {"a": "maple-river-44", "b": PASSPHRASE}).content,
    }
    assert len(answers) == 1


def test_an_address_means_nothing_in_another_visit_and_all_have_one_length(place: Any) -> None:
    account = account_for(None, place.advocates)
    one, two = Visiting(account), Visiting(account)
    assert one.way("visits") != two.way("visits")
    assert one.way("visits") == one.way("visits")
    assert len({len(one.way(name)) for name in ("home", "visits", "me", "me-second")}) == 1
    assert two.client.get(one.way("visits")).status_code == 404
    assert browser().get(one.way("visits")).headers["Location"] == entrance.GONE


def test_every_page_has_a_size_that_says_nothing_and_one_title(place: Any) -> None:
    visiting = Visiting(account_for(None, place.advocates))
    pages = [visiting.get(name) for name in ("home", "visits", "me", "me-words", "me-second", "me-close")]
    pages += [browser().get("/n/"), browser().get("/n/o/"), visiting.client.get("/n/nothing/")]
    for answer in pages:
        assert len(answer.content) % STEP == 0
        assert re.findall(rb"<title>(.*?)</title>", answer.content) == [b"Information"]
        assert "no-store" in answer.headers["Cache-Control"]
    assert {len(answer.content) for answer in pages} == {LEAST}


def test_a_visit_of_an_account_that_is_closed_opens_nothing_even_where_it_was_left(place: Any) -> None:
    account = account_for(None, place.advocates)
    visiting = Visiting(account)
    assert visiting.get("home").status_code == 200
    with as_agency(account.agency_id, at=now()):
        Account.objects.filter(id=account.id).update(closed_at=now())
    assert visiting.get("home").headers["Location"] == entrance.GONE


def test_a_form_from_elsewhere_changes_nothing(place: Any) -> None:
    visiting = Visiting(account_for(None, place.advocates))
    other = Visiting(visiting.visitor.account)
    where = visiting.way("visits")
    assert visiting.client.post(where).status_code == 403
    assert visiting.client.post(where, {"t": other.visitor.secret.form}).status_code == 403
    foreign = visiting.client.post(where, {"t": visiting.visitor.secret.form}, headers={"origin": "http://x"})
    assert foreign.status_code == 403
    assert other.get("visits").status_code == 200
    assert visiting.post("visits").status_code == 303
    assert other.get("visits").status_code == 303


def test_the_language_of_a_visit_is_kept_in_the_visit_alone(place: Any) -> None:
    visiting = Visiting(account_for(None, place.advocates))
    assert b'<html lang="en"' in visiting.get("home").content
    assert visiting.get("language", "es").status_code == 303
    assert b'<html lang="es"' in visiting.get("home").content
    assert b'<html lang="es"' in browser().get("/n/e/", HTTP_ACCEPT_LANGUAGE="en").content


def test_the_way_out_ends_the_visit_and_the_browser_forgets(place: Any) -> None:
    visiting = Visiting(account_for(None, place.advocates))
    assert visiting.get("visits").status_code == 200
    answer = visiting.client.get("/n/out/")
    assert (answer.status_code, answer.headers["Location"]) == (303, settings.PORTAL_EXIT)
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.cookies[settings.PORTAL_COOKIE]["max-age"] == 0
    with by_own_hand(visiting.survivor):
        assert not Visit.objects.exists()
    visiting.client.cookies[settings.PORTAL_COOKIE] = "x"
    assert visiting.get("visits").status_code == 303


def test_the_way_out_stands_on_every_page_also_for_nobody(place: Any) -> None:
    visiting = Visiting(account_for(None, place.advocates))
    for answer in (visiting.get("home"), visiting.get("me"), browser().get("/n/")):
        assert answer.content.count(b'<a href="/n/out/"') == 2
    assert browser().get("/n/out/").headers["Location"] == settings.PORTAL_EXIT


def test_a_house_without_clients_has_no_portal(place: Any, monkeypatch: Any) -> None:
    from shelterbelt.portal import queries

    monkeypatch.setattr(queries, "KINDS", ())
    missing = browser().get("/nowhere/at/all/").content
    for address in ("/n/", "/n/o/", "/n/out/", "/n/abc/"):
        answer = browser().get(address)
        assert answer.status_code == 404, address
        assert b"Page not found" in answer.content or not missing
