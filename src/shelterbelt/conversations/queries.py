"""Reading what a survivor and the worker they trust told each other. Absent, another person's and not entrusted are the same.

A worker whom they trust since later sees nothing that was written before, unless the survivor let them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, reached, visible
from shelterbelt.access.survivors import Survivor
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.conversations.actions.writing import wanted_in
from shelterbelt.conversations.models import Earlier, LooksShown, Message, ResponseChoice, Usual, Wish
from shelterbelt.conversations.policy import SEE_WORDS, SETTLE_WISH
from shelterbelt.people.models import Person
from shelterbelt.people.queries import name_of
from shelterbelt.safety.files import open_from
from shelterbelt.safety.models import OwnFile, Trusted
from shelterbelt.store.questions import question
from shelterbelt.store.spans import lasting

MOST = 200


@dataclass(frozen=True)
class Said:
    """One message as a page shows it; `read` is said to its writer alone, and only where the reader lets it be seen."""

    text: str
    at: datetime
    mine: bool
    who: str
    read: bool


@dataclass(frozen=True)
class Wished:
    """A wish about a release, opened."""

    row: Wish
    told: dict[str, Any]


@dataclass(frozen=True)
class Chosen:
    """What they wanted from one moment on."""

    at: datetime
    code: str
    words: str


def conversation(file: OwnFile, *, by: Worker | Survivor, at: datetime) -> list[Said]:
    """The messages of one file that the asker may read, oldest first."""
    rows = list(_readable(file, by, at).order_by("-written_at", "-id")[:MOST])[::-1]
    names = names_of(row.written_by for row in rows if row.written_by != file.person_id)
    seen = isinstance(by, Survivor) or wanted_in(file).reads_seen
    return [
        Said(
            text=str(open_from(file, row.sealed, about=row.id)["text"]),
            at=row.written_at,
            mine=row.written_by == by.id,
            who=names.get(row.written_by, ""),
            read=bool(row.read_at) and row.written_by == by.id and seen,
        )
        for row in rows
    ]


def _readable(file: OwnFile, by: Worker | Survivor, at: datetime) -> QuerySet[Message]:
    rows = Message.objects.filter(person_id=file.person_id)
    if isinstance(by, Survivor):
        return rows if by.id == file.person_id else rows.none()
    rows = visible(by, SEE_WORDS, rows, at=at)
    if Earlier.objects.filter(person_id=file.person_id, worker_id=by.id).exists():
        return rows
    since = _since(file, by.id, at)
    return rows.filter(written_at__gte=since) if since else rows.none()


def _since(file: OwnFile, worker_id: UUID, at: datetime) -> datetime | None:
    """Since when a worker is trusted."""
    trust = Trusted.objects.filter(
        lasting(at), person_id=file.person_id, worker_id=worker_id, from_at__lte=at
    )
    return trust.order_by("from_at").values_list("from_at", flat=True).first()


def reads_from(file: OwnFile, worker_id: UUID, *, at: datetime) -> datetime | None:
    """From when on a worker reads, if something was written before that they were not let read; nothing otherwise."""
    if Earlier.objects.filter(person_id=file.person_id, worker_id=worker_id).exists():
        return None
    since = _since(file, worker_id, at)
    before = Message.objects.filter(person_id=file.person_id, written_at__lt=since) if since else None
    return since if before is not None and before.exists() else None


def unread_of(file: OwnFile, *, by: Survivor) -> int:
    """How many messages the survivor has not read."""
    return Message.objects.filter(person_id=file.person_id, read_at=None).exclude(written_by=by.id).count()


def file_by_ref(ref: str, *, by: Worker, at: datetime) -> OwnFile:
    """The own file behind a reference, for a worker to whom it is entrusted; refused otherwise."""
    found: OwnFile | None = (
        visible(by, SEE_WORDS, OwnFile.objects.filter(ended_at=None), at=at).filter(ref=ref).first()
    )
    if found is None:
        raise NotForYou
    return found


def wishes_of(file: OwnFile) -> list[Wished]:
    """Their wishes about releases that nobody has settled, oldest first."""
    rows = Wish.objects.filter(person_id=file.person_id, settled_at=None).order_by("asked_at")
    return [Wished(row, open_from(file, row.sealed, about=row.id)) for row in rows]


def wish_by_ref(ref: str, *, by: Worker | Survivor, at: datetime) -> Wished:
    """One wish; refused where it is not theirs, or not entrusted."""
    rows = Wish.objects.select_related("file")
    if isinstance(by, Survivor):
        rows = rows.filter(person_id=by.id, agency_id=by.agency_id)
    else:
        rows = visible(by, SETTLE_WISH, rows, at=at)
    row = rows.filter(ref=ref).first()
    if row is None:
        raise NotForYou
    return Wished(row, open_from(row.file, row.sealed, about=row.id))


def wish_for_release(ref: str, case_id: UUID, *, by: Worker, at: datetime) -> dict[str, Any]:
    """With what the release form begins for a wish of this case; nothing where there is none for this worker."""
    try:
        found = wish_by_ref(ref, by=by, at=at)
    except NotForYou:
        return {}
    if found.row.case_id != case_id or found.row.settled_at:
        return {}
    told = found.told
    return {
        "recipient": told.get("recipient", ""),
        "categories": list(told.get("categories", ())),
        "scope": told.get("words", ""),
    }


def choices_of(file: OwnFile) -> list[Chosen]:
    """What they wanted and since when, newest first: the first one holds."""
    rows = ResponseChoice.objects.filter(person_id=file.person_id).order_by("-chosen_at", "-id")[:50]
    told = [(row.chosen_at, open_from(file, row.sealed, about=row.id)) for row in rows]
    return [Chosen(at, str(one["code"]), str(one["words"])) for at, one in told]


def looks_shown(person_id: UUID, case_ids: Iterable[UUID]) -> set[UUID]:
    """Of these cases of a person, those of which the portal shows who has looked."""
    rows = LooksShown.objects.filter(person_id=person_id, case_id__in=list(case_ids), until_at=None)
    return set(rows.values_list("case_id", flat=True))


def hours_of(worker_id: UUID) -> dict[str, Any]:
    """When a worker is usually there; empty where they have not said."""
    row = Usual.objects.filter(worker_id=worker_id).first()
    return opened(row) if row else {}


def cases_of(file: OwnFile) -> list[Case]:
    """The open cases of which this person is the survivor, the newest first."""
    rows = Case.objects.select_related("survivor").filter(
        survivor_id=file.person_id, agency_id=file.agency_id
    )
    return list(rows.filter(closed_at=None).order_by("-opened_at"))


def name_of_file(file: OwnFile) -> str:
    """Whose file it is, as the agency knows them."""
    return name_of(Person.objects.filter(id=file.person_id).first())


@dataclass(frozen=True)
class Entrusted:
    """One person who entrusts their own file to the worker, with what waits."""

    file: OwnFile
    name: str
    cases: tuple[Case, ...]
    unread: int
    wishes: tuple[Wished, ...]
    choice: Chosen | None


def entrusted_to(by: Worker, *, at: datetime) -> list[Entrusted]:
    """Everybody who trusts this worker, those with something that waits first."""
    files = list(visible(by, SEE_WORDS, OwnFile.objects.filter(ended_at=None), at=at)[:MOST])
    people = {row.id: row for row in Person.objects.filter(id__in=[file.person_id for file in files])}
    found = [_entrusted(file, people.get(file.person_id), by, at) for file in files]
    return sorted(found, key=lambda one: (not (one.unread or one.wishes), one.name))


def _entrusted(file: OwnFile, person: Person | None, by: Worker, at: datetime) -> Entrusted:
    chosen = choices_of(file)
    return Entrusted(
        file=file,
        name=name_of(person),
        cases=tuple(cases_of(file)),
        unread=_readable(file, by, at).filter(written_by=file.person_id, read_at=None).count(),
        wishes=tuple(wishes_of(file)),
        choice=chosen[0] if chosen else None,
    )


def waiting_words(by: Worker, *, at: datetime) -> int:
    """How many messages and wishes wait for this worker: the number in the menu."""
    if not SEE_WORDS.allows(by):
        return 0
    return _unread_for.count(by, at) + _wishes_for.count(by, at)


@question
def _unread_for(by: Worker, at: datetime) -> QuerySet[Message]:
    rows = reached(by, SEE_WORDS, Message.objects.only("id"), at=at)
    return rows.filter(read_at=None, written_by=F("person_id"))


@question
def _wishes_for(by: Worker, at: datetime) -> QuerySet[Wish]:
    return reached(by, SETTLE_WISH, Wish.objects.only("id"), at=at).filter(settled_at=None)
