"""The room of messages: read, write, and say how it is to be. What the law may make a reader tell stands before the form."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.access.queries import name_of
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import own_hand
from shelterbelt.conversations.actions import change_habits, let_read_earlier, note_read, write_message
from shelterbelt.conversations.actions.writing import wanted_in
from shelterbelt.conversations.queries import conversation, hours_of, reads_from, unread_of
from shelterbelt.library import guides, limits
from shelterbelt.notices.show import hours
from shelterbelt.portal import own, shell, ways
from shelterbelt.portal.messages.forms import HabitsForm, MessageForm
from shelterbelt.portal.visitors import Visitor
from shelterbelt.safety.files import file_of

PAGES = "portal/messages/pages/"


def waiting(visitor: Visitor) -> int:
    """How many messages they have not read."""
    file = file_of(visitor.survivor.id)
    return unread_of(file, by=visitor.survivor) if file else 0


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The conversation, and a message to write."""
    file, here = own.own_file(visitor), own.around(visitor)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and here.trusted and form.is_valid():
        write_message(file, form.cleaned_data["text"], by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "words-home")
    with own_hand(visitor.survivor, at=visitor.at):
        said = conversation(file, by=visitor.survivor, at=visitor.at)
    note_read(file, by=visitor.survivor, at=visitor.at)
    shown = {
        "form": form,
        "words": [
            {
                "text": one.text,
                "who": _("You") if one.mine else one.who or _("Somebody who worked with you"),
                "mine": one.mine,
                "at": own.said(one.at, here.agency),
                "read": one.read,
            }
            for one in said
        ],
        "people": _people(visitor, here),
        "limits": _limits(visitor, here),
        "phone": here.agency.duty_phone,
    }
    return shell.page(visitor, PAGES + "words.html", status=422 if form.is_bound else 200, **shown)


def _people(visitor: Visitor, here: own.Around) -> list[dict[str, Any]]:
    """Whom they write with, and when each is usually there."""
    with own_hand(visitor.survivor, at=visitor.at):
        told = {one.id: hours_of(one.id) for one in here.trusted}
    return [
        {"name": name_of(one), "hours": hours(told[one.id]) if told[one.id] else ""} for one in here.trusted
    ]


def _limits(visitor: Visitor, here: own.Around) -> dict[str, Any]:
    """What the agency would have to report if it were written, in plain words."""
    place = here.agency.protocol.partition("/")[0] or guides.OTHERWISE
    on = visitor.at.astimezone(ZoneInfo(here.agency.time_zone)).date()
    found = limits.limits_for(here.agency.kind, on=on, jurisdiction=place)
    language = visitor.language
    first = limits.before(jurisdiction=place) if found else limits.without(jurisdiction=place)
    return {
        "first": first.by(language),
        "lines": [{"title": one.title.by(language), "says": one.says.by(language)} for one in found],
    }


def habits(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """How the conversation is to be, and who may read what was written before them."""
    file, here = own.own_file(visitor), own.around(visitor)
    form = HabitsForm(request.POST or None, wanted=wanted_in(file))
    if request.method == "POST" and form.is_valid():
        change_habits(file, form.wanted(), by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "words-home")
    with own_hand(visitor.survivor, at=visitor.at):
        later = [one for one in here.trusted if reads_from(file, one.id, at=visitor.at)]
    shown = {"form": form, "later": [{"ref": one.ref, "name": name_of(one)} for one in later]}
    return shell.page(visitor, PAGES + "habits.html", status=422 if form.is_bound else 200, **shown)


def earlier(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Let somebody whom they trust since later read what was written before."""
    file, here = own.own_file(visitor), own.around(visitor)
    worker = next((one for one in here.trusted if one.ref == ref), None)
    if worker is None:
        raise NotForYou
    if request.method == "POST":
        let_read_earlier(file, worker.id, by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "words-habits")
