"""Telling of something that broke an order: where the words go stands before the button. Load, one call, answer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.access.survivors import own_hand
from shelterbelt.breaches.actions import tell_breach
from shelterbelt.breaches.own_forms import OwnForm
from shelterbelt.breaches.queries.own import parts_of, told_by
from shelterbelt.breaches.words import act_word
from shelterbelt.journal.actions import file_for
from shelterbelt.library import shelf
from shelterbelt.people.queries import name_of
from shelterbelt.portal import own, shell, ways
from shelterbelt.portal.own import Around
from shelterbelt.portal.record.views import told_before
from shelterbelt.portal.visitors import Visitor
from shelterbelt.store.ids import new_ref

PAGES = "portal/broken/pages/"


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Where it goes, the form, and what was told before. Without a case here there is nobody who could take it in."""
    here = own.around(visitor)
    form = _form(request, visitor, here) if here.cases else None
    if form is not None and request.method == "POST" and form.is_valid():
        tell_breach(
            file_for(visitor.survivor, at=visitor.at),
            form.told(),
            by=visitor.survivor,
            at=visitor.at,
            once=form.cleaned_data["once"],
        )
        return ways.to(visitor, "broken-sent")
    shown: dict[str, Any] = {
        "form": form,
        "agency": here.agency.name,
        "before": _told(visitor, here),
        **told_before(visitor, here),
    }
    status = 422 if form is not None and form.errors else 200
    return shell.page(visitor, PAGES + "home.html", status=status, **shown)


def sent(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """It is there, and what happens with it."""
    return shell.page(visitor, PAGES + "sent.html", agency=own.around(visitor).agency.name)


def _form(request: HttpRequest, visitor: Visitor, here: Around) -> OwnForm:
    with own_hand(visitor.survivor, at=visitor.at):
        parts = parts_of(here.cases, by=visitor.survivor)
        cases = [(one, name_of(one.other) if one.other else "") for one in here.cases]
    known: dict[str, Any] = {
        "parts": parts,
        "cases": cases,
        "at": visitor.at,
        "zone": here.agency.time_zone,
    }
    return OwnForm(request.POST or None, initial={"once": new_ref()}, **known)


def _told(visitor: Visitor, here: Around) -> list[dict[str, Any]]:
    with own_hand(visitor.survivor, at=visitor.at):
        found = told_by(visitor.survivor)
    return [
        {
            "what": act_word(one.act),
            "at": own.said(one.at, here.agency),
            "words": one.words,
            "wish": _(shelf.label_of("breach_wishes", one.wish)),
            "looked": one.looked,
        }
        for one in found
    ]
