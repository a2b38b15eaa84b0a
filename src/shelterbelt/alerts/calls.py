"""Reads the calls for help that reached a police agency, for whoever may go. Of one that is over only the times are left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, reached, visible
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.models import CallForHelp
from shelterbelt.alerts.policy import SEE_CALLS_FOR_HELP
from shelterbelt.alerts.queries import Where
from shelterbelt.rules.places import Fix
from shelterbelt.store.questions import question

MOST = 100
STAYS = timedelta(hours=12)


@dataclass(frozen=True)
class CallFace:
    """One call for help as an officer sees it."""

    row: CallForHelp
    name: str
    number: str
    asks: str
    where: Where | None
    sender: str
    taken_by: str


def calls_for_help(*, by: Worker, at: datetime) -> list[CallFace]:
    """Those that nobody has yet first, the longest wait before; then those somebody goes to."""
    rows = _seen(by, at).filter(over_at=None).select_related("sender").order_by("-taken_at", "pressed_at")
    found = sorted(rows[:MOST], key=lambda row: (row.taken_at is not None, row.pressed_at))
    return [_face(row) for row in found]


def calls_just_over(*, by: Worker, at: datetime) -> list[CallForHelp]:
    """Those that ended a short while ago: whoever is on the way must hear of it."""
    return list(_seen(by, at).filter(over_at__gt=at - STAYS).order_by("-over_at")[:MOST])


def call_for_help(ref: str, *, by: Worker, at: datetime) -> CallFace:
    """One call for help."""
    row = _seen(by, at).select_related("sender").filter(ref=ref).first()
    if row is None:
        raise NotForYou
    return _face(row)


def calls_untaken(*, by: Worker, at: datetime) -> int:
    """How many have nobody yet; none for those who may not see them."""
    return _untaken.count(by, at) if SEE_CALLS_FOR_HELP.allows(by) else 0


@question
def _untaken(by: Worker, at: datetime) -> QuerySet[CallForHelp]:
    rows = reached(by, SEE_CALLS_FOR_HELP, CallForHelp.objects.only("id"), at=at)
    return rows.filter(over_at=None, taken_at=None)


def _seen(by: Worker, at: datetime) -> QuerySet[CallForHelp]:
    return visible(by, SEE_CALLS_FOR_HELP, CallForHelp.objects.all(), at=at)


def _face(row: CallForHelp) -> CallFace:
    told = opened(row) if row.over_at is None else dict[str, Any](name="", number="", asks="", place=None)
    place = told["place"]
    where = None
    if place:
        fix = Fix(place["lat"], place["lon"], place["metres"], "")
        where = Where(fix, datetime.fromisoformat(place["at"]))
    taken_by = names_of([row.taken_by]).get(row.taken_by, "")
    return CallFace(row, told["name"], told["number"], told["asks"], where, row.sender.name, taken_by)
