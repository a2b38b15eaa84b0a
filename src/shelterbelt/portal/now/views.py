"""The pages of help now. Without scripts they are two plain steps; the script beside them only makes them quicker."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from shelterbelt.alerts import actions
from shelterbelt.alerts.facts import standing_of_button
from shelterbelt.alerts.finding import own_button
from shelterbelt.alerts.queries import Ready, ready, shared_place, who_may_see
from shelterbelt.portal import shell, ways
from shelterbelt.portal.actions.accounts import chosen_in, keep_on_device
from shelterbelt.portal.lines import lines
from shelterbelt.portal.now.forms import CodeForm, WhereForm
from shelterbelt.portal.visitors import Visitor

PAGE = "portal/now/pages/{}.html"


def home(request: HttpRequest, visitor: Visitor, use: str = "help") -> HttpResponse:
    """The button, if there is anybody to answer it; else who can be reached."""
    found = ready(visitor.survivor, at=visitor.at)
    if use == "test" and not found.there:
        raise Http404
    shown: dict[str, Any] = {"ready": found, "use": use, "urgent": _urgent(visitor), "lines": _near(visitor)}
    if found.there:
        _stays(visitor)
        shown["token"] = actions.issue_button(visitor.survivor, use, at=visitor.at)
    if use == "help":
        shown |= _sharing(visitor, found)
    return _page(visitor, "home", **shown)


def press(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The first of the two steps: it is pressed, and kept."""
    token = request.POST.get("b", "")
    button = own_button(token, visitor.survivor, at=visitor.at)
    if request.method != "POST" or button is None or button.use == "place":
        raise Http404
    actions.take_press(button, 0, at=visitor.at)
    return ways.to(visitor, "now-stands", token)


def stands(request: HttpRequest, visitor: Visitor, token: str) -> HttpResponse:
    """The second step: how it stands, and the code that cancels it."""
    button = own_button(token, visitor.survivor, at=visitor.at)
    if button is None:
        raise Http404
    form, wrong = CodeForm(request.POST if request.method == "POST" else None), False
    if request.method == "POST" and form.is_valid():
        if actions.take_code(button, form.cleaned_data["code"], at=visitor.at):
            return ways.to(visitor, "now-stands", token)
        wrong = True
    found = standing_of_button(button, at=visitor.at)
    if found is None:
        raise Http404
    left = max(0, round((found.goes_at - visitor.at).total_seconds())) if found.shown == "held" else 0
    shown: dict[str, Any] = {
        "form": form,
        "wrong": wrong,
        "state": found.shown,
        "left": left,
        "test": button.use == "test",
    }
    return _page(visitor, "stands", token=token, urgent=_urgent(visitor), **shown)


def out(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Somebody is taken out, or the place is told no more; at once."""
    found = ready(visitor.survivor, at=visitor.at)
    if request.method != "POST" or found.setup is None:
        raise Http404
    actions.take_out(found.setup, request.POST.get("slot", ""), by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "now-home")


def where(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Begin to show where one is to one person, or end it."""
    if request.method != "POST":
        raise Http404
    if request.POST.get("end"):
        if place := shared_place(visitor.survivor, at=visitor.at):
            actions.end_sharing(place, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "now-home")
    people = who_may_see(visitor.survivor, at=visitor.at)
    form = WhereForm(request.POST, people=people)
    if not form.is_valid():
        found = ready(visitor.survivor, at=visitor.at)
        shown: dict[str, Any] = {
            "ready": found,
            "use": "help",
            "urgent": _urgent(visitor),
            "lines": _near(visitor),
        }
        return _page(visitor, "home", status=422, where=form, token="", **shown)
    whom, lasts = form.cleaned_data["whom"], timedelta(minutes=int(form.cleaned_data["lasts"]))
    token = actions.issue_button(visitor.survivor, "place", at=visitor.at)
    actions.begin_sharing(token, UUID(whom), lasts, by=visitor.survivor, at=visitor.at)
    return ways.to(visitor, "now-home")


def _stays(visitor: Visitor) -> None:
    """A press that could not be sent waits on the device: the way out must leave it there."""
    if not chosen_in(visitor.account)["keeps"]:
        keep_on_device(visitor.account, True, by=visitor.survivor, at=visitor.at)


def _sharing(visitor: Visitor, found: Ready) -> dict[str, Any]:
    """What the page says of a shared place; the page that is open carries it on."""
    place = shared_place(visitor.survivor, at=visitor.at)
    if place is None:
        people = who_may_see(visitor.survivor, at=visitor.at)
        return {"where": WhereForm(people=people) if people else None, "shared": None}
    token = actions.issue_button(visitor.survivor, "place", at=visitor.at)
    whom = actions.carry_on(place, token, by=visitor.survivor, at=visitor.at)
    return {"shared": {"whom": whom, "until": place.until_at, "token": token, "zone": found.zone}}


def _urgent(visitor: Visitor) -> list[dict[str, Any]]:
    return lines("urgent", visitor.language, demonstration=settings.DEMO)


def _near(visitor: Visitor) -> list[dict[str, Any]]:
    return lines("local", visitor.language, demonstration=settings.DEMO)


def _page(visitor: Visitor, name: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    answer = shell.page(visitor, PAGE.format(name), status=status, **shown)
    # This page alone may ask the browser where it is; the browser asks its reader first.
    answer["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
    return answer
