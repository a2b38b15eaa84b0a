"""Says who on duty is told of a group of alarms now, and tells them: once for each telling and round, until somebody has it.

Whoever a wall keeps from what it is about is not told. A message says only that somebody should look at their page. A text
that may have gone is not sent again: the next round is, under another id, until somebody has it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shelterbelt.access.bars import Bar
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import restrictions_before, walls_before
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.actions.telling import AGAIN, LOST_AFTER, MOST_TRIES
from shelterbelt.alerts.facts import present
from shelterbelt.alerts.models import Presence
from shelterbelt.ledger.actions import record, record_each
from shelterbelt.library.calling import calling
from shelterbelt.library.watching import watching
from shelterbelt.notices.actions.others import Told, tell_other
from shelterbelt.notices.channels import Later, NotSent, Unclear
from shelterbelt.rules import storms
from shelterbelt.store.asker import as_agency
from shelterbelt.watching.alarm_models import (
    DRILL,
    GIVEN_UP,
    OPEN,
    TAKEN,
    TAKEN_BACK,
    TEST,
    TOLD,
    WAITING,
    AlarmCall,
    AlarmGroup,
)
from shelterbelt.watching.alarms import as_rule, instant, ms_of

AT_ONCE = 100
PAGE, TEXT = "page", "text"
ROUND = "again"
UNCLEAR = "watching.unclear"
NEVER = timedelta(days=3650)


def call_next(agency: UUID, *, at: datetime, most: int = AT_ONCE) -> int:
    """For each group for which something is due: what is told of it now, to whom, and when to look again; how many."""
    with as_agency(agency, at=at):
        due = AlarmGroup.objects.select_for_update(skip_locked=True).filter(agency_id=agency, next_at__lte=at)
        found = list(due.order_by("next_at")[:most])
        told = [group for group in found if _looked_at(group, at)]
        record_each("alarms.told", [(one.id, None) for one in told], agency=agency, at=at)
        return len(found)


def _looked_at(group: AlarmGroup, at: datetime) -> bool:
    """Tell what is new of a group, or again what nobody has yet; whether anything was said."""
    told = groups_tellings(group)
    together = together_of(group)
    new = storms.tell(together, told, at_ms=ms_of(at), settings=watching().storms) if together else None
    if new is not None:
        _tell(group, new, at)
        told = [*told, new]
    elif group.state == OPEN and group.told_at and _again_at(group, group.told_at) <= at:
        group.rounds += 1
        _call(group, ROUND, at)
    else:
        group.next_at = _next_at(group, together, told, at)
        group.save(update_fields=["next_at"])
        return False
    group.told_at = at
    group.next_at = _next_at(group, together, told, at)
    group.save()
    return True


def _tell(group: AlarmGroup, new: storms.Telling, at: datetime) -> None:
    group.tellings = [*group.tellings, plain(new)]
    group.rounds = 1
    if new.says == storms.TAKEN_BACK:
        group.state = TAKEN_BACK
    elif group.state != TAKEN or new.says != storms.GOES_ON:
        # What is surer or of another kind is to be seen by a person again; what only goes on, they have.
        group.state, group.closed_at, group.closed_by = OPEN, None, None
    _stop_waiting(group)
    _call(group, new.says, at)


def _again_at(group: AlarmGroup, told_at: datetime) -> datetime:
    """When whoever is on duty is told again; long after, once it stops."""
    begun = group.tellings[-1]["ms"]
    due = watching().telling.next_ms(begun, ms_of(told_at), group.rounds)
    return told_at + NEVER if due is None else instant(due)


def _next_at(
    group: AlarmGroup, together: storms.Group | None, told: Sequence[storms.Telling], at: datetime
) -> datetime | None:
    times = [_again_at(group, group.told_at)] if group.state == OPEN and group.told_at else []
    if together is not None:
        news = storms.next_at(together, told, at_ms=ms_of(at), settings=watching().storms)
        times += [instant(news)] if news is not None else []
    return max(at + timedelta(milliseconds=1), min(times)) if times else None


def together_of(group: AlarmGroup) -> storms.Group | None:
    """The group as the rules take it; none where it was merged into another one."""
    rows = map(as_rule, group.alarms.all())
    return max(storms.group(rows, watching().storms), key=lambda one: one.last_ms, default=None)


def groups_tellings(group: AlarmGroup) -> list[storms.Telling]:
    """What was told of a group before, as the rules take it."""
    return [
        storms.Telling(one["ms"], one["says"], frozenset(one["members"]), one["surest"], ())
        for one in group.tellings
    ]


def plain(one: storms.Telling) -> dict[str, Any]:
    """One telling as values that a row keeps."""
    return {"ms": one.ms, "says": one.says, "members": sorted(one.members), "surest": dict(one.surest)}


def _call(group: AlarmGroup, says: str, at: datetime) -> None:
    """A row for each of those on duty and each way: their page, which tells by being there, and a text if they want one."""
    rows = []
    for one in on_duty(group, at=at):
        rows.append(_row(group, one.worker_id, PAGE, says, at))
        if opened(one)["number"]:
            rows.append(_row(group, one.worker_id, TEXT, says, at))
    AlarmCall.objects.bulk_create(rows, ignore_conflicts=True)


def _row(group: AlarmGroup, worker: UUID, way: str, says: str, at: datetime) -> AlarmCall:
    by_page = way == PAGE
    return AlarmCall(
        agency_id=group.agency_id,
        group=group,
        worker_id=worker,
        way=way,
        telling=len(group.tellings),
        round=group.rounds,
        says=says,
        state=TOLD if by_page else WAITING,
        planned_at=at,
        next_at=None if by_page else at,
        told_at=at if by_page else None,
    )


def on_duty(group: AlarmGroup, *, at: datetime) -> list[Presence]:
    """Who is told of a group: whoever said that they are there and may see it; of a test, whoever asked for it alone."""
    rows = present(group.agency_id, at=at)
    if group.trial == TEST:
        rows = [row for row in rows if row.worker_id == group.begun_by]
    workers = {
        one.id: one for one in Worker.objects.filter(id__in=[row.worker_id for row in rows], is_active=True)
    }
    things = [thing for thing in (group.person_id, group.order_id, group.case_id) if thing]
    return [row for row in rows if (one := workers.get(row.worker_id)) and not _kept_from(one, things, at)]


def _kept_from(worker: Worker, things: Iterable[UUID], at: datetime) -> bool:
    before = walls_before(worker) | restrictions_before(worker, at)
    return Bar.objects.filter(before, thing_id__in=list(things)).exists()


def _stop_waiting(group: AlarmGroup) -> None:
    AlarmCall.objects.filter(group=group, state=WAITING).update(
        state=GIVEN_UP, next_at=None, reasons=["watching.later"]
    )


def stop_calling(group: AlarmGroup) -> None:
    """Somebody has it: whoever has not been told yet is not told any more."""
    AlarmCall.objects.filter(group=group, state=WAITING).update(
        state=GIVEN_UP, next_at=None, reasons=["calling.over"]
    )


@dataclass(frozen=True)
class Claimed:
    """A call that this sender has for a minute, and what to say; nothing where nobody is to be told any more."""

    id: UUID
    told: Told | None


def tell_one(agency: UUID, *, at: datetime) -> bool:
    """Tell whoever has waited longest; false when nobody waits."""
    with as_agency(agency, at=at):
        claimed = _claim(agency, at=at)
    if claimed is None or claimed.told is None:
        return claimed is not None
    code = ""
    try:
        tell_other(TEXT, claimed.told, at=at)
    except Unclear:
        code = f"!{UNCLEAR}"
    except Later as fault:
        code = fault.code
    except NotSent as fault:
        code = f"!{fault.code}"
    with as_agency(agency, at=at):
        _note(claimed.id, code, at=at)
    return True


def _claim(agency: UUID, *, at: datetime) -> Claimed | None:
    due = AlarmCall.objects.select_for_update(skip_locked=True).filter(
        agency_id=agency, state=WAITING, next_at__lte=at
    )
    call = due.order_by("next_at").first()
    if call is None:
        return None
    there = next((row for row in present(agency, at=at) if row.worker_id == call.worker_id), None)
    why = UNCLEAR if call.claimed_at else "calling.nobody" if there is None else ""
    if there is None or why or call.tries >= MOST_TRIES:
        call.state, call.next_at, call.reasons = GIVEN_UP, None, [why or "calling.nobody"]
        call.save()
        return Claimed(call.id, None)
    # Until then it is nobody else's. If this process dies, nobody knows whether it went.
    call.claimed_at, call.next_at, call.tries = at, at + LOST_AFTER, call.tries + 1
    call.save(update_fields=["claimed_at", "next_at", "tries"])
    fixed = calling().fixed
    lines = [fixed["test"]["en"]] if call.group.trial in (TEST, DRILL) else []
    body = " ".join([*lines, fixed["duty"]["en"]])
    return Claimed(call.id, Told(opened(there)["number"], body, "en", call.ref))


def _note(call_id: UUID, code: str, *, at: datetime) -> None:
    call = AlarmCall.objects.select_for_update().filter(id=call_id, state=WAITING).first()
    if call is None:
        return
    if not code:
        call.state, call.told_at, call.next_at, call.reasons = TOLD, at, None, []
        record("alarms.reached", about=call.group_id, by=None, agency=call.agency_id, at=at)
    elif code.startswith("!"):
        call.state, call.next_at, call.reasons = GIVEN_UP, None, [code[1:]]
    else:
        call.next_at, call.reasons = at + AGAIN[min(call.tries, len(AGAIN)) - 1], [code]
        call.claimed_at = None
    call.save(update_fields=["state", "told_at", "next_at", "claimed_at", "reasons"])
