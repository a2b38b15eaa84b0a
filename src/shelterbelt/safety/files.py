"""Begins a survivor's own file, says to whom it is entrusted, and seals what lies in it under the file's key.

Refuses a second file of one person, and anything about a file that has ended.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.agencies.sealed import Blob, new_key, opened_under, seal
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.people.models import Person
from shelterbelt.safety.models import OwnFile, PartShare, Trusted
from shelterbelt.safety.policy import OPEN_FILE, SEE_FILE
from shelterbelt.store import journal
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7


def file_of(person_id: UUID) -> OwnFile | None:
    """The living own file of a person, if whoever asks may see it."""
    return OwnFile.objects.filter(person_id=person_id, ended_at=None).first()


def begin_file(person: Person, *, by: Worker, at: datetime) -> OwnFile:
    """The person's own file, entrusted to the worker who begins it with them; the one there is, if they have it already.

    Where there is one that is entrusted to others, this is refused like anything else.
    """
    require(by, OPEN_FILE, person, at=at)
    if found := file_of(person.id):
        require(by, SEE_FILE, found, at=at)
        return found
    with as_agency(person.agency_id, at=at):
        taken = OwnFile.objects.filter(person_id=person.id).exists()
    if taken:
        raise NotForYou
    try:
        with transaction.atomic():
            # The row is seen only by whom it is entrusted to.
            _entrusted(person.id, person.agency_id, by.id, at=at)
            return make_file(person.id, person.agency_id, by=by.id, at=at)
    except IntegrityError as already:
        raise NotForYou from already


def make_file(person_id: UUID, agency_id: UUID, *, by: UUID | None, at: datetime) -> OwnFile:
    """A file for a person who has none, by a worker or by their own hand (`by` is then the person)."""
    file_id, key = uuid7(), new_key(agency_id)
    made = OwnFile.objects.create(
        id=file_id,
        agency_id=agency_id,
        key=key,
        sealed=seal(key, agency_id, {}, about=file_id),
        person_id=person_id,
        began_at=at,
    )
    record("own_file.begun", about=file_id, by=by, agency=agency_id, at=at)
    return made


def entrust(file: OwnFile, worker: Worker, *, by: Worker | Survivor, at: datetime) -> None:
    """The survivor lets another worker of the agency work with them on their file; said to whoever has it, or done by hand."""
    require_own(by, SEE_FILE, file, at=at)
    if file.ended_at or worker.agency_id != file.agency_id or not OPEN_FILE.allows(worker):
        raise NotForYou
    with acting(by, at=at):
        _entrusted(file.person_id, file.agency_id, worker.id, at=at)
        record("own_file.entrusted", about=file.id, by=by.id, agency=file.agency_id, at=at)


def end_trust(file: OwnFile, worker_id: UUID, *, by: Worker | Survivor, at: datetime) -> None:
    """This worker reads nothing of it from now on."""
    require_own(by, SEE_FILE, file, at=at)
    with acting(by, at=at):
        # In the agency's name: a worker's own session cannot change whom a file is entrusted to.
        with as_agency(file.agency_id, at=at):
            rows = Trusted.objects.filter(person_id=file.person_id, worker_id=worker_id, until_at=None)
            ended = list(rows.values_list("id", flat=True))
            rows.update(until_at=at)
        if ended:
            record("own_file.trust_ended", about=file.id, by=by.id, agency=file.agency_id, at=at)
        for one in ended:
            journal.note("own_file.trust_ended", one, agency=file.agency_id, at=at)


def end_trust_again(trust_id: UUID, at: datetime) -> int:
    """After a restore: a worker who had been let out is out."""
    return Trusted.objects.filter(id=trust_id, until_at=None).update(until_at=at)


def end_for_death(case_id: UUID, agency_id: UUID, by: UUID | None, at: datetime) -> None:
    """The survivor of this case has died: nobody of the agency reads their own file from this moment.

    What a signed instruction opens after a death is read by whom it names, and by nobody else.
    """
    with as_agency(agency_id, at=at):
        if (file := _file_of_case(case_id, agency_id, ended=False)) is not None:
            _ended(file, at=at)
            record("own_file.ended", about=file.id, by=by, agency=agency_id, at=at)
            journal.note("own_file.ended", file.id, agency=agency_id, at=at)


def end_again(file_id: UUID, at: datetime) -> int:
    """After a restore: a file that had ended with a death is read by nobody of the agency."""
    file = OwnFile.objects.filter(id=file_id, ended_at=None).first()
    if file is not None:
        _ended(file, at=at)
    return int(file is not None)


def reopen_after_mistake(case_id: UUID, agency_id: UUID, by: UUID | None, at: datetime) -> None:
    """The death had been noted by mistake: whoever had their trust until then has it again."""
    with as_agency(agency_id, at=at):
        if (file := _file_of_case(case_id, agency_id, ended=True)) is not None:
            Trusted.objects.filter(person_id=file.person_id, until_at=file.ended_at).update(until_at=None)
            team = PartShare.objects.filter(file=file, viewer_id=agency_id, ended_by=None)
            team.filter(ended_at=file.ended_at).update(ended_at=None)
            OwnFile.objects.filter(id=file.id).update(ended_at=None)
            record("own_file.reopened", about=file.id, by=by, agency=agency_id, at=at)


def has_ended(person_id: UUID) -> bool:
    """Whether this person's own file has ended; asked in the agency's name."""
    return OwnFile.objects.filter(person_id=person_id).exclude(ended_at=None).exists()


def _ended(file: OwnFile, *, at: datetime) -> None:
    OwnFile.objects.filter(id=file.id).update(ended_at=at)
    Trusted.objects.filter(person_id=file.person_id, until_at=None).update(until_at=at)
    # What other agencies were chosen for stays chosen: a signed instruction may open it, and nothing else does.
    team = PartShare.objects.filter(file=file, viewer_id=file.agency_id, ended_at=None)
    team.update(ended_at=at)


def _file_of_case(case_id: UUID, agency_id: UUID, *, ended: bool) -> OwnFile | None:
    person = Case.objects.filter(id=case_id, agency_id=agency_id).values("survivor_id")
    files = OwnFile.objects.filter(person_id__in=person, agency_id=agency_id)
    return files.filter(ended_at__isnull=not ended).first()


def row_in(file: OwnFile, content: Mapping[str, Any]) -> dict[str, Any]:
    """What every new row of the file begins with: an id, whose it is and who holds it, and its content sealed."""
    row_id = uuid7()
    return {
        "id": row_id,
        "agency_id": file.agency_id,
        "file": file,
        "person_id": file.person_id,
        "sealed": seal_in(file, content, about=row_id),
    }


def seal_in(file: OwnFile, content: Mapping[str, Any], *, about: UUID) -> bytes:
    """Content of a row of the file, under the file's key and bound to that row."""
    return seal(file.key, file.agency_id, content, about=about)


def open_from(file: OwnFile, sealed: Blob, *, about: UUID) -> dict[str, Any]:
    """The content of a row of the file."""
    return opened_under(file.key, about, file.agency_id, sealed)


def _entrusted(person_id: UUID, agency_id: UUID, worker_id: UUID, *, at: datetime) -> None:
    with as_agency(agency_id, at=at):
        Trusted.objects.get_or_create(
            person_id=person_id,
            worker_id=worker_id,
            until_at=None,
            defaults={"agency_id": agency_id, "from_at": at},
        )
