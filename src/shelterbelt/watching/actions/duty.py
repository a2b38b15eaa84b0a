"""What those on duty do: say that they are there, take a group of alarms, note what was done, close it, try it out.

Refuses to close what nobody has taken. A test or a drill never leaves the duty list: no dispatch, no survivor, no breach.
"""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import opened, seal
from shelterbelt.alerts.actions.there import note_gone, note_still_there, note_there
from shelterbelt.ledger.actions import record
from shelterbelt.store.asker import as_agency
from shelterbelt.watching.alarm_models import CLOSED, DRILL, OPEN, TAKEN, TEST, AlarmGroup
from shelterbelt.watching.alarms import made, ms_of, put_together
from shelterbelt.watching.outages import NOTHING
from shelterbelt.watching.policy import BE_ON_DUTY, HOLD_DRILL, TAKE_ALARMS
from shelterbelt.watching.telling import stop_calling

MOST_WORDS = 2000


def be_on_duty(until_at: datetime, number: str, *, by: Worker, at: datetime) -> None:
    """“I am here until …”: from now on alarms are told to this worker, on their page and at a number they give."""
    require(by, BE_ON_DUTY, at=at)
    note_there(until_at, number, by=by, at=at)


def still_on_duty(*, by: Worker, at: datetime) -> bool:
    """The worker says again that they are there; false when they have left or their time is over."""
    require(by, BE_ON_DUTY, at=at)
    return note_still_there(by=by, at=at)


def leave_duty(*, by: Worker, at: datetime) -> None:
    """The worker is there no longer."""
    require(by, BE_ON_DUTY, at=at)
    note_gone(by=by, at=at)


def take_alarms(group: AlarmGroup, *, by: Worker, at: datetime) -> bool:
    """“I have it”: nobody is told again, unless something surer or of another kind comes; whether nobody had it before."""
    require(by, TAKE_ALARMS, group, at=at)
    row = _locked(group)
    if row.state != OPEN:
        return False
    row.state, row.taken_at, row.taken_by = TAKEN, at, by.id
    row.save(update_fields=["state", "taken_at", "taken_by"])
    stop_calling(row)
    record("alarms.taken", about=row.id, by=by.id, agency=by.agency_id, at=at)
    return True


def note_done(group: AlarmGroup, words: str, *, by: Worker, at: datetime) -> None:
    """What was done, in words that stay with the group."""
    require(by, TAKE_ALARMS, group, at=at)
    row = _locked(group)
    _noted(row, words, by, at)
    row.save(update_fields=["sealed"])
    record("alarms.noted", about=row.id, by=by.id, agency=by.agency_id, at=at)


def close_alarms(group: AlarmGroup, words: str, *, by: Worker, at: datetime) -> bool:
    """It is over here; false while nobody has taken it. What comes later about the same person opens it again."""
    require(by, TAKE_ALARMS, group, at=at)
    row = _locked(group)
    if row.state not in (TAKEN, "taken_back"):
        return False
    _noted(row, words, by, at)
    row.state, row.closed_at, row.closed_by = CLOSED, at, by.id
    row.save()
    record("alarms.closed", about=row.id, by=by.id, agency=by.agency_id, at=at)
    return True


def try_alarm(*, by: Worker, at: datetime) -> AlarmGroup:
    """An alarm for whoever asks alone, to see that it arrives."""
    require(by, BE_ON_DUTY, at=at)
    return _tried(TEST, by=by, at=at)


def hold_drill(*, by: Worker, at: datetime) -> AlarmGroup:
    """An alarm for everybody on duty, told and repeated as a real one, and nobody is sent."""
    require(by, HOLD_DRILL, at=at)
    return _tried(DRILL, by=by, at=at)


def _tried(kind: str, *, by: Worker, at: datetime) -> AlarmGroup:
    with as_agency(by.agency_id, at=at, worker=by.id):
        shown = "trial" if kind == TEST else "drill"
        row = made(
            by.agency_id,
            seen_by=f"{kind} {by.ref}",
            kind=shown,
            ms=ms_of(at),
            content=NOTHING,
            at=at,
            trial=kind,
        )
        row.save(force_insert=True)
        put_together(by.agency_id, [row], at=at)
        row.refresh_from_db(fields=["group"])
        group = row.group
        assert group is not None
        group.begun_by = by.id
        group.save(update_fields=["begun_by"])
        record("alarm.tried", about=row.id, by=by.id, agency=by.agency_id, at=at)
        return group


def _noted(row: AlarmGroup, words: str, by: Worker, at: datetime) -> None:
    if not words:
        return
    told = opened(row)
    note = {"by": str(by.id), "at": at.isoformat(), "words": words[:MOST_WORDS]}
    row.sealed = seal(row.key, row.agency_id, {"notes": [*told["notes"], note]}, about=row.id)


def _locked(group: AlarmGroup) -> AlarmGroup:
    return AlarmGroup.objects.select_for_update().get(id=group.id)
