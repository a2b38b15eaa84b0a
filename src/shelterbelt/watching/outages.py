"""Tells our own absence as our own, and what cannot be read as nobody's: never as somebody's silence.

Refuses to count silence while nobody could have been heard.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.ledger.actions import record_each
from shelterbelt.watching.alarm_models import Alarm
from shelterbelt.watching.alarms import SERVER, made, ms_of, put_together
from shelterbelt.watching.beats import RECEIVER, WATCHER, gap, last_beat
from shelterbelt.watching.sources import Found

OUTAGE, UNREADABLE, HERE = "outage", "unreadable", "here"
NOTHING: dict[str, Any] = {"frames": "", "zone": None, "metres": 0.0, "place": ""}


def hearing(*, at: datetime) -> tuple[bool, datetime | None]:
    """Whether the receiver runs, and since when: only then is a device that says nothing silent.

    Where there never was one, fixes come in another way, and it counts as running.
    """
    found = last_beat(RECEIVER)
    return (True, None) if found is None else (at - found.at <= gap(), found.since_at)


def note(agency: UUID, found: Found, *, at: datetime) -> None:
    """Say that the receiver is away, and of which devices nobody can say what to watch: once for each beginning."""
    beat = last_beat(RECEIVER)
    if found.awaited and beat is not None and at - beat.at > gap():
        _tell(agency, [(f"{SERVER} {RECEIVER}", OUTAGE, ms_of(beat.at))], at=at)
    _tell(agency, _new_faults(agency, [f"device {one.number}" for one in found.unreadable], at), at=at)


def note_away(agency: UUID, since: datetime, *, at: datetime) -> None:
    """This process itself was away since then: nobody was watched meanwhile, though nothing that came is lost."""
    _tell(agency, [(f"{SERVER} {WATCHER}", OUTAGE, ms_of(since))], at=at)


def note_unreadable(agency: UUID, place: int, *, at: datetime) -> None:
    """Something of the log does not open. Nobody can say whose it is."""
    _tell(agency, [(f"log {place}", UNREADABLE, ms_of(at))], at=at)


def _new_faults(agency: UUID, seen: list[str], at: datetime) -> list[tuple[str, str, int]]:
    """Those that were not told in the last hour: a fault that stays is told again, not each time."""
    known = Alarm.objects.filter(agency_id=agency, seen_by__in=seen, kind=UNREADABLE)
    told = set(known.filter(ms__gt=ms_of(at) - 3_600_000).values_list("seen_by", flat=True))
    return [(one, UNREADABLE, ms_of(at)) for one in seen if one not in told]


def _tell(agency: UUID, faults: Iterable[tuple[str, str, int]], *, at: datetime) -> None:
    """Alarms that are about nobody."""
    rows = [made(agency, seen_by=by, kind=kind, ms=ms, content=NOTHING, at=at) for by, kind, ms in faults]
    if not rows:
        return
    known = set(
        Alarm.objects.filter(agency_id=agency, seen_by__in=[one.seen_by for one in rows]).values_list(
            "seen_by", "kind", "ms"
        )
    )
    new = [one for one in rows if (one.seen_by, one.kind, one.ms) not in known]
    Alarm.objects.bulk_create(new)
    record_each("alarm.seen", [(one.id, None) for one in new], agency=agency, at=at)
    put_together(agency, new, at=at)
