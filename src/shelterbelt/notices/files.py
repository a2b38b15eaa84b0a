"""The case that instructions are about, as far as notices may know it: notices stand below cases.

Which function finds it is said in the settings (`CONTACT_FILE`), the one place that knows everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access.models import Worker


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
