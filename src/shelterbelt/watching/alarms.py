"""Writes what a watch told as alarms: each once, what was taken back marked and kept, and puts them into groups to be told.

Called in the transaction that moves the cursor on. Refuses to lose one: what a planned meeting covers is kept, too.
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.ledger.actions import record_each
from shelterbelt.library.watching import watching
from shelterbelt.rules import storms
from shelterbelt.rules.fixes import SECOND
from shelterbelt.store.ids import uuid7
from shelterbelt.watching.alarm_models import CLOSED, OPEN, PAIR, WAITING, ZONE, Alarm, AlarmCall, AlarmGroup
from shelterbelt.watching.covering import covered
from shelterbelt.watching.deciding import ENDS, Told
from shelterbelt.watching.models import Device
from shelterbelt.watching.parts import Part
from shelterbelt.watching.proving import note_breach
from shelterbelt.watching.sources import zone_values

SERVER = "server"
Key = tuple[str, str, int]


@dataclass(frozen=True)
class Topic:
    """What alarms are put together by: a person or a thing, and whether it is tried out."""

    id: UUID
    trial: str = ""


def instant(ms: int) -> datetime:
    """An instant of the rules as a moment."""
    return datetime.fromtimestamp(ms / SECOND, UTC)


def ms_of(at: datetime) -> int:
    """A moment as an instant of the rules."""
    return round(at.timestamp() * SECOND)


def write_told(part: Part, told: Iterable[Told], *, at: datetime) -> int:
    """Keep what a part told: new alarms, those that were taken back and those that hold again; how many changed."""
    last = {_key(one): one for one in told}
    if not last:
        return 0
    known = {(row.seen_by, row.kind, row.ms): row for row in _known(part.agency, last)}
    new = [_alarm(part, one, at) for key, one in last.items() if key not in known]
    Alarm.objects.bulk_create(new)
    record_each("alarm.seen", [(one.id, None) for one in new], agency=part.agency, at=at)
    changed = [row for key, row in known.items() if _turned(row, last[key], at)]
    Alarm.objects.bulk_update(changed, ["taken_back_at"])
    record_each("alarm.taken_back", [(one.id, None) for one in changed], agency=part.agency, at=at)
    for one in new:
        note_breach(one, at=at)
    put_together(part.agency, [*new, *changed], at=at)
    return len(new) + len(changed)


def _key(one: Told) -> Key:
    return (f"{one.of} {one.watch}" if one.of in (ZONE, PAIR) else f"device {one.device}"), one.kind, one.ms


def _known(agency: UUID, keys: Iterable[Key]) -> list[Alarm]:
    keys = set(keys)
    rows = Alarm.objects.filter(
        agency_id=agency, seen_by__in={key[0] for key in keys}, ms__in={key[2] for key in keys}
    )
    return [row for row in rows if (row.seen_by, row.kind, row.ms) in keys]


def _turned(row: Alarm, told: Told, at: datetime) -> bool:
    if told.taken_back == (row.taken_back_at is not None):
        return False
    row.taken_back_at = at if told.taken_back else None
    return True


def _alarm(part: Part, told: Told, at: datetime) -> Alarm:
    watch = part.watches.get(told.watch) if told.of in (ZONE, PAIR) else None
    device = watch.device if watch else part.devices.get(told.device)
    zone = part.zones.get(told.watch) if told.of == ZONE else None
    content = {
        "frames": b64encode(part.proof(told)).decode(),
        "zone": zone_values(zone) if zone else None,
        "metres": told.metres,
        "place": str(watch.source_id) if watch else "",
    }
    row = made(
        part.agency,
        seen_by=_key(told)[0],
        kind=told.kind,
        ms=told.ms,
        content=content,
        at=at,
        watch=watch,
        device=device,
        order_id=watch.order_id if watch else getattr(device, "order_id", None),
        person_id=watch.person_id if watch else getattr(device, "person_id", None),
        case_id=watch.case_id if watch else _case_of(device),
        certainty=told.certainty,
        ends=told.kind in ENDS,
        late=told.late_alone,
        taken_back_at=at if told.taken_back else None,
    )
    if cover := covered(part, told, at=at):
        row.covered_by, row.covered_until_at = cover
    return row


def _case_of(device: Device | None) -> UUID | None:
    """Whose case the order of a device is."""
    return device.order.case_id if device and device.order else None


def made(
    agency: UUID,
    *,
    seen_by: str,
    kind: str,
    ms: int,
    content: dict[str, Any],
    at: datetime,
    **more: Any,
) -> Alarm:
    """A row of an alarm, with a key of its own; the caller saves it."""
    row_id, key = uuid7(), new_key(agency)
    return Alarm(
        id=row_id,
        agency_id=agency,
        key=key,
        sealed=seal(key, agency, content, about=row_id),
        seen_by=seen_by,
        kind=kind,
        ms=ms,
        happened_at=instant(ms),
        told_at=at,
        **more,
    )


def topic_of(alarm: Alarm) -> Topic:
    """What an alarm is about: whoever carries the device, or the agency for what is about nobody; a trial is by itself."""
    if alarm.trial:
        return Topic(alarm.id, alarm.trial)
    return Topic(alarm.person_id or alarm.device_id or alarm.agency_id)


def put_together(agency: UUID, alarms: Iterable[Alarm], *, at: datetime) -> None:
    """Put these, and what stands near them, into groups; a group with something new is looked at by whoever tells."""
    topics: dict[Topic, list[Alarm]] = {}
    for alarm in alarms:
        topics.setdefault(topic_of(alarm), []).append(alarm)
    for topic, rows in topics.items():
        _put(agency, topic, rows, at)


def _put(agency: UUID, topic: Topic, rows: list[Alarm], at: datetime) -> None:
    ways = watching().storms
    reach = timedelta(milliseconds=ways.longest_ms + ways.span_ms)
    since, until = min(one.happened_at for one in rows) - reach, max(one.happened_at for one in rows) + reach
    near = {one.id: one for one in _about(agency, topic, rows).filter(happened_at__range=(since, until))}
    groups = {one.id: one for one in AlarmGroup.objects.select_for_update().filter(
        id__in={row.group_id for row in near.values() if row.group_id}
    )}  # fmt: skip
    touched = {one.id for one in rows}
    for found in storms.group(map(as_rule, near.values()), ways):
        members = [near[UUID(one.id)] for one in found.members]
        if touched & {one.id for one in members}:
            _grouped(agency, topic, members, groups, at)


def _about(agency: UUID, topic: Topic, rows: list[Alarm]) -> Any:
    """Every alarm of a topic: of one person, or one device, or of none."""
    every = Alarm.objects.filter(agency_id=agency, trial=topic.trial)
    if topic.trial:
        return every.filter(id=topic.id)
    one = rows[0]
    if one.person_id:
        return every.filter(person_id=one.person_id)
    return every.filter(person_id=None, device=one.device)


def as_rule(row: Alarm) -> storms.Alarm:
    """An alarm as the rules take it: what ends something, or is covered, stands among them and is told to nobody."""
    quiet = row.ends or row.covered_until_at is not None or row.taken_back_at is not None
    return storms.Alarm(str(row.id), "", row.ms, row.kind, row.certainty, quiet)


def _grouped(
    agency: UUID, topic: Topic, members: list[Alarm], groups: dict[UUID, AlarmGroup], at: datetime
) -> None:
    """Members of one group get one row: the oldest that any of them has, or a new one; others are merged into it."""
    had = sorted({one.group_id for one in members if one.group_id in groups})
    row = groups[had[0]] if had else _new_group(agency, topic, members, at)
    for other in had[1:]:
        row.tellings = sorted([*row.tellings, *groups[other].tellings], key=lambda one: one["ms"])
        _merge(groups[other], at)
    row.first_at, row.last_at = members[0].happened_at, members[-1].happened_at
    row.next_at = at
    row.save()
    moved = [one.id for one in members if one.group_id != row.id]
    Alarm.objects.filter(id__in=moved).update(group=row)


def _merge(row: AlarmGroup, at: datetime) -> None:
    row.state, row.closed_at, row.next_at = CLOSED, at, None
    row.save(update_fields=["state", "closed_at", "next_at"])
    AlarmCall.objects.filter(group=row, state=WAITING).update(
        state="given_up", next_at=None, reasons=["watching.joined"]
    )


def _new_group(agency: UUID, topic: Topic, members: list[Alarm], at: datetime) -> AlarmGroup:
    row_id, key = uuid7(), new_key(agency)
    one = members[0]
    made = AlarmGroup.objects.create(
        id=row_id,
        agency_id=agency,
        key=key,
        sealed=seal(key, agency, {"notes": []}, about=row_id),
        topic_id=topic.id,
        person_id=one.person_id,
        order_id=one.order_id,
        case_id=one.case_id,
        trial=topic.trial,
        first_at=one.happened_at,
        last_at=members[-1].happened_at,
        state=OPEN,
        next_at=at,
    )
    record_each("alarms.begun", [(made.id, None)], agency=agency, at=at)
    return made


def uncover(agency: UUID, *, at: datetime) -> int:
    """What was covered by a meeting that is over, and goes on, is told as ever; how many."""
    due = Alarm.objects.select_for_update(skip_locked=True).filter(agency_id=agency, covered_until_at__lte=at)
    found = list(due)
    Alarm.objects.filter(id__in=[row.id for row in found]).update(covered_until_at=None)
    rows = [row for row in found if row.taken_back_at is None and not _over(row)]
    for row in rows:
        row.covered_until_at = None
        note_breach(row, at=at)
    put_together(agency, rows, at=at)
    return len(rows)


def _over(row: Alarm) -> bool:
    """Whether what it told of has ended since."""
    later = Alarm.objects.filter(agency_id=row.agency_id, seen_by=row.seen_by, ends=True, ms__gte=row.ms)
    return later.filter(taken_back_at=None).exists()
