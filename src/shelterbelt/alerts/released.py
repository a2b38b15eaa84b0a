"""Which police agencies a survivor's alert may reach: those they named, while a release of theirs opens it. Decides nothing else.

Without such a release there is nothing to choose, nothing is sent, and a letter that waits does not leave.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.alerts.models import HelpAlert, HelpSetup
from shelterbelt.alerts.setup import readable
from shelterbelt.cases.models import Case
from shelterbelt.consent.models import Release
from shelterbelt.consent.policy import living_release

TO_GO, TO_CALL = "safety_needs", "safe_contact"
KIND = "police"


def releases_to_police(person_id: UUID, agency_id: UUID, *, at: datetime) -> QuerySet[Release]:
    """Releases of theirs that are in force and tell a police agency what they need to be safe."""
    cases = Case.objects.filter(survivor_id=person_id, agency_id=agency_id)
    return Release.objects.filter(
        living_release(at),
        agency_id=agency_id,
        case_id__in=cases.values("id"),
        recipient__kind=KIND,
        categories__contains=[TO_GO],
    )


def may_be_named(person_id: UUID, agency_id: UUID, *, at: datetime) -> list[Agency]:
    """The police agencies that can be chosen in a set-up."""
    ids = releases_to_police(person_id, agency_id, at=at).values("recipient_id")
    return list(Agency.objects.filter(id__in=ids, closed_at=None).order_by("name"))


def named_in(content: dict[str, Any], slot: str) -> dict[str, Any] | None:
    """What a set-up says of the agency behind a slot."""
    return next((one for one in content["dispatch"] if one["slot"] == slot), None)


def opens(alert: HelpAlert, slot: str, *, at: datetime) -> Release | None:
    """The release that lets this alert reach the agency behind a slot now; none once either was taken back or does not open.

    Its row is held, so that a withdrawal waits or wins.
    """
    setup = HelpSetup.objects.filter(person_id=alert.person_id).first()
    told, kept = readable(alert), readable(setup) if setup else None
    then, still = (named_in(content, slot) if content else None for content in (told, kept))
    if then is None or still is None or then["agency"] != still["agency"]:
        return None
    rows = releases_to_police(alert.person_id, alert.agency_id, at=at).filter(recipient_id=then["agency"])
    ids = list(rows.select_for_update(of=("self",)).order_by("-taken_at").values_list("id", flat=True))
    return Release.objects.filter(living_release(at), id__in=ids).order_by("-taken_at").first()


def unchanged(at: datetime) -> Q:
    """Calls told by letter for which nothing has changed since: a release opens them to that agency, and the set-up stands.

    Whatever is not among them is looked at: `opens` decides.
    """
    letter = Letter.objects.filter(id=OuterRef(OuterRef("letter_id")))
    cases = Case.objects.filter(
        survivor_id=OuterRef(OuterRef("person_id")), agency_id=OuterRef(OuterRef("agency_id"))
    )
    release = Release.objects.filter(
        living_release(at),
        agency_id=OuterRef("agency_id"),
        case_id__in=cases.values("id"),
        recipient_id__in=letter.values("to_id"),
        recipient__kind=KIND,
        categories__contains=[TO_GO],
    )
    setup = HelpSetup.objects.filter(person_id=OuterRef("person_id"), changed_at__lt=OuterRef("told_at"))
    return Q(Exists(release)) & Q(Exists(setup))
