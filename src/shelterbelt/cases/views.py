"""The incident record, step by step, on a phone. Saves what was typed before it judges it."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.cases import records
from shelterbelt.cases.actions import Party, case_of, record_incident
from shelterbelt.cases.drafts import Conflict, open_incident, save_step
from shelterbelt.cases.forms import STEPS, bound
from shelterbelt.cases.handing import handing
from shelterbelt.cases.models import Incident
from shelterbelt.cases.policy import OPEN_INCIDENT
from shelterbelt.cases.queries import incident_by_ref, revision_of, steps
from shelterbelt.ledger.actions import reading

LONGEST_DRAFT = 500_000
NOT_CONTENT = ("csrfmiddlewaretoken", "revision", "go")


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Open an incident record and begin at the scene."""
    by, at = asker(request)
    return redirect("incident_step", ref=open_incident(by=by, at=at).ref, step="scene")


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """One step of the record: save what was typed, then go on or say what needs another look."""
    by, at = asker(request)
    if step not in STEPS:
        raise NotForYou
    incident = incident_by_ref(ref, by=by, at=at, permission=OPEN_INCIDENT)
    if incident.recorded_at is not None:
        return redirect("incident", ref=ref)
    if request.method == "GET":
        return _page(
            request, incident, step, steps(incident).get(step, {}), revision=revision_of(incident, step)
        )
    typed = as_typed(request.POST.lists())
    if request.POST.get("go") == "more":
        typed["blocks"] = str(_number(request.POST.get("blocks")) + 1)
    try:
        revision = save_step(
            incident, step, typed, revision=_number(request.POST.get("revision")), by=by, at=at
        )
    except Conflict as conflict:
        return _page(
            request, incident, step, typed, revision=conflict.revision, theirs=conflict.kept, status=409
        )
    return _after(request, incident, step, typed, revision)


def _after(
    request: HttpRequest, incident: Incident, step: str, typed: Mapping[str, Any], revision: int
) -> HttpResponse:
    """Where the pressed button leads, once everything typed is saved."""
    go = request.POST.get("go", "next")
    if go == "later":
        return redirect("work")
    if go == "hand":
        return handing(request, incident)
    if go == "more":
        return redirect(f"{reverse('incident_step', args=[incident.ref, step])}#more")
    form = bound(step, typed, at=request.at, zone=incident.agency.time_zone)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page(request, incident, step, typed, revision=revision, status=422)
    return redirect(records.next_of(step, incident.ref))


