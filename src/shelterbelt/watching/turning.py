"""One turn of the watch: reads what was added to the log, decides, and writes alarms with the cursor in one transaction.

What it has in memory counts only while the cursor stands where it left it; else all is read again from what was written
down. A fault in one part, one batch, one device or one order holds up no other.
"""

import logging
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from shelterbelt.agencies.sealed import destroy, new_key, seal
from shelterbelt.store.asker import as_agency
from shelterbelt.watching import outages
from shelterbelt.watching.alarm_models import Cursor
from shelterbelt.watching.alarms import ms_of, uncover, write_told
from shelterbelt.watching.deciding import Told
from shelterbelt.watching.parts import Part, loaded
from shelterbelt.watching.reading import batches_after, unreadable_after
from shelterbelt.watching.sources import Found
from shelterbelt.watching.wanting import all_wanted

# How long a change that no line of the ledger tells of (an hour of a term that begins) may take to count.
ANEW = timedelta(seconds=10)
WRITTEN_DOWN = timedelta(seconds=20)
KEYED = timedelta(hours=1)
# What may change what is watched begins with one of these.
MARK = (
    "select max(id), coalesce(bool_or(kind ~ '^(order|term|place|device|tracker|watch|pair|zone|passage|person|case)[._]'), "
    "false) from ledger_entry where agency_id = %s and id > %s"
)
said = logging.getLogger(__name__)


@dataclass
class Standing:
    """What this process knows of one agency between two turns."""

    found: Found = field(default_factory=Found)
    read_at: datetime | None = None
    mark: int = 0
    parts: dict[int, Part] = field(default_factory=dict)
    hears: bool = True
    heard_since: datetime | None = None
    told_away: datetime | None = None


@dataclass
class Watcher:
    """The watch of a node: one turn after the other, for the parts that it may take."""

    parts: frozenset[int] = frozenset(range(16))
    agencies: dict[UUID, Standing] = field(default_factory=dict)

    def turn(self, agency: UUID, *, at: datetime) -> bool:
        """One turn for one agency; whether there may be more at once."""
        standing = self.agencies.setdefault(agency, Standing())
        with as_agency(agency, at=at):
            anew = self._read(agency, standing, at)
            standing.hears, standing.heard_since = outages.hearing(at=at)
            news = _news(agency) | (_known_parts(agency) if anew else set())
            going = [
                n
                for n in sorted(self._numbers(standing) | news)
                if anew or n in news or _waits(standing, n, at)
            ]
        more = [
            apart(partial(self._part, agency, standing, number), at)
            for number in going
            if number in self.parts
        ]
        if anew or not standing.hears or standing.told_away != standing.heard_since:
            apart(partial(_beside, agency, standing), at)
        return any(more)

    def _read(self, agency: UUID, standing: Standing, at: datetime) -> bool:
        """Ask what is to be watched, where something may have changed; whether that was asked."""
        with connection.cursor() as cursor:
            cursor.execute(MARK, (agency, standing.mark))
            mark, moved = cursor.fetchone()
        standing.mark = max(mark or 0, standing.mark)
        if standing.read_at is not None and not moved and at - standing.read_at < ANEW:
            return False
        standing.found, standing.read_at = all_wanted(agency, at), at
        return True

    def _numbers(self, standing: Standing) -> set[int]:
        """The parts in which anything is watched, or was."""
        found = {one.part for one in (*standing.found.awaited, *standing.found.unreadable)}
        return found | {one.device.part for one in standing.found.wanted} | standing.parts.keys()

    def _part(self, agency: UUID, standing: Standing, number: int, *, at: datetime) -> bool:
        """One part: what is new in it, and what time alone brings."""
        part = standing.parts.pop(number, None)
        with as_agency(agency, at=at):
            cursor = _cursor(agency, number, at)
            if cursor is None:
                return False
            if part is None or part.place != cursor.place:
                part = loaded(cursor, standing.found, at=at)
            changed = part.watch(standing.found, at=at)
            if changed:
                _write_down(cursor, part, at)
            before = cursor.place
            told, more = _taken(part, cursor, at)
            write_told(part, [*told, *self._due(standing, part, at)], at=at)
            cursor.place = part.place
            if _grown(part, at):
                _write_down(cursor, part, at)
            elif cursor.place != before:
                cursor.save(update_fields=["place"])
        standing.parts[number] = part
        return more

    def _due(self, standing: Standing, part: Part, at: datetime) -> list[Told]:
        """Silence by its deadline, unless nobody could be heard."""
        if not standing.hears:
            return []
        if standing.heard_since is not None and standing.heard_since != part.away_until:
            part.away_until = standing.heard_since
            part.deciding.away(ms_of(standing.heard_since))
        return part.deciding.due(ms_of(at))


