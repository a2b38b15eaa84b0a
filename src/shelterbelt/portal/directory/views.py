"""Looking for a service, and one of them. What is shown is public; a place that may not be found is shown without it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shelterbelt.portal import shell
from shelterbelt.portal.directory.forms import LAST_PAGE, FindForm
from shelterbelt.portal.entrance import own_origin
from shelterbelt.portal.lines import lines
from shelterbelt.portal.queries import agencies_with_portal
from shelterbelt.referrals.hours import open_now
from shelterbelt.referrals.queries.directory import (
    Asked,
    Found,
    languages_offered,
    public_service,
    public_services,
    terms_offered,
)
from shelterbelt.referrals.services import phones_of, rows_of

PAGES = "portal/directory/pages/"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def directory(request: HttpRequest, language: str = "en") -> HttpResponse:
    """The form; after it was sent, what was found, or the one service that was chosen of it."""
    agencies = agencies_with_portal()
    if not agencies or (request.method == "POST" and not own_origin(request)):
        raise Http404
    at: datetime = request.at  # type: ignore[attr-defined]
    zone = agencies[0].time_zone
    with translation.override(language):
        form = FindForm(
            request.POST if request.method == "POST" else None,
            terms=terms_offered(),
            languages=languages_offered(),
        )
        if not form.is_bound or not form.is_valid():
            return _answer(
                "find", language, 422 if form.is_bound else 200, form=form, numbers=_numbers(language)
            )
        if form.cleaned_data["one"]:
            return _one(form, language, at, zone)
        return _results(form, language, at, zone)


def _results(form: FindForm, language: str, at: datetime, zone: str) -> HttpResponse:
    told = form.cleaned_data
    page = told["page"] or 1
    asked = Asked(told["q"], told["language"], told["term"], bool(told["open"]), page)
    rows, more = public_services(asked, at=at, zone=zone)
    shown: dict[str, Any] = {
        "form": form,
        "rows": [_row(row) for row in rows],
        "asked": form.asked(),
        "searched": True,
        "before": page - 1,
        "next": page + 1 if more and page < LAST_PAGE else 0,
        "numbers": [] if rows else _numbers(language),
    }
    return _answer("find", language, **shown)


def _one(form: FindForm, language: str, at: datetime, zone: str) -> HttpResponse:
    found = public_service(form.cleaned_data["one"])
    if found is None:
        raise Http404
    record = found.record
    shown: dict[str, Any] = {
        "name": record.get("name", found.name),
        "organization": record.get("organization", {}).get("name", found.organization),
        "description": record.get("description", ""),
        "closed": found.status != "active",
        "confidential": found.confidential,
        "open": open_now(record.get("schedules", []), at, zone),
        "phones": phones_of(record),
        "hours": bool(record.get("schedules")),
        "rows": rows_of(record, confidential=found.confidential),
        "asked": form.asked(),
        "page": form.cleaned_data["page"] or 1,
    }
    return _answer("one", language, **shown)


def _row(row: Found) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "name": row.name,
        "organization": row.organization,
        "description": row.description,
        "phones": row.phones,
        "confidential": row.confidential,
        "closed": row.status != "active",
        "open": row.open,
    }


def _numbers(language: str) -> list[dict[str, Any]]:
    return lines("urgent", language, demonstration=False)


def _answer(template: str, language: str, status: int = 200, **shown: Any) -> HttpResponse:
    here, other = _address(language), _address("en" if language == "es" else "es")
    return shell.outside(
        f"{PAGES}{template}.html",
        language,
        status=status,
        find_url=here,
        home_url=here,
        other_url=other,
        **shown,
    )


def _address(language: str) -> str:
    return reverse("find" if language == "en" else f"find-{language}")
