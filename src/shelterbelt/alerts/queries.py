"""Reads what the pages of help now show: whether anybody is there, what was set up, how an alert stands, what was told.

Whoever a wall keeps from a survivor does not count as there for them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.bars import Bar
from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, reached, restrictions_before, visible, walls_before
from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.agencies.queries import agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.facts import known_of, present
from shelterbelt.alerts.models import AnswerLink, Call, HelpAlert, HelpSetup, Place, Presence, Press
from shelterbelt.alerts.policy import BE_THERE, SEE_HELP_ALERT, shared_now
from shelterbelt.alerts.released import may_be_named
from shelterbelt.alerts.setup import Circle, circle_of, readable
from shelterbelt.people.models import Person
from shelterbelt.rules.calling import stand
from shelterbelt.rules.places import Fix
from shelterbelt.safety.models import Trusted
from shelterbelt.safety.policy import trusted_with
from shelterbelt.store.asker import as_agency
from shelterbelt.store.questions import question
from shelterbelt.store.spans import lasting

MOST = 100
WEEK = timedelta(days=7)
NOTHING: dict[str, Any] = {"people": [], "duty": True, "dispatch": [], "hold": 0, "place": False}


@dataclass(frozen=True)
class Ready:
    """What the page of help now rests on: the set-up, whether somebody is there and until when, whom it goes to."""

    setup: HelpSetup | None
    there: bool
    until_at: datetime | None
    people: tuple[Circle, ...]
    duty: bool
    agencies: tuple[tuple[str, str], ...]
    hold: int
    place: bool
    agency_name: str
    duty_phone: str
    zone: str


def ready(survivor: Survivor, *, at: datetime) -> Ready:
    """Whether help now exists for a survivor at this instant: it is set up, and somebody said that they are there."""
    setup = HelpSetup.objects.filter(person_id=survivor.id).first()
    content = opened(setup) if setup else NOTHING
    with own_hand(survivor, at=at):
        held_by = agency(survivor.agency_id)
        until = max((row.lasts_at for row in _there_for(survivor, at=at)), default=None)
        may = {str(one.id): one.name for one in may_be_named(survivor.id, survivor.agency_id, at=at)}
        agencies = tuple(
            (one["slot"], may[one["agency"]]) for one in content["dispatch"] if one["agency"] in may
        )
    return Ready(
        setup=setup,
        there=bool(setup and content["duty"] and until),
        until_at=until,
        people=circle_of(content),
        duty=content["duty"],
        agencies=agencies,
        hold=content["hold"],
        place=content["place"],
        agency_name=held_by.name,
        duty_phone=held_by.duty_phone,
        zone=held_by.time_zone,
    )


def _there_for(survivor: Survivor, *, at: datetime) -> list[Presence]:
    """Who is there and would see this survivor's alert."""
    rows = present(survivor.agency_id, at=at)
    workers = {
        one.id: one for one in Worker.objects.filter(id__in=[row.worker_id for row in rows], is_active=True)
    }
    return [
        row for row in rows if (one := workers.get(row.worker_id)) and not _kept_from(one, survivor.id, at)
    ]


def _kept_from(worker: Worker, person: UUID, at: datetime) -> bool:
    before = walls_before(worker) | restrictions_before(worker, at)
    return Bar.objects.filter(before, thing_id=person).exists()


def who_may_see(survivor: Survivor, *, at: datetime) -> list[tuple[str, str]]:
    """The workers whom a survivor trusts and who can look, by name: one of them may see where they are."""
    rows = Trusted.objects.filter(lasting(at), person_id=survivor.id, from_at__lte=at)
    ids = list(rows.values_list("worker_id", flat=True))
    with own_hand(survivor, at=at):
        workers = Worker.objects.filter(id__in=ids, is_active=True)
        may = [one.id for one in workers if BE_THERE.allows(one) and not _kept_from(one, survivor.id, at)]
        return sorted(((str(i), name) for i, name in names_of(may).items()), key=lambda one: one[1])


