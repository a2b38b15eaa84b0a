"""Workers' pages of help alerts: who is there, what is open, one alert, and the set-up with a survivor."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.sealed import opened
from shelterbelt.alerts import actions, queries
from shelterbelt.alerts.forms import EndForm, SetUpForm, ThereForm
from shelterbelt.alerts.models import HelpSetup
from shelterbelt.alerts.policy import BE_THERE, SET_UP_HELP
from shelterbelt.alerts.released import may_be_named
from shelterbelt.alerts.words import OUTCOMES, STATES, WAYS
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.safety.files import file_of


@require_http_methods(["GET", "POST"])
def help_alerts(request: HttpRequest) -> HttpResponse:
    """Who is there, and the alerts that are open; the form that says “I am here”."""
    by, at = asker(request)
    require(by, BE_THERE, at=at)
    form = ThereForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.be_there(form.until(at), form.cleaned_data["number"], by=by, at=at)
        return redirect("help_alerts")
    reading("help_alerts", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "form": form,
        "presence": queries.presence_of(by=by, at=at),
        "roster": queries.roster(by=by, at=at),
        "alerts": [_line(face) for face in queries.open_alerts(by=by, at=at)],
        "unreadable": queries.unreadable(by=by, at=at),
        "places": queries.places_shared_with(by=by, at=at),
        "at": at,
    }
    return render(request, "alerts/pages/alerts.html", shown, status=422 if form.errors else 200)


def _line(face: queries.AlertFace) -> dict[str, Any]:
    return {"face": face, "state": STATES[face.state], "url": reverse("help_alert", args=[face.ref])}


@require_POST
def there_again(request: HttpRequest) -> HttpResponse:
    """“I am still here.”"""
    by, at = asker(request)
    actions.still_there(by=by, at=at)
    return redirect("help_alerts")


@require_POST
def there_no_more(request: HttpRequest) -> HttpResponse:
    """“I am leaving.”"""
    by, at = asker(request)
    actions.leave(by=by, at=at)
    return redirect("help_alerts")


@require_http_methods(["GET", "POST"])
def help_alert(request: HttpRequest, ref: str) -> HttpResponse:
    """One alert: since when, what to know, who was told, and the form that ends it."""
    by, at = asker(request)
    whole = queries.alert_by_ref(ref, by=by, at=at)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.end_alert(whole.row, form.cleaned_data["outcome"], form.cleaned_data["words"], by=by, at=at)
        return redirect("help_alerts")
    reading("help_alert", about=whole.row.id, by=by.id, agency=by.agency_id, at=at)
    told = [{"telling": one, "way": WAYS[one.way], "who": one.who} for one in whole.tellings]
    shown = {
        "whole": whole,
        "state": STATES[whole.face.state],
        "outcome": OUTCOMES.get(whole.face.outcome, ""),
        "told": told,
        "form": form,
    }
    return render(request, "alerts/pages/alert.html", shown, status=422 if form.errors else 200)


@require_POST
def help_alert_answer(request: HttpRequest, ref: str) -> HttpResponse:
    """“I have it.”"""
    by, at = asker(request)
    actions.answer_alert(queries.alert_by_ref(ref, by=by, at=at).row, by=by, at=at)
    return redirect("help_alert", ref)


@require_http_methods(["GET", "POST"])
def help_set_up(request: HttpRequest, ref: str) -> HttpResponse:
    """Set help alerts up together with the survivor of a case."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at)
    file = file_of(case.survivor_id)
    if case.agency_id != by.agency_id or file is None:
        raise NotForYou
    require(by, SET_UP_HELP, file, at=at)
    row = HelpSetup.objects.filter(person_id=file.person_id).first()
    about = (case.id, case.survivor_id)
    given = request.POST if request.method == "POST" else None
    police = [(str(one.id), one.name) for one in may_be_named(file.person_id, by.agency_id, at=at)]
    before = opened(row) if row else None
    form = SetUpForm(given, before=before, about=about, agency=by.agency_id, police=police)
    if request.method == "POST" and form.is_valid():
        actions.set_up_help(file, form.told(), by=by, at=at)
        return redirect("case", ref)
    reading("help_setup", about=file.id, by=by.id, agency=by.agency_id, at=at)
    shown = {"form": form, "ref": ref, "there": row is not None}
    return render(request, "alerts/pages/set_up.html", shown, status=422 if form.errors else 200)


@require_POST
def help_set_up_end(request: HttpRequest, ref: str) -> HttpResponse:
    """There is no help alert any more."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at)
    row = HelpSetup.objects.filter(person_id=case.survivor_id).first()
    if row is None:
        raise NotForYou
    actions.end_setup(row, by=by, at=at)
    return redirect("case", ref)
