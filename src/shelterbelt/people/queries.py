"""Finding people inside one agency, by exact name part, birth date or phone number. Refuses fragments: the index is blind."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from shelterbelt import sealing
from shelterbelt.access.models import Declaration, Worker
from shelterbelt.access.rules import NotForYou, visible
from shelterbelt.agencies.sealed import opened
from shelterbelt.agencies.tokens import number_of
from shelterbelt.people.models import Person, Token
from shelterbelt.people.policy import DECLARE
from shelterbelt.rules.names import date_token, phone_token, tokens

DATES = (
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})$"),
    re.compile(r"^(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})$"),
)
FEWEST_DIGITS = 7


def details(person: Person) -> dict[str, Any]:
    """What is known of a person, opened."""
    return opened(person)


def name_of(person: Person | None) -> str:
    """A person's name as it was given; empty for nobody or for somebody unnamed."""
    return str(opened(person).get("name", "")) if person else ""


def asked_tokens(text: str) -> list[str]:
    """What a search asks for: one birth date, one phone number, or every part of a name."""
    text = text.strip()[:300]
    for form in DATES:
        if found := form.match(text):
            return [f"born:{day}"] if (day := _day(found)) else []
    digits = phone_token(text)
    if len(digits) >= FEWEST_DIGITS and not any(c.isalpha() for c in text):
        return [f"phone:{number_of(text)}"]
    return [f"name:{part}" for part in sorted(tokens(text))]


def persons_matching(text: str, *, agency: UUID) -> QuerySet[Token, UUID]:
    """Ids of the agency's people who carry every token that was asked for; none for an empty search."""
    asked = [sealing.keyring().index_token(agency, t) for t in asked_tokens(text)]
    if not asked:
        return Token.objects.none().values_list("person_id", flat=True)
    found = Token.objects.filter(agency_id=agency, token__in=asked)
    if len(asked) == 1:
        return found.values_list("person_id", flat=True)
    counted = found.values("person_id").annotate(hits=Count("token", distinct=True))
    return counted.filter(hits=len(asked)).values_list("person_id", flat=True)


def names(people: Iterable[Person]) -> dict[UUID, str]:
    """Names by id."""
    return {p.id: name_of(p) for p in people}


@dataclass(frozen=True)
class Declared:
    """Somebody a worker said they know, in the worker's own words."""

    ref: str
    name: str
    other_names: tuple[str, ...]
    born_on: str
    phones: tuple[str, ...]
    how: str
    made_at: datetime
    ended_at: datetime | None


def declarations_of(by: Worker) -> list[Declared]:
    """Whom the asker said they know: those that stand first, then the newest."""
    rows = list(Declaration.objects.filter(agency_id=by.agency_id, worker_id=by.id).order_by("-made_at"))
    return [_declared(row) for row in sorted(rows, key=lambda row: row.ended_at is not None)]


def _declared(row: Declaration) -> Declared:
    told = opened(row)
    return Declared(
        row.ref,
        told["name"],
        tuple(told.get("other_names", ())),
        told.get("born_on", ""),
        tuple(told.get("phones", ())),
        told.get("how", ""),
        row.made_at,
        row.ended_at,
    )


def declaration_by_ref(ref: str, *, by: Worker, at: datetime) -> Declaration:
    """One of the asker's own declarations."""
    found = visible(by, DECLARE, Declaration.objects.filter(worker_id=by.id), at=at).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def _day(found: re.Match[str]) -> str:
    try:
        return date_token(date(int(found["y"]), int(found["m"]), int(found["d"])))
    except ValueError:
        return ""
