"""Pages for whoever lets an agency's programs in. A secret is on one page, once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.api import actions, queries
from shelterbelt.api.forms import ProgramForm
from shelterbelt.api.policy import MANAGE_CLIENTS
from shelterbelt.ledger.actions import reading


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The agency's programs."""
    by, at = asker(request)
    require(by, MANAGE_CLIENTS, at=at)
    reading("accounts", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    return render(request, "api/pages/programs.html", {"rows": queries.clients(by=by, at=at)})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Let a program in; the page that follows shows its secret, once."""
    by, at = asker(request)
    require(by, MANAGE_CLIENTS, at=at)
    form = ProgramForm(request.POST or None, agency=by.agency, units=by.agency.units.all())
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        client, secret = actions.add_client(
            by.agency,
            name=typed["name"],
            roles=typed["roles"],
            scopes=typed["scopes"],
            unit=form.unit_chosen(),
            by=by,
            at=at,
        )
        shown = {"name": typed["name"], "public": client.ref, "secret": secret}
        return render(request, "api/pages/program_secret.html", shown)
    return render(request, "api/pages/program_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, ref: str) -> HttpResponse:
    """End a program's access, for good, after saying what that ends."""
    by, at = asker(request)
    client = queries.client_by_ref(ref, by=by, at=at)
    if request.method == "POST":
        actions.revoke_client(client, by=by, at=at)
        return redirect("programs")
    return render(request, "api/pages/program_revoke.html", {"program": queries.client_face(client)})
