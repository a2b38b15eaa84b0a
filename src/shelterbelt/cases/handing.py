"""The pages by which an incident is handed over: one button, and one page afterwards that says nothing of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.guarding import NobodyThere, hand_over
from shelterbelt.cases.models import Incident
from shelterbelt.cases.policy import OPEN_INCIDENT, WRITE_CASE
from shelterbelt.cases.queries import incident_by_ref


@require_POST
def give(request: HttpRequest, ref: str) -> HttpResponse:
    """Hand an incident over, begun or recorded."""
    by, at = asker(request)
    return handing(request, incident_by_ref(ref, by=by, at=at, permission=OPEN_INCIDENT))


def handing(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Hand it over once everything typed is saved; says so where nobody can take it."""
    by, at = asker(request)
    try:
        hand_over(incident, by=by, at=at)
    except NobodyThere:
        shown = {"phone": _duty_phone(by.agency), "ref": incident.ref}
        return render(request, "cases/pages/nobody_there.html", shown, status=409)
    return redirect("handed_over")


@require_GET
def handed_over(request: HttpRequest) -> HttpResponse:
    """It is saved and with somebody else: the same page for everybody, whatever it was."""
    by, at = asker(request)
    require(by, WRITE_CASE, at=at)
    return render(request, "cases/pages/handed_over.html")


def _duty_phone(agency: Agency) -> str:
    return agency.duty_phone
