"""Says to an open duty list that it has changed, as it happens. What changed is read anew by the page, never told here.

Refuses programs, and ends with the session or the right.
"""

from django.conf import settings
from django.db import transaction

from shelterbelt.access.accounts import WHOLE
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.sessions import SessionStore
from shelterbelt.api.stream import Listening, State, asker
from shelterbelt.ledger.actions import reading
from shelterbelt.ui.clock import now
from shelterbelt.watching.duty_queries import marks
from shelterbelt.watching.policy import SEE_ALARMS

NEWS = b"event: watch\ndata: {}\n\n"


def begin(who: Listening) -> State | None:
    """How the list stands as somebody begins to listen: signed in as for any page."""
    if not who.session or (settings.SECOND_FACTOR and not SessionStore(who.session).load().get(WHOLE)):
        return None
    found = look(who, None)
    return found[0] if found else None


def look(who: Listening, before: State | None) -> tuple[State, bytes] | None:
    """How the list stands at this instant, and whether that is news; none when all has ended."""
    at = now()
    with transaction.atomic():
        by = asker(who, at) if who.session else None
        if by is None:
            return None
        try:
            require(by, SEE_ALARMS, at=at)
        except NotForYou:
            transaction.set_rollback(True)
            return None
        state = marks(by=by, at=at)
        if before is None or state == before:
            return state, b""
        reading("watch.stream", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
        return state, NEWS
