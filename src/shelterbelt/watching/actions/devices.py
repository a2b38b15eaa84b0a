"""Issue a device, give it another secret, end it. A secret is told once, to whoever hands it over, and kept as a digest.

Refuses a tracker without an order. What a device sends is nobody's to read here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, Permission, require
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.agencies.sealed import destroy, new_key, opened, seal
from shelterbelt.ledger.actions import record
from shelterbelt.orders.models import Order
from shelterbelt.orders.policy import SEE_ORDER
from shelterbelt.safety.models import OwnFile
from shelterbelt.store import journal
from shelterbelt.store.ids import uuid7
from shelterbelt.watching.models import (
    FEED,
    OSMAND,
    OWN,
    OWNTRACKS,
    PARTS,
    TRACKER,
    Device,
    Feed,
    LastFix,
)
from shelterbelt.watching.policy import KEEP_FEEDS, KEEP_OWN_DEVICE, KEEP_TRACKERS
from shelterbelt.watching.receiving.known import digest_of, new_secret

# What somebody's own telephone can speak.
PHONES = (OWNTRACKS, OSMAND)


@dataclass(frozen=True, slots=True)
class Issued:
    """A device or a feed, and what it is to send with; it never shows that. `passphrase`: what it may seal with."""

    thing: Any
    secret: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)


def issue_tracker(
    order: Order, protocol: str, label: str, *, feed: Feed | None = None, by: Worker, at: datetime
) -> Issued:
    """A tracker for whom an order binds: with a secret of its own, or as one of a feed's, which sends for it."""
    require(by, KEEP_TRACKERS, order, at=at)
    require(by, SEE_ORDER, order, at=at)
    if feed is not None:
        require(by, KEEP_FEEDS, feed, at=at)
    if (feed is not None) is not (protocol == FEED) or protocol not in (*PHONES, FEED):
        raise ValueError("a tracker sends by a protocol of its own, or a feed sends for it")
    if feed is not None and feed.ended_at:
        raise ValueError("this feed has ended")
    about = {"order": order, "feed": feed, "kind": TRACKER, "person_id": order.respondent_id}
    return _issued(order.agency_id, protocol, label, about, by=by.id, at=at)


def issue_own_device(
    file: OwnFile, protocol: str, label: str, *, by: Worker | Survivor, at: datetime
) -> Issued:
    """A survivor's own device, theirs to end at any time; of it only the last fix is kept, unless they want more."""
    require_own(by, KEEP_OWN_DEVICE, file, at=at)
    if protocol not in PHONES:
        raise ValueError("a telephone speaks none of these")
    with acting(by, at=at):
        about = {"kind": OWN, "person_id": file.person_id}
        return _issued(file.agency_id, protocol, label, about, by=by.id, at=at)


def turn_secret(device: Device, *, by: Worker | Survivor, at: datetime) -> Issued:
    """Another secret and passphrase for a device; what it sends with the one before is refused from now on."""
    require_own(by, _right(device, by), device, at=at)
    if device.ended_at or device.secret_digest is None:
        raise ValueError("this device sends with no secret of its own")
    with acting(by, at=at):
        secret, passphrase, content = new_secret(), "", opened(device)
        if device.protocol == OWNTRACKS:
            passphrase = content["passphrase"] = new_secret()
        device.sealed = seal(device.key, device.agency_id, content, about=device.id)
        device.secret_digest, device.turned_at = digest_of(secret), at
        device.save(update_fields=["sealed", "secret_digest", "turned_at"])
        record("device.turned", about=device.id, by=by.id, agency=device.agency_id, at=at)
        _note_turned(device, at)
    return Issued(device, secret, passphrase)


def end_device(device: Device, *, by: Worker | Survivor, at: datetime) -> None:
    """Nothing is taken from a device any more, and its last fix is destroyed, in backups too."""
    require_own(by, _right(device, by), device, at=at)
    with acting(by, at=at):
        _end(device, by=by.id, at=at)


def keep_trail(device: Device, *, keep: bool, by: Worker | Survivor, at: datetime) -> None:
    """Whether more than the last fix of a survivor's own device is kept, for as long as trails are. It is theirs to say."""
    require_own(by, KEEP_OWN_DEVICE, device, at=at)
    if device.kind != OWN:
        raise NotForYou
    with acting(by, at=at):
        device.trail = keep
        device.save(update_fields=["trail"])
        record("device.trail", about=device.id, by=by.id, agency=device.agency_id, at=at)


