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
from shelterbelt.ledger.actions import record
from shelterbelt.people.models import Person
from shelterbelt.safety.models import OwnFile, Trusted
from shelterbelt.safety.policy import OPEN_FILE, SEE_FILE
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
            ended = rows.update(until_at=at)
        if ended:
            record("own_file.trust_ended", about=file.id, by=by.id, agency=file.agency_id, at=at)


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
