"""A help alert that a watch began: told to whom the survivor set theirs up for, as if they had pressed, until somebody has it.

Refuses what they did not set up: without it only whoever is there is told. Nothing of the other person is in it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.alerts.actions.calling import KEPT
from shelterbelt.alerts.actions.places import WITH_ALERT, new_place
from shelterbelt.alerts.models import Button, Code, HelpAlert, HelpSetup
from shelterbelt.alerts.setup import readable
from shelterbelt.ledger.actions import record
from shelterbelt.rules.calling import CANCEL
from shelterbelt.rules.places import Fix
from shelterbelt.store.ids import uuid7

NOT_SET_UP: dict[str, Any] = {
    "people": [], "duty": True, "dispatch": [], "hold": 0, "place": False, "language": "en", "signed": "", "words": "",
}  # fmt: skip


def begin_for_watch(
    person_id: UUID,
    agency_id: UUID,
    button_id: UUID,
    *,
    to_everybody: bool,
    place: Fix | None = None,
    test: bool = False,
    at: datetime,
) -> HelpAlert:
    """An alert for what a watch saw, once for each `button_id`. Whoever is there hears of it in any case.

    `place`: where the survivor's own device was, which goes with it only if they let their place go with alerts.
    """
    if before := HelpAlert.objects.filter(button_id=button_id).first():
        return before
    setup = HelpSetup.objects.filter(person_id=person_id).first()
    told = (readable(setup) if setup else None) or NOT_SET_UP
    content = {name: told[name] for name in KEPT} | {"hold": 0, "duty": True}
    if not to_everybody:
        content |= {"people": [], "dispatch": []}
    row_id, key = uuid7(), new_key(agency_id)
    made = HelpAlert.objects.create(
        id=row_id,
        agency_id=agency_id,
        key=key,
        sealed=seal(key, agency_id, content, about=row_id),
        person_id=person_id,
        button_id=button_id,
        test=test,
        by_watch=True,
        pressed_at=at,
        received_at=at,
        state="held",
        next_at=at,
    )
    if place is not None and content["place"]:
        _with_place(made, place, at)
    record("help.by_watch", about=made.id, by=None, agency=agency_id, at=at)
    return made


def call_off_watch(button_id: UUID, *, at: datetime) -> bool:
    """What the watch saw does not hold: whoever was told hears that it is over; whether there was anything to call off."""
    row = (
        HelpAlert.objects.select_for_update()
        .filter(button_id=button_id, by_watch=True, ended_at=None)
        .first()
    )
    if row is None or Code.objects.filter(button_id=button_id).exists():
        return False
    Code.objects.create(
        agency_id=row.agency_id, person_id=row.person_id, button_id=button_id, kind=CANCEL, said_at=at
    )
    HelpAlert.objects.filter(id=row.id).update(next_at=at)
    record("help.code", about=row.id, by=None, agency=row.agency_id, at=at)
    return True


def _with_place(alert: HelpAlert, place: Fix, at: datetime) -> None:
    button = Button(id=alert.button_id, agency_id=alert.agency_id, person_id=alert.person_id, use="help")
    row = new_place(button, WITH_ALERT, at=at)
    told = {
        "lat": place.latitude,
        "lon": place.longitude,
        "metres": place.metres,
        "quality": place.quality,
    }
    row.sealed, row.fixed_at = seal(row.key, row.agency_id, told, about=row.id), at
    row.save()
    record("place.begun", about=row.id, by=None, agency=alert.agency_id, at=at)
