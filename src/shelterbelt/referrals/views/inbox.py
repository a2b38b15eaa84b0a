"""The advocates' inbox:

take a request on, try to reach them by their rules, open a case, end it. The sender is told nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.cases.policy import OPEN_DIRECT_CASE
from shelterbelt.cases.queries import page_of
from shelterbelt.ledger.actions import reading
from shelterbelt.referrals import actions, queries
from shelterbelt.referrals.forms.casework import AttemptForm, EndForm, OpenForm
from shelterbelt.referrals.instructions import decision, reached_at
from shelterbelt.referrals.models import ContactRequest
from shelterbelt.referrals.policy import ANSWER_REQUESTS, SEE_REQUESTS
from shelterbelt.referrals.reach import request_instructions
from shelterbelt.referrals.words import CONTACT, EVERY_DAY, label, labels, said
from shelterbelt.ui.links import address

PAGES = "referrals/pages/"


def page_number(request: HttpRequest) -> int:
    """Which page of a list is asked for; anything unread is the first."""
    text = request.GET.get("page", "1")
    return min(int(text), 10_000) if text.isascii() and text.isdigit() and int(text) else 1


def contact_requests(request: HttpRequest) -> HttpResponse:
    """The list, new ones first."""
    by, at = asker(request)
    require(by, SEE_REQUESTS, at=at)
    ended, page = request.GET.get("list") == "ended", page_number(request)
    rows, more = queries.inbox(by, at, ended=ended, page=page)
    reading("contact_requests", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    keep = "&list=ended" if ended else ""
    shown = {
        "rows": rows,
        "ended": ended,
        "newer": f"?page={page - 1}{keep}" if page > 1 else "",
        "older": f"?page={page + 1}{keep}" if more else "",
    }
    return render(request, PAGES + "requests.html", shown)


def contact_request(request: HttpRequest, ref: str) -> HttpResponse:
    """One request, with what may be done now and what may not."""
    return _page(request, _request(request, ref))


@require_POST
def contact_request_take(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it on."""
    by, at = asker(request)
    actions.acknowledge(_request(request, ref), by=by, at=at)
    return redirect("contact_request", ref)


@require_POST
def contact_request_try(request: HttpRequest, ref: str) -> HttpResponse:
    """Write a try down as it was, also one that went against the instructions."""
    by, at = asker(request)
    found, form = _request(request, ref), AttemptForm(request.POST)
    if not form.is_valid():
        return _page(request, found, attempt=form)
    against = actions.note_attempt(found, **form.cleaned_data, by=by, at=at)
    if against:
        why = " ".join(str(CONTACT[code]) for code in against if code in CONTACT)
        messages.warning(
            request, _("Written down. This went against their instructions: %(why)s") % {"why": why}
        )
    else:
        messages.success(request, _("Written down."))
    return redirect("contact_request", ref)


def contact_request_case(request: HttpRequest, ref: str) -> HttpResponse:
    """Open the agency's own case, or go to the one that is open."""
    by, at = asker(request)
    found = _request(request, ref)
    require(by, OPEN_DIRECT_CASE, at=at)
    if found.case is not None:
        return redirect(address("case", found.case.ref) or "contact_requests")
    name = queries.request_content(found)["name"]
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"name": name})
    if request.method == "POST" and form.is_valid():
        case = actions.open_case_for_request(found, **form.cleaned_data, by=by, at=at)
        return redirect(page_of(case, by=by, at=at))
    reading("contact_request", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return render(request, PAGES + "open_case.html", {"form": form, "back": address("contact_request", ref)})


@require_POST
def contact_request_end(request: HttpRequest, ref: str) -> HttpResponse:
    """End it with its outcome."""
    by, at = asker(request)
    found, form = _request(request, ref), EndForm(request.POST)
    if not form.is_valid():
        return _page(request, found, end=form)
    actions.end_request(found, **form.cleaned_data, by=by, at=at)
    return redirect("contact_request", ref)


def _request(request: HttpRequest, ref: str) -> ContactRequest:
    by, at = asker(request)
    return queries.request_by_ref(ref, by=by, at=at)


def _page(
    request: HttpRequest,
    found: ContactRequest,
    *,
    attempt: AttemptForm | None = None,
    end: EndForm | None = None,
) -> HttpResponse:
    by, at = asker(request)
    if not may(by, ANSWER_REQUESTS, found, at=at):
        raise NotForYou
    reading("contact_request", about=found.id, by=by.id, agency=found.agency_id, at=at)
    asked = queries.request_content(found)
    shown = {
        "ref": found.ref,
        "sender": found.sender.name,
        "arrived_at": found.arrived_at,
        "name": asked["name"],
        "spoken": label("languages", asked["language"]),
        "interpreter": asked["interpreter"],
        "words": asked["words"],
        "rules": rules_shown(request_instructions(found, asked["instructions"], at=at), at),
        "acknowledged_at": found.acknowledged_at,
        "case_url": address("case", found.case.ref) if found.case else "",
        "ended_at": found.ended_at,
        "ended": _ended(asked.get("ended")),
        "attempts": [_tried(one) for one in queries.attempts_of(found)],
        "attempt": attempt or AttemptForm(),
        "end": end or EndForm(),
    }
    return render(request, PAGES + "request.html", shown, status=200)


def rules_shown(told: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Contact instructions as large plain rules:

    each channel with whether it is allowed at this moment, and why not.
    """
    ways = []
    for channel in told["channels"]:
        judged = decision(told, channel, at)
        ways.append(
            {
                "label": label("contact_channels", channel),
                "at": reached_at(told, channel),
                "allowed": judged.allowed,
                "why": said(judged.because),
            }
        )
    all_week = sorted(told["days"]) == EVERY_DAY
    return {
        "ways": ways,
        "days": _("Every day") if all_week else ", ".join(labels("safe_days", told["days"])),
        "from": told["from"],
        "until": told["until"],
        "zone": told["zone"],
        "voicemail": told["voicemail"],
        "code_word": told["code_word"],
        "may_answer": told["may_answer"],
    }


def _tried(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": label("contact_outcomes", one["outcome"]),
        "channel": label("contact_channels", one["channel"]),
        "words": one["words"],
        "against": [str(CONTACT[code]) for code in one["against"] if code in CONTACT],
        "at": one["at"],
        "by": one["by"],
    }


def _ended(told: Mapping[str, Any] | None) -> dict[str, str]:
    if not told:
        return {}
    return {"outcome": label("action_outcomes", told["outcome"]), "words": told["words"]}
