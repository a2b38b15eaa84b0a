"""Record people and what changes about them. Refuses to merge: an agency that meets somebody twice is told, not overruled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt import sealing
from shelterbelt.access.models import Conflict, Declaration, Wall, Worker, WorkerToken
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.walls import lift, raise_wall
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.agencies.tokens import search_texts
from shelterbelt.ledger.actions import record
from shelterbelt.people.conflicts import find_conflicts, find_conflicts_of, remember
from shelterbelt.people.models import Person, PersonVersion, Token
from shelterbelt.people.policy import DECLARE, REVIEW
from shelterbelt.store.ids import uuid7

LIFTED_BY_REVIEWER = ("party_match", "declared", "reviewer", "handed_over")
DECLARED = ("name", "other_names", "born_on", "phones", "how")
FIELDS = ("name", "other_names", "born_on", "phones", "address", "language", "interpreter")


def record_person(details: Mapping[str, Any], *, agency: UUID, by: UUID | None, at: datetime) -> Person:
    """A person new to the agency, sealed under a key of their own and findable by exact token."""
    person_id, key = uuid7(), new_key(agency)
    content = {name: details[name] for name in FIELDS if details.get(name)}
    person = Person.objects.create(
        id=person_id,
        agency_id=agency,
        key=key,
        sealed=seal(key, agency, content, about=person_id),
        recorded_at=at,
    )
    _index(person, content)
    find_conflicts(agency, people=[person_id], at=at)
    record("person.recorded", about=person_id, by=by, agency=agency, at=at)
    return person


def change_person(person: Person, details: Mapping[str, Any], *, by: UUID, at: datetime) -> None:
    """Change what is known of a person; what was known before stays in the history."""
    before = opened(person)
    content = {**before, **{name: details[name] for name in FIELDS if name in details}}
    if content == before:
        return
    PersonVersion.objects.create(
        agency_id=person.agency_id, person=person, sealed=person.sealed, replaced_at=at, replaced_by=by
    )
    person.sealed = seal(person.key, person.agency_id, content, about=person.id)
    person.save(update_fields=["sealed"])
    Token.objects.filter(person=person).delete()
    _index(person, content)
    find_conflicts(person.agency_id, people=[person.id], at=at)
    for place in settings.PERSON_CHANGED:
        import_string(place)(person)
    record("person.changed", about=person.id, by=by, agency=person.agency_id, at=at)


def declare(told: Mapping[str, Any], *, by: Worker, at: datetime) -> Declaration:
    """A worker says that they know somebody; whoever that is in the agency's files is walled from them, or looked at."""
    require(by, DECLARE, at=at)
    declaration_id, key = uuid7(), new_key(by.agency_id)
    content = {name: told[name] for name in DECLARED if told.get(name)}
    made = Declaration.objects.create(
        id=declaration_id,
        agency_id=by.agency_id,
        key=key,
        sealed=seal(key, by.agency_id, content, about=declaration_id),
        worker_id=by.id,
        made_at=at,
    )
    remember(by, content, declaration=made)
    record("declaration.made", about=declaration_id, by=by.id, agency=by.agency_id, at=at)
    find_conflicts_of(by, at=at)
    return made


def end_declaration(declaration: Declaration, *, by: Worker, at: datetime) -> None:
    """Nobody new is compared with it; what it closed stays closed until the reviewer opens it."""
    require(by, DECLARE, declaration, at=at)
    if declaration.worker_id != by.id:
        raise NotForYou
    if Declaration.objects.filter(id=declaration.id, ended_at=None).update(ended_at=at):
        WorkerToken.objects.filter(declaration=declaration).delete()
        record("declaration.ended", about=declaration.id, by=by.id, agency=by.agency_id, at=at)


def decide_conflict(conflict: Conflict, *, walled: bool, reason: str, by: Worker, at: datetime) -> None:
    """The reviewer says whether a worker stands before a wall, once; nobody decides about themselves."""
    require(by, REVIEW, conflict, at=at)
    row = Conflict.objects.select_for_update().get(id=conflict.id)
    if row.worker_id == by.id or row.state != "open":
        raise NotForYou
    _decided(row, "walled" if walled else "cleared", reason, by=by, at=at)
    if walled:
        raise_wall(
            row.person_id,
            agency=row.agency_id,
            worker=row.worker_id,
            basis="reviewer",
            reason=reason,
            by=by.id,
            at=at,
        )
    record("conflict.decided", about=row.id, by=by.id, agency=row.agency_id, at=at)


def lift_wall(wall: Wall, *, reason: str, by: Worker, at: datetime) -> None:
    """The reviewer takes a wall away, with a reason; never one before themselves, nor one that a survivor asked for."""
    require(by, REVIEW, wall, at=at)
    row = Wall.objects.select_for_update().get(id=wall.id)
    worker = row.worker_id
    if row.lifted_at is not None or row.basis not in LIFTED_BY_REVIEWER or worker in (None, by.id):
        raise NotForYou
    lift(row, by=by.id, at=at, reason=reason)
    matches = Conflict.objects.filter(agency_id=row.agency_id, person_id=row.thing_id)
    for conflict in matches.filter(worker_id__in=[worker] if worker else []).exclude(state="cleared"):
        _decided(conflict, "cleared", reason, by=by, at=at)


def _decided(conflict: Conflict, state: str, reason: str, *, by: Worker, at: datetime) -> None:
    told = {**opened(conflict), "reason": reason}
    conflict.sealed = seal(conflict.key, conflict.agency_id, told, about=conflict.id)
    conflict.state, conflict.decided_at, conflict.decided_by = state, at, by.id
    conflict.save(update_fields=["sealed", "state", "decided_at", "decided_by"])


def _index(person: Person, content: Mapping[str, Any]) -> None:
    ring = sealing.keyring()
    Token.objects.bulk_create(
        Token(agency_id=person.agency_id, person=person, token=ring.index_token(person.agency_id, text))
        for text in sorted(search_texts(content))
    )
