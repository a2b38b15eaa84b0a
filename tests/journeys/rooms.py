"""What somebody does in the portal's rooms with a keyboard alone, from the first page on; and what their advocate does."""

import io
from collections.abc import Callable
from secrets import token_hex

from PIL import Image

from tests.journeys.conftest import County, Visitor
from tests.journeys.keyboard import Keys
from tests.journeys.steps import choose, fill, press
from tests.journeys.test_main_job import takes_a_release

CODES = {"cancel_code": "maple 42", "forced_code": "lemon 17"}
LOCK = "walnut harbor violin cedar plum"
OTHER_WORDS = "pocket garden silver window tree"


def goes(keys: Keys, room: str) -> None:
    """To a room, by way of the first page."""
    keys.enters(keys.page.locator(".sb-public-bar p a"))
    keys.link(room)


def begins(keys: Keys, door: str) -> tuple[str, str]:
    """Open an account with what is proposed; gives its name and words."""
    keys.page.goto(door)
    keys.link("New here")
    name, words = (keys.named(field).input_value() for field in ("a", "b"))
    keys.button("Go on")
    keys.page.locator(".sb-rooms").wait_for()
    return name, words


def signs_in(keys: Keys, door: str, name: str, words: str) -> None:
    """Sign in."""
    keys.page.goto(door)
    keys.types("a", name).types("b", words).button("Go on")
    keys.page.locator(".sb-rooms").wait_for()


def asks_to_erase(keys: Keys, words: str) -> None:
    """A code to have everything erased, which is then read out to nobody."""
    goes(keys, "Your name and words")
    keys.link("Have everything here erased")
    keys.types("now", words).button("Show the code")


def shows_a_code(keys: Keys) -> str:
    """A code to read out to somebody who helps."""
    goes(keys, "Your name and words")
    keys.link("A code from or for somebody")
    keys.button("Show a code")
    return keys.page.locator("strong.sb-code").inner_text()


def helped(advocate: Visitor, county: County, code: str) -> None:
    """The advocate opens a case by that code, takes a release, sets help alerts up, writes a line and shows the looks."""
    root = county.address("advocates")
    advocate.opens(f"{root}/connect/")
    name = f"Ximena {token_hex(4)}"
    fill(advocate, code=code, name=name)
    press(advocate, "Open the case")
    case = advocate.page.url
    takes_a_release(
        advocate, "Alder County Police", name, also=("incident_account", "documents", "safety_plan")
    )
    sets_help_up(advocate, root, case)
    advocate.opens(f"{root}/entrusted/")
    advocate.page.locator(".sb-panel", has_text=name).get_by_role("link", name="Write with them").click()
    fill(advocate, text="I am here until five.")
    press(advocate, "Send")
    press(advocate, "Show it to them in the portal")


def sets_help_up(advocate: Visitor, root: str, case: str) -> None:
    """One person who is told, two codes; and the advocate says that they are there."""
    advocate.opens(f"{case}help/")
    fill(advocate, name1="Ana", number1="+12025550123", signed="M", **CODES)
    advocate.page.select_option('[name="language1"]', "en")
    advocate.page.select_option('[name="said1"]', "call_me")
    advocate.page.locator('[name="hold"]').first.check()
    choose(advocate, "place", "no")
    press(advocate, "Save")
    advocate.opens(f"{root}/help-alerts/")
    if advocate.page.locator('[name="hours"]').count():
        choose(advocate, "hours", "1")
        press(advocate, "I am here")
    else:
        press(advocate, "I am still here")


def plans(keys: Keys) -> None:
    """Write a part of the plan and read it again; begin a plan for a child."""
    goes(keys, "My plan")
    if keys.page.get_by_role("button", name="Begin my plan").count():
        keys.button("Begin my plan")
    keys.enters(keys.page.locator("main section li a.govuk-link").first)
    keys.to(keys.page.locator("main form input[type=text], main form textarea"))
    keys.page.keyboard.type("Luz")
    keys.button("Save")
    keys.link("Read all of it")
    assert keys.page.get_by_text("Luz").count()
    keys.link("Back to the plan")
    keys.link("Begin a plan for somebody else")
    keys.chooses("whom", "child").types("called", "Sol").button("Begin this plan")


