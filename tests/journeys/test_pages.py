"""Every page of every role, at a phone's and a desk's width: no fault that axe finds, nothing foreign, nothing too wide."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.journeys.conftest import DESK, PHONE, County, Visitor
from tests.journeys.steps import choose, fill, press, press_first, records_an_incident

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]
# Where each role begins, and what its menu must hold at least.
ROLES = {
    "officer": "work",
    "detective": "cases",
    "prosecutor": "cases",
    "probation_officer": "cases",
    "court_clerk": "cases",
    "coordinator": "overdue",
    "nurse": "cases",
    "advocate": "requests",
    "shelter_worker": "referrals",
    "all_hats": "cases",
}
FIRST_CASE = "main td a[href^='/cases/'], main th a[href^='/cases/']"


@contextmanager
def watched(who: Visitor) -> Iterator[list[str]]:
    """What the browser complains of meanwhile: errors of scripts, refused requests, breaches of the page's own policy."""
    said: list[str] = []

    def console(message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            said.append(f"{who.page.url}: {getattr(message, 'text', '')}")

    def thrown(error: object) -> None:
        said.append(f"{who.page.url}: {error}")

    who.page.on("console", console)
    who.page.on("pageerror", thrown)
    yield said
    who.page.remove_listener("console", console)
    who.page.remove_listener("pageerror", thrown)


def looked_at(who: Visitor) -> None:
    """The page that is open, at both widths."""
    title = who.page.title()
    assert re.fullmatch(r"[A-Z][\w’' ,-]*\?? – Shelterbelt", title), f"{who.page.url}: “{title}”"
    for name in named_people(who):
        assert name not in title, f"{who.page.url}: “{title}”"
    for size in (PHONE, DESK):
        who.page.set_viewport_size(size)
        who.accessible()


def named_people(who: Visitor) -> list[str]:
    """The words of the record's own name on a page, if it shows a record."""
    return [
        word for found in who.page.locator(".sb-identity__name").all() for word in found.inner_text().split()
    ]


def opens(who: Visitor, url: str) -> None:
    """Open a page that exists and look at it."""
    answer = who.page.goto(url)
    assert answer and answer.status == 200, f"{url}: {answer.status if answer else 'nothing'}"
    looked_at(who)


def root(who: Visitor) -> str:
    """The node in front of which somebody sits."""
    return "/".join(who.page.url.split("/")[:3])


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_menu_is_sound_at_both_widths(visitor: Made, role: str) -> None:
    who = visitor(role)
    with watched(who) as complaints:
        menu = [link.get_attribute("href") or "" for link in who.page.locator(".sb-nav a").all()]
        assert f"/{ROLES[role]}/" in menu
        assert who.page.url.removeprefix(root(who)) in menu
        for path in menu:
            opens(who, root(who) + path)
    assert complaints == []


@pytest.mark.parametrize("role", ["detective", "prosecutor", "coordinator"])
def test_uninvited_pages_look_like_the_page_that_does_not_exist(visitor: Made, role: str) -> None:
    who = visitor(role)
    for path in ("/requests/", "/nowhere-at-all/"):
        answer = who.page.goto(root(who) + path)
        assert answer and answer.status == 404
        for size in (PHONE, DESK):
            who.page.set_viewport_size(size)
            who.accessible()


@pytest.mark.parametrize("role", ["detective", "advocate"])
def test_case_page_and_what_can_be_done_from_it_are_sound(visitor: Made, role: str) -> None:
    who = visitor(role)
    with watched(who) as complaints:
        who.page.goto(f"{root(who)}/cases/")
        case = who.page.locator(FIRST_CASE).first.get_attribute("href") or ""
        opens(who, root(who) + case)
        doors = [link.get_attribute("href") or "" for link in who.page.locator(".sb-actions a").all()]
        assert f"{case}level/" in doors and f"{case}note/" in doors
        for path in doors:
            if "/contact/" not in path:
                opens(who, root(who) + path)
    assert complaints == []


def test_action_and_incident_and_screen_pages_are_sound(visitor: Made) -> None:
    who = visitor("officer")
    with watched(who) as complaints:
        incident = records_an_incident(who, "Ash Quillfeather", "Bo Quillfeather", "A cup was thrown.")
        looked_at(who)
        opens(who, f"{root(who)}/incidents/{incident}/")
        opens(who, f"{root(who)}/incidents/{incident}/files/")
        opens(who, f"{root(who)}/contact/{incident}/")
        who.page.goto(f"{root(who)}/work/")
        for _ in range(60):
            if who.page.locator("main a[href^='/work/']").count():
                break
            who.page.wait_for_timeout(250)
            who.page.reload()
        action = who.page.locator("main a[href^='/work/']").first.get_attribute("href") or ""
        opens(who, root(who) + action)
    assert complaints == []


def test_directory_service_and_referral_pages_are_sound(visitor: Made) -> None:
    who = visitor("shelter_worker")
    with watched(who) as complaints:
        for page, link in (("/directory/", "/directory/"), ("/referrals/", "/referrals/")):
            who.page.goto(root(who) + page)
            found = who.page.locator(f"main a[href^='{link}']:not([href*='?'])")
            if found.count():
                opens(who, root(who) + (found.first.get_attribute("href") or ""))
            else:
                assert page == "/referrals/", "the directory of the demo county is empty"
    assert complaints == []


def test_contact_request_and_release_pages_are_sound(visitor: Made) -> None:
    who = visitor("advocate")
    with watched(who) as complaints:
        press(who, "New case")
        looked_at(who)
        fill(who, name="Ari")
        press(who, "Open the case")
        case = who.page.url
        opens(who, f"{case}releases/new/")
        press(who, "Keep this release")
        looked_at(who)  # with its errors, named beside the fields
        opens(who, f"{case}note/")
        press_first(who)
        looked_at(who)
        opens(who, f"{case}level/")
        press_first(who)
        looked_at(who)
        who.page.goto(f"{root(who)}/requests/")
        request = who.page.locator("main a[href^='/requests/']:not([href*='?'])")
        assert request.count(), "the demo county has no contact request"
        opens(who, root(who) + (request.first.get_attribute("href") or ""))
    # A form that was refused is answered with 422, which the browser writes down.
    assert [line for line in complaints if "422" not in line] == []


def test_steps_keep_what_was_typed_beside_what_is_wrong(visitor: Made) -> None:
    who = visitor("officer", phone=True)
    press(who, "New incident")
    press(who, "Save and continue")
    fill(who, p0__name="Wren " + "é" * 290, p1__name="نور الهدى")
    choose(who, "p0-role", "survivor")
    press(who, "Save and continue")
    looked_at(who)  # a role is missing
    assert who.page.input_value('[name="p1-name"]') == "نور الهدى"
    choose(who, "p1-role", "undetermined")
    press(who, "Save and continue")
    fill(who, happened_at__day="2031-02-28", happened_at__time="21:10", narrative="Typed with care.")
    press(who, "Save and continue")
    looked_at(who)
    assert who.page.locator(".govuk-error-summary, [role=alert]").first.is_visible()
    assert who.page.input_value('[name="narrative"]') == "Typed with care."
    assert who.page.input_value('[name="happened_at-day"]') == "2031-02-28"


@pytest.mark.parametrize("node", ["system", "hospital", "advocates", "shelter"])
def test_sign_in_is_sound_and_reaches_nobody(visitor: Made, county: County, node: str) -> None:
    who = visitor()
    with watched(who) as complaints:
        opens(who, f"{county.address(node)}/account/login/")
    assert complaints == []


def test_second_factor_pages_are_within_reach(visitor: Made) -> None:
    who = visitor("officer")
    with watched(who) as complaints:
        for path in ("/account/2fa/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/"):
            answer = who.page.goto(root(who) + path)
            assert answer and answer.status == 200, path
            looked_at(who)
        opens(who, f"{root(who)}/account/logout/")
    assert complaints == []
