"""Record people and what changes about them. Refuses to merge: an agency that meets somebody twice is told, not overruled."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import phonenumbers

from shelterbelt import sealing
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.ledger.actions import record
from shelterbelt.people.models import Person, PersonVersion, Token
from shelterbelt.rules.names import date_token, phone_token, tokens
from shelterbelt.store.ids import uuid7

# As most are written: the long way round gives the same, ten times slower.
PLAIN_NUMBER = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]?([2-9][0-9]{2})[ .-]?([0-9]{4})")
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
    record("person.changed", about=person.id, by=by, agency=person.agency_id, at=at)


def search_texts(content: Mapping[str, Any]) -> set[str]:
    """The texts by which a person may be found: name parts, birth date, phone numbers."""
    names = [content.get("name", ""), *content.get("other_names", [])]
    found = {f"name:{part}" for name in names for part in tokens(name)}
    if content.get("born_on"):
        found.add(f"born:{date_token(date.fromisoformat(content['born_on']))}")
    return found | {f"phone:{number}" for p in content.get("phones", []) if (number := number_of(p))}


def number_of(text: str, region: str = "US") -> str:
    """A phone number's digits with its country code where it can be told; just its digits otherwise."""
    if region == "US" and (plain := PLAIN_NUMBER.fullmatch(text)):
        return "1" + "".join(plain.groups())
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return phone_token(text)
    return f"{parsed.country_code}{parsed.national_number}"


def _index(person: Person, content: Mapping[str, Any]) -> None:
    ring = sealing.keyring()
    Token.objects.bulk_create(
        Token(agency_id=person.agency_id, person=person, token=ring.index_token(person.agency_id, text))
        for text in sorted(search_texts(content))
    )
