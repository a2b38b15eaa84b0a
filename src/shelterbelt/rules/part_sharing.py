"""May this part of a plan be shown to them now? Decides on one part and one viewer.

It refuses by default, and never lets a place go along with something else: that viewer and that part have been named.
"""

from dataclasses import dataclass
from datetime import datetime

from shelterbelt.rules.instants import aware
from shelterbelt.rules.reasons import Reason

SELF = "self"


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A part: for whom its plan is ("self" or another), and whether it asks where somebody can be found."""

    whom: str
    asks_place: bool

    @property
    def tells_place(self) -> bool:
        """This property will say whether it may tell where somebody is: all of it does that is about a child or dependent."""
        return self.asks_place or self.whom != SELF


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What was chosen: from when, until when, and whether it was said by itself that this viewer may read of places."""

    from_at: datetime
    ended_at: datetime | None
    place_named: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Shown or not, and why."""

    shown: bool
    because: tuple[Reason, ...]


def decide(
    part: PartFacts, share: ShareFacts | None, *, own_team: bool, released: bool, at: datetime
) -> Decision:
    """This function will say whether a viewer reads this part at this instant.

    `own_team`: the viewer is the holder's own team; another agency needs a release in force (`released`). A part that
    may tell where somebody is needs `place_named`: any agency may work with the other parent, and it is not ours to
    know. Raises ValueError for a naive instant. Source: the survivor's choice, part by part (tag P).
    """
    aware(at)
    refusals = tuple(_refusals(part, share, own_team=own_team, released=released, at=at))
    return Decision(not refusals, refusals or (Reason("part.shared"),))


def _refusals(
    part: PartFacts, share: ShareFacts | None, *, own_team: bool, released: bool, at: datetime
) -> list[Reason]:
    if share is None or at < share.from_at:
        return [Reason("part.not_shared")]
    checks = (
        (share.ended_at is not None and at >= share.ended_at, "part.share_ended"),
        (not own_team and not released, "part.no_release"),
        (part.tells_place and not share.place_named, "part.place_not_named"),
    )
    return [Reason(code) for failed, code in checks if failed]
