"""Narrow and end releases: at once, under the row's lock, each step kept; the recipient is told.

A worker does it on the survivor's word, or the survivor by their own hand: then it is theirs, or there is nothing.

Refuses to widen: what two people ask for at the same time leaves what both would leave. What was signed stays as it was.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.access.survivors import Survivor, require_own
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened, seal
from shelterbelt.consent.hands import OWN_HAND, whose
from shelterbelt.consent.models import Grant, HeldGrant, Narrowing, Release
from shelterbelt.consent.policy import CLOSE_CONSENT, NARROW_RELEASE, WITHDRAW_RELEASE
from shelterbelt.consent.show import limits_in
from shelterbelt.ledger.actions import record
from shelterbelt.rules import releases
from shelterbelt.sealing.digests import digest
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.store.journal import note

CHANNELS = frozenset({"in_person", "phone", "writing", "message", "representative"})
Because = Literal["death", "closure", "agency", "withdrawn"]


@dataclass(frozen=True)
class Narrower:
    """What somebody asks to be left of a release: what stays, an earlier last day, more limits, nothing written later."""

    categories: frozenset[str] | None = None
    expires_on: date | None = None
    limits: str = ""
    nothing_later: bool = False


def withdraw_release(release: Release, *, by: Worker | Survivor, at: datetime, channel: str) -> Release:
    """End a release at once: its grants open nothing from this transaction on, and the recipient is told."""
    require_own(by, WITHDRAW_RELEASE, whose(release, by, at=at), at=at)
    refuse_channel(channel, by)
    with as_agency(by.agency_id, at=at):
        row = locked(release.id)
        if row.withdrawn_at is None:
            end_withdrawn(row, by=by.id, at=at, channel=channel)
    return row


def end_withdrawn(row: Release, *, by: UUID, at: datetime, channel: str) -> None:
    """Close a locked release because of its survivor's word."""
    _end(row, "withdrawn", by=by, at=at, channel=channel)


def narrow_release(
    release: Release, asked: Narrower, *, by: Worker | Survivor, at: datetime, channel: str
) -> Release:
    """Leave only what both the release as it stands and the asker would leave; ends it when that is nothing."""
    require_own(by, NARROW_RELEASE, whose(release, by, at=at), at=at)
    refuse_channel(channel, by)
    with as_agency(by.agency_id, at=at):
        row = locked(release.id)
        if row.withdrawn_at is not None:
            return row
        left = _left(row, asked)
        if not left.categories or left.expires_at <= at:
            _end(row, "withdrawn", by=by.id, at=at, channel=channel)
        elif left.changes(row, asked):
            _narrow(row, left, asked, by=by.id, at=at, channel=channel)
    return row


def locked(release_id: UUID) -> Release:
    """The release as it stands now; whoever else would change it waits until this transaction ends."""
    rows = Release.objects.select_for_update(of=("self",)).select_related("agency__node", "recipient__node")
    return rows.get(id=release_id)


@dataclass(frozen=True)
class _Left:
    categories: frozenset[str]
    expires_at: datetime

    def changes(self, row: Release, asked: Narrower) -> bool:
        same = self.categories == set(row.categories) and self.expires_at == row.expires_at
        return not same or bool(asked.limits.strip()) or asked.nothing_later


def _left(row: Release, asked: Narrower) -> _Left:
    categories = frozenset(row.categories)
    if asked.categories is not None:
        categories &= asked.categories
    expires_at = row.expires_at
    if asked.expires_on is not None:
        _from, until = releases.span(
            asked.expires_on, asked.expires_on, zone=row.agency.time_zone, signed_at=row.taken_at
        )
        expires_at = min(expires_at, until)
    return _Left(categories, expires_at)


def _narrow(row: Release, left: _Left, asked: Narrower, *, by: UUID, at: datetime, channel: str) -> None:
    told = opened(row)
    limits = [*told.get("more_limits", []), *([asked.limits.strip()] if asked.limits.strip() else [])]
    step = _step(row, left, asked, channel)
    row.categories, row.expires_at = sorted(left.categories), max(left.expires_at, row.starts_at)
    row.narrowed_at = at
    row.sealed = seal(bytes(row.key), row.agency_id, {**told, "more_limits": limits}, about=row.id)
    _keep_step(row, step, by=by, at=at)
    row.save(update_fields=["categories", "expires_at", "narrowed_at", "sealed"])
    for grant in row.grants.filter(withdrawn_at=None):
        _narrow_grant(grant, row, asked, limits_in(told["scope"], limits), at=at)
    record("release.narrowed", about=row.id, by=by, agency=row.agency_id, at=at, digest=digest(step))
    note("release.narrowed", row.id, agency=row.agency_id, at=at, left=_still_open(row, asked))


