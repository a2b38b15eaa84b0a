"""Write a message, note that it was read, and say how the conversation is to be. Sealed under the survivor's own file.

Refuses whoever is not trusted, a file that has ended, and an empty message. No message leaves this node: at most one quiet
note goes out, where the survivor wishes it and their contact instructions allow it.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.conversations.models import Earlier, Habits, Message, Usual
from shelterbelt.conversations.policy import SEE_WORDS, TELL_HOURS, WRITE_WORDS
from shelterbelt.ledger.actions import record
from shelterbelt.notices.actions import write_notice
from shelterbelt.safety.files import open_from, row_in, seal_in
from shelterbelt.safety.models import OwnFile
from shelterbelt.safety.trust import trusted_workers
from shelterbelt.store.ids import uuid7

LONGEST = 4000
KEPT_DAYS = (30, 90, 180, 365)


@dataclass(frozen=True)
class Wanted:
    """How a person wants their conversation: nothing is seen and nothing is sent unless they say so."""

    reads_seen: bool = False
    note: bool = False
    kept_days: int = 180


@dataclass(frozen=True)
class Reached:
    """How the person may be reached, where a case of theirs says so: for the one quiet note."""

    case_id: UUID
    given: Mapping[str, Any] | None
    language: str


def write_message(
    file: OwnFile, text: str, *, by: Worker | Survivor, at: datetime, reached: Reached | None = None
) -> Message:
    """One message to the other side; the survivor gets a quiet note of the first that they have not read, if they wish one."""
    require_own(by, WRITE_WORDS, file, at=at)
    if file.ended_at or not text.strip() or len(text) > LONGEST:
        raise NotForYou
    with acting(by, at=at):
        first = not _unread(file, by_survivor=isinstance(by, Survivor)).exists()
        begun = row_in(file, {"text": text.strip()})
        message = Message.objects.create(**begun, written_at=at, written_by=by.id)
        record("message.written", about=message.id, by=by.id, agency=file.agency_id, at=at)
        if isinstance(by, Worker) and first and reached and wanted_in(file).note:
            _quiet_note(by, reached, at=at)
    return message


def _unread(file: OwnFile, *, by_survivor: bool) -> QuerySet[Message]:
    """What one side, the survivor or their workers, has written and the other has not read."""
    rows = Message.objects.filter(person_id=file.person_id, read_at=None)
    theirs = {"written_by": file.person_id}
    return rows.filter(**theirs) if by_survivor else rows.exclude(**theirs)


def _quiet_note(by: Worker, reached: Reached, *, at: datetime) -> None:
    write_notice(
        "message",
        agency=by.agency,
        about=reached.case_id,
        instructions=reached.given,
        language=reached.language,
        by=by,
        at=at,
    )


def note_read(file: OwnFile, *, by: Worker | Survivor, at: datetime) -> int:
    """What the other side wrote has been read now; how many messages that were."""
    require_own(by, SEE_WORDS, file, at=at)
    return _unread(file, by_survivor=isinstance(by, Worker)).update(read_at=at, read_by=by.id)


def wanted_in(file: OwnFile) -> Wanted:
    """How the person wants their conversation; where they have said nothing, nothing is seen and nothing is sent."""
    row = Habits.objects.filter(person_id=file.person_id).first()
    return Wanted(**open_from(file, row.sealed, about=row.id)) if row else Wanted()


def change_habits(file: OwnFile, wanted: Wanted, *, by: Survivor, at: datetime) -> None:
    """The survivor says how their conversation is to be; nobody says it for them."""
    require_own(by, WRITE_WORDS, file, at=at)
    if not isinstance(by, Survivor) or wanted.kept_days not in KEPT_DAYS:
        raise NotForYou
    with acting(by, at=at):
        row = Habits.objects.filter(person_id=file.person_id).first()
        made = row or Habits(id=uuid7(), agency_id=file.agency_id, file=file, person_id=file.person_id)
        made.sealed, made.changed_at = seal_in(file, asdict(wanted), about=made.id), at
        made.save()
        record("conversation.changed", about=made.id, by=by.id, agency=file.agency_id, at=at)


def let_read_earlier(file: OwnFile, worker_id: UUID, *, by: Worker | Survivor, at: datetime) -> None:
    """A worker whom they trust since later reads also what was written before; on their word, or by their own hand."""
    require_own(by, WRITE_WORDS, file, at=at)
    with acting(by, at=at):
        if worker_id not in {one.id for one in trusted_workers(file.person_id, file.agency_id, at=at)}:
            raise NotForYou
        row, new = Earlier.objects.get_or_create(
            file=file, worker_id=worker_id, defaults={**row_in(file, {}), "said_at": at, "said_by": by.id}
        )
        if new:
            record("conversation.handed_over", about=row.id, by=by.id, agency=file.agency_id, at=at)


def tell_hours(told: Mapping[str, Any], *, by: Worker, at: datetime) -> None:
    """The worker says when they are usually there to read."""
    require(by, TELL_HOURS, at=at)
    row = Usual.objects.filter(worker_id=by.id).first()
    made = row or Usual(id=uuid7(), agency_id=by.agency_id, worker_id=by.id, key=new_key(by.agency_id))
    made.sealed, made.told_at = seal(made.key, by.agency_id, dict(told), about=made.id), at
    made.save()
    record("conversation.hours_told", about=made.id, by=by.id, agency=by.agency_id, at=at)


def forget_old(agency: UUID, *, at: datetime, held: Collection[UUID] = ()) -> int:
    """Messages older than their person wants them kept go, with those of a person whose file is held left alone; how many."""
    gone = 0
    for file in OwnFile.objects.filter(agency_id=agency).exclude(person_id__in=list(held)):
        before = at - timedelta(days=wanted_in(file).kept_days)
        count, _by_table = Message.objects.filter(file=file, written_at__lt=before).delete()
        if count:
            record("message.forgotten", about=file.id, by=None, agency=agency, at=at)
        gone += count
    return gone
