"""Signs in through a demo link, on a demo node only. Refuses everywhere else as if the page did not exist."""

import hashlib

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from shelterbelt.access.models import DemoLink


def demo(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in as the worker of a demo link."""
    link = None
    if settings.DEMO:
        digest = hashlib.sha256(token.encode()).digest()
        link = DemoLink.objects.select_related("worker", "worker__agency").filter(digest=digest).first()
    if link is None or not link.worker.agency.fictional:
        raise Http404
    login(request, link.worker, backend="allauth.account.auth_backends.AuthenticationBackend")
    record_authentication(request, link.worker, method="demo_link")
    return redirect("/")
