"""Orders for reading: the list, is there an order, one order, and to whom sheets are opened. Every look leaves a reading."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.exports import ROWS, require_budget
from shelterbelt.access.rules import may, require
from shelterbelt.ledger.actions import reading, reading_each
from shelterbelt.orders import actions, show
from shelterbelt.orders.forms import AgreementForm, FindForm
from shelterbelt.orders.policy import FIND_ORDER, SEE_ORDER, SHARE_ORDERS, WRITE_ORDER
from shelterbelt.orders.queries import orders_about, pages

PAGES = "orders/pages/"


@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """What ends soon, and what was written down lately."""
    by, at = asker(request)
    require(by, SEE_ORDER, at=at)
    typed = request.GET.get("page", "1")
    number = max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1
    faces, more = pages.recent_orders(by, at, page=number)
    reading("orders", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "form": FindForm() if FIND_ORDER.allows(by) else None,
        "ending": [show.line(one) for one in pages.ending_soon(by, at)],
        "recent": [show.line(one) for one in faces],
        "newer": f"?page={number - 1}" if number > 1 else "",
        "older": f"?page={number + 1}" if more else "",
        "writes": WRITE_ORDER.allows(by),
        "shares": SHARE_ORDERS.allows(by),
    }
    return render(request, PAGES + "orders.html", shown)


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Is there an order: one field, and what is known here. What was asked for stands in no address."""
    by, at = asker(request)
    require(by, FIND_ORDER, at=at)
    form = FindForm(request.POST if request.method == "POST" else None)
    shown: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        answer = orders_about(form.cleaned_data["text"], by=by, at=at)
        require_budget(by, [one.id for one in answer.sheets], what=ROWS, at=at)
        reading("orders_found", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
        for agency in {one.agency_id for one in answer.sheets}:
            shown_of = [one.id for one in answer.sheets if one.agency_id == agency]
            reading_each("order_sheet", shown_of, by=by.id, agency=agency, reader_agency=by.agency_id, at=at)
        shown |= show.answer(answer)
    return render(request, PAGES + "find.html", shown, status=422 if form.errors else 200)


@require_GET
def order(request: HttpRequest, ref: str) -> HttpResponse:
    """One order: how it stands, its terms, its places drawn, what happened, hearings, weapons."""
    by, at = asker(request)
    found = pages.order_by_ref(ref, by=by, at=at)
    reading("order", about=found.id, by=by.id, agency=found.agency_id, at=at)
    shown = show.order(found, at=at) | {"writes": may(by, WRITE_ORDER, found, at=at)}
    return render(request, PAGES + "order.html", shown)


@require_http_methods(["GET", "POST"])
def shared(request: HttpRequest) -> HttpResponse:
    """To which agencies sheets are opened, and one more."""
    by, at = asker(request)
    require(by, SHARE_ORDERS, at=at)
    readers = {one.ref: one for one in pages.readers_for(by)}
    form = AgreementForm(
        request.POST if request.method == "POST" else None,
        readers=[(ref, one.name) for ref, one in readers.items()],
        at=at,
        zone=by.agency.time_zone,
    )
    if request.method == "POST" and form.is_valid():
        until_at = form.until_at(by.agency.time_zone)
        try:
            actions.open_orders(readers[form.cleaned_data["reader"]], at, until_at, by=by, at=at)
        except actions.NotBetweenThese:
            form.add_error("until_on", _("Choose a day that lies ahead."))
        else:
            messages.success(request, _("Opened."))
            return redirect("orders_shared")
    reading("orders_shared", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    rows = [show.agreement(one, at) for one in pages.agreements(by, at)]
    page = {"form": form, "rows": rows, "back": reverse("orders")}
    return render(request, PAGES + "shared.html", page, status=422 if form.errors else 200)


@require_POST
def end_shared(request: HttpRequest, ref: str) -> HttpResponse:
    """From here on it opens nothing."""
    by, at = asker(request)
    actions.end_orders(pages.agreement_by_ref(ref, by=by, at=at), by=by, at=at)
    messages.success(request, _("Ended."))
    return redirect("orders_shared")
