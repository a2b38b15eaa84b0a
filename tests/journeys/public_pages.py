"""What somebody without an account does with a keyboard alone, each page of it looked at on the way."""

from playwright.sync_api import Locator

from tests.journeys.keyboard import Keys
from tests.journeys.sound import Looker

STORY = "There was shouting. I want to ask something."


def onward(keys: Keys) -> Locator:
    """The button or link that leads on: the last of the page."""
    return keys.page.locator("main .govuk-button:not(.govuk-button--secondary)").first


def leads_to(keys: Keys, start: str, page: str) -> Locator:
    """A link of this page to one of its neighbours."""
    folder = "/" + start.split("/", 3)[3]
    return keys.page.locator(f"main a[href='{folder}{page}/']")


def tells_and_takes_back(look: Looker, keys: Keys, start: str) -> None:
    """Read what happens with it, write, keep the words, say what one would like, take it back; and a try to come back."""
    page, name = keys.page, start[-4:]

    def seen(number: str, whole: bool = True) -> None:
        look.looked(f"{name}{number}", whole=whole and not name.endswith("/e/"))

    page.goto(start)
    seen("")
    keys.enters(leads_to(keys, start, "1"))
    seen("1")
    keys.enters(onward(keys))
    seen("2")
    keys.button()
    seen("2 refused", whole=False)
    keys.types("words", STORY).types("name", "M").button()
    seen("3")
    keys.button()
    seen("5")
    wishes(look, keys, start)
    keys.enters(leads_to(keys, start, "7"))
    seen("7")
    keys.button()
    seen("x")
    page.goto(f"{start}4/")
    seen("4")
    keys.types("a", "one two three four five six").button()
    seen("4 refused", whole=False)


def wishes(look: Looker, keys: Keys, start: str) -> None:
    """Say what one would like, with a number that is none; and go back."""
    keys.enters(leads_to(keys, start, "6"))
    look.looked(f"{start[-4:]}6", whole=not start.endswith("/e/"))
    keys.ticks("wishes", keys.named("wishes").first.get_attribute("value") or "")
    keys.types("number", "1").button()
    look.looked(f"{start[-4:]}6 refused", whole=False)
    keys.enters(leads_to(keys, start, "5"))


def says_how_it_was(look: Looker, keys: Keys, start: str) -> None:
    """Choose an agency, answer one question, send it."""
    whole = "/e/" not in start
    keys.page.goto(start)
    look.looked(start[-6:], whole=whole)
    keys.button()
    look.looked(f"{start[-6:]} refused", whole=False)
    keys.to(keys.named("of"))
    keys.page.keyboard.press("ArrowDown")
    keys.chooses("believed", "in_part").button()
    look.looked(f"{start[-6:]} thanks", whole=whole)


def asks_the_directory(look: Looker, keys: Keys, start: str) -> None:
    """Look for anything, open one, go back; look for what is not there."""
    name, whole = start[-4:], not start.endswith("/e/")
    keys.page.goto(start)
    look.looked(name, whole=whole)
    keys.button()
    look.looked(f"{name} found", whole=whole)
    keys.enters(keys.named("one"))
    look.looked(f"{name} one", whole=whole)
    keys.enters(keys.named("page"))
    keys.types("q", "quartzbird nineteen").button()
    look.looked(f"{name} nothing", whole=whole)
