"""The main job from door to plan: police record, the survivor chooses, the advocate answers, a release opens and closes."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import County, Visitor
from tests.journeys.steps import (
    answers_the_screen,
    choose,
    fill,
    press,
    press_first,
    press_last,
    records_an_incident,
)

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]
AGENCY = "Alder Advocates"


def asks_for_contact(officer: Visitor, name: str, look: bool = False) -> None:
    """Out of hearing, yes, by telephone at any time, no message."""
    choose(officer, "hearing", "clear")
    if look:
        officer.accessible()
    press_first(officer)
    if look:
        officer.accessible()
    press(officer, "Yes")
    if look:
        officer.accessible()
    officer.page.get_by_label(AGENCY).check()
    fill(officer, name=name, number="309 555 0142", code_word="harvest")
    choose(officer, "channels", "phone")
    choose(officer, "hours", "any")
    choose(officer, "voicemail", "no")
    press_last(officer)


def takes_a_release(
    advocate: Visitor, to: str, subject: str, look: bool = False, also: tuple[str, ...] = ()
) -> None:
    """Every field of the release, to one agency."""
    press(advocate, "Take a release")
    if look:
        advocate.accessible()
    page = advocate.page
    page.get_by_label(to, exact=True).check()
    fill(advocate, subject=subject, signer_name=subject, witness="Robin Vale")
    for box in page.locator('[name="explained"]').all():
        box.check()
    for name, value in {
        "categories": "safety_needs",
        "purpose": "safety",
        "means": "on_screen",
        "interpreter": "not_needed",
        "signer_capacity": "survivor",
        "signer_is_abuser": "no",
        "signed_as": "typed",
    }.items():
        choose(advocate, name, value)
    for category in also:
        choose(advocate, "categories", category)
    fill(advocate, signature=subject)
    page.locator('[name="court_told"]').check()
    page.select_option('[name="language"]', "en")
    page.locator('[name="after_death"]').first.check()
    press(advocate, "Keep this release")


def test_from_a_call_to_a_plan_and_back(visitor: Made, county: County) -> None:
    """Given a night call, when she says yes, then her advocate answers, and what she releases is read live until she ends it."""
    officer = visitor("officer", phone=True)
    incident = records_an_incident(
        officer, "Wren Tidewater", "Sol Tidewater", "A push against the door.", look=True
    )
    answers_the_screen(officer, yes=(1, 5), look=True)
    officer.sees("Offer a call to an advocate now")
    officer.sees("medical")
    officer.page.goto(f"{county.address('system')}/contact/{incident}/")
    officer.accessible()
    asks_for_contact(officer, "Wren", look=True)
    officer.accessible()

    advocate = visitor("advocate")
    inbox = f"{county.address('advocates')}/requests/"
    advocate.page.goto(inbox)
    for _ in range(60):
        if advocate.page.get_by_role("link", name="Wren", exact=True).count():
            break
        advocate.page.wait_for_timeout(250)
        advocate.page.reload()
    advocate.accessible()
    advocate.page.get_by_role("link", name="Wren", exact=True).first.click()
    advocate.accessible()
    press(advocate, "I take this on")
    advocate.sees("harvest")
    choose(advocate, "channel", "phone")
    choose(advocate, "outcome", "reached")
    press(advocate, "Save this try")
    press(advocate, "Open a case")
    advocate.accessible()
    press_first(advocate)
    advocate.page.wait_for_url(re.compile(r"/cases/[\w-]{22}/$"))
    case = advocate.page.url
    advocate.accessible()
    press(advocate, "Write a note")
    advocate.accessible()
    fill(advocate, text="A new lock on the back door.")
    choose(advocate, "category", "safety_needs")
    press_first(advocate)
    advocate.page.goto(case)
    takes_a_release(advocate, "Alder County Police", "Wren Tidewater", look=True)
    release = advocate.page.url
    advocate.accessible()

    detective = visitor("detective")
    detective.page.goto(f"{county.address('system')}/cases/")
    detective.page.locator("main input[type=text], main input[type=search]").first.fill("Tidewater")
    press(detective, "Find")
    detective.accessible()
    detective.page.get_by_role("link", name="Wren Tidewater").first.click()
    for _ in range(60):
        if detective.page.get_by_text("A new lock on the back door.").count():
            break
        detective.page.wait_for_timeout(250)
        detective.page.reload()
    detective.sees("A new lock on the back door.")
    detective.sees(AGENCY)
    detective.sees("Check on the survivor's safety")
    detective.accessible()
    assert "harvest" not in detective.page.content()

    advocate.page.goto(release)
    press(advocate, "End this release")
    advocate.accessible()
    advocate.page.locator('[name="channel"]').first.check()
    press(advocate, "End it now")
    detective.page.reload()
    assert "A new lock on the back door." not in detective.page.content()


def test_no_is_a_full_answer(visitor: Made, county: County) -> None:
    """Given she wants no contact, then one press says so, and no letter leaves."""
    officer = visitor("officer", phone=True)
    incident = records_an_incident(officer, "Marlow Fenn", "Jo Fenn", "Shouting in the yard.")
    officer.page.goto(f"{county.address('system')}/contact/{incident}/")
    choose(officer, "hearing", "clear")
    press_first(officer)
    press(officer, "No")
    officer.accessible()
    advocate = visitor("advocate")
    advocate.page.goto(f"{county.address('advocates')}/requests/")
    advocate.page.wait_for_timeout(1500)
    advocate.page.reload()
    assert "Marlow" not in advocate.page.content()


@pytest.mark.parametrize("role", ["advocate", "nurse"])
def test_the_second_door_needs_no_police(visitor: Made, county: County, role: str) -> None:
    """Given somebody who wants no police, then a name is enough, the same screen is there, and a plan of actions opens."""
    worker = visitor(role)
    press(worker, "New case")
    worker.accessible()
    fill(worker, name="Ari")
    press(worker, "Open the case")
    worker.page.wait_for_url(re.compile(r"/cases/[\w-]{22}/$"))
    case = worker.page.url
    for _ in range(60):
        if worker.page.locator(".govuk-task-list__item").count():
            break
        worker.page.wait_for_timeout(250)
        worker.page.goto(case)
    assert worker.page.locator(".govuk-task-list__item").count()
    worker.accessible()
    press(worker, "New screen")
    worker.sees("overhear")
    worker.accessible()


def test_a_referral_is_answered(visitor: Made, county: County) -> None:
    """Given a release to the shelter, then a referral goes there, and its answer comes back because she released that."""
    advocate = visitor("advocate")
    press(advocate, "New case")
    fill(advocate, name="Linden")
    press(advocate, "Open the case")
    advocate.page.wait_for_url(re.compile(r"/cases/[\w-]{22}/$"))
    case = advocate.page.url
    takes_a_release(advocate, "Lantern House", "Linden")
    advocate.page.goto(f"{case}refer/")
    advocate.accessible()
    advocate.page.get_by_role("link", name="Lantern House").first.click()
    advocate.accessible()
    for box in advocate.page.locator('[name="tell"]').all():
        box.check()
    for story in advocate.page.locator("textarea").all():
        story.fill("A room for one.")
    choose(advocate, "answer_back", "yes")
    press(advocate, "Send the referral")
    referral = advocate.page.url
    advocate.accessible()

    shelter = visitor("shelter_worker")
    shelter.page.goto(f"{county.address('shelter')}/referrals/")
    for _ in range(60):
        if shelter.page.locator("tbody tr", has_text="New").count():
            break
        shelter.page.wait_for_timeout(250)
        shelter.page.reload()
    shelter.accessible()
    shelter.page.locator("tbody tr", has_text="New").locator("a").first.click()
    shelter.accessible()
    shelter.sees("A room for one.")
    choose(shelter, "answer", "declined")
    shelter.page.locator('[name="reason"]').first.check()
    press(shelter, "Save the answer")
    for _ in range(60):
        advocate.page.goto(referral)
        if advocate.page.get_by_text("declined").count() or advocate.page.get_by_text("Declined").count():
            break
        advocate.page.wait_for_timeout(250)
    assert re.search("declined|cannot", advocate.page.content(), re.I)
