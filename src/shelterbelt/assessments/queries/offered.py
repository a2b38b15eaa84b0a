"""Which instruments a worker may take, in whose words they are asked, and which answers stand on a sheet.

It offers what the instrument's own file allows; the actions ask again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may
from shelterbelt.agencies.sealed import opened
from shelterbelt.assessments.models import Assessment
from shelterbelt.assessments.policy import TAKE_ASSESSMENT
from shelterbelt.assessments.queries.sheets import instrument_taken, known, newest
from shelterbelt.cases.models import CaseIncident, Incident
from shelterbelt.library import assessments as library
from shelterbelt.library import packs
from shelterbelt.library.files import LibraryError


@dataclass(frozen=True)
class Correction:
    """One answer of a finished sheet that was corrected: what it was, why, by whom and when."""

    question: str
    was: str
    reason: str
    by: str
    at: str


def instruments_for(by: Worker, *, danger: bool) -> list[library.Assessment]:
    """The newest version of every instrument that names a role of this worker; detections alone without `danger`."""
    found = []
    for id in sorted({id for id, _version in known()}):
        try:
            one = library.assessment(id, newest(id))
        except LibraryError:
            continue
        if (danger or one.detects) and not one.administered_by.isdisjoint(by.roles):
            found.append(one)
    return sorted(found, key=lambda one: (one.detects, gettext(one.title)))


def in_words(taken: Assessment) -> library.Assessment:
    """The instrument of a sheet in the words that it was begun with: a pack's, or else our own.

    Refused where that pack is not here any more: other words would be told as if they had been asked.
    """
    found, wording = instrument_taken(taken), opened(taken).get("wording")
    return packs.in_words(found, wording["language"], digest=wording["digest"]) if wording else found


def corrections_of(taken: Assessment) -> list[Correction]:
    """What was corrected on a finished sheet, in order."""
    return [Correction(**line) for line in opened(taken).get("corrections", ())]


def link_of_incident(incident: Incident, *, by: Worker, at: datetime) -> tuple[str, str] | None:
    """The button on an incident's page that begins a sheet, for whoever may take one about it and about its case."""
    attached = CaseIncident.objects.filter(incident=incident).select_related("case").first()
    about = [incident, *([attached.case] if attached else [])]
    if incident.recorded_at is None or not all(may(by, TAKE_ASSESSMENT, one, at=at) for one in about):
        return None
    return gettext("New assessment"), reverse("sheet_new_incident", args=[incident.ref])
