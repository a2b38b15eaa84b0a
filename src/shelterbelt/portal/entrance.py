"""The one way into the portal's rooms: finds the visit by the browser's secret, the room by the sealed address.

Refuses as for a page that is not there, and says so in a page of the portal's own, which names nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from shelterbelt.access.rules import NotForYou
from shelterbelt.alerts.queries import shared_place
from shelterbelt.portal import shell, ways
from shelterbelt.portal.actions.accounts import chosen_in, survivor_of
from shelterbelt.portal.actions.visits import end_visit, note_seen, told_by
from shelterbelt.portal.models import Account
from shelterbelt.portal.queries import agencies_with_portal, visit_held
from shelterbelt.portal.templatetags.ways import FIELD
from shelterbelt.portal.visitors import Visitor
from shelterbelt.store.asker import hold, set_asker

HOUSEHOLD = "/h/"
GONE = "/n/z/"
# What both words open: the first page, its language, and the devices that open what the visit has open.
BOTH = ("home", "language", "me-devices", "me-device", "me-device-made")
SAFE = ("GET", "HEAD")


@csrf_exempt
def enter(request: HttpRequest, word: str) -> HttpResponse:
    """A room of the portal, for whoever holds the visit."""
    visitor = visitor_of(request)
    if visitor is None:
        return begin_again()
    path = visitor.secret.opened(word)
    if path is None:
        return shell.page(visitor, "portal/pages/absent.html", status=404)
    if request.method not in SAFE and not _ours(request, visitor):
        return shell.page(visitor, "portal/pages/absent.html", status=403)
    try:
        return shell.closed(_room(request, visitor, path))
    except (NotForYou, PermissionDenied, Http404):
        transaction.set_rollback(True)
        return shell.page(visitor, "portal/pages/absent.html", status=404)


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Whoever visits; from here on only what is theirs is seen."""
    held = request.COOKIES.get(settings.PORTAL_COOKIE, "")
    at: datetime = request.at  # type: ignore[attr-defined]
    visit = visit_held(held, at=at) if held else None
    if visit is None:
        return None
    set_asker(None, None, at, survivor=visit.person_id)
    hold(b"")
    account = Account.objects.filter(id=visit.account_id, closed_at=None).first()
    if account is None:
        return None
    note_seen(visit, at=at)
    decoy, language = told_by(held, visit)
    survivor = survivor_of(account)
    place = shared_place(survivor, at=at)
    until = place.until_at if place else None
    return Visitor(survivor, account, visit, ways.Secret(held), at, language, decoy, until)


def _room(request: HttpRequest, visitor: Visitor, path: str) -> HttpResponse:
    """The page of a path. The second passphrase opens the household list and what both share, and no room."""
    try:
        found = resolve(path, urlconf=ways.INSIDE)
    except Resolver404:
        raise Http404 from None
    if visitor.decoy != path.startswith(HOUSEHOLD) and found.url_name not in BOTH:
        raise Http404
    view: Callable[..., HttpResponse] = found.func
    with translation.override(visitor.language):
        return view(request, visitor, *found.args, **found.kwargs)


def _ours(request: HttpRequest, visitor: Visitor) -> bool:
    return own_origin(request) and visitor.secret.is_form(request.POST.get(FIELD, ""))


def own_origin(request: HttpRequest) -> bool:
    """Whether the browser says that a form was sent from a page of this very address."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}" or origin == settings.ADDRESS
    return site is not None


def begin_again() -> HttpResponse:
    """To an empty page, whatever was asked for: whoever goes back or reloads sees that, not where one signs in.

    Where there is no portal, there is no page.
    """
    if not agencies_with_portal():
        raise Http404
    answer = HttpResponseRedirect(GONE)
    answer.status_code = 303
    return shell.closed(answer)


@require_safe
def gone(request: HttpRequest) -> HttpResponse:
    """The empty page: the visit is over."""
    if not agencies_with_portal():
        raise Http404
    return shell.outside("portal/pages/gone.html", "en")


@require_safe
def out(request: HttpRequest) -> HttpResponse:
    """Leave: the visit is over, the browser forgets what it holds of this address, and a plain page follows."""
    visitor = visitor_of(request)
    if visitor is None and not agencies_with_portal():
        raise Http404
    # Where something stays on the device because they asked for it, the way out leaves it there.
    keeps = visitor is not None and chosen_in(visitor.account)["keeps"]
    if visitor is not None:
        end_visit(visitor.visit, by=visitor.survivor, at=visitor.at)
    return leave(keeps=keeps)


def leave(*, keeps: bool = False) -> HttpResponse:
    """The browser forgets what it holds of this address, and a plain page follows."""
    answer = HttpResponseRedirect(settings.PORTAL_EXIT)
    answer.status_code = 303
    answer.delete_cookie(settings.PORTAL_COOKIE, samesite="Strict")
    answer["Clear-Site-Data"] = '"cache", "cookies"' if keeps else '"cache", "cookies", "storage"'
    return shell.closed(answer)


def let_in(answer: HttpResponse, held: str) -> HttpResponse:
    """Give the browser the visit's secret, for as long as it is open and no longer."""
    told: dict[str, Any] = {"httponly": True, "samesite": "Strict", "secure": settings.SESSION_COOKIE_SECURE}
    answer.set_cookie(settings.PORTAL_COOKIE, held, path="/", **told)
    return answer
