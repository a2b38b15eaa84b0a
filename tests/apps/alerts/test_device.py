"""What a device does: a press without a line waits as a random word and a time, goes by itself, also when signed out."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings as django_settings
from django.db import connections

from shelterbelt.alerts import actions
from shelterbelt.alerts.models import Press
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from tests.apps.alerts.people import alerts_of, somebody, there, turn
from tests.apps.portal.visiting import Visiting, account_for

SLOWLY = 20_000


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        return


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def served() -> Iterator[str]:
    """The pages themselves on a port of their own, and the page that the way out leads to."""
    from shelterbelt.config.wsgi import application

    def answer(environ: Any, start: Any) -> Any:
        if environ["PATH_INFO"] == "/weather":
            start("200 OK", [("Content-Type", "text/html")])
            return [b"<!doctype html><title>Weather</title>"]
        try:
            with closing(application(environ, start)) as parts:
                return list(parts)
        finally:
            connections.close_all()

    server = make_server("127.0.0.1", 0, answer, server_class=Threads, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def one(place: Any) -> Any:
    there(place.advocate, at=now() - timedelta(minutes=5))
    return somebody(place.advocate, at=now() - timedelta(hours=1), hold=60)


@contextmanager
def device(one: Any, place: Any, browser: Any, base: str, **more: Any) -> Iterator[tuple[Any, Any, Visiting]]:
    """A browser of theirs, signed in, on the page of the button."""
    visiting = Visiting(account_for(one.person, place.advocates, at=now()))
    context = browser.new_context(**more)
    held = visiting.client.cookies[django_settings.PORTAL_COOKIE].value
    context.add_cookies([{"name": django_settings.PORTAL_COOKIE, "value": held, "url": base}])
    page = context.new_page()
    page.goto(base + visiting.way("now-home"))
    yield context, page, visiting
    context.close()


def presses(place: Any) -> int:
    with as_agency(place.advocates.id, at=now()):
        return Press.objects.count()


def test_a_press_without_a_line_waits_on_the_device_and_goes_from_the_sign_in_page(
    place: Any, one: Any, browser: Any
) -> None:
    with served() as base, device(one, place, browser, base) as (context, page, _visiting):
        token = page.locator("[data-now]").get_attribute("data-now")
        context.set_offline(True)
        page.locator(".sb-now").click()
        page.locator("[data-now-state]").get_by_text("Not sent yet").wait_for(timeout=SLOWLY)
        kept = page.evaluate("JSON.stringify(Object.entries(localStorage))")
        assert presses(place) == 0
        ((key, value),) = page.evaluate("Object.entries(localStorage)")
        assert key == "q" and token in value and value.count(",") == 1, kept
        page.evaluate("sessionStorage.clear()")
        context.clear_cookies()
        # The page that was open would send it by itself the moment there is a line, and leave nothing for this one.
        page.goto("about:blank")
        context.set_offline(False)
        page.goto(base + "/n/")
        page.locator("[data-now-state]").get_by_text("Sent.", exact=True).wait_for(timeout=SLOWLY)
        assert page.evaluate("localStorage.length") == 0
        assert presses(place) == 1
    turn(place.advocate, at=now())
    assert len(alerts_of(one, at=now())) == 1


def test_the_way_out_leaves_a_press_that_has_not_gone(
    place: Any, one: Any, browser: Any, settings: Any
) -> None:
    with served() as base, device(one, place, browser, base) as (context, page, _visiting):
        settings.PORTAL_EXIT = f"{base}/weather"
        context.route("**/n/c/", lambda route: route.abort())
        page.locator(".sb-now").click()
        page.locator("[data-now-state]").get_by_text("Not sent yet").wait_for(timeout=SLOWLY)
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.wait_for_url("**/weather", timeout=SLOWLY)
        context.unroute("**/n/c/")
        page.goto(base + "/n/")
        page.locator("[data-now-state]").get_by_text("Sent.", exact=True).wait_for(timeout=SLOWLY)
        assert page.evaluate("localStorage.length") == 0
    assert presses(place) == 1


def test_by_keyboard_press_hold_let_go_and_the_code_cancels_then_another_press_is_another(
    place: Any, one: Any, browser: Any
) -> None:
    with served() as base, device(one, place, browser, base) as (_context, page, _visiting):
        key = page.locator(".sb-now")
        key.focus()
        page.keyboard.down("Space")
        page.keyboard.up("Space")
        page.locator("#now-code").wait_for(state="visible", timeout=SLOWLY)
        page.locator("#now-code").fill("nonsense")
        page.keyboard.press("Enter")
        page.locator("[data-now-state]").get_by_text("That is not the code.").wait_for(timeout=SLOWLY)
        page.locator("#now-code").fill("green 17")
        page.keyboard.press("Enter")
        page.locator("[data-now-state]").get_by_text("Cancelled.").wait_for(timeout=SLOWLY)
        turn(place.advocate, at=now())
        assert [alert.state for alert in alerts_of(one, at=now())] == ["forced"]
        key.focus()
        page.keyboard.press("Enter")
        page.locator("[data-now-state]").get_by_text("It goes out soon").wait_for(timeout=SLOWLY)
    assert presses(place) == 2


def test_the_page_says_that_it_is_sent_and_then_that_somebody_has_it(place: Any, browser: Any) -> None:
    there(place.advocate, at=now() - timedelta(minutes=5))
    one = somebody(place.advocate, at=now() - timedelta(hours=1), hold=1)
    with served() as base, device(one, place, browser, base) as (_context, page, _visiting):
        page.locator(".sb-now").click()
        state = page.locator("[data-now-state]")
        state.get_by_text("Sent. Nobody has answered yet.").wait_for(timeout=SLOWLY)
        turn(place.advocate, at=now())
        with as_agency(place.advocates.id, at=now(), worker=place.advocate.id):
            actions.answer_alert(alerts_of(one, at=now())[0], by=place.advocate, at=now())
        state.get_by_text("Somebody has it.").wait_for(timeout=SLOWLY)
