"""The advocates' node falls silent: a request waits and arrives once; what they released is said to be unreadable just now."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.conftest import County, Visitor
from tests.journeys.steps import choose, fill, press, press_first, records_an_incident
from tests.journeys.test_main_job import asks_for_contact, takes_a_release

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]
PATIENCE = 100


def processes(county: County, node: str) -> list[int]:
    """The serving and working processes of one node of this county, by what they were started with."""
    found = []
    home = f"SHELTERBELT_HOME={county.home}".encode()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes().split(b"\0")
            surroundings = (place / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if node.encode() in line and {b"serve", b"worker"} & set(line) and home in surroundings:
            found.append(int(place.name))
    return found


@contextmanager
def down(county: County, node: str) -> Iterator[None]:
    """A node that takes connections and answers nothing."""
    if county.process is None:
        pytest.skip("only a county that these tests started may be taken down")
    stopped = processes(county, node)
    assert len(stopped) >= 2
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)


def appears(who: Visitor, url: str, words: str) -> None:
    """Look again until it is there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        who.page.goto(url)
        if who.page.get_by_text(words, exact=True).count():
            return
        who.page.wait_for_timeout(500)
    raise AssertionError(f"“{words}” never came")


def in_seconds(do: Callable[[], object]) -> float:
    begun = time.monotonic()
    do()
    return time.monotonic() - begun


def test_request_sent_to_a_silent_node_arrives_once_when_it_is_back(visitor: Made, county: County) -> None:
    officer, advocate = visitor("officer", phone=True), visitor("advocate")
    name = "Rowan Saltmarsh"
    with down(county, "advocates"):
        incident = records_an_incident(officer, name, "Kit Saltmarsh", "A door was held shut.")
        officer.page.goto(f"{county.address('system')}/contact/{incident}/")
        took = in_seconds(lambda: asks_for_contact(officer, name))
        assert took < 10, "the officer waits for nobody"
        officer.sees("It is kept and sent again until it arrives.")
        officer.accessible()
        officer.page.wait_for_timeout(4000)
        officer.page.reload()
        assert not officer.page.get_by_text("Delivered", exact=True).count()
    inbox = f"{county.address('advocates')}/requests/"
    appears(advocate, inbox, name)
    appears(officer, officer.page.url, "Delivered")
    advocate.page.wait_for_timeout(6000)
    advocate.page.goto(inbox)
    assert advocate.page.get_by_role("link", name=name, exact=True).count() == 1


def test_release_of_a_silent_node_is_said_to_be_unreadable_and_the_page_still_comes(
    visitor: Made, county: County
) -> None:
    officer, advocate, detective = visitor("officer"), visitor("advocate"), visitor("detective")
    name, told = "Lark Stillwater", "A dog that barks at the gate."
    incident = records_an_incident(officer, name, "Kit Stillwater", "A phone was taken.")
    officer.page.goto(f"{county.address('system')}/contact/{incident}/")
    asks_for_contact(officer, name)
    appears(advocate, f"{county.address('advocates')}/requests/", name)
    with advocate.page.expect_navigation():
        advocate.page.get_by_role("link", name=name, exact=True).first.click()
    press(advocate, "I take this on")
    press(advocate, "Open a case")
    press_first(advocate)
    advocate.page.wait_for_url(re.compile(r"/cases/[\w-]{22}/$"))
    case = advocate.page.url
    press(advocate, "Write a note")
    fill(advocate, text=told)
    choose(advocate, "category", "safety_needs")
    press_first(advocate)
    advocate.page.goto(case)
    takes_a_release(advocate, "Alder County Police", name)
    detective.page.goto(f"{county.address('system')}/cases/")
    detective.page.locator("main input[type=text], main input[type=search]").first.fill("Stillwater")
    press(detective, "Find")
    with detective.page.expect_navigation():
        detective.page.get_by_role("link", name=name).first.click()
    theirs = detective.page.url
    appears(detective, theirs, told)
    with down(county, "advocates"):
        took = in_seconds(lambda: detective.page.goto(theirs))
        assert took < 6
        detective.sees("This cannot be read just now")
        assert told not in detective.page.content(), "nothing of it is kept here"
        detective.sees("Check on the survivor's safety")
        detective.accessible()
        assert in_seconds(lambda: detective.page.goto(theirs)) < 6
    appears(detective, theirs, told)
