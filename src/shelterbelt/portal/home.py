"""The portal's first page and the list of visits. Both passphrases are answered by the same work: both pages are made."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from shelterbelt.agencies.sealed import opened_under
from shelterbelt.portal import household, shell, ways
from shelterbelt.portal.actions.visits import end_visit, end_visits, speak
from shelterbelt.portal.models import Visit
from shelterbelt.portal.queries import visits_of
from shelterbelt.portal.rooms import ROOMS
from shelterbelt.portal.visitors import Visitor
from shelterbelt.portal.watch.views import line_of


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The rooms; for the second passphrase the household list. Whichever is not shown is made all the same."""
    rooms = shell.page(visitor, "portal/pages/home.html", rooms=_rooms(visitor), line=line_of(visitor))
    lists = shell.page(visitor, "portal/pages/household.html", lists=household.lists(visitor))
    return lists if visitor.decoy else rooms


def _rooms(visitor: Visitor) -> list[dict[str, Any]]:
    return [
        {
            "label": room.label,
            "url": ways.way(visitor, room.first),
            "waiting": room.waiting(visitor) if room.waiting else 0,
        }
        for room in ROOMS
    ]


def language(request: HttpRequest, visitor: Visitor, code: str) -> HttpResponse:
    """The visit goes on in another language."""
    if code not in shell.LANGUAGES:
        raise Http404
    held = request.COOKIES[settings.PORTAL_COOKIE]
    speak(visitor.visit, held, code, by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "home")


def visits(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Which visits are open now, and the button that ends the others."""
    if request.method == "POST":
        _end(request.POST.get("visit", ""), visitor)
        return ways.to(visitor, "visits")
    shown = [_shown(row, visitor) for row in visits_of(visitor.account, at=visitor.at)]
    return shell.page(visitor, "portal/pages/visits.html", visits=shown)


def _end(ref: str, visitor: Visitor) -> None:
    if not ref:
        return end_visits(visitor.account, but=visitor.visit, by=visitor.survivor, at=visitor.at)
    row = Visit.objects.filter(ref=ref, account=visitor.account).first()
    if row is None:
        raise Http404
    return end_visit(row, by=visitor.survivor, at=visitor.at)


def _shown(row: Visit, visitor: Visitor) -> dict[str, Any]:
    told = opened_under(visitor.account.key, row.id, row.agency_id, row.label)
    return {
        "ref": row.ref,
        "device": told["device"],
        "began_at": row.began_at,
        "seen_at": row.seen_at,
        "this": row.id == visitor.visit.id,
    }
