"""What the portal's first page lists, in the order in which it is needed. A room adds its line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.portal.messages.views import waiting as words_waiting
from shelterbelt.portal.visitors import Visitor


@dataclass(frozen=True)
class Room:
    """A room: its name, what the page calls it, its first page, and how many things wait there (asked on each visit)."""

    name: str
    label: Any
    first: str
    waiting: Callable[[Visitor], int] | None = None


ROOMS: tuple[Room, ...] = (
    Room("now", _("Reach somebody now"), "now-home"),
    Room("watch", _("My device and my zones"), "watch-home"),
    Room("broken", _("Tell of something that broke the order"), "broken-home"),
    Room("plan", _("My plan"), "plan-home"),
    Room("record", _("What I wrote down"), "record-home"),
    Room("paper", _("On paper, or as a copy to keep"), "paper-home"),
    Room("words", _("Write with my advocate"), "words-home", waiting=words_waiting),
    Room("papers", _("Who may see what"), "papers-home"),
    Room("choices", _("What I want to happen"), "choices-home"),
    Room("contact", _("How I am reached"), "contact-home"),
    Room("looks", _("Who has looked"), "looks-home"),
    Room("said", _("Say how an agency treated you"), "said-home"),
    Room("rights", _("Rights and options"), "rights-home"),
    Room("visits", _("Where you are signed in"), "visits"),
    Room("me", _("Your name and words"), "me"),
)
