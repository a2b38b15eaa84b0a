"""Who asks for a pair with a survivor, and who of an agency that runs trackers decides about one.

The survivor's side is their own file: them, and whom they trust. The other side learns of a reference and an order alone.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from shelterbelt.cases.models import Case
from shelterbelt.consent.models import Release
from shelterbelt.consent.policy import living_release
from shelterbelt.watching.policy import DECIDE_PAIRS, HERS, KEEP_PAIRS, SEE_OWN_WATCH, TRACKERS_AT

__all__ = [
    "CATEGORY",
    "DECIDE_PAIRS",
    "HERS",
    "KEEP_PAIRS",
    "SEE_OWN_WATCH",
    "living",
    "opens",
    "releases_for_pairs",
]

# What a release opens that lets a pair be watched: that it is, and nothing of the survivor's case.
CATEGORY = "pair_watched"


def releases_for_pairs(person_id: UUID, agency_id: UUID, *, at: datetime) -> QuerySet[Release]:
    """Releases of this survivor that are in force and let an agency with trackers know of a pair."""
    cases = Case.objects.filter(survivor_id=person_id, agency_id=agency_id)
    return Release.objects.filter(
        living_release(at),
        agency_id=agency_id,
        case_id__in=cases.values("id"),
        recipient__kind__in=TRACKERS_AT,
        categories__contains=[CATEGORY],
    )


def living(at: datetime) -> Q:
    """Of `Pair.release_id`: those whose release opens a pair now."""
    rows = Release.objects.filter(living_release(at), categories__contains=[CATEGORY])
    return Q(release_id__in=rows.values("id"))


def opens(pair: Any, *, at: datetime, hold: bool = False) -> Release | None:
    """The release that lets this pair be watched now; none once it was taken back. `hold`: a withdrawal waits, or wins."""
    rows = releases_for_pairs(pair.person_id, pair.agency_id, at=at).filter(
        id=pair.release_id, recipient_id=pair.to_id
    )
    if hold:
        ids = list(rows.select_for_update(of=("self",)).values_list("id", flat=True))
        rows = Release.objects.filter(living_release(at), id__in=ids, categories__contains=[CATEGORY])
    return rows.first()
