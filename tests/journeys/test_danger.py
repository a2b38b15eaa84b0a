"""A danger is looked at on a phone, question by question; what happened is written down, and an act is prepared first."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from shelterbelt.ui.clock import now
from tests.journeys.conftest import County, Visitor
from tests.journeys.steps import choose, fill, press, records_an_incident
from tests.journeys.test_pages import looked_at, root, watched

pytestmark = pytest.mark.journey
Made = Callable[..., Visitor]
Look = Callable[[Visitor], None]
SHEET = "dale"
GRAVE = ("perp_owns_gun", "strangled_multiple_times", "tried_to_kill_victim")


def case_of(who: Visitor, survivor: str) -> str:
    """A fresh record of this survivor, and the address of its case."""
    records_an_incident(who, survivor, "Kit Alderidge", "A door was kicked in.")
    who.page.goto(f"{root(who)}/cases/")
    who.page.locator("main input[type=text], main input[type=search]").first.fill(survivor)
    press(who, "Find")
    press(who, survivor)
    return who.page.url


def begins(who: Visitor, case: str, look: Look) -> None:
    """From the case to the first question."""
    who.page.goto(case)
    press(who, "New assessment")
    look(who)
    press(who, "Begin")  # nothing chosen: said beside the field
    look(who)
    who.sees("Choose one.")
    choose(who, "instrument", SHEET)
    press(who, "Begin")
    if who.page.url.endswith("/before/"):
        look(who)
        press(who, "Go to the first question")


def question_of(who: Visitor) -> str:
    """Which question is on the page."""
    return who.page.url.split("?")[0].rstrip("/").rpartition("/")[2]


def answers(who: Visitor, *, most: int, look: Look, yes: tuple[str, ...] = GRAVE) -> list[str]:
    """Answer up to so many questions; gives which."""
    done = []
    while "/questions/" in who.page.url and len(done) < most:
        if len(done) < 2:
            look(who)
        assert not who.page.locator("input[type=radio]:checked").count(), "nothing is chosen beforehand"
        done.append(question_of(who))
        choose(who, "answer", "yes" if done[-1] in yes else "no")
        press(who, "Save and go on")
    return done


def takes_a_sheet(who: Visitor, case: str, look: Look) -> str:
    """Begin, leave, come back, finish; gives the address of the result."""
    begins(who, case, look)
    first = answers(who, most=3, look=look)
    stopped_at = question_of(who)
    press(who, "Stop here and go on later")
    press(who, "New assessment")
    who.sees("Begun and not finished")
    look(who)
    with who.page.expect_navigation():
        who.page.locator(".sb-notice a").first.click()
    assert question_of(who) == stopped_at
    press(who, "See all answers")
    told = who.page.locator(".sb-asked dd.govuk-summary-list__value").all_inner_texts()
    assert [text for text in told if text.strip() != "No answer"] == [
        "Yes" if one in GRAVE else "No" for one in first
    ]
    look(who)
    who.page.go_back()
    press(who, "Skip this question")
    answers(who, most=99, look=lambda _who: None)
    who.sees("1 question has no answer.")
    press(who, "Finish and see what it says")
    return who.page.url


def sees_its_result(who: Visitor, look: Look) -> None:
    """What it says and leaves open, a picture and the table that says the same; no share of a hundred outside the past."""
    look(who)
    assert who.page.locator("figure.sb-figure svg").first.is_visible()
    assert who.page.locator("table", has_text="It says").locator("tbody tr").count() >= 2
    shut = who.page.locator("main").inner_text()
    assert not re.search(r"\d\s?%|percent", shut), "no percentage stands on the open page"
    for folded in who.page.locator("details").all():
        folded.locator("summary").click()
    look(who)


def corrects(who: Visitor, look: Look) -> None:
    """A mistaken answer is put right; without its reason nothing typed is lost."""
    result = who.page.url
    who.page.goto(f"{result.removesuffix('result/')}correct/perp_owns_gun/")
    look(who)
    choose(who, "answer", "no")
    press(who, "Correct it")
    look(who)
    who.sees("Say what the mistake was.")
    assert who.page.is_checked('[name="answer"][value="no"]')
    fill(who, reason="Misheard: it was the neighbour's.")
    press(who, "Correct it")
    who.sees("The answer is corrected. What it said before is kept.")
    who.sees("What was corrected")
    look(who)


def compares(who: Visitor, case: str, look: Look) -> None:
    """A second sheet, beside the first, and the page for a conference."""
    begins(who, case, lambda _who: None)
    who.sees("Answered before")
    look(who)
    answers(who, most=99, look=lambda _who: None, yes=(*GRAVE, "violence_increased_12m"))
    press(who, "Finish and see what it says")
    press(who, "Beside the one before")
    assert who.page.locator("tbody tr", has_text="differs").count() == 3
    look(who)
    who.page.go_back()
    press(who, "Summary for a conference")
    who.sees("For the conference, and not for a court.")
    assert not re.search(r"\d\s?%|percent|Alderidge", who.page.locator("main").inner_text())
    look(who)
    who.page.goto(f"{case}danger/")
    look(who)


def writes(who: Visitor, case: str, what: str, days: int, look: Look) -> None:
    """One line about the case, so many days from now."""
    who.page.goto(f"{case}happenings/new/")
    who.page.select_option('[name="what"]', what)
    day = now() + timedelta(days=days)
    fill(who, happened_at__day=f"{day:%Y-%m-%d}", happened_at__time="10:00", words="From the desk.")
    press(who, "Write it down")
    who.sees("Written down. The forecast is worked out anew.")


def writes_what_happened(who: Visitor, case: str, look: Look) -> None:
    """An arrest, a release ahead, an order served; what cannot lie ahead is said beside its field."""
    who.page.goto(case)
    press(who, "What happened or is planned")
    look(who)
    day = now() + timedelta(days=9)
    who.page.select_option('[name="what"]', "physical_incident")
    fill(who, happened_at__day=f"{day:%Y-%m-%d}", happened_at__time="10:00", words="Typed with care.")
    press(who, "Write it down")
    who.sees("This lies ahead. Write it down when it has happened.")
    assert who.page.input_value('[name="words"]') == "Typed with care."
    assert who.page.input_value('[name="happened_at-day"]') == f"{day:%Y-%m-%d}"
    look(who)
    for what, days in (
        ("arrest", -2),
        ("release_from_custody", 5),
        ("order_issued", -1),
        ("cohabiting", -20),
    ):
        writes(who, case, what, days, look)
    with who.page.expect_navigation():
        who.page.get_by_role("link", name="They live together").first.click()
    look(who)
    with who.page.expect_navigation():
        who.page.get_by_role("button", name="Take it back").click()
    look(who)
    fill(who, reason="Somebody else's file.")
    press(who, "Take it back")


def reads_the_forecast(who: Visitor, case: str, look: Look) -> None:
    """In short on the case page, and all of it; bands in words and nothing in shares."""
    who.page.goto(case)
    who.sees("What may come")
    look(who)
    press(who, "All of it, day by day, and how unsure it is")
    for words in ("If protection fails", "If protection holds", "What must be said beside it"):
        who.sees(words)
    assert who.page.locator("main svg").count() >= 3
    look(who)
    who.page.locator("details summary").first.click()
    look(who)


def plans_an_act(who: Visitor, case: str, look: Look) -> None:
    """The order is to be served on Friday: what comes first is work, and a stop until it is done or somebody says why."""
    who.page.goto(case)
    press(who, "Before you act")
    look(who)
    press(who, "Show what to have ready")
    who.sees("Choose what is about to be done.")
    look(who)
    friday = now() + timedelta(days=(4 - now().weekday()) % 7 + 7)
    choose(who, "act", "serve_order")
    fill(who, act_at__day=f"{friday:%Y-%m-%d}", act_at__time="09:00")
    press(who, "Show what to have ready")
    who.sees("Stop: this comes first")
    work = "main .govuk-task-list a[href^='/work/']"
    for _ in range(60):
        if who.page.locator(work).count() >= 5:
            break
        who.page.wait_for_timeout(250)
        who.page.reload()
    assert who.page.locator(work).count() == 5
    look(who)
    plan = who.page.url
    with who.page.expect_navigation():
        who.page.locator(work).first.click()
    look(who)
    who.page.goto(plan)
    press(who, "Go on all the same")
    who.sees("Say why you go on without it.")
    look(who)
    fill(who, reason="The court has set the hour.")
    press(who, "Go on all the same")
    who.sees("Decided to go on")
    look(who)
    who.page.goto(case)
    who.sees("Tell the survivor the day and hour")


def no_look(who: Visitor) -> None:
    """Nothing but what `accessible` sees without scripts: nothing foreign, nothing too wide."""
    assert "js-enabled" not in (who.page.locator("body").get_attribute("class") or "")
    who.accessible()


def test_a_sheet_is_taken_on_a_phone_left_and_gone_on_with_corrected_and_compared(visitor: Made) -> None:
    officer = visitor("officer", phone=True)
    with watched(officer) as complaints:
        case = case_of(officer, "Juniper Alderidge")
        takes_a_sheet(officer, case, looked_at)
        sees_its_result(officer, looked_at)
        corrects(officer, looked_at)
        compares(officer, case, looked_at)
    assert [line for line in complaints if "422" not in line] == []


def test_a_sheet_works_without_scripts(visitor: Made) -> None:
    officer = visitor("officer", phone=True, scripts=False)
    case = case_of(officer, "Laurel Alderidge")
    takes_a_sheet(officer, case, no_look)
    corrects(officer, no_look)
    compares(officer, case, no_look)


def test_what_happened_moves_the_forecast_and_an_act_is_stopped_until_it_is_prepared(
    visitor: Made, county: County
) -> None:
    officer = visitor("officer", phone=True)
    with watched(officer) as complaints:
        case = case_of(officer, "Myrtle Alderidge")
        writes_what_happened(officer, case, looked_at)
        reads_the_forecast(officer, case, looked_at)
        plans_an_act(officer, case, looked_at)
    assert [line for line in complaints if "422" not in line] == []


def test_an_act_is_planned_without_scripts(visitor: Made) -> None:
    officer = visitor("officer", phone=True, scripts=False)
    case = case_of(officer, "Hazel Alderidge")
    writes_what_happened(officer, case, no_look)
    reads_the_forecast(officer, case, no_look)
    plans_an_act(officer, case, no_look)
