"""Reading referrals out and in.

The sender sees "delivered" and, only when the survivor released it, the answer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import by_ref, visible
from shelterbelt.agencies.models import Letter
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.consent.models import Release
from shelterbelt.consent.policy import living_release
from shelterbelt.referrals.models import Referral, ReferralEvent
from shelterbelt.referrals.policy import RECEIVING_KINDS, REFER, SEE_REFERRALS

PAGE = 50


@dataclass(frozen=True)
class ReferralFace:
    """A referral as a list shows it; `peer` is the agency or the service, `state` a code for words."""

    ref: str
    direction: str
    peer: str
    made_at: datetime
    state: str


def referral_by_ref(ref: str, *, by: Worker, at: datetime) -> Referral:
    """The referral behind a reference, if this worker may have it; refused otherwise."""
    return by_ref(_referral_rows, SEE_REFERRALS, ref, by=by, at=at)


def _referral_rows() -> QuerySet[Referral]:
    return Referral.objects.select_related("peer", "service", "case", "agency")


def referral_content(referral: Referral) -> dict[str, Any]:
    """What the referral holds, opened."""
    return opened(referral)


def referral_face(row: Referral, delivered: bool) -> ReferralFace:
    """A referral as a list shows it."""
    peer = row.peer.name if row.peer else row.service.name if row.service else ""
    return ReferralFace(row.ref, row.direction, peer, row.made_at, _state(row, delivered))


def _state(row: Referral, delivered: bool) -> str:
    if row.peer_id is None:
        return "noted"
    if row.direction == "in":
        return row.answer or "new"
    return row.answer if row.answer and row.answer_back else "delivered" if delivered else "sent"


def referrals_of(
    by: Worker, at: datetime, direction: str, *, page: int = 1
) -> tuple[list[ReferralFace], bool]:
    """The agency's referrals in one direction, newest first, and whether there are more."""
    rows = visible(by, SEE_REFERRALS, Referral.objects.select_related("peer", "service"), at=at)
    start = (page - 1) * PAGE
    found = list(rows.filter(direction=direction).order_by("-made_at", "-id")[start : start + PAGE + 1])
    return _faces(found[:PAGE]), len(found) > PAGE


def referrals_of_case(case: Case, *, by: Worker, at: datetime) -> list[ReferralFace]:
    """The referrals of one case, newest first."""
    rows = visible(by, SEE_REFERRALS, Referral.objects.select_related("peer", "service"), at=at)
    return _faces(list(rows.filter(case=case).order_by("-made_at", "-id")))


def _faces(rows: list[Referral]) -> list[ReferralFace]:
    letters = [row.letter_id for row in rows if row.letter_id]
    arrived = set(
        Letter.objects.filter(id__in=letters).exclude(delivered_at=None).values_list("id", flat=True)
    )
    return [referral_face(row, row.letter_id in arrived) for row in rows]


def referrals_waiting(by: Worker, at: datetime) -> int:
    """How many referrals that came in are not answered."""
    return visible(by, SEE_REFERRALS, Referral.objects.filter(direction="in", answer=""), at=at).count()


def events_of(referral: Referral) -> list[dict[str, Any]]:
    """What became of a referral, oldest first."""
    rows = list(ReferralEvent.objects.filter(referral=referral).order_by("at", "id"))
    names = names_of(row.by for row in rows)
    return [{"kind": row.kind, "at": row.at, "by": names.get(row.by, "")} for row in rows]


def releases_to_refer(case: Case, *, by: Worker, at: datetime) -> list[Release]:
    """Releases in force of this case, the newest for each agency;

    what a referral may tell stands on one of them.
    """
    rows = visible(by, REFER, Release.objects.select_related("recipient", "recipient__node"), at=at)
    newest: dict[UUID, Release] = {}
    for row in rows.filter(living_release(at), case_id=case.id, recipient__kind__in=RECEIVING_KINDS).order_by(
        "taken_at"
    ):
        newest[row.recipient_id] = row
    return sorted(newest.values(), key=lambda r: r.recipient.name)
