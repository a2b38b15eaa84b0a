"""Trackers and feeds as pages show them: what they are called and when they were heard last. Never where."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, may, require, visible
from shelterbelt.agencies.sealed import opened
from shelterbelt.orders.models import Order
from shelterbelt.orders.policy import SEE_ORDER
from shelterbelt.orders.queries.pages import face
from shelterbelt.watching.models import TRACKER, Device, Feed
from shelterbelt.watching.policy import KEEP_FEEDS, KEEP_TRACKERS

SHOWN, OFFERED = 200, 60


@dataclass(frozen=True, slots=True)
class DeviceFace:
    """One tracker as a list shows it; `order` leads to the order where the worker may see it."""

    ref: str
    label: str
    number: int
    protocol: str
    order: str
    issued_at: datetime
    heard_at: datetime | None
    ended_at: datetime | None
    own_secret: bool


def trackers(*, by: Worker, at: datetime) -> list[DeviceFace]:
    """The agency's trackers, the newest first; those that ended stand behind the others."""
    rows = visible(by, KEEP_TRACKERS, Device.objects.filter(kind=TRACKER), at=at).select_related("order")
    newest = sorted(rows.order_by("-issued_at")[:SHOWN], key=lambda row: row.ended_at is not None)
    return [_face(row, by, at) for row in newest]


def _face(row: Device, by: Worker, at: datetime) -> DeviceFace:
    seen = row.order is not None and may(by, SEE_ORDER, row.order, at=at)
    return DeviceFace(
        ref=row.ref,
        label=opened(row)["label"],
        number=row.number,
        protocol=row.protocol,
        order=row.order.ref if row.order is not None and seen else "",
        issued_at=row.issued_at,
        heard_at=row.heard_at,
        ended_at=row.ended_at,
        own_secret=row.secret_digest is not None,
    )


def feeds(*, by: Worker, at: datetime) -> list[dict[str, Any]]:
    """The agency's feeds, with what they are called."""
    rows = visible(by, KEEP_FEEDS, Feed.objects.all(), at=at).order_by("-issued_at")
    return [{"ref": row.ref, "label": opened(row)["label"], "ended_at": row.ended_at} for row in rows]


def orders_to_track(*, by: Worker, at: datetime) -> list[tuple[str, str]]:
    """The newest orders that have not ended, to pick from: reference, and whom they bind."""
    require(by, KEEP_TRACKERS, at=at)
    rows = visible(by, SEE_ORDER, Order.objects.filter(agency_id=by.agency_id), at=at)
    open_now = rows.exclude(ends_at__lte=at).order_by("-recorded_at")[:OFFERED]
    faces = [face(row, at) for row in open_now]
    return [(one.ref, " · ".join(filter(None, (one.respondent, one.docket)))) for one in faces]


def tracker_by_ref(ref: str, *, by: Worker, at: datetime) -> Device:
    """The tracker behind a reference, if this worker may have it; refused otherwise."""
    rows = visible(by, KEEP_TRACKERS, Device.objects.filter(kind=TRACKER, ref=ref), at=at)
    if (found := rows.first()) is None:
        raise NotForYou
    return found


def feed_by_ref(ref: str, *, by: Worker, at: datetime) -> Feed:
    """The feed behind a reference, likewise."""
    if (found := visible(by, KEEP_FEEDS, Feed.objects.filter(ref=ref), at=at).first()) is None:
        raise NotForYou
    return found
