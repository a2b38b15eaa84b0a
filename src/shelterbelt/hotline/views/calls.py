"""Contacts with the hotline: who waits, one contact in a few taps, call-backs, hand-overs, a case if they wish one, counts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import require
from shelterbelt.cases.policy import OPEN_DIRECT_CASE
from shelterbelt.cases.queries import page_of
from shelterbelt.hotline import actions, queries
from shelterbelt.hotline.actions.calls import COUNTED
from shelterbelt.hotline.forms import CallForm, ColleagueForm, FileForm, ServiceForm, TryForm
from shelterbelt.hotline.models import Call
from shelterbelt.hotline.policy import LOG_CALLS, SEE_CALL_COUNTS, SEE_CALLS
from shelterbelt.hotline.words import NOT_NOW, STEPS, TABLES, quarter_said, reach_shown, waited
from shelterbelt.ledger.actions import reading
from shelterbelt.notices.words import why
from shelterbelt.referrals.forms.casework import HOW_SAID
from shelterbelt.referrals.views.inbox import page_number
from shelterbelt.referrals.words import label, labels
from shelterbelt.ui.links import address

PAGES = "hotline/pages/"


def calls(request: HttpRequest) -> HttpResponse:
    """Who waits to be called back, with how long; and what was written down lately."""
    by, at = asker(request)
    require(by, SEE_CALLS, at=at)
    page = page_number(request)
    recent, more = queries.recent_calls(by, at, page=page)
    reading("calls", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "waiting": [
            {"one": one, "waited": waited(one.waits_since or at, at)} for one in queries.queue(by, at)
        ],
        "recent": [
            {
                "one": one,
                "kind": label("call_kinds", one.kind),
                "outcome": label("call_outcomes", one.outcome),
            }
            for one in recent
        ],
        "newer": f"?page={page - 1}" if page > 1 else "",
        "older": f"?page={page + 1}" if more else "",
        "counts": SEE_CALL_COUNTS.allows(by),
    }
    return render(request, PAGES + "calls.html", shown)


def call_new(request: HttpRequest) -> HttpResponse:
    """Write one down."""
    by, at = asker(request)
    require(by, LOG_CALLS, at=at)
    form = CallForm(request.POST if request.method == "POST" else None, at=at, zone=by.agency.time_zone)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        made = actions.log_call(
            form.counted(),
            happened_at=told["happened_at"],
            name=told["called"],
            words=told["words"],
            instructions=form.told(),
            once=told["once"],
            by=by,
            at=at,
        )
        messages.success(request, _("Written down."))
        return redirect("call", made.ref) if made.waits_since else redirect("calls")
    return render(request, PAGES + "call_new.html", {"form": form})


def call(request: HttpRequest, ref: str) -> HttpResponse:
    """One contact, with what may be done now and what may not."""
    return _page(request, _found(request, ref))


@require_POST
def call_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Write a call-back down; one that they forbade is refused, with the reason."""
    found, (by, at) = _found(request, ref), asker(request)
    form = TryForm(request.POST)
    if not form.is_valid():
        return _page(request, found, tried=form)
    try:
        actions.call_back(found, **form.cleaned_data, by=by, at=at)
    except actions.Forbidden as refused:
        said = why(reason.code for reason in refused.because)
        form.add_error("channel", NOT_NOW % {"why": said})
        return _page(request, found, tried=form)
    messages.success(request, _("Written down."))
    return redirect("call", ref)


