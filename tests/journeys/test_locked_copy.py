"""A locked copy in a real browser with no line: its own words open it, other words do not, and nothing of ours is needed."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from shelterbelt.safety import offline, paper
from shelterbelt.safety.paper import FULL, Line, OnPaper, Part

pytestmark = pytest.mark.journey
WORDS = "maple niño cabin ribbon lamp"
TOLD = OnPaper("en", (Part("Who", (Line("Whom can you call?", ("Ana", "Luz")),)),))
WHITE = 250


def paper_shown(page: Page) -> bool:
    """Whether a white sheet fills much of the window; the viewer and its question are dark."""
    seen = Image.open(io.BytesIO(page.screenshot())).convert("L")
    return sum(seen.histogram()[WHITE:]) > seen.width * seen.height / 4


def opens_with(browser: Browser, place: Path, words: str) -> bool:
    """Type words into the browser's own question; whether the sheet comes up."""
    with browser.new_context(offline=True, viewport={"width": 700, "height": 900}) as context:
        page = context.new_page()
        page.goto(place.as_uri())
        for _turn in range(40):
            if len(page.frames) > 2:
                break
            page.wait_for_timeout(250)
        page.wait_for_timeout(1000)
        assert not paper_shown(page), "it asks before it shows anything"
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        for _turn in range(20):
            page.wait_for_timeout(250)
            if paper_shown(page):
                return True
    return False


def test_locked_copy_opens_in_a_browser_with_no_line_by_its_own_words_alone(
    browser: Browser, tmp_path: Path
) -> None:
    place = tmp_path / paper.FILE_NAME
    place.write_bytes(offline.locked(paper.pdf(FULL, TOLD), WORDS))
    assert opens_with(browser, place, WORDS)
    assert not opens_with(browser, place, WORDS.replace("ñ", "n"))
