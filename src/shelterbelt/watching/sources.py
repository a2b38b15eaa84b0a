"""What is to be watched now, read from whatever asks for it: an order whose terms bind, on the agency that has its tracker.

What cannot be read holds up nothing else: it is handed back, and said without saying whose. It decides about no position.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError

from shelterbelt.agencies.sealed import fingerprint
from shelterbelt.orders.queries import bound_terms, places_of
from shelterbelt.rules import breach
from shelterbelt.rules.zones import Zone
from shelterbelt.watching.alarm_models import ZONE
from shelterbelt.watching.models import TRACKER, Device

PLACE = "place"  # a judge's place of an order
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """One thing to watch: a device and a zone, or two devices. `source` and its id say what asks for it."""

    source: str
    source_id: UUID
    kind: str
    device: Device
    digest: bytes
    zone: Zone | None = None
    other: Device | None = None
    order_id: UUID | None = None
    person_id: UUID | None = None
    case_id: UUID | None = None

    @property
    def key(self) -> tuple[str, UUID, UUID]:
        """What makes it one while its settings stay."""
        return self.source, self.source_id, self.device.id


@dataclass
class Found:
    """What is wanted, which devices are awaited, and those of which nobody can say what to watch them for."""

    wanted: list[Wanted] = field(default_factory=list)
    awaited: list[Device] = field(default_factory=list)
    unreadable: list[Device] = field(default_factory=list)


Source = Callable[[UUID, datetime], Found]


def order_zones(agency: UUID, at: datetime) -> Found:
    """The judge's places of every order that binds, or may, and has a tracker; the caller asks for the agency."""
    found = Found()
    rows = Device.objects.filter(agency_id=agency, kind=TRACKER, ended_at=None, order__isnull=False)
    for device in rows.select_related("order__replaced_by").order_by("number"):
        try:
            _of_order(device, found, at)
        except DatabaseError:
            raise
        except Exception as fault:
            log.error("an order cannot be watched: %s", type(fault).__name__)
            found.unreadable.append(device)
    return found


def _of_order(device: Device, found: Found, at: datetime) -> None:
    order = device.order
    assert order is not None
    binding = [term for term in bound_terms(order, at) if term.binds != breach.NO]
    if not binding:
        return
    named = {zone for term in binding if term.kind == breach.STAY_AWAY for zone in term.zones}
    places = [(row, zone) for row, zone in places_of(order) if str(row.id) in named] if named else []
    found.awaited.append(device)
    for row, zone in places:
        found.wanted.append(
            Wanted(
                source=PLACE,
                source_id=row.id,
                kind=ZONE,
                device=device,
                digest=zone_digest(device.agency_id, zone),
                zone=zone,
                order_id=order.id,
                person_id=device.person_id,
                case_id=order.case_id,
            )
        )


def zone_digest(agency: UUID, zone: Zone) -> bytes:
    """A keyed digest of a zone: it shows that one was changed, and not where it lies."""
    return fingerprint(agency, zone_values(zone))


def zone_values(zone: Zone) -> dict[str, object]:
    """A zone as plain values."""
    plane = [zone.plane.latitude, zone.plane.longitude]
    return {
        "shape": zone.shape,
        "plane": plane,
        "points": [list(point) for point in zone.points],
        "reach": zone.reach,
    }
