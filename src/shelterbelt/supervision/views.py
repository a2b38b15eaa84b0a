"""Pages of who is detained: the list, a booking, a person, what survivors are to be told, and how they want to hear."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import may, require
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE, WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.notices.models import Notice
from shelterbelt.notices.policy import SEE_SAFE_CONTACT
from shelterbelt.notices.queries import notices_about
from shelterbelt.notices.show import message
from shelterbelt.people.models import Person
from shelterbelt.people.queries import details
from shelterbelt.rules.detention import Held
from shelterbelt.supervision import actions, queries
from shelterbelt.supervision.actions.hearing import about_person
from shelterbelt.supervision.actions.telling import TheirOwn, wish_of
from shelterbelt.supervision.facts import lines_about
from shelterbelt.supervision.forms import FindForm, HeardForm, ToldForm, WishForm
from shelterbelt.supervision.models import DetainedNews
from shelterbelt.supervision.policy import (
    CONFIRM_DETAINED_NEWS,
    LINK_BOOKING,
    SEE_DETAINED,
    SEE_DETAINED_NEWS,
)
from shelterbelt.supervision.words import LINES, NEWS, NEWS_STATES, STATES, WHY_UNKNOWN

PAGES = "supervision/pages/"


@require_GET
def detained_list(request: HttpRequest) -> HttpResponse:
    """Sources and how long they are silent, persons of whom something was heard, bookings that nobody has linked."""
    by, at = asker(request)
    require(by, SEE_DETAINED, at=at)
    reading("detained", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "sources": queries.sources(by, at=at),
        "people": [{"face": one, **said(one.detained)} for one in queries.people_detained(by, at=at)],
        "bookings": queries.bookings_unlinked(by, at=at),
        "may_link": may(by, LINK_BOOKING, at=at),
        "waiting": queries.news_waiting(by, at),
        "may_tell": may(by, SEE_DETAINED_NEWS, at=at),
    }
    return render(request, PAGES + "detained.html", shown)


@require_http_methods(["GET", "POST"])
def detained_booking(request: HttpRequest, ref: str) -> HttpResponse:
    """One booking: its lines, who it could be, and the tap that says who it is."""
    by, at = asker(request)
    # Whom somebody looks for is sent in the body: a name stands in no address.
    looks = request.method == "POST" and "find" in request.POST
    if request.method == "POST" and not looks:
        return _linked(request, ref)
    row = queries.booking_by_ref(ref, LINK_BOOKING if looks else SEE_DETAINED, by=by, at=at)
    reading("booking", about=row.id, by=by.id, agency=by.agency_id, at=at)
    form = FindForm(request.POST if looks else None)
    typed = form.cleaned_data["find"] if form.is_bound and form.is_valid() else ""
    whose = queries.booking_shown(row, at=at)
    may_link = may(by, LINK_BOOKING, row, at=at)
    look = may_link and whose.person is None
    shown = {
        "booking": whose,
        "state": said(whose.person.detained) if whose.person else None,
        "lines": _lines(row.lines.all()),
        "links": queries.links_of(row),
        "suggested": [_named(one) for one in queries.suggested(row)] if look else [],
        "found": [_named(one) for one in queries.people_called(typed, agency=by.agency_id)]
        if look and typed
        else [],
        "typed": typed,
        "form": form if look else None,
        "may_link": may_link,
    }
    return render(request, PAGES + "booking.html", shown, status=422 if form.errors else 200)


def _linked(request: HttpRequest, ref: str) -> HttpResponse:
    by, at = asker(request)
    row = queries.booking_by_ref(ref, LINK_BOOKING, by=by, at=at)
    person = queries.person_by_ref(request.POST.get("person", ""), LINK_BOOKING, by=by, at=at)
    actions.link_booking(row, person, by=by, at=at)
    messages.success(request, _("Saved. What was heard of this booking counts for this person from now on."))
    return redirect("detained_booking", ref)


@require_POST
def detained_booking_unlink(request: HttpRequest, ref: str) -> HttpResponse:
    """It was not that person."""
    by, at = asker(request)
    actions.unlink_booking(queries.booking_by_ref(ref, LINK_BOOKING, by=by, at=at), by=by, at=at)
    messages.success(
        request, _("Saved. What came of it is undone, and those who were told wrongly stand on the list.")
    )
    return redirect("detained_booking", ref)


@require_http_methods(["GET", "POST"])
def detained_person(request: HttpRequest, ref: str) -> HttpResponse:
    """How it stands with one person, by which lines; and what somebody was told by telephone."""
    by, at = asker(request)
    posts = request.method == "POST"
    person = queries.person_by_ref(ref, LINK_BOOKING if posts else SEE_DETAINED, by=by, at=at)
    form = HeardForm(request.POST if posts else None, at=at, zone=by.agency.time_zone)
    if posts and form.is_valid():
        told = form.cleaned_data
        actions.hear_call(person.id, told["kind"], told["happened_at"], told["words"], by=by, at=at)
        messages.success(request, _("Saved."))
        return redirect("detained_person", ref)
    reading("detained_person", about=person.id, by=by.id, agency=by.agency_id, at=at)
    face = queries.face_of(person, at=at)
    may_link = may(by, LINK_BOOKING, about_person(person.id, by), at=at)
    shown = {
        "face": face,
        **said(face.detained),
        "lines": _lines(lines_about(person.id, agency=by.agency_id)),
        "form": form if may_link else None,
        "may_link": may_link,
    }
    return render(request, PAGES + "person.html", shown, status=422 if form.errors else 200)


@require_POST
def detained_line_take_back(request: HttpRequest, ref: str) -> HttpResponse:
    """A line was wrong."""
    by, at = asker(request)
    row = actions.take_back_line(queries.line_by_ref(ref, LINK_BOOKING, by=by, at=at), by=by, at=at)
    messages.success(request, _("Taken back. It stays to be read and counts no more."))
    if row.booking is not None:
        return redirect("detained_booking", row.booking.ref)
    person = Person.objects.filter(id__in=[row.person_id] if row.person_id else []).first()
    return redirect("detained_person", person.ref) if person else redirect("detained")


@require_GET
def detained_news(request: HttpRequest) -> HttpResponse:
    """What survivors are still to be told, alarms first."""
    by, at = asker(request)
    require(by, SEE_DETAINED_NEWS, at=at)
    reading("detained_news", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    return render(
        request, PAGES + "news_list.html", {"news": [_news(one) for one in queries.news_open(by, at=at)]}
    )


@require_http_methods(["GET", "POST"])
def detained_news_one(request: HttpRequest, ref: str) -> HttpResponse:
    """One: what was heard, whom to call by which rules, what was sent, and the form by which a person confirms."""
    by, at = asker(request)
    posts = request.method == "POST"
    row = queries.news_by_ref(ref, CONFIRM_DETAINED_NEWS if posts else SEE_DETAINED_NEWS, by=by, at=at)
    form = ToldForm(request.POST if posts else None)
    if posts and form.is_valid():
        actions.confirm_news(row, form.cleaned_data["how"], form.cleaned_data["words"], by=by, at=at)
        messages.success(request, _("Saved. They are asked no more."))
        return redirect("detained_news")
    reading("detained_news", about=row.id, by=by.id, agency=by.agency_id, at=at)
    own_case = row.case.agency_id == by.agency_id
    shown = {
        **_news(queries.shown_news(row, at=at)),
        "case_ref": row.case.ref if may(by, SEE_CASE, row.case, at=at) else "",
        "reach": own_case and may(by, SEE_SAFE_CONTACT, at=at),
        "sent": _sent(row, request),
        "by": names_of([row.ended_by]).get(row.ended_by, ""),
        "words": queries.words_of(row),
        "form": form if row.state == "open" and may(by, CONFIRM_DETAINED_NEWS, row, at=at) else None,
    }
    return render(request, PAGES + "news.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def case_detained(request: HttpRequest, ref: str) -> HttpResponse:
    """For one case: how it stands with the other person, how the survivor wants to hear, and what they were told."""
    by, at = asker(request)
    require(by, SEE_DETAINED_NEWS, at=at)
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    wish = wish_of(case.id)
    form = WishForm(request.POST if request.method == "POST" else None, initial=_wished(case, wish))
    if request.method == "POST" and form.is_valid() and _wish_told(request, case, form):
        return redirect("case", ref)
    reading("detained_wish", about=case.id, by=by.id, agency=by.agency_id, at=at)
    other = case.other
    face = queries.face_of(other, at=at) if other else None
    seen = other is not None and may(by, SEE_DETAINED, about_person(other.id, by), at=at)
    shown = {
        "ref": ref,
        "face": face if seen else None,
        **(said(face.detained) if face and seen else {}),
        "form": form,
        "wish": wish,
        "news": [_news(one) for one in queries.news_of(case, by=by, at=at)],
        "reach": may(by, SEE_SAFE_CONTACT, at=at),
    }
    return render(request, PAGES + "case_detained.html", shown, status=422 if form.errors else 200)


def _wish_told(request: HttpRequest, case: Case, form: WishForm) -> bool:
    by, at = asker(request)
    wanted = form.cleaned_data["wanted"] == "yes"
    try:
        actions.tell_wish(case, wanted=wanted, named=form.named(), by=by, at=at)
    except TheirOwn:
        part = "number" if form.cleaned_data["way"] == "text" else "email"
        form.add_error(
            part, _("This is where the survivor themselves is reached. It must be somebody else’s.")
        )
        return False
    messages.success(request, _("Saved."))
    return True


def _wished(case: Case, wish: Any) -> dict[str, Any]:
    """What the form shows before anybody has typed: what stands."""
    language = str(details(case.survivor).get("language") or "")
    if wish is None:
        return {"language": language if language in ("en", "es") else ""}
    named = queries.named_in(wish) or {}
    to = {"text": "number", "email": "email"}.get(named.get("way", ""), "")
    shown: dict[str, Any] = {name: named.get(name, "") for name in ("name", "way", "language", "words")}
    return {**shown, "wanted": "yes" if wish.wanted else "no", **({to: named["to"]} if to else {})}


def said(detained: Held) -> dict[str, Any]:
    """How somebody's state is said: the word, since when, and why nobody knows."""
    why = [WHY_UNKNOWN[one.code] for one in detained.because if one.code in WHY_UNKNOWN]
    return {
        "state": STATES[detained.state],
        "code": detained.state,
        "since_at": detained.since_at,
        "expected_at": detained.expected_release_at,
        "next_at": detained.next_at,
        "why": why if detained.state == "unknown" else [],
    }


def _lines(rows: Any) -> list[dict[str, Any]]:
    return [{"line": one, "kind": LINES.get(one.kind, one.kind)} for one in queries.lines_shown(rows)]


def _named(person: Person) -> dict[str, str]:
    known = details(person)
    return {"ref": person.ref, "name": known.get("name", ""), "born_on": known.get("born_on", "")}


def _news(one: queries.NewsShown) -> dict[str, Any]:
    how = shelf.label_of("detained_told_how", one.row.how) if one.row.how else ""
    return {
        "one": one,
        "row": one.row,
        "what": [NEWS.get(code, code) for code in one.row.news],
        "state": NEWS_STATES[one.row.state],
        "how": _(how) if how else "",
    }


def _sent(row: DetainedNews, request: HttpRequest) -> list[dict[str, Any]]:
    """What was written to the survivor since this was heard, and what became of it."""
    by, at = asker(request)
    if not Notice.objects.filter(about=row.case_id, written_at__gte=row.heard_at).exists():
        return []
    faces = notices_about(row.case_id, by=by, at=at)
    return [message(face) for face in faces if face.written_at >= row.heard_at]
