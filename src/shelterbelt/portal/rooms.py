"""What the portal's first page lists, in the order in which it is needed. A room adds its line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shelterbelt.portal.visitors import Visitor


@dataclass(frozen=True)
class Room:
    """A room: its name, what the page calls it, its first page, and how many things wait there (asked on each visit)."""

    name: str
    label: Any
    first: str
    waiting: Callable[[Visitor], int] | None = None


ROOMS: tuple[Room, ...] = (Room("visits", _("Where you are signed in"), "visits"),)