def shared_place(survivor: Survivor, *, at: datetime) -> Place | None:
    """The place that is shared now, apart from any alert."""
    return Place.objects.filter(shared_now(at), person_id=survivor.id).order_by("-began_at").first()


@dataclass(frozen=True)
class Where:
    """The last place that a device told, and when."""

    fix: Fix
    at: datetime


def _where(row: Place | None) -> Where | None:
    if row is None or row.fixed_at is None or row.ended_at:
        return None
    told = opened(row)
    return Where(Fix(told["lat"], told["lon"], told["metres"], told["quality"]), row.fixed_at)


@dataclass(frozen=True)
class AlertFace:
    """One help alert as whoever is there sees it."""

    ref: str
    name: str
    state: str
    test: bool
    pressed_at: datetime
    came_late: bool
    answered_at: datetime | None
    answered_by: str
    ended_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class Telling:
    """Who was told by which way and when, or why not."""

    who: str
    way: str
    state: str
    says: str
    planned_at: datetime
    told_at: datetime | None
    times: int


@dataclass(frozen=True)
class WholeAlert:
    """All that one page shows of an alert."""

    row: HelpAlert
    face: AlertFace
    words: str
    where: Where | None
    tellings: tuple[Telling, ...]


def open_alerts(*, by: Worker, at: datetime) -> list[AlertFace]:
    """Alerts that wait for somebody or are being seen to, the one that waits longest first; those answered come after."""
    rows = visible(by, SEE_HELP_ALERT, HelpAlert.objects.filter(ended_at=None, went_at__isnull=False), at=at)
    found = list(rows.order_by("-answered_at", "pressed_at")[:MOST])
    return _faces(sorted(found, key=lambda row: (row.answered_at is not None, row.pressed_at)), at=at)


def alerts_waiting(*, by: Worker, at: datetime) -> int:
    """How many have nobody yet; none for those who may not see them."""
    return _unanswered.count(by, at) if SEE_HELP_ALERT.allows(by) else 0


@question
def _unanswered(by: Worker, at: datetime) -> QuerySet[HelpAlert]:
    rows = reached(by, SEE_HELP_ALERT, HelpAlert.objects.only("id"), at=at)
    return rows.filter(ended_at=None, answered_at=None, went_at__isnull=False)


def unreadable(*, by: Worker, at: datetime) -> int:
    """How many presses of this agency's week reached nobody because what was set up does not open: a number, and nobody's."""
    with as_agency(by.agency_id, at=at):
        presses = Press.objects.filter(agency_id=by.agency_id, taken=False, fault_at__isnull=False)
        alerts = HelpAlert.objects.filter(agency_id=by.agency_id, ended_at=None, fault_at__isnull=False)
        return sum(rows.filter(received_at__gt=at - WEEK).count() for rows in (presses, alerts))


def alert_by_ref(ref: str, *, by: Worker, at: datetime) -> WholeAlert:
    """One alert, for whoever is there while it is open, and for whom the survivor trusts."""
    row = (
        visible(by, SEE_HELP_ALERT, HelpAlert.objects.filter(went_at__isnull=False), at=at)
        .filter(ref=ref)
        .first()
    )
    if row is None:
        raise NotForYou
    content = opened(row)
    names = _names(content)
    place = Place.objects.filter(button_id=row.button_id, with_alert=True).first()
    return WholeAlert(row, _faces([row], at=at)[0], content["words"], _where(place), _tellings(row, names))


def _faces(rows: list[HelpAlert], *, at: datetime) -> list[AlertFace]:
    found = Person.objects.filter(id__in=[row.person_id for row in rows])
    people = {one.id: readable(one) or {} for one in found}
    workers = names_of(row.answered_by for row in rows)
    return [
        AlertFace(
            ref=row.ref,
            name=str(
                people.get(row.person_id, {}).get("name") or (readable(row) or {"signed": ""})["signed"]
            ),
            state=row.state,
            test=row.test,
            pressed_at=row.pressed_at,
            came_late=(row.received_at - row.pressed_at).total_seconds() > 60,
            answered_at=row.answered_at,
            answered_by=workers.get(row.answered_by, "") if row.answered_by else _circle_name(row),
            ended_at=row.ended_at,
            outcome=row.outcome,
        )
        for row in rows
    ]


