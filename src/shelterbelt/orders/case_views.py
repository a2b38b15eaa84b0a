"""The orders of a case, and places to propose for its home, with how much they would tell of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.cases.policy import SEE_CASE, WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.library.court import court
from shelterbelt.orders import actions, show
from shelterbelt.orders.policy import PROPOSE_PLACES, SEE_ORDER, WRITE_ORDER
from shelterbelt.orders.queries import pages
from shelterbelt.orders.term_forms import HomeForm
from shelterbelt.rules.give_away import GiveAway, gives_away
from shelterbelt.ui.ground import OURS

Point = tuple[float, float]


@require_GET
def orders(request: HttpRequest, ref: str) -> HttpResponse:
    """The orders that were written down on a case."""
    by, at = asker(request)
    require(by, SEE_ORDER, at=at)
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    reading("case_orders", about=case.id, by=by.id, agency=case.agency_id, at=at)
    shown = {
        "case": case.ref,
        "rows": [show.line(one) for one in pages.orders_of_case(case, by=by, at=at)],
        "writes": WRITE_ORDER.allows(by),
        "proposes": PROPOSE_PLACES.allows(by),
    }
    return render(request, "orders/pages/case_orders.html", shown)


@require_http_methods(["GET", "POST"])
def places(request: HttpRequest, ref: str) -> HttpResponse:
    """Places to propose, so that none of them points at the home. The home that is typed is kept nowhere."""
    by, at = asker(request)
    require(by, PROPOSE_PLACES, at=at)
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    form = HomeForm(request.POST if request.method == "POST" else None)
    shown: dict[str, Any] = {"form": form, "case": case.ref, "back": reverse("case_orders", args=[case.ref])}
    if request.method == "POST" and form.is_valid():
        home: Point = form.cleaned_data["home"]
        zones = actions.propose_places(case, home, by=by, at=at)
        keep = court().places.keep
        shown |= {
            "told": in_words(gives_away([zones], keep=keep, home=home)),
            "keep": f"{keep:g}",
            "rows": [
                {
                    "number": n,
                    "middle": f"{one.plane.latitude:.6f}, {one.plane.longitude:.6f}",
                    "metres": f"{one.reach:g}",
                }
                for n, one in enumerate(zones, start=1)
            ],
            "drawn": show.drawn(
                list(enumerate(zones, start=1)), whose=OURS, title=_("Places to propose"), ours=_("proposed")
            ),
        }
    reading("case_places", about=case.id, by=by.id, agency=case.agency_id, at=at)
    return render(request, "orders/pages/places.html", shown, status=422 if form.errors else 200)


def in_words(found: GiveAway) -> dict[str, Any]:
    """How much places tell of a home, in plain words."""
    return {"ground": f"{found.hectares:,.0f}", "places": found.places}


def link_of(case: Any, *, by: Any, at: Any) -> tuple[Any, str] | None:
    """What the case page shows: the way to its orders, for workers of its own agency."""
    if case.agency_id != by.agency_id or not SEE_ORDER.allows(by) or not SEE_CASE.allows(by):
        return None
    return _("Orders"), reverse("case_orders", args=[case.ref])
