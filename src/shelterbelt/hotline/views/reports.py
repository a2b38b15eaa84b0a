"""What came without an account: the list, one report with its answers, who takes it on, and a case if they wish one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import require
from shelterbelt.cases.policy import OPEN_DIRECT_CASE
from shelterbelt.cases.queries import page_of
from shelterbelt.hotline import actions, queries
from shelterbelt.hotline.forms import AnswerForm, ColleagueForm, ReportCallForm
from shelterbelt.hotline.models import Report
from shelterbelt.hotline.policy import ANSWER_REPORTS, SEE_REPORTS
from shelterbelt.hotline.words import NOT_NOW, reach_shown, waited
from shelterbelt.ledger.actions import reading
from shelterbelt.notices.words import why
from shelterbelt.referrals.forms.casework import OpenForm
from shelterbelt.referrals.words import label, labels
from shelterbelt.ui.links import address

PAGES = "hotline/pages/"


def reports(request: HttpRequest) -> HttpResponse:
    """Those that wait first; what came in a flood stands apart and is there to be read."""
    by, at = asker(request)
    require(by, SEE_REPORTS, at=at)
    rows = queries.reports(by, at)
    reading("reports", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    found = [{"one": one, "waited": waited(one.touched_at, at)} for one in rows]
    shown = {
        "waiting": [line for line, one in zip(found, rows, strict=True) if one.waits and not one.apart],
        "answered": [line for line, one in zip(found, rows, strict=True) if not one.waits and not one.apart],
        "apart": [line for line, one in zip(found, rows, strict=True) if one.apart],
    }
    return render(request, PAGES + "reports.html", shown)


def report(request: HttpRequest, ref: str) -> HttpResponse:
    """One report, and an answer to it."""
    found, (by, at) = _found(request, ref), asker(request)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.answer_report(found, form.cleaned_data["words"], by=by, at=at)
        messages.success(request, _("Your answer waits for them."))
        return redirect("report", ref)
    return _page(request, found, form)


@require_POST
def report_take(request: HttpRequest, ref: str) -> HttpResponse:
    """Take it on."""
    by, at = asker(request)
    actions.take_report_on(_found(request, ref), by=by, at=at)
    return redirect("report", ref)


@require_POST
def report_call(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down that they were called; what they did not allow is refused, with the reason."""
    found, (by, at) = _found(request, ref), asker(request)
    form = ReportCallForm(request.POST)
    if not form.is_valid():
        return _page(request, found, AnswerForm(), called=form)
    try:
        actions.note_report_call(found, **form.cleaned_data, by=by, at=at)
    except actions.Forbidden as refused:
        said = why(reason.code for reason in refused.because)
        form.add_error("outcome", NOT_NOW % {"why": said})
        return _page(request, found, AnswerForm(), called=form)
    messages.success(request, _("Written down."))
    return redirect("report", ref)


@require_POST
def report_hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Give it to a colleague."""
    found, (by, at) = _found(request, ref), asker(request)
    form = ColleagueForm(request.POST, colleagues=queries.colleagues(by))
    if not form.is_valid():
        return _page(request, found, AnswerForm(), hand=form)
    actions.hand_over_report(found, form.worker(), by=by, at=at)
    messages.success(request, _("Handed over."))
    return redirect("report", ref)


def report_case(request: HttpRequest, ref: str) -> HttpResponse:
    """Open a case, if they wish one; or go to the one that is open."""
    found, (by, at) = _found(request, ref), asker(request)
    require(by, OPEN_DIRECT_CASE, at=at)
    if found.case is not None:
        return redirect(address("case", found.case.ref) or "reports")
    told = queries.report_content(found)
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"name": told["name"]})
    wished = "file" in told["wishes"]
    if request.method == "POST" and form.is_valid() and wished:
        case = actions.open_case_for_report(found, **form.cleaned_data, by=by, at=at)
        return redirect(page_of(case, by=by, at=at))
    reading("report", about=found.id, by=by.id, agency=found.agency_id, at=at)
    shown = {"form": form, "back": address("report", ref), "wished": wished, "may_copy": told["may_copy"]}
    return render(request, PAGES + "report_case.html", shown)


def _found(request: HttpRequest, ref: str) -> Report:
    by, at = asker(request)
    return queries.report_by_ref(ref, by=by, at=at, permission=ANSWER_REPORTS)


def _page(
    request: HttpRequest,
    found: Report,
    form: AnswerForm,
    *,
    hand: ColleagueForm | None = None,
    called: ReportCallForm | None = None,
) -> HttpResponse:
    by, at = asker(request)
    reading("report", about=found.id, by=by.id, agency=found.agency_id, at=at)
    told = queries.report_content(found)
    shown: dict[str, Any] = {
        "ref": found.ref,
        "name": told["name"],
        "spoken": label("languages", told["language"]),
        "wishes": labels("report_wishes", told["wishes"]),
        "wished": "file" in told["wishes"],
        "sayings": [
            {**one, "called": label("contact_outcomes", one["called"])}
            for one in queries.sayings_of(found, calls=True)
        ],
        "called": called or ReportCallForm(),
        "arrived_at": found.arrived_at,
        "apart": found.apart,
        "taken_by": names_of([found.taken_by]).get(found.taken_by, ""),
        "taken_at": found.taken_at,
        "reach": reach_shown(found, at),
        "case_url": address("case", found.case.ref) if found.case else "",
        "form": form,
        "hand": hand or ColleagueForm(colleagues=queries.colleagues(by)),
    }
    return render(request, PAGES + "report.html", shown)
