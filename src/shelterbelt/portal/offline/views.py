"""A plan on paper and as a locked copy, for whoever made it. Each file has the same name, which says nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shelterbelt.access.rules import NotForYou
from shelterbelt.portal import shell, ways
from shelterbelt.portal.files import file_answer
from shelterbelt.portal.offline.forms import CopyForm
from shelterbelt.portal.visitors import Visitor
from shelterbelt.portal.words import new_passphrase
from shelterbelt.safety.actions import lock_copy, print_plan
from shelterbelt.safety.models import SafetyPlan
from shelterbelt.safety.paper import FILE_NAME
from shelterbelt.safety.paper_forms import PaperForm
from shelterbelt.safety.queries import chosen_of, plans_of


def link_of(plan: SafetyPlan, visitor: Visitor) -> tuple[str, str]:
    """What a page of a plan says about papers, and where they are."""
    return _("On paper, or as a copy to keep"), ways.way(visitor, "paper-home")


def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choose a paper; what it risks stands above."""
    plans = _plans(visitor)
    if not plans:
        return shell.page(visitor, "portal/offline/pages/none.html")
    children = [plan.ref for plan in plans if chosen_of(plan).whom == "child"]
    first = {"language": visitor.language}
    form = PaperForm(request.POST or None, plans=_named(plans), of_children=children, initial=first)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        data = print_plan(
            _of(plans, form.chosen),
            told["kind"],
            language=told["language"],
            large=told["large"],
            by=visitor.survivor,
            at=visitor.at,
        )
        return file_answer(data, FILE_NAME, "application/pdf")
    return shell.page(visitor, "portal/offline/pages/home.html", form=form, status=_status(form))


def copy(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """A copy that only the survivor's own words open."""
    plans = _plans(visitor)
    if not plans:
        return shell.page(visitor, "portal/offline/pages/none.html")
    form = CopyForm(request.POST or None, plans=_named(plans), initial={"language": visitor.language})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        plan = _of(plans, form.chosen)
        data = lock_copy(plan, told["words"], language=told["language"], by=visitor.survivor, at=visitor.at)
        return file_answer(data, FILE_NAME, "application/pdf")
    words = new_passphrase(visitor.language)
    return shell.page(visitor, "portal/offline/pages/copy.html", form=form, words=words, status=_status(form))


def _plans(visitor: Visitor) -> list[SafetyPlan]:
    return plans_of(visitor.survivor.id, by=visitor.survivor, at=visitor.at)


def _named(plans: list[SafetyPlan]) -> list[tuple[str, Any]]:
    names = {"self": _("Mine"), "child": _("For a child"), "dependent": _("For somebody I care for")}
    told = [(plan.ref, chosen_of(plan)) for plan in plans]
    return [(ref, f"{names[one.whom]}{f': {one.called}' if one.called else ''}") for ref, one in told]


def _of(plans: list[SafetyPlan], ref: str) -> SafetyPlan:
    found = next((one for one in plans if one.ref == ref or len(plans) == 1), None)
    if found is None:
        raise NotForYou
    return found


def _status(form: Any) -> int:
    return 422 if form.errors else 200
