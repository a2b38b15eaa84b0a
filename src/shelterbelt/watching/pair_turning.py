"""What the watch does beside the log: sends what is shared to other nodes, ends what no release opens, and keeps parts together.

Each agency and each work by itself: what fails in one is no other's.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from shelterbelt.agencies.queries import agency as agency_of
from shelterbelt.watching.actions.pairs import bring_together, end_unreleased
from shelterbelt.watching.actions.shares import send_fixes
from shelterbelt.watching.own_telling import close_ended, tell_own
from shelterbelt.watching.pairs_policy import HERS
from shelterbelt.watching.policy import TRACKERS_AT

Work = Callable[..., int]


def works_of(agency_id: UUID) -> tuple[Work, ...]:
    """What is to be done for an agency of this kind in each turn."""
    kind = agency_of(agency_id).kind
    if kind in TRACKERS_AT:
        return (send_fixes,)
    return (end_unreleased, bring_together, tell_own, close_ended) if kind in HERS else ()


def pair_turn(agency_id: UUID, *, at: datetime) -> bool:
    """One turn for one agency; whether anything was done."""
    return any([work(agency_id, at=at) for work in works_of(agency_id)])
