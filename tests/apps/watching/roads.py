"""A tracker of an order with one judge's place, and ways that it goes; what it sends is put straight into the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shelterbelt.access.models import Worker
from shelterbelt.orders.models import Order, OrderPlace
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import framed
from shelterbelt.store.asker import as_agency
from shelterbelt.watching.actions.devices import issue_tracker
from shelterbelt.watching.alarm_models import Alarm, Beat
from shelterbelt.watching.alarms import ms_of
from shelterbelt.watching.log import Lot, log
from shelterbelt.watching.models import FEED, OWNTRACKS, Device
from shelterbelt.watching.turning import Watcher
from tests.apps.orders.cast import HOME, in_force, with_terms
from tests.world import AT, Town

assert FEED
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
# Degrees of latitude for a hundred metres.
HUNDRED = 100 / 111_195
INSIDE, OUTSIDE = HOME, (HOME[0] + 20 * HUNDRED, HOME[1])


@dataclass
class Tracked:
    """An order, its place, and who carries a tracker for it."""

    by: Worker
    order: Order
    place: OrderPlace
    device: Device

    @property
    def agency(self):  # type: ignore[no-untyped-def]
        return self.by.agency_id


def tracked(town: Town, *, at: datetime = AT, **more: object) -> Tracked:
    """An order of the court that is served and names one place, and its tracker."""
    by = town.court_clerk
    made = with_terms(in_force(by, at=at, **more), by, at=at)
    with as_agency(by.agency_id, at=at, worker=by.id):
        device = issue_tracker(made, OWNTRACKS, "blue strap", by=by, at=at).thing
        place = OrderPlace.objects.get(order=made)
        # That a process runs is the node's: another test's is not this one's.
        Beat.objects.all().delete()
    return Tracked(by, made, place, device)


def fix(at: datetime, where: tuple[float, float] = OUTSIDE, metres: float = 10.0, **more: int) -> Fix:
    """Where a device was at an instant."""
    return Fix(ms_of(at), *where, metres, **more)


def send(device: Device, fixes: Iterable[Fix], *, at: datetime) -> None:
    """What a device said becomes durable."""
    frames = b"".join(framed(device.number, one, received_ms=ms_of(at)) for one in fixes)
    with as_agency(device.agency_id, at=at):
        log.append(device.agency_id, {Lot(device.part): frames}, at=at)


def turned(watcher: Watcher, agency, *, at: datetime) -> None:  # type: ignore[no-untyped-def]
    """Turn until nothing is left."""
    while watcher.turn(agency, at=at):
        pass


def alarms(agency, at: datetime = AT) -> list[Alarm]:  # type: ignore[no-untyped-def]
    """Every alarm of an agency, in order."""
    with as_agency(agency, at=at):
        return list(Alarm.objects.filter(agency_id=agency).order_by("ms", "kind"))


def shown(agency, at: datetime = AT) -> list[tuple[str, str, bool]]:  # type: ignore[no-untyped-def]
    """Kind, certainty and whether it was taken back."""
    return [(one.kind, one.certainty, one.taken_back_at is not None) for one in alarms(agency, at)]
