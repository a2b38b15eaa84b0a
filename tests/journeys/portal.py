"""Steps of somebody who visits the portal of the advocates' node."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from shelterbelt.config.nodes import demo_survivor
from tests.journeys.conftest import County, Visitor

EXIT = "https://www.bbc.com/weather"


class Line(ThreadingHTTPServer):
    """A line to the advocates' node: the way out can be held up (`free`), and leads to a page of this machine."""

    def __init__(self, county: County) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.node = county.base + 2
        self.address = f"http://localhost:{self.server_port}"
        self.exit = f"{self.address}/weather"
        self.free = Event()
        self.free.set()
        self.came_from: list[str | None] = []


class Passing(BaseHTTPRequestHandler):
    """Passes a request on as it came, and the answer back."""

    server: Line

    def do_GET(self) -> None:
        if self.path == "/weather":
            self.server.came_from.append(self.headers.get("Referer"))
            page = b"<!doctype html><title>Weather</title>"
            self._answer(200, [("Content-Type", "text/html")], page)
            return
        if self.path == "/n/out/":
            self.server.free.wait(60)
        self._passed()

    def do_POST(self) -> None:
        self._passed()

    def _passed(self) -> None:
        line = HTTPConnection("127.0.0.1", self.server.node, timeout=60)
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            line.request(self.command, self.path, body, dict(self.headers.items()))
            answer = line.getresponse()
            kept = [
                (k, v)
                for k, v in answer.getheaders()
                if k.lower() not in ("transfer-encoding", "content-length")
            ]
            kept = [(k, self.server.exit if v == EXIT else v) for k, v in kept]
            self._answer(answer.status, kept, answer.read())
        finally:
            line.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in [*headers, ("Content-Length", str(len(body))), ("Connection", "close")]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written down."""


@contextmanager
def a_line(county: County) -> Iterator[Line]:
    """A line that is open for one test."""
    with Line(county) as line:
        thread = Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield line
        finally:
            line.free.set()
            line.shutdown()
            thread.join()


def enters(who: Visitor, county: County, line: Line) -> Visitor:
    """Sign in to the portal of the advocates' node as the demo county's survivor."""
    survivor = demo_survivor(county.home)
    assert survivor
    who.page.goto(f"{line.address}/n/")
    who.page.locator("#a").fill(survivor["name"])
    who.page.locator("#b").fill(survivor["words"])
    who.page.locator("main button[type=submit]").click()
    who.page.locator(".sb-rooms").wait_for()
    return who


def signed_out(who: Visitor) -> None:
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
