"""A survivor's own device opens the portal without words, once they let it in; without scripts the words remain."""

from collections.abc import Callable

import pytest

from shelterbelt.config.nodes import demo_survivor
from tests.journeys.conftest import County, Visitor
from tests.journeys.portal import a_line, enters
from tests.journeys.test_sign_in import AUTHENTICATOR

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("phone", [True, False])
def test_a_device_is_let_in_opens_the_place_and_is_taken_out(
    visitor: Callable[..., Visitor], county: County, phone: bool
) -> None:
    """Given a device with a lock of its own, when a survivor lets it in, then it opens their place until it is taken out."""
    survivor = demo_survivor(county.home)
    assert survivor
    who = visitor(phone=phone)
    page = who.page
    devices = who.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    authenticator = devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    with a_line(county) as line:
        enters(who, county, line)
        page.get_by_role("link", name="Your name and words").click()
        page.get_by_role("link", name="Open it with this device").click()
        who.sees("can unlock this device")
        who.accessible()
        page.locator("#now").fill(survivor["words"])
        page.get_by_role("button", name="I have read this. Go on").click()
        page.get_by_role("button", name="Ask this device").wait_for()
        who.accessible()
        page.get_by_role("button", name="Ask this device").click()
        who.sees("Devices that open it")
        who.accessible()
        kept = devices.send("WebAuthn.getCredentials", {"authenticatorId": authenticator["authenticatorId"]})[
            "credentials"
        ]
        assert [(one["rpId"], one["userName"], one["isResidentCredential"]) for one in kept] == [
            ("localhost", "Information", True)
        ]

        who.context.clear_cookies()
        page.goto(f"{line.address}/n/")
        who.accessible()
        page.get_by_role("button", name="Go on with this device").click()
        page.locator(".sb-rooms").wait_for()
        page.get_by_role("link", name="Your name and words").click()
        page.get_by_role("link", name="Open it with this device").click()
        page.get_by_role("button", name="Take it out").click()
        page.get_by_text("Devices that open it").wait_for(state="detached")

        who.context.clear_cookies()
        page.goto(f"{line.address}/n/")
        page.get_by_role("button", name="Go on with this device").click()
        who.sees("That did not work.")
        who.accessible()
    assert who.foreign == []


def test_without_scripts_there_is_no_such_button_and_the_words_work(
    visitor: Callable[..., Visitor], county: County
) -> None:
    """Given a browser without scripts, when somebody signs in, then only words are asked for."""
    who = visitor(phone=True, scripts=False)
    with a_line(county) as line:
        who.page.goto(f"{line.address}/n/")
        assert not who.page.get_by_text("Go on with this device").is_visible()
        assert not who.page.get_by_text("This device opened nothing").is_visible()
        enters(who, county, line)
