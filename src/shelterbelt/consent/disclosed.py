"""What was shown to other agencies: by which grant, to whom, when, which kinds of information, and the digest that was kept.

Starts from the ledger's readings of the asking agency's own case; it holds nothing of what was shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import visible
from shelterbelt.agencies.models import Agency
from shelterbelt.consent.models import Grant, Shown
from shelterbelt.consent.policy import SEE_DISCLOSED
from shelterbelt.ledger.models import Reading


@dataclass(frozen=True)
class Disclosure:
    """One time that something was shown to another agency."""

    at: datetime
    reader: str
    categories: tuple[str, ...]
    basis: str
    grant_id: UUID | None
    authority: UUID | None
    digest: str


def disclosures_of(
    *, by: Worker, at: datetime, case_id: UUID | None = None, grant_ids: Iterable[UUID] | None = None
) -> list[Disclosure]:
    """What this agency's case (or these grants) showed to other agencies, newest first."""
    if not SEE_DISCLOSED.allows(by):
        return []
    rows = Reading.objects.filter(agency_id=by.agency_id).exclude(reader_agency_id=by.agency_id)
    if case_id is not None:
        rows = rows.filter(about=case_id)
    if grant_ids is not None:
        rows = rows.filter(grant_id__in=list(grant_ids))
    if case_id is None and grant_ids is None:
        return []
    return _told(list(rows.order_by("-at", "-id")), by=by, at=at)


def _told(readings: list[Reading], *, by: Worker, at: datetime) -> list[Disclosure]:
    names = dict(
        Agency.objects.filter(id__in={one.reader_agency_id for one in readings}).values_list("id", "name")
    )
    grants = visible(by, SEE_DISCLOSED, Grant.objects.all(), at=at).in_bulk(
        {one.grant_id for one in readings if one.grant_id}
    )
    shown = visible(by, SEE_DISCLOSED, Shown.objects.filter(grant_id__in=grants), at=at)
    exactly = {(one.grant_id, one.at, bytes(one.digest)): tuple(one.categories) for one in shown}
    return [
        _disclosure(one, names, grants.get(one.grant_id) if one.grant_id else None, exactly)
        for one in readings
    ]


def _disclosure(
    one: Reading,
    names: dict[UUID, str],
    grant: Grant | None,
    exactly: dict[tuple[UUID, datetime, bytes], tuple[str, ...]],
) -> Disclosure:
    digest = bytes(one.digest)
    categories = tuple(grant.categories) if grant else ()
    if grant:
        categories = exactly.get((grant.id, one.at, digest), categories)
    return Disclosure(
        at=one.at,
        reader=names.get(one.reader_agency_id, ""),
        categories=categories,
        basis=grant.basis if grant else "",
        grant_id=one.grant_id,
        authority=grant.authority if grant else None,
        digest=digest.hex(),
    )
