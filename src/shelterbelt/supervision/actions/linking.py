"""Say that a booking is a person of the agency, or that it was not; forget bookings that nobody links.

A worker says it. Names that agree are shown to them and join nothing.
"""

from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import destroy
from shelterbelt.ledger.actions import record
from shelterbelt.library.detained import detained
from shelterbelt.people.models import Person
from shelterbelt.store.turns import one_at_a_time
from shelterbelt.supervision.actions.hearing import about_person
from shelterbelt.supervision.actions.standing import follow_link, follow_unlink
from shelterbelt.supervision.models import TAKEN_BACK, Booking, BookingLink, DetainedLine
from shelterbelt.supervision.policy import LINK_BOOKING


def link_booking(booking: Booking, person: Person, *, by: Worker, at: datetime) -> Booking:
    """This booking is this person: what was heard of it counts from now on. A booking is one person's at a time."""
    require(by, LINK_BOOKING, booking, at=at)
    require(by, LINK_BOOKING, about_person(person.id, by), at=at)
    if person.agency_id != booking.agency_id:
        raise NotForYou
    one_at_a_time(f"detained:{booking.agency_id}")
    row = Booking.objects.select_for_update(of=("self",)).get(id=booking.id)
    if row.person_id is not None:
        return row
    row.person_id = person.id
    row.save(update_fields=["person_id"])
    BookingLink.objects.create(
        agency_id=row.agency_id, booking=row, person_id=person.id, linked_at=at, linked_by=by.id
    )
    DetainedLine.objects.filter(booking=row).update(person_id=person.id)
    record("booking.linked", about=row.id, by=by.id, agency=row.agency_id, at=at)
    follow_link(person.id, _lines(row), agency=by.agency, at=at)
    return row


def unlink_booking(booking: Booking, *, by: Worker, at: datetime) -> Booking:
    """This booking was not that person: what came of it is undone, and who it was thought to be stays written down."""
    require(by, LINK_BOOKING, booking, at=at)
    one_at_a_time(f"detained:{booking.agency_id}")
    row = Booking.objects.select_for_update(of=("self",)).get(id=booking.id)
    person = row.person_id
    if person is None:
        return row
    lines = _lines(row)
    row.person_id = None
    row.save(update_fields=["person_id"])
    BookingLink.objects.filter(booking=row, ended_at=None).update(ended_at=at, ended_by=by.id)
    DetainedLine.objects.filter(booking=row).update(person_id=None)
    record("booking.unlinked", about=row.id, by=by.id, agency=row.agency_id, at=at)
    follow_unlink(person, lines, agency=by.agency, at=at)
    return row


def forget_unlinked(agency: UUID, *, at: datetime) -> int:
    """Bookings that nobody has linked for long are nobody's here: they go, with all that was heard of them."""
    one_at_a_time(f"detained:{agency}")
    old = at - detained().unlinked_for
    rows = Booking.objects.filter(agency_id=agency, person_id=None, arrived_at__lt=old)
    found = list(rows.exclude(lines__received_at__gte=old).exclude(links__isnull=False).distinct()[:500])
    for booking in found:
        for line in DetainedLine.objects.filter(booking=booking):
            destroy(line.key, agency)
        destroy(booking.key, agency)
        record("booking.forgotten", about=booking.id, by=None, agency=agency, at=at)
        booking.delete()
    return len(found)


def _lines(booking: Booking) -> list[DetainedLine]:
    rows = DetainedLine.objects.filter(booking=booking).exclude(kind=TAKEN_BACK)
    return list(rows.order_by("received_at", "id"))
