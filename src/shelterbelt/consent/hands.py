"""What a survivor may do with their releases by their own hand, and what the portal shows them of each.

Refuses another person's release, one of a case in which they are not the survivor, and any release once the case says that
its survivor has died.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, own_hand
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened
from shelterbelt.consent.files import cases_of_person
from shelterbelt.consent.models import Death, Grant, Release, Shown
from shelterbelt.consent.queries import ReleaseFace, release_face
from shelterbelt.consent.show import limits_in
from shelterbelt.ledger.actions import reading

OWN_HAND = "own_hand"


@dataclass(frozen=True)
class Whose:
    """A release as `require_own` asks of it: of which person; of nobody where it is not this survivor's to touch."""

    person_id: UUID | None
    agency_id: UUID


def whose(release: Release, by: Worker | Survivor, *, at: datetime) -> Release | Whose:
    """The release itself for a worker; for a survivor, whether they are the survivor of its case."""
    if isinstance(by, Worker):
        return release
    with own_hand(by, at=at):
        return Whose(by.id if release.case_id in _cases(by) else None, release.agency_id)


def _cases(by: Survivor) -> dict[UUID, str]:
    """Their cases, without those of which it was noted that they have died."""
    found = cases_of_person(by.id, by.agency_id)
    gone = Death.objects.filter(case_id__in=list(found), mistaken_at=None).values_list("case_id", flat=True)
    return {case: ref for case, ref in found.items() if case not in set(gone)}


@dataclass(frozen=True)
class Looked:
    """That somebody of another agency read something through a release: when, who, which kinds of information."""

    at: datetime
    reader: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Signed:
    """A release of theirs as the portal shows it; `told` is what they signed, `limits` what they said stands above it."""

    face: ReleaseFace
    recipient: Agency
    categories: tuple[str, ...]
    told: Mapping[str, Any]
    limits: str
    zone: str
    by_own_hand: bool
    looked: tuple[Looked, ...] = ()


def releases_by_hand(*, by: Survivor, at: datetime) -> list[Signed]:
    """Every release of theirs at this agency, those in force first, then the newest."""
    with own_hand(by, at=at):
        rows = _rows(by).order_by("-taken_at")
        found = [_signed(row, by, at) for row in rows]
        for row in rows:
            reading("release", about=row.id, by=by.id, agency=by.agency_id, at=at)
    return sorted(found, key=lambda one: one.face.state not in ("living", "not_yet", "waits"))


def release_by_hand(ref: str, *, by: Survivor, at: datetime) -> tuple[Release, Signed]:
    """One release of theirs, with what was read through it; refused like one that does not exist."""
    with own_hand(by, at=at):
        row = _rows(by).filter(ref=ref).first()
        if row is None:
            raise NotForYou
        reading("release", about=row.id, by=by.id, agency=by.agency_id, at=at)
        return row, _signed(row, by, at, looked=_looked(row))


def _rows(by: Survivor) -> Any:
    rows = Release.objects.select_related("recipient", "agency")
    return rows.filter(agency_id=by.agency_id, case_id__in=list(_cases(by)))


def _signed(row: Release, by: Survivor, at: datetime, *, looked: tuple[Looked, ...] = ()) -> Signed:
    told = opened(row)
    return Signed(
        face=release_face(row, at=at),
        recipient=row.recipient,
        categories=tuple(row.categories),
        told=told,
        limits=limits_in(str(told.get("scope", "")), told.get("more_limits", [])),
        zone=row.agency.time_zone,
        by_own_hand=row.withdrawn_by == by.id,
        looked=looked,
    )


def _looked(row: Release) -> tuple[Looked, ...]:
    grants = Grant.objects.filter(release=row).values_list("id", flat=True)
    shown = Shown.objects.filter(grant_id__in=list(grants)).select_related("reader").order_by("-at", "-id")
    return tuple(Looked(one.at, one.reader.name, tuple(one.categories)) for one in shown[:200])
