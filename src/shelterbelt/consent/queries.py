"""Reading releases and grants, and reading live through a grant that another agency holds.

Starts from the asker's own agency; an ended grant, an unknown one and another agency's are the same: closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt import sealing
from shelterbelt.access.models import Bar, Worker
from shelterbelt.access.rules import by_ref, reached, require
from shelterbelt.agencies import peers
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import reachable_agencies
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.consent.disclosed import Disclosure
from shelterbelt.consent.disclosed import disclosures_of as disclosures_of
from shelterbelt.consent.models import Death, Grant, HeldGrant, Narrowing, Paper, Release
from shelterbelt.consent.policy import READ_GRANT, SEE_RELEASE, kept_out, living
from shelterbelt.consent.show import limits_in
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.sealing.digests import canonical
from shelterbelt.store.questions import question

State = Literal["living", "not_yet", "ended", "withdrawn", "waits"]


@dataclass(frozen=True)
class ReleaseFace:
    """A release as a list shows it."""

    ref: str
    recipient: str
    categories: tuple[str, ...]
    starts_at: datetime
    expires_at: datetime
    taken_at: datetime
    withdrawn_at: datetime | None
    state: State
    ended_because: str = ""
    narrowed_at: datetime | None = None


@dataclass(frozen=True)
class GrantFace:
    """What a case of this agency opens, to whom and for how long."""

    id: UUID
    recipient: str
    categories: tuple[str, ...]
    purpose: str
    basis: str
    from_at: datetime
    until_at: datetime
    withdrawn_at: datetime | None
    state: State


@dataclass(frozen=True)
class Section:
    """One released category as the holder shows it now; rows are (label, value)."""

    category: str
    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Read:
    """What a live reading gave: `sections` is None unless the grant is open and its node answered."""

    sections: tuple[Section, ...] | None
    state: Literal["open", "closed", "unreachable"]
    limits: str = ""


def times_of(grant: Grant) -> dict[str, datetime]:
    """Up to which instant what was written under each category is opened; a category without one has no such end."""
    return {code: datetime.fromisoformat(text) for code, text in grant.written_until.items()}


def limits_of(grant: Grant) -> str:
    """The survivor's limits in words, as they stand now: they are shown above whatever the grant opens."""
    if grant.release is None:
        return ""
    told = opened(grant.release)
    return limits_in(str(told.get("scope", "")), told.get("more_limits", []))


def held_limits(held: HeldGrant) -> str:
    """The limits in words that came with a grant of another node."""
    return str(opened_under(held.key, held.id, held.agency_id, held.sealed)["limits"]) if held.key else ""


def recipients_for(holder: Agency, case_id: UUID | None = None) -> list[Agency]:
    """Every agency that a release of this one could name, by name: none that cannot be reached, or has closed.

    Nor, for a case, one that its survivor named as never to see it.
    """
    kept = Bar.objects.filter(agency_id=holder.id, thing_id__in=[case_id] if case_id else []).exclude(
        viewer_id=None
    )
    rows = reachable_agencies().exclude(id=holder.id).exclude(id__in=kept.values("viewer_id"))
    return list(rows.order_by("name"))


def release_by_ref(ref: str, *, by: Worker, at: datetime) -> Release:
    """The release behind a reference, if this worker may see it; refused otherwise."""
    return by_ref(_release_rows, SEE_RELEASE, ref, by=by, at=at)


def _release_rows() -> QuerySet[Release]:
    return Release.objects.select_related("recipient", "agency")


def releases_of_case(case_id: UUID, *, by: Worker, at: datetime) -> list[ReleaseFace]:
    """The releases about one case, newest first; none for a worker who may not see releases."""
    rows = _of_case(by, at, case_id) if SEE_RELEASE.allows(by) else []
    return [release_face(row, at=at) for row in rows]


@question
def _of_case(by: Worker, at: datetime, case_id: UUID) -> QuerySet[Release]:
    rows = reached(by, SEE_RELEASE, Release.objects.select_related("recipient"), at=at)
    return rows.filter(case_id=case_id).order_by("-taken_at")


def release_face(release: Release, *, at: datetime) -> ReleaseFace:
    """A release as a list shows it."""
    times = (release.starts_at, release.expires_at)
    return ReleaseFace(
        ref=release.ref,
        recipient=release.recipient.name,
        categories=tuple(shelf.label_of("release_categories", code) for code in release.categories),
        starts_at=release.starts_at,
        expires_at=release.expires_at,
        taken_at=release.taken_at,
        withdrawn_at=release.withdrawn_at,
        state="waits" if _waits(release, at) else _state(*times, release.withdrawn_at, at),
        ended_because=release.ended_because,
        narrowed_at=release.narrowed_at,
    )


def _waits(release: Release, at: datetime) -> bool:
    """Whether this is an after-death instruction that opens nothing as long as its survivor lives."""
    in_force = release.withdrawn_at is None and release.starts_at <= at < release.expires_at
    return release.after_death and in_force and not release.grants.exists()


