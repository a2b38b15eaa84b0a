"""The room of contact: a little of what stands, whether a change waits, and the form that begins one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.access.survivors import own_hand
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.notices.actions import ChangeWaits, propose_instructions
from shelterbelt.notices.forms import windows_of
from shelterbelt.notices.queries import shortened
from shelterbelt.notices.show import hours
from shelterbelt.notices.standing import Stand, stand_of
from shelterbelt.portal import own, shell, ways
from shelterbelt.portal.contact.forms import ContactForm
from shelterbelt.portal.visitors import Visitor
from shelterbelt.referrals.queries import instructions_of_case

PAGES = "portal/contact/pages/"


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """By which ways and when; the end of a number at most, and never the code word."""
    here = own.around(visitor)
    if not here.cases:
        return shell.page(visitor, PAGES + "contact.html", nothing=True)
    stand, _given = _stand(visitor, here)
    told = stand.told or {}
    shown: dict[str, Any] = {
        "waits": own.said(stand.waiting.told_at, here.agency) if stand.waiting else "",
        "stopped": bool(told.get("no_contact")),
        "lines": [] if told.get("no_contact") else _lines(told),
        "phone": here.agency.duty_phone,
    }
    return shell.page(visitor, PAGES + "contact.html", **shown)


def _stand(visitor: Visitor, here: own.Around) -> tuple[Stand, Any]:
    by, case = visitor.survivor, here.cases[0]
    with own_hand(by, at=visitor.at):
        given = instructions_of_case(case)
        reading("safe_contact", about=case.id, by=by.id, agency=by.agency_id, at=visitor.at)
        return stand_of(by.agency_id, case.id, given=given), given


def _lines(told: Any) -> list[dict[str, Any]]:
    ways_ = [_(c.label) for c in shelf.choices("contact_channels") if c.code in told.get("channels", ())]
    return [
        line
        for line in (
            {"key": _("Ways"), "list": ways_},
            {"key": _("Number"), "value": shortened(str(told.get("number") or ""))},
            {"key": _("E-mail address"), "value": shortened(str(told.get("email") or ""))},
            {"key": _("Safe hours"), "list": [hours(one) for one in windows_of(told)]},
        )
        if line.get("value") or line.get("list")
    ]


def change(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Begin a change: it waits until a person has checked their code word, and nothing is sent meanwhile."""
    here = own.around(visitor)
    if not here.cases:
        return ways.to(visitor, "contact-home")
    stand, given = _stand(visitor, here)
    if stand.waiting:
        return ways.to(visitor, "contact-home")
    form = ContactForm(request.POST or None, told=stand.told or {}, zone=here.agency.time_zone)
    if request.method == "POST" and form.is_valid():
        _propose(form.new(), visitor, here, given)
        return ways.to(visitor, "contact-home")
    status = 422 if form.is_bound else 200
    return shell.page(visitor, PAGES + "change.html", status=status, form=form, phone=here.agency.duty_phone)


def _propose(new: dict[str, Any], visitor: Visitor, here: own.Around, given: Any) -> None:
    """The same for each of their open cases: what is held for one is held for all."""
    for case in here.cases:
        first = case.id == here.cases[0].id
        try:
            propose_instructions(
                case.id, new, by=visitor.survivor, at=visitor.at, given=given if first else None
            )
        except ChangeWaits:
            continue
