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
from shelterbelt.watching.models import FEED, OWN, Device, Feed, Roster
from shelterbelt.watching.receiving.tables import Carried, Table, table_of

# 26 letters and digits that are hard to take for each other: 130 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz123456789"
LENGTH = 26
FORM = re.compile(rf"[{LETTERS}]{{{LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever sends: one device, or a feed with its trackers. It never shows what opens its messages.

    `version`: of the agency's roster, when this was looked up.
    """

    agency: UUID
    id: UUID
    digest: bytes
    carried: Mapping[int, Carried]
    protocol: str
    passphrase: str = field(default="", repr=False)
    version: int = 0
    table: Table | None = field(default=None, repr=False, compare=False)

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
    found: Device | Feed | None = device or feed
    if found is None:
        return None
    with as_agency(found.agency_id, at=at):
        # The roster is read before what it counts: what changes in between shows as changed.
        version = version_of(found.agency_id)
        found = type(found).objects.filter(**here, id=found.id).first()
        if isinstance(found, Device):
            return _of_device(found, digest, version)
        return _of_feed(found, digest, version) if found else None


def _of_device(device: Device, digest: bytes, version: int) -> Bearer:
    lot = goes(device.part, device.kind, trail=device.trail)
    one = Carried(device.id, device.number, lot, device.kind == OWN)
    words = str(opened(device).get("passphrase", ""))
    return Bearer(device.agency_id, device.id, digest, {one.number: one}, device.protocol, words, version)


def _of_feed(feed: Feed, digest: bytes, version: int) -> Bearer:
    rows = _of(feed.id).values_list("id", "number", "part", "kind", "trail")
    carried = {
        number: Carried(id, number, goes(part, kind, trail=trail)) for id, number, part, kind, trail in rows
    }
    return Bearer(feed.agency_id, feed.id, digest, carried, FEED, version=version, table=table_of(carried))


def version_of(agency: UUID) -> int:
    """This function will return how often an agency's devices and feeds have changed; 0 for one that closed, or has none."""
    rows = Roster.objects.filter(agency_id=agency, agency__closed_at=None)
    return rows.values_list("version", flat=True).first() or 0


def newly_there(bearer: Bearer, numbers: Collection[int], *, at: datetime) -> bool:
    """This function will say whether a feed has trackers of these numbers that it had not when it was looked at."""
    with as_agency(bearer.agency, at=at):
        return _of(bearer.id).filter(number__any=list(numbers)).exists()


def _of(feed: UUID) -> QuerySet[Device]:
    return Device.objects.filter(feed_id=feed, ended_at=None)