def _still_open(row: Release, asked: Narrower) -> dict[str, Any] | None:
    """What the journal keeps for a restore. Words are not kept there: a release whose limits would be lost ends then."""
    if asked.limits.strip() or asked.nothing_later:
        return None
    return {"categories": list(row.categories), "until": row.expires_at.isoformat()}


def _step(row: Release, left: _Left, asked: Narrower, channel: str) -> dict[str, Any]:
    """What the step was, in words that are sealed; the random line keeps its digest from being guessed."""
    return {
        "channel": channel,
        "categories": [sorted(row.categories), sorted(left.categories)],
        "expires_at": [row.expires_at.isoformat(), left.expires_at.isoformat()],
        "limits": asked.limits.strip(),
        "nothing_later": asked.nothing_later,
        "random": secrets.token_hex(16),
    }


def _keep_step(row: Release, step: dict[str, Any], *, by: UUID, at: datetime) -> None:
    step_id = uuid7()
    Narrowing.objects.create(
        id=step_id,
        agency_id=row.agency_id,
        release=row,
        case_id=row.case_id,
        at=at,
        by=by,
        sealed=seal(bytes(row.key), row.agency_id, step, about=step_id),
    )


def _narrow_grant(grant: Grant, row: Release, asked: Narrower, limits: str, *, at: datetime) -> None:
    grant.categories = sorted({*grant.categories} & {*row.categories})
    grant.until_at = min(grant.until_at, row.expires_at)
    grant.written_until = narrowed_times(grant, at) if asked.nothing_later else grant.written_until
    grant.narrowed_at = at
    grant.save(update_fields=["categories", "until_at", "written_until", "narrowed_at"])
    body = {
        "grant": str(grant.id),
        "categories": grant.categories,
        "until": grant.until_at.isoformat(),
        "limits": limits,
        "at": at.isoformat(),
    }
    send_letter("narrowing/1", body, by=row.agency, to=row.recipient, at=at)


def narrowed_times(grant: Grant, at: datetime) -> dict[str, str]:
    """Every category up to now at the latest; one that ends earlier keeps its end."""
    now = at.isoformat()
    known = {code: datetime.fromisoformat(text) for code, text in grant.written_until.items()}
    return {
        code: known[code].isoformat() if code in known and known[code] < at else now
        for code in grant.categories
    }


def _end(row: Release, because: str, *, by: UUID | None, at: datetime, channel: str = "") -> None:
    """Close a locked release and its grants, tell the recipient, and leave a line in the ledger and the journal."""
    ending = {"channel": channel, "at": at.isoformat()}
    row.sealed = seal(bytes(row.key), row.agency_id, {**opened(row), "withdrawal": ending}, about=row.id)
    row.withdrawn_at, row.withdrawn_by, row.ended_because = at, by, because
    row.save(update_fields=["sealed", "withdrawn_at", "withdrawn_by", "ended_because"])
    for grant in row.grants.filter(withdrawn_at=None):
        close_grant(grant, by=row.agency, to=row.recipient, at=at)
    record(
        "release.withdrawn" if because == "withdrawn" else "release.ended",
        about=row.id,
        by=by,
        agency=row.agency_id,
        at=at,
    )
    note("release.withdrawn", row.id, agency=row.agency_id, at=at)


def close_grant(grant: Grant, *, by: Agency, to: Agency, at: datetime) -> None:
    """Let a grant open nothing from now on, and tell its recipient's node."""
    grant.withdrawn_at = at
    grant.save(update_fields=["withdrawn_at"])
    send_letter("withdrawal/1", {"grant": str(grant.id), "at": at.isoformat()}, by=by, to=to, at=at)


def refuse_channel(channel: str, by: Worker | Survivor) -> None:
    """Refuse a way of telling us that is not listed: nobody but they themselves does it by their own hand."""
    if channel not in ({OWN_HAND} if isinstance(by, Survivor) else CHANNELS):
        raise ValueError("a way of telling us that is not listed")


