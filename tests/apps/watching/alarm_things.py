"""A group of alarms about an order's respondent, as a watch leaves it: for what every page and wall is tried on."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.orders.models import Order
from shelterbelt.rules.frames import framed
from shelterbelt.rules.zones import circle
from shelterbelt.store.asker import as_agency
from shelterbelt.watching.actions import duty
from shelterbelt.watching.alarm_models import Alarm, AlarmGroup
from shelterbelt.watching.alarms import made, ms_of, put_together
from shelterbelt.watching.sources import zone_values
from shelterbelt.watching.telling import call_next
from tests.apps.watching.roads import HUNDRED, fix
from tests.world import AT

HOME = (41.8781, -87.6298)
MINUTE = timedelta(minutes=1)


def a_group(order: Order, *, at: datetime, **more: Any) -> AlarmGroup:
    """Somebody was in a place that their order names; it was told to whoever is on duty."""
    with as_agency(order.agency_id, at=at):
        way = [fix(at - (9 - n) * MINUTE, (HOME[0] + (9 - n) * HUNDRED, HOME[1]), 25.0) for n in range(10)]
        frames = b"".join(framed(7, one, received_ms=one.ms) for one in way)
        content = {
            "frames": b64encode(frames).decode(),
            "zone": zone_values(circle(*HOME, 300)),
            "metres": -250.0,
            "place": "",
        }
        told = {
            "certainty": "sure",
            "person_id": order.respondent_id,
            "order_id": order.id,
            "case_id": order.case_id,
        }
        row = made(
            order.agency_id, seen_by=f"zone {order.ref}", kind="entered", ms=ms_of(at), content=content, at=at,
            **{**told, **more},
        )  # fmt: skip
        row.save(force_insert=True)
        put_together(order.agency_id, [row], at=at)
    call_next(order.agency_id, at=at)
    with as_agency(order.agency_id, at=at):
        return AlarmGroup.objects.get(id=Alarm.objects.get(id=row.id).group_id)


def words_done(c: Any, by: Worker) -> None:
    """What somebody wrote down of a drill."""
    with as_agency(by.agency_id, at=AT, worker=by.id):
        group = duty.hold_drill(by=by, at=AT)
        duty.note_done(group, c("what was done about the alarm"), by=by, at=AT)
