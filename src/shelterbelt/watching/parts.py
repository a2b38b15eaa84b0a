"""One part of an agency's log in memory: what is watched in it, how it stands, and the fixes that prove what comes next.

It is read from what was last written down and what was added since, without telling anything again. It writes nothing but
which watches there are. Refuses to look at what somebody sends for whom nothing is watched: no order binds them.
"""

from base64 import b64decode
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from shelterbelt.agencies.sealed import opened
from shelterbelt.library.watching import watching
from shelterbelt.rules.frames import FRAME, SIZE
from shelterbelt.rules.zones import Zone
from shelterbelt.sealing import KeyDestroyed, SealBroken
from shelterbelt.watching import deciding
from shelterbelt.watching.alarm_models import PAIR, ZONE, Cursor, Watch
from shelterbelt.watching.deciding import Deciding, OtherVersion, Told, Watched
from shelterbelt.watching.log import Batch
from shelterbelt.watching.models import Device
from shelterbelt.watching.reading import batches_between
from shelterbelt.watching.sources import Found, Wanted

MOST_RECENT = 32 * 2**20  # bytes of fixes that a part has at hand to prove alarms with
DEVICE_OF = slice(40, 44)
# Whose clock is ahead, receiver's or watch's, may be by so much.
CLOCKS = timedelta(minutes=1)


@dataclass
class Part:
    """What this process knows of a part. `place`: up to where it has taken the log in."""

    agency: UUID
    number: int
    deciding: Deciding
    place: int
    watches: dict[int, Watch] = field(default_factory=dict)
    devices: dict[int, Device] = field(default_factory=dict)
    zones: dict[int, Zone] = field(default_factory=dict)
    heeded: frozenset[int] = frozenset()
    recent: deque[Batch] = field(default_factory=deque)
    size: int = 0
    kept_place: int = -1
    kept_at: datetime | None = None
    away_until: datetime | None = None
    seen_again: Watched = field(default_factory=Watched)

    def take(self, batch: Batch) -> list[Told]:
        """Take a batch in; what it tells."""
        frames = self.remember(batch)
        self.place = batch.place
        return self.deciding.take(frames) if frames else []

    def remember(self, batch: Batch) -> bytes:
        """Have its fixes at hand for a while, those of whom something is watched; these."""
        frames = b"".join(frame for frame in _frames(batch.frames) if _device_of(frame) in self.heeded)
        if frames:
            self.recent.append(replace(batch, frames=frames))
            self.size += len(frames)
        oldest = batch.received_at.timestamp() - watching().proof_ms / 1000
        while self.recent and (self.recent[0].received_at.timestamp() < oldest or self.size > MOST_RECENT):
            self.size -= len(self.recent.popleft().frames)
        return frames

    def past_place(self) -> int:
        """After which place the fixes lie that are at hand."""
        return self.recent[0].place - 1 if self.recent else self.place

    def proof(self, told: Told) -> bytes:
        """The frames of the devices that a watch is of, from a while before what it told."""
        devices = self.devices_of(told)
        oldest = told.ms - watching().proof_ms
        return b"".join(
            frame
            for batch in self.recent
            for frame in _frames(batch.frames)
            if _device_of(frame) in devices and FRAME.unpack(frame)[0] >= oldest
        )

    def devices_of(self, told: Told) -> set[int]:
        """The numbers of the devices that were watched."""
        row = self.watches.get(told.watch) if told.of in (ZONE, PAIR) else None
        if row is None:
            return {told.device}
        return {one.number for one in (row.device, row.other) if one is not None}

    def watch(self, found: Found, *, at: datetime) -> bool:
        """Watch what is wanted in this part from now on, and nothing else; whether that changed anything."""
        unreadable = {one.id for one in found.unreadable}
        wanted = {one.key: one for one in found.wanted if one.device.part == self.number}
        standing = {(row.source, row.source_id, row.device_id): row for row in self.watches.values()}
        stays = {
            key for key, row in standing.items() if row.device_id in unreadable and row.number in self.zones
        }
        gone = [row for key, row in standing.items() if key not in stays and not _same(wanted.get(key), row)]
        new = [one for key, one in wanted.items() if not _same(one, standing.get(key))]
        Watch.objects.filter(id__in=[row.id for row in gone]).update(ended_at=at)
        for row in gone:
            del self.watches[row.number]
            self.zones.pop(row.number, None)
        for one in new:
            self._begin(one, at)
        awaited = {one.number: one for one in found.awaited if one.part == self.number}
        changed = bool(gone or new or awaited.keys() - self.devices.keys())
        self._await(awaited, {one.number for one in found.unreadable}, at)
        self.heeded = heeded(self.number, found, self.watches.values())
        if gone or new:
            self.deciding = self.deciding.changed(watched(self.watches.values(), self.zones))
        return changed

    def _begin(self, one: Wanted, at: datetime) -> None:
        row = Watch.objects.create(
            agency_id=self.agency,
            kind=one.kind,
            part=self.number,
            device=one.device,
            other=one.other,
            order_id=one.order_id,
            person_id=one.person_id or one.device.person_id,
            case_id=one.case_id,
            source=one.source,
            source_id=one.source_id,
            digest=one.digest,
            since_at=at,
        )
        row.refresh_from_db(fields=["number"])
        self.watches[row.number] = row
        if one.zone is not None:
            self.zones[row.number] = one.zone

    def _await(self, awaited: Mapping[int, Device], unreadable: set[int], at: datetime) -> None:
        at_ms = int(at.timestamp() * 1000)
        stay = {number: one for number, one in self.devices.items() if number in unreadable}
        self.devices = {**stay, **awaited}
        self.deciding.only(self.devices)
        for number in awaited:
            self.deciding.expect(number, at_ms, watching().silence.allowed_ms)


