"""The reviewer's desk: matches to decide, broken glass, who asked for what is closed to them, walls. No file is here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.access.tries import tries_met
from shelterbelt.access.watching import glass_to_review
from shelterbelt.ledger.actions import reading
from shelterbelt.people import actions, review
from shelterbelt.people.forms import DecisionForm, LiftForm
from shelterbelt.people.policy import REVIEW


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the reviewer, and the walls that stand."""
    by, at = asker(request)
    require(by, REVIEW, at=at)
    reading("desk", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "doubts": review.doubts(by=by, at=at),
        "glass": glass_to_review(by=by, at=at),
        "tries": tries_met(by=by, at=at),
        "walls": review.walls(by=by, at=at),
    }
    return render(request, "people/pages/desk.html", shown)


@require_http_methods(["GET", "POST"])
def doubt(request: HttpRequest, ref: str) -> HttpResponse:
    """One match, and the decision about it."""
    by, at = asker(request)
    conflict, shown = review.doubt_by_ref(ref, by=by, at=at)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        walled, reason = form.cleaned_data["decision"] == "wall", form.cleaned_data["reason"]
        actions.decide_conflict(conflict, walled=walled, reason=reason, by=by, at=at)
        return redirect("desk")
    reading("conflict", about=conflict.id, by=by.id, agency=by.agency_id, at=at)
    page = {"form": form, "doubt": shown}
    return render(request, "people/pages/doubt.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def wall(request: HttpRequest, ref: str) -> HttpResponse:
    """One wall, and why it is taken away."""
    by, at = asker(request)
    found, shown = review.wall_by_ref(ref, by=by, at=at)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.lift_wall(found, reason=form.cleaned_data["reason"], by=by, at=at)
        return redirect("desk")
    reading("wall", about=found.id, by=by.id, agency=by.agency_id, at=at)
    page = {"form": form, "wall": shown}
    return render(request, "people/pages/wall.html", page, status=422 if form.errors else 200)
