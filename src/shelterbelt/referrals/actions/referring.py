"""Send a referral to another agency.

Refuses without a release in force that names it, and tells no more than it opens.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.cases.models import Case
from shelterbelt.consent.models import Release
from shelterbelt.consent.policy import living_release
from shelterbelt.ledger.actions import record
from shelterbelt.referrals import letters
from shelterbelt.referrals.models import Referral, ReferralEvent
from shelterbelt.referrals.once import id_of
from shelterbelt.referrals.policy import REFER
from shelterbelt.sealing.errors import SealingError
from shelterbelt.store.ids import new_ref


class NoRelease(Exception):
    """No release in force opens this to that agency."""


def refer(
    case: Case,
    *,
    to: Agency,
    content: Mapping[str, Any],
    answer_back: bool = False,
    once: str = "",
    by: Worker,
    at: datetime,
) -> Referral:
    """Send what the release opens.

    `content`: name, language, instructions (or None), words by released category.
    """
    require(by, REFER, case, at=at)
    referral_id = id_of(case.id, f"{by.id} {once}" if once else "")
    before = Referral.objects.filter(id=referral_id).first()
    if before is not None:
        return before
    release = release_for(case, to, at=at)
    refuse_more_than(release, content)
    ref = new_ref()
    body = letters.referral(
        {"reference": ref, "release": release.ref, "answer_back": answer_back, "content": dict(content)}
    )
    letter = send_letter("referral/1", body, by=case.agency, to=to, at=at)
    key = new_key(case.agency_id)
    made = Referral.objects.create(
        id=referral_id, ref=ref, agency_id=case.agency_id, key=key,
        sealed=seal(key, case.agency_id, {"content": body["content"]}, about=referral_id),
        direction="out", peer=to, peer_ref="", case=case, release_id=release.id, answer_back=answer_back,
        letter_id=letter, made_at=at, made_by=by.id, answer="",
    )  # fmt: skip
    note(made, "sent", by=by.id, at=at)
    record("referral.sent", about=made.id, by=by.id, agency=case.agency_id, at=at)
    return made


def release_for(case: Case, to: Agency, *, at: datetime) -> Release:
    """The release in force that names this agency, the newest;

    its row is held so that a withdrawal waits or wins.
    """
    rows = Release.objects.select_for_update().filter(living_release(at), case_id=case.id, recipient=to)
    found = rows.order_by("-taken_at").first()
    if found is None:
        raise NoRelease
    return found


def may_still_leave(letter: Letter, *, at: datetime) -> bool:
    """Whether a letter that waits may go now: a referral only while a release in force opens all that it tells."""
    row = Referral.objects.filter(agency_id=letter.agency_id, letter_id=letter.id, direction="out").first()
    if row is None or letter.kind.split("/")[0] != "referral":
        return True
    known = Release.objects.filter(living_release(at))
    release = known.filter(id=row.release_id).first() if row.release_id else None
    try:
        if release is None:
            raise NoRelease
        refuse_more_than(release, opened(row)["content"])
    except (NoRelease, SealingError):
        note(row, "recalled", by=None, at=at)
        return False
    return True


def refuse_more_than(release: Release, content: Mapping[str, Any]) -> None:
    """Refuse what the release does not open: words of another category, or how to reach them."""
    told = set(content.get("words") or {})
    if content.get("instructions") is not None:
        told.add("safe_contact")
    if not told <= set(release.categories):
        raise NoRelease


def note(referral: Referral, kind: str, *, by: UUID | None, at: datetime) -> None:
    """Add to what became of a referral."""
    ReferralEvent.objects.create(agency_id=referral.agency_id, referral=referral, kind=kind, at=at, by=by)
