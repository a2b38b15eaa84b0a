"""Take, end and receive consent: releases, agreements between system agencies, and the grants they open.

Refuses a release that is not complete and lawful, and any agreement over a victim-service agency's cases.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import is_system
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.consent.document import digest_of, plain, sealed_document, signed_text
from shelterbelt.consent.models import Grant, HeldGrant, Release
from shelterbelt.consent.policy import OPEN_AGREEMENT, TAKE_RELEASE, WITHDRAW_RELEASE
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.rules import releases
from shelterbelt.rules.reasons import Problem
from shelterbelt.rules.releases import Draft

OWN_FILE = frozenset({"case_file", "actions"})
CHANNELS = frozenset({"in_person", "phone", "writing", "message", "representative"})
LONG = "release.expiry_long"


class Incomplete(ValueError):
    """The release is not complete or not lawful; `problems` says which field and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"The release is not complete: {', '.join(one.code for one in self.problems)}")


def take_release(
    case_id: UUID,
    *,
    token: UUID,
    reference: str,
    recipient: Agency,
    draft: Draft,
    by: Worker,
    at: datetime,
    case_ref: str = "",
    long_confirmed: bool = False,
) -> Release:
    """Keep what was signed, open its grant and tell the recipient. The same `token` twice is one release.

    `reference` is the recipient's own word for the case; without one they get the release's reference.
    """
    require(by, TAKE_RELEASE, at=at)
    draft = replace(draft, recipients=(recipient.ref,))
    if problems := problems_of(
        draft, recipient=recipient, holder=by.agency, long_confirmed=long_confirmed, at=at
    ):
        raise Incomplete(problems)
    if before := Release.objects.filter(id=token).first():
        return _same(before, case_id, by)
    try:
        with transaction.atomic():
            return _kept(case_id, token, reference, recipient, draft, case_ref, by=by, at=at)
    except IntegrityError:
        return _same(Release.objects.filter(id=token).first(), case_id, by)


def problems_of(
    draft: Draft, *, recipient: Agency, holder: Agency, long_confirmed: bool, at: datetime
) -> tuple[Problem, ...]:
    """Everything that forbids this release now, on the holder's own calendar."""
    problems, warnings = releases.check(draft, on=_today(holder, at))
    found = list(problems)
    if recipient.id == holder.id:
        found.append(Problem("recipient", "release.own_agency"))
    if any(warning.code == LONG for warning in warnings) and not long_confirmed:
        found.append(Problem("long_confirmed", LONG))
    if set(draft.categories) - shelf.codes("release_categories"):
        found.append(Problem("categories", "release.category_unknown"))
    return tuple(found)


def _kept(
    case_id: UUID,
    token: UUID,
    reference: str,
    recipient: Agency,
    draft: Draft,
    case_ref: str,
    *,
    by: Worker,
    at: datetime,
) -> Release:
    if draft.starts_on is None or draft.expires_on is None:
        raise ValueError("a release without its days")
    holder, key, fields = by.agency, new_key(by.agency_id), plain(draft)
    from_at, until_at = releases.span(draft.starts_on, draft.expires_on, zone=holder.time_zone, signed_at=at)
    text = signed_text(fields, holder=holder, recipient=recipient, at=at)
    release = Release.objects.create(
        id=token,
        agency=holder,
        key=key,
        sealed=seal(key, holder.id, {**fields, "case_ref": case_ref}, about=token),
        document=sealed_document(text, key, holder.id, token),
        case_id=case_id,
        recipient=recipient,
        categories=list(draft.categories),
        starts_at=from_at,
        expires_at=until_at,
        taken_at=at,
        taken_by=by.id,
    )
    record("release.taken", about=release.id, by=by.id, agency=holder.id, at=at, digest=digest_of(text))
    _open_grant(release, reference, purpose=draft.purpose, at=at)
    return release


def _open_grant(release: Release, reference: str, *, purpose: str, at: datetime) -> None:
    grant = Grant.objects.create(
        agency=release.agency,
        case_id=release.case_id,
        recipient=release.recipient,
        categories=release.categories,
        purpose=purpose,
        basis="release",
        release=release,
        from_at=release.starts_at,
        until_at=release.expires_at,
    )
    body = {
        "grant": str(grant.id),
        "reference": reference or release.ref,
        "categories": list(grant.categories),
        "purpose": purpose,
        "from": grant.from_at.isoformat(),
        "until": grant.until_at.isoformat(),
    }
    send_letter("grant/1", body, by=release.agency, to=release.recipient, at=at)


