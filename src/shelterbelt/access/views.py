"""Pages before one is signed in, and of one's own sessions. Demo links work on a demo node only.

Refuses everywhere else as if the page did not exist: nothing is ever sent by e-mail, so nothing asks for one.
"""

import hashlib
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shelterbelt.access import limits
from shelterbelt.access.accounts import factors_of, signs_in_safely
from shelterbelt.access.actions import end_other_sessions, end_session, use_code
from shelterbelt.access.door import asker
from shelterbelt.access.forms import EnrolForm
from shelterbelt.access.models import DemoLink, Worker
from shelterbelt.access.queries import session_by_ref
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.sessions import digest_of, sessions_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def demo(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in as the worker of a demo link."""
    link = None
    if settings.DEMO:
        digest = hashlib.sha256(token.encode()).digest()
        link = DemoLink.objects.select_related("worker", "worker__agency").filter(digest=digest).first()
    if link is None or not link.worker.agency.fictional or not link.worker.is_active:
        raise Http404
    login(request, link.worker, backend=BACKEND)
    record_authentication(request, link.worker, method="demo_link")
    return redirect("/")


def closed(request: HttpRequest, **parts: Any) -> HttpResponse:
    """What allauth offers and we do not: sign-up, e-mail, a password sent by mail."""
    raise Http404


@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """The first sign-in, with the two codes on paper; then a passkey takes their place."""
    form = EnrolForm(request.POST or None)
    worker = _enrolled(request, form) if request.method == "POST" and form.is_valid() else None
    if worker is not None:
        login(request, worker, backend=BACKEND)
        record_authentication(request, worker, method="code")
        return redirect("account_first")
    status = 422 if request.method == "POST" else 200
    return render(request, "access/pages/enrol.html", {"form": form}, status=status)


def _enrolled(request: HttpRequest, form: EnrolForm) -> Worker | None:
    code, at = form.cleaned_data["code"], request.at  # type: ignore[attr-defined]
    keys = limits.signing_in(code, limits.network_of(request))
    found = None if limits.held(keys, at=at) else use_code(code, form.cleaned_data["once"], at=at)
    if found is None:
        limits.failed(keys, at=at)
        form.add_error(
            None,
            _(
                "These codes do not fit together, were used before, are older than a day, or there were too many "
                "tries. Ask your administrator for new ones, or wait a few minutes."
            ),
        )
    return found


def first(request: HttpRequest) -> HttpResponse:
    """What is still missing before somebody can work: a passkey, or a password and a second step."""
    by, _at = _signed_in(request)
    shown = {"whole": signs_in_safely(by), "factors": factors_of(by), "password": by.has_usable_password()}
    return render(request, "access/pages/first.html", shown)


def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    by, at = _signed_in(request)
    here = _here(request)
    rows = [{"row": row, "here": bytes(row.digest) == here} for row in sessions_of(by, at=at)]
    return render(request, "access/pages/sessions.html", {"rows": rows, "idle": settings.SESSION_IDLE})


@require_POST
def session_end(request: HttpRequest, ref: str) -> HttpResponse:
    """End one session."""
    by, at = _signed_in(request)
    end_session(session_by_ref(ref, by=by), by=by, at=at)
    return redirect("account_sessions")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one."""
    by, at = _signed_in(request)
    end_other_sessions(by=by, but=_here(request), at=at)
    return redirect("account_sessions")


def _here(request: HttpRequest) -> bytes:
    return digest_of(request.session.session_key or "")


def _signed_in(request: HttpRequest) -> tuple[Worker, Any]:
    if not hasattr(request, "worker"):
        raise NotForYou
    return asker(request)
