"""Pages of supervision: who is under it, the gravest first; one person with their conditions; an occasion in two taps."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.rules import may, require
from shelterbelt.ledger.actions import reading
from shelterbelt.library.detained import detained
from shelterbelt.people.queries import name_of
from shelterbelt.supervision import actions, kept
from shelterbelt.supervision.actions.keeping import NotThen, NotYet
from shelterbelt.supervision.forms import ConditionForm, OccasionForm, PersonForm, PlanForm, TapForm
from shelterbelt.supervision.models import Condition
from shelterbelt.supervision.policy import SEE_SUPERVISION, SUPERVISE
from shelterbelt.supervision.views import PAGES, said
from shelterbelt.supervision.words import COMPLIANCE, OUTCOMES, SIGNS
from shelterbelt.ui.beats import Beat, draw_row

# So many marks stand beside one another on a narrow screen.
MOST_BEATS, AHEAD = 10, "○"
LOOKS = {"not_met": "late", "not_known": "due", "met": "done", "not_yet": "quiet", "over": "quiet"}


@require_GET
def supervision_list(request: HttpRequest) -> HttpResponse:
    """Everybody under supervision, the gravest first."""
    by, at = asker(request)
    require(by, SEE_SUPERVISION, at=at)
    reading("supervision", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    rows = [
        {"one": one, "state": COMPLIANCE[one.gravest], "look": LOOKS[one.gravest]}
        for one in kept.supervised(by, at=at)
    ]
    shown = {"rows": rows, "may_write": may(by, SUPERVISE, at=at)}
    return render(request, PAGES + "supervision_list.html", shown)


@require_http_methods(["GET", "POST"])
def supervision_new(request: HttpRequest) -> HttpResponse:
    """Somebody comes under supervision."""
    by, at = asker(request)
    require(by, SUPERVISE, at=at)
    form = PersonForm(request.POST if request.method == "POST" else None, at=at, zone=by.agency.time_zone)
    if request.method == "POST" and form.is_valid():
        made = actions.begin_supervision(form.told(), form.cleaned_data["words"], by=by, at=at)
        return redirect("supervision_condition_new", made.ref)
    return render(request, PAGES + "supervision_new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def supervision(request: HttpRequest, ref: str) -> HttpResponse:
    """One person: how each condition stands, and one tap for the occasion that is to be written about."""
    by, at = asker(request)
    row = kept.supervision_by_ref(ref, SEE_SUPERVISION, by=by, at=at)
    reading("supervision", about=row.id, by=by.id, agency=by.agency_id, at=at)
    whole = kept.whole(row, at=at)
    shown = {
        "whole": whole,
        "detained": said(whole.detained) if whole.detained else None,
        "kept": [_condition(one, at) for one in whole.kept],
        "may_write": row.ended_at is None and may(by, SUPERVISE, row, at=at),
    }
    return render(request, PAGES + "supervision.html", shown)


@require_POST
def supervision_end(request: HttpRequest, ref: str) -> HttpResponse:
    """It is over."""
    by, at = asker(request)
    actions.end_supervision(kept.supervision_by_ref(ref, SUPERVISE, by=by, at=at), by=by, at=at)
    messages.success(request, _("Saved."))
    return redirect("supervision", ref)


@require_http_methods(["GET", "POST"])
def supervision_condition_new(request: HttpRequest, ref: str) -> HttpResponse:
    """A condition is set."""
    by, at = asker(request)
    row = kept.supervision_by_ref(ref, SUPERVISE, by=by, at=at)
    found = {one.ref: one for one in kept.orders_binding(row, at=at)}
    zone = by.agency.time_zone
    given = request.POST if request.method == "POST" else None
    form = ConditionForm(given, at=at, zone=zone, orders=kept.order_choices(found.values(), zone))
    if request.method == "POST" and form.is_valid():
        order = found.get(form.cleaned_data.get("order") or "")
        try:
            actions.set_condition(
                row, form.cleaned_data["kind"], form.cleaned_data["words"], **form.told(zone),
                order_id=order.id if order else None, by=by, at=at,
            )  # fmt: skip
        except NotThen:
            form.add_error(None, _("This supervision is over."))
        else:
            return redirect("supervision", ref)
    shown = {"form": form, "name": name_of(row.person), "ref": ref}
    return render(request, PAGES + "condition_new.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def supervision_condition(request: HttpRequest, ref: str) -> HttpResponse:
    """One condition: every occasion with what was written before, and the form that corrects or adds one."""
    by, at = asker(request)
    posts = request.method == "POST"
    row = kept.condition_by_ref(ref, SUPERVISE if posts else SEE_SUPERVISION, by=by, at=at)
    form = OccasionForm(request.POST if posts else None, at=at, zone=by.agency.time_zone)
    if posts and form.is_valid():
        told = form.cleaned_data
        fault = _recorded(row, told["occasion_at"], told["outcome"], told["words"], request)
        if not fault:
            return redirect("supervision_condition", ref)
        form.add_error("occasion_at", fault)
    return _condition_page(request, row, form, PlanForm(zone=by.agency.time_zone))


@require_POST
def supervision_tap(request: HttpRequest, ref: str) -> HttpResponse:
    """The second of two taps: how an occasion went that stands on the page."""
    by, at = asker(request)
    row = kept.condition_by_ref(ref, SUPERVISE, by=by, at=at)
    form = TapForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        fault = _recorded(row, told["occasion_at"], told["outcome"], "", request)
        if fault:
            messages.error(request, fault)
    return redirect("supervision", row.supervision.ref)


@require_POST
def supervision_plan(request: HttpRequest, ref: str) -> HttpResponse:
    """The next occasion."""
    by, at = asker(request)
    row = kept.condition_by_ref(ref, SUPERVISE, by=by, at=at)
    plan = PlanForm(request.POST, zone=by.agency.time_zone)
    if plan.is_valid():
        try:
            actions.plan_occasion(row, plan.cleaned_data["planned_at"], by=by, at=at)
        except NotThen:
            plan.add_error("planned_at", _("The condition does not hold then."))
        else:
            return redirect("supervision_condition", ref)
    return _condition_page(request, row, OccasionForm(zone=by.agency.time_zone), plan)


@require_POST
def supervision_condition_end(request: HttpRequest, ref: str) -> HttpResponse:
    """It holds no more."""
    by, at = asker(request)
    row = actions.end_condition(kept.condition_by_ref(ref, SUPERVISE, by=by, at=at), by=by, at=at)
    messages.success(request, _("Saved."))
    return redirect("supervision", row.supervision.ref)


def _recorded(row: Condition, occasion_at: datetime, outcome: str, words: str, request: HttpRequest) -> str:
    """Writes an occasion down; the words for why not."""
    by, at = asker(request)
    try:
        actions.record_occasion(row, occasion_at, outcome, words, by=by, at=at)
    except NotYet:
        return _("This has not been yet. Only “excused” is known beforehand.")
    except NotThen:
        return _("The condition does not hold then.")
    messages.success(request, _("Written down."))
    return ""


def _condition_page(request: HttpRequest, row: Condition, form: OccasionForm, plan: PlanForm) -> HttpResponse:
    by, at = asker(request)
    reading("condition", about=row.id, by=by.id, agency=by.agency_id, at=at)
    found = next(one for one in kept.kept_of(row.supervision, at=at) if one.row.id == row.id)
    over = row.supervision.ended_at is not None or found.glance.state == "over"
    shown = {
        **_condition(found, at),
        "name": name_of(row.supervision.person),
        "supervision_ref": row.supervision.ref,
        "form": form,
        "plan": plan,
        "may_write": not over and may(by, SUPERVISE, row, at=at),
    }
    return render(request, PAGES + "condition.html", shown, status=422 if form.errors or plan.errors else 200)


def _condition(one: kept.Kept, at: datetime) -> dict[str, Any]:
    """A condition as its page and the glance show it."""
    entries = [
        {
            "entry": entry,
            "outcome": OUTCOMES[entry.outcome],
            "ahead": entry.planned_at > at,
            "before": [(OUTCOMES[code], when, by, words) for code, when, by, words in entry.before],
        }
        for entry in reversed(one.entries)
    ]
    return {
        "kept": one,
        "state": COMPLIANCE[one.glance.state],
        "look": LOOKS[one.glance.state],
        "entries": entries,
        "picture": _picture(one, at),
        "now": at.isoformat(),
        "asks": one.asks_at.isoformat() if one.asks_at else "",
        "order": kept.order_words(one.row),
    }


def _picture(one: kept.Kept, at: datetime) -> str:
    """The last occasions in a row, and the next; nothing where there were none. Beyond these the table tells."""
    begins = at - detained().shown_for
    inside = [entry for entry in one.entries if begins <= entry.planned_at][-MOST_BEATS:]
    if not inside:
        return ""
    beats = [
        Beat(
            (place + 0.5) / len(inside),
            AHEAD if entry.planned_at > at else SIGNS[entry.outcome],
            entry.outcome != "there",
        )
        for place, entry in enumerate(inside)
    ]
    past = [entry for entry in inside if entry.planned_at <= at]
    counts = {code: sum(entry.outcome == code for entry in past) for code in OUTCOMES}
    told = "; ".join(f"{OUTCOMES[code]}: {count}" for code, count in counts.items() if count)
    return draw_row(beats, id=f"row-{one.row.ref}", title=one.label, says=told)
