"""Pages of breaches: load, one call, answer. Nothing is decided here."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelterbelt.access.door import asker
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may, require
from shelterbelt.breaches import actions
from shelterbelt.breaches.exporting import FILE_NAME
from shelterbelt.breaches.forms import FileForm, PaperForm, ReportForm, SayForm, StepForm, TieForm
from shelterbelt.breaches.models import Breach
from shelterbelt.breaches.policy import (
    COUNT_BREACHES,
    DECIDE_BREACH,
    FOLLOW_BREACH,
    SEE_BREACH,
    TAKE_OUT_PROOF,
)
from shelterbelt.breaches.queries import pages, patterns
from shelterbelt.breaches.queries.orders import orders_for
from shelterbelt.breaches.queries.pieces import files_for
from shelterbelt.breaches.words import PATTERN
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.rules.breach import Pattern
from shelterbelt.store.ids import new_ref
from shelterbelt.ui.links import address

GETS_OR_POSTS = ["GET", "HEAD", "POST"]


def link_of(case: Case, *, by: Worker, at: datetime) -> tuple[str, str] | None:
    """The link on a case's page, for those who see breaches there."""
    if not SEE_BREACH.allows(by) or not may(by, WRITE_CASE, case, at=at):
        return None
    return _("Breaches of orders"), address("case_breaches", case.ref)


@require_safe
def breaches(request: HttpRequest) -> HttpResponse:
    """The agency's breaches, those first that nobody has looked at."""
    by, at = asker(request)
    require(by, SEE_BREACH, at=at)
    reading("breaches", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "rows": pages.list_of(by, at),
        "title": _("Breaches of orders"),
        "counts": COUNT_BREACHES.allows(by),
    }
    return render(request, "breaches/pages/breaches.html", shown)


@require_safe
def of_case(request: HttpRequest, ref: str) -> HttpResponse:
    """The breaches of a case, and what they are together."""
    by, at = asker(request)
    require(by, SEE_BREACH, at=at)
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
    shown = {
        "rows": pages.list_of(by, at, case=case),
        "title": _("Breaches of orders in this case"),
        "pattern": _pattern(patterns.pattern_of(case, at=at)),
        "back": address("case", case.ref),
        "orders": address("case_orders", case.ref),
    }
    return render(request, "breaches/pages/breaches.html", shown)


@require_safe
def of_order(request: HttpRequest, ref: str) -> HttpResponse:
    """The breaches of an order that this agency knows of, and reporting another."""
    by, at = asker(request)
    order = pages.order_by_ref(ref, by=by, at=at)
    reading("order", about=order.id, by=by.id, agency=order.agency_id, reader_agency=by.agency_id, at=at)
    own = order.agency_id == by.agency_id
    shown = {
        "rows": pages.list_of(by, at, order=order),
        "title": _("Breaches of this order"),
        "pattern": _pattern(patterns.pattern_of_order(order.id, by=by, at=at)),
        "back": address("order", order.ref) if own else address("orders_find"),
        "new": address("breach_new", order.ref),
    }
    return render(request, "breaches/pages/breaches.html", shown)


@require_http_methods(GETS_OR_POSTS)
def breach_new(request: HttpRequest, ref: str) -> HttpResponse:
    """Report that an order was not kept."""
    by, at = asker(request)
    order = pages.order_by_ref(ref, by=by, at=at)
    cases = {case.ref: (case, name) for case, name in pages.cases_for(order, by=by, at=at)}
    told: dict[str, Any] = {
        "places": pages.places_named(order),
        "cases": [(one, name or _("Not named")) for one, (_case, name) in cases.items()],
        "at": at,
        "zone": by.agency.time_zone,
    }
    first = {"once": new_ref(), "happened_at": at, "case": next(iter(cases), "")}
    form = ReportForm(request.POST, **told) if request.method == "POST" else ReportForm(initial=first, **told)
    if form.is_bound and form.is_valid():
        chosen = cases.get(form.cleaned_data.get("case") or "")
        case = chosen[0] if chosen else None
        once = form.cleaned_data["once"]
        made = actions.report_breach(order, form.report(), case=case, by=by, at=at, once=once)
        messages.success(request, _("Written down as possible. A person says what it was."))
        return redirect("breach", made.ref)
    reading("order", about=order.id, by=by.id, agency=order.agency_id, reader_agency=by.agency_id, at=at)
    page = {"form": form, "back": address("order_breaches", order.ref)}
    return render(request, "breaches/pages/breach_new.html", page, status=422 if form.is_bound else 200)


@require_safe
def breach(request: HttpRequest, ref: str) -> HttpResponse:
    """One breach: its terms, what was said of it, what bears it out, the course in court."""
    by, at = asker(request)
    return _page(request, pages.breach_by_ref(ref, by=by, at=at))


@require_POST
def breach_said(request: HttpRequest, ref: str) -> HttpResponse:
    """What a person says that it was."""
    by, at = asker(request)
    row = pages.breach_by_ref(ref, by=by, at=at, permission=DECIDE_BREACH)
    form = SayForm(request.POST)
    if not form.is_valid():
        return _page(request, row, say=form, status=422)
    actions.decide(row, form.cleaned_data["state"], form.cleaned_data["why"], by=by, at=at)
    messages.success(request, _("Written down."))
    return redirect("breach", ref)


