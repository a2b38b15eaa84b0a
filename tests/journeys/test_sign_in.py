"""Signing in with a passkey: set up once, then no code and no password."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import County, Visitor
from tests.journeys.steps import press

pytestmark = pytest.mark.journey

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_signs_in_without_a_password(visitor: Callable[..., Visitor], county: County) -> None:
    """Given a worker with a device of their own, when they add a passkey, then it alone signs them in."""
    worker = visitor("court_clerk", phone=True)
    page, home = worker.page, county.address("system")
    devices = worker.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(f"{home}/account/2fa/")
    worker.accessible()
    press(worker, "Add a passkey")
    worker.accessible()
    page.check("[name=passwordless]")
    with page.expect_navigation():
        page.get_by_role("button", name="Add the passkey").click()
    page.goto(f"{home}/account/2fa/")
    worker.sees("1 passkey is set up.")
    with page.expect_navigation():
        page.locator("[data-sign-out] button").click()
    page.goto(f"{home}/account/login/")
    worker.accessible()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/cases/")
    worker.sees("Alder County Court Clerk")


def test_a_wrong_password_and_an_unknown_code_sound_alike(
    visitor: Callable[..., Visitor], county: County
) -> None:
    """Given a guess, when code or password is wrong, then the page says the same of both."""
    said = []
    for code in ("pat-04", "nobody-at-all"):
        guest = visitor()
        guest.page.goto(f"{county.address('system')}/account/login/")
        guest.page.fill("[name=login]", code)
        guest.page.fill("[name=password]", "not the password at all")
        press(guest, "Sign in")
        guest.accessible()
        said.append(guest.page.inner_text("main").replace(code, ""))
    assert said[0] == said[1]
