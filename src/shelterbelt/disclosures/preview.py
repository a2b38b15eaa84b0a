"""What this node holds about a case, ready to be shown: tables, files, letters, journal, logs, backups. Never content.

It is the answer to "what could somebody take from here?", for the page of the records officer and the command line.
"""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from shelterbelt.agencies.models import Letter
from shelterbelt.cases.models import Case
from shelterbelt.disclosures.holdings import Held, Things, found_about
from shelterbelt.response.casepage import references
from shelterbelt.store import journal


@dataclass
class Place:
    """Somewhere outside the tables where ids of a case may lie, and how many of them do."""

    name: str
    found: int = 0
    size: int = 0
    opens: int = 0
    known: bool = True


@dataclass
class Preview:
    """Everything that is held about one case, without content."""

    tables: list[Held]
    files: Place
    jobs: Place
    journal: Place
    logs: Place
    backups: list[str]
    letters_unlinked: int
    things: Things = field(repr=False)

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(held.rows for held in self.tables)


def of_case(case: Case) -> Preview:
    """Walk the node for a case, in the holder's own transaction."""
    things = found_about(case, references=references(case))
    tables = sorted((held for held in things.tables.values() if held.rows), key=lambda held: held.table)
    linked = things.tables.get(Letter._meta.label)
    waiting = Letter.objects.filter(agency_id=case.agency_id, delivered_at=None)
    known = {row.pk for row in linked.found} if linked else set()
    return Preview(
        tables=tables,
        files=_files(things),
        jobs=_jobs(things),
        journal=_journal(things),
        logs=_logs(things),
        backups=_backups(case.agency_id),
        letters_unlinked=waiting.exclude(pk__in=known).count(),
        things=things,
    )


def _files(things: Things) -> Place:
    """Files whose name is an id of the case; each lies sealed under the key of its row or its incident."""
    place = Place("files")
    folder = Path(settings.FILES)
    names = {str(one) for one in things.ids}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.partition(".")[0] in names:
            place.found += 1
            place.size += path.stat().st_size
            place.opens += _file_opens(things, UUID(path.name.partition(".")[0]))
    return place


def _file_opens(things: Things, about: UUID) -> bool:
    """Whether the row that a file belongs to opens here now."""
    held = things.tables.get(things.ids[about])
    return bool(held and held.opens == held.sealed and held.sealed)


def _jobs(things: Things) -> Place:
    """Jobs in the queue whose arguments name an id of the case."""
    place = Place("jobs")
    with connection.cursor() as cursor:
        cursor.execute("select args::text from procrastinate_jobs")
        place.found = sum(_names(text, things) for (text,) in cursor.fetchall())
    return place


def _journal(things: Things) -> Place:
    folder = getattr(settings, "JOURNAL", None)
    place = Place("journal", known=folder is not None)
    if folder is not None:
        try:
            place.found = sum(line.about in things.ids for line in journal.lines(Path(folder)))
        except journal.JournalBroken:
            place.known = False
    return place


def _logs(things: Things) -> Place:
    """Lines of the node's logs that name an id or a reference of the case."""
    folder = getattr(settings, "LOGS", None)
    place = Place("logs", known=folder is not None and Path(folder).is_dir())
    for path in sorted(Path(folder).rglob("*")) if folder and place.known else ():
        if path.is_file():
            place.size += path.stat().st_size
            place.found += sum(_names(line, things) for line in _lines(path))
    return place


def _lines(path: Path) -> Iterator[str]:
    opens: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opens(path, "rt", encoding="utf-8", errors="replace") as source:
        yield from source


def _names(text: str, things: Things) -> bool:
    return any(str(one) in text for one in things.ids) or any(
        ref in text for ref in things.refs if len(ref) > 20
    )


def _backups(agency: UUID) -> list[str]:
    """What the node knows of its backups, through the one name in the settings."""
    place = getattr(settings, "BACKUPS_KNOWN", "")
    return [str(line) for line in import_string(place)()] if place else []
