"""Grants for programs: what the agency's own cases open to others, and ending that at once. Nothing can be made wider here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Router

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, may, require, visible
from shelterbelt.api.gate import ClientCredentials, program
from shelterbelt.api.problems import Refused
from shelterbelt.api.shapes import Cursor, EndIn, GrantOut, GrantsOut, Ref
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.consent.actions import end_grant, withdraw_release
from shelterbelt.consent.actions.ending import CHANNELS
from shelterbelt.consent.models import Grant, Release
from shelterbelt.consent.policy import END_GRANT, SEE_DISCLOSED, SEE_RELEASE, WITHDRAW_RELEASE
from shelterbelt.ledger.actions import reading

router = Router(tags=["grants"])
reads, ends = ClientCredentials("grants:read"), ClientCredentials("grants:end")
PAGE = 50


@router.get("/grants", response=GrantsOut, auth=reads)
def list_grants(request: HttpRequest, case: Cursor = "", after: Cursor = "") -> GrantsOut:
    """What the agency (or one case of it) opens to others, newest first; releases for those who may see them."""
    by, at = program(request)
    require(by, SEE_DISCLOSED, at=at)
    rows = _grants(by, at)
    if case:
        found = case_by_ref(case, by=by, at=at)
        if found.agency_id != by.agency_id:
            raise NotForYou
        rows = rows.filter(case_id=found.id)
        reading("case", about=found.id, by=by.id, agency=found.agency_id, at=at)
    else:
        reading("grants", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    last = rows.filter(ref=after).first() if after else None
    if last is not None:
        rows = rows.filter(Q(from_at__lt=last.from_at) | Q(from_at=last.from_at, id__lt=last.id))
    page = list(rows.order_by("-from_at", "-id")[: PAGE + 1])
    further = page[PAGE - 1].ref if len(page) > PAGE else ""
    return GrantsOut(grants=_out(page[:PAGE], by, at), next=further)


@router.get("/grants/{ref}", response=GrantOut, auth=reads)
def get_grant(request: HttpRequest, ref: Ref) -> GrantOut:
    """One grant."""
    by, at = program(request)
    found = _grant(ref, by, at)
    reading("authority", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return _out([found], by, at)[0]


@router.post("/grants/{ref}/end", response=GrantOut, auth=ends)
def end_one_grant(request: HttpRequest, ref: Ref, body: EndIn) -> GrantOut:
    """End a grant at once; one that rests on a release ends with the release, which the survivor withdraws."""
    by, at = program(request)
    found = _grant(ref, by, at)
    if found.release_id is None:
        require(by, END_GRANT, found, at=at)
        end_grant(found, by=by, at=at)
    else:
        _withdraw(found.release_id, body.channel, by, at)
    return _out([_grant(ref, by, at)], by, at)[0]


def _withdraw(release_id: UUID, channel: str, by: Worker, at: datetime) -> None:
    release: Any = visible(by, SEE_RELEASE, Release.objects.all(), at=at).filter(id=release_id).first()
    if release is None or not may(by, WITHDRAW_RELEASE, release, at=at):
        raise NotForYou
    if channel not in CHANNELS:
        raise Refused("channel")
    withdraw_release(release, by=by, at=at, channel=channel)


def _grants(by: Worker, at: datetime) -> QuerySet[Grant]:
    rows = visible(by, SEE_DISCLOSED, Grant.objects.select_related("recipient"), at=at)
    rows = rows.filter(agency_id=by.agency_id)
    return rows if SEE_RELEASE.allows(by) else rows.filter(release=None)


def _grant(ref: str, by: Worker, at: datetime) -> Grant:
    found = _grants(by, at).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def _out(rows: Iterable[Grant], by: Worker, at: datetime) -> list[GrantOut]:
    listed = list(rows)
    cases = visible(by, SEE_CASE, Case.objects.filter(id__in={r.case_id for r in listed if r.case_id}), at=at)
    refs = dict(cases.values_list("id", "ref"))
    return [
        GrantOut(
            ref=row.ref,
            case_ref=refs.get(row.case_id, "") if row.case_id else "",
            recipient=row.recipient.name,
            categories=list(row.categories),
            purpose=row.purpose,
            basis=row.basis,  # type: ignore[arg-type]
            from_at=row.from_at,
            until_at=row.until_at,
            ended_at=row.withdrawn_at,
        )
        for row in listed
    ]