def release_content(release: Release) -> dict[str, Any]:
    """Every field of a release, opened."""
    return opened(release)


def papers_of(release: Release) -> QuerySet[Paper]:
    """The papers of a release, the signed form first."""
    return Paper.objects.select_related("release").filter(release=release).order_by("what")


def steps_of(release: Release) -> list[tuple[datetime, dict[str, Any]]]:
    """Each step by which a release became narrower: when, and what it was."""
    rows = Narrowing.objects.filter(release=release).order_by("at", "id")
    return [(row.at, opened_under(release.key, row.id, row.agency_id, row.sealed)) for row in rows]


def shown_by(release: Release, *, by: Worker, at: datetime) -> list[Disclosure]:
    """What was shown through the grants of a release."""
    return disclosures_of(by=by, at=at, grant_ids=release.grants.values_list("id", flat=True))


def death_of(case_id: UUID, *, by: Worker) -> Death | None:
    """Whether it stands in the case that its survivor has died; a death noted by mistake does not stand."""
    return Death.objects.filter(case_id=case_id, agency_id=by.agency_id, mistaken_at=None).first()


def grants_of_case(case_id: UUID, *, at: datetime) -> list[GrantFace]:
    """What the asking agency's own case opens, newest first."""
    return [
        GrantFace(
            id=row.id,
            recipient=row.recipient.name,
            categories=tuple(row.categories),
            purpose=row.purpose,
            basis=row.basis,
            from_at=row.from_at,
            until_at=row.until_at,
            withdrawn_at=row.withdrawn_at,
            state=_state(row.from_at, row.until_at, row.withdrawn_at, at),
        )
        for row in _granted(case_id)
    ]


@question
def _granted(case_id: UUID) -> QuerySet[Grant]:
    return Grant.objects.filter(case_id=case_id).select_related("recipient").order_by("-from_at")


def living_grant(grant_id: UUID, recipient: Agency, *, at: datetime) -> Grant | None:
    """The grant if it opens anything to this agency now; asked in the holder's transaction."""
    rows = Grant.objects.select_related("release").filter(living(at))
    return rows.filter(id=grant_id, recipient=recipient).exclude(kept_out(recipient.id)).first()


def held_grants(references: Iterable[str], *, by: Worker, at: datetime) -> list[HeldGrant]:
    """The grants of other agencies that this agency may read now about these references, oldest first."""
    wanted = [reference for reference in references if reference]
    return _held(by, at, wanted) if wanted and READ_GRANT.allows(by) else []


@question
def _held(by: Worker, at: datetime, wanted: list[str]) -> QuerySet[HeldGrant]:
    rows = reached(by, READ_GRANT, HeldGrant.objects.select_related("holder__node"), at=at)
    rows = rows.filter(reference__any=wanted, withdrawn_at=None, from_at__lte=at, until_at__gt=at)
    return rows.order_by("from_at", "id")


def read_held(held: HeldGrant, *, by: Worker, at: datetime) -> Read:
    """Ask the holder's node what the grant shows now; nothing of it is kept here but a keyed digest."""
    require(by, READ_GRANT, held, at=at)
    question = {"grant": str(held.grant_id), "purpose": held.purpose, "categories": list(held.categories)}
    try:
        told = peers.ask("read/1", question, by=by.agency, to=held.holder, at=at)
    except peers.Unreachable:
        return Read(None, "unreachable")
    sections = _sections(told.get("sections"), set(held.categories))
    if told.get("state") != "open" or sections is None:
        return Read(None, "closed")
    reading(
        "grant.read",
        about=held.id,
        by=by.id,
        agency=held.agency_id,
        at=at,
        grant=held.grant_id,
        digest=digest_shown(held.agency_id, told),
    )
    return Read(sections, "open", limits=str(told.get("limits") or held_limits(held)))


def digest_shown(agency_id: UUID, told: dict[str, Any]) -> bytes:
    """A digest of what was shown, keyed by the agency so that short answers cannot be guessed from it."""
    return sealing.keyring().index_token(agency_id, "shown:" + canonical(told).decode())


def _sections(told: Any, released: set[str]) -> tuple[Section, ...] | None:
    """The answer as plain values; what the grant does not name is dropped unread."""
    try:
        return tuple(
            Section(
                part["category"],
                shelf.label_of("release_categories", part["category"]),
                tuple((str(row["label"]), str(row["value"])) for row in part["rows"]),
            )
            for part in told
            if part["category"] in released
        )
    except (KeyError, TypeError):
        return None


def _state(from_at: datetime, until_at: datetime, withdrawn_at: datetime | None, at: datetime) -> State:
    if withdrawn_at is not None:
        return "withdrawn"
    if at >= until_at:
        return "ended"
    return "living" if at >= from_at else "not_yet"