@require_POST
def breach_order(request: HttpRequest, ref: str) -> HttpResponse:
    """The order that it was of, where none was known when it was told."""
    by, at = asker(request)
    row = pages.breach_by_ref(ref, by=by, at=at, permission=DECIDE_BREACH)
    orders = orders_for(row, by=by, at=at)
    form = TieForm(request.POST, offered=orders)
    if not form.is_valid():
        return _page(request, row, tie=form, status=422)
    actions.tie_to_order(row, orders[form.cleaned_data["order"]][0], by=by, at=at)
    messages.success(request, _("Written down. Its terms are below."))
    return redirect("breach", ref)


@require_POST
def breach_step(request: HttpRequest, ref: str) -> HttpResponse:
    """One step in court."""
    by, at = asker(request)
    row = pages.breach_by_ref(ref, by=by, at=at, permission=FOLLOW_BREACH)
    form = StepForm(request.POST, at=at, zone=by.agency.time_zone)
    if not form.is_valid():
        return _page(request, row, step=form, status=422)
    told = form.cleaned_data
    actions.add_step(
        row, told["kind"], happened_at=told["happened_at"], reason=told["reason"], until_at=told["until_at"],
        words=told, by=by, at=at, once=told["once"],
    )  # fmt: skip
    messages.success(request, _("Written down."))
    return redirect("breach", ref)


@require_POST
def breach_step_strike(request: HttpRequest, ref: str, line: str) -> HttpResponse:
    """A step was wrong."""
    by, at = asker(request)
    row = pages.breach_by_ref(ref, by=by, at=at, permission=FOLLOW_BREACH)
    actions.strike_step(pages.step_by_ref(line, row), by=by, at=at)
    return redirect("breach", ref)


@require_POST
def breach_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """A small file is taken in."""
    by, at = asker(request)
    row = pages.breach_by_ref(ref, by=by, at=at, permission=FOLLOW_BREACH)
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, paper=form, status=422)
    given = form.cleaned_data["file"]
    actions.add_paper(row, given.read(), name=given.name, about=form.cleaned_data["about"], by=by, at=at)
    messages.success(request, _("Taken in and sealed."))
    return redirect("breach", ref)


@require_POST
def breach_file(request: HttpRequest, ref: str) -> HttpResponse:
    """A file of evidence of the case is named with it, and stays where it lies."""
    by, at = asker(request)
    row = pages.breach_by_ref(ref, by=by, at=at, permission=FOLLOW_BREACH)
    files = files_for(row, by=by, at=at)
    form = FileForm(request.POST, offered=files)
    if not form.is_valid():
        return _page(request, row, file=form, status=422)
    actions.name_file(row, files[form.cleaned_data["evidence"]][0], by=by, at=at)
    messages.success(request, _("Named with it. The file stays with its incident."))
    return redirect("breach", ref)


@require_POST
def breach_piece(request: HttpRequest, ref: str, line: str) -> HttpResponse:
    """One piece as it was taken in, under a name that says nothing."""
    by, at = asker(request)
    row = pages.piece_by_ref(line, pages.breach_by_ref(ref, by=by, at=at))
    answer = HttpResponse(actions.look_at(row, by=by, at=at), content_type="application/octet-stream")
    answer["Content-Disposition"] = 'attachment; filename="page.bin"'
    return answer


@require_POST
def breach_proof(request: HttpRequest, ref: str) -> HttpResponse:
    """All that bears it out, as one signed file."""
    by, at = asker(request)
    row = pages.breach_by_ref(ref, by=by, at=at, permission=TAKE_OUT_PROOF)
    answer = HttpResponse(actions.take_out(row, by=by, at=at), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


def _pattern(found: Pattern) -> dict[str, Any]:
    return {
        "codes": [PATTERN[code] for code in found.codes],
        "occasions": len(found.happenings),
        "waiting": found.waiting,
    }


def _page(
    request: HttpRequest,
    row: Breach,
    *,
    say: SayForm | None = None,
    step: StepForm | None = None,
    paper: PaperForm | None = None,
    file: FileForm | None = None,
    tie: TieForm | None = None,
    status: int = 200,
) -> HttpResponse:
    by, at = asker(request)
    reading("breach", about=row.id, by=by.id, agency=row.agency_id, at=at)
    follows = may(by, FOLLOW_BREACH, row, at=at)
    files = files_for(row, by=by, at=at) if follows else {}
    decides = may(by, DECIDE_BREACH, row, at=at)
    orders = orders_for(row, by=by, at=at) if decides else {}
    first = {"once": new_ref(), "happened_at": at}
    page = {
        **pages.page_of(row, at=at),
        "ref": row.ref,
        "say": (say or SayForm()) if decides else None,
        "tie": (tie or TieForm(offered=orders)) if orders else None,
        "unknown": row.order_id is None,
        "step": (step or StepForm(initial=first, at=at, zone=by.agency.time_zone)) if follows else None,
        "paper": (paper or PaperForm()) if follows else None,
        "file": (file or FileForm(offered=files)) if files else None,
        "takes_out": may(by, TAKE_OUT_PROOF, row, at=at),
        "up": pages.list_above(row, by=by, at=at),
        "case": address("case", row.case.ref) if row.case and may(by, WRITE_CASE, row.case, at=at) else "",
        "faults": [form for form in (say, step, paper, file, tie) if form],
    }
    return render(request, "breaches/pages/breach.html", page, status=status)
