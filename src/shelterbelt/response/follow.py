"""Follows an agency's ledger and opens what its protocol asks for, each entry once.

Refuses entries that could still roll back.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from shelterbelt.agencies.models import Agency
from shelterbelt.ledger.models import Entry
from shelterbelt.library import shelf
from shelterbelt.response.actions import adopt, end_work_of, open_action, show_next_due
from shelterbelt.response.facts import facts_about
from shelterbelt.response.models import Cursor
from shelterbelt.rules.deadlines import Protocol, due
from shelterbelt.store.asker import as_agency

BATCH = 200
SETTLED = (
    "select id, agency_id, kind, about, by, at, digest, xid::text as xid from ledger_entry"
    " where agency_id = %s and (xid, id) > (%s::xid8, %s) and xid < ledger_settled()"
    f" order by xid, id limit {BATCH}"
)
WAITING = "select exists (select 1 from ledger_entry where agency_id = %s and (xid, id) > (%s::xid8, %s))"


def follow(agency_id: UUID, *, at: datetime) -> int:
    """Follow to the end of what is settled, a batch a transaction; returns how many entries were read."""
    read = 0
    while True:
        with as_agency(agency_id, at=at):
            batch = _follow_batch(agency_id, at=at)
        read += batch
        if batch < BATCH:
            return read


def waiting(agency_id: UUID, *, at: datetime) -> bool:
    """Whether the ledger goes on beyond the cursor; what is not settled yet counts."""
    with as_agency(agency_id, at=at):
        place = _cursor(agency_id)
        with connection.cursor() as cursor:
            cursor.execute(WAITING, (agency_id, place.xid, place.entry_id))
            return bool(cursor.fetchone()[0])


def protocol_of(agency: Agency) -> Protocol | None:
    """The protocol that an agency works by, if it has one."""
    return shelf.protocol(*agency.protocol.split("/")) if agency.protocol else None


def _follow_batch(agency_id: UUID, *, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"follow:{agency_id}",))
    place = _cursor(agency_id)
    entries = list(Entry.objects.raw(SETTLED, (agency_id, place.xid, place.entry_id)))
    if not entries:
        return 0
    protocol = protocol_of(Agency.objects.get(id=agency_id))
    touched = {case for entry in entries for case in _follow_entry(entry, protocol, at=at)}
    for case_id in touched:
        show_next_due(case_id)
    place.xid, place.entry_id = str(entries[-1].xid), entries[-1].id
    place.save(update_fields=["xid", "entry_id"])
    return len(entries)


def _follow_entry(entry: Entry, protocol: Protocol | None, *, at: datetime) -> set[UUID]:
    """Open what one entry asks for; gives the cases whose due times changed."""
    if entry.kind == "case.closed":
        end_work_of(entry.about, at=entry.at)
        return {entry.about}
    told = facts_about(entry)
    if told is None or (told.case and told.case.closed_at):
        return set()
    if entry.kind == "case.opened" and told.case:
        adopt(told.case)
    for opening in due(protocol, told.event, told.facts) if protocol else ():
        open_action(told, opening, cause=entry, at=at)
    return {told.case.id} if told.case else set()


def _cursor(agency_id: UUID) -> Cursor:
    return Cursor.objects.get_or_create(agency_id=agency_id)[0]
