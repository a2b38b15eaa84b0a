"""The public pages: help now, and how to leave a page fast.

They know nobody, set no cookie and keep nothing.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from shelterbelt.hotline.queries import holder_of_reports
from shelterbelt.portal.lines import lines

EXIT = "https://www.bbc.com/weather"
LANGUAGES = {"en": "English", "es": "Español"}


@require_safe
def help_now(request: HttpRequest, language: str = "en") -> HttpResponse:
    """Who to call or write to, how to talk unheard, how to leave fast, and what is kept: nothing."""
    shown = {
        section: lines(section, language, demonstration=getattr(settings, "DEMO", False))
        for section in ("urgent", "lines", "local")
    }
    write = _address("telling", language) if holder_of_reports() else ""
    return _page("portal/pages/help_now.html", "portal-help", language, write_url=write, **shown)


@require_safe
def leaving(request: HttpRequest, language: str = "en") -> HttpResponse:
    """How the exit button works, what it does not do, and how to clear a history."""
    return _page("portal/pages/leaving.html", "portal-leaving", language)


def _page(template: str, here: str, language: str, **shown: Any) -> HttpResponse:
    other = "es" if language == "en" else "en"
    addresses = {
        "home_url": _address("portal-help", language),
        "leaving_url": _address("portal-leaving", language),
        "other_url": _address(here, other),
        "other_language": other,
        "other_name": LANGUAGES[other],
        "exit_url": getattr(settings, "PORTAL_EXIT", EXIT),
    }
    with translation.override(language):
        # Made without the request: nothing of the reader can reach the page.
        page = HttpResponse(render_to_string(template, {**addresses, **shown}))
    page["Cache-Control"] = "no-store"
    page["Referrer-Policy"] = "no-referrer"
    page["Content-Language"] = language
    return page


def _address(name: str, language: str) -> str:
    return reverse(name if language == "en" else f"{name}-{language}")
