"""The public pages know nobody, keep nothing, and say what is true."""

import re

import pytest
from django.test import RequestFactory, override_settings
from django.urls import resolve, reverse

from shelterbelt.portal import lines

# What an agency here takes in is asked of the database, also for a page that is the same for everybody.
pytestmark = pytest.mark.usefixtures("node")

ADDRESSES = {
    "portal-help": "en",
    "portal-leaving": "en",
    "portal-help-es": "es",
    "portal-leaving-es": "es",
}


def page(name: str, **asked: str) -> tuple[str, dict[str, str]]:
    address = reverse(name)
    found = resolve(address)
    answer = found.func(RequestFactory().get(address, **asked), *found.args, **found.kwargs)
    return answer.content.decode(), dict(answer.items())


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_public_page_is_never_stored_sends_no_referrer_and_sets_no_cookie(name: str) -> None:
    text, headers = page(name)
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers
    assert "csrf" not in text
    assert "<form" not in text


@pytest.mark.parametrize("name", ADDRESSES)
def test_title_and_address_of_a_public_page_say_nothing(name: str) -> None:
    text, _headers = page(name)
    title = re.search(r"<title>(.*?)</title>", text, re.S)
    assert title is not None
    assert title[1].strip() in {"Information", "Información"}
    for telling in ("violence", "abuse", "shelter", "violencia", "refugio", "survivor"):
        assert telling not in reverse(name)


@pytest.mark.parametrize(("name", "language"), ADDRESSES.items())
def test_a_public_page_is_in_the_language_of_its_address_whoever_asks(name: str, language: str) -> None:
    text, headers = page(
        name, HTTP_ACCEPT_LANGUAGE="es" if language == "en" else "en", HTTP_COOKIE="django_language=fr"
    )
    assert f'<html lang="{language}"' in text
    assert headers["Content-Language"] == language
    assert ("Salir de esta página" in text) is (language == "es")


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_public_page_loads_nothing_from_another_machine(name: str) -> None:
    text, _headers = page(name)
    loaded = re.findall(r'<(?:link|script|img|iframe)[^>]+(?:href|src)="([^"]+)"', text)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_way_out_is_an_ordinary_link_that_tells_nobody_where_it_came_from(name: str) -> None:
    text, _headers = page(name)
    out = re.findall(r'<a href="https://www\.bbc\.com/weather"[^>]*>', text)
    assert len(out) == 2
    assert all('rel="nofollow noreferrer"' in link for link in out)


def test_the_same_page_goes_to_everybody() -> None:
    assert page("portal-help") == page("portal-help", HTTP_COOKIE="session_8002=abc", HTTP_USER_AGENT="other")


def test_only_reading_is_allowed() -> None:
    found = resolve(reverse("portal-help"))
    assert found.func(RequestFactory().post(reverse("portal-help"))).status_code == 405


def test_the_known_lines_are_there_and_can_be_called() -> None:
    text, _headers = page("portal-help")
    for link in (
        "tel:911",
        "tel:+18007997233",
        "sms:88788",
        "tel:+18007873224",
        "tel:+18447628483",
        "tel:+18663319474",
    ):
        assert f'href="{link}"' in text


def test_a_line_that_nobody_checked_is_not_shown() -> None:
    assert "Trans Lifeline" not in page("portal-help")[0]
    assert any(line["checked_on"] is None for line in lines._read()["lines"])


def test_invented_lines_are_shown_in_a_demonstration_only_and_say_so() -> None:
    with override_settings(DEMO=True):
        shown, _headers = page("portal-help")
    with override_settings(DEMO=False):
        hidden, _headers = page("portal-help")
    assert shown.count("Demonstration: this place and this number are invented.") == 2
    assert "555-01" in shown
    assert "555-01" not in hidden


def test_every_line_has_words_in_both_languages_and_a_source() -> None:
    for section in lines._read().values():
        for line in section:
            assert line["source"]
            for words in (line["name"], line["note"], line["hours"]):
                assert set(words) == {"en", "es"}


def test_the_page_says_what_leaving_does_not_do() -> None:
    assert (
        "does not erase the browser&#x27;s history" in page("portal-help")[0]
        or "does not erase the browser's history" in page("portal-help")[0]
    )
    assert "historial" in page("portal-leaving-es")[0]
