"""Who has looked at a case, what was given to others, and what is held: each of these pages is a look itself."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shelterbelt.access.door import asker
from shelterbelt.access.exports import FILES, require_budget
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.disclosures import given, paper, preview, queries, seen
from shelterbelt.disclosures.policy import SEE_ACCESS_LOG, SEE_DISCLOSURES, SEE_HOLDINGS
from shelterbelt.ledger.actions import reading

MOST_ON_PAPER = 2000


def _back(request: HttpRequest, case: Case) -> str:
    by, at = asker(request)
    return reverse("case", args=[case.ref]) if may(by, SEE_CASE, case, at=at) else ""


@require_GET
def access_log(request: HttpRequest, ref: str) -> HttpResponse:
    """Who has looked, at what, when and why, newest first."""
    by, at = asker(request)
    case = queries.case_under(ref, SEE_ACCESS_LOG, by=by, at=at)
    reading("access_log", about=case.id, by=by.id, agency=case.agency_id, at=at)
    found = seen.looks_at(case, before=request.GET.get("before", "")[:80])
    shown = {
        "items": [
            {
                "at": line.at,
                "title": line.what,
                "by": line.name or line.who,
                "text": " · ".join(part for part in (line.who if line.name else "", line.why) if part),
            }
            for line in found.lines
        ],
        "older": "?" + urlencode({"before": found.older}) if found.older else "",
        "newest": reverse("access_log", args=[ref]) if request.GET.get("before") else "",
        "back": _back(request, case),
        "paper": reverse("access_log_paper", args=[ref]),
        "given": reverse("disclosures", args=[ref]) if may(by, SEE_DISCLOSURES, case, at=at) else "",
    }
    return render(request, "disclosures/pages/access_log.html", shown)


@require_GET
def access_log_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The same as a plain page to print."""
    by, at = asker(request)
    case = queries.case_under(ref, SEE_ACCESS_LOG, by=by, at=at)
    with translation.override(paper.language_for(case)):
        rows = _on_paper(request, case)
    shown = {
        "rows": [dict(zip(("when", "who", "what", "why"), row, strict=True)) for row in rows],
        "undetermined": seen.undetermined(case),
        "at": at,
        "pdf": reverse("access_log_pdf", args=[ref]),
        "back": reverse("access_log", args=[ref]),
    }
    return render(request, "disclosures/pages/access_log_paper.html", shown)


@require_GET
def access_log_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """The same as a file with a name that says nothing."""
    by, at = asker(request)
    case = queries.case_under(ref, SEE_ACCESS_LOG, by=by, at=at)
    if seen.undetermined(case):
        raise NotForYou
    require_budget(by, [case.id], what=FILES, at=at)
    with translation.override(paper.language_for(case)):
        made = paper.pdf(_on_paper(request, case), at=at, zone=case.agency.time_zone)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{paper.FILE_NAME}"'
    return answer


def _on_paper(request: HttpRequest, case: Case) -> list[tuple[str, str, str, str]]:
    """The looks as a paper shows them; nothing while it is not sure who the survivor is."""
    by, at = asker(request)
    reading("access_log.paper", about=case.id, by=by.id, agency=case.agency_id, at=at)
    if seen.undetermined(case):
        return []
    names = queries.contacts_of(by, at=at).names_on_paper
    lines = seen.looks_at(case, most=MOST_ON_PAPER).lines
    return paper.rows_of(lines, zone=case.agency.time_zone, names=names)


@require_GET
def disclosures(request: HttpRequest, ref: str) -> HttpResponse:
    """What was given to others about a case."""
    by, at = asker(request)
    case = queries.case_under(ref, SEE_DISCLOSURES, by=by, at=at)
    reading("disclosures", about=case.id, by=by.id, agency=case.agency_id, at=at)
    found = given.given_of(case, by=by, at=at)
    names = names_of(one.by for one in found)
    rows = [
        {
            "given": one,
            "by": names.get(one.by, ""),
        }
        for one in found
    ]
    return render(request, "disclosures/pages/disclosures.html", {"rows": rows, "back": _back(request, case)})


@require_http_methods(["GET", "POST"])
def holdings_find(request: HttpRequest) -> HttpResponse:
    """By the reference of a case to what is held of it."""
    by, at = asker(request)
    require(by, SEE_HOLDINGS, at=at)
    error = ""
    if request.method == "POST":
        ref = request.POST.get("ref", "").strip()[:22]
        try:
            queries.case_under(ref, SEE_HOLDINGS, by=by, at=at)
            return redirect("holdings", ref)
        except NotForYou:
            error = _("There is no case with this reference that you may name here.")
    status = 422 if error else 200
    return render(request, "disclosures/pages/holdings_find.html", {"error": error}, status=status)


@require_GET
def holdings(request: HttpRequest, ref: str) -> HttpResponse:
    """What this node holds of a case, table by table, without its content."""
    by, at = asker(request)
    case = queries.case_under(ref, SEE_HOLDINGS, by=by, at=at)
    reading("holdings", about=case.id, by=by.id, agency=case.agency_id, at=at)
    found: Any = preview.of_case(case)
    return render(request, "disclosures/pages/holdings.html", {"found": found, "ref": ref})
