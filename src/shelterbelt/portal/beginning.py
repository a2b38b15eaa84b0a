"""Opens an account by oneself, or with a code that a worker gave. It asks for nothing that says who somebody is."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt

from shelterbelt.access import limits
from shelterbelt.portal import entrance, shell, words
from shelterbelt.portal.actions.accounts import Taken, open_own_account
from shelterbelt.portal.actions.codes import use_code
from shelterbelt.portal.models import Account
from shelterbelt.portal.queries import agencies_with_portal
from shelterbelt.portal.sign_in import signed_in
from shelterbelt.store.asker import set_asker

FAULTS = {
    "name": gettext_noop("Choose another name: 4 to 40 letters, no e-mail address and no phone number."),
    "taken": gettext_noop("Choose another name."),
    "words": gettext_noop("Choose longer words: five words, or at least 14 letters."),
    "code": gettext_noop("That did not work. Look at the code and try again, or ask for a new one."),
    "slow": gettext_noop("That did not work. Wait a while and try again."),
}
# The field beside which a fault stands; what is about none of them stands above all.
BESIDE = {"name": "a", "taken": "a", "words": "b", "code": "c"}


@csrf_exempt
def begin(request: HttpRequest, language: str = "en") -> HttpResponse:
    """A name and words, as proposed or as one likes; whoever finishes is signed in."""
    agencies = agencies_with_portal()
    if not agencies:
        raise Http404
    if request.method != "POST":
        return _page(language, a=words.new_name(language), b=words.new_passphrase(language))
    told = {name: request.POST.get(name, "")[:500] for name in ("a", "b", "c")}
    account, fault = _opened(request, told) if entrance.own_origin(request) else (None, "slow")
    if account is None:
        return _page(language, fault={BESIDE.get(fault, "all"): FAULTS[fault]}, **told)
    return signed_in(account, request, decoy=False, language=language)


def _page(language: str, **shown: Any) -> HttpResponse:
    addresses = {"en": "/n/o/", "es": "/n/o/e/"}
    other = "es" if language == "en" else "en"
    shown |= {"here_url": addresses[language], "other_url": addresses[other]}
    return shell.outside("portal/pages/begin.html", language, **shown)


def _opened(request: HttpRequest, told: dict[str, str]) -> tuple[Account | None, str]:
    at: datetime = request.at  # type: ignore[attr-defined]
    if words.name_fault(told["a"]):
        return None, "name"
    if words.too_easy(told["b"], told["a"]):
        return None, "words"
    set_asker(None, None, at, signing_in=True)
    keys = {limits.PAIR: limits.key_of("portal", "begin", limits.network_of(request))}
    if limits.held(keys, at=at):
        return None, "slow"
    # Also what succeeds is counted: nobody needs many accounts.
    limits.failed(keys, at=at)
    set_asker(None, None, at)
    try:
        with transaction.atomic():
            return _made(told, at=at)
    except Taken:
        return None, "taken"


def _made(told: dict[str, str], *, at: datetime) -> tuple[Account | None, str]:
    if told["c"].strip():
        return use_code(told["c"], told["a"], told["b"], at=at), "code"
    return open_own_account(agencies_with_portal()[0], told["a"], told["b"], at=at), ""
