"""The room of releases: load, one call, answer. Nothing is decided here, and nothing here opens anything."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.access.survivors import own_hand
from shelterbelt.agencies.models import Agency
from shelterbelt.consent.actions import narrow_release, withdraw_release
from shelterbelt.consent.forms import keeping
from shelterbelt.consent.hands import OWN_HAND, Signed, release_by_hand, releases_by_hand
from shelterbelt.consent.models import Release
from shelterbelt.consent.queries import recipients_for
from shelterbelt.consent.show import state_of
from shelterbelt.consent.words import label
from shelterbelt.conversations.actions import begin_wish, settle_wish
from shelterbelt.conversations.queries import Wished, wish_by_ref, wishes_of
from shelterbelt.portal import own, shell, ways
from shelterbelt.portal.papers.forms import LessForm, WishForm
from shelterbelt.portal.visitors import Visitor

PAGES = "portal/papers/pages/"
# What the signed paper says of “them”, said to the survivor as “you”.
OPENS, FOR = "release_categories_yours", "release_purposes_yours"
GOING = ("living", "not_yet", "waits")


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Every release of theirs, and what they began to think of."""
    here = own.around(visitor)
    found = releases_by_hand(by=visitor.survivor, at=visitor.at)
    wishes = wishes_of(own.own_file(visitor))
    shown: dict[str, Any] = {
        "papers": [_face(one, here.agency) for one in found],
        "wishes": [_wished(one, visitor, here.agency) for one in wishes],
        "can_wish": bool(here.cases and here.trusted),
    }
    return shell.page(visitor, PAGES + "papers.html", **shown)


def one(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """One release in plain words, with what was read through it."""
    here = own.around(visitor)
    row, signed = release_by_hand(ref, by=visitor.survivor, at=visitor.at)
    shown: dict[str, Any] = {
        "paper": _face(signed, here.agency),
        "keeps": keeping(row.recipient),
        "looked": [
            {
                "at": own.said(look.at, here.agency),
                "reader": look.reader,
                "what": [label(OPENS)(code) for code in look.categories],
            }
            for look in signed.looked
        ],
        "can_wish": bool(here.cases and here.trusted),
    }
    return shell.page(visitor, PAGES + "paper.html", **shown)


def end(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Ask once, then end it at once."""
    here = own.around(visitor)
    row, signed = release_by_hand(ref, by=visitor.survivor, at=visitor.at)
    if request.method == "POST":
        withdraw_release(row, by=visitor.survivor, at=visitor.at, channel=OWN_HAND)
        return ways.to(visitor, "papers-one", ref)
    return shell.page(
        visitor, PAGES + "end.html", paper=_face(signed, here.agency), keeps=keeping(row.recipient)
    )


def less(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Leave less of it, at once."""
    here = own.around(visitor)
    row, signed = release_by_hand(ref, by=visitor.survivor, at=visitor.at)
    if signed.face.state not in GOING:
        return ways.to(visitor, "papers-one", ref)
    told: dict[str, Any] = {"at": visitor.at, "zone": signed.zone}
    form = LessForm(request.POST or None, categories=signed.categories, last=_last_day(row), **told)
    if request.method == "POST" and form.is_valid():
        narrow_release(row, form.asked(), by=visitor.survivor, at=visitor.at, channel=OWN_HAND)
        return ways.to(visitor, "papers-one", ref)
    status = 422 if form.is_bound else 200
    return shell.page(
        visitor, PAGES + "less.html", status=status, form=form, paper=_face(signed, here.agency)
    )


def wish(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Begin to think of a new release: it goes to whom they trust, and opens nothing."""
    return _wish(request, visitor, None)


def more(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Begin to think of sharing more with whoever has a release already."""
    row, _signed = release_by_hand(ref, by=visitor.survivor, at=visitor.at)
    return _wish(request, visitor, row)


def _wish(request: HttpRequest, visitor: Visitor, row: Release | None) -> HttpResponse:
    here = own.around(visitor)
    if not (here.cases and here.trusted):
        return ways.to(visitor, "papers-home")
    case_id = row.case_id if row else here.cases[0].id
    only = row.recipient if row else None
    with own_hand(visitor.survivor, at=visitor.at):
        recipients = recipients_for(here.agency, case_id)
    form = WishForm(request.POST or None, recipients=recipients, only=only)
    if request.method == "POST" and form.is_valid():
        file, told = own.own_file(visitor), form.told(only)
        release_id = row.id if row else None
        begin_wish(file, case_id, told, release_id=release_id, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "papers-home")
    status = 422 if form.is_bound else 200
    shown = {"form": form, "ref": row.ref if row else "", "who": only.name if only else ""}
    return shell.page(visitor, PAGES + "wish.html", status=status, advocate=here.names[0], **shown)


def take_back(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """They think of it no more."""
    if request.method == "POST":
        found = wish_by_ref(ref, by=visitor.survivor, at=visitor.at)
        settle_wish(found.row, "taken_back", by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "papers-home")


def _last_day(row: Release) -> date:
    local = row.expires_at.astimezone(ZoneInfo(row.agency.time_zone))
    return date.fromordinal(local.date().toordinal() - 1)


def _face(signed: Signed, agency: Agency) -> dict[str, Any]:
    face, told = signed.face, signed.told
    last = date.fromordinal(face.expires_at.astimezone(ZoneInfo(signed.zone)).date().toordinal() - 1)
    return {
        "ref": face.ref,
        "who": face.recipient,
        "state": _("Ended by you") if signed.by_own_hand else state_of(face),
        "code": face.state,
        "what": [label(OPENS)(code) for code in signed.categories],
        "purpose": told.get("purpose_words") or label(FOR)(str(told.get("purpose", ""))),
        "limits": signed.limits,
        "first_day": own.said(face.starts_at, agency, "day"),
        "last_day": own.said(last, agency),
        "ended_at": own.said(face.withdrawn_at, agency),
        "going": face.state in GOING,
        "after_death": face.state == "waits",
    }


def _wished(found: Wished, visitor: Visitor, agency: Agency) -> dict[str, Any]:
    told = found.told
    named = Agency.objects.filter(ref=str(told.get("recipient", ""))).values_list("name", flat=True).first()
    return {
        "ref": found.row.ref,
        "who": named or "",
        "what": [label(OPENS)(code) for code in told.get("categories", ())],
        "words": told.get("words", ""),
        "at": own.said(found.row.asked_at, agency, "day"),
    }
