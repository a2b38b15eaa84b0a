"""Whose secret it is that somebody sends with. Found by its digest; whether it still holds is asked again when fixes are kept.

Refuses to keep a secret, and to say why one is refused.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shelterbelt.agencies.sealed import opened
from shelterbelt.store.asker import as_agency, hold, set_asker
from shelterbelt.watching.log import Lot
from shelterbelt.watching.models import FEED, OWN, Device, Feed

# 26 letters and digits that are hard to take for each other: 130 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz123456789"
LENGTH = 26
FORM = re.compile(rf"[{LETTERS}]{{{LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Carried:
    """One device, as the receiver knows it: its number, where its fixes go, and whether it is a survivor's own."""

    id: UUID
    number: int
    lot: Lot
    own: bool = False


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever sends: one device, or a feed with its trackers. It never shows what opens its messages."""

    agency: UUID
    id: UUID
    digest: bytes
    carried: Mapping[int, Carried]
    protocol: str
    passphrase: str = field(default="", repr=False)

    @property
    def one(self) -> Carried:
        """The device, where it is one."""
        return next(iter(self.carried.values()))


def new_secret() -> str:
    """This function will return what a device or a feed is to send with: typed once, kept nowhere here."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def digest_of(secret: str) -> bytes:
    """This function will return what is kept of a secret; it is random and long, so that nothing slower is needed."""
    return hashlib.sha256(b"shelterbelt device " + secret.encode()).digest()


def goes(part: int, kind: str, *, trail: bool) -> Lot:
    """This function will return where a device's fixes go: briefly, where only the last one of a survivor's own is kept."""
    return Lot(part, brief=kind == OWN and not trail)


class Known:
    """The bearers that were asked for, by their secret's digest."""

    def __init__(self) -> None:
        self._found: dict[bytes, Bearer] = {}

    def recalled(self, digest: bytes) -> Bearer | None:
        """Who it is, if that was asked before."""
        return self._found.get(digest)

    def forget(self, digest: bytes) -> None:
        """Whatever it was, it is asked anew."""
        self._found.pop(digest, None)

    def look(self, digest: bytes, *, at: datetime) -> Bearer | None:
        """Ask the database; none for a secret that nobody has or that has ended."""
        found = _bearer(digest, at)
        if found is None:
            self.forget(digest)
        else:
            self._found[digest] = found
        return found


def _bearer(digest: bytes, at: datetime) -> Bearer | None:
    with transaction.atomic():
        set_asker(None, None, at)
        hold(digest)
        here = {
            "secret_digest": digest,
            "ended_at": None,
            "agency__node__is_self": True,
            "agency__closed_at": None,
        }
        device = Device.objects.filter(**here).first()
        feed = None if device else Feed.objects.filter(**here).first()
        hold(b"")
    if device is not None:
        one = Carried(
            device.id, device.number, goes(device.part, device.kind, trail=device.trail), device.kind == OWN
        )
        words = str(opened(device).get("passphrase", ""))
        return Bearer(device.agency_id, device.id, digest, {one.number: one}, device.protocol, words)
    if feed is None:
        return None
    with as_agency(feed.agency_id, at=at):
        rows = list(_of(feed.id).values_list("id", "number", "part", "kind", "trail"))
    carried = {
        number: Carried(id, number, goes(part, kind, trail=trail)) for id, number, part, kind, trail in rows
    }
    return Bearer(feed.agency_id, feed.id, digest, carried, FEED)


def newly_there(bearer: Bearer, numbers: Collection[int], *, at: datetime) -> bool:
    """This function will say whether a feed has trackers of these numbers that it had not when it was looked at."""
    with as_agency(bearer.agency, at=at):
        return _of(bearer.id).filter(number__any=list(numbers)).exists()


def _of(feed: UUID) -> QuerySet[Device]:
    return Device.objects.filter(feed_id=feed, ended_at=None)
