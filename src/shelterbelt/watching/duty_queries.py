"""Reads the duty list and one group of alarms as whoever is on duty sees them. Starts from what they may see.

What is not known is said as unknown; a place is read for a replay alone, and every look at one is noted by the caller.
"""

from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, reached, visible
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.facts import present
from shelterbelt.alerts.models import Presence
from shelterbelt.orders.models import Order
from shelterbelt.orders.queries import places_of, words_of
from shelterbelt.people.models import Person
from shelterbelt.rules.fixes import Fix
from shelterbelt.rules.frames import unframed
from shelterbelt.rules.late import LIKELY, POSSIBLE, SURE
from shelterbelt.sealing import SealingError
from shelterbelt.store.questions import question
from shelterbelt.watching.alarm_models import OPEN, TAKEN, Alarm, AlarmGroup, Watch
from shelterbelt.watching.policy import SEE_ALARMS

MOST, CALM = 100, timedelta(hours=12)
GRADES = ("", POSSIBLE, LIKELY, SURE)


@dataclass(frozen=True)
class Line:
    """One group on the list: whom it is about, of what kind and how certain, how old, who has it."""

    ref: str
    name: str
    place: str
    kind: str
    certainty: str
    state: str
    first_at: datetime
    last_at: datetime
    many: int
    taken_by: str
    trial: str
    told: int


@dataclass(frozen=True)
class Watched:
    """Somebody who carries a tracker: when it last said something, and whether that is long ago."""

    name: str
    heard_at: datetime | None
    unknown: bool


@dataclass(frozen=True)
class AlarmLine:
    """One alarm of a group."""

    ref: str
    kind: str
    certainty: str
    happened_at: datetime
    told_at: datetime
    taken_back_at: datetime | None
    covered: bool
    late: bool
    metres: float | None


@dataclass(frozen=True)
class Whole:
    """One group with all that a page shows of it."""

    row: AlarmGroup
    line: Line
    alarms: tuple[AlarmLine, ...]
    notes: tuple[dict[str, Any], ...]
    order: str


@dataclass(frozen=True)
class Shown:
    """What a replay draws: fixes, the zone, in words whose place it is."""

    fixes: tuple[Fix, ...]
    zone: dict[str, Any] | None
    place: str


def open_groups(*, by: Worker, at: datetime) -> list[Line]:
    """Groups that nobody has yet first, then those somebody has, then those that were just taken back or closed."""
    rows = visible(by, SEE_ALARMS, AlarmGroup.objects.all(), at=at)
    standing = list(rows.filter(state__in=(OPEN, TAKEN), told_at__isnull=False).order_by("-last_at")[:MOST])
    standing.sort(key=lambda row: (row.state != OPEN, row.trial != "", -row.last_at.timestamp()))
    return _lines(standing)


def groups_over(*, by: Worker, at: datetime) -> list[Line]:
    """Groups of the last hours that are over: closed, or taken back."""
    rows = visible(by, SEE_ALARMS, AlarmGroup.objects.all(), at=at).exclude(state__in=(OPEN, TAKEN))
    return _lines(list(rows.filter(last_at__gt=at - CALM, told_at__isnull=False).order_by("-last_at")[:MOST]))


def alarms_waiting(*, by: Worker, at: datetime) -> int:
    """How many groups nobody has yet; none for those who may not see them."""
    return _untaken.count(by, at) if SEE_ALARMS.allows(by) else 0


@question
def _untaken(by: Worker, at: datetime) -> QuerySet[AlarmGroup]:
    rows = reached(by, SEE_ALARMS, AlarmGroup.objects.only("id"), at=at)
    return rows.filter(state=OPEN, told_at__isnull=False)


def marks(*, by: Worker, at: datetime) -> dict[str, tuple[str, str]]:
    """By which it is seen that the list has changed: each group's state, its last alarm, and how often it was told."""
    rows = visible(by, SEE_ALARMS, AlarmGroup.objects.filter(told_at__isnull=False), at=at)
    newest = rows.order_by("-last_at").values_list("ref", "state", "last_at", "rounds", "taken_at")[:MOST]
    return {
        ref: (state, f"{last_at} {rounds} {taken_at}") for ref, state, last_at, rounds, taken_at in newest
    }


def group_by_ref(ref: str, *, by: Worker, at: datetime) -> Whole:
    """One group."""
    row = visible(by, SEE_ALARMS, AlarmGroup.objects.filter(ref=ref), at=at).first()
    if row is None:
        raise NotForYou
    notes = opened(row)["notes"]
    names = names_of(UUID(one["by"]) for one in notes)
    shown = tuple(
        {
            "who": names.get(UUID(one["by"]), ""),
            "at": datetime.fromisoformat(one["at"]),
            "words": one["words"],
        }
        for one in notes
    )
    alarms = tuple(_alarm(one) for one in row.alarms.order_by("ms", "id"))
    return Whole(row, _lines([row])[0], alarms, shown, row.order.ref if row.order else "")