def issue_feed(label: str, *, by: Worker, at: datetime) -> Issued:
    """A vendor's machine, which sends what many trackers said."""
    require(by, KEEP_FEEDS, at=at)
    feed_id, key, secret = uuid7(), new_key(by.agency_id), new_secret()
    feed = Feed.objects.create(
        id=feed_id,
        agency_id=by.agency_id,
        key=key,
        sealed=seal(key, by.agency_id, {"label": label}, about=feed_id),
        secret_digest=digest_of(secret),
        issued_at=at,
        issued_by=by.id,
    )
    record("feed.issued", about=feed.id, by=by.id, agency=feed.agency_id, at=at)
    return Issued(feed, secret)


def turn_feed(feed: Feed, *, by: Worker, at: datetime) -> Issued:
    """Another secret for a feed; the one before is refused from now on."""
    require(by, KEEP_FEEDS, feed, at=at)
    if feed.ended_at:
        raise ValueError("this feed has ended")
    secret = new_secret()
    feed.secret_digest, feed.turned_at = digest_of(secret), at
    feed.save(update_fields=["secret_digest", "turned_at"])
    record("feed.turned", about=feed.id, by=by.id, agency=feed.agency_id, at=at)
    _note_turned(feed, at)
    return Issued(feed, secret)


def end_feed(feed: Feed, *, by: Worker, at: datetime) -> None:
    """Nothing is taken from a feed any more. Its trackers stay, and count as silent."""
    require(by, KEEP_FEEDS, feed, at=at)
    feed.ended_at = at
    feed.save(update_fields=["ended_at"])
    record("feed.ended", about=feed.id, by=by.id, agency=feed.agency_id, at=at)
    journal.note("device.ended", feed.id, agency=feed.agency_id, at=at)


def end_again(id: UUID, at: datetime) -> int:
    """After a restore: what had ended, a device or a feed, takes nothing in again."""
    feeds = Feed.objects.filter(id=id, ended_at=None).update(ended_at=at)
    device = Device.objects.filter(id=id, ended_at=None).first()
    if device is not None:
        LastFix.objects.filter(device=device).delete()
        Device.objects.filter(id=id).update(ended_at=at)
    return feeds + int(device is not None)


def turn_again(id: UUID, at: datetime, *, digest: str) -> int:
    """After a restore: the secret that was given last is the one that holds, and none before it."""
    now = {"secret_digest": bytes.fromhex(digest), "turned_at": at}
    return sum(model.objects.filter(id=id, ended_at=None).update(**now) for model in (Device, Feed))


def _note_turned(thing: Device | Feed, at: datetime) -> None:
    assert thing.secret_digest is not None
    left = {"digest": bytes(thing.secret_digest).hex()}
    journal.note("device.turned", thing.id, agency=thing.agency_id, at=at, left=left)


def _right(device: Device, by: Worker | Survivor) -> Permission:
    """Which right changes it. A tracker is nobody's own."""
    if device.kind != TRACKER:
        return KEEP_OWN_DEVICE
    if isinstance(by, Survivor):
        raise NotForYou
    return KEEP_TRACKERS


def _issued(
    agency: UUID, protocol: str, label: str, about: dict[str, Any], *, by: UUID, at: datetime
) -> Issued:
    device_id, key = uuid7(), new_key(agency)
    secret = "" if protocol == FEED else new_secret()
    passphrase = new_secret() if protocol == OWNTRACKS else ""
    content = {"label": label} | ({"passphrase": passphrase} if passphrase else {})
    device = Device(
        id=device_id,
        agency_id=agency,
        key=key,
        sealed=seal(key, agency, content, about=device_id),
        protocol=protocol,
        secret_digest=digest_of(secret) if secret else None,
        number=_next_number(),
        issued_at=at,
        issued_by=by,
        **about,
    )
    device.part = device.number % PARTS
    device.save(force_insert=True)
    record("device.issued", about=device.id, by=by, agency=agency, at=at)
    return Issued(device, secret, passphrase)


def _end(device: Device, *, by: UUID, at: datetime) -> None:
    last = LastFix.objects.filter(device=device).first()
    if last is not None:
        destroy(last.key, device.agency_id)
        last.delete()
    device.ended_at = at
    device.save(update_fields=["ended_at"])
    record("device.ended", about=device.id, by=by, agency=device.agency_id, at=at)
    journal.note("device.ended", device.id, agency=device.agency_id, at=at)


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval('watching_device_number')")
        return int(cursor.fetchone()[0])
