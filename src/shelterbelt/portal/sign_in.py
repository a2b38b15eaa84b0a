"""The first page of the portal: a name and some words, or a device that was let in. It is one page for everybody.

It says nothing of what lies behind, nor why it does not open.
"""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt

from shelterbelt.access import limits
from shelterbelt.portal import entrance, shell, ways
from shelterbelt.portal.actions.accounts import survivor_of
from shelterbelt.portal.actions.passkeys import told_of
from shelterbelt.portal.actions.visits import begin_visit
from shelterbelt.portal.hashes import never, plain, which
from shelterbelt.portal.models import Account
from shelterbelt.portal.padding import spaced
from shelterbelt.portal.passkeys import NoKey, Relying, answer_of
from shelterbelt.portal.queries import account_named, agencies_with_portal, passkey_held
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
    shown |= {"begin_url": _in(language, "/n/o/"), "device_url": _in(language, "/n/d/")}
    return shell.outside("portal/pages/sign_in.html", language, **shown)


def _in(language: str, address: str) -> str:
    return address if language == "en" else f"{address}e/"


@csrf_exempt
def by_device(request: HttpRequest, language: str = "en") -> HttpResponse:
    """What a device is asked; and with its answer, go on, or say what the first page says of wrong words."""
    if not agencies_with_portal():
        raise Http404
    if request.method != "POST":
        if request.accepts("text/html"):  # somebody reloads, and asks nothing of a device
            return entrance.begin_again()
        at: datetime = request.at  # type: ignore[attr-defined]
        asked = Relying(request, "").to_open(at=at)
        return shell.closed(HttpResponse(spaced(asked), content_type="application/json"))
    found = _opened_by(request) if entrance.own_origin(request) else None
    if found is None:
        return _page(language, failed=FAILED)
    account, decoy = found
    return signed_in(account, request, decoy=decoy, language=language)


def _opened_by(request: HttpRequest) -> tuple[Account, bool] | None:
    """The account that a device opens, and whether it opens the list of the second words. There is nothing to guess."""
    at: datetime = request.at  # type: ignore[attr-defined]
    # A challenge that was answered is remembered as one-time codes are.
    set_asker(None, None, at)
    try:
        answer = answer_of(request.POST.get("k", ""))
        row = passkey_held(answer.id)
        if row is None:
            return None
        set_asker(None, None, at, signing_in=True, survivor=row.person_id)
        account = Account.objects.filter(id=row.account_id, closed_at=None).first()
        if account is None:
            return None
        told = told_of(row, account)
        Relying(request, "").check(answer, told.public, told.mark, at=at)
        return account, told.decoy
    except NoKey:
        return None
    finally:
        set_asker(None, None, at)
        hold(b"")


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