def _page(
    request: HttpRequest,
    incident: Incident,
    step: str,
    typed: Mapping[str, Any],
    *,
    revision: int,
    theirs: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    by, at = asker(request)
    form = bound(step, typed, at=at, zone=incident.agency.time_zone, judged=status == 422)
    shown = {
        "form": form,
        "shows_errors": status == 422,
        "step": step,
        "title": STEPS[step][0],
        "steps": records.steps_of(incident, now=step),
        "number": list(STEPS).index(step) + 1,
        "of": len(STEPS) + 2,
        "revision": revision,
        "ref": incident.ref,
        "blocks": getattr(form, "blocks", 1),
        "draft_url": reverse("incident_draft", args=[incident.ref, step]),
        "back_url": records.before(step, incident.ref),
        "theirs": records.in_words(step, theirs, at=at, zone=incident.agency.time_zone) if theirs else [],
    }
    reading("incident.draft", about=incident.id, by=by.id, agency=incident.agency_id, at=at)
    return render(request, f"cases/pages/step_{step}.html", shown, status=status)


@require_http_methods(["PUT"])
def draft(request: HttpRequest, ref: str, step: str) -> JsonResponse:
    """Save what was typed so far, while it is typed."""
    by, at = asker(request)
    incident = incident_by_ref(ref, by=by, at=at, permission=OPEN_INCIDENT)
    sent = _sent(request)
    if step not in STEPS or sent is None:
        return JsonResponse({"error": "unread"}, status=400)
    typed = as_typed(
        (name, value if isinstance(value, list) else [value]) for name, value in sent["fields"].items()
    )
    try:
        revision = save_step(incident, step, typed, revision=_number(sent.get("revision")), by=by, at=at)
    except Conflict as conflict:
        words = records.in_words(step, conflict.kept, at=at, zone=incident.agency.time_zone)
        return JsonResponse(
            {"revision": conflict.revision, "fields": conflict.kept, "by": _("a colleague"), "words": words},
            status=409,
        )
    return JsonResponse({"revision": revision, "saved_at": at.isoformat()})


def _sent(request: HttpRequest) -> dict[str, Any] | None:
    if len(request.body) > LONGEST_DRAFT:
        return None
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return sent if isinstance(sent, dict) and isinstance(sent.get("fields"), dict) else None


def as_typed(lists: Any) -> dict[str, Any]:
    """A form's fields as they were typed: one text, or a list where several were chosen; empty ones left out."""
    typed: dict[str, Any] = {}
    for name, values in lists:
        kept = [str(v).replace("\x00", "\ufffd") for v in values if str(v).strip()]
        kept = [v.encode("utf-8", "replace").decode() for v in kept]
        if name not in NOT_CONTENT and kept:
            typed[name] = kept[0] if len(kept) == 1 else kept
    return typed


def _number(text: Any) -> int:
    return int(text) if str(text or "").isdecimal() and len(str(text)) < 10 else 0


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything once more; recording it makes it the agency's record."""
    by, at = asker(request)
    incident = incident_by_ref(ref, by=by, at=at, permission=OPEN_INCIDENT)
    if incident.recorded_at is not None:
        return redirect("incident", ref=ref)
    judged = records.judged(steps(incident), at=at, zone=incident.agency.time_zone)
    if request.method == "POST" and not judged.missing:
        parties = [Party(p["role"], p["details"]) for p in judged.parties]
        assert judged.happened_at is not None
        done = record_incident(
            incident, content=judged.content, parties=parties, happened_at=judged.happened_at, by=by, at=at
        )
        return redirect("handed_over") if done.handed_over else redirect("incident_recorded", ref=ref)
    shown = {
        "ref": ref,
        "judged": judged,
        "steps": records.steps_of(incident, now="check"),
        "tried": request.method == "POST",
    }
    reading("incident.draft", about=incident.id, by=by.id, agency=incident.agency_id, at=at)
    return render(request, "cases/pages/check.html", shown, status=422 if request.method == "POST" else 200)


@require_GET
def recorded(request: HttpRequest, ref: str) -> HttpResponse:
    """The record is made; what comes next, in order, each of it refusable."""
    by, at = asker(request)
    found = incident_by_ref(ref, by=by, at=at, permission=OPEN_INCIDENT)
    if found.recorded_at is None:
        return redirect("incident_check", ref=ref)
    case = case_of(found)
    reading("incident", about=found.id, by=by.id, agency=found.agency_id, at=at)
    shown = {
        "ref": ref,
        "case_ref": case.ref if case else "",
        "recorded_at": found.recorded_at,
        "links": records.links_from_above(found, by=by, at=at),
    }
    return render(request, "cases/pages/recorded.html", shown)


@require_GET
def incident(request: HttpRequest, ref: str) -> HttpResponse:
    """A recorded incident, to read."""
    by, at = asker(request)
    found = incident_by_ref(ref, by=by, at=at)
    if found.recorded_at is None:
        require(by, OPEN_INCIDENT, found, at=at)
        return redirect("incident_step", ref=ref, step="scene")
    case = case_of(found)
    reading("incident", about=found.id, by=by.id, agency=found.agency_id, at=at, reader_agency=by.agency_id)
    shown = {
        "ref": ref,
        "happened_at": found.happened_at,
        "recorded_at": found.recorded_at,
        "recorded_by": names_of([found.opened_by]).get(found.opened_by) if found.opened_by else "",
        "source": found.source,
        "people": records.people_of(found),
        "sections": records.sections(found, at=at),
        "evidence": records.evidence_of(found),
        "case_ref": case.ref if case else "",
        "may_correct": records.may_correct(found, by=by, at=at),
        "may_see_files": records.may_see_files(found, by=by, at=at),
        "is_own": found.agency_id == by.agency_id,
        "links": records.links_from_above(found, by=by, at=at),
        "may_hand_over": by.id in (found.opened_by, found.handed_to) and may(by, OPEN_INCIDENT, found, at=at),
    }
    return render(request, "cases/pages/incident.html", shown)
