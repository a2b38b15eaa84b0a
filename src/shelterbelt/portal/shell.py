"""How every page of the portal is made: one title, one size, no trace of the request, in the visit's language."""

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from shelterbelt.portal import ways
from shelterbelt.portal.padding import padded
from shelterbelt.portal.visitors import Visitor

OUT = "/n/out/"
LANGUAGES = {"en": "English", "es": "Español"}


def page(visitor: Visitor, template: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    """A signed-in page."""
    other = "es" if visitor.language == "en" else "en"
    around = {
        "visitor": visitor,
        "home_url": ways.way(visitor, "home"),
        "other_url": ways.way(visitor, "language", other),
        "other_language": other,
        "other_name": LANGUAGES[other],
        "exit_url": OUT,
        # While a place is shared every page says so, and ends it.
        "shared": {"until": visitor.shows_until} if visitor.shows_until and not visitor.decoy else None,
    }
    with translation.override(visitor.language):
        return closed(HttpResponse(render_to_string(template, {**around, **shown}), status=status))


def outside(template: str, language: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    """A page for somebody who is not signed in."""
    other = "es" if language == "en" else "en"
    around = {
        "language": language,
        "home_url": "/n/" if language == "en" else "/n/e/",
        "other_url": "/n/" if other == "en" else "/n/e/",
        "other_language": other,
        "other_name": LANGUAGES[other],
        "exit_url": OUT,
    }
    with translation.override(language):
        return closed(HttpResponse(render_to_string(template, {**around, **shown}), status=status))


def closed(answer: HttpResponse) -> HttpResponse:
    """Kept nowhere, sent on to nobody, of a size that says nothing."""
    answer.setdefault("Cache-Control", "no-store, no-transform")
    # A form must be able to say where it comes from; other addresses are told nothing.
    answer.setdefault("Referrer-Policy", "same-origin")
    return padded(answer)
