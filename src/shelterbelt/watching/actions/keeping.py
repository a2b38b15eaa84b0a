"""Keeps what devices sent: all that waited together in one transaction of their agency, and nothing of whose secret has ended.

Refuses whatever it cannot make durable: whoever sent it is told later, and sends it again.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.rules.fixes import Fix
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.watching.log import Lot, log
from shelterbelt.watching.models import Device, Feed, LastFix
from shelterbelt.watching.receiving.known import goes, version_of
from shelterbelt.watching.receiving.parcels import LATER, REFUSED, TAKEN, Parcel

DURABLE = "select set_config('synchronous_commit', 'on', true)"
# Whoever holds a device's row holds nobody up: it is noted the next time. By place in the table, so that only these rows
# are looked at.
HEARD = (
    "update watching_device set heard_at = %s where ctid = any(array(select ctid from watching_device"
    " where id = any(%s) and (heard_at is null or heard_at < %s) for no key update skip locked))"
)


def keep_fixes(agency: UUID, parcels: Sequence[Parcel], *, at: datetime) -> tuple[list[str], int]:
    """Make these durable; what became of each, and the roster by which that was said. What was taken is on the disk then."""
    with as_agency(agency, at=at):
        version = version_of(agency)
        fates = _fates(version, parcels)
        good = [one for one, fate in zip(parcels, fates, strict=True) if fate == TAKEN]
        lots: dict[Lot, bytearray] = defaultdict(bytearray)
        newest: dict[UUID, Fix] = {}
        for one in good:
            for lot, frames in one.frames.items():
                lots[lot] += frames
            for device, fix in one.newest.items():
                newest[device] = max(fix, newest.get(device, fix))
        with connection.cursor() as cursor:
            cursor.execute(DURABLE)
        log.append(agency, {lot: bytes(frames) for lot, frames in lots.items()}, at=at)
        _note_last(agency, newest, at)
    return fates, version


def _fates(version: int, parcels: Sequence[Parcel]) -> list[str]:
    """Whether each secret still holds: at once where nothing of the agency has changed since it was looked up."""
    if version and all(one.bearer.version == version for one in parcels):
        return [TAKEN] * len(parcels)
    return _looked_at_again(parcels)


def _looked_at_again(parcels: Sequence[Parcel]) -> list[str]:
    """REFUSED where a secret is no longer its bearer's; LATER where a device has ended or goes elsewhere since."""
    bearers = list({one.bearer.id for one in parcels})
    devices = list({device for one in parcels for device in one.heard}.union(bearers))
    there = Device.objects.filter(id__any=devices, ended_at=None, agency__closed_at=None)
    digests, lots = {}, {}
    for id, digest, part, kind, trail in there.values_list("id", "secret_digest", "part", "kind", "trail"):
        digests[id], lots[id] = digest, goes(part, kind, trail=trail)
    feeds = Feed.objects.filter(id__any=bearers, ended_at=None, agency__closed_at=None)
    digests |= dict(feeds.values_list("id", "secret_digest"))
    return [_fate(one, digests, lots) for one in parcels]


def _fate(one: Parcel, digests: Mapping[UUID, Any], lots: Mapping[UUID, Lot]) -> str:
    digest = digests.get(one.bearer.id)
    if digest is None or bytes(digest) != one.bearer.digest:
        return REFUSED
    return TAKEN if all(lots.get(device) == lot for device, lot in one.heard.items()) else LATER


def note_heard(agency: UUID, devices: Collection[UUID], *, at: datetime) -> None:
    """When these were heard last: a page says how long ago that is, and nothing of where."""
    with as_agency(agency, at=at), connection.cursor() as cursor:
        cursor.execute(HEARD, (at, list(devices), at))


def _note_last(agency: UUID, newest: dict[UUID, Fix], at: datetime) -> None:
    """The last fix of survivors' own devices; one that is older than what stands changes nothing."""
    if not newest:
        return
    people = dict(Device.objects.filter(id__any=list(newest)).values_list("id", "person_id"))
    before = {row.device_id: row for row in LastFix.objects.filter(device_id__any=list(newest))}
    for device, fix in newest.items():
        row = before.get(device)
        if row is None:
            id, key = uuid7(), new_key(agency)
            row = LastFix(id=id, agency_id=agency, key=key, device_id=device, person_id=people[device])
        elif opened(row)["ms"] > fix.ms:
            continue
        row.sealed, row.received_at = seal(row.key, agency, asdict(fix), about=row.id), at
        row.save()
