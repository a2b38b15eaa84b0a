"""The plan as a whole: begin it, choose what matters, read all of it, look at it again, see who else reads."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.utils.module_loading import import_string

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import own_hand
from shelterbelt.portal import shell, ways
from shelterbelt.portal.templatetags.ways import hidden
from shelterbelt.portal.visitors import Visitor
from shelterbelt.safety import actions, queries, show
from shelterbelt.safety.files import end_trust, file_of, make_file
from shelterbelt.safety.forms import AgainForm, BeginForm, ChooseForm
from shelterbelt.safety.models import OwnFile, SafetyPlan
from shelterbelt.safety.queries.plans import face

PAGES = "portal/plan/pages/"


def known(visitor: Visitor, ref: str) -> tuple[SafetyPlan, dict[str, Any]]:
    """The visitor's plan, and what every reading of it needs."""
    plan = queries.plan_by_ref(ref, by=visitor.survivor, at=visitor.at)
    return plan, {"language": visitor.language, "by": visitor.survivor, "at": visitor.at}


def address(visitor: Visitor, ref: str, name: str, *args: Any) -> str:
    """The address of one of the plan's pages."""
    return ways.way(visitor, f"plan-{name}", ref, *args)


def page(visitor: Visitor, template: str, status: int = 200, /, **shown: Any) -> HttpResponse:
    """A page of the plan; its parts are the same as on the worker's pages."""
    token = hidden(Context({"visitor": visitor}))
    return shell.page(visitor, PAGES + template, status=status, token=token, own=True, **shown)


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The plan that there is; a choice where there are more; else how to begin one."""
    plans = queries.plans_of(visitor.survivor.id, by=visitor.survivor, at=visitor.at)
    if request.method == "POST" and not plans:
        return ways.to(visitor, "plan-one", _begun(visitor, "self", "").ref)
    if len(plans) == 1:
        return one(request, visitor, plans[0].ref)
    lines = [
        {"face": face(plan, visitor.language), "url": ways.way(visitor, "plan-one", plan.ref)}
        for plan in plans
    ]
    return page(visitor, "home.html", plans=lines)


def begin(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """A plan for a child, or for somebody in their care."""
    form = BeginForm(request.POST if request.method == "POST" else None, language=visitor.language)
    if form.is_bound and form.is_valid():
        made = _begun(visitor, form.cleaned_data["whom"], form.cleaned_data["called"])
        return ways.to(visitor, "plan-one", made.ref)
    return page(visitor, "begin.html", 422 if form.is_bound else 200, form=form)


def _begun(visitor: Visitor, whom: str, called: str) -> SafetyPlan:
    """In the file that they have; by their own hand in one that is theirs alone."""
    by, at = visitor.survivor, visitor.at
    file = file_of(by.id)
    if file is None and OwnFile.objects.filter(person_id=by.id).exists():
        raise NotForYou
    if file is None:
        with own_hand(by, at=at):
            file = make_file(by.id, by.agency_id, by=by.id, at=at)
    return actions.begin_plan(file, whom=whom, called=called, by=by, at=at)


def one(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """One plan: what is new to cover, and its parts."""
    plan, asked = known(visitor, ref)
    links = (import_string(place)(plan, visitor) for place in settings.PLAN_WAYS)
    shown = show.home(plan, to=partial(address, visitor, ref), **asked)
    return page(visitor, "one.html", links=[link for link in links if link], **shown)


def choose(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Which dangers and situations matter."""
    plan, _asked = known(visitor, ref)
    chosen = queries.chosen_of(plan)
    before = {"risks": list(chosen.risks), "situations": list(chosen.situations)}
    sent = request.POST if request.method == "POST" else None
    form = ChooseForm(sent, initial=before, known=chosen.known, language=visitor.language)
    if form.is_bound and form.is_valid():
        actions.choose(plan, by=visitor.survivor, at=visitor.at, **form.cleaned_data)
        return ways.to(visitor, "plan-one", ref)
    return page(visitor, "choose.html", 422 if form.is_bound else 200, form=form, ref=ref)


def whole(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """All that is written, on one page."""
    plan, asked = known(visitor, ref)
    return page(visitor, "all.html", ref=ref, **show.whole(plan, to=partial(address, visitor, ref), **asked))


def again(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """They looked at all of it again."""
    plan, asked = known(visitor, ref)
    today = visitor.at.astimezone(ZoneInfo(plan.agency.time_zone)).date()
    form = AgainForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_bound and form.is_valid():
        actions.look_again(plan, on=form.cleaned_data["on"], by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "plan-one", ref)
    shown = show.home(plan, to=partial(address, visitor, ref), **asked)
    return page(visitor, "again.html", 422 if form.is_bound else 200, form=form, ref=ref, **shown)


def overview(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Who reads which part."""
    plan, asked = known(visitor, ref)
    shown = show.overview(plan, to=partial(address, visitor, ref), **asked)
    return page(visitor, "overview.html", ref=ref, **shown)


def trusted(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """Whom they trust with all of it, and ending that."""
    plan, asked = known(visitor, ref)
    rows = queries.trusted_workers(plan.file, by=visitor.survivor, at=visitor.at)
    if request.method == "POST":
        chosen = next((row[0] for row in rows if str(row[0]) == request.POST.get("end")), None)
        if chosen is None:
            raise NotForYou
        end_trust(plan.file, chosen, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "plan-trusted", ref)
    people = [{"id": str(one), "name": name, "since": since} for one, name, since in rows]
    return page(visitor, "trusted.html", ref=ref, people=people, plan=face(plan, asked["language"]))


def end(request: HttpRequest, visitor: Visitor, ref: str) -> HttpResponse:
    """The plan is not used any more."""
    plan, _asked = known(visitor, ref)
    if request.method == "POST":
        actions.end_plan(plan, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "plan-home")
    return page(visitor, "end.html", ref=ref, plan=face(plan, visitor.language))