def _same(found: Release | None, case_id: UUID, by: Worker) -> Release:
    """What the first click made; anything else under this token is not this worker's."""
    if found is None or found.agency_id != by.agency_id or found.case_id != case_id:
        raise NotForYou
    return found


def withdraw_release(release: Release, *, by: Worker, at: datetime, channel: str) -> Release:
    """End a release at once: its grants open nothing from this transaction on, and the recipient is told."""
    require(by, WITHDRAW_RELEASE, release, at=at)
    if channel not in CHANNELS:
        raise ValueError("a way of telling us that is not listed")
    row = (
        Release.objects.select_for_update(of=("self",))
        .select_related("agency", "recipient")
        .get(id=release.id)
    )
    if row.withdrawn_at is not None:
        return row
    withdrawal = {"channel": channel, "at": at.isoformat()}
    row.sealed = seal(bytes(row.key), row.agency_id, {**opened(row), "withdrawal": withdrawal}, about=row.id)
    row.withdrawn_at, row.withdrawn_by = at, by.id
    row.save(update_fields=["sealed", "withdrawn_at", "withdrawn_by"])
    for grant in row.grants.filter(withdrawn_at=None):
        grant.withdrawn_at = at
        grant.save(update_fields=["withdrawn_at"])
        body = {"grant": str(grant.id), "at": at.isoformat()}
        send_letter("withdrawal/1", body, by=row.agency, to=row.recipient, at=at)
    record("release.withdrawn", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def open_agreement(
    holder: Agency,
    recipient: Agency,
    categories: Sequence[str],
    case_id: UUID | None,
    purpose: str,
    from_at: datetime,
    until_at: datetime,
    *,
    by: Worker,
    at: datetime,
) -> Grant:
    """Open a system agency's case (or all of them) to another system agency of this node."""
    require(by, OPEN_AGREEMENT, at=at)
    if by.agency_id != holder.id:
        raise NotForYou
    _refuse_agreement(holder, recipient, categories, from_at, until_at)
    grant = Grant.objects.create(
        agency=holder,
        case_id=case_id,
        recipient=recipient,
        categories=sorted(categories),
        purpose=purpose,
        basis="agreement",
        from_at=from_at,
        until_at=until_at,
    )
    record("agreement.opened", about=grant.id, by=by.id, agency=holder.id, at=at)
    return grant


def _refuse_agreement(
    holder: Agency, recipient: Agency, categories: Sequence[str], from_at: datetime, until_at: datetime
) -> None:
    if not (is_system(holder) and is_system(recipient)):
        raise ValueError("An agreement exists between agencies of the justice system only.")
    if holder.node_id != recipient.node_id or holder.id == recipient.id:
        raise ValueError("An agreement joins two agencies of one node.")
    if not categories or not OWN_FILE.issuperset(categories):
        raise ValueError("An agreement names what it opens.")
    if not from_at < until_at:
        raise ValueError("An agreement has an end after its beginning.")


def take_in_grant(body: dict[str, Any], *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """Note a grant that another agency opened to this one."""
    held, made = HeldGrant.objects.get_or_create(
        grant_id=UUID(body["grant"]),
        defaults={
            "agency": to,
            "holder": sender,
            "reference": body["reference"],
            "purpose": body["purpose"],
            "categories": body["categories"],
            "from_at": datetime.fromisoformat(body["from"]),
            "until_at": datetime.fromisoformat(body["until"]),
        },
    )
    if made:
        record("grant.received", about=held.id, by=None, agency=to.id, at=at)


def take_in_withdrawal(
    body: dict[str, Any], *, letter: UUID, sender: Agency, to: Agency, at: datetime
) -> None:
    """Note that the holder ended a grant; a withdrawal that overtakes its grant closes it beforehand."""
    ended_at = datetime.fromisoformat(body["at"])
    held, _made = HeldGrant.objects.get_or_create(
        grant_id=UUID(body["grant"]),
        defaults={
            "agency": to,
            "holder": sender,
            "categories": [],
            "from_at": ended_at,
            "until_at": ended_at,
            "withdrawn_at": ended_at,
        },
    )
    if held.holder_id != sender.id:
        raise ValueError("a grant of another holder")
    if held.withdrawn_at is None or _made:
        HeldGrant.objects.filter(id=held.id).update(withdrawn_at=ended_at)
        record("grant.ended", about=held.id, by=None, agency=to.id, at=at)


def _today(holder: Agency, at: datetime) -> date:
    return at.astimezone(ZoneInfo(holder.time_zone)).date()
