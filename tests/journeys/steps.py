"""What people do in the journeys, in words: an officer records, an advocate answers."""

from typing import Any

from tests.journeys.conftest import Visitor


def press(who: Visitor, words: str) -> None:
    """Press a button or follow a link by its words."""
    page = who.page
    found = page.get_by_role("button", name=words, exact=True)
    with page.expect_navigation():
        (found if found.count() else page.get_by_role("link", name=words, exact=True)).first.click()


def press_first(who: Visitor) -> None:
    """Press the first button of the page's own form."""
    with who.page.expect_navigation():
        who.page.locator("main form button").first.click()


def press_last(who: Visitor) -> None:
    """Press the last button of the page's own form."""
    with who.page.expect_navigation():
        who.page.locator("main form button[type=submit]").last.click()


def choose(who: Visitor, name: str, value: str) -> None:
    """Choose an answer."""
    who.page.check(f'[name="{name}"][value="{value}"]')


def fill(who: Visitor, **fields: str) -> None:
    """Type into fields by name (`__` stands for `-`)."""
    for name, text in fields.items():
        who.page.fill(f'[name="{name.replace("__", "-")}"]', text)


def records_an_incident(officer: Visitor, survivor: str, other: str, story: str, look: bool = False) -> str:
    """From the door to the record; returns the incident's reference."""
    press(officer, "New incident")
    for step in ("scene", "people", "events", "harm", "account"):
        if look:
            officer.accessible()
        if step == "people":
            fill(officer, p0__name=survivor, p1__name=other)
            choose(officer, "p0-role", "survivor")
            choose(officer, "p1-role", "perpetrator")
        if step == "events":
            fill(officer, happened_at__day="2026-11-19", happened_at__time="21:10", narrative=story)
        press(officer, "Save and continue")
    if look:
        officer.accessible()
    press(officer, "Continue")
    if look:
        officer.accessible()
    press(officer, "Save and continue")
    if look:
        officer.accessible()
    press(officer, "Record this incident")
    officer.page.wait_for_url("**/recorded/")
    return officer.page.url.split("/")[-3]


def answers_the_screen(officer: Visitor, yes: tuple[int, ...] = (), look: bool = False) -> None:
    """Question by question; `yes` are the numbers of the questions answered so, the rest are declined."""
    press(officer, "Begin the questions")
    choose(officer, "answer", "no")
    press(officer, "Save and go on")
    for number in range(1, 12):
        if look and number < 3:
            officer.accessible()
        choose(officer, "answer", "yes" if number in yes else "declined")
        press(officer, "Save and go on")
    for _concern in ("survivor", "worker"):
        if look:
            officer.accessible()
        officer.page.locator('input[type=radio][value="no"]').first.check()
        press_first(officer)
    officer.page.wait_for_url("**/result/")
    if look:
        officer.accessible()


def rows(page: Any) -> list[str]:
    """The words of the rows of the first table."""
    return [row.inner_text() for row in page.locator("tbody tr").all()]
