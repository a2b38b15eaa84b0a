"""Every page that a survivor or the public can reach: sound to axe, as HTML, in large type on a narrow screen, by keyboard alone.

The rooms are walked by their own links. An address there is sealed, so a page is known by the name of its route.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import resolve
from playwright.sync_api import Route

from shelterbelt.portal.ways import INSIDE, Secret
from tests.journeys import rooms
from tests.journeys.conftest import County, Visitor
from tests.journeys.keyboard import Keys
from tests.journeys.portal import EXIT
from tests.journeys.public_pages import asks_the_directory, says_how_it_was, tells_and_takes_back
from tests.journeys.sound import Looker, not_valid, opened
from tests.journeys.test_pages import watched

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]
LINK = re.compile(r'href="(/n/([\w-]{40,})/)"')
SENDS = "main form button[type=submit]"
# Not a page: a picture, and the change of language, which would change the walk.
NO_PAGES = {"language", "record-view"}
# Whose form, sent with nothing in it, is answered with what is missing.
REFUSED = {
    "contact-change", "me-close", "me-code", "me-erase", "me-second", "me-words", "paper-copy", "papers-wish", "plan-begin",
    "broken-home", "record-add", "record-give", "record-new", "record-out", "record-show", "said-home", "words-home",
}  # fmt: skip
# What the walk must have met at least; else a door has been lost.
ROOMS = {
    "home", "now-home", "now-test", "plan-home", "plan-one", "plan-begin", "plan-choose", "plan-all", "plan-again",
    "plan-overview", "plan-trusted", "plan-end", "plan-part", "plan-before", "plan-readers", "record-home",
    "record-before", "record-new", "record-out", "record-giving", "record-give", "record-item", "record-rewrite",
    "record-add", "record-show", "record-remove", "paper-home", "paper-copy", "words-home", "words-habits",
    "papers-home", "papers-wish", "papers-one", "papers-end", "papers-less", "papers-more", "choices-home",
    "contact-home", "looks-home", "said-home", "broken-home", "rights-home", "rights-limits", "rights-page", "visits", "me",
    "me-words", "me-second", "me-code", "me-devices", "me-erase", "me-close",
}  # fmt: skip

PUBLIC = ("n/", "n/o/", "n/z/", "help/", "help/leaving/")
SPANISH = ("n/e/", "n/o/e/", "help/es/", "help/es/leaving/")


def walk(look: Looker, start: str, *, stage: str = "", whole: bool = True) -> set[str]:
    """Look at every page that links lead to from here; of pages of one route only at what is new. Gives the routes.

    Where the `whole` has been looked at before, axe sees the first page of each room alone.
    """
    waiting, seen, met = [start], set[str](), set[str]()
    held = next(c["value"] for c in look.who.context.cookies() if c["name"].split("-")[-1].startswith("v"))
    while waiting:
        address = waiting.pop(0)
        path = Secret(held).opened(address.split("/")[-2])
        assert path, address
        route = resolve(path, urlconf=INSIDE).url_name
        if path in seen or route in NO_PAGES:
            continue
        seen.add(path)
        name = f"{stage}{route}" if route not in met else f"{stage}{path}"
        html = opened(look.page, address) if route in met else ""
        if not html or look.is_new(html):
            look.page.goto(address)
            html = look.looked(name, whole=whole, axe=whole or route.endswith("home"))
            if route in REFUSED - look.refused and look.page.locator(SENDS).count():
                refused(look, route)
        look.keeps(name, html)
        met.add(route)
        waiting += [look.origin + found for found, _word in LINK.findall(html)]
    return met


def refused(look: Looker, route: str) -> None:
    """What a form says that was sent empty; once."""
    look.refused.add(route)
    with look.page.expect_navigation():
        look.page.locator(SENDS).first.press("Enter")
    look.looked(f"{route} refused", status=422, whole=False)


@pytest.fixture
def looker(visitor: Made, county: County) -> Iterator[Callable[[], Looker]]:
    """Who looks at pages; at the end nothing was complained of, and all that was sent is valid HTML."""
    made: list[Looker] = []

    def one() -> Looker:
        made.append(Looker(visitor(phone=True), county.address("advocates")))
        return made[-1]

    yield one
    sent = {f"{number} {name}": html for number, look in enumerate(made) for name, html in look.sent.items()}
    faults = [fault for look in made for fault in look.faults] + not_valid(sent)
    assert not faults, "\n".join(faults)


def test_every_room_is_sound_and_all_of_it_is_done_by_keyboard(
    visitor: Made, county: County, looker: Callable[[], Looker]
) -> None:
    """Given a survivor who begins by themselves, when they and their advocate have used every room, then every page is sound."""
    look, door = looker(), f"{county.address('advocates')}/n/"
    keys = Keys(look.page)
    with watched(look.who) as complaints:
        name, words = rooms.begins(keys, door)
        walk(look, look.page.url, stage="blank ", whole=False)
        rooms.asks_to_erase(keys, words)
        look.looked("code to erase", whole=False)
        code = rooms.shows_a_code(keys)
        look.looked("code", whole=False)
        rooms.helped(visitor("advocate"), county, code)
        other = looker()
        rooms.signs_in(Keys(other.page), door, name, words)
        rooms.goes(keys, "How I am reached")
        keys.link("Change it")
        look.looked("contact-change")
        refused(look, "contact-change")
        for task in rooms.TASKS:
            task(keys)
        keys.enters(look.page.locator(".sb-public-bar p a"))
        assert sorted(ROOMS - walk(look, look.page.url)) == []
        assert sorted(REFUSED - look.refused) == []
        rooms.has_second_words(keys, words)
        keys.enters(look.page.locator(".sb-public-bar p a[hreflang=es]"))
        assert sorted(ROOMS - walk(look, look.page.url, stage="es ", whole=False)) == []
        other.page.reload()
        other.looked("gone")
        leaves(look, keys)
        plain(look, keys, door, name)
    # A form that was refused is answered with 422, which the browser writes down.
    assert [line for line in complaints if "422" not in line] == []


def leaves(look: Looker, keys: Keys) -> None:
    """By the way out, the first thing but one that Tab reaches; what it leads to is answered for here."""
    led_to: list[str] = []

    def ends(route: Route) -> None:
        led_to.append(route.fetch(max_redirects=0).headers["location"])
        route.fulfill(content_type="text/html", body="<!doctype html><title>Weather</title><p>Rain.</p>")

    look.who.context.route(f"{look.origin}/n/out/", ends)
    keys.to(look.page.locator(".govuk-js-exit-this-page-skiplink"))
    look.page.keyboard.press("Enter")
    look.who.sees("Rain.")
    assert led_to == [EXIT]


def plain(look: Looker, keys: Keys, door: str, name: str) -> None:
    """What the other words open: a list for the home, and notes that are kept."""
    rooms.signs_in(keys, door, name, rooms.OTHER_WORDS)
    keys.enters(look.page.locator("main li a").first)
    keys.types("note", "Batteries.").button("Save")
    assert look.page.get_by_text("Batteries.").count()
    assert walk(look, look.page.url, stage="plain ") >= {"home", "household"}


def test_every_public_page_is_sound_and_all_of_it_is_done_by_keyboard(
    looker: Callable[[], Looker], county: County
) -> None:
    """Given somebody without an account, when they ask, tell, come back and judge, then every page is sound."""
    look, root = looker(), county.address("advocates")
    keys = Keys(look.page)
    with watched(look.who) as complaints:
        for path in PUBLIC + SPANISH:
            look.page.goto(f"{root}/{path}")
            look.looked(path, whole=path in PUBLIC)
        for path in ("n/", "n/o/"):
            look.page.goto(f"{root}/{path}")
            keys.types("a", "x").button("Go on")
            look.looked(f"{path} refused", whole=False)
        for language in ("", "e/"):
            tells_and_takes_back(look, keys, f"{root}/n/a/{language}")
            says_how_it_was(look, keys, f"{root}/n/a/{language}9/")
            asks_the_directory(look, keys, f"{root}/n/b/{language}")
    assert complaints == []
