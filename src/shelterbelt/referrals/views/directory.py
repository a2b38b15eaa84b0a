"""The directory of services: search and one service. A confidential place is shown by its phone only."""

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.referrals.forms.casework import DirectoryForm
from shelterbelt.referrals.hours import DAYS, open_now
from shelterbelt.referrals.links import address
from shelterbelt.referrals.policy import SEE_DIRECTORY
from shelterbelt.referrals.queries import found_services, service_by_ref
from shelterbelt.referrals.queries.directory import languages_offered, terms_offered
from shelterbelt.referrals.views.inbox import page_number
from shelterbelt.referrals.words import SERVICE, labels

PAGES = "referrals/pages/"
REF = re.compile(r"[A-Za-z0-9_-]{22}")
# What could lead to a place that may not be found.
NOT_TOLD = ("url", "email", "areas", "places")


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
        "phones": [_phone(p) for p in record.get("phones", [])],
        "rows": [row for row in _rows(record, found.confidential) if row.get("value") or row.get("list")],
        "refer_url": address("referral_phone", case, found.ref) if case else "",
        "back": address("directory") + (f"?case={case}" if case else ""),
    }
    return render(request, PAGES + "service.html", shown)


def _case(request: HttpRequest) -> str:
    """The reference of the case that goes along, if it is one."""
    given = request.GET.get("case", "")
    return given if REF.fullmatch(given) else ""


def _phone(phone: dict[str, Any]) -> dict[str, str]:
    extension = phone.get("extension")
    number = phone["number"] + (f" x{extension:g}" if extension else "")
    return {"number": number, "kind": phone.get("description") or phone.get("type") or ""}


def _rows(record: dict[str, Any], confidential: bool) -> list[dict[str, Any]]:
    places = (
        []
        if confidential
        else [_place(a) for p in record.get("locations", []) for a in p.get("addresses", [])]
    )
    listed = {
        "hours": [_hours(s) for s in record.get("schedules", [])],
        "languages": [x.get("name") or x.get("code") for x in record.get("languages", [])],
        "areas": [x["name"] for x in record.get("areas", []) if x.get("name")],
        "kinds": [x["name"] for x in record.get("terms", [])],
        "places": places,
    }
    told = [name for name in SERVICE if not (confidential and name in NOT_TOLD)]
    texts = [{"key": SERVICE[name], "value": record.get(name, "")} for name in told if name not in listed]
    lists = [
        {"key": SERVICE[name], "list": [x for x in listed[name] if x]} for name in told if name in listed
    ]
    return [*texts, *lists]


def _hours(schedule: dict[str, Any]) -> str:
    times = " – ".join(str(schedule[name])[:5] for name in ("opens_at", "closes_at") if schedule.get(name))
    codes = [part.strip()[-2:] for part in schedule.get("byday", "").split(",")]
    days = ", ".join(labels("safe_days", [str(DAYS.index(code)) for code in codes if code in DAYS]))
    words = [days, times, schedule.get("description", "")]
    return " · ".join(word for word in words if word)


def _place(place: dict[str, Any]) -> str:
    parts = ("address_1", "address_2", "city", "state_province", "postal_code")
    return ", ".join(place[part] for part in parts if place.get(part))
