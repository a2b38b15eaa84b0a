"""What is to be watched for a survivor: their own device with a tracker that is shared, and the zones that they drew.

Only while a pair is watched and its release stands. A device that is awaited and says nothing is unknown, and alarms.
"""

import logging
from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError

from shelterbelt.agencies.sealed import fingerprint, opened
from shelterbelt.rules.zones import Zone, circle
from shelterbelt.watching.alarm_models import PAIR, ZONE
from shelterbelt.watching.models import OWN, Device
from shelterbelt.watching.pair_models import MINE, WATCHED, Pair, WarningZone
from shelterbelt.watching.pairs_policy import living
from shelterbelt.watching.sources import Found, Wanted, zone_digest

OF_PAIR, WARNING = "pair", "warning"
log = logging.getLogger(__name__)


def own_watches(agency: UUID, at: datetime) -> Found:
    """Pairs and warning zones of every survivor here; the caller asks for the agency."""
    found = Found()
    sent = _shared(agency, at)
    own = _own(agency)
    for person, pairs in sent.items():
        if person in own:
            found.wanted += [_pair(own[person], one) for one in pairs]
    for row in WarningZone.objects.filter(agency_id=agency).order_by("id"):
        devices = [own[row.person_id]] if row.person_id in own else []
        if row.warns != MINE:
            devices = [one.device for one in sent.get(row.person_id, ()) if one.device]
        _zone(row, devices, found)
    known = {one.device for one in found.wanted} | {one.other for one in found.wanted if one.other}
    found.awaited += sorted(known - set(found.unreadable), key=lambda one: one.number)
    return found


def zone_of(row: WarningZone) -> Zone:
    """A zone that a survivor drew, as the rules take it."""
    told = opened(row)
    return circle(told["lat"], told["lon"], told["metres"])


def _shared(agency: UUID, at: datetime) -> dict[UUID, list[Pair]]:
    rows = Pair.objects.filter(living(at), agency_id=agency, state=WATCHED, device__ended_at=None)
    found: dict[UUID, list[Pair]] = defaultdict(list)
    for row in rows.exclude(device=None).select_related("device").order_by("asked_at", "id"):
        found[row.person_id].append(row)
    return found


def _own(agency: UUID) -> dict[UUID, Device]:
    """The newest living device of each survivor."""
    rows = Device.objects.filter(agency_id=agency, kind=OWN, ended_at=None)
    return {row.person_id: row for row in rows.order_by("issued_at", "number")}


def _pair(own: Device, pair: Pair) -> Wanted:
    return Wanted(
        source=OF_PAIR,
        source_id=pair.id,
        kind=PAIR,
        device=own,
        other=pair.device,
        digest=fingerprint(pair.agency_id, {"pair": str(pair.id)}),
        person_id=pair.person_id,
    )


def _zone(row: WarningZone, devices: list[Device], found: Found) -> None:
    try:
        zone = zone_of(row)
    except DatabaseError:
        raise
    except Exception as fault:
        log.error("a zone cannot be watched: %s", type(fault).__name__)
        found.unreadable += devices
        return
    digest = zone_digest(row.agency_id, zone)
    found.wanted += [
        Wanted(
            source=WARNING,
            source_id=row.id,
            kind=ZONE,
            device=one,
            digest=digest,
            zone=zone,
            person_id=row.person_id,
        )
        for one in devices
    ]
