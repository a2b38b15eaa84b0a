"""A court with orders, trackers, zones and people on duty, and the telephone network that texts them. It kills nothing."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

PEOPLE, PERSON = 2, "+1202555{:04d}"


@dataclass
class Town:
    """Who watches whom: the court, who is on duty by their number, the feed's secret, the trackers."""

    agency: UUID
    people: dict[str, UUID]
    secret: str
    watched: list[int]
    others: list[int]


def filled(watched: int, others: int) -> Town:
    """A court with workers on duty, orders that bind with a tracker each, and trackers of orders that bind nobody."""
    from tests.apps.orders.cast import in_force, with_terms
    from tests.world import town, worker

    from shelterbelt.agencies.sealed import new_key, seal
    from shelterbelt.store.asker import as_agency
    from shelterbelt.store.ids import uuid7
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.actions.devices import issue_feed, issue_tracker
    from shelterbelt.watching.actions.duty import be_on_duty
    from shelterbelt.watching.models import FEED, PARTS, TRACKER, Device

    place, at = town(), now()
    court, clerk, people = place.court.id, place.court_clerk, {}
    for number in range(PEOPLE):
        by, phone = worker(place.court, "court_clerk", at=at), PERSON.format(100 + number)
        with as_agency(court, at=at, worker=by.id):
            be_on_duty(at + timedelta(hours=12), phone, by=by, at=at)
        people[phone.lstrip("+")] = by.id
    with as_agency(court, at=at, worker=clerk.id):
        feed = issue_feed("Vendor", by=clerk, at=at)
    numbers = []
    for _ in range(watched):
        made = with_terms(in_force(clerk, at=at), clerk, at=at)
        with as_agency(court, at=at, worker=clerk.id):
            thing = issue_tracker(made, FEED, "Ankle", feed=feed.thing, by=clerk, at=at).thing
        numbers.append(int(thing.number))
    with as_agency(court, at=at):
        key, first = new_key(court), max(numbers) + 1
        rows = []
        for number in range(first, first + others):
            id = uuid7()
            rows.append(Device(id=id, agency_id=court, key=key, sealed=seal(key, court, {}, about=id), number=number,
                               kind=TRACKER, person_id=uuid4(), feed=feed.thing, protocol=FEED, part=number % PARTS,
                               issued_at=at))  # fmt: skip
        Device.objects.bulk_create(rows, batch_size=2000)
    return Town(court, people, feed.secret, numbers, list(range(first, first + others)))


@contextlib.contextmanager
def texted(folder: Path) -> Iterator[list[tuple[str, float]]]:
    """A telephone network that notes which number was texted when; the node is told of it."""
    from tests.apps.notices.smsc import Behaviour, Smsc

    arrived: list[tuple[str, float]] = []

    class Network(Smsc):
        def _submit(self, line: Any, number: int, body: bytes) -> bool:
            before, at = len(self.taken), time.time()
            try:
                return super()._submit(line, number, body)
            finally:
                arrived.extend((one["destination_addr"], at) for one in self.taken[before:])

    password = folder / "net"
    password.write_text("net pass\n")
    net = Network(Behaviour())
    os.environ |= {
        "SHELTERBELT_SMPP_HOST": "127.0.0.1", "SHELTERBELT_SMPP_PORT": str(net.port), "SHELTERBELT_SMPP_USER": "node",
        "SHELTERBELT_SMPP_PASSWORD_FILE": str(password), "SHELTERBELT_SMPP_FROM": "20255",
    }  # fmt: skip
    try:
        yield arrived
    finally:
        net.stop()
