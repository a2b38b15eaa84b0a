"""One part of the plan: write it, leave it out, take it out; what stood there before; who else reads it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies.models import Agency
from shelterbelt.portal import ways
from shelterbelt.portal.plan.views import address, known, page
from shelterbelt.portal.visitors import Visitor
from shelterbelt.safety import actions, queries, show
from shelterbelt.safety.answers import read
from shelterbelt.safety.forms import ShareForm
from shelterbelt.safety.models import PartShare, SafetyPlan


def _links(visitor: Visitor, ref: str, code: str) -> dict[str, str]:
    links = {name: address(visitor, ref, name, code) for name in ("part", "before", "readers")}
    return links | {"home": address(visitor, ref, "one")}


def part(request: HttpRequest, visitor: Visitor, ref: str, code: str) -> HttpResponse:
    """Its questions, and the buttons that leave it out or take it out."""
    plan, asked = known(visitor, ref)
    found = queries.part_of(plan, code, **asked)
    typed = read(found.part, queries.chosen_of(plan).known, request.POST)
    overtaken = False
    if request.method == "POST" and not typed.faults:
        overtaken = not _wrote(plan, code, typed.answers, request, visitor)
        if not overtaken:
            return ways.to(
                visitor, *(("plan-part", ref, code) if "more" in request.POST else ("plan-one", ref))
            )
    answers = typed.answers if request.method == "POST" else None
    shown = show.part(plan, found, language=visitor.language, at=visitor.at, answers=answers)
    shown |= {"faults": show.faults(typed.faults), "overtaken": overtaken, "to": _links(visitor, ref, code)}
    return page(visitor, "part.html", 422 if request.method == "POST" else 200, **shown)


def _wrote(
    plan: SafetyPlan, code: str, answers: dict[str, Any], request: HttpRequest, visitor: Visitor
) -> bool:
    """Whether it was written; not when somebody else wrote meanwhile."""
    try:
        actions.write_part(
            plan,
            code,
            answers,
            state=show.state_asked(request.POST),
            after=show.number_asked(request.POST),
            by=visitor.survivor,
            at=visitor.at,
        )
    except actions.Overtaken:
        return False
    return True


def before(request: HttpRequest, visitor: Visitor, ref: str, code: str) -> HttpResponse:
    """Everything the part said, and who wrote it."""
    plan, asked = known(visitor, ref)
    rows = show.versions(queries.versions_of(plan, code, **asked))
    title = queries.part_of(plan, code, **asked).part.title.by(visitor.language)
    return page(visitor, "before.html", versions=rows, title=title, to=_links(visitor, ref, code))


def readers(request: HttpRequest, visitor: Visitor, ref: str, code: str) -> HttpResponse:
    """Who reads it besides the two; ending that bites at once."""
    plan, asked = known(visitor, ref)
    found = queries.part_of(plan, code, **asked)
    shown = show.readers(plan, found, **asked)
    sent = request.POST if request.method == "POST" else None
    if sent is not None and "end" in sent:
        _ended(sent["end"], found, visitor)
        return ways.to(visitor, "plan-readers", ref, code)
    form = ShareForm(sent, viewers=shown["viewers"], tells_place=shown["tells_place"])
    if form.is_bound and form.is_valid() and found.row is not None:
        told = form.cleaned_data
        viewer = Agency.objects.get(id=UUID(told["viewer"]))
        named = bool(told.get("place_named"))
        actions.share_part(found.row, viewer, place_named=named, by=visitor.survivor, at=visitor.at)
        return ways.to(visitor, "plan-readers", ref, code)
    status = 422 if form.is_bound else 200
    return page(visitor, "readers.html", status, form=form, to=_links(visitor, ref, code), **shown)


def _ended(ref: str, found: queries.PartFace, visitor: Visitor) -> None:
    share = PartShare.objects.filter(ref=ref, part=found.row).first()
    if share is None:
        raise NotForYou
    actions.end_share(share, by=visitor.survivor, at=visitor.at)
