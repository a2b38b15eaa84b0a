"""Begin a wish to give a release or to share more, and say how it ended. A wish opens nothing.

It is finished live, by the two together, on the release form: somebody who holds the survivor's telephone, or stands beside
them, gets nothing by it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, acting, own_hand, require_own
from shelterbelt.consent.files import cases_of_person
from shelterbelt.consent.models import Release
from shelterbelt.conversations.models import Wish
from shelterbelt.conversations.policy import SETTLE_WISH
from shelterbelt.ledger.actions import record
from shelterbelt.safety.files import row_in
from shelterbelt.safety.models import OwnFile

ENDS = frozenset({"signed", "not_now"})


def begin_wish(
    file: OwnFile,
    case_id: UUID,
    told: Mapping[str, Any],
    *,
    release_id: UUID | None = None,
    by: Survivor,
    at: datetime,
) -> Wish:
    """Say to the worker they trust that they think of a release, or of sharing more by one; nothing opens."""
    require_own(by, SETTLE_WISH, file, at=at)
    with own_hand(by, at=at):
        if file.ended_at or case_id not in cases_of_person(by.id, by.agency_id):
            raise NotForYou
        if release_id and not Release.objects.filter(id=release_id, case_id=case_id).exists():
            raise NotForYou
        begun = row_in(file, told)
        wish = Wish.objects.create(**begun, case_id=case_id, release_id=release_id, asked_at=at)
        record("wish.begun", about=wish.id, by=by.id, agency=file.agency_id, at=at)
    return wish


def settle_wish(wish: Wish, outcome: str, *, by: Worker | Survivor, at: datetime) -> None:
    """How it ended: signed, not now; or taken back by their own hand. A second time changes nothing."""
    require_own(by, SETTLE_WISH, wish, at=at)
    if outcome not in ({"taken_back"} if isinstance(by, Survivor) else ENDS):
        raise NotForYou
    with acting(by, at=at):
        ended = Wish.objects.filter(id=wish.id, settled_at=None).update(
            settled_at=at, settled_by=by.id, outcome=outcome
        )
        if ended:
            record("wish.settled", about=wish.id, by=by.id, agency=wish.agency_id, at=at)
