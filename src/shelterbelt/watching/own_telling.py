"""Tells what a survivor's own watch saw: a help alert of theirs, until somebody has it, and a quiet word to them.

Who is silent or unknown is told to whoever is there, and to the survivor; only nearness goes to the others they named.
A group with something surer, or of another kind, after somebody has it, begins an alert of its own.
"""

from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import QuerySet

from shelterbelt.agencies.queries import agency as agency_of
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.actions.by_watch import begin_for_watch, call_off_watch
from shelterbelt.alerts.models import HelpAlert, HelpSetup
from shelterbelt.alerts.setup import readable
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record_each
from shelterbelt.library.watching import watching
from shelterbelt.notices.actions import write_notice
from shelterbelt.rules import approach, geofence, storms
from shelterbelt.rules.places import Fix, read_fix
from shelterbelt.safety.files import file_of
from shelterbelt.store.asker import as_agency
from shelterbelt.watching.actions.pairs import beside
from shelterbelt.watching.alarm_models import CLOSED, OPEN, TAKEN_BACK, AlarmGroup
from shelterbelt.watching.alarms import instant, ms_of
from shelterbelt.watching.models import LastFix
from shelterbelt.watching.pair_models import OwnWatch
from shelterbelt.watching.telling import groups_tellings, plain, together_of

AT_ONCE = 100
QUIET = "call_now"
# Nearness, sure or not; what is unknown, and what a device says of itself, stays with whoever is there.
NEAR = frozenset({
    geofence.ENTERED, geofence.MAY_BE_IN, geofence.STAYED, geofence.CROSSED, approach.CAME_NEAR, approach.CLOSING,
})  # fmt: skip


def tell_own(agency_id: UUID, *, at: datetime) -> int:
    """For each group for which something is due: what is told of it now, and when to look again; how many there were."""
    with as_agency(agency_id, at=at):
        rows = AlarmGroup.objects.select_for_update(skip_locked=True).filter(
            agency_id=agency_id, next_at__lte=at, trial=""
        )
        found = list(rows.order_by("next_at")[:AT_ONCE])
        told = [group for group in found if _looked_at(group, at)]
        record_each("alarms.told", [(one.id, None) for one in told], agency=agency_id, at=at)
        return len(found)


def close_ended(agency_id: UUID, *, at: datetime) -> int:
    """Groups whose alerts are all ended are over: nobody on duty sees them any more; how many."""
    with as_agency(agency_id, at=at):
        rows = AlarmGroup.objects.select_for_update(skip_locked=True).filter(
            agency_id=agency_id, trial="", state__in=(OPEN, TAKEN_BACK), told_at__isnull=False
        )
        over = [row for row in rows.exclude(person_id=None)[:AT_ONCE] if not _alerts(row, open_only=True)]
        AlarmGroup.objects.filter(id__in=[row.id for row in over]).update(state=CLOSED, closed_at=at)
        record_each("alarms.closed", [(row.id, None) for row in over], agency=agency_id, at=at)
        return len(over)


def button_of(group: AlarmGroup, number: int) -> UUID:
    """What stands for one telling of a group in its help alert."""
    return uuid5(group.id, str(number))


def _looked_at(group: AlarmGroup, at: datetime) -> bool:
    told, together = groups_tellings(group), together_of(group)
    settings = watching().storms
    new = storms.tell(together, told, at_ms=ms_of(at), settings=settings) if together else None
    if new is not None:
        told = [*told, new]
        group.tellings = [*group.tellings, plain(new)]
        group.state = TAKEN_BACK if new.says == storms.TAKEN_BACK else OPEN
        group.told_at, group.rounds = at, group.rounds + 1
        _say(group, new, at)
    news = storms.next_at(together, told, at_ms=ms_of(at), settings=settings) if together else None
    group.next_at = None if news is None else max(instant(news), instant(ms_of(at) + 1))
    group.save()
    return new is not None


def _say(group: AlarmGroup, new: storms.Telling, at: datetime) -> None:
    if group.person_id is None:
        return
    if new.says == storms.TAKEN_BACK:
        for number in range(1, group.rounds + 1):
            call_off_watch(button_of(group, number), at=at)
        return
    waiting = _alerts(group, open_only=True)
    everybody = (
        bool(NEAR & set(new.surest)) and _choice(group.person_id).calls_help and _others(group.person_id)
    )
    if new.says != storms.GOES_ON or not waiting:
        if any(one.answered_at is None and _reaches(one) >= everybody for one in waiting):
            return
        place = _place(group.person_id)
        begin_for_watch(
            group.person_id,
            group.agency_id,
            button_of(group, group.rounds),
            to_everybody=everybody,
            place=place,
            at=at,
        )
        _quiet_word(group, at)


def _alerts(group: AlarmGroup, *, open_only: bool) -> list[HelpAlert]:
    buttons = [button_of(group, number) for number in range(1, group.rounds + 1)]
    rows = HelpAlert.objects.filter(button_id__in=buttons)
    return list(rows.filter(ended_at=None) if open_only else rows)


def _reaches(alert: HelpAlert) -> bool:
    """Whether it goes to others than whoever is there."""
    told = opened(alert)
    return bool(told["people"] or told["dispatch"])


def _others(person_id: UUID) -> bool:
    """Whether help alerts are set up for anybody but whoever is there."""
    setup = HelpSetup.objects.filter(person_id=person_id).first()
    told = readable(setup) if setup else None
    return bool(told and (told["people"] or told["dispatch"]))


def _choice(person_id: UUID) -> OwnWatch:
    return OwnWatch.objects.filter(person_id=person_id).first() or OwnWatch(person_id=person_id)


def _place(person_id: UUID) -> Fix | None:
    """Where their own device was last; whether it goes with the alert is theirs, and said in its set-up."""
    device = beside(person_id)
    row = LastFix.objects.filter(device=device).first() if device else None
    told = opened(row) if row else None
    return read_fix(told["latitude"], told["longitude"], told["metres"]) if told else None


def _quiet_word(group: AlarmGroup, at: datetime) -> None:
    """A word to the survivor by their safe-contact rules: it says that they should call, and nothing of why."""
    assert group.person_id is not None
    if not _choice(group.person_id).quiet_word:
        return
    for case in _cases(group.person_id, group.agency_id)[:1]:
        write_notice(
            QUIET,
            agency=agency_of(group.agency_id),
            about=case.id,
            instructions=None,
            language=_language(group.person_id),
            by=None,
            at=at,
        )


def _cases(person_id: UUID, agency_id: UUID) -> QuerySet[Case]:
    return Case.objects.filter(survivor_id=person_id, agency_id=agency_id, closed_at=None).order_by(
        "-opened_at"
    )


def _language(person_id: UUID) -> str:
    file = file_of(person_id)
    return str(opened(file).get("language") or "en") if file else "en"


__all__ = ["button_of", "close_ended", "tell_own"]
