"""A worker's own work, how it ended, and for the coordinator what is overdue.

Names of survivors stay with the agency that holds them.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import may, require
from shelterbelt.cases.drafts import drafts_of, handed_to
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import OPEN_INCIDENT
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.people.queries import name_of
from shelterbelt.response import actions, queries
from shelterbelt.response.forms import DoneForm
from shelterbelt.response.models import Action
from shelterbelt.response.policy import SEE_OVERDUE, SEE_WORK
from shelterbelt.store.questions import question
from shelterbelt.ui.links import address


def my_work(request: HttpRequest) -> HttpResponse:
    """Open work of the worker and of their unit, most overdue first."""
    by, at = asker(request)
    require(by, SEE_WORK, at=at)
    found, older = queries.my_work(by, at=at, after=request.GET.get("after", "")[:22])
    reading("work", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    opens = may(by, OPEN_INCIDENT, at=at)
    page = {
        "lines": _lines(found, request),
        "older": "?" + urlencode({"after": older}) if older else "",
        "first": address("work") if request.GET.get("after") else "",
        "new_incident": address("incident_new") if opens else "",
        "drafts": [{"url": address("incident", d.ref), "at": d.opened_at} for d in drafts_of(by, at=at)]
        if opens
        else [],
        "handed": [{"url": address("incident", one.ref), "at": one.handed_at} for one in handed_to(by, at=at)]
        if opens
        else [],
    }
    return render(request, "response/pages/work.html", page)


def _lines(found: list[Action], request: HttpRequest) -> list[dict[str, Any]]:
    by, at = asker(request)
    names = _survivors(found)
    lines = []
    for action, shown in zip(found, queries.work(found, by=by, at=at), strict=True):
        lines.append(
            {
                "work": shown,
                "whom": names.get(action.case_id, ""),
                "url": _url(shown),
                "done": address("action_done", shown.ref),
            }
        )
    return lines


def _survivors(found: Iterable[Action]) -> dict[Any, str]:
    ids = sorted({action.case_id for action in found if action.case_id})
    return {case.id: name_of(case.survivor) for case in _cases(ids)} if ids else {}


@question
def _cases(ids: list[UUID]) -> QuerySet[Case]:
    return Case.objects.filter(id__any=ids).select_related("survivor")


def _url(shown: queries.Work) -> str:
    for name, ref in (
        ("reassessment", shown.reassessment_ref),
        ("case", shown.case_ref),
        ("incident", shown.incident_ref),
        ("contact_request", shown.request_ref),
    ):
        if ref:
            return address(name, ref)
    return ""


def action_done(request: HttpRequest, ref: str) -> HttpResponse:
    """What work is asked for, and how it ended; or take it."""
    by, at = asker(request)
    action = queries.action_by_ref(ref, by=by, at=at)
    reading("action", about=action.id, by=by.id, agency=action.agency_id, at=at)
    if action.kind == queries.SECOND_LOOK and action.done_at is None and request.method != "POST":
        return redirect(_url(queries.work([action], by=by, at=at)[0]))
    if request.method == "POST" and "take" in request.POST:
        actions.take_action(action, by, at=at)
        messages.success(request, _("This is yours now."))
        return redirect("action_done", ref)
    if request.method != "POST":
        return _done_page(request, action, DoneForm())
    form = DoneForm(request.POST, at=at)
    if not form.is_valid():
        return _done_page(request, action, form, status=422)
    given = form.cleaned_data
    done = actions.complete_action(action, given["outcome"], given["note"], by=by, at=at)
    said = _("Passed on. It stays open and is due as before.") if done.done_at is None else _("Saved.")
    messages.success(request, said)
    return redirect(_back(action) or address("work"))


def _done_page(request: HttpRequest, action: Action, form: DoneForm, *, status: int = 200) -> HttpResponse:
    by, at = asker(request)
    shown = queries.work([action], by=by, at=at)[0]
    notes = queries.notes_of(action)
    names = names_of(note["by"] for note in notes)
    page = {
        "work": shown,
        "form": form,
        "whom": _survivors([action]).get(action.case_id, ""),
        "notes": [_note(note, names.get(note["by"], "")) for note in notes],
        "back": _back(action) or address("work"),
        "record": _url(shown),
    }
    return render(request, "response/pages/action.html", page, status=status)


def _note(note: dict[str, Any], by: str) -> dict[str, Any]:
    outcome = _(shelf.label_of("action_outcomes", note["outcome"]))
    return {"title": outcome, "text": note["note"], "at": note["at"], "by": by}


def _back(action: Action) -> str:
    for name, row in (("case", action.case), ("incident", action.incident)):
        if row is not None:
            return address(name, row.ref)
    return ""


def overdue(request: HttpRequest) -> HttpResponse:
    """What is overdue at the agencies that agreed to show it: agency, unit, kind, how long. No names."""
    by, at = asker(request)
    require(by, SEE_OVERDUE, at=at)
    found, older = queries.overdue_work(by, at=at, after=request.GET.get("after", "")[:22])
    reading("overdue", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    page = {
        "rows": [_overdue_row(action) for action in found],
        "older": "?" + urlencode({"after": older}) if older else "",
        "first": address("overdue") if request.GET.get("after") else "",
    }
    return render(request, "response/pages/overdue.html", page)


def _overdue_row(action: Action) -> dict[str, Any]:
    return {
        "agency": action.agency.name,
        "unit": action.unit.name if action.unit else "",
        "title": queries.title_of(action),
        "due_at": action.due_at,
        "opened_at": action.opened_at,
    }
