"""Pages of evidence and of corrected roles.

Every look at a file is in its custody; the original leaves only by a pressed button.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.exports import FILES, require_budget
from shelterbelt.access.rules import NotForYou, visible
from shelterbelt.cases import records
from shelterbelt.cases.actions import correct_roles
from shelterbelt.cases.evidence import copy_out, look, take_in
from shelterbelt.cases.forms import TakeIn
from shelterbelt.cases.models import Evidence
from shelterbelt.cases.policy import CORRECT_ROLES, OPEN_INCIDENT, SEE_EVIDENCE
from shelterbelt.cases.queries import incident_by_ref
from shelterbelt.cases.roles import Correction
from shelterbelt.ledger.actions import reading


@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest, ref: str) -> HttpResponse:
    """Take files in, one at a time."""
    by, at = asker(request)
    incident = incident_by_ref(ref, by=by, at=at, permission=OPEN_INCIDENT)
    form = TakeIn(request.POST or None, request.FILES or None, at=at, zone=incident.agency.time_zone)
    if request.method == "POST":
        form = TakeIn(request.POST, request.FILES, at=at, zone=incident.agency.time_zone)
        if form.is_valid():
            data: dict[str, Any] = form.cleaned_data
            name = data["file"].name[:200]
            take_in(
                incident, data["file"].file, name=name, kind=data["kind"], about=data["about"], by=by, at=at
            )
            return redirect("incident_evidence", ref=ref)
    reading("incident.evidence", about=incident.id, by=by.id, agency=incident.agency_id, at=at)
    shown = {
        "ref": ref,
        "form": form,
        "files": records.evidence_of(incident),
        "recorded": incident.recorded_at is not None,
        "steps": records.steps_of(incident, now="evidence"),
        "number": records.ORDER.index("evidence") + 1,
        "of": len(records.ORDER),
        "back_url": records.before("evidence", ref),
        "next_url": records.next_of("evidence", ref),
    }
    return render(request, "cases/pages/evidence.html", shown, status=422 if form.errors else 200)


@require_GET
def picture(request: HttpRequest, ref: str) -> HttpResponse:
    """A picture without its metadata, to look at."""
    by, at = asker(request)
    found = _evidence(request, ref)
    if not found.has_derivative:
        raise NotForYou
    reading("evidence", about=found.id, by=by.id, agency=found.agency_id, at=at, digest=bytes(found.sha256))
    answer = HttpResponse(b"".join(look(found, by=by, at=at)), content_type="image/jpeg")
    answer["Content-Disposition"] = 'inline; filename="file.jpg"'
    return answer


@require_POST
def original(request: HttpRequest, ref: str) -> HttpResponse:
    """The original, byte for byte, as a download with a name that says nothing."""
    by, at = asker(request)
    found = _evidence(request, ref)
    require_budget(by, [found.id], what=FILES, at=at)
    answer = HttpResponse(b"".join(copy_out(found, by=by, at=at)), content_type="application/octet-stream")
    answer["Content-Disposition"] = 'attachment; filename="file.bin"'
    return answer


def _evidence(request: HttpRequest, ref: str) -> Evidence:
    by, at = asker(request)
    rows = visible(by, SEE_EVIDENCE, Evidence.objects.select_related("incident"), at=at)
    found = rows.filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest, ref: str) -> HttpResponse:
    """Say anew who had which role; what was said before stays on the record."""
    by, at = asker(request)
    incident = incident_by_ref(ref, by=by, at=at, permission=CORRECT_ROLES)
    people = [p for p in records.people_of(incident) if p["until_at"] is None]
    form = Correction(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        correct_roles(
            incident,
            {UUID(k): v for k, v in form.roles().items()},
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
        return redirect("incident", ref=ref)
    reading("incident", about=incident.id, by=by.id, agency=incident.agency_id, at=at)
    return render(
        request, "cases/pages/roles.html", {"ref": ref, "form": form}, status=422 if form.errors else 200
    )