def _circle_name(row: HelpAlert) -> str:
    content = readable(row) if row.answered_slot else None
    return _names(content).get(row.answered_slot, "") if content else ""


def _names(content: dict[str, Any]) -> dict[str, str]:
    """Whom a slot stands for: somebody they chose, or an agency they named."""
    named = {one["slot"]: agency(UUID(one["agency"])).name for one in content["dispatch"]}
    return {one.slot: one.name for one in circle_of(content)} | named


def _tellings(alert: HelpAlert, names: dict[str, str]) -> tuple[Telling, ...]:
    """One line for each recipient and way: the last telling, and how often."""
    lines: dict[tuple[str, str, str], list[Call]] = {}
    for call in Call.objects.filter(alert=alert).order_by("planned_at"):
        lines.setdefault((call.slot, call.way, call.says), []).append(call)
    return tuple(
        Telling(
            who=names.get(slot, ""),
            way=way,
            state=calls[-1].state,
            says=says,
            planned_at=calls[0].planned_at,
            told_at=max((c.told_at for c in calls if c.told_at), default=None),
            times=sum(c.state == "told" for c in calls),
        )
        for (slot, way, says), calls in lines.items()
    )


@dataclass(frozen=True)
class Shared:
    """A place that somebody lets this worker see."""

    name: str
    until_at: datetime
    where: Where | None


def shown_to(by: Worker, at: datetime) -> QuerySet[Place]:
    """Rows of places that survivors let this worker, and nobody else, see now."""
    return Place.objects.filter(shared_now(at), trusted_with.rows(by, at), worker_id=by.id)


def places_shared_with(*, by: Worker, at: datetime) -> list[Shared]:
    """Places that survivors let this worker see now."""
    rows = list(shown_to(by, at).order_by("began_at"))
    people = {one.id: opened(one) for one in Person.objects.filter(id__in=[row.person_id for row in rows])}
    return [
        Shared(str(people.get(row.person_id, {}).get("name", "")), row.until_at, _where(row)) for row in rows
    ]


def presence_of(*, by: Worker, at: datetime) -> Presence | None:
    """What the worker said of being there, if they have not left and their time is not over."""
    return Presence.objects.filter(worker_id=by.id, ended_at=None, until_at__gt=at).first()


def roster(*, by: Worker, at: datetime) -> list[tuple[str, datetime]]:
    """Who is there, and until when."""
    rows = present(by.agency_id, at=at)
    names = names_of(row.worker_id for row in rows)
    return [(names.get(row.worker_id, ""), row.lasts_at) for row in rows]


@dataclass(frozen=True)
class BehindLink:
    """What somebody of the circle sees: who asks, since when, how it stands, and where, if that is told."""

    signed: str
    language: str
    state: str
    test: bool
    forced: bool
    mine: bool
    pressed_at: datetime | None
    where: Where | None
    zone: str


def behind_link(link: AnswerLink, *, at: datetime) -> BehindLink:
    """What stands behind a link that was sent; over, when the alert is."""
    with as_agency(link.agency_id, at=at):
        row = HelpAlert.objects.filter(id=link.about_id).first()
        zone = agency(link.agency_id).time_zone
        if row is None:
            return BehindLink("", "en", "ended", False, False, False, None, None, zone)
        known = known_of([row], at=at)[row.id]
        found = stand(known.settings, known.happened, at)
        one = next((p for p in circle_of(known.content) if p.slot == link.slot), None)
        open_now = found.state not in ("ended", "cancelled")
        place = Place.objects.filter(button_id=row.button_id, ended_at=None).first() if open_now else None
        return BehindLink(
            signed=known.content["signed"],
            language=one.language if one else "en",
            state="answered" if row.answered_at and open_now else found.state,
            test=row.test,
            forced=found.state == "forced",
            mine=row.answered_slot == link.slot,
            pressed_at=row.pressed_at,
            where=_where(place),
            zone=zone,
        )
