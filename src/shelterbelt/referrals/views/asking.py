"""The survivor's choice, on a phone beside them:

out of hearing first, then whether, how and by whom. A "no" is one tap.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shelterbelt.access.door import asker
from shelterbelt.agencies.models import VICTIM_SERVICES
from shelterbelt.agencies.queries import agencies_of_kind
from shelterbelt.cases.models import Incident
from shelterbelt.cases.queries import incident_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.people.queries import details
from shelterbelt.referrals import actions, queries
from shelterbelt.referrals.forms.contact import ChoiceForm, HearingForm, RequestForm
from shelterbelt.referrals.policy import ASK_CONTACT
from shelterbelt.ui.links import address

PAGES = "referrals/pages/"


def contact_choice(request: HttpRequest, ref: str) -> HttpResponse:
    """What was answered, or the first question; `?again` asks anew."""
    incident = _incident(request, ref)
    by, at = asker(request)
    form = HearingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        clear = form.cleaned_data["hearing"] == "clear"
        return redirect("contact_ask" if clear else "contact_wait", incident.ref)
    answered = queries.choices_of(incident, by=by, at=at)
    if answered and request.method != "POST" and "again" not in request.GET:
        shown = {"answers": answered, "phones": queries.duty_phones(), "again": True}
        return render(request, PAGES + "choice_made.html", {**_about(incident), **shown})
    return render(request, PAGES + "hearing.html", {**_about(incident), "form": form})


def contact_wait(request: HttpRequest, ref: str) -> HttpResponse:
    """Not now: the other person could overhear."""
    incident = _incident(request, ref)
    shown = {"form": ChoiceForm(), "phones": queries.duty_phones()}
    return render(request, PAGES + "wait.html", {**_about(incident), **shown})


def contact_ask(request: HttpRequest, ref: str) -> HttpResponse:
    """The question itself; every answer but yes is saved by the press of its button."""
    incident = _incident(request, ref)
    by, at = asker(request)
    form = ChoiceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if told["wish"] == "yes":
            way = address("contact_details", incident.ref)
            return redirect(f"{way}?consulted=1" if told["consulted"] else way)
        actions.ask_contact(
            incident,
            wanted=False,
            wish=told["wish"],
            consulted=told["consulted"],
            once=told["once"],
            by=by,
            at=at,
        )
        return redirect("contact_choice", incident.ref)
    shown = {"form": form, "phones": queries.duty_phones()}
    return render(request, PAGES + "ask.html", {**_about(incident), **shown})


def contact_details(request: HttpRequest, ref: str) -> HttpResponse:
    """How, when and by whom; then the request is sent."""
    incident = _incident(request, ref)
    by, at = asker(request)
    agencies = agencies_of_kind(*VICTIM_SERVICES)
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        agencies=agencies,
        at=at,
        zone=by.agency.time_zone,
        initial={**_known(incident), "consulted": "consulted" in request.GET},
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        actions.ask_contact(
            incident, wanted=True, to=form.agencies[told["to"]], instructions=form.asked(),
            consulted=told["consulted"], once=told["once"], by=by, at=at,
        )  # fmt: skip
        return redirect("contact_choice", incident.ref)
    shown = {"form": form, "phones": queries.duty_phones()}
    return render(request, PAGES + "details.html", {**_about(incident), **shown})


@require_POST
def contact_consulted(request: HttpRequest, ref: str) -> HttpResponse:
    """The advocate on duty was asked, without a name."""
    by, at = asker(request)
    choice = queries.choice_by_ref(ref, by=by, at=at)
    actions.note_consultation(choice, by=by, at=at)
    return redirect("contact_choice", choice.incident.ref if choice.incident else "")


def _incident(request: HttpRequest, ref: str) -> Incident:
    """The incident; each page of these questions is a look at it."""
    by, at = asker(request)
    found = incident_by_ref(ref, by=by, at=at, permission=ASK_CONTACT)
    reading("contact_choice", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return found


def _about(incident: Incident) -> dict[str, Any]:
    return {"ref": incident.ref, "home": address("incident", incident.ref) or "/"}


def _known(incident: Incident) -> dict[str, Any]:
    """What need not be told twice. Numbers are left out: one that was written down before may not be safe."""
    rows = incident.involvements.filter(role="survivor", until_at=None).select_related("person")
    for involved in rows[:1]:
        known = details(involved.person)
        return {name: known.get(name, "") for name in ("name", "language")}
    return {}
