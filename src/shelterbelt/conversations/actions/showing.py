"""Show a survivor in the portal who has looked at their case, or end that. Their worker does it with them, never they alone.

What a page shows there can be read by whoever holds the telephone: that is talked about first.
"""

from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.consent.files import cases_of_person
from shelterbelt.conversations.models import LooksShown
from shelterbelt.conversations.policy import SHOW_LOOKS
from shelterbelt.ledger.actions import record
from shelterbelt.safety.files import row_in
from shelterbelt.safety.models import OwnFile


def show_looks(file: OwnFile, case_id: UUID, *, by: Worker, at: datetime) -> None:
    """From now on the portal shows them who has looked at this case of theirs."""
    require(by, SHOW_LOOKS, file, at=at)
    if case_id not in cases_of_person(file.person_id, file.agency_id):
        raise NotForYou
    row, new = LooksShown.objects.get_or_create(
        case_id=case_id, until_at=None, defaults={**row_in(file, {}), "from_at": at, "shown_by": by.id}
    )
    if new:
        record("looks.shown", about=row.id, by=by.id, agency=file.agency_id, at=at)


def hide_looks(file: OwnFile, case_id: UUID, *, by: Worker | Survivor, at: datetime) -> None:
    """The portal shows it no more, at once; they may do that themselves."""
    require_own(by, SHOW_LOOKS, file, at=at)
    with acting(by, at=at):
        rows = LooksShown.objects.filter(person_id=file.person_id, case_id=case_id, until_at=None)
        for row in rows:
            row.until_at, row.ended_by = at, by.id
            row.save(update_fields=["until_at", "ended_by"])
            record("looks.hidden", about=row.id, by=by.id, agency=file.agency_id, at=at)
