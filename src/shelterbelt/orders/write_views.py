"""Writing orders: the paper, what happened, places, terms, hearings, weapons, and what was wrong. Nothing typed is lost."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shelterbelt.access.door import asker
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.orders import actions
from shelterbelt.orders.forms import (
    HappenedForm,
    HearingForm,
    PaperForm,
    StrikeForm,
    SurrenderForm,
    WeaponsForm,
)
from shelterbelt.orders.models import Order, OrderPlace
from shelterbelt.orders.policy import WRITE_ORDER
from shelterbelt.orders.queries import pages
from shelterbelt.orders.term_forms import PlaceForm, TermForm
from shelterbelt.orders.told import WORDS
from shelterbelt.ui.forms import Form

FORM = "orders/pages/form.html"
ANY = require_http_methods(["GET", "POST"])
STRIKES: dict[str, Callable[..., None]] = {
    "happening": actions.strike_happening,
    "place": actions.strike_place,
    "term": actions.strike_term,
    "hearing": actions.strike_hearing,
}
# Whom a paper names is written down once; a change of it is a change of the person.
NAMES = (
    "respondent", "respondent_other", "respondent_born", "respondent_phones", "looks", "petitioner",
    "petitioner_born", "protected",
)  # fmt: skip


@ANY
def new(request: HttpRequest) -> HttpResponse:
    """Write an order down; `case` and `replaces` in the query name what it belongs to."""
    by, at = asker(request)
    require(by, WRITE_ORDER, at=at)
    case_ref, before_ref = request.GET.get("case", ""), request.GET.get("replaces", "")
    case = case_by_ref(case_ref, by=by, at=at, permission=WRITE_CASE) if case_ref else None
    before = pages.order_by_ref(before_ref, by=by, at=at, permission=WRITE_ORDER) if before_ref else None
    form = PaperForm(_typed(request), at=at, zone=by.agency.time_zone, initial=_begun(before, by))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_order(
                form.paper(),
                form.respondent_named(),
                petitioner=form.petitioner_named(),
                protected=form.protected_named(),
                case=case,
                replaces=before,
                by=by,
                at=at,
            )
        except actions.AlreadyReplaced:
            form.add_error(None, _("Another order stands in its place already."))
        except ValueError:
            form.add_error("lasts", _("An order cannot last like this. Check the kind and the number."))
        else:
            messages.success(request, _("Written down. Say now when it was issued."))
            return redirect("order_happened", made.ref)
    back = reverse("case_orders", args=[case.ref]) if case else reverse("orders")
    return _form(request, form, _("Write an order down"), back)


@ANY
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Write anew what was copied wrongly from the paper."""
    by, at = asker(request)
    found = pages.order_by_ref(ref, by=by, at=at, permission=WRITE_ORDER)
    form = PaperForm(_typed(request), at=at, zone=found.zone, initial=_begun(found, by))
    for name in NAMES:
        del form.fields[name]
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_order(found, form.paper(), by=by, at=at)
        except ValueError:
            form.add_error("lasts", _("An order cannot last like this. Check the kind and the number."))
        else:
            return _done(request, found)
    return _form(request, form, _("Copied wrongly from the paper"), reverse("order", args=[ref]))


@ANY
def happened(request: HttpRequest, ref: str) -> HttpResponse:
    """What happened to an order."""

    def save(found: Order, told: dict[str, Any], by: Worker, at: datetime) -> None:
        texts = {name: told[name] for name in ("who", "how", "proof", "words")}
        actions.note_happening(
            found,
            told["kind"],
            happened_at=told["moment"],
            happened_on=told["day"],
            words=texts,
            by=by,
            at=at,
        )

    return _written(request, ref, HappenedForm, save, _("What happened to the order"), "moment")


@ANY
def hearing(request: HttpRequest, ref: str) -> HttpResponse:
    """When the court hears it."""

    def save(found: Order, told: dict[str, Any], by: Worker, at: datetime) -> None:
        actions.set_hearing(found, told["moment"], zone=found.zone, words=told, by=by, at=at)

    return _written(request, ref, HearingForm, save, _("When the court hears it"), "moment")


@ANY
def weapons(request: HttpRequest, ref: str) -> HttpResponse:
    """Weapons that are to be handed over."""

    def save(found: Order, told: dict[str, Any], by: Worker, at: datetime) -> None:
        actions.ask_surrender(found, what=told["what"], due_at=told["due"], by=by, at=at)

    return _written(request, ref, WeaponsForm, save, _("Weapons to be handed over"), "due")


