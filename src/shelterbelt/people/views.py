"""A worker's own page of people they know. Says never whether anybody of that name is in a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.ledger.actions import reading
from shelterbelt.people import actions, queries
from shelterbelt.people.forms import DeclarationForm
from shelterbelt.people.policy import DECLARE


@require_http_methods(["GET", "POST"])
def known(request: HttpRequest) -> HttpResponse:
    """Whom the worker said they know, and the form to say it."""
    by, at = asker(request)
    require(by, DECLARE, at=at)
    form = DeclarationForm(
        request.POST if request.method == "POST" else None, at=at, zone=by.agency.time_zone
    )
    if request.method == "POST" and form.is_valid():
        actions.declare(form.told(), by=by, at=at)
        return redirect("known")
    reading("declarations", about=by.id, by=by.id, agency=by.agency_id, at=at)
    shown = {"form": form, "rows": queries.declarations_of(by)}
    return render(request, "people/pages/known.html", shown, status=422 if form.errors else 200)


@require_POST
def known_end(request: HttpRequest, ref: str) -> HttpResponse:
    """End one's own declaration."""
    by, at = asker(request)
    actions.end_declaration(queries.declaration_by_ref(ref, by=by, at=at), by=by, at=at)
    return redirect("known")
