"""A small server of the real scripts, styles and pages, and a browser before it.

How it answers to drafts is the test's to choose.
"""

import contextlib
import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from playwright.sync_api import Browser, Page, sync_playwright

from shelterbelt.config.frontend import build

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
DRAFT = "/draft/7c/"


@dataclass
class Draft:
    """What the server knows of one record, and how it is to answer."""

    revision: int = 1
    fields: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    lose_answer: bool = False
    delay: list[float] = field(default_factory=list)
    posts: int = 0
    signed_out: int = 0
    by: str = "another officer"

    def save(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """As records do: the whole form is kept without empty fields; the same content never conflicts."""
        self.asked.append(asked)
        if self.status != 200:
            return self.status, {}
        sent = {name: value for name, value in asked["fields"].items() if value not in ("", [])}
        if sent == self.fields:
            return 200, {"revision": self.revision, "saved_at": "2026-11-21T14:02:00+00:00"}
        if asked["revision"] != self.revision:
            return 409, {"revision": self.revision, "fields": self.fields, "by": self.by}
        self.fields = sent
        self.revision += 1
        return 200, {"revision": self.revision, "saved_at": "2026-11-21T14:02:00+00:00"}

    def somebody_else_writes(self, **fields: Any) -> None:
        self.fields.update(fields)
        self.revision += 1


@dataclass
class Site:
    """The server: pages by path, what it was asked for, and the draft it keeps."""

    address: str = ""
    pages: dict[str, str | Callable[[], str]] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)
    draft: Draft = field(default_factory=Draft)
    seen: list[str] = field(default_factory=list)


class Door(BaseHTTPRequestHandler):
    """Serves one site; a class of its own is made for each."""

    site: Site

    def log_message(self, *said: Any) -> None:
        pass

    def answer(self, status: int, body: bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.site.seen.append(path)
        time.sleep(self.site.slow.get(path, 0))
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        page = self.site.pages.get(path)
        if found:
            file = Path(str(found))
            self.answer(200, file.read_bytes(), TYPES.get(file.suffix, "text/plain"))
        elif page is None:
            self.answer(404, b"<title>none</title>")
        else:
            self.answer(200, (page if isinstance(page, str) else page()).encode())

    def do_PUT(self) -> None:
        draft = self.site.draft
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        wait = draft.delay.pop(0) if draft.delay else 0
        status, told = draft.save(asked)
        time.sleep(wait)
        if draft.lose_answer:
            draft.lose_answer = False
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self.answer(status, json.dumps(told).encode(), "application/json")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/account/logout"):
            self.site.draft.signed_out += 1
            self.answer(200, b"<!DOCTYPE html><title>Signed out</title><h1>Signed out</h1>")
        else:
            self.site.draft.posts += 1
            time.sleep(0.3)
            self.answer(200, b"<!DOCTYPE html><title>Saved</title><h1>Sent</h1>")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The style sheet and the scripts, made when they are not there."""
    build(tmp_path_factory.mktemp("home"), lambda _said: None)


@pytest.fixture
def site(built: None) -> Iterator[Site]:
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Door,), {"site": site}))
    site.address = f"http://localhost:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The run's own browser where there is one; else Chromium, from SHELTERBELT_CHROMIUM or the PATH."""
    with contextlib.suppress(pytest.FixtureLookupError):
        yield request.getfixturevalue("browser")
        return
    names = ("chromium", "chromium-browser")
    found = os.environ.get("SHELTERBELT_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A browser of its own, at a desk; any error that a script or the policy reports fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(8_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Security Policy" in said.text else None)
    yield page
    context.close()
    assert wrong == []


def rendered(source: str, **context: Any) -> str:
    """A page made from the text of a template."""
    return engines["django"].from_string(source).render(context)
