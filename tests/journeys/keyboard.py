"""Somebody who has a keyboard and nothing else: walks a page by Tab, types, chooses, presses."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Response

WATCH = (Path(__file__).parent / "keyboard.js").read_text(encoding="utf-8")
# More than any page has: who is not there after so many presses cannot be reached.
PATIENCE = 160


def walked(page: Page) -> list[str]:
    """What is wrong when the page is walked by Tab from its top to its end, and nothing else is touched."""
    stops: int = page.evaluate(WATCH)
    for _stop in range(stops + 1):
        page.keyboard.press("Tab")
    faults: list[str] = page.evaluate("window.keyboardFaults()")
    return faults


class Keys:
    """The keyboard before a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Somebody listens from here on, so that no press is faster than the listening.
        page.on("filechooser", lambda _chooser: None)

    def to(self, place: Locator) -> "Keys":
        """Tab until this control has the focus."""
        wanted = place.first.element_handle()
        for _press in range(PATIENCE):
            if wanted.evaluate("here => here === document.activeElement"):
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {place}")

    def named(self, name: str) -> Locator:
        """A field by its name."""
        return self.page.locator(f'[name="{name}"]')

    def types(self, name: str, text: str) -> "Keys":
        """Go to a field, put this in the place of what stands there."""
        self.to(self.named(name))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        assert self.named(name).first.input_value() == text
        return self

    def ticks(self, name: str, value: str = "") -> "Keys":
        """Go to a box and change it."""
        box = self.page.locator(f'[name="{name}"][value="{value}"]') if value else self.named(name)
        was = box.first.is_checked()
        self.to(box)
        self.page.keyboard.press("Space")
        assert box.first.is_checked() is not was
        return self

    def chooses(self, name: str, value: str) -> "Keys":
        """Go to a list or a group of answers, and on by the arrow keys to this one."""
        group = self.named(name)
        if group.first.evaluate("here => here.tagName") == "SELECT":
            return self._picks(group, value)
        place = self.page.locator(f'[name="{name}"]:checked')
        self.to(place if place.count() else group)
        answer = self.page.locator(f'[name="{name}"][value="{value}"]')
        self.page.keyboard.press("Space")
        for _press in range(group.count()):
            if answer.is_checked():
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow keys never reach {name} {value}")

    def _picks(self, group: Locator, value: str) -> "Keys":
        self.to(group)
        for _press in range(PATIENCE):
            if group.first.input_value() == value:
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow keys never reach {value}")

    def enters(self, place: Locator) -> Response | None:
        """Go to a link or a button, press Enter, and wait for the page behind it."""
        self.to(place)
        with self.page.expect_navigation() as behind:
            self.page.keyboard.press("Enter")
        return behind.value

    def link(self, words: str) -> Response | None:
        """Follow a link of the page by its words."""
        return self.enters(self.page.locator("main a", has_text=words))

    def button(self, words: str = "") -> Response | None:
        """Press a button of the page by its words; without words the first one that sends."""
        found = self.page.locator("main button[type=submit]")
        return self.enters(found.filter(has_text=words) if words else found)

    def downloads(self, words: str) -> Any:
        """Press a button that gives a file."""
        self.to(self.page.locator("main button[type=submit]", has_text=words))
        with self.page.expect_download() as file:
            self.page.keyboard.press("Enter")
        return file.value
