"""What a survivor does about being watched over: draw and take away zones, plan meetings, forget a trail, choose, try it out.

By their own hand or with whom they trust. Their zones warn and have no force; what is taken away is destroyed at once.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.agencies.sealed import destroy, new_key, seal
from shelterbelt.alerts.actions.by_watch import begin_for_watch
from shelterbelt.ledger.actions import record
from shelterbelt.rules.frames import SIZE, whole
from shelterbelt.rules.passages import COVERABLE
from shelterbelt.rules.zones import circle
from shelterbelt.safety.models import OwnFile
from shelterbelt.sealing import keyring
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.store.turns import one_at_a_time
from shelterbelt.watching.models import OWN, Device, LastFix, LogRow
from shelterbelt.watching.pair_models import MINE, THEIRS, OwnWatch, Pair, Passage, WarningZone
from shelterbelt.watching.pairs_policy import KEEP_PAIRS
from shelterbelt.watching.passages import planned

MOST_ZONES, MOST_PASSAGES = 20, 50
# Where a frame says which device it is of.
DEVICE_OF = slice(40, 44)
TRIED_AGAIN = timedelta(minutes=10)
By = Worker | Survivor


class NotTaken(ValueError):
    """It cannot be done so: too many, or soon again."""


def draw_zone(file: OwnFile, told: Mapping[str, Any], warns: str, *, by: By, at: datetime) -> WarningZone:
    """A zone of theirs. Raises ValueError where it is no place. `told`: label, lat, lon, metres."""
    require_own(by, KEEP_PAIRS, file, at=at)
    circle(told["lat"], told["lon"], told["metres"])
    if warns not in (THEIRS, MINE):
        raise ValueError("a zone warns of one of the two")
    with acting(by, at=at):
        if WarningZone.objects.filter(person_id=file.person_id).count() >= MOST_ZONES:
            raise NotTaken("zones")
        row_id, key = uuid7(), new_key(file.agency_id)
        row = WarningZone.objects.create(
            id=row_id,
            agency_id=file.agency_id,
            key=key,
            sealed=seal(key, file.agency_id, told, about=row_id),
            person_id=file.person_id,
            warns=warns,
            made_at=at,
            made_by=by.id,
        )
        record("zone.drawn", about=row.id, by=by.id, agency=file.agency_id, at=at)
    return row


def remove_zone(row: WarningZone, *, by: By, at: datetime) -> None:
    """It warns no more, and nobody can read any more where it was."""
    require_own(by, KEEP_PAIRS, row, at=at)
    with acting(by, at=at):
        record("zone.removed", about=row.id, by=by.id, agency=row.agency_id, at=at)
        key, agency_id = bytes(row.key), row.agency_id
        row.delete()
        destroy(key, agency_id)


def plan_passage(
    file: OwnFile,
    told: Mapping[str, Any],
    span: tuple[datetime, datetime],
    *,
    sources: Collection[UUID],
    kinds: Collection[str] = COVERABLE,
    by: By,
    at: datetime,
) -> Passage:
    """A meeting that is planned: where, when, for which pairs and zones. Raises ValueError for what no plan may be.

    `told`: label, lat, lon, reach, metres. What lies behind cannot be planned any more.
    """
    require_own(by, KEEP_PAIRS, file, at=at)
    from_at, until_at = span
    if until_at <= at:
        raise ValueError("a meeting is planned before it is over")
    planned("", told, kinds, span, sources, made_at=at)
    with acting(by, at=at):
        _theirs(file.person_id, sources)
        row_id, key = uuid7(), new_key(file.agency_id)
        row = Passage.objects.create(
            id=row_id,
            agency_id=file.agency_id,
            key=key,
            sealed=seal(key, file.agency_id, told, about=row_id),
            person_id=file.person_id,
            sources=sorted(sources),
            kinds=sorted(kinds),
            from_at=from_at,
            until_at=until_at,
            made_at=at,
            made_by=by.id,
        )
        record("passage.planned", about=row.id, by=by.id, agency=file.agency_id, at=at)
    return row


def end_passage(row: Passage, *, by: By, at: datetime) -> None:
    """The meeting does not take place, or is over: from now on it covers nothing."""
    require_own(by, KEEP_PAIRS, row, at=at)
    with acting(by, at=at):
        if row.ended_at is None:
            row.ended_at = at
            row.save(update_fields=["ended_at"])
            record("passage.ended", about=row.id, by=by.id, agency=row.agency_id, at=at)


def forget_trail(device: Device, *, by: By, at: datetime) -> None:
    """All that is kept of where a survivor's own device was goes at once: the last fix, and each of its fixes in the log.

    What an alarm keeps as its proof stays with the alarm.
    """
    require_own(by, KEEP_PAIRS, device, at=at)
    if device.kind != OWN:
        raise NotForYou
    with acting(by, at=at):
        for last in LastFix.objects.filter(device=device):
            key = bytes(last.key)
            last.delete()
            destroy(key, device.agency_id)
        record("trail.forgotten", about=device.id, by=by.id, agency=device.agency_id, at=at)
        with as_agency(device.agency_id, at=at):
            _out_of_log(device)


def choose(file: OwnFile, *, calls_help: bool, quiet_word: bool, by: By, at: datetime) -> OwnWatch:
    """Whether an alarm goes out to whom they set help alerts up for, and whether they are written a quiet word."""
    require_own(by, KEEP_PAIRS, file, at=at)
    with acting(by, at=at):
        row = _choice(file)
        row.calls_help, row.quiet_word, row.changed_at = calls_help, quiet_word, at
        row.save()
        record("own_watch.changed", about=file.person_id, by=by.id, agency=file.agency_id, at=at)
    return row


def try_out(file: OwnFile, *, by: By, at: datetime) -> None:
    """A test: everybody who would hear is told that this is one, once. Not again within a few minutes."""
    require_own(by, KEEP_PAIRS, file, at=at)
    with acting(by, at=at):
        row = _choice(file)
        if row.tried_at is not None and at - row.tried_at < TRIED_AGAIN:
            raise NotTaken("tried")
        row.tried_at, row.changed_at = at, row.changed_at or at
        row.save()
        record("own_watch.tried", about=file.person_id, by=by.id, agency=file.agency_id, at=at)
        with as_agency(file.agency_id, at=at):
            begin_for_watch(
                file.person_id,
                file.agency_id,
                uuid5(row.id, at.isoformat()),
                to_everybody=row.calls_help,
                test=True,
                at=at,
            )


def _choice(file: OwnFile) -> OwnWatch:
    found = OwnWatch.objects.select_for_update(of=("self",)).filter(person_id=file.person_id).first()
    return found or OwnWatch(agency_id=file.agency_id, person_id=file.person_id)


def _theirs(person_id: UUID, sources: Collection[UUID]) -> None:
    """Only their own pairs and zones can be named."""
    known = set(Pair.objects.filter(person_id=person_id, id__in=sources).values_list("id", flat=True))
    known |= set(WarningZone.objects.filter(person_id=person_id, id__in=sources).values_list("id", flat=True))
    if known != set(sources):
        raise NotForYou
    if Passage.objects.filter(person_id=person_id, ended_at=None).count() >= MOST_PASSAGES:
        raise NotTaken("passages")


def _out_of_log(device: Device) -> None:
    """Each row of their part without this device's frames; one that has no others is gone."""
    one_at_a_time(f"log {device.agency_id} {device.part}")
    ring, mine = keyring(), device.number.to_bytes(4, "little")
    rows = LogRow.objects.filter(agency_id=device.agency_id, part=device.part).select_related("under")
    for row in rows:
        frames = ring.open_bytes(bytes(row.under.key), row.agency_id, bytes(row.sealed), about=row.id)
        parts = (frames[start : start + SIZE] for start in range(0, len(frames), SIZE))
        left = b"".join(one for one in parts if one[DEVICE_OF] != mine)
        if not left:
            row.delete()
        elif len(left) < len(frames):
            row.sealed = ring.seal_bytes(bytes(row.under.key), row.agency_id, left, about=row.id)
            row.count = whole(left)
            row.save(update_fields=["sealed", "count"])
