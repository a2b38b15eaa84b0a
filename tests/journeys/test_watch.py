"""Whoever is on duty sees an alarm come by itself, takes it and writes down what was done; without scripts the page asks anew."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import County, Visitor
from tests.journeys.steps import choose, fill, press

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("phone", [True, False])
def test_an_alarm_stands_on_the_list_by_itself_and_whoever_takes_it_closes_it(
    visitor: Callable[..., Visitor], county: County, phone: bool
) -> None:
    """Given somebody on duty, when an alarm comes, then their open page shows it, and they take and close it."""
    officer = visitor("officer", phone=phone)
    officer.opens(f"{county.address('system')}/watch/")
    officer.accessible()
    if officer.page.locator('[name="hours"]').count():
        choose(officer, "hours", "4")
        press(officer, "I am here")
    press(officer, "Send me a test")
    officer.sees("This is a test")
    officer.accessible()
    officer.page.locator("#watch-list .govuk-task-list__link").first.click()
    officer.sees("What to do")
    officer.accessible()
    press(officer, "I have it")
    fill(officer, words="It arrived.")
    press(officer, "Write it down and close")
    officer.sees("It arrived.")
    officer.sees("Closed")


def test_without_scripts_the_list_asks_anew(visitor: Callable[..., Visitor], county: County) -> None:
    """Given no scripts, the list is brought up to date by the page itself."""
    clerk = visitor("court_clerk", scripts=False)
    clerk.opens(f"{county.address('system')}/watch/")
    assert clerk.page.locator('meta[http-equiv="refresh"]').count() == 1
    clerk.fits()
