"""Work out places to propose for a home, and keep the seed and what was proposed for ever: two sets would cut each other.

The home itself is kept nowhere. A home that a kept set still holds gets that very set again.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.ledger.actions import record
from shelterbelt.library.court import court
from shelterbelt.orders.models import HomeSeed
from shelterbelt.orders.policy import PROPOSE_PLACES
from shelterbelt.rules.give_away import propose
from shelterbelt.rules.zones import Zone, beyond, circle
from shelterbelt.store.ids import uuid7
from shelterbelt.store.turns import one_at_a_time

SEED = 32
Point = tuple[float, float]


def propose_places(case: Case, home: Point, *, by: Worker, at: datetime) -> tuple[Zone, ...]:
    """Places to propose for a home at (latitude, longitude): the same ones whenever it is asked for again."""
    require(by, PROPOSE_PLACES, at=at)
    require(by, WRITE_CASE, case, at=at)
    one_at_a_time(f"home:{case.id}")
    row = HomeSeed.objects.filter(case=case).first()
    sets = list(opened(row)["sets"]) if row else []
    for one in sets:
        zones = zones_of(one["places"])
        if any(beyond(zone, *home) <= -one["keep"] for zone in zones):
            return zones
    seed, settings = secrets.token_bytes(SEED), court().places
    zones = propose(home, seed, settings)
    places = [[zone.plane.latitude, zone.plane.longitude, zone.reach] for zone in zones]
    kept = {"seed": seed.hex(), "keep": settings.keep, "places": places, "at": at.isoformat()}
    made = _kept(row, case, {"sets": [*sets, kept]}, at)
    record("order.places_proposed", about=made.id, by=by.id, agency=case.agency_id, at=at)
    return zones


def zones_of(places: Sequence[Sequence[float]]) -> tuple[Zone, ...]:
    """Kept places as the rules look at them."""
    return tuple(circle(latitude, longitude, reach) for latitude, longitude, reach in places)


def _kept(row: HomeSeed | None, case: Case, content: dict[str, Any], at: datetime) -> HomeSeed:
    if row is None:
        row = HomeSeed(
            id=uuid7(),
            agency_id=case.agency_id,
            person_id=case.survivor_id,
            case=case,
            key=new_key(case.agency_id),
            made_at=at,
        )
    row.sealed = seal(row.key, row.agency_id, content, about=row.id)
    row.save()
    return row
