"""Which releases of a survivor let something of their own record go to whom now. Asked in the agency's own transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.cases.models import Case
from shelterbelt.consent.models import Grant
from shelterbelt.rules.sharing import Asked, GrantFacts, decide

# What a release has to name for words of the record to go, and for its files.
CAN = {"words": "incident_account", "files": "documents"}


@dataclass(frozen=True)
class Way:
    """A release by which something can be given: to whom, for what, until when, and whether files may go too."""

    release_id: UUID
    ref: str
    recipient: str
    purpose: str
    until_at: datetime
    files: bool


def ways_to_give(survivor: Survivor, *, at: datetime) -> list[Way]:
    """The releases in force that name the survivor's account, by their recipient."""
    with own_hand(survivor, at=at):
        found = [_way(grant, at) for grant in _grants(survivor) if _opens(grant, {CAN["words"]}, at)]
    return sorted(found, key=lambda way: (way.recipient, way.until_at))


def covering(release_id: UUID, survivor: Survivor, needed: Collection[str], *, at: datetime) -> Grant | None:
    """The grant of a release of theirs, if it opens all that is needed now; within the agency's transaction."""
    grant = _grants(survivor).filter(release_id=release_id).first()
    return grant if grant is not None and _opens(grant, set(needed), at) else None


def _grants(survivor: Survivor) -> QuerySet[Grant]:
    cases = Case.objects.filter(survivor_id=survivor.id, agency_id=survivor.agency_id).values("id")
    rows = Grant.objects.filter(
        agency_id=survivor.agency_id, case_id__in=cases, basis="release", withdrawn_at=None
    )
    return rows.exclude(release=None).select_related("release", "recipient").order_by("id")


def _way(grant: Grant, at: datetime) -> Way:
    assert grant.release is not None  # `_grants` has none without
    return Way(
        release_id=grant.release.id,
        ref=grant.release.ref,
        recipient=grant.recipient.name,
        purpose=grant.purpose,
        until_at=grant.until_at,
        files=_opens(grant, set(CAN.values()), at),
    )


def _opens(grant: Grant, needed: set[str], at: datetime) -> bool:
    facts = GrantFacts(
        recipient=str(grant.recipient_id),
        purpose=grant.purpose,
        categories=frozenset(grant.categories),
        from_at=grant.from_at,
        until_at=grant.until_at,
        withdrawn_at=grant.withdrawn_at,
    )
    asked = Asked(str(grant.recipient_id), grant.purpose, frozenset(needed))
    return needed <= decide(facts, asked, at=at).categories
