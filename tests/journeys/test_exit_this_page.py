"""Leaving a page fast: the nineteen behaviours of the published list, on a page of the portal while signed in."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import County, Visitor
from tests.journeys.portal import Line, a_line, enters, signed_out

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]
BUTTON, SKIP = ".govuk-js-exit-this-page-button", ".govuk-js-exit-this-page-skiplink"
SAID = ".sb-exit [role=status]"
OVERLAY = ".govuk-exit-this-page-overlay"
COVERED = "document.body.classList.contains('govuk-exit-this-page-hide-content')"
# Where each number of the list is looked at.
LOOKED_AT = {
    1: "without_scripts", 2: "without_scripts", 3: "by_button", 4: "by_button", 5: "slow_line", 6: "slow_line",
    7: "by_keys", 8: "by_keys", 9: "by_keys", 10: "by_keys", 11: "by_keys", 12: "old_browser",
    13: "wrongly_started", 14: "wrongly_started", 15: "wrongly_started", 16: "wrongly_started",
    17: "slow_line", 18: "coming_back", 19: "honest_page",
}  # fmt: skip


@pytest.fixture
def line(county: County) -> Iterator[Line]:
    with a_line(county) as line:
        yield line


def test_every_behaviour_of_the_list_is_looked_at() -> None:
    text = (Path(os.environ["SHELTERBELT_ORACLES"]) / "exit-this-page.md").read_text()
    numbers = {int(found) for found in re.findall(r"\b(\d{1,2}) (?=[A-Za-z])", text)}
    assert numbers == set(LOOKED_AT) == set(range(1, 20))
    here = Path(__file__).read_text()
    assert all(f"def test_{name}" in here for name in LOOKED_AT.values())


@pytest.mark.parametrize("way", [BUTTON, SKIP])
def test_without_scripts_the_way_out_is_a_link(visitor: Made, county: County, line: Line, way: str) -> None:
    who = enters(visitor(phone=True, scripts=False), county, line)
    link = who.page.locator(way)
    assert link.evaluate("a => [a.tagName, a.getAttribute('href'), a.rel]") == [
        "A",
        "/n/out/",
        "nofollow noreferrer",
    ]
    link.focus()
    who.page.keyboard.press("Enter")
    who.page.wait_for_url(line.exit)
    assert line.came_from == [None]
    signed_out(who)


@pytest.mark.parametrize(("way", "key"), [(BUTTON, "Space"), (SKIP, "Enter")])
def test_by_button_the_page_is_left_for_good(
    visitor: Made, county: County, line: Line, way: str, key: str
) -> None:
    who = enters(visitor(phone=True), county, line)
    assert who.page.evaluate(f"document.querySelector('{way}').draggable") is False or way == SKIP
    who.page.locator(way).focus()
    who.page.keyboard.press(key)
    who.page.wait_for_url(line.exit)
    signed_out(who)


# While a page is being left nobody can ask it anything: it tells by itself what a person would see.
TELLS = f"""() => setInterval(() => console.log(JSON.stringify([
    "seen", {COVERED}, document.querySelectorAll("{OVERLAY}").length, document.querySelector("h1").checkVisibility({{
    visibilityProperty: true }}), document.querySelector("{OVERLAY}")?.innerText, document.querySelector("{OVERLAY}")?.role
])), 200)"""


def told_by(who: Visitor) -> list[Any]:
    """What the page tells from now on, a few times a second: covered, covers, whether its heading shows, what is announced."""
    said: list[Any] = []
    who.page.on("console", lambda line: said.append(json.loads(line.text)) if "seen" in line.text else None)
    who.page.evaluate(TELLS)
    return said


def test_slow_line_the_cover_stands_until_the_new_page_does(
    visitor: Made, county: County, line: Line
) -> None:
    for way in (BUTTON, SKIP):
        who = enters(visitor(phone=True), county, line)
        line.free.clear()
        said = told_by(who)
        who.page.locator(way).focus()
        who.page.keyboard.press("Enter")
        said.clear()
        who.page.wait_for_timeout(10_000 if way == BUTTON else 1_000)
        assert len(said) >= (40 if way == BUTTON else 3)
        assert all(seen[1:] == [True, 1, False, "Loading.", "alert"] for seen in said), said
        line.free.set()
        who.page.wait_for_url(line.exit)
        assert who.page.title() == "Weather"
        who.context.close()


def test_by_keys_shift_three_times_leaves_and_is_announced(visitor: Made, county: County, line: Line) -> None:
    who = enters(visitor(), county, line)
    page = who.page
    page.keyboard.press("Shift")
    assert page.locator(SAID).inner_text() == "Shift, press 2 more times to exit."
    page.keyboard.press("Shift")
    assert page.locator(SAID).inner_text() == "Shift, press 1 more time to exit."
    page.wait_for_timeout(5300)
    assert page.locator(SAID).inner_text() == "Exit this page expired."
    page.keyboard.press("Shift")
    assert page.locator(SAID).inner_text() == "Shift, press 2 more times to exit."
    page.wait_for_timeout(500)
    line.free.clear()
    said = told_by(who)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_timeout(900)
    assert said[-1][1:] == [True, 1, False, "Loading.", "alert"]
    line.free.set()
    page.wait_for_url(line.exit)
    signed_out(who)


def test_old_browser_keeps_the_plain_link(visitor: Made, county: County, line: Line) -> None:
    who = visitor(phone=True)
    who.context.add_init_script("delete HTMLScriptElement.prototype.noModule")
    enters(who, county, line)
    assert who.page.locator(SAID).count() == 0, "the script started in a browser that is too old"
    who.page.locator(BUTTON).click()
    who.page.wait_for_url(line.exit)
    signed_out(who)


def test_wrongly_started_it_says_so(visitor: Made, county: County, line: Line) -> None:
    who = enters(visitor(), county, line)
    name = """async (make) => {
        const { Exit } = await import(document.querySelector("script[src*='exit']").src);
        const root = document.querySelector("[data-module=govuk-exit-this-page]");
        const bare = document.createElement("div");
        const roots = { again: root, none: null, wrong: document.createElementNS("http://www.w3.org/2000/svg", "g"), bare };
        try { new Exit(roots[make]); return "started"; } catch (error) { return error.name; }
    }"""
    assert who.page.evaluate(name, "again") == "InitError"
    assert who.page.evaluate(name, "none") == "ElementError"
    assert who.page.evaluate(name, "wrong") == "ElementError"
    assert who.page.evaluate(name, "bare") == "ElementError"


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without"])
def test_coming_back_shows_a_blank_signed_out_page(
    visitor: Made, county: County, line: Line, scripts: bool
) -> None:
    who = enters(visitor(phone=True, scripts=scripts), county, line)
    seen = set(who.page.locator("h1, main li, main p").all_inner_texts())
    inside = who.page.url
    who.page.locator(BUTTON).click()
    who.page.wait_for_url(line.exit)
    for back in (who.page.go_back, who.page.reload, lambda: who.page.goto(inside)):
        back()
        shown = who.page.locator("body").inner_text().strip()
        assert not seen & {line.strip() for line in shown.splitlines()}
        assert len(shown) < 20, shown
        assert who.page.locator("form").count() == 0
    signed_out(who)


def test_another_app_in_front_sees_an_empty_page(visitor: Made, county: County, line: Line) -> None:
    who = enters(visitor(phone=True), county, line)
    away = """(state) => {
        Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    bare = who.page.screenshot()
    who.page.evaluate(away, "hidden")
    empty = who.page.screenshot()
    assert who.page.locator("h1").is_hidden() and len(empty) < len(bare) / 2
    who.page.evaluate(away, "visible")
    assert who.page.locator("h1").is_visible()


def test_honest_page_says_that_history_is_not_erased(visitor: Made, county: County, line: Line) -> None:
    who = visitor(phone=True)
    for language, said in (("help/leaving/", "does not erase"), ("help/es/leaving/", "no borra")):
        who.page.goto(f"{county.address('advocates')}/{language}")
        assert said in who.page.locator("main").inner_text().lower()
