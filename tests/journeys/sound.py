"""Whether a page is sound: axe, widths, large type, Tab, own origin, and what the server sent as HTML."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import CDPSession, Page, Request, Response

from shelterbelt.config import frontend
from tests.journeys.conftest import DESK, PHONE, Visitor
from tests.journeys.keyboard import walked

LARGE = (Path(__file__).parent / "large.js").read_text(encoding="utf-8")
# The width that reflow is asked for at, and a browser whose reader has doubled the size of its type. The browser's own
# setting is used: rules that ask for a width in rem or em answer to it, as they would for that reader.
NARROW = {"width": 320, "height": 640}
PLAIN, DOUBLE = 16, 32
VALIDATOR = frontend.MODULES / "html-validate" / "bin" / "html-validate.mjs"
KINDS = re.compile(r"<([a-z0-9]+)(?:[^>]*?\sclass=\"([^\"]*)\")?(?:[^>]*?\stype=\"([a-z]+)\")?")


def kinds_in(html: str) -> set[tuple[str, ...]]:
    """The kinds of things a page is made of: element, looks, type."""
    return set(KINDS.findall(html))


class Looker:
    """Looks at pages of one origin as somebody opens them, keeps what the server sent, and gathers every fault."""

    def __init__(self, who: Visitor, origin: str) -> None:
        self.who, self.page, self.origin = who, who.page, origin
        self.faults: list[str] = []
        self.sent: dict[str, str] = {}
        self.refused: set[str] = set()
        self.kinds: set[tuple[str, ...]] = set()
        self.answer: Response | None = None
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.type: CDPSession = who.context.new_cdp_session(self.page)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "blob:", "data:")):
            self.faults.append(f"{request.url} is asked for")

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status not in (302, 303):
            self.answer = response

    def looked(self, name: str, *, status: int = 200, whole: bool = True, axe: bool = True) -> str:
        """What there is to see of the page that is open; `whole` also at a desk's width and by Tab. Gives its HTML."""
        assert self.answer is not None
        if self.answer.status != status:
            self.faults.append(f"{name}: {self.answer.status}")
        html = self.answer.text()
        self.keeps(name, html)
        if axe:
            self._holds(f"{name} on a phone", self.who.accessible)
        if whole:
            self.page.set_viewport_size(DESK)
            self._holds(f"{name} at a desk", self.who.fits)
        self.in_large_type(name)
        if whole:
            self.faults += [f"{name} by Tab: {fault}" for fault in walked(self.page)]
        return html

    def _holds(self, name: str, check: Callable[[], None]) -> None:
        try:
            check()
        except AssertionError as fault:
            self.faults.append(f"{name}: {fault}")

    def in_large_type(self, name: str) -> None:
        """The page in a narrow window, its type at twice the size."""
        self.page.set_viewport_size(NARROW)
        self._type(DOUBLE)
        self.faults += [f"{name} in large type: {fault}" for fault in self.page.evaluate(LARGE)]
        self._type(PLAIN)
        self.page.set_viewport_size(PHONE)

    def _type(self, size: int) -> None:
        self.type.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size}})

    def keeps(self, name: str, html: str) -> None:
        """Keep a page for the one look at all HTML."""
        self.sent.setdefault(name, html)
        self.kinds |= kinds_in(html)

    def is_new(self, html: str) -> bool:
        """Whether there is anything on this page that no page before had."""
        return not kinds_in(html) <= self.kinds


def not_valid(pages: dict[str, str]) -> list[str]:
    """What is not valid HTML in these pages, by the HTML standard."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        for number, html in enumerate(pages.values()):
            (folder / f"{number}.html").write_text(html, encoding="utf-8")
        (folder / ".htmlvalidate.json").write_text('{"root": true, "extends": ["html-validate:standard"]}')
        # What is found is many lines: written to a file, as a pipe may be cut short.
        command = [str(frontend._node()), str(VALIDATOR), "--formatter=json=found.json", f"{folder}/*.html"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
        assert (folder / "found.json").exists(), ended.stderr
        found = json.loads((folder / "found.json").read_text())
    names = list(pages)
    return [
        f"{names[int(Path(one['filePath']).stem)]}: {fault['message']} ({fault['ruleId']}, line {fault['line']})"
        for one in found
        for fault in one["messages"]
    ]


def opened(page: Page, address: str) -> str:
    """The HTML of an address, fetched by this browser without showing it."""
    return page.context.request.get(address).text()