@require_POST
def call_hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand it to a colleague."""
    found, (by, at) = _found(request, ref), asker(request)
    form = ColleagueForm(request.POST, colleagues=queries.colleagues(by))
    if not form.is_valid():
        return _page(request, found, hand=form)
    told = form.cleaned_data
    actions.hand_over_call(found, form.worker(), words=told["words"], once=told["once"], by=by, at=at)
    messages.success(request, _("Handed over."))
    return redirect("call", ref)


@require_POST
def call_pass_on(request: HttpRequest, ref: str) -> HttpResponse:
    """Note that they were brought to another service."""
    found, (by, at) = _found(request, ref), asker(request)
    form = ServiceForm(request.POST, services=queries.services())
    if not form.is_valid():
        return _page(request, found, passed=form)
    told = form.cleaned_data
    actions.pass_on_call(
        found, form.chosen(), how=told["how"], words=told["words"], once=told["once"], by=by, at=at
    )
    messages.success(request, _("Written down. Nothing was sent."))
    return redirect("call", ref)


def call_case(request: HttpRequest, ref: str) -> HttpResponse:
    """Open a case, if they wish one; or go to the one that is open."""
    found, (by, at) = _found(request, ref), asker(request)
    require(by, OPEN_DIRECT_CASE, at=at)
    if found.case is not None:
        return redirect(address("case", found.case.ref) or "calls")
    named = {"name": queries.call_content(found).get("name", "")}
    form = FileForm(request.POST if request.method == "POST" else None, initial=named)
    if request.method == "POST" and form.is_valid():
        case = actions.open_case_for_call(found, **form.cleaned_data, by=by, at=at)
        return redirect(page_of(case, by=by, at=at))
    reading("call", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return render(request, PAGES + "call_case.html", {"form": form, "back": address("call", ref)})


def call_counts(request: HttpRequest) -> HttpResponse:
    """What came in the quarters that have ended. A few are never told."""
    by, at = asker(request)
    require(by, SEE_CALL_COUNTS, at=at)
    found = queries.counted(by, at)
    reading("call_counts", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    tables = [
        {
            "title": TABLES[table.name],
            "rows": [
                {"label": label(COUNTED[table.name], code) or _("Not said"), "cells": cells}
                for code, cells in table.rows
            ],
        }
        for table in found.tables
    ]
    shown = {
        "quarters": [quarter_said(*one) for one in found.quarters],
        "totals": found.totals,
        "tables": tables,
        "least": found.least,
    }
    return render(request, PAGES + "counts.html", shown)


def _found(request: HttpRequest, ref: str) -> Call:
    by, at = asker(request)
    return queries.call_by_ref(ref, by=by, at=at, permission=LOG_CALLS)


def _page(
    request: HttpRequest,
    found: Call,
    *,
    tried: TryForm | None = None,
    hand: ColleagueForm | None = None,
    passed: ServiceForm | None = None,
) -> HttpResponse:
    by, at = asker(request)
    reading("call", about=found.id, by=by.id, agency=found.agency_id, at=at)
    told = queries.call_content(found)
    shown: dict[str, Any] = {
        "ref": found.ref,
        "name": told.get("name", ""),
        "words": told.get("words", ""),
        "happened_at": found.happened_at,
        "waited": waited(found.waits_since, at) if found.waits_since else "",
        "lines": _lines(told),
        "reach": reach_shown(found, at),
        "taken_by": names_of([found.taken_by]).get(found.taken_by, ""),
        "handed_to": names_of([found.handed_to]).get(found.handed_to, ""),
        "steps": [_step(one) for one in queries.steps_of(found)],
        "case_url": address("case", found.case.ref) if found.case else "",
        "tried": tried or TryForm(),
        "hand": hand or ColleagueForm(colleagues=queries.colleagues(by)),
        "passed": passed or ServiceForm(services=queries.services()),
    }
    return render(request, PAGES + "call.html", shown)


def _lines(told: dict[str, Any]) -> list[dict[str, Any]]:
    """What was counted, in words; what was not said is not shown."""
    found = []
    for name, listed in COUNTED.items():
        value = told.get(name)
        if value:
            codes = value if isinstance(value, list) else [value]
            found.append({"key": TABLES[name], "list": labels(listed, codes)})
    return found


def _step(one: dict[str, Any]) -> dict[str, Any]:
    about = [
        label("contact_outcomes", one.get("outcome", "")),
        label("contact_channels", one.get("channel", "")),
        one.get("service", ""),
        str(HOW_SAID.get(one.get("how", ""), "")),
        one["to"],
    ]
    return {
        "title": STEPS[one["kind"]],
        "about": " · ".join(part for part in about if part),
        "words": one.get("words", ""),
        "at": one["at"],
        "by": one["by"],
    }
