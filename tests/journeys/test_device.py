"""What a whole visit to the portal leaves on the device: read from the browser's own files, after the way out."""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from shelterbelt.library.quiet import telling
from tests.journeys.conftest import PHONE, County, Visitor
from tests.journeys.portal import Line, a_line, enters, rooms_of, writes_in

pytestmark = pytest.mark.journey
TYPED = "quartzbird nineteen"
# Whole addresses of the portal: letters, and words sealed under the visit.
NEUTRAL = re.compile(r"/n/(?:[a-z]/(?:[0-9x]/)?|out/|[\w-]{40,}/)?")
FILES = (
    "History",
    "Favicons",
    "Web Data",
    "Login Data",
    "Top Sites",
    "Shortcuts",
    "Network Action Predictor",
)


@pytest.fixture
def profile() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sb-profile-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def opened(browser: Browser, profile: Path, chromium: str | None) -> BrowserContext:
    return browser.browser_type.launch_persistent_context(
        profile, executable_path=chromium, args=["--no-sandbox"], viewport=PHONE, has_touch=True
    )


def texts_of(file: Path) -> list[str]:
    """Every text in a database of the browser's."""
    found: list[str] = []
    with sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True) as rows:
        for (table,) in rows.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in rows.execute(f'select * from "{table}"'):
                found += [cell for cell in row if isinstance(cell, str)]
    return found


def of_ours(texts: list[str], port: int) -> list[str]:
    return [
        text
        for text in texts
        if f"localhost:{port}" in text and not text.endswith(("/weather", "/static/ui/icon.svg"))
    ]


def test_whole_visit_leaves_nothing_that_tells(
    browser: Browser, county: County, profile: Path, chromium: str | None
) -> None:
    shown: set[str] = set()
    with a_line(county) as line, opened(browser, profile, chromium) as context:
        who = Visitor(county, context, checks=False)
        shown |= tells(who, line)
        enters(who, county, line)
        for address in rooms_of(who):
            who.page.goto(address)
            shown |= read_on(who)
            writes_in(who, TYPED)
        assert who.foreign == []
        who.page.locator(".govuk-js-exit-this-page-button").click()
        who.page.wait_for_url(line.exit)

    titles_and_addresses(profile / "Default", line.server_port)
    long_lines = {line for line in shown if len(line) > 24}
    assert long_lines
    databases(profile / "Default", line.server_port, long_lines)
    every_file(profile, long_lines)


def tells(who: Visitor, line: Line) -> set[str]:
    """Try to come back with words, and tell something, without an account: both forms are sent. Gives what was read."""
    shown: set[str] = set()
    for form in ("4/", "2/"):
        who.page.goto(f"{line.address}/n/a/{form}")
        shown |= read_on(who)
        writes_in(who, TYPED)
        with who.page.expect_navigation():
            who.page.locator("main form button[type=submit]").click()
        shown |= read_on(who)
    assert who.page.url.endswith("/n/a/3/")
    return shown


def read_on(who: Visitor) -> set[str]:
    """The lines of the page that is open."""
    return {text.strip() for text in who.page.locator("main").inner_text().splitlines()}


def titles_and_addresses(here: Path, port: int) -> None:
    """The history knows letters and sealed words, and one quiet title."""
    with sqlite3.connect(here / "History") as rows:
        found = rows.execute("select url, title from urls where url like '%localhost%'").fetchall()
    found = [(url, title) for url, title in found if not url.endswith("/weather")]
    paths = {url.split(f":{port}", 1)[1] for url, _title in found}
    assert paths, "nothing was visited"
    assert {path for path in paths if not NEUTRAL.fullmatch(path)} == set()
    # The way out bears the name of the page that it leads to.
    names = {title for url, title in found if not url.endswith("/n/out/")}
    assert len(names) == 1 and not telling(names.pop()), names


def databases(here: Path, port: int, shown: set[str]) -> None:
    """Histories of searches, forms, icons and passwords hold no word of a page."""
    for name in FILES:
        if not (here / name).exists():
            continue
        texts = texts_of(here / name)
        assert not shown & set(texts)
        for text in of_ours(texts, port):
            assert not telling(NEUTRAL.sub(" ", text.split(str(port), 1)[-1])), (name, text)


def every_file(profile: Path, shown: set[str]) -> None:
    """No file at all holds what was typed or read."""
    for file in sorted(profile.rglob("*")):
        if file.is_file():
            raw = file.read_bytes()
            for form in (TYPED.encode(), TYPED.encode("utf-16-le")):
                assert form not in raw, f"{file.relative_to(profile)} holds what was typed"
            assert not [line for line in shown if line.encode() in raw], file.relative_to(profile)
    workers = [f for f in (profile / "Default" / "Service Worker").rglob("*") if f.is_file()]
    assert [f for f in workers if b"localhost" in f.read_bytes()] == []
    local = [f for f in (profile / "Default" / "Local Storage").rglob("*") if f.is_file()]
    assert not any(re.search(rb"localhost[^\n]{0,40}[a-z]{4}", f.read_bytes()) for f in local)


def test_opening_the_browser_again_shows_nothing(
    browser: Browser, county: County, profile: Path, chromium: str | None
) -> None:
    with a_line(county) as line:
        with opened(browser, profile, chromium) as context:
            inside = rooms_of(enters(Visitor(county, context, checks=False), county, line))[0]
        with opened(browser, profile, chromium) as context:
            assert [c["name"] for c in context.cookies() if c["domain"] == "localhost"] == []
            who = Visitor(county, context, checks=False)
            who.page.goto(inside)
            assert len(who.page.locator("body").inner_text().strip()) < 20
