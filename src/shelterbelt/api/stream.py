"""What changes on the board, as it happens, for an open page or a program. Some looks a second, each asking anew.

Refuses to keep a session alive, and to say anything once session, account, token or grant has ended: then it ends, too.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from shelterbelt.access.accounts import WHOLE
from shelterbelt.access.exports import ROWS, OverBudget, require_budget
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.sessions import SessionStore, worker_of
from shelterbelt.api.tokens import admitted
from shelterbelt.cases.policy import SEE_BOARD
from shelterbelt.ledger.actions import reading
from shelterbelt.response import board as boards
from shelterbelt.store.asker import set_asker
from shelterbelt.ui.clock import now

EVERY = 0.4
SCOPE = "cases:read"
State = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Listening:
    """Who listens: by a page's session or by a program's token; to the own board, or to what an agency shares."""

    session: str = ""
    token: str = ""
    holder: str = ""


def begin(who: Listening) -> State | None:
    """How the page stands as somebody begins to listen: signed in as for any page, or with a token that covers it."""
    if who.session:
        told = SessionStore(who.session).load()
        if settings.SECOND_FACTOR and not told.get(WHOLE):
            return None
    found = look(who, None)
    return found[0] if found else None


def look(who: Listening, before: State | None) -> tuple[State, bytes] | None:
    """The board's first page as it may be seen at this instant, and what to say of it; none when all has ended."""
    at = now()
    with transaction.atomic():
        by = asker(who, at)
        if by is None:
            return None
        try:
            page = _page(by, who.holder, at)
            state = {case.ref: (case.level, _text(case.next_due_at)) for case in page.cases}
            if before is None or state == before:
                return state, b""
            require_budget(by, (case.id for case in page.cases), what=ROWS, at=at)
        except (NotForYou, OverBudget):
            transaction.set_rollback(True)
            return None
        reading("board.stream", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
        return state, event(before, state)


def event(before: State, state: State) -> bytes:
    """What is new or different, and what is no longer on the page; references, levels and times, no names."""
    changed = [
        {"ref": ref, "level": level, "due_at": due or None}
        for ref, (level, due) in state.items()
        if before.get(ref) != (level, due)
    ]
    told = {"changed": changed, "gone": [ref for ref in before if ref not in state]}
    return f"event: board\ndata: {json.dumps(told)}\n\n".encode()


def asker(who: Listening, at: datetime) -> Worker | None:
    """Who listens, as a signed-in worker or a program; none when session, account or token has ended."""
    if who.token:
        found = admitted(who.token, at=at)
        return found[0] if found and SCOPE in found[1] else None
    worker_id: UUID | None = worker_of(who.session, at=at) if who.session else None
    if worker_id is None:
        return None
    set_asker(None, worker_id, at)
    by = Worker.objects.select_related("agency", "unit").filter(id=worker_id, is_active=True).first()
    if by is not None:
        set_asker(by.agency_id, by.id, at)
    return by


def _page(by: Worker, holder: str, at: datetime) -> boards.Page:
    require(by, SEE_BOARD, at=at)
    if not holder:
        return boards.board(by, boards.Asked(), at=at)
    shares = next((agency for agency in boards.sharing_agencies(by, at=at) if agency.ref == holder), None)
    if shares is None:
        raise NotForYou
    return boards.shared_board(by, shares, at=at)


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""
