"""The record's first page, what is said before writing, and writing something down."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.journal.actions import TooMany, file_for, keep_file, write_item
from shelterbelt.journal.models import Item
from shelterbelt.journal.queries import givings_of, items_of
from shelterbelt.journal.words import KINDS, happened
from shelterbelt.library import guides, limits
from shelterbelt.portal import shell, ways
from shelterbelt.portal.own import Around, around, said
from shelterbelt.portal.record.forms import FilesForm, NewForm
from shelterbelt.portal.visitors import Visitor


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What stands in the record, newest first, and what was given away."""
    about = around(visitor)
    shown: dict[str, Any] = {
        "items": [
            {
                "url": ways.way(visitor, "record-item", one.ref),
                "kind": KINDS.get(one.told.get("kind", ""), ""),
                "happened": happened(one.told),
                "made": said(one.made_at, about.agency),
                "beginning": one.beginning,
                "files": one.files,
                "shown": one.shown,
            }
            for one in items_of(visitor.survivor)
        ],
        "givings": [
            {
                "recipient": one.recipient,
                "items": one.items,
                "given": said(one.given_at, about.agency),
                "carried": said(one.carried_at, about.agency) if one.carried_at else "",
                "received": said(one.received_at, about.agency) if one.received_at else "",
                "to": one.to,
                "number": one.number,
            }
            for one in givings_of(visitor.survivor)
        ],
    }
    return shell.page(visitor, "portal/record/pages/home.html", **shown)


def before(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What the law asks of the agency, before a word is written."""
    return shell.page(visitor, "portal/record/pages/before.html", **told_before(visitor, around(visitor)))


def new(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Write something down, with files or without."""
    about = around(visitor)
    form = NewForm(request.POST or None, request.FILES or None, at=visitor.at, zone=about.agency.time_zone)
    if request.method == "POST" and form.is_valid():
        try:
            item = write_item(
                file_for(visitor.survivor, at=visitor.at), form.told(), by=visitor.survivor, at=visitor.at
            )
            keep_files(item, form, visitor)
        except TooMany:
            form.add_error(None, _("There is no room for more. Take something along and away first."))
        else:
            return ways.to(visitor, "record-item", item.ref)
    shown: dict[str, Any] = {"form": form, **told_before(visitor, about)}
    return shell.page(visitor, "portal/record/pages/new.html", status=422 if form.errors else 200, **shown)


def keep_files(item: Item, form: FilesForm, visitor: Visitor) -> None:
    """Take the files of a form in."""
    for one in form.files_taken():
        keep_file(item, one.pop("file"), **one, by=visitor.survivor, at=visitor.at)


def told_before(visitor: Visitor, about: Around) -> dict[str, Any]:
    """The sentences that stand first, and each report that the law asks of this kind of agency on this day."""
    place, language = about.agency.protocol.partition("/")[0] or guides.OTHERWISE, visitor.language
    today: date = visitor.at.astimezone(ZoneInfo(about.agency.time_zone)).date()
    found = limits.limits_for(about.agency.kind, on=today, jurisdiction=place)
    return {
        "first": limits.before(jurisdiction=place).by(language),
        "none": "" if found else limits.without(jurisdiction=place).by(language),
        "limits": [
            {
                "title": one.title.by(language),
                "says": one.says.by(language),
                "citation": one.citation,
                "as_of": said(one.as_of, about.agency),
            }
            for one in found
        ],
    }