def end_releases_of_case(
    case_id: UUID, *, because: Literal["death", "closure"], by: Worker, at: datetime
) -> int:
    """End every release of the asking agency's case; returns how many ended.

    What a court ordered or a law demands is no survivor's word: it ends by its own record (disclosures).
    """
    require(by, CLOSE_CONSENT, at=at)
    with as_agency(by.agency_id, at=at):
        rows = Release.objects.filter(agency_id=by.agency_id, case_id=case_id)
        return _end_all(rows, Grant.objects.none(), because, by=by, at=at)


def end_releases_of_agency(agency: Agency, *, by: Worker, at: datetime, holder: Agency | None = None) -> int:
    """End all that the asking agency opened to an agency that is gone, or all of its own when it is that one.

    Nothing passes to a successor: what another agency opened to this one ends too, and its holder is told.
    What others on this node (`holder`) opened to an agency that has closed is ended in their name.
    """
    require(by, CLOSE_CONSENT, at=at)
    mine = holder or by.agency
    if by.agency_id != mine.id and agency.closed_at is None:
        raise NotForYou
    either = Q(recipient=agency) | Q(agency=agency)
    own = Q(agency=mine)
    with as_agency(mine.id, at=at):  # also what a wall or a restriction hides from whoever closes it
        rows, grants = Release.objects.filter(own, either), Grant.objects.filter(own, either)
        count = _end_all(rows, grants, "agency", by=by, at=at)
        held = HeldGrant.objects.filter(own, Q(holder=agency) | Q(agency=agency), withdrawn_at=None)
        return count + _let_go(held, agency, by=by, at=at)


def end_releases_to(recipient: Agency, cases: Iterable[UUID], *, by: Worker, at: datetime) -> int:
    """The survivor named an agency as never to see: every release of these cases to it ends."""
    require(by, CLOSE_CONSENT, at=at)
    rows = Release.objects.filter(agency_id=by.agency_id, recipient=recipient, case_id__in=list(cases))
    return _end_all(rows, Grant.objects.none(), "withdrawn", by=by, at=at)


def _end_all(rows: Any, grants: Any, because: Because, *, by: Worker, at: datetime) -> int:
    count = 0
    for release_id in rows.filter(withdrawn_at=None).order_by("id").values_list("id", flat=True):
        row = locked(release_id)
        if row.withdrawn_at is None and not (because == "death" and row.after_death):
            _end(row, because, by=by.id, at=at)
            count += 1
    for grant in grants.filter(release=None, withdrawn_at=None).order_by("id").select_for_update():
        end_other(grant, by=by.id, at=at)
        count += 1
    return count


def end_other(grant: Grant, *, by: UUID | None, at: datetime) -> None:
    """Close one grant by itself, with its line in ledger and journal."""
    close_grant(grant, by=grant.agency, to=grant.recipient, at=at)
    record("grant.ended", about=grant.id, by=by, agency=grant.agency_id, at=at)
    note("grant.ended", grant.id, agency=grant.agency_id, at=at)


def end_after_mistake(case_id: UUID, *, by: Worker, at: datetime) -> None:
    """Close what after-death instructions opened: the survivor is alive, and the instructions wait again."""
    rows = Grant.objects.filter(agency_id=by.agency_id, case_id=case_id, release__after_death=True)
    for grant in rows.filter(withdrawn_at=None).order_by("id").select_for_update(of=("self",)):
        end_other(grant, by=by.id, at=at)


def end_by_recipient(grant: Grant, *, at: datetime) -> None:
    """Its recipient is gone: the release ends, or the grant where no release stands behind it."""
    if grant.release_id is None:
        if grant.withdrawn_at is None:
            end_other(grant, by=None, at=at)
        return
    row = locked(grant.release_id)
    if row.withdrawn_at is None:
        _end(row, "agency", by=None, at=at)


def _let_go(held: Any, gone: Agency, *, by: Worker, at: datetime) -> int:
    count = 0
    for row in (
        held.order_by("id").select_for_update(of=("self",)).select_related("agency__node", "holder__node")
    ):
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        if row.agency_id == gone.id:
            body = {"grant": str(row.grant_id), "at": at.isoformat()}
            send_letter("recipient_gone/1", body, by=row.agency, to=row.holder, at=at)
        record("grant.ended", about=row.id, by=by.id, agency=row.agency_id, at=at)
        note("grant.ended", row.id, agency=row.agency_id, at=at)
        count += 1
    return count
