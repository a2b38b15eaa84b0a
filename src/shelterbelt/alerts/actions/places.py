"""Keep where somebody says that they are, for one person, for a time: the last place alone, each over the one before.

Refuses a place that the survivor did not switch on, and to show it to somebody whom they do not trust. At the end its
key is destroyed: no copy of it opens any more, and of a place that went with no alert nothing is left.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, own_hand, require_own
from shelterbelt.agencies.sealed import destroy, new_key, opened, seal
from shelterbelt.alerts.actions.pressing import digest_of
from shelterbelt.alerts.models import Button, HelpAlert, HelpSetup, Place, Press
from shelterbelt.alerts.policy import SEE_HELP_ALERT, shared_now
from shelterbelt.alerts.queries import who_may_see
from shelterbelt.ledger.actions import record
from shelterbelt.rules.places import Fix
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

WITH_ALERT = timedelta(hours=12)
LONGEST = timedelta(hours=8)


def begin_sharing(token: str, worker_id: UUID, lasts: timedelta, *, by: Survivor, at: datetime) -> Place:
    """Let one worker see the place of the device that holds this button, from now on for a time; nobody else sees it."""
    button = Button.objects.get(digest=digest_of(token), person_id=by.id, use="place")
    require_own(by, SEE_HELP_ALERT, button, at=at)
    if str(worker_id) not in dict(who_may_see(by, at=at)):
        raise NotForYou
    with own_hand(by, at=at):
        for row in Place.objects.filter(person_id=by.id, with_alert=False, ended_at=None):
            _ended(row, by=by.id, at=at)
        made = new_place(button, min(lasts, LONGEST), at=at)
        made.worker_id = worker_id
        made.save()
        record("place.begun", about=made.id, by=by.id, agency=by.agency_id, at=at)
    return made


def carry_on(place: Place, token: str, *, by: Survivor, at: datetime) -> str:
    """A page was opened anew while a place is shared: its button is the one that counts now. Gives the name of who sees it."""
    require_own(by, SEE_HELP_ALERT, place, at=at)
    place.button_id = Button.objects.get(digest=digest_of(token), person_id=by.id, use="place").id
    place.save(update_fields=["button_id"])
    with own_hand(by, at=at):
        return names_of([place.worker_id]).get(place.worker_id, "")


def keep_place(button: Button, fix: Fix, *, at: datetime) -> bool:
    """Keep this place over the last one; false when nothing is shared by this button any more."""
    survivor = Survivor(button.person_id, button.agency_id, button.person_id)
    with own_hand(survivor, at=at):
        row = Place.objects.select_for_update().filter(button_id=button.id).first()
        if row is None and (row := _with_alert(button, at=at)) is None:
            return False
        if not _goes_on(row, at):
            return False
        told = {
            **opened(row),
            "lat": fix.latitude,
            "lon": fix.longitude,
            "metres": fix.metres,
            "quality": fix.quality,
        }
        row.sealed, row.fixed_at = seal(row.key, row.agency_id, told, about=row.id), at
        row.save()
    return True


def end_sharing(place: Place, *, by: Survivor, at: datetime) -> None:
    """Nobody sees the place any more, at once."""
    require_own(by, SEE_HELP_ALERT, place, at=at)
    with own_hand(by, at=at):
        _ended(place, by=by.id, at=at)


def end_places(by: Survivor, button_id: UUID, *, at: datetime) -> None:
    """An alert is over: the place that went with it is gone."""
    for row in Place.objects.filter(button_id=button_id, ended_at=None):
        _ended(row, by=by.id, at=at)


def end_old_places(agency: UUID, *, at: datetime) -> int:
    """Places whose time is over, or that nobody may see any more; how many."""
    with as_agency(agency, at=at):
        going = Q(with_alert=True, until_at__gt=at) | shared_now(at)
        rows = list(
            Place.objects.select_for_update(skip_locked=True)
            .filter(agency_id=agency, ended_at=None)
            .exclude(going)
        )
        for row in rows:
            _ended(row, by=None, at=at)
    return len(rows)


def _with_alert(button: Button, *, at: datetime) -> Place | None:
    """The place that goes with an alert: only if they switched that on, and only once it was pressed."""
    setup = HelpSetup.objects.filter(person_id=button.person_id).first()
    if button.use == "place" or setup is None or not opened(setup)["place"]:
        return None
    if not Press.objects.filter(button_id=button.id).exists():
        return None
    if HelpAlert.objects.filter(button_id=button.id, ended_at__isnull=False).exists():
        return None
    record("place.begun", about=button.id, by=button.person_id, agency=button.agency_id, at=at)
    return new_place(button, WITH_ALERT, at=at)


def _goes_on(row: Place, at: datetime) -> bool:
    if row.with_alert:
        return row.ended_at is None and at < row.until_at
    return Place.objects.filter(shared_now(at), id=row.id).exists()


def new_place(button: Button, lasts: timedelta, *, at: datetime) -> Place:
    """A place that knows nothing yet; the caller saves it."""
    row_id, key = uuid7(), new_key(button.agency_id)
    return Place(
        id=row_id,
        agency_id=button.agency_id,
        key=key,
        sealed=seal(key, button.agency_id, {}, about=row_id),
        person_id=button.person_id,
        button_id=button.id,
        with_alert=button.use != "place",
        began_at=at,
        until_at=at + lasts,
    )


def _ended(row: Place, *, by: UUID | None, at: datetime) -> None:
    record("place.ended", about=row.id, by=by, agency=row.agency_id, at=at)
    key = bytes(row.key)
    if row.with_alert:
        # It stays empty as long as the alert does, so that the device does not begin it anew.
        row.key, row.sealed, row.ended_at = b"", b"", at
        row.save()
    else:
        row.delete()
    destroy(key, row.agency_id)
