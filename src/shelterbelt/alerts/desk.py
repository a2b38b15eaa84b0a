"""Pages of calls for help at a police agency. Decides nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.alerts import actions, calls
from shelterbelt.alerts.policy import SEE_CALLS_FOR_HELP
from shelterbelt.alerts.words import ASKS, OVER
from shelterbelt.ledger.actions import reading


@require_safe
def calls_for_help(request: HttpRequest) -> HttpResponse:
    """Those that are open, and those that are just over."""
    by, at = asker(request)
    require(by, SEE_CALLS_FOR_HELP, at=at)
    reading("calls_for_help", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    over = [{"row": row, "why": OVER[row.over_because]} for row in calls.calls_just_over(by=by, at=at)]
    shown = {"calls": calls.calls_for_help(by=by, at=at), "over": over, "at": at}
    return render(request, "alerts/pages/calls.html", shown)


@require_safe
def call_for_help(request: HttpRequest, ref: str) -> HttpResponse:
    """One: whom to go to, and what they ask for."""
    by, at = asker(request)
    found = calls.call_for_help(ref, by=by, at=at)
    reading("call_for_help", about=found.row.id, by=by.id, agency=by.agency_id, at=at)
    shown = {"call": found, "asks": ASKS.get(found.asks, ""), "why": OVER.get(found.row.over_because, "")}
    return render(request, "alerts/pages/call.html", shown)


@require_POST
def call_for_help_take(request: HttpRequest, ref: str) -> HttpResponse:
    """“We are going.”"""
    by, at = asker(request)
    actions.take_call(calls.call_for_help(ref, by=by, at=at).row, by=by, at=at)
    return redirect("call_for_help", ref)


@require_POST
def call_for_help_close(request: HttpRequest, ref: str) -> HttpResponse:
    """It is over here."""
    by, at = asker(request)
    actions.close_call(calls.call_for_help(ref, by=by, at=at).row, by=by, at=at)
    return redirect("calls_for_help")
