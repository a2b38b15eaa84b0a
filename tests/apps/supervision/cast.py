"""A case of the police about somebody whom a jail holds, and short ways to tell what a feed says of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shelterbelt.cases.actions import Party, record_incident
from shelterbelt.cases.drafts import open_incident
from shelterbelt.cases.models import Case
from shelterbelt.notices.actions import tell_instructions
from shelterbelt.people.models import Person
from shelterbelt.store.asker import as_agency
from shelterbelt.supervision import actions
from shelterbelt.supervision.actions.hearing import Heard
from shelterbelt.supervision.models import Booking, DetainedNews, DetainedStand
from shelterbelt.supervision.told import told_line
from tests.apps.notices.people import told as instructions
from tests.world import AT, Town

MINUTE = timedelta(minutes=1)
JAIL = "county_jail"


@dataclass
class Held:
    """A town in which one case's other person is in the jail's books."""

    place: Town
    case: Case
    other: Person
    booking: Booking | None = None

    def said(
        self, *lines: dict[str, Any], at: datetime = AT, whole: bool = True, source: str = JAIL
    ) -> Heard:
        """The jail's program tells these lines."""
        agency = self.place.police
        told = [told_line(line) for line in lines]
        with as_agency(agency.id, at=at):
            return actions.hear_lines(source, told, whole=whole, agency=agency, by=None, at=at)

    def linked(self, *, at: datetime = AT, number: str = "B-1") -> Booking:
        """The detective says that a booking is the other person of the case."""
        with as_agency(self.place.police.id, at=at, worker=self.place.detective.id):
            rows = [row for row in Booking.objects.filter(person_id=None) if number_of(row) == number]
            return actions.link_booking(rows[0], self.other, by=self.place.detective, at=at)

    def news(self, state: str = "open") -> list[DetainedNews]:
        with as_agency(self.place.police.id, at=AT):
            return list(DetainedNews.objects.filter(case=self.case, state=state).order_by("heard_at", "id"))

    def stand(self) -> str:
        with as_agency(self.place.police.id, at=AT):
            row = DetainedStand.objects.filter(person_id=self.other.id).first()
        return row.state if row else ""

    def turn(self, at: datetime) -> None:
        """What the worker process does each minute."""
        with as_agency(self.place.police.id, at=at):
            actions.look_again(self.place.police, at=at)
        actions.ask_for_news(self.place.police.id, at=at)


def number_of(booking: Booking) -> str:
    from shelterbelt.agencies.sealed import opened

    return str(opened(booking)["number"])


def line(key: str, kind: str, at: datetime = AT, **more: Any) -> dict[str, Any]:
    """One line as a feed has it."""
    return {"key": key, "booking": "B-1", "kind": kind, "happened_at": at.isoformat(), **more}


def report(
    place: Town, survivor: str = "Wren Ashby", other: str = "Sol Ender", *, reach: bool = True
) -> Held:
    """A recorded incident of the police with its case, and how the survivor may be reached."""
    by = place.officer
    people = [
        Party("survivor", {"name": survivor, "language": "es"}),
        Party("perpetrator", {"name": other, "born_on": "1980-05-06"}),
    ]
    with as_agency(place.police.id, at=AT, worker=by.id):
        done = record_incident(
            open_incident(by=by, at=AT), content={}, parties=people, happened_at=AT, by=by, at=AT
        )
    assert done.case is not None
    with as_agency(place.police.id, at=AT, worker=place.detective.id):
        case = Case.objects.select_related("survivor", "other").get(id=done.case.id)
        assert case.other is not None
        if reach:
            tell_instructions(case.id, instructions(), by=place.detective, at=AT)
        return Held(place, case, case.other)
