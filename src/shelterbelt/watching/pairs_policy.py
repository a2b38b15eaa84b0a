"""Who asks for a pair with a survivor, and who of an agency that runs trackers decides about one.

The survivor's side is their own file: them, and whom they trust. The other side learns of a reference and an order alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from shelterbelt.access.rules import permission
from shelterbelt.cases.models import Case
from shelterbelt.consent.models import Release
from shelterbelt.consent.policy import living_release
from shelterbelt.safety.policy import trusted_with
from shelterbelt.watching.policy import TRACKERS_AT, TRACKING

HERS = ("advocates", "shelter")
ADVOCATES = ("advocate", "shelter_worker")
# What a release opens that lets a pair be watched: that it is, and nothing of the survivor's case.
CATEGORY = "pair_watched"

KEEP_PAIRS = permission("keep_pairs", *ADVOCATES, rule=trusted_with, kinds=HERS)
SEE_OWN_WATCH = permission("see_own_watch", *ADVOCATES, rule=trusted_with, kinds=HERS)
DECIDE_PAIRS = permission("decide_pairs", *TRACKING, kinds=TRACKERS_AT)


@dataclass(frozen=True)
class Released:
    """A release that lets a pair be watched by its recipient's tracker, and until when."""

    release: Release
    until_at: datetime


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