@ANY
def surrendered(request: HttpRequest, ref: str, line: str) -> HttpResponse:
    """Weapons were handed over."""

    def save(found: Order, told: dict[str, Any], by: Worker, at: datetime) -> None:
        row = pages.surrender_by_ref(line, found)
        actions.note_surrender(
            row, done_at=told["moment"], whom=told["whom"], proof=told["proof"], by=by, at=at
        )

    return _written(request, ref, SurrenderForm, save, _("Weapons were handed over"), "moment", line=line)


@ANY
def place(request: HttpRequest, ref: str) -> HttpResponse:
    """A place of the judge's."""

    def save(found: Order, told: dict[str, Any], by: Worker, at: datetime) -> None:
        texts = {name: told[name] for name in ("label", "said", "address")}
        actions.write_place(found, told["geojson"], shown=told["shown"] == "yes", by=by, at=at, **texts)

    return _written(request, ref, PlaceForm, save, _("A place of the order"), "points")


@ANY
def term(request: HttpRequest, ref: str) -> HttpResponse:
    """One term."""
    by, at = asker(request)
    found = pages.order_by_ref(ref, by=by, at=at, permission=WRITE_ORDER)
    places = [(str(row.id), text["label"] or text["said"] or str(n)) for n, (row, text) in _places(found)]
    form = TermForm(_typed(request), at=at, zone=found.zone, places=places)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_term(found, form.told(), by=by, at=at)
        except ValueError:
            form.add_error(None, _("This is no term as we know it. Check its places and times."))
        else:
            return _done(request, found)
    return _form(request, form, _("A term of the order"), reverse("order", args=[ref]))


@ANY
def strike(request: HttpRequest, ref: str, what: str, line: str) -> HttpResponse:
    """A line was wrong: it counts no more, and stays to be read."""
    by, at = asker(request)
    found = pages.order_by_ref(ref, by=by, at=at, permission=WRITE_ORDER)
    row = pages.line_by_ref(what, line, found)
    form = StrikeForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        STRIKES[what](row, by=by, at=at)
        return _done(request, found)
    return _form(request, form, _("A line that was wrong"), reverse("order", args=[ref]))


def _written(
    request: HttpRequest,
    ref: str,
    kind: type[Form],
    save: Callable[[Order, dict[str, Any], Worker, datetime], None],
    title: str,
    fault: str,
    line: str = "",
) -> HttpResponse:
    by, at = asker(request)
    found = pages.order_by_ref(ref, by=by, at=at, permission=WRITE_ORDER)
    if line:
        pages.surrender_by_ref(line, found)
    form = kind(_typed(request), at=at, zone=found.zone)
    if request.method == "POST" and form.is_valid():
        try:
            save(found, form.cleaned_data, by, at)
        except actions.LiesAhead:
            form.add_error(fault, _("This lies ahead. Write what has happened."))
        else:
            return _done(request, found)
    return _form(request, form, title, reverse("order", args=[ref]))


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _done(request: HttpRequest, found: Order) -> HttpResponse:
    messages.success(request, _("Written down."))
    return redirect("order", found.ref)


def _form(request: HttpRequest, form: Form, title: str, back: str) -> HttpResponse:
    shown = {"form": form, "title": title, "back": back}
    return render(request, FORM, shown, status=422 if form.errors else 200)


def _places(found: Order) -> list[tuple[int, tuple[Any, dict[str, Any]]]]:
    rows = [one for one in pages.lines_of(OrderPlace, found) if one[0].struck_at is None]
    return list(enumerate(rows, start=1))


def _begun(before: Order | None, by: Worker) -> dict[str, Any]:
    """With what the form begins: the order in whose place another stands, or that was copied wrongly."""
    if before is None:
        return {"zone": by.agency.time_zone}
    told = opened(before)
    return {name: told.get(name, "") for name in WORDS} | {
        "kind": before.kind,
        "plates": ", ".join(told.get("plates", ())),
        "brady": told.get("brady", ""),
        "effective": before.effective,
        "lasts": before.lasts_kind,
        "last_on": before.lasts_on,
        "clock": before.lasts_clock.strftime("%H:%M") if before.lasts_clock else "",
        "number": str(before.lasts_number or ""),
        "zone": before.zone,
        "closed_days": before.court_calendar,
    }
