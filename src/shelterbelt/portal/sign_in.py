"""The first page of the portal: a name and some words. It says nothing of what lies behind, nor why it does not open."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt

from shelterbelt.access import limits
from shelterbelt.portal import entrance, shell, ways
from shelterbelt.portal.actions.accounts import survivor_of
from shelterbelt.portal.actions.visits import begin_visit
from shelterbelt.portal.hashes import never, plain, which
from shelterbelt.portal.models import Account
from shelterbelt.portal.queries import account_named, agencies_with_portal
from shelterbelt.portal.visitors import Visitor
from shelterbelt.store.asker import hold, set_asker

FAILED = gettext_noop("That did not work. Look at both lines and try again.")


@csrf_exempt
def first_page(request: HttpRequest, language: str = "en") -> HttpResponse:
    """Ask for a name and words; go on, or say only that it did not work."""
    if not agencies_with_portal():
        raise Http404
    if request.method != "POST":
        return _page(language)
    account, opened = _tried(request) if entrance.own_origin(request) else (None, 0)
    if account is None:
        return _page(language, failed=FAILED)
    return signed_in(account, request, decoy=opened == 2, language=language)


def _page(language: str, **shown: Any) -> HttpResponse:
    begin = "/n/o/" if language == "en" else "/n/o/e/"
    return shell.outside("portal/pages/sign_in.html", language, begin_url=begin, **shown)


def signed_in(account: Account, request: HttpRequest, *, decoy: bool, language: str) -> HttpResponse:
    """Begin a visit and go in."""
    at: datetime = request.at  # type: ignore[attr-defined]
    set_asker(None, None, at, survivor=account.person_id)
    hold(b"")
    agent = request.headers.get("User-Agent", "")
    held, visit = begin_visit(account, decoy=decoy, language=language, agent=agent, at=at)
    visitor = Visitor(survivor_of(account), account, visit, ways.Secret(held), at, language, decoy)
    return entrance.let_in(shell.closed(ways.to(visitor, "home")), held)


def _tried(request: HttpRequest) -> tuple[Account | None, int]:
    """The account, and which of its passphrases was given. Every try does the same work, whatever comes of it."""
    at: datetime = request.at  # type: ignore[attr-defined]
    name, words = request.POST.get("a", "")[:200], request.POST.get("b", "")[:500]
    set_asker(None, None, at, signing_in=True)
    network = limits.network_of(request)
    keys = limits.signing_in(f"n:{plain(name)}", network)
    known = limits.known_here(f"n:{plain(name)}", network)
    too_soon = limits.held(keys, at=at, known=known)
    account = account_named(name)
    opened = which(words, *((account.first, account.second) if account else (never(), never())))
    if account is None or not opened or too_soon:
        limits.failed(keys, at=at)
        return None, 0
    limits.succeeded(keys, at=at, known=known)
    return account, opened
