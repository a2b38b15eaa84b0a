"""Pages on which what happened, lasts or is planned is written down, ended and taken back. Nothing is decided here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import may, require
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.happening_forms import EndForm, HappeningForm, UndoForm
from shelterbelt.assessments.models import Happening
from shelterbelt.assessments.policy import RECORD_HAPPENING
from shelterbelt.cases.models import Case
from shelterbelt.cases.queries import face
from shelterbelt.ledger.actions import reading
from shelterbelt.store.ids import new_ref
from shelterbelt.ui.links import address


def happening_new(request: HttpRequest, ref: str) -> HttpResponse:
    """Write one line down about a case."""
    by, at = asker(request)
    case = queries.case_seen(ref, by=by, at=at)
    require(by, RECORD_HAPPENING, case, at=at)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
    known = queries.acts_of(case).jurisdiction
    told: dict[str, Any] = {"now": at, "jurisdiction": known, "zone": by.agency.time_zone}
    if request.method != "POST":
        return _new_page(request, case, HappeningForm(initial={"once": new_ref(), "happened_at": at}, **told))
    form = HappeningForm(request.POST, **told)
    if not form.is_valid():
        return _new_page(request, case, form, status=422)
    given = form.cleaned_data
    actions.record_happening(
        case, given["what"], happened_at=given["happened_at"], until_at=given["until_at"], words=given["words"],
        by=by, at=at, once=given["once"],
    )  # fmt: skip
    messages.success(request, _("Written down. The forecast is worked out anew."))
    return redirect(_home_of(case))


def _new_page(request: HttpRequest, case: Case, form: HappeningForm, *, status: int = 200) -> HttpResponse:
    page = {
        "form": form,
        "survivor": face(case).survivor,
        "level": case.level,
        "back": _home_of(case),
        "before": address("before_act", case.ref),
    }
    return render(request, "assessments/pages/happening_new.html", page, status=status)


def happening(request: HttpRequest, ref: str) -> HttpResponse:
    """One line: what was written, and how to end it or take it back."""
    by, at = asker(request)
    row = queries.happening_by_ref(ref, by=by, at=at)
    if request.method != "POST":
        return _page(request, row, UndoForm())
    require(by, RECORD_HAPPENING, row, at=at)
    form = UndoForm(request.POST, at=at)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    actions.undo_happening(row, form.cleaned_data["reason"], by=by, at=at)
    messages.success(
        request, _("Taken back. What it had raised is undone, and the forecast is worked out anew.")
    )
    return redirect(_home_of(row.case))


@require_POST
def happening_end(request: HttpRequest, ref: str) -> HttpResponse:
    """What lasted has come to its end."""
    by, at = asker(request)
    row = queries.happening_by_ref(ref, by=by, at=at)
    require(by, RECORD_HAPPENING, row, at=at)
    form = EndForm(request.POST, at=at, zone=by.agency.time_zone)
    if form.is_valid() and form.cleaned_data["until_at"] <= row.happened_at:
        form.add_error("until_at", _("The end comes after the beginning."))
    if not form.is_valid():
        return _page(request, row, UndoForm(), end=form, status=422)
    actions.end_happening(row, until_at=form.cleaned_data["until_at"], by=by, at=at)
    messages.success(request, _("Saved."))
    return redirect(_home_of(row.case))


def _page(
    request: HttpRequest, row: Happening, form: UndoForm, *, end: EndForm | None = None, status: int = 200
) -> HttpResponse:
    by, at = asker(request)
    reading("happening", about=row.id, by=by.id, agency=row.agency_id, at=at)
    found = queries.noted(row, row.case)
    lasts = found.type in queries.numbers().parameters.states
    can_end = lasts and found.until_at is None and found.undone_at is None
    ask_end = end or EndForm(initial={"until_at": at}, zone=by.agency.time_zone)
    page = {
        "form": form,
        "end": ask_end if can_end else None,
        "end_url": address("happening_end", row.ref),
        "may_write": found.undone_at is None and may(by, RECORD_HAPPENING, row, at=at),
        "title": _(queries.label_of(found.type)),
        "ahead": found.planned and found.happened_at > at,
        "found": found,
        "recorded_by": names_of([found.recorded_by]).get(found.recorded_by, ""),
        "act": address("act", row.ref) if found.act else "",
        "survivor": face(row.case).survivor,
        "level": queries.level_seen(row.case, by=by, at=at).word,
        "back": _home_of(row.case),
    }
    return render(request, "assessments/pages/happening.html", page, status=status)


def _home_of(case: Case) -> str:
    return address("case", case.ref) or "/"
