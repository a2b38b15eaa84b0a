"""Make alerts of presses, and write down who is to be told next. Done by the worker process, many at a time.

Rows are claimed with `for update skip locked`: several processes may do it at once, and none does what another has done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.alerts.actions.places import end_places
from shelterbelt.alerts.facts import Known, known_of
from shelterbelt.alerts.models import Button, Call, Code, HelpAlert, HelpSetup, Press
from shelterbelt.alerts.setup import readable, settings_of
from shelterbelt.ledger.actions import record_each
from shelterbelt.rules import calling as rules
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

AT_ONCE = 200
# What does not open is tried again: a key that was mislaid may be put back.
AGAIN = timedelta(minutes=1)
# What is kept of a set-up in an alert: all but the codes.
KEPT = ("people", "duty", "dispatch", "hold", "place", "language", "signed", "words")
# All of a batch in one statement: row by row, or by Django's cases, this would be most of the work.
STANDS = (
    "update alerts_helpalert a set state = v.state, went_at = v.went_at, next_at = v.next_at, "
    "ended_at = v.ended_at, outcome = v.outcome from unnest(%s::uuid[], %s::text[], %s::timestamptz[], "
    "%s::timestamptz[], %s::timestamptz[], %s::text[]) as v(id, state, went_at, next_at, ended_at, outcome) "
    "where a.id = v.id"
)


def take_presses(agency: UUID, *, at: datetime, most: int = AT_ONCE) -> int:
    """An alert for each press that has none yet; how many presses were taken. What does not open holds up no other."""
    waits = Q(fault_at=None) | Q(fault_at__lte=at - AGAIN)
    with as_agency(agency, at=at):
        free = Press.objects.select_for_update(skip_locked=True).filter(waits, agency_id=agency, taken=False)
        found = list(free.order_by("received_at")[:most])
        if not found:
            return 0
        rows = HelpSetup.objects.filter(person_id__any=[press.person_id for press in found])
        setups = {row.person_id: readable(row) for row in rows}
        shut = [press for press in found if setups.get(press.person_id, {}) is None]
        presses = [press for press in found if press not in shut]
        _shut(shut, agency=agency, at=at)
        made = _alerts(presses, setups, at)
        HelpAlert.objects.bulk_create(made)
        Press.objects.filter(id__any=[press.id for press in presses]).update(taken=True)
        record_each("help.pressed", [(one.id, one.person_id) for one in made], agency=agency, at=at)
        return len(presses)


def _shut(rows: Sequence[Press | HelpAlert], *, agency: UUID, at: datetime) -> None:
    """What does not open stays where it is, and the agency is told that there is one, not whose."""
    for model in {type(row) for row in rows}:
        model._default_manager.filter(id__in=[row.id for row in rows]).update(fault_at=at)
    new = [(row.id, None) for row in rows if row.fault_at is None]
    record_each("help.unreadable", new, agency=agency, at=at)


def _alerts(presses: Sequence[Press], setups: dict[UUID, Any], at: datetime) -> list[HelpAlert]:
    uses = dict(Button.objects.filter(id__any=[p.button_id for p in presses]).values_list("id", "use"))
    typed = set(Code.objects.filter(button_id__any=list(uses)).values_list("button_id", flat=True))
    return [
        _alert(p, setups[p.person_id], uses.get(p.button_id) == "test", p.button_id in typed, at)
        for p in presses
        if p.person_id in setups
    ]


def _alert(press: Press, content: dict[str, Any], test: bool, typed: bool, at: datetime) -> HelpAlert:
    """The row of an alert, to be looked at when it goes, or at once where a code was typed already."""
    row_id, key = uuid7(), new_key(press.agency_id)
    happened = rules.Happened(press.pressed_at, press.received_at, press.kept_at)
    goes = rules.goes_at(settings_of(content, test=test), happened)
    return HelpAlert(
        id=row_id,
        agency_id=press.agency_id,
        key=key,
        sealed=seal(key, press.agency_id, {name: content[name] for name in KEPT}, about=row_id),
        person_id=press.person_id,
        button_id=press.button_id,
        test=test,
        to_duty=content["duty"],
        pressed_at=press.pressed_at,
        received_at=press.received_at,
        state="held",
        next_at=at if typed else goes,
    )


def call_next(agency: UUID, *, at: datetime, most: int = AT_ONCE) -> int:
    """For each alert for which something is due: who is told now, how it stands, when to look again; how many there were."""
    with as_agency(agency, at=at):
        due = HelpAlert.objects.select_for_update(skip_locked=True).filter(agency_id=agency, next_at__lte=at)
        found = list(due.order_by("next_at")[:most])
        if not found:
            return 0
        known = known_of(found, at=at)
        alerts = [alert for alert in found if alert.id in known]
        HelpAlert.objects.filter(id__in=[one.id for one in alerts if one.fault_at]).update(fault_at=None)
        _later([alert for alert in found if alert.id not in known], agency=agency, at=at)
        stands = {
            alert.id: rules.stand(known[alert.id].settings, known[alert.id].happened, at) for alert in alerts
        }
        calls = [call for alert in alerts for call in _calls(alert, stands[alert.id], at)]
        Call.objects.bulk_create(calls, ignore_conflicts=True)
        before = {alert.id: (alert.went_at, alert.ended_at) for alert in alerts}
        for alert in alerts:
            _stands(alert, known[alert.id], stands[alert.id], at)
        went = [(one.id, None) for one in alerts if one.went_at != before[one.id][0]]
        over = [(one.id, None) for one in alerts if one.ended_at != before[one.id][1]]
        record_each("help.went", went, agency=agency, at=at)
        record_each("help.ended", over, agency=agency, at=at)
        columns = ("id", "state", "went_at", "next_at", "ended_at", "outcome")
        with connection.cursor() as cursor:
            cursor.execute(STANDS, [[getattr(alert, name) for alert in alerts] for name in columns])
        _stop_calling(alerts, stands, at)
        return len(alerts)


def _later(alerts: Sequence[HelpAlert], *, agency: UUID, at: datetime) -> None:
    """Alerts that do not open hold up no other; they are tried again."""
    _shut(alerts, agency=agency, at=at)
    HelpAlert.objects.filter(id__in=[alert.id for alert in alerts]).update(next_at=at + AGAIN)


def _calls(alert: HelpAlert, found: rules.Standing, at: datetime) -> list[Call]:
    """Rows of what is due. What stands on a page is told by being there."""
    return [
        Call(
            agency_id=alert.agency_id,
            alert=alert,
            person_id=alert.person_id,
            slot=call.slot,
            way=call.way,
            step=call.step,
            round=call.round,
            says=call.says,
            state="told" if call.way == "page" else "waiting",
            planned_at=call.at,
            next_at=None if call.way == "page" else at,
            told_at=at if call.way == "page" else None,
        )
        for call in found.due
    ]


def _stands(alert: HelpAlert, known: Known, found: rules.Standing, at: datetime) -> None:
    gone = found.state not in ("held", "cancelled") or any(call.says == rules.OVER for call in found.due)
    if alert.went_at is None and gone and found.goes_at <= at:
        alert.went_at = at
    alert.state, alert.next_at = found.state, found.next_at
    nobody_knows = found.state == "cancelled" and alert.went_at is None
    over = alert.test and at >= found.goes_at + known.settings.unanswered_after
    if alert.ended_at is None and (nobody_knows or over):
        alert.ended_at, alert.next_at, alert.outcome = at, None, "test" if alert.test else "cancelled"
    if alert.ended_at or found.state == "cancelled":
        end_places(Survivor(alert.person_id, alert.agency_id, alert.person_id), alert.button_id, at=at)


def _stop_calling(alerts: Sequence[HelpAlert], stands: dict[UUID, rules.Standing], at: datetime) -> None:
    """Whoever has not been told yet is not told any more once somebody has it, or it is over."""
    quiet = [alert.id for alert in alerts if stands[alert.id].state in ("answered", "cancelled", "ended")]
    waiting = Call.objects.filter(alert_id__in=quiet, state="waiting", says=rules.HELP)
    waiting.update(state="given_up", next_at=None, reasons=["calling.over"])
