"""Follows an agency's ledger and opens what its protocol asks for, each entry once.

Refuses entries that could still roll back.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from shelterbelt.agencies.models import Agency
from shelterbelt.assessments.actions import follow_roles, renew_due
from shelterbelt.cases.models import Incident
from shelterbelt.ledger.models import Entry
from shelterbelt.library import shelf
from shelterbelt.response.actions import (
    DONE,
    NOT_NEEDED,
    adopt,
    call_up,
    end_work_about,
    end_work_of,
    open_action,
    show_next_due,
)
from shelterbelt.response.facts import Told, facts_about, orders_settled
from shelterbelt.response.models import Cursor
from shelterbelt.response.preparing import openings
from shelterbelt.response.queries import calls_due
from shelterbelt.response.renewing import call_for
from shelterbelt.rules.deadlines import Event, Protocol, due
from shelterbelt.store.asker import as_agency
from shelterbelt.store.turns import one_at_a_time

BATCH = 200
SETTLED = (
    "select id, agency_id, kind, about, by, at, digest, xid::text as xid from ledger_entry"
    " where agency_id = %s and (xid, id) > (%s::xid8, %s) and xid < ledger_settled()"
    f" order by xid, id limit {BATCH}"
)
ANSWERED = ("reassessment.agreed", "reassessment.declined")
NEWS_ENDS = ("detained.confirmed", "detained.overtaken", "detained.not_wanted", "detained.not_needed")
SETTLES = (*ANSWERED, "reassessment.called_off", "reassessment.overtaken")
# Whoever says what a breach was has looked at it.
LOOKED_AT, LOOK = ("breach.confirmed", "breach.not_a_breach", "breach.undetermined"), "breach_look"
WAITING = "select exists (select 1 from ledger_entry where agency_id = %s and (xid, id) > (%s::xid8, %s))"


def follow(agency_id: UUID, *, at: datetime, forecasts: bool = True) -> int:
    """Follow to the end of what is settled, a batch a transaction; returns how many entries were read.

    Then what they touch is forecast anew; without `forecasts` that is left to whoever follows next.
    """
    read = 0
    while True:
        with as_agency(agency_id, at=at):
            batch = _follow_batch(agency_id, at=at)
        read += batch
        if batch < BATCH:
            break
    if forecasts:
        renew_due(agency_id, at=at)
    return read


def call_up_all(agency_id: UUID, *, at: datetime) -> int:
    """Take every step up the chain that is due by now in an agency; returns how many were taken."""
    taken = 0
    while True:
        with as_agency(agency_id, at=at):
            found = calls_due(agency_id, at=at, most=BATCH)
            taken += sum(call_up(action, at=at) for action in found)
            for case_id in {action.case_id for action in found if action.case_id}:
                show_next_due(case_id)
        if not found:
            return taken


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
    one_at_a_time(f"follow:{agency_id}")
    place = _cursor(agency_id)
    entries = list(Entry.objects.raw(SETTLED, (agency_id, place.xid, place.entry_id)))
    if not entries:
        return 0
    protocol = protocol_of(Agency.objects.get(id=agency_id))
    touched = {case for entry in entries for case in _follow_entry(entry, protocol, at=at)}
    for case_id in touched:
        show_next_due(case_id)
    call_for(agency_id, entries)
    place.xid, place.entry_id = str(entries[-1].xid), entries[-1].id
    place.save(update_fields=["xid", "entry_id"])
    return len(entries)


def _follow_entry(entry: Entry, protocol: Protocol | None, *, at: datetime) -> set[UUID]:
    """Open what one entry asks for; gives the cases whose due times changed."""
    if entry.kind == "case.closed":
        end_work_of(entry.about, at=entry.at)
        return {entry.about}
    touched = _react(entry, at=at)
    told = facts_about(entry)
    if told is None or (told.case and told.case.closed_at):
        return touched
    if entry.kind == "case.opened" and told.case:
        adopt(told.case)
    for opening in due(protocol, told.event, told.facts) if protocol else ():
        open_action(told, opening, cause=entry, at=at)
    return touched | ({told.case.id} if told.case else set())


def _react(entry: Entry, *, at: datetime) -> set[UUID]:
    """What follows from an entry whatever the protocol says: work about it ends, a wrong role undoes what it raised."""
    if entry.kind in SETTLES:
        outcome = DONE if entry.by and entry.kind in ANSWERED else NOT_NEEDED
        return end_work_about(entry.about, outcome, by=entry.by if outcome == DONE else None, at=entry.at)
    if entry.kind in LOOKED_AT:
        return end_work_about(entry.about, DONE, by=entry.by, at=entry.at, kind=LOOK)
    if entry.kind == "happening.recorded":
        return _prepare(entry, at=at)
    if entry.kind in NEWS_ENDS:
        known = entry.kind == NEWS_ENDS[0]
        return end_work_about(
            entry.about, DONE if known else NOT_NEEDED, by=entry.by if known else None, at=entry.at
        )
    if entry.kind == "order.happened":
        ended = (end_work_about(one, NOT_NEEDED, by=None, at=entry.at) for one in orders_settled(entry))
        return {case for cases in ended for case in cases}
    if entry.kind == "happening.undone":
        return end_work_about(entry.about, NOT_NEEDED, by=None, at=entry.at)
    if entry.kind == "roles.corrected" and (incident := Incident.objects.filter(id=entry.about).first()):
        return follow_roles(incident, by=entry.by, at=max(at, entry.at))
    return set()


def _prepare(entry: Entry, *, at: datetime) -> set[UUID]:
    """A planned act has things to be ready before it: each is work."""
    found = openings(entry)
    if found is None:
        return set()
    case, wanted = found
    told = Told(Event(entry.kind, entry.at, entry.at), case=case)
    for opening in wanted:
        open_action(told, opening, cause=entry, at=at)
    return {case.id}


def _cursor(agency_id: UUID) -> Cursor:
    return Cursor.objects.get_or_create(agency_id=agency_id)[0]
