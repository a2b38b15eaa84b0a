"""Searching the directory of services by whole words and their beginnings.

Nothing here is personal; searches are not kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.referrals.hours import open_now
from shelterbelt.referrals.models import Service
from shelterbelt.referrals.policy import SEE_DIRECTORY
from shelterbelt.rules.names import normal

PAGE = 20
MOST_WORDS = 8
GONE = ("inactive", "defunct")
TERMS = """
select distinct term->>'name' from referrals_service, jsonb_array_elements(record->'terms') term
where coalesce(term->>'name', '') <> '' order by 1 limit 100
"""
LANGUAGES = """
select distinct coalesce(nullif(spoken->>'name', ''), spoken->>'code')
from referrals_service, jsonb_array_elements(record->'languages') spoken
where coalesce(nullif(spoken->>'name', ''), spoken->>'code', '') <> '' order by 1 limit 100
"""


@dataclass(frozen=True)
class Found:
    """A service as the list of results shows it; `open` is none when its hours are not known."""

    ref: str
    name: str
    organization: str
    description: str
    phones: tuple[str, ...]
    confidential: bool
    here: bool
    status: str
    open: bool | None


def words_of(parts: Iterable[str]) -> str:
    """What a service may be found by:

    every word in its normal form, with a space before each and after the last.
    """
    found = dict.fromkeys(word for part in parts for word in normal(part).split())
    return f" {' '.join(found)} "


def asked_words(text: str) -> list[str]:
    """The words of a search, in their normal form."""
    return list(dict.fromkeys(normal(text[:300]).split()))[:MOST_WORDS]


@dataclass(frozen=True)
class Asked:
    """What a search asks for."""

    text: str = ""
    language: str = ""
    term: str = ""
    open_only: bool = False
    page: int = 1


def found_services(
    text: str = "",
    *,
    language: str = "",
    term: str = "",
    open_only: bool = False,
    page: int = 1,
    by: Worker,
    at: datetime,
) -> tuple[list[Found], bool]:
    """Services that hold every word or one that begins so; those with the whole words come first.

    The flag says whether more follow.
    """
    require(by, SEE_DIRECTORY, at=at)
    return _listed(Asked(text, language, term, open_only, page), at, by.agency.time_zone)


def public_services(asked: Asked, *, at: datetime, zone: str) -> tuple[list[Found], bool]:
    """The same for anybody at all: nobody is asked who they are, and nothing of it is kept."""
    return _listed(asked, at, zone)


def public_service(ref: str) -> Service | None:
    """One service for anybody; none where there is no such one, or it does not work any more."""
    return Service.objects.exclude(status__in=GONE).filter(ref=ref).first()


def _listed(asked: Asked, at: datetime, zone: str) -> tuple[list[Found], bool]:
    rows = _matching(asked.text, asked.language, asked.term)
    start = (asked.page - 1) * PAGE
    if not asked.open_only:
        listed = [_found(row, at, zone) for row in rows[start : start + PAGE + 1]]
    else:
        every = (_found(row, at, zone) for row in rows.iterator(chunk_size=200))
        listed = list(islice((found for found in every if found.open), start, start + PAGE + 1))
    return listed[:PAGE], len(listed) > PAGE


def _matching(text: str, language: str, term: str) -> QuerySet[Service]:
    rows = Service.objects.exclude(status__in=GONE)
    whole = Q()
    for word in asked_words(text):
        rows = rows.filter(words__contains=f" {word}")
        whole &= Q(words__contains=f" {word} ")
    if language:
        spoken = Q(record__languages__contains=[{"name": language}])
        rows = rows.filter(spoken | Q(record__languages__contains=[{"code": language}]))
    if term:
        rows = rows.filter(record__terms__contains=[{"name": term}])
    if not whole:
        return rows.order_by("name", "id")
    first = Case(When(whole, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.annotate(later=first).order_by("later", "name", "id")


def _found(row: Service, at: datetime, zone: str) -> Found:
    record = row.record
    return Found(
        ref=row.ref,
        name=row.name,
        organization=row.organization,
        description=str(record.get("description") or ""),
        phones=tuple(phone["number"] for phone in record.get("phones", [])),
        confidential=row.confidential,
        here=row.agency_id is not None,
        status=row.status,
        open=open_now(record.get("schedules", []), at, zone),
    )


def service_by_ref(ref: str, *, by: Worker, at: datetime) -> Service:
    """The service behind a reference; refused to those who may not see the directory."""
    require(by, SEE_DIRECTORY, at=at)
    found = Service.objects.select_related("agency").filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def terms_offered() -> list[str]:
    """The kinds of service in the directory."""
    return _column(TERMS)


def languages_offered() -> list[str]:
    """The languages in which services of the directory help."""
    return _column(LANGUAGES)


def _column(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]
