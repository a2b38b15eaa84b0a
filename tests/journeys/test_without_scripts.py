"""With scripts switched off, an officer and an advocate do their work page by page, and nothing typed is lost."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import County, Visitor
from tests.journeys.steps import answers_the_screen, choose, fill, press, press_first, records_an_incident
from tests.journeys.test_main_job import asks_for_contact

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]


def no_scripts(who: Visitor) -> None:
    """The page really ran none."""
    assert "js-enabled" not in (who.page.locator("body").get_attribute("class") or "")


def test_first_door_works_without_scripts_from_the_scene_to_a_no(visitor: Made, county: County) -> None:
    officer = visitor("officer", phone=True, scripts=False)
    no_scripts(officer)
    incident = records_an_incident(officer, "Teal Hawthorn", "Kit Hawthorn", "A chair fell.", look=True)
    answers_the_screen(officer, yes=(1,), look=True)
    officer.sees("Offer a call to an advocate now")
    officer.page.goto(f"{county.address('system')}/contact/{incident}/")
    choose(officer, "hearing", "clear")
    press_first(officer)
    press(officer, "No")
    officer.accessible()
    officer.page.goto(f"{county.address('system')}/incidents/{incident}/")
    officer.sees("A chair fell.")


def test_step_saved_without_scripts_is_there_for_the_next_visit(visitor: Made) -> None:
    officer = visitor("officer", scripts=False)
    press(officer, "New incident")
    scene = officer.page.url
    fill(officer, words="Two cups on the floor.")
    press(officer, "Save and come back later")
    again = visitor("officer", scripts=False)
    again.page.goto(scene)
    assert again.page.input_value('[name="words"]') == "Two cups on the floor."


def test_two_writers_without_scripts_are_told_of_each_other(visitor: Made) -> None:
    one = visitor("officer", scripts=False)
    press(one, "New incident")
    two = visitor("officer", scripts=False)
    two.page.goto(one.page.url)
    fill(one, words="The door was open.")
    press(one, "Save and come back later")
    fill(two, words="The door was shut.")
    press(two, "Save and continue")
    two.sees("A colleague changed this page while you were writing")
    two.sees("The door was open.")
    two.accessible()
    assert two.page.input_value('[name="words"]') == "The door was shut."


def test_advocate_answers_a_request_without_scripts(visitor: Made, county: County) -> None:
    officer = visitor("officer", scripts=False)
    incident = records_an_incident(officer, "Juno Fairweather", "Kit Fairweather", "A plate broke.")
    officer.page.goto(f"{county.address('system')}/contact/{incident}/")
    asks_for_contact(officer, "Juno Fairweather")
    advocate = visitor("advocate", scripts=False)
    inbox = f"{county.address('advocates')}/requests/"
    for _ in range(40):
        advocate.page.goto(inbox)
        if advocate.page.get_by_role("link", name="Juno Fairweather", exact=True).count():
            break
        advocate.page.wait_for_timeout(250)
    advocate.accessible()
    with advocate.page.expect_navigation():
        advocate.page.get_by_role("link", name="Juno Fairweather", exact=True).first.click()
    press(advocate, "I take this on")
    advocate.sees("harvest")
    choose(advocate, "channel", "phone")
    choose(advocate, "outcome", "reached")
    press(advocate, "Save this try")
    press(advocate, "Open a case")
    press_first(advocate)
    advocate.accessible()
    case = advocate.page.url
    press(advocate, "Write a note")
    fill(advocate, text="A spare key with a neighbour.")
    choose(advocate, "category", "safety_needs")
    press_first(advocate)
    advocate.page.goto(case)
    advocate.sees("A spare key with a neighbour.")
