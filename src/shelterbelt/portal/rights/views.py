"""Which pages there are where the survivor's agency is, one of them with its day and its sources, and what is reported."""

from datetime import date
from typing import Any

from babel.dates import format_date
from django.http import Http404, HttpRequest, HttpResponse

from shelterbelt.agencies.models import Agency
from shelterbelt.library import limits as reported
from shelterbelt.library import rights
from shelterbelt.portal import shell, ways
from shelterbelt.portal.visitors import Visitor


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The pages, those of the place marked with it."""
    shown = [
        {
            "url": ways.way(visitor, "rights-page", one.place, one.topic),
            "title": one.title.by(visitor.language),
            "intro": one.intro.by(visitor.language),
        }
        for one in rights.pages(_place(_agency(visitor)))
    ]
    return shell.page(visitor, "portal/rights/pages/home.html", pages=shown)


def page(request: HttpRequest, visitor: Visitor, place: str, topic: str) -> HttpResponse:
    """One page. Whoever should have looked at it again and did not is said so above it."""
    told = {(one.place, one.topic): one for one in rights.pages(_place(_agency(visitor)))}
    found = told.get((place, topic))
    if found is None:
        raise Http404
    shown: dict[str, Any] = {
        "title": found.title.by(visitor.language),
        "intro": found.intro.by(visitor.language),
        "sections": [_section(one, visitor.language) for one in found.sections],
        "as_of": _day(found.as_of, visitor),
        "past": found.past(_today(visitor)),
        "look_again_on": _day(found.look_again_on, visitor),
        "country": found.place == rights.COUNTRY,
    }
    return shell.page(visitor, "portal/rights/pages/page.html", **shown)


def limits(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What this agency may have to tell others, whatever it is told."""
    agency = _agency(visitor)
    place, language = _place(agency), visitor.language
    found = reported.limits_for(agency.kind, on=_today(visitor), jurisdiction=place)
    first = reported.before(jurisdiction=place) if found else reported.without(jurisdiction=place)
    shown: dict[str, Any] = {
        "first": first.by(language),
        "limits": [
            {
                "title": one.title.by(language),
                "says": one.says.by(language),
                "citation": one.citation,
                "as_of": _day(one.as_of, visitor),
            }
            for one in found
        ],
    }
    return shell.page(visitor, "portal/rights/pages/limits.html", **shown)


def _section(one: rights.Section, language: str) -> dict[str, Any]:
    return {
        "heading": one.heading.by(language),
        "says": [said.by(language) for said in one.says],
        "careful": one.careful.by(language) if one.careful else "",
        "sources": [{"cite": source.cite, "address": source.address} for source in one.sources],
    }


def _agency(visitor: Visitor) -> Agency:
    return Agency.objects.get(id=visitor.survivor.agency_id)


def _place(agency: Agency) -> str:
    """Where the agency works, as its protocol says; an invented agency lies in the imagined county."""
    return agency.protocol.split("/")[0] or (rights.OTHERWISE if agency.fictional else rights.COUNTRY)


def _day(day: date, visitor: Visitor) -> str:
    return format_date(day, "long", locale=visitor.language)


def _today(visitor: Visitor) -> date:
    return visitor.at.date()
