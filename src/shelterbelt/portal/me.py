"""What somebody may change about their own account: words, second words, who helps, its end, and that all of it goes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from shelterbelt.portal import entrance, shell, ways, words
from shelterbelt.portal.actions.accounts import (
    TheSame,
    change_passphrase,
    chosen_in,
    close_account,
    set_second,
)
from shelterbelt.portal.actions.codes import give_connection, give_erasure, let_in
from shelterbelt.portal.actions.passkeys import told_of
from shelterbelt.portal.hashes import never, which
from shelterbelt.portal.own import has_case
from shelterbelt.portal.queries import passkeys_of
from shelterbelt.portal.visitors import Visitor

NOT_YOURS = gettext_noop("These are not the words that you sign in with now.")
TOO_EASY = gettext_noop("Choose longer words: five words, or at least 14 letters.")
THE_SAME = gettext_noop("Choose words that differ from your other words.")
NO_CODE = gettext_noop("That did not work. Look at the code and try again, or ask for a new one.")


def me(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What can be changed, and the name to sign in with."""
    return shell.page(visitor, "portal/pages/me.html", chosen=chosen_in(visitor.account))


def new_words(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Other words to sign in with; every other visit ends."""
    if request.method != "POST":
        return _words(visitor, "me_words", b=words.new_passphrase(visitor.language))
    told, fault = _told(request, visitor)
    if not fault:
        try:
            change_passphrase(
                visitor.account, told["b"], by=visitor.survivor, but=visitor.visit, at=visitor.at
            )
        except TheSame:
            fault = {"b": THE_SAME}
    return _words(visitor, "me_words", fault=fault, b=told["b"]) if fault else ways.to(visitor, "me")


def second(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The words that open the household list; or none."""
    if request.method != "POST":
        tells, proposed = chosen_in(visitor.account)["tells"], words.new_passphrase(visitor.language)
        return _second(visitor, b=proposed, tells=tells)
    ends, tells = "end" in request.POST, request.POST.get("tells") == "yes"
    told, fault = _told(request, visitor, asks_new=not ends)
    if not fault:
        try:
            set_second(
                visitor.account,
                "" if ends else told["b"],
                tells=tells,
                by=visitor.survivor,
                but=visitor.visit,
                at=visitor.at,
            )
        except TheSame:
            fault = {"b": THE_SAME}
    if fault:
        return _second(visitor, fault=fault, b=told["b"], tells=tells)
    return ways.to(visitor, "me")


def helper(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """A code from somebody who helps, or one to read out to them."""
    if request.method != "POST":
        return shell.page(visitor, "portal/pages/me_code.html")
    if "give" in request.POST:
        code = give_connection(visitor.account, by=visitor.survivor, at=visitor.at)
        return shell.page(visitor, "portal/pages/me_code.html", code=code)
    told = request.POST.get("c", "")[:100]
    if let_in(told, by=visitor.survivor, at=visitor.at):
        return shell.page(visitor, "portal/pages/me_code.html", done=True)
    return shell.page(visitor, "portal/pages/me_code.html", status=422, fault=NO_CODE, c=told)


def close(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The end of the account."""
    if request.method != "POST":
        return shell.page(visitor, "portal/pages/me_close.html")
    _words_now, fault = _told(request, visitor, asks_new=False)
    if fault:
        return shell.page(visitor, "portal/pages/me_close.html", status=422, fault=fault)
    close_account(visitor.account, by=visitor.survivor, at=visitor.at)
    return entrance.leave()


def _second(visitor: Visitor, **shown: Any) -> HttpResponse:
    """The page of the second words; it says where they are no help, and whether a device is let in already."""
    account = visitor.account
    device = any(not told_of(row, account).decoy for row in passkeys_of(account))
    return _words(visitor, "me_second", chosen=chosen_in(account), device=device, **shown)


def erase(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What goes if all of it goes; whoever says their words again gets the code for it, and nothing is changed yet."""
    template = "portal/pages/me_erase.html"
    if has_case(visitor):
        return shell.page(visitor, template, has_case=True)
    if request.method != "POST":
        return shell.page(visitor, template)
    _words_now, fault = _told(request, visitor, asks_new=False)
    if fault:
        return shell.page(visitor, template, status=422, fault=fault)
    return shell.page(
        visitor, template, code=give_erasure(visitor.account, by=visitor.survivor, at=visitor.at)
    )


def _words(visitor: Visitor, name: str, **shown: Any) -> HttpResponse:
    status = 422 if shown.get("fault") else 200
    return shell.page(visitor, f"portal/pages/{name}.html", status=status, **shown)


def _told(
    request: HttpRequest, visitor: Visitor, *, asks_new: bool = True
) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed, and which field is wrong and why: whoever changes words knows the present ones."""
    told = {name: request.POST.get(name, "")[:500] for name in ("now", "b")}
    if which(told["now"], visitor.account.first, never()) != 1:
        return told, {"now": NOT_YOURS}
    name = chosen_in(visitor.account)["name"]
    return told, {"b": TOO_EASY} if asks_new and words.too_easy(told["b"], name) else {}
