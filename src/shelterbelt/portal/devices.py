"""Devices that open an account without words: the page that says what that risks, letting one in, taking one out.

Whoever gave the second words has the same pages: a device opens what the visit had open, and nothing tells of more.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shelterbelt.portal import shell, ways
from shelterbelt.portal.actions.passkeys import Told, add_passkey, remove_passkey, told_of
from shelterbelt.portal.hashes import never, which
from shelterbelt.portal.models import Passkey
from shelterbelt.portal.passkeys import NoKey, Relying
from shelterbelt.portal.queries import passkeys_of
from shelterbelt.portal.visitors import Visitor

PAGES = "portal/pages/"
NOT_YOURS = gettext_noop("These are not the words that you sign in with now.")
NO_KEY = gettext_noop("This device could not be let in. Try again, or keep to your words.")


def devices(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What it risks, which devices there are, and the way to let this one in or take one out."""
    if request.method == "POST":
        ref = request.POST.get("device", "")
        row = next((row for row, _told in _shown_to(visitor) if row.ref == ref), None)
        if row is None:
            raise Http404
        remove_passkey(row, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "me-devices")
    return _page(visitor)


def let_in(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Whoever lets a device in knows the words; then the device is asked."""
    if request.method != "POST":
        return ways.to(visitor, "me-devices")
    now, account = request.POST.get("now", "")[:500], visitor.account
    digests = (never(), account.second) if visitor.decoy else (account.first, never())
    if not which(now, *digests):
        return _page(visitor, status=422, fault={"now": NOT_YOURS})
    asked = Relying(request, _("Information")).to_make(visitor.secret.challenges, at=visitor.at)
    return shell.page(visitor, PAGES + "me_device.html", asked=asked)


def was_let_in(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What the device answered: it is let in, or the page says that it was not."""
    if request.method != "POST":
        return ways.to(visitor, "me-devices")
    key, agent = visitor.secret.challenges, request.headers.get("User-Agent", "")
    try:
        made = Relying(request, _("Information")).made(request.POST.get("k", ""), key, at=visitor.at)
        add_passkey(
            visitor.account, made, decoy=visitor.decoy, agent=agent, by=visitor.survivor, at=visitor.at
        )
    except NoKey:
        return _page(visitor, status=422, fault={"device": NO_KEY})
    return ways.to(visitor, "me-devices")


def _page(visitor: Visitor, *, status: int = 200, **shown: Any) -> HttpResponse:
    listed = [
        {"ref": row.ref, "device": told.device, "day": told.day, "decoy": told.decoy}
        for row, told in _shown_to(visitor)
    ]
    return shell.page(visitor, PAGES + "me_devices.html", status=status, devices=listed, **shown)


def _shown_to(visitor: Visitor) -> list[tuple[Passkey, Told]]:
    """All devices; to the second words those alone that open what they open."""
    rows = [(row, told_of(row, visitor.account)) for row in passkeys_of(visitor.account)]
    return [pair for pair in rows if pair[1].decoy or not visitor.decoy]
