"""Four real nodes, each a process with its own database, and a real browser before them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from shelterbelt.config import nodes
from tests.prepared import give_tables

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
STARTING = 240


def free_base(count: int = 4) -> int:
    """The first of some neighbouring free ports; processes that test at the same time begin elsewhere."""
    beside = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for base in range(18200 + 100 * beside, 18900, 10):
        with ExitStack() as stack:
            try:
                for port in range(base, base + count):
                    held = stack.enter_context(socket.socket())
                    held.bind(("127.0.0.1", port))
            except OSError:
                continue
            return base
    raise RuntimeError("no free ports")


@dataclass
class County:
    """The running demo county: its state folder, its process and the sign-in links."""

    home: Path
    base: int
    links: dict[str, str]
    process: "subprocess.Popen[str] | None"

    def address(self, node: str) -> str:
        place = ["system", "hospital", "advocates", "shelter"].index(node)
        return f"http://localhost:{self.base + place}"


@pytest.fixture(scope="session")
def county(request: pytest.FixtureRequest) -> Iterator[County]:
    """`shelterbelt up` in a folder of its own, with a small county; SHELTERBELT_RUNNING names one that runs already."""
    if running := os.environ.get("SHELTERBELT_RUNNING"):
        links = {
            line["role"]: line["url"] for line in json.loads((Path(running) / "demo-links.json").read_text())
        }
        yield County(Path(running), int(links["officer"].split(":")[2].split("/")[0]), links, None)
        return
    home = Path(tempfile.mkdtemp(prefix="sb-up-"))
    home.chmod(0o711)
    base = free_base()
    _start_with_tables(home, request.getfixturevalue("tables"))
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "SHELTERBELT_NODE"))}
    surroundings |= {
        "SHELTERBELT_HOME": str(home),
        "SHELTERBELT_PORT": str(base),
        "SHELTERBELT_DEMO_CASES": "24",
    }
    with (home / "up.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "shelterbelt.config.cli", "up"],
            env=surroundings,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    try:
        _wait(process, home)
        links = {line["role"]: line["url"] for line in json.loads((home / "demo-links.json").read_text())}
        yield County(home, base, links, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(home, ignore_errors=True)


def _start_with_tables(home: Path, tables: Path | None) -> None:
    """All nodes but one find their tables in place: the last makes its own, as each of them would."""
    if tables is None:
        return
    nodes.write_demo_nodes(home)
    server = nodes.own_server(home)
    assert server is not None
    server.start()
    for node in nodes.read_nodes(home)[:-1]:
        give_tables(node, tables)
    server.stop()


def _wait(process: "subprocess.Popen[str]", home: Path) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        said = (home / "up.log").read_text()
        if "http://localhost" in said and (home / "demo-links.json").exists() and "Ctrl-C" in said:
            return
        if process.poll() is not None:
            raise RuntimeError(f"shelterbelt up ended:\n{said}")
        time.sleep(0.3)
    raise RuntimeError(f"shelterbelt up did not come up:\n{(home / 'up.log').read_text()}")


class Visitor:
    """Somebody in front of a browser: signs in by a demo link, and every page they open is checked."""

    def __init__(self, county: County, context: BrowserContext, checks: bool) -> None:
        self.county, self.context, self.checks = county, context, checks
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.foreign: list[str] = []
        self.page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if not request.url.startswith(("http://localhost:", "blob:", "data:")):
            self.foreign.append(request.url)

    def signs_in(self, role: str) -> "Visitor":
        self.page.goto(self.county.links[role])
        return self

    def opens(self, url: str) -> "Visitor":
        self.page.goto(url)
        return self

    def accessible(self) -> None:
        """The page has no fault that axe finds, no foreign request, and nothing wider than the screen."""
        if self.checks:
            found = Axe().run(self.page)
            assert found.violations_count == 0, found.generate_report()
        self.fits()

    def fits(self) -> None:
        """Nothing foreign was asked for, and nothing is wider than the screen."""
        assert self.foreign == []
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()


@pytest.fixture
def visitor(county: County, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """A visitor with a browser of their own: `visitor("officer", phone=True)`."""
    with ExitStack() as stack:

        def made(role: str = "", *, phone: bool = False, scripts: bool = True) -> Visitor:
            context = browser.new_context(
                viewport=PHONE if phone else DESK, java_script_enabled=scripts, has_touch=phone
            )
            stack.callback(context.close)
            somebody = Visitor(county, context, checks=scripts)
            return somebody.signs_in(role) if role else somebody

        yield made
