"""The directory of services: search and one service. A confidential place is shown by its phone only."""

import re
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.referrals.forms.casework import DirectoryForm
from shelterbelt.referrals.hours import open_now
from shelterbelt.referrals.policy import SEE_DIRECTORY
from shelterbelt.referrals.queries import found_services, service_by_ref
from shelterbelt.referrals.queries.directory import languages_offered, terms_offered
from shelterbelt.referrals.services import phones_of, rows_of
from shelterbelt.referrals.views.inbox import page_number
from shelterbelt.ui.links import address

PAGES = "referrals/pages/"
REF = re.compile(r"[A-Za-z0-9_-]{22}")


def directory(request: HttpRequest) -> HttpResponse:
    """Search by words, kind of help, language and open now; `case` goes along to the service."""
    by, at = asker(request)
    require(by, SEE_DIRECTORY, at=at)
    form = DirectoryForm(request.GET or None, terms=terms_offered(), languages=languages_offered())
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page, case = page_number(request), _case(request)
    rows, more = found_services(
        asked.get("q", ""), language=asked.get("language", ""), term=asked.get("term", ""),
        open_only=bool(asked.get("open")), page=page, by=by, at=at,
    )  # fmt: skip
    keep = {name: value for name, value in {**asked, "case": case}.items() if value}
    shown = {
        "form": form,
        "rows": rows,
        "case": case,
        "newer": f"?{urlencode({**keep, 'page': page - 1})}" if page > 1 else "",
        "older": f"?{urlencode({**keep, 'page': page + 1})}" if more else "",
    }
    return render(request, PAGES + "directory.html", shown)


def service(request: HttpRequest, ref: str) -> HttpResponse:
    """One service."""
    by, at = asker(request)
    found = service_by_ref(ref, by=by, at=at)
    case = _case(request)
    record = found.record
    shown = {
        "name": record.get("name", found.name),
        "organization": record.get("organization", {}).get("name", found.organization),
        "description": record.get("description", ""),
        "status": found.status,
        "confidential": found.confidential,
        "here": found.agency is not None,
        "open": open_now(record.get("schedules", []), at, by.agency.time_zone),
        "phones": phones_of(record),
        "hours": bool(record.get("schedules")),
        "rows": rows_of(record, confidential=found.confidential),
        "refer_url": address("referral_phone", case, found.ref) if case else "",
        "back": address("directory") + (f"?case={case}" if case else ""),
    }
    return render(request, PAGES + "service.html", shown)


def _case(request: HttpRequest) -> str:
    """The reference of the case that goes along, if it is one."""
    given = request.GET.get("case", "")
    return given if REF.fullmatch(given) else ""
