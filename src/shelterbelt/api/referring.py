"""Referrals for programs: what came and what was sent, and the answer to what came. The same rules and readings as on pages."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.api.gate import ClientCredentials, program
from shelterbelt.api.problems import Refused
from shelterbelt.api.shapes import AnswerIn, Ref, ReferralOut, ReferralsOut, ReferralTold
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.referrals import actions, queries
from shelterbelt.referrals.models import Referral
from shelterbelt.referrals.policy import ANSWER_REFERRALS, SEE_REFERRALS

router = Router(tags=["referrals"])
reads, answers = ClientCredentials("referrals:read"), ClientCredentials("referrals:answer")
PageNumber = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/referrals", response=ReferralsOut, auth=reads)
def list_referrals(
    request: HttpRequest, direction: Literal["in", "out"] = "in", page: PageNumber = 1
) -> ReferralsOut:
    """What came in, or what went out, newest first."""
    by, at = program(request)
    require(by, SEE_REFERRALS, at=at)
    rows, more = queries.referrals_of(by, at, direction, page=page)
    reading("referrals", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    return ReferralsOut(referrals=[ReferralOut.model_validate(vars(row)) for row in rows], more=more)


@router.get("/referrals/{ref}", response=ReferralTold, auth=reads)
def get_referral(request: HttpRequest, ref: Ref) -> ReferralTold:
    """One referral with what was told in it."""
    by, at = program(request)
    return _told(queries.referral_by_ref(ref, by=by, at=at), by, at)


@router.post("/referrals/{ref}/answer", response=ReferralTold, auth=answers)
def answer_referral(request: HttpRequest, ref: Ref, body: AnswerIn) -> ReferralTold:
    """Accept or decline what came in, once; the sender learns it only if the survivor released that."""
    by, at = program(request)
    found = queries.referral_by_ref(ref, by=by, at=at)
    require(by, ANSWER_REFERRALS, found, at=at)
    if found.direction != "in":
        raise NotForYou
    if body.answer == "declined" and body.reason not in shelf.codes("referral_decline_reasons"):
        raise Refused("reason")
    actions.answer_referral(found, answer=body.answer, reason=body.reason, words=body.words, by=by, at=at)
    return _told(queries.referral_by_ref(ref, by=by, at=at), by, at)


def _told(found: Referral, by: Worker, at: datetime) -> ReferralTold:
    reading("referral", about=found.id, by=by.id, agency=found.agency_id, at=at)
    told = queries.referral_content(found)
    content = told.get("content") or {}
    shown = queries.referral_face(found, bool(queries.delivered_at(found.letter_id)))
    known = found.direction == "in" or found.answer_back
    return ReferralTold(
        **vars(shown),
        name=content.get("name", ""),
        language=content.get("language", ""),
        words=dict(content.get("words") or {}),
        answer=found.answer if known else "",
        reason=str(told.get("reason", "")) if known else "",
    )
