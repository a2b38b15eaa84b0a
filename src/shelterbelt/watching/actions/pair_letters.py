"""Letters about pairs, whichever side they come to, and which of them may still leave. It decides nothing by itself."""

from datetime import datetime
from uuid import UUID

from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.watching import letters
from shelterbelt.watching.actions import pairs, shares
from shelterbelt.watching.policy import TRACKERS_AT


def take_in_end(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """It ends: on the side of the agency that runs the tracker, or on the survivor's."""
    side = shares if to.kind in TRACKERS_AT else pairs
    side.take_in_end(body, letter=letter, sender=sender, to=to, at=at)


def may_still_leave(letter: Letter, *, at: datetime) -> bool:
    """Whether a letter that waits may go: a request and fixes only while what opens them stands."""
    if letter.kind == letters.FIXES:
        return shares.may_leave(letter, at=at)
    return letter.kind != letters.REQUEST or pairs.may_leave(letter, at=at)