def loaded(cursor: Cursor, found: Found, *, at: datetime) -> Part:
    """A part as it stood at its cursor: from what was written down, and what was added between that and the cursor."""
    rows = Watch.objects.filter(agency_id=cursor.agency_id, part=cursor.part, ended_at=None)
    wanted = {one.key: one for one in found.wanted}
    watches = {row.number: row for row in rows.select_related("device", "other")}
    zones = {
        row.number: one.zone
        for row in watches.values()
        if (one := wanted.get((row.source, row.source_id, row.device_id))) and one.zone and _same(one, row)
    }
    known = watched((row for row in watches.values() if row.number in cursor.numbers), zones)
    kept = _as_kept(cursor, known)
    began = deciding.begun(Watched()) if kept is None else kept
    listened = heeded(cursor.part, found, watches.values())
    part = Part(cursor.agency_id, cursor.part, began, cursor.kept_place, watches, {}, zones, listened)
    for batch in batches_between(cursor.agency_id, cursor.part, cursor.past_place, cursor.place):
        if kept is None:
            _see_again(part, batch)
        elif batch.place <= cursor.kept_place:
            part.remember(batch)
        else:
            part.take(batch)
    part.place = cursor.place
    if kept is None:
        _await_again(part)
    else:
        part.kept_place, part.kept_at = cursor.kept_place, cursor.kept_at
    part.deciding = part.deciding.changed(watched(watches.values(), zones))
    return part


def _see_again(part: Part, batch: Batch) -> None:
    """Take a batch in that was told of, for the places that were surely watched then, so that less is told twice.

    Pairs begin anew: what is told of them depends on more than the batches that are at hand.
    """
    then = [row for row in part.watches.values() if row.since_at + CLOCKS <= batch.received_at]
    known = watched((row for row in then if row.kind == ZONE), part.zones)
    if known != part.seen_again:
        part.seen_again, part.deciding = known, part.deciding.changed(known)
    part.take(batch)


def _await_again(part: Part) -> None:
    """Await each device from the newest fix at hand on: a silence that began since is told, or was told, by its own instant."""
    ways, newest = watching(), dict[int, int]()
    for frame in (frame for batch in part.recent for frame in _frames(batch.frames)):
        ms, received_ms, _north, _east, metres, *_rest = FRAME.unpack(frame)
        if metres <= ways.zone.vague:
            device = _device_of(frame)
            newest[device] = max(newest.get(device, 0), min(ms, received_ms))
    for device, ms in newest.items():
        part.deciding.expect(device, ms, ways.silence.allowed_ms)


def watched(rows: Iterable[Watch], zones: Mapping[int, Zone]) -> Watched:
    """Watches as the rules take them; a zone that cannot be read is not among them."""
    every = list(rows)
    return Watched(
        zones=tuple(
            (row.number, row.device.number, zones[row.number]) for row in every if row.number in zones
        ),
        pairs=tuple(
            (row.number, row.device.number, row.other.number)
            for row in every
            if row.kind == PAIR and row.other is not None
        ),
    )


def heeded(part: int, found: Found, rows: Iterable[Watch]) -> frozenset[int]:
    """Whose fixes are looked at: of whom something is watched or awaited, or of whom nobody can say."""
    numbers = {one.number for one in (*found.awaited, *found.unreadable) if one.part == part}
    for row in rows:
        numbers |= {one.number for one in (row.device, row.other) if one is not None}
    return frozenset(numbers)


def _as_kept(cursor: Cursor, known: Watched) -> Deciding | None:
    """What was written down; none where it cannot be read. Then what is at hand is seen again; some is told twice."""
    if not cursor.sealed:
        return None
    try:
        return deciding.read_again(b64decode(opened(cursor)["kept"]), known)
    except (OtherVersion, SealBroken, KeyDestroyed):
        return None


def _frames(frames: bytes) -> Iterator[bytes]:
    return (frames[start : start + SIZE] for start in range(0, len(frames), SIZE))


def _device_of(frame: bytes) -> int:
    return int.from_bytes(frame[DEVICE_OF], "little")


def _same(wanted: Wanted | None, row: Watch | None) -> bool:
    """Whether a row is still what is wanted, with the same settings."""
    if wanted is None or row is None:
        return False
    other = wanted.other.id if wanted.other else None
    return bytes(row.digest) == wanted.digest and row.other_id == other
