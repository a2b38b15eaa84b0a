"""The first page of the portal: a name and some words. It says nothing of what lies behind, nor why it does not open."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt

from shelterbelt.access import limits
from shelterbelt.portal import entrance, shell, ways
from shelterbelt.portal.actions.accounts import survivor_of
from shelterbelt.portal.actions.visits import begin_visit
from shelterbelt.portal.hashes import never, which
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
        return shell.outside("portal/pages/sign_in.html", language)
    visitor = _signed_in(request, language) if entrance.own_origin(request) else None
    if visitor is None:
        return shell.outside("portal/pages/sign_in.html", language, failed=FAILED)
    held, who = visitor
    return entrance.let_in(shell.closed(ways.to(who, "home")), held)


def _signed_in(request: HttpRequest, language: str) -> tuple[str, Visitor] | None:
    """The visit that a name and words begin. Every try does the same work, whatever comes of it."""
    at: datetime = request.at  # type: ignore[attr-defined]
    name, words = request.POST.get("a", "")[:200], request.POST.get("b", "")[:500]
    set_asker(None, None, at, signing_in=True)
    network = limits.network_of(request)
    keys, known = limits.signing_in(f"n:{name}", network), limits.known_here(f"n:{name}", network)
    too_soon = limits.held(keys, at=at, known=known)
    account = account_named(name)
    opened = which(words, *_digests(account))
    if account is None or not opened or too_soon:
        limits.failed(keys, at=at)
        return None
    limits.succeeded(keys, at=at, known=known)
    set_asker(None, None, at, survivor=account.person_id)
    hold(b"")
    agent = request.headers.get("User-Agent", "")
    decoy = opened == 2
    held, visit = begin_visit(account, decoy=decoy, language=language, agent=agent, at=at)
    return held, Visitor(survivor_of(account), account, visit, ways.Secret(held), at, language, decoy)


def _digests(account: Account | None) -> tuple[str, str]:
    return (account.first, account.second) if account else (never(), never())
