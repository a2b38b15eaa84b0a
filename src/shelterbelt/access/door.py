"""The door of every page: stamps the instant, opens one transaction, tells PostgreSQL who asks, and lets in or not.

Refuses to say more than "not found": a page out of sight and a page that does not exist get the same bytes.
"""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import get_template

from shelterbelt.access.accounts import FIRST_STEPS, led_to_first_steps, watched
from shelterbelt.access.exports import OverBudget, note_refusal
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.tries import note_request
from shelterbelt.agencies.models import VICTIM_SERVICES, Agency
from shelterbelt.store.asker import as_agency, set_asker
from shelterbelt.ui.clock import now

Answer = Callable[[HttpRequest], HttpResponse]
# Direction overrides and isolates (U+202A to U+202E, U+2066 to U+2069), and control characters.
TRICKS = re.compile(rb"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]|[\x00-\x08\x0b\x0c\x0e-\x1f]")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    f"connect-src 'self'{settings.STREAMS and ' ' + settings.STREAMS}; "
    "media-src 'self'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
# Two years, also for names below this one: a browser that was here once never speaks in the open again.
TLS_ONLY = "max-age=63072000; includeSubDomains"


def not_found() -> HttpResponse:
    """The one not-found page: no form, no token, no name, the same bytes for everybody."""
    return HttpResponse(get_template("ui/pages/404.html").render(), status=404)


def refused(request: HttpRequest, status: int) -> HttpResponse:
    """A page of ours that says why; where survivors are, one that says nothing and names nobody."""
    name = "nothing" if request.path.startswith(settings.PORTAL) else str(status)
    return HttpResponse(get_template(f"ui/pages/{name}.html").render(), status=status)


class Door:
    """One transaction for one request, in the name of the worker who signed in."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = now()  # type: ignore[attr-defined]
        if _has_nul(request):
            return headers(refused(request, 404), request)
        if _too_large(request):
            return headers(refused(request, 413), request)
        public = is_public(request.path)
        with transaction.atomic():
            worker = None if public else self._worker(request)
            if worker is None and not public and not request.path.startswith("/account/"):
                response: HttpResponse = HttpResponseRedirect(visitors_page(request.path))
            elif worker is not None and led_to_first_steps(request, worker):
                response = HttpResponseRedirect(FIRST_STEPS)
            else:
                response = watched(request, worker, self.answer)
            if response.status_code in (404, 405) and not public:
                response = not_found()
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if worker is not None:
            _note_beside(worker, request, response)
        return headers(response, request)

    def _worker(self, request: HttpRequest) -> Worker | None:
        """Whoever the session names, if the account is still open; then the agency asks, not only the worker."""
        signing_in = request.path.startswith("/account/")
        known = request.session.get(SESSION_KEY)
        set_asker(None, UUID(known) if known else None, request.at, signing_in=signing_in)  # type: ignore[attr-defined]
        if not known:
            return None
        user = request.user
        if not isinstance(user, Worker) or not user.is_active:
            return None
        set_asker(user.agency_id, user.id, request.at, signing_in=signing_in)  # type: ignore[attr-defined]
        request.worker = user  # type: ignore[attr-defined]
        return user

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Refusals look like absence; anything unexpected undoes the request's changes."""
        transaction.set_rollback(True)
        if isinstance(error, NotForYou | PermissionDenied | Http404):
            return not_found()
        if isinstance(error, OverBudget):
            request.over_budget = True  # type: ignore[attr-defined]
            return refused(request, 429)
        return None


def _note_beside(worker: Worker, request: HttpRequest, response: HttpResponse) -> None:
    """What is written down of a refusal: beside the refused request, which was undone."""
    at: datetime = request.at  # type: ignore[attr-defined]
    if response.status_code == 404:
        with as_agency(worker.agency_id, at=at, worker=worker.id):
            note_request(worker, request, at=at)
    elif hasattr(request, "over_budget"):
        with as_agency(worker.agency_id, at=at, worker=worker.id):
            note_refusal(worker, at=at)


def visitors_page(path: str) -> str:
    """Where somebody who is not signed in is led: help on a victim-service node's front page, else sign-in."""
    if path == "/" and Agency.objects.filter(node__is_self=True, kind__in=VICTIM_SERVICES).exists():
        return "/help/"
    return str(settings.LOGIN_URL)


def is_public(path: str) -> bool:
    """Pages that know nobody: no session is read and no cookie is set there."""
    return path in ("/health/", "/favicon.ico", "/robots.txt") or path.startswith(settings.PUBLIC_PATHS)


def _has_nul(request: HttpRequest) -> bool:
    """A sign that no address of ours has and PostgreSQL cannot be asked about; the API refuses it in its own words."""
    found = "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")
    return found and not request.path.startswith("/api/")


def _too_large(request: HttpRequest) -> bool:
    """Whether more is sent than any page takes; it is refused before it is read."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    return not size.isdecimal() or int(size[:20]) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def without_tricks(response: HttpResponse) -> None:
    """Take out of a page what could make a text on it read as another one, wherever it was typed or came from."""
    if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
        response.content = TRICKS.sub(b"", response.content)


def headers(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """What every answer says to the browser: keep nothing, run nothing foreign, tell nobody."""
    without_tricks(response)
    response.setdefault("Content-Security-Policy", POLICY)
    response.setdefault("Cache-Control", "no-store")
    # A form that is sent without a referrer cannot prove where it comes from; pages of people known to nobody send none.
    response.setdefault("Referrer-Policy", "no-referrer" if is_public(request.path) else "same-origin")
    response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.setdefault("X-Content-Type-Options", "nosniff")
    response.setdefault("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
    response.setdefault("X-Robots-Tag", "noindex")
    if settings.SESSION_COOKIE_SECURE:
        response.setdefault("Strict-Transport-Security", TLS_ONLY)
    if request.path == settings.LOGOUT_PATH and request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def asker(request: HttpRequest) -> tuple[Worker, datetime]:
    """Who asks and when, as the door stamped them."""
    return request.worker, request.at  # type: ignore[attr-defined]
