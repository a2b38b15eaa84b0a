"""What leaves the record: taken along by themselves, or given to somebody for good under a release."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.access.rules import NotForYou
from shelterbelt.journal.actions import NotReleased, export, give
from shelterbelt.journal.bundle import FILE_NAME, TooLarge
from shelterbelt.journal.queries import items_by_ref, items_of
from shelterbelt.journal.releases import Way, ways_to_give
from shelterbelt.journal.words import happened
from shelterbelt.portal import shell, ways
from shelterbelt.portal.files import file_answer
from shelterbelt.portal.own import around, own_file, said
from shelterbelt.portal.record.forms import GiveForm, OutForm
from shelterbelt.portal.visitors import Visitor

PAGES = "portal/record/pages/"


def out(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choose what to take along as one file that anybody can check."""
    choices = _choices(visitor)
    form = OutForm(request.POST or None, items=choices, initial={"language": visitor.language})
    if request.method == "POST" and form.is_valid():
        told, by = form.cleaned_data, visitor.survivor
        try:
            items = items_by_ref(told["items"], by=by)
            made = export(own_file(visitor), items, language=told["language"], by=by, at=visitor.at)
        except TooLarge:
            form.add_error("items", _("This is too large for one file. Choose less, and make two files."))
        else:
            return file_answer(made.data, FILE_NAME, "application/zip")
    shown: dict[str, Any] = {"form": form, "there": bool(choices)}
    return shell.page(visitor, f"{PAGES}out.html", status=422 if form.errors else 200, **shown)


def before_giving(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What giving means, and to whom a release in force allows it."""
    agency = around(visitor).agency
    found = [
        {
            "url": ways.way(visitor, "record-give", one.ref),
            "recipient": one.recipient,
            "until": said(one.until_at, agency),
            "files": one.files,
        }
        for one in ways_to_give(visitor.survivor, at=visitor.at)
    ]
    return shell.page(visitor, f"{PAGES}giving.html", ways=found)


def give_items(request: HttpRequest, visitor: Visitor, release: str) -> HttpResponse:
    """Choose and give. Nothing is ticked beforehand."""
    chosen = _way(visitor, release)
    form = GiveForm(request.POST or None, items=_choices(visitor))
    if request.method == "POST" and form.is_valid() and _given(form, chosen, visitor):
        return ways.to(visitor, "record-home")
    shown: dict[str, Any] = {
        "form": form,
        "recipient": chosen.recipient,
        "release": release,
        "files": chosen.files,
    }
    return shell.page(visitor, f"{PAGES}give.html", status=422 if form.errors else 200, **shown)


def _given(form: GiveForm, chosen: Way, visitor: Visitor) -> bool:
    by = visitor.survivor
    items = items_by_ref(form.cleaned_data["items"], by=by)
    try:
        give(own_file(visitor), items, chosen.release_id, language=visitor.language, by=by, at=visitor.at)
    except NotReleased:
        form.add_error("items", _("The release does not let these go. Files need a release that names them."))
    except TooLarge:
        form.add_error("items", _("This is too large for one file. Choose less, and give the rest after."))
    return not form.errors


def _way(visitor: Visitor, ref: str) -> Way:
    found = next((one for one in ways_to_give(visitor.survivor, at=visitor.at) if one.ref == ref), None)
    if found is None:
        raise NotForYou
    return found


def _choices(visitor: Visitor) -> list[tuple[str, Any]]:
    return [(one.ref, one.beginning or happened(one.told)) for one in items_of(visitor.survivor)]
