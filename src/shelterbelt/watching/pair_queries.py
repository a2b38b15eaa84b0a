"""Reads what pages about pairs show: requests with the trackers that may be meant, and a survivor's own watch.

The side of the agency that runs trackers reads nothing of the survivor's but that there is a pair.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, reached, visible
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts.models import HelpAlert
from shelterbelt.library import shelf
from shelterbelt.orders.index import docket_text, tokens_of
from shelterbelt.orders.models import Order, OrderToken
from shelterbelt.orders.policy import SEE_ORDER
from shelterbelt.rules.silence import SILENT
from shelterbelt.store.questions import question
from shelterbelt.watching.alarm_models import Alarm, AlarmGroup
from shelterbelt.watching.models import TRACKER, Device
from shelterbelt.watching.own_line import LINK
from shelterbelt.watching.own_telling import button_of
from shelterbelt.watching.pair_models import ASKED, WATCHED, Pair, PairShare
from shelterbelt.watching.pairs_policy import DECIDE_PAIRS

MOST = 100
LINE_DOWN = gettext_lazy("The line to the agency that runs the tracker is down")


@dataclass(frozen=True)
class ShareFace:
    """One request or share as the agency that runs the tracker sees it."""

    row: PairShare
    sender: str
    docket: str
    order_ref: str


@dataclass(frozen=True)
class Tracker:
    """A tracker that a request may mean: of which order, and what it is called."""

    device: Device
    order_ref: str
    docket: str
    label: str


def shares(*, by: Worker, at: datetime) -> list[ShareFace]:
    """Requests that wait first, the oldest first; then what is shared."""
    rows = visible(by, DECIDE_PAIRS, PairShare.objects.filter(state__in=(ASKED, WATCHED)), at=at)
    found = list(rows.select_related("sender", "order").order_by("asked_at", "id")[:MOST])
    return [_face(row) for row in sorted(found, key=lambda row: (row.state != ASKED, row.asked_at))]


def shares_waiting(*, by: Worker, at: datetime) -> int:
    """How many requests nobody has decided; none for those who may not."""
    return _asked.count(by, at) if DECIDE_PAIRS.allows(by) else 0


@question
def _asked(by: Worker, at: datetime) -> QuerySet[PairShare]:
    rows = reached(by, DECIDE_PAIRS, PairShare.objects.only("id"), at=at)
    return rows.filter(state=ASKED, until_at__gt=at)


def share_by_ref(ref: str, *, by: Worker, at: datetime) -> ShareFace:
    """One request or share, for whoever decides about such."""
    rows = visible(by, DECIDE_PAIRS, PairShare.objects.filter(ref=ref), at=at)
    row = rows.select_related("sender", "order").first()
    if row is None:
        raise NotForYou
    return _face(row)


def trackers_meant(share: PairShare, *, by: Worker, at: datetime) -> list[Tracker]:
    """The living trackers of orders with the number in a request."""
    tokens = tokens_of(share.agency_id, [docket_text(opened(share)["docket"])])
    ids = OrderToken.objects.filter(agency_id=share.agency_id, token__in=tokens).values("order_id")
    orders = visible(by, SEE_ORDER, Order.objects.filter(id__in=ids, agency_id=share.agency_id), at=at)
    known = {one.id: one for one in orders[:MOST]}
    rows = Device.objects.filter(order_id__in=known, kind=TRACKER, ended_at=None).order_by("number")
    return [
        Tracker(
            row,
            known[row.order_id].ref,
            str(opened(known[row.order_id]).get("docket", "")),
            str(opened(row).get("label", "")),
        )
        for row in rows
        if row.order_id
    ]


def _face(row: PairShare) -> ShareFace:
    order = row.order
    return ShareFace(row, row.sender.name, str(opened(row)["docket"]), order.ref if order else "")


@dataclass(frozen=True)
class SeenLine:
    """One thing that a survivor's own watch saw: what, how certain, when, and what to do. No place, no way."""

    what: Any
    todo: str
    certainty: str
    happened_at: datetime
    taken_back: bool


def seen_for(alert: HelpAlert, *, at: datetime) -> list[SeenLine]:
    """What began a help alert, the newest first; whoever may see the alert may see this.

    A tracker that is silent while the other node is, too, is a line that is down: it says nothing of the tracker.
    """
    down = _lines_down(alert, at)
    rows = Alarm.objects.filter(agency_id=alert.agency_id, person_id=alert.person_id, order=None, ends=False)
    groups = [
        group.id
        for group in AlarmGroup.objects.filter(person_id=alert.person_id, order=None, trial="")
        if alert.button_id in {button_of(group, number) for number in range(1, group.rounds + 1)}
    ]
    words = {one.code: one for one in shelf.choices("watch_alarms")}
    return [
        SeenLine(
            what=LINE_DOWN if row.kind == SILENT and row.device_id in down else _(words[row.kind].label),
            todo=_(hint) if (hint := words[row.kind].hint) else "",
            certainty=row.certainty,
            happened_at=row.happened_at,
            taken_back=row.taken_back_at is not None,
        )
        for row in rows.filter(group_id__in=groups).order_by("-ms")[:MOST]
        if row.kind in words
    ]


def _lines_down(alert: HelpAlert, at: datetime) -> set[UUID | None]:
    """The devices of pairs whose other node has not written for a while."""
    rows = Pair.objects.filter(person_id=alert.person_id, state=WATCHED).exclude(device=None)
    return {row.device_id for row in rows if row.linked_at is None or at - row.linked_at > LINK}
