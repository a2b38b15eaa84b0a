"""Files of evidence that the case of a breach has: which may still be named with it, and who had one in hand before.

Starts from what the asker may see of that evidence. The file stays where it lies; nothing here copies it.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import visible
from shelterbelt.breaches.models import Breach
from shelterbelt.cases.evidence import words_of
from shelterbelt.cases.models import CaseIncident, Custody, Evidence
from shelterbelt.cases.policy import SEE_EVIDENCE
from shelterbelt.library import shelf


def files_for(breach: Breach, *, by: Worker, at: datetime) -> dict[str, tuple[Evidence, str]]:
    """The files of incidents of the breach's case that are not named with it yet, by reference, each with its name."""
    if breach.case_id is None or not SEE_EVIDENCE.allows(by):
        return {}
    incidents = CaseIncident.objects.filter(case_id=breach.case_id).values("incident_id")
    named = breach.breachevidences.exclude(evidence=None).values("evidence_id")
    rows = Evidence.objects.filter(incident_id__in=incidents).exclude(id__in=named)
    found = visible(by, SEE_EVIDENCE, rows.select_related("incident"), at=at).order_by("taken_in_at", "id")
    return {one.ref: (one, _called(one)) for one in found}


def hands_before(evidence_ids: Iterable[UUID | None]) -> dict[UUID, list[Custody]]:
    """Who had files of evidence in hand, as the incident's own lines of custody say, the first one first."""
    found: dict[UUID, list[Custody]] = {}
    ids = [one for one in evidence_ids if one]
    for line in Custody.objects.filter(evidence_id__in=ids).order_by("at", "id"):
        found.setdefault(line.evidence_id, []).append(line)
    return found


def _called(row: Evidence) -> str:
    words = words_of(row)
    kind = _(shelf.label_of("evidence_kinds", words["kind"])) if words.get("kind") else ""
    return " · ".join(one for one in (kind, words.get("name", ""), words.get("about", "")) if one)
