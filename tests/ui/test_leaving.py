"""Leaving a page fast: the behaviours that GOV.UK's component is tested for, and ours beside them."""

import pytest
from django.test import RequestFactory, override_settings
from playwright.sync_api import Browser, Page, expect
from tests.ui.conftest import Site

from shelterbelt.portal.views import help_now, leaving

AWAY = "<!DOCTYPE html><title>Weather</title><h1>Weather</h1>"
COVER = ".govuk-exit-this-page-overlay"
BUTTON = ".govuk-exit-this-page__button"
SECOND_LINK = ".govuk-js-exit-this-page-skiplink"


WATCH = """() => setInterval(() => {
    const cover = document.querySelector(".govuk-exit-this-page-overlay");
    const gone = getComputedStyle(document.querySelector("main")).display === "none";
    console.log(cover && gone && document.title === "Information" ? "covered" : "bare");
}, 100)"""


@pytest.fixture
def away(site: Site, node: None) -> str:
    """The address of the page that the button leads to, here on this machine."""
    site.pages["/away/"] = AWAY
    factory = RequestFactory()
    with override_settings(PORTAL_EXIT=site.address + "/away/", DEMO=True):
        site.pages["/help/"] = help_now(factory.get("/help/")).content.decode()
        site.pages["/help/leaving/"] = leaving(factory.get("/help/leaving/")).content.decode()
    return site.address + "/away/"


@pytest.fixture
def help_page(away: str, site: Site, page: Page) -> Page:
    page.goto(site.address + "/help/")
    page.wait_for_load_state("networkidle")
    return page


def status(page: Page) -> str:
    return page.locator(".govuk-exit-this-page [role=status]").inner_text()


@pytest.fixture
def without_scripts(away: str, site: Site, chromium: Browser) -> Page:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address + "/help/")
    return page


def test_without_scripts_the_button_is_a_link_that_goes_away(without_scripts: Page, away: str) -> None:
    without_scripts.click(BUTTON)
    expect(without_scripts).to_have_url(away)


def test_without_scripts_the_second_link_goes_away_too(without_scripts: Page, away: str) -> None:
    assert without_scripts.locator(SECOND_LINK).get_attribute("href") == away
    without_scripts.focus(SECOND_LINK)
    without_scripts.keyboard.press("Enter")
    expect(without_scripts).to_have_url(away)


def test_the_button_goes_away(help_page: Page, away: str) -> None:
    help_page.click(BUTTON)
    expect(help_page).to_have_url(away)


def test_the_second_link_goes_away(help_page: Page, away: str) -> None:
    help_page.focus(SECOND_LINK)
    help_page.keyboard.press("Enter")
    expect(help_page).to_have_url(away)


def test_the_second_link_is_the_second_stop_of_the_tab_key(help_page: Page) -> None:
    help_page.keyboard.press("Tab")
    help_page.keyboard.press("Tab")
    assert help_page.evaluate(f"document.activeElement.matches('{SECOND_LINK}')")


@pytest.mark.parametrize("way", ["button", "second link", "keys"])
def test_the_page_is_covered_at_once_and_until_the_new_one_shows(
    help_page: Page, site: Site, way: str
) -> None:
    site.slow["/away/"] = 10
    seen: list[str] = []
    help_page.on("console", lambda said: seen.append(said.text))
    # The page reports for itself: asking it from outside would wait for the new page.
    help_page.evaluate(WATCH)
    if way == "keys":
        for _press in range(3):
            help_page.keyboard.press("Shift")
    else:
        mark = BUTTON if way == "button" else SECOND_LINK
        help_page.evaluate(f"setTimeout(() => document.querySelector('{mark}').click(), 50)")
    help_page.wait_for_timeout(9000)
    assert seen.count("bare") <= 3
    assert seen.index("covered") <= 3
    assert seen.count("covered") >= 60
    assert "bare" not in seen[seen.index("covered") :]
    expect(help_page.get_by_role("heading", name="Weather")).to_be_visible(timeout=6000)


def test_shift_three_times_within_five_seconds_goes_away(help_page: Page, away: str) -> None:
    for _press in range(3):
        help_page.keyboard.press("Shift")
    expect(help_page).to_have_url(away)