def records(keys: Keys) -> None:
    """Write something down, add a picture, show it to the advocate, give it away, take it along."""
    for words in ("A letter came.", "The door was kicked."):
        goes(keys, "What I wrote down")
        keys.link("Write something down")
        keys.link("Write something down")
        keys.types("text", words).button("Keep it")
    goes(keys, "What I wrote down")
    keys.link("The door was kicked.")
    keys.link("Add a file")
    keys.to(keys.named("chosen"))
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(picture, "JPEG")
    with keys.page.expect_file_chooser() as asked:
        keys.page.keyboard.press("Space")
    asked.value.set_files({"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    keys.button("Keep it")
    keys.link("Show it to somebody you trust")
    keys.to(keys.named("worker"))
    keys.page.keyboard.press("Space")
    keys.button("Show it")
    gives_away(keys)


def gives_away(keys: Keys) -> None:
    """Give it under the release, and take the same along as a file."""
    goes(keys, "What I wrote down")
    keys.link("Give some of it")
    keys.link("Alder County Police")
    keys.ticks("items").ticks("known").button("Give it")
    assert keys.page.get_by_text("What you gave away").count()
    keys.link("Take some of it along")
    keys.ticks("items").downloads("Make the file")


def prints(keys: Keys) -> None:
    """The card, and a locked copy."""
    goes(keys, "On paper")
    keys.chooses("plan", keys.named("plan").first.input_value()).chooses("kind", "card")
    assert keys.chooses("language", "en").downloads("Make the file").suggested_filename
    keys.link("I want a copy that needs words")
    keys.chooses("plan", keys.named("plan").first.input_value()).chooses("language", "en")
    assert keys.types("words", LOCK).ticks("known").downloads("Make the file").suggested_filename


def writes(keys: Keys) -> None:
    """A message, and how messages are kept."""
    goes(keys, "Write with my advocate")
    keys.types("text", "Thank you.").button("Send")
    assert keys.page.get_by_text("Thank you.").count()
    keys.link("What is seen, sent and kept")
    keys.chooses("reads_seen", "no").button("Save")


def narrows(keys: Keys) -> None:
    """Share less of what the release opens; think of sharing something else."""
    goes(keys, "Who may see what")
    keys.link("Look at it, share less, or end it")
    keys.link("Share less")
    keys.ticks("stays", "safety_needs").button("Share less from now on")
    goes(keys, "Who may see what")
    keys.link("I think of letting somebody see something")
    keys.to(keys.named("recipient"))
    keys.page.keyboard.press("ArrowDown")
    keys.button("Tell my advocate")


def wants(keys: Keys) -> None:
    """Say what should happen; say it anew."""
    for word in ("Soon.", "Not yet."):
        goes(keys, "What I want to happen")
        keys.to(keys.named("code"))
        keys.page.keyboard.press("Space")
        keys.types("words", word).button("Save")


def is_reached(keys: Keys) -> None:
    """Ask for another way to be reached."""
    goes(keys, "How I am reached")
    keys.link("Change it")
    keys.chooses("stop", "no").ticks("channels", "phone").types("number", "309 555 0177")
    keys.chooses("voicemail", "no").button("Ask for this change")
    assert keys.page.get_by_text("A change waits since").count()


def judges(keys: Keys) -> None:
    """Say how an agency was."""
    goes(keys, "Say how an agency treated you")
    keys.to(keys.named("of"))
    keys.page.keyboard.press("ArrowDown")
    keys.chooses("believed", "in_part").button("Send")
    assert keys.page.get_by_text("Your answers lie among those of others now.").count()


def reads(keys: Keys) -> None:
    """A page of rights, and who has looked."""
    goes(keys, "Rights and options")
    keys.enters(keys.page.locator("main h2 a").first)
    goes(keys, "Who has looked")
    assert keys.page.locator("main h1").inner_text() == "Who has looked"


def has_second_words(keys: Keys, words: str) -> None:
    """Other words, for when somebody makes them sign in."""
    goes(keys, "Your name and words")
    keys.link("Words for when somebody makes you sign in")
    keys.types("now", words).types("b", OTHER_WORDS).button("Save")


def ends_other_visits(keys: Keys) -> None:
    """End every visit but this one."""
    goes(keys, "Where you are signed in")
    keys.button("End all but this one")
    assert not keys.page.get_by_text("End all but this one").count()


def reaches_somebody(keys: Keys) -> None:
    """Hold the button, let go, give the code: nobody hears of it."""
    goes(keys, "Reach somebody now")
    said = keys.page.locator("[data-now-state]")
    keys.to(keys.page.locator("[data-now] button"))
    keys.page.keyboard.down(" ")
    said.filter(has_text="It goes out soon.").wait_for()
    keys.page.keyboard.up(" ")
    assert keys.page.locator("#now-code").evaluate("here => here === document.activeElement")
    keys.page.keyboard.type(CODES["cancel_code"])
    keys.page.keyboard.press("Enter")
    said.filter(has_text="Cancelled.").wait_for()


TASKS: tuple[Callable[[Keys], None], ...] = (
    plans, records, prints, writes, narrows, wants, is_reached, judges, reads, reaches_somebody, ends_other_visits,
)  # fmt: skip
