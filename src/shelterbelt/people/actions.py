"""Record people and what changes about them. Refuses to merge: an agency that meets somebody twice is told, not overruled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt import sealing
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.agencies.tokens import search_texts
from shelterbelt.ledger.actions import record
from shelterbelt.people.conflicts import find_conflicts
from shelterbelt.people.models import Person, PersonVersion, Token
from shelterbelt.store.ids import uuid7

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
    record("person.changed", about=person.id, by=by, agency=person.agency_id, at=at)


def _index(person: Person, content: Mapping[str, Any]) -> None:
    ring = sealing.keyring()
    Token.objects.bulk_create(
        Token(agency_id=person.agency_id, person=person, token=ring.index_token(person.agency_id, text))
        for text in sorted(search_texts(content))
    )
