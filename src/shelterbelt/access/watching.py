"""Reading about broken glass: what one asked oneself, what waits for a second person, what the reviewer looks into.

No line here names a person of a file. What was asked for in vain reads like what nobody has answered.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shelterbelt.access.glass import ASK_LASTS
from shelterbelt.access.models import Bar, Glass, Glimpse, Worker
from shelterbelt.access.policy import AGREE_GLASS, ASK_GLASS, REVIEW_GLASS
from shelterbelt.access.queries import name_of
from shelterbelt.access.rules import NotForYou, Permission, Restricted, reached, visible, walls_before
from shelterbelt.access.words import GLASS_WORDS
from shelterbelt.agencies.sealed import opened
from shelterbelt.store.asker import as_agency
from shelterbelt.store.questions import question

SHOWN = 50


@dataclass(frozen=True)
class Pane:
    """One asking, in words: who (and of which agency, if it is another), for what, why, who agreed, until when.

    `state`: waiting, open, closed, or over (nothing came of it).
    """

    ref: str
    who: str
    agency: str
    second: str
    part: Any
    reason: str
    asked_for: str
    alone: bool
    others: int
    asked_at: datetime
    paged_at: datetime | None
    broken_at: datetime | None
    until_at: datetime | None
    state: str


def my_glass(*, by: Worker, at: datetime) -> list[Pane]:
    """What the worker asked for lately, the newest first."""
    rows = visible(by, ASK_GLASS, Glass.objects.all(), at=at).order_by("-asked_at")
    return [_pane(row, by, at) for row in rows[:SHOWN]]


def glass_waiting(*, by: Worker, at: datetime) -> list[Pane]:
    """What waits for a second person who may be this worker: never what they asked for themselves."""
    return [_pane(row, by, at) for row in _waiting(by, at).order_by("asked_at")[:SHOWN]]


def glass_waits(*, by: Worker, at: datetime) -> int:
    """How many of them there are."""
    return _waits.count(by, at, at - ASK_LASTS) if AGREE_GLASS.allows(by) else 0


def _waiting(by: Worker, at: datetime) -> QuerySet[Glass]:
    return _still_open(visible(by, AGREE_GLASS, Glass.objects.all(), at=at), by, at, at - ASK_LASTS)


@question
def _waits(by: Worker, at: datetime, since: datetime) -> QuerySet[Glass]:
    return _still_open(reached(by, AGREE_GLASS, Glass.objects.only("id"), at=at), by, at, since)


def _still_open(rows: QuerySet[Glass], by: Worker, at: datetime, since: datetime) -> QuerySet[Glass]:
    rows = rows.exclude(worker_id=by.id)
    return rows.filter(second_id=None, broken_at=None, asked_at__gt=since, asked_at__lte=at)


def glass_to_review(*, by: Worker, at: datetime) -> list[Pane]:
    """Glass that was broken and that the reviewer has not looked into yet, the oldest first."""
    return [_pane(row, by, at) for row in _unreviewed(by, at).order_by("broken_at")[:SHOWN]]


def glass_unreviewed(*, by: Worker, at: datetime) -> int:
    """How many of them there are."""
    return _unlooked.count(by, at) if REVIEW_GLASS.allows(by) else 0


def _unreviewed(by: Worker, at: datetime) -> QuerySet[Glass]:
    rows = visible(by, REVIEW_GLASS, Glass.objects.all(), at=at)
    return rows.filter(reviewed_at=None).exclude(broken_at=None)


@question
def _unlooked(by: Worker, at: datetime) -> QuerySet[Glass]:
    rows = reached(by, REVIEW_GLASS, Glass.objects.only("id"), at=at)
    return rows.filter(reviewed_at=None).exclude(broken_at=None)


def glass_by_ref(ref: str, permission: Permission, *, by: Worker, at: datetime) -> Glass:
    """One asking, if the worker may have it by this right."""
    found = visible(by, permission, Glass.objects.all(), at=at).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def pane_of(glass: Glass, *, by: Worker, at: datetime) -> Pane:
    """One asking, in words."""
    return _pane(glass, by, at)


def looking_through(thing: Any, *, by: Worker, at: datetime) -> dict[str, datetime]:
    """The parts that broken glass shows the worker of a case that is closed to them otherwise, each with its end."""
    if not Restricted().holds(by, thing, at):
        return {}
    rows = Glimpse.objects.filter(thing_id=thing.id, worker_id=by.id, from_at__lte=at, until_at__gt=at)
    return dict(rows.order_by("until_at").values_list("category", "until_at"))


def _pane(row: Glass, by: Worker, at: datetime) -> Pane:
    told = opened(row)
    agency = row.asker_agency if row.asker_agency_id != by.agency_id else None
    return Pane(
        ref=row.ref,
        who=_name(row.worker_id, row, at),
        agency=agency.name if agency else "",
        second=_name(row.second_id, row, at) if row.broken_at else "",
        part=GLASS_WORDS[row.category],
        reason=told["reason"],
        asked_for=told["asked_for"],
        alone=row.alone,
        others=row.others,
        asked_at=row.asked_at,
        paged_at=row.paged_at,
        broken_at=row.broken_at,
        until_at=row.until_at,
        state=_state(row, at),
    )


def _name(worker: Any, row: Glass, at: datetime) -> str:
    """The name of the asker, or of the second person, who is of the asker's agency or of the holder's."""
    for agency in dict.fromkeys((row.asker_agency_id, row.agency_id)) if worker else ():
        with as_agency(agency, at=at):
            if found := Worker.objects.filter(id=worker).first():
                return name_of(found)
    return ""


def _state(row: Glass, at: datetime) -> str:
    """A wall that was raised meanwhile, a no and a file that never was look alike to whoever asked."""
    if row.broken_at and row.until_at:
        return "open" if at < row.until_at and not _walled(row, at) else "closed"
    return "waiting" if at < row.asked_at + ASK_LASTS else "over"


def _walled(row: Glass, at: datetime) -> bool:
    if row.thing_id is None:
        return False
    with as_agency(row.asker_agency_id, at=at, worker=row.worker_id):
        asker = Worker(id=row.worker_id, agency_id=row.asker_agency_id)
        return Bar.objects.filter(walls_before(asker), thing_id=row.thing_id).exists()