def watched_people(*, by: Worker, at: datetime, long_ago: timedelta) -> list[Watched]:
    """Everybody who is watched now: when their device last said something. Nothing heard is unknown, and never well."""
    rows = visible(by, SEE_ALARMS, Watch.objects.filter(ended_at=None), at=at).select_related("device")
    heard = {row.person_id: row.device.heard_at for row in rows[: 10 * MOST]}
    names = _names(heard)
    found = [
        Watched(names.get(person, ""), when, when is None or at - when > long_ago)
        for person, when in heard.items()
    ]
    return sorted(found, key=lambda one: (not one.unknown, one.name))


def on_duty_now(*, by: Worker, at: datetime) -> list[tuple[str, datetime]]:
    """Who is on duty, and until when."""
    rows = present(by.agency_id, at=at)
    names = names_of(row.worker_id for row in rows)
    return [(names.get(row.worker_id, ""), row.lasts_at) for row in rows]


def own_duty(*, by: Worker, at: datetime) -> Presence | None:
    """What the worker said of being there, if they have not left and their time is not over."""
    return Presence.objects.filter(worker_id=by.id, ended_at=None, until_at__gt=at).first()


def shown_of(whole: Whole) -> Shown | None:
    """The fixes of all alarms of a group, each once; none where it has none. The caller notes the look."""
    fixes: set[Fix] = set()
    zone, place = None, ""
    for row in whole.row.alarms.exclude(seen_by__startswith="server").order_by("ms"):
        told = opened(row)
        fixes |= {one.fix for one in unframed(b64decode(told["frames"]))}
        if told["zone"]:
            zone, place = told["zone"], _place_name(row)
    return Shown(tuple(sorted(fixes)), zone, place) if fixes else None


def _lines(rows: Sequence[AlarmGroup]) -> list[Line]:
    names = _names(row.person_id for row in rows)
    workers = names_of(row.taken_by for row in rows)
    alarms: dict[UUID, list[Alarm]] = {row.id: [] for row in rows}
    for one in Alarm.objects.filter(group_id__in=list(alarms)).select_related("watch").order_by("ms"):
        if one.group_id:
            alarms[one.group_id].append(one)
    return [_line(row, alarms[row.id], names, workers) for row in rows]


def _line(row: AlarmGroup, alarms: list[Alarm], names: dict[Any, str], workers: dict[Any, str]) -> Line:
    """Of several alarms that hold, the surest and of these the newest is what the line says."""
    holds = [one for one in alarms if one.taken_back_at is None and not one.ends] or alarms
    first = max(holds, key=lambda one: (GRADES.index(one.certainty), one.ms))
    return Line(
        ref=row.ref,
        name=names.get(row.person_id, ""),
        place=_place_name(first) if first.watch_id else "",
        kind=first.kind,
        certainty=first.certainty,
        state=row.state,
        first_at=row.first_at,
        last_at=row.last_at,
        many=sum(one.taken_back_at is None and not one.ends for one in alarms),
        taken_by=workers.get(row.taken_by, ""),
        trial=row.trial,
        told=row.rounds,
    )


def _alarm(row: Alarm) -> AlarmLine:
    told = opened(row)
    return AlarmLine(
        ref=row.ref,
        kind=row.kind,
        certainty=row.certainty,
        happened_at=row.happened_at,
        told_at=row.told_at,
        taken_back_at=row.taken_back_at,
        covered=row.covered_until_at is not None,
        late=row.late,
        metres=told["metres"] if told["zone"] else None,
    )


def _names(people: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of people that open; of others there is none."""
    found = {}
    for one in Person.objects.filter(id__in=[person for person in people if person]):
        try:
            found[one.id] = str(opened(one).get("name", ""))
        except (SealingError, ValueError):
            continue
    return found


def _place_name(row: Alarm) -> str:
    """What the place of a watch is called on the order; nothing where that does not open."""
    if row.watch is None or row.watch.order_id is None:
        return ""
    try:
        order = Order.objects.get(id=row.watch.order_id)
        every = {place.id: place for place, _zone in places_of(order)}
        found = every.get(row.watch.source_id)
        return str(words_of(found).get("label", "")) if found else ""
    except (Order.DoesNotExist, SealingError, ValueError):
        return ""
