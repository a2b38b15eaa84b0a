"""The case that instructions are about, as far as notices may know it: notices stand below cases.

Which functions find it is said in the settings (`CONTACT_FILE`, `PERSONS_CASES`), the one place that knows everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.notices.standing import Reached


@dataclass(frozen=True)
class ContactFile:
    """A case by its id, its survivor's language, and what came with the request for contact."""

    id: UUID
    ref: str
    told: Mapping[str, Any] | None = None
    language: str = ""


def file_of(ref: str, *, by: Worker, at: datetime) -> ContactFile:
    """The case behind a reference, if this worker may write in it; refused otherwise."""
    found: ContactFile = import_string(settings.CONTACT_FILE)(ref, by=by, at=at)
    return found


@dataclass(frozen=True)
class Own:
    """Whom instructions are about, as `require_own` asks of a survivor: nobody where the case is not theirs."""

    agency_id: UUID
    person_id: UUID | None


def whom(about: UUID, by: Worker | Survivor, *, at: datetime) -> Reached | Own:
    """What a permission is asked for: for a worker the case, for a survivor whether they are the survivor of it."""
    if isinstance(by, Worker):
        return Reached(by.agency_id, about)
    with own_hand(by, at=at):
        theirs = import_string(settings.PERSONS_CASES)(by.id, by.agency_id)
        return Own(by.agency_id, by.id if about in theirs else None)
