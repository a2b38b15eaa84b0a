"""A case at a police agency with an order that is in force and served, and breaches of it as people and a watch tell them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.breaches import actions
from shelterbelt.breaches.models import Breach
from shelterbelt.breaches.told import Report
from shelterbelt.cases.actions import Party, open_incident, record_incident
from shelterbelt.cases.models import Case
from shelterbelt.orders.models import Order
from shelterbelt.orders.queries import places_of
from shelterbelt.rules import geofence
from shelterbelt.rules.breach import OFFICER, WATCH, Seen
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import framed
from shelterbelt.store.asker import as_agency
from tests.apps.orders import cast as orders
from tests.world import AT, HOUR, Town

WORDS = "They called eleven times from quezzelnumber"
FRAMES = b"".join(
    framed(7, Fix(int(AT.timestamp() * 1000) + n * 1000, 41.8781, -87.6298, 9.0), received_ms=int(AT.timestamp() * 1000))
    for n in range(3)
)  # fmt: skip


@dataclass
class Broken:
    """A town with a case and its order."""

    town: Town
    case: Case
    order: Order

    @contextmanager
    def asks(self, by: Worker | None = None, at: datetime = AT) -> Iterator[None]:
        """The transaction of a worker's page, or of a job of the agency."""
        with as_agency(self.town.police.id, at=at, worker=by.id if by else None):
            yield

    def report(
        self, act: str = "contacted", *, when: datetime = AT - HOUR / 2, at: datetime = AT, **more: Any
    ) -> Breach:
        """An officer reports something."""
        by = more.pop("by", self.town.officer)
        case = more.pop("case", self.case)
        seen = Seen(act, more.pop("source", OFFICER))
        with as_agency(by.agency_id, at=at, worker=by.id):
            return actions.report_breach(
                self.order, Report(seen, when, WORDS, "The quezzelsurvivor"), case=case, by=by, at=at, **more
            )

    def seen(
        self, *, when: datetime = AT - HOUR / 2, zone: str = "", at: datetime = AT, **more: Any
    ) -> Breach | None:
        """The watch sees the respondent's device enter the judge's place."""
        with self.asks(at=at):
            (place, _zone), *_ = places_of(self.order)
            told = Seen(geofence.ENTERED, WATCH, zone=zone or str(place.id))
            return actions.note_seen(self.order, told, happened_at=when, proof=FRAMES, at=at, **more)

    def says(self, breach: Breach, state: str, *, by: Worker | None = None, at: datetime = AT) -> None:
        """A person says what it was."""
        worker = by or self.town.detective
        with self.asks(worker, at):
            actions.decide(breach, state, "The quezzelreason", by=worker, at=at)


def broken(place: Town) -> Broken:
    """The case, and an order that names its two people."""
    by = place.officer
    with as_agency(place.police.id, at=AT, worker=by.id):
        parties = [
            Party("survivor", {"name": "Jamie Birch"}),
            Party("perpetrator", {"name": "Alex Rowan Pike"}),
        ]
        done = record_incident(
            open_incident(by=by, at=AT), content={"events": {"narrative": "At the door"}}, parties=parties,
            happened_at=AT - 3 * HOUR, by=by, at=AT,
        )  # fmt: skip
    case = done.case
    assert case is not None and case.other is not None
    made = orders.in_force(by, respondent=case.other, petitioner=case.survivor, case=case)
    return Broken(place, case, orders.with_terms(made, by))
