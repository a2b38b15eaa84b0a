"""The case that a release is about, as far as consent may know it: consent stands below cases.

Which functions find it is said in the settings (`RELEASE_FILE`, `SURVIVORS_CASES`, `PERSONS_CASES`), the one place that
knows everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access.models import Worker

FINDS = "shelterbelt.exchange.files.file_of"
FINDS_ALL = "shelterbelt.exchange.files.cases_of_survivor"
FINDS_OWN = "shelterbelt.exchange.files.cases_of_person"


@dataclass(frozen=True)
class CaseFile:
    """A case by its id; `references` says by which reference each other agency knows it, `other` who the other person is."""

    id: UUID
    ref: str
    survivor: str = ""
    language: str = ""
    references: Mapping[UUID, str] = field(default_factory=dict)
    other: str = ""
    other_born_on: date | None = None


def file_of(ref: str, *, by: Worker, at: datetime) -> CaseFile:
    """The case behind a reference, if this worker may write in it; refused otherwise."""
    found: CaseFile = import_string(getattr(settings, "RELEASE_FILE", FINDS))(ref, by=by, at=at)
    return found


def wish_for(ref: str, case_id: UUID, *, by: Worker, at: datetime) -> dict[str, Any]:
    """With what the form begins where the survivor of a case began to think of a release; nothing without such a wish."""
    place = getattr(settings, "RELEASE_WISH", "")
    found: dict[str, Any] = import_string(place)(ref, case_id, by=by, at=at) if place else {}
    return found


def cases_of_survivor(case_id: UUID) -> frozenset[UUID]:
    """Every case that its agency holds about the survivor of this one, in the agency's own transaction."""
    found: frozenset[UUID] = import_string(getattr(settings, "SURVIVORS_CASES", FINDS_ALL))(case_id)
    return found


def cases_of_person(person_id: UUID, agency_id: UUID) -> dict[UUID, str]:
    """The cases of an agency in which this person is the survivor, by id and reference; never one in which they are the other."""
    found: dict[UUID, str] = import_string(getattr(settings, "PERSONS_CASES", FINDS_OWN))(
        person_id, agency_id
    )
    return found
