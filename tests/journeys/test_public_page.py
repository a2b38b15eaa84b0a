"""The survivor's page on a victim service's node: it knows nobody, fetches nothing foreign, and can be left at once."""

import json
import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import County, Visitor

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]
EXIT = "https://www.bbc.com/weather"
PAGES = ["help/", "help/es/", "help/leaving/", "help/es/leaving/"]
KEPT = """async () => ({
    cookies: document.cookie,
    local: localStorage.length,
    tab: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


def weather(who: Visitor) -> None:
    """Answer for the exit's host here: nothing leaves the machine."""
    who.context.route(
        re.compile("^https://"),
        lambda route: route.fulfill(
            content_type="text/html", body="<!doctype html><title>Weather</title><p>Rain.</p>"
        ),
    )


def public(who: Visitor, county: County, path: str) -> None:
    answer = who.page.goto(f"{county.address('advocates')}/{path}")
    assert answer and answer.status == 200
    assert not [name for name in answer.headers if name == "set-cookie"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without"])
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_help_leaves_no_trace_that_a_page_can_leave(
    visitor: Made, county: County, scripts: bool, phone: bool
) -> None:
    who = visitor(phone=phone, scripts=scripts)
    for path in PAGES:
        public(who, county, path)
        spanish = "/es/" in f"/{path}"
        assert who.page.title() == ("Información" if spanish else "Information")
        assert who.page.locator("html").get_attribute("lang") == ("es" if spanish else "en")
        who.accessible()
        if scripts:
            kept = who.page.evaluate(KEPT)
            assert kept == {"cookies": "", "local": 0, "tab": 0, "databases": 0, "caches": 0, "workers": 0}
    assert who.context.cookies() == []
    assert who.foreign == []


def test_help_can_be_read_without_scripts_and_every_line_leads_to_a_telephone(
    visitor: Made, county: County
) -> None:
    who = visitor(scripts=False)
    public(who, county, "help/")
    who.sees("You deserve to be safe")
    calls = [link.get_attribute("href") or "" for link in who.page.locator(".sb-lines a").all()]
    assert len(calls) > 4
    assert all(link.startswith(("tel:", "sms:")) for link in calls)
    assert who.page.locator("form, script[src^=http], img[src^=http], iframe").count() == 0


def test_spanish_page_has_no_english_left(visitor: Made, county: County) -> None:
    who = visitor()
    for path in ("help/", "help/leaving/"):
        public(who, county, path)
        english = set(
            filter(None, (text.strip() for text in who.page.locator("h1, h2, p, li").all_inner_texts()))
        )
        public(who, county, path.replace("help/", "help/es/"))
        spanish = {text.strip() for text in who.page.locator("h1, h2, p, li").all_inner_texts()}
        both = {text for text in english & spanish if text[0].isalpha()}
        assert both <= {"Español", "English"} or all(len(text) < 40 for text in both), both


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without"])
def test_exit_button_leaves(visitor: Made, county: County, scripts: bool) -> None:
    who = visitor(phone=True, scripts=scripts)
    weather(who)
    public(who, county, "help/")
    with who.page.expect_request(EXIT) as sent:
        who.page.locator(".govuk-js-exit-this-page-button").click()
    assert "referer" not in sent.value.all_headers()
    who.page.wait_for_url(EXIT)
    assert who.page.title() == "Weather"


def test_exit_stays_in_view_on_a_phone_after_scrolling(visitor: Made, county: County) -> None:
    who = visitor(phone=True)
    public(who, county, "help/")
    who.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    box = who.page.locator(".govuk-js-exit-this-page-button").bounding_box()
    assert box and box["y"] >= 0 and box["y"] + box["height"] <= 844
    assert box["height"] >= 44


def test_shift_three_times_leaves_and_back_shows_a_blank_page(visitor: Made, county: County) -> None:
    who = visitor()
    weather(who)
    public(who, county, "help/es/")
    for _press in range(2):
        who.page.keyboard.press("Shift")
    who.page.wait_for_timeout(200)
    assert who.page.url.endswith("/help/es/"), "two are not enough"
    who.page.keyboard.press("Shift")
    who.page.wait_for_url(EXIT)
    who.page.go_back()
    who.page.wait_for_timeout(400)
    assert not who.page.locator("body").is_visible()
    # The title stays: without one a browser's history keeps the address instead.
    assert who.page.title() == "Información"
    assert json.loads(who.page.evaluate("JSON.stringify({...sessionStorage})")) == {"v": "1"}


def test_shift_with_other_keys_between_does_not_leave(visitor: Made, county: County) -> None:
    who = visitor()
    weather(who)
    public(who, county, "help/")
    for key in ("Shift", "a", "Shift", "b", "Shift"):
        who.page.keyboard.press(key)
    who.page.wait_for_timeout(300)
    assert who.page.url.endswith("/help/")


def test_typing_the_address_again_shows_the_page(visitor: Made, county: County) -> None:
    who = visitor()
    weather(who)
    public(who, county, "help/")
    who.page.locator(".govuk-js-exit-this-page-button").click()
    who.page.wait_for_url(EXIT)
    public(who, county, "help/")
    assert who.page.locator("h1").is_visible()


@pytest.mark.parametrize(
    ("node", "leads"),
    [
        ("system", "/account/login/"),
        ("hospital", "/account/login/"),
        ("advocates", "/help/"),
        ("shelter", "/help/"),
    ],
)
def test_front_door_leads_to_help_only_where_a_victim_service_is_behind_it(
    visitor: Made, county: County, node: str, leads: str
) -> None:
    who = visitor()
    who.page.goto(county.address(node))
    assert who.page.url == county.address(node) + leads
    who.accessible()


def test_signed_in_advocate_is_not_known_on_the_public_page(visitor: Made, county: County) -> None:
    who = visitor("advocate")
    answer = who.page.goto(f"{county.address('advocates')}/help/")
    anonymous = visitor().page.goto(f"{county.address('advocates')}/help/")
    assert answer and anonymous
    assert answer.body() == anonymous.body()