def test_each_press_is_announced_and_so_is_running_out_of_time(help_page: Page) -> None:
    help_page.keyboard.press("Shift")
    assert status(help_page) == "Shift, press 2 more times to exit."
    help_page.keyboard.press("Shift")
    assert status(help_page) == "Shift, press 1 more time to exit."
    help_page.wait_for_timeout(5200)
    assert status(help_page) == "Exit this page expired."
    help_page.keyboard.press("Shift")
    assert status(help_page) == "Shift, press 2 more times to exit."


def test_success_is_announced(help_page: Page, site: Site) -> None:
    site.slow["/away/"] = 2
    said = help_page.evaluate(
        f"""() => {{ document.querySelector('{BUTTON}').click();
            const cover = document.querySelector('{COVER}');
            return [cover.getAttribute('role'), cover.textContent]; }}"""
    )
    assert said == ["alert", "Loading."]


def test_a_browser_that_is_too_old_keeps_the_plain_link(away: str, site: Site, page: Page) -> None:
    site.pages["/help/"] = str(site.pages["/help/"]).replace("ui/js/start.js", "ui/js/nothing.js")
    page.goto(site.address + "/help/")
    assert page.locator(".govuk-exit-this-page__indicator").count() == 0
    page.click(BUTTON)
    expect(page).to_have_url(away)


STARTS = {
    "twice": "new E(r); new E(r)",
    "without a root": "new E(null)",
    "on a root of the wrong kind": "new E(document.createTextNode('x'))",
    "without a button": "r.replaceChildren(); new E(r)",
}


@pytest.mark.parametrize("wrong", STARTS)
def test_starting_it_wrongly_is_an_error(help_page: Page, wrong: str) -> None:
    raised = help_page.evaluate(
        """async (body) => {
            const {ExitThisPage: E} = await import("/static/ui/built/govuk-frontend.min.js");
            const r = document.querySelector(".govuk-exit-this-page").cloneNode(true);
            r.removeAttribute("data-govuk-exit-this-page-init");
            const run = {"new E(r); new E(r)": () => { new E(r); new E(r); },
                "new E(null)": () => new E(null),
                "new E(document.createTextNode('x'))": () => new E(document.createTextNode("x")),
                "r.replaceChildren(); new E(r)": () => { r.replaceChildren(); new E(r); }}[body];
            try { run(); return ""; } catch (error) { return error.name; }
        }""",
        STARTS[wrong],
    )
    assert raised in {"ElementError", "InitError"}


def test_coming_back_with_the_back_button_shows_a_blank_page(help_page: Page, away: str) -> None:
    help_page.click(BUTTON)
    expect(help_page).to_have_url(away)
    help_page.go_back()
    help_page.wait_for_load_state()
    assert help_page.locator("body").is_hidden()
    # Without a title a browser's history would keep the address in its place.
    assert help_page.title() == "Information"
    help_page.reload()
    assert help_page.locator("body").is_hidden()


def test_coming_back_by_the_address_shows_the_page_again(help_page: Page, site: Site, away: str) -> None:
    help_page.click(BUTTON)
    expect(help_page).to_have_url(away)
    help_page.goto(site.address + "/help/")
    expect(help_page.get_by_role("heading", level=1)).to_be_visible()


def test_a_page_restored_from_memory_is_blanked_and_loaded_again(help_page: Page, site: Site) -> None:
    before = site.seen.count("/help/")
    with help_page.expect_navigation():
        help_page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert site.seen.count("/help/") == before + 1


def test_the_honest_page_says_that_history_is_not_erased(away: str, site: Site, page: Page) -> None:
    page.goto(site.address + "/help/leaving/")
    expect(page.get_by_text("It does not erase the browser's history.")).to_be_visible()
    page.goto(site.address + "/help/")
    expect(page.get_by_text("This does not erase the browser's history.")).to_be_visible()


def test_nothing_is_asked_of_any_other_machine_and_nothing_is_stored(help_page: Page, site: Site) -> None:
    asked = help_page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert asked
    assert all(one.startswith(site.address) for one in asked)
    assert help_page.context.cookies() == []
    assert help_page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