NEWS = (
    "select c.part from watching_cursor c where c.agency_id = %s and exists (select 1 from watching_logrow r"
    " where r.agency_id = c.agency_id and r.part = c.part and r.place > c.place)"
)


def _news(agency: UUID) -> set[int]:
    """The parts of the log to which something was added. Nothing is locked, so that a quiet node writes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(NEWS, (agency,))
        return {part for (part,) in cursor.fetchall()}


def _known_parts(agency: UUID) -> set[int]:
    """The parts that were ever read: what is watched in them may have ended."""
    return set(Cursor.objects.filter(agency_id=agency).values_list("part", flat=True))


def _waits(standing: Standing, number: int, at: datetime) -> bool:
    """Whether a part has something to do by time alone: it was never read, a silence is due, or it is to be written down."""
    part = standing.parts.get(number)
    if part is None or standing.heard_since != standing.told_away:
        return True
    due = part.deciding.next_due()
    if due is not None and due <= ms_of(at) and standing.hears:
        return True
    return _grown(part, at)


def _grown(part: Part, at: datetime) -> bool:
    """Whether there is something new that was not written down for a while."""
    return part.kept_place != part.place and (part.kept_at is None or at - part.kept_at >= WRITTEN_DOWN)


def _beside(agency: UUID, standing: Standing, *, at: datetime) -> bool:
    """What is no part's: meetings that are over, our own absence, what could not be read."""
    with as_agency(agency, at=at):
        uncover(agency, at=at)
        outages.note(agency, standing.found, at=at)
    standing.told_away = standing.heard_since
    return False


def apart(work: Callable[..., bool], at: datetime) -> bool:
    """One work whose fault is no other's, and waits for the next turn."""
    try:
        return work(at=at)
    except Exception as fault:
        said.error("watching: %s", type(fault).__name__)
        with suppress(Exception):
            connection.close()
        return False


def _cursor(agency: UUID, part: int, at: datetime) -> Cursor | None:
    """The cursor of a part, held to the end of the transaction; none while somebody else has it."""
    rows = Cursor.objects.select_for_update(skip_locked=True).filter(agency_id=agency, part=part)
    if found := rows.first():
        return found
    new = Cursor(agency_id=agency, part=part, key=b"", sealed=b"", kept_at=at, keyed_at=at)
    Cursor.objects.bulk_create([new], ignore_conflicts=True)
    return rows.first()


def _taken(part: Part, cursor: Cursor, at: datetime) -> tuple[list[Told], bool]:
    """What the next batches tell, and whether there are more. One that does not open is passed over, and that is said."""
    batches = batches_after(part.agency, part.number, part.place)
    told = []
    for batch in batches:
        told += part.take(batch)
    if not batches and (skipped := unreadable_after(part.agency, part.number, part.place)):
        part.place = skipped
        outages.note_unreadable(part.agency, skipped, at=at)
        return told, True
    return told, bool(batches)


def _write_down(cursor: Cursor, part: Part, at: datetime) -> None:
    """How everything in the part stands: after it, nothing before it is read again. Its key does not grow old."""
    before = bytes(cursor.key)
    if not before or at - cursor.keyed_at >= KEYED:
        cursor.key, cursor.keyed_at = new_key(part.agency), at
        if before:
            transaction.on_commit(partial(destroy, before, part.agency))
    content = {"kept": b64encode(part.deciding.kept()).decode()}
    cursor.sealed = seal(cursor.key, part.agency, content, about=cursor.id)
    cursor.kept_place, cursor.past_place, cursor.kept_at = part.place, part.past_place(), at
    cursor.numbers = sorted(part.watches)
    cursor.place = part.place
    part.kept_place, part.kept_at = part.place, at
    cursor.save()
