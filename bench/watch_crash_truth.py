"""What must be there after the strikes, found out apart from the product's own way: and what is there. It strikes nothing.

Alarms are those that the rules tell of all acknowledged fixes in their order, each once; a call is at most one text.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from bench.watch_crash_feed import HEAD
from shelterbelt.engines.intake import FRAME, taken

Rows = np.ndarray[Any, Any]
What = tuple[str, str, int]
# What a fix says, whenever it was received.
SAYS = ["device", "ms", "latitude", "longitude", "metres", "speed", "battery", "marks"]
# Between a claim and its text, and no longer, lies the sending.
SENDING = 60.0


def acknowledged(file: Path) -> Rows:
    """Every fix of every acknowledged batch, as a receiver takes it, each once; in order of device and instant."""
    found, data, at = [], file.read_bytes(), 0
    while at < len(data):
        ms, size = HEAD.unpack_from(data, at)
        at += HEAD.size
        found.append(taken(data[at : at + size], received_ms=ms)[SAYS])
        at += size
    return once(found)


def once(found: list[Rows]) -> Rows:
    """Each fix once, in order of device and instant."""
    rows = np.concatenate(found) if found else np.zeros(0, FRAME)[SAYS]
    rows = rows[np.argsort(keys(rows), kind="stable")]
    return rows[np.append(rows[1:] != rows[:-1], np.ones(min(len(rows), 1), bool))]


def keys(rows: Rows) -> "np.ndarray[Any, Any]":
    """Device and instant as one number."""
    return (rows["device"].astype(np.uint64) << np.uint64(42)) | rows["ms"].astype(np.uint64)


def without(rows: Rows, others: Rows) -> int:
    """How many of these are not among others."""
    if not len(others):
        return len(rows)
    at = np.minimum(np.searchsorted(keys(others), keys(rows)), len(others) - 1)
    return int(np.sum(others[at] != rows))


def logged(agency: UUID) -> tuple[Rows, int]:
    """Every fix of the log, opened, each once; and how many there are more than once."""
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.log import log
    from shelterbelt.watching.models import PARTS

    found = []
    for part in range(PARTS):
        after = 0
        while True:
            with as_agency(agency, at=now()):
                batches = log.read(agency, part, after, 500)
            if not batches:
                break
            found += [np.frombuffer(batch.frames, FRAME)[SAYS] for batch in batches]
            after = batches[-1].place
    different = once(found)
    return different, sum(map(len, found)) - len(different)


def must_be(agency: UUID, fixes: Rows) -> set[What]:
    """What the rules tell of all fixes, device by device and in their order: by which watch it is seen, its kind, its instant."""
    from shelterbelt.library.watching import watching
    from shelterbelt.rules import geofence, signals
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.alarm_models import Watch
    from shelterbelt.watching.wanting import all_wanted

    told: set[What] = set()
    with as_agency(agency, at=now()):
        zones = {one.key: one.zone for one in all_wanted(agency, now()).wanted}
        rows = list(Watch.objects.filter(agency_id=agency, ended_at=None).select_related("device"))
    for row in rows:
        zone, own = zones[row.source, row.source_id, row.device_id], _of(fixes, row.device.number)
        assert zone is not None
        told |= _folded(f"zone {row.number}", geofence.BEGINNING.state, own,
                        lambda state, fix, zone=zone: geofence.judge(state, fix, zone, watching().zone))  # fmt: skip
        told |= _folded(f"device {row.device.number}", signals.BEGINNING.state, own,
                        lambda state, fix: signals.judge(state, fix, watching().device))  # fmt: skip
    return told


def _of(fixes: Rows, device: int) -> list[Any]:
    from shelterbelt.rules.fixes import Fix

    first, last = np.searchsorted(fixes["device"], [device, device + 1])
    rows = fixes[first:last].tolist()
    return sorted(Fix(ms, *where) for _device, ms, *where in rows)


def _folded(name: str, state: Any, fixes: Iterable[Any], judge: Any) -> set[What]:
    told = set()
    for fix in fixes:
        state, events = judge(state, fix)
        told |= {(name, event.kind, event.ms) for event in events}
    return told


@dataclass
class Here:
    """What is there: alarms that hold, those of our own absence, and what is wrong with any of them."""

    alarms: set[What]
    ours: int
    taken_back: int
    faults: list[str]


def alarms_here(agency: UUID) -> Here:
    """Every alarm with its lines in the ledger, its group and its possible breach; and how far the log was taken in."""
    from shelterbelt.breaches.models import Breach
    from shelterbelt.ledger.models import Entry
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.alarm_models import Alarm, Cursor
    from shelterbelt.watching.models import LogRow
    from shelterbelt.watching.proving import BREACHES

    with as_agency(agency, at=now()):
        rows = list(Alarm.objects.filter(agency_id=agency))
        lines = Entry.objects.filter(agency_id=agency)
        seen = list(lines.filter(kind="alarm.seen").values_list("about", "at"))
        unproved = lines.filter(kind="alarm.unproved").count()
        breaches = Counter(Breach.objects.filter(agency_id=agency).values_list("alarm_id", flat=True))
        behind = [
            cursor.part
            for cursor in Cursor.objects.filter(agency_id=agency)
            if LogRow.objects.filter(agency_id=agency, part=cursor.part, place__gt=cursor.place).exists()
        ]
    told = Counter((row.seen_by, row.kind, row.ms) for row in rows)
    faults = [f"{count} alarms are one" for count in told.values() if count > 1]
    if Counter(about for about, _at in seen) != Counter(row.id for row in rows):
        faults.append("alarms and their lines in the ledger are not one and one")
    if dict(seen) != {row.id: row.told_at for row in rows}:
        faults.append("a line in the ledger is of another moment than its alarm")
    faults += [f"{unproved} alarms became no breach"] if unproved else []
    faults += [f"part {part} was not taken in to its end" for part in behind]
    faults += ["an alarm has no group"] if any(row.group_id is None for row in rows) else []
    real = [row for row in rows if row.kind in BREACHES and row.watch_id]
    if any(breaches[row.id] > 1 or (not breaches[row.id] and not row.taken_back_at) for row in real):
        faults.append("an alarm has no possible breach, or two")
    holds = {(row.seen_by, row.kind, row.ms) for row in rows if not row.taken_back_at and row.device_id}
    ours = sum(row.device_id is None for row in rows)
    return Here(holds, ours, sum(row.taken_back_at is not None for row in rows), faults)


@dataclass
class Sent:
    """What became of the calls: texts that went, those of which nobody knew, and what is wrong."""

    groups: int
    tellings: int
    calls: int
    texts: int
    unclear: int
    faults: list[str]


def calls_here(agency: UUID, workers: dict[str, UUID], arrived: Sequence[tuple[str, float]]) -> Sent:
    """Each group told to each worker; each text that arrived is of a call of its own, each call that was told arrived."""
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.alarm_models import Alarm, AlarmCall, AlarmGroup

    with as_agency(agency, at=now()):
        loud = set(
            Alarm.objects.filter(agency_id=agency, ends=False, taken_back_at=None).values_list(
                "group_id", flat=True
            )
        )
        groups = {row.id: row for row in AlarmGroup.objects.filter(agency_id=agency)}
        calls = list(AlarmCall.objects.filter(agency_id=agency, way="text").order_by("claimed_at"))
    faults = [fault for group in groups.values() for fault in _tellings(group.tellings)]
    faults += ["a group was never told" for one in loud if not groups[one].tellings]
    by: dict[UUID, list[Any]] = defaultdict(list)
    for call in calls:
        by[call.worker_id].append(call)
    for number, worker in workers.items():
        at = sorted(moment for to, moment in arrived if to == number)
        faults += _matched([call for call in by[worker] if call.claimed_at], at)
        reached = {call.group_id for call in by[worker] if call.state == "told"}
        faults += ["somebody on duty was not told of a group"] * len(loud - reached)
    unclear = sum("watching.unclear" in call.reasons for call in calls)
    told = sum(len(group.tellings) for group in groups.values())
    return Sent(len(groups), told, len(calls), len(arrived), unclear, faults)


def _matched(calls: Sequence[Any], arrived: Sequence[float]) -> list[str]:
    """Calls by the instant at which each was claimed: the texts until the next one are its own, and at most one."""
    ends = [call.claimed_at.timestamp() for call in calls[1:]] + [float("inf")]
    faults, at = [], np.array(arrived)
    for call, end in zip(calls, ends, strict=True):
        begun = call.claimed_at.timestamp()
        texts = int(np.sum((at >= begun) & (at < min(end, begun + SENDING))))
        faults += ["one call became two texts"] if texts > 1 else []
        faults += ["a call that was told is no text"] if texts == 0 and call.state == "told" else []
    first = min((call.claimed_at.timestamp() for call in calls), default=0.0)
    return faults + (["a text is of no call"] if arrived and arrived[0] < first else [])


def _tellings(told: Sequence[dict[str, Any]]) -> list[str]:
    """What was told of a group: first once, then only what is new in kind, surer, or goes on."""
    from shelterbelt.library.watching import watching
    from shelterbelt.rules.storms import CERTAINTIES, FIRST, GOES_ON, OTHER_KIND, SURER, TAKEN_BACK

    known: dict[str, str] = {}
    faults, last = [], 0
    for one in told:
        surest = one["surest"]
        new = {kind for kind in surest if kind not in known}
        surer = {kind for kind in surest.keys() & known.keys()
                 if CERTAINTIES.index(surest[kind]) > CERTAINTIES.index(known[kind])}  # fmt: skip
        right = {
            FIRST: not known,
            OTHER_KIND: bool(known) and bool(new),
            SURER: bool(surer),
            GOES_ON: one["ms"] - last >= watching().storms.again_ms,
            TAKEN_BACK: bool(known),
        }[one["says"]]
        faults += [] if right else [f"a group was told “{one['says']}” and had been told of it"]
        known = {} if one["says"] == TAKEN_BACK else known | surest
        last = one["ms"]
    return faults
