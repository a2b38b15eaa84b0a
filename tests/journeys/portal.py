"""Steps of somebody who visits the portal of the advocates' node."""

import re

from playwright.sync_api import Route

from shelterbelt.config.nodes import demo_survivor
from tests.journeys.conftest import County, Visitor

EXIT = "https://www.bbc.com/weather"


class Way:
    """The way out to the exit's host: it goes on at once, or waits until somebody lets it go."""

    def __init__(self) -> None:
        self.held: list[Route] = []
        self.holds = False

    def taken(self, route: Route) -> None:
        """Somebody takes it."""
        self.held.append(route)
        if not self.holds:
            self.let_go()

    def let_go(self) -> None:
        """The node answers. A redirect to another host cannot be answered for here; a page that goes on at once can."""
        answer = self.held[-1].fetch(max_redirects=0)
        assert (answer.status, answer.headers["location"]) == (303, EXIT)
        told = {name: value for name, value in answer.headers.items() if name != "location"}
        told["content-type"] = "text/html"
        page = f'<!doctype html><title>&nbsp;</title><meta http-equiv="refresh" content="0;url={EXIT}">'
        self.held[-1].fulfill(status=200, headers=told, body=page)


def weather(who: Visitor) -> Way:
    """Answer for the exit's host here: nothing leaves the machine."""
    way = Way()
    who.context.route(re.compile(r"/n/out/$"), way.taken)
    who.context.route(
        re.compile("^https://"),
        lambda route: route.fulfill(
            content_type="text/html", body="<!doctype html><title>Weather</title><p>Rain.</p>"
        ),
    )
    return way


def enters(who: Visitor, county: County) -> Visitor:
    """Sign in to the portal of the advocates' node as the demo county's survivor."""
    survivor = demo_survivor(county.home)
    assert survivor
    who.page.goto(f"{county.address('advocates')}/n/")
    who.page.locator("#a").fill(survivor["name"])
    who.page.locator("#b").fill(survivor["words"])
    who.page.locator("main button[type=submit]").click()
    who.page.locator(".sb-rooms").wait_for()
    return who


def signed_out(who: Visitor, county: County) -> None:
    """The browser holds nothing that opens the portal any more."""
    assert [c for c in who.context.cookies() if "localhost" in c["domain"]] == []


def rooms_of(who: Visitor) -> list[str]:
    """The addresses that the first page leads to."""
    links = who.page.locator("main a").all()
    return [f"{who.page.url.split('/n/')[0]}{link.get_attribute('href')}" for link in links]


def writes_in(who: Visitor, words: str) -> None:
    """Type into every field of the page, and leave it unsent."""
    for field in who.page.locator("main input[type=text], main textarea").all():
        if field.is_visible():
            field.fill(words)
