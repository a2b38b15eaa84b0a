"""The worker's pages of a plan, in their own session, with the survivor beside them or on the line. Decide nothing."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from shelterbelt.access.door import asker
from shelterbelt.access.models import Worker
from shelterbelt.access.queries import name_of
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.people.queries import name_of as person_name
from shelterbelt.safety import actions, queries, show
from shelterbelt.safety.answers import read
from shelterbelt.safety.files import begin_file, end_trust, entrust, file_of
from shelterbelt.safety.forms import AgainForm, BeginForm, ChooseForm, SaidForm, TrustForm, colleagues_of
from shelterbelt.safety.models import PartShare, SafetyPlan
from shelterbelt.safety.policy import OPEN_FILE, SEE_FILE, WRITE_FILE
from shelterbelt.safety.queries.plans import face

PAGES = "safety/pages/"
GET_POST = ["GET", "HEAD", "POST"]


def _language() -> str:
    return (get_language() or "en")[:2]


def _to(ref: str, name: str, *args: Any) -> str:
    return reverse(f"plan_{name}", args=[ref, *args])


def _page(
    request: HttpRequest, template: str, row: SafetyPlan, status: int = 200, /, **shown: Any
) -> HttpResponse:
    """A page of one plan; that it was looked at is written down where only those see it who may see the plan."""
    by, at = asker(request)
    reading("plan", about=row.id, by=by.id, agency=row.agency_id, at=at)
    token = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    return render(request, PAGES + template, {"token": token, "own": False, **shown}, status=status)


def _known(ref: str, by: Worker, at: datetime) -> tuple[SafetyPlan, dict[str, Any]]:
    plan = queries.plan_by_ref(ref, by=by, at=at)
    return plan, {"language": _language(), "by": by, "at": at}


@require_http_methods(GET_POST)
def of_case(request: HttpRequest, ref: str) -> HttpResponse:
    """From a case to the plans that are entrusted to the worker, or to the parts that are shared with the team."""
    by, at = asker(request)
    require(by, OPEN_FILE, at=at)
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    if case.agency_id != by.agency_id:
        raise NotForYou
    form = BeginForm(request.POST if "whom" in request.POST else None, language=_language())
    if request.method == "POST":
        plan = _begun(case, form, by=by, at=at)
        if plan is not None:
            return redirect("plan", plan.ref)
    # The same whether there is a plan or not: colleagues see this line, and only trusted ones those of plans.
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
    plans = queries.plans_of(case.survivor_id, by=by, at=at)
    for plan in plans:
        reading("plan", about=plan.id, by=by.id, agency=plan.agency_id, at=at)
    shared = [] if plans else queries.shared_with_team(case.survivor_id, by=by, at=at, language=_language())
    for one in shared:
        reading("plan.shared", about=one.part_id, by=by.id, agency=case.agency_id, at=at)
    shown = {
        "form": form,
        "case": {"ref": case.ref, "survivor": person_name(case.survivor)},
        "plans": [face(plan, _language()) for plan in plans],
        "shared": [{"title": _titled(one), "lines": _lines(one)} for one in shared],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, PAGES + "of_case.html", shown, status=status)


def _begun(case: Case, form: BeginForm, *, by: Worker, at: datetime) -> SafetyPlan | None:
    """The file and the plan for oneself, or one more plan for somebody else."""
    if not form.is_bound:
        return actions.begin_plan(begin_file(case.survivor, by=by, at=at), by=by, at=at)
    file = file_of(case.survivor_id)
    if file is None or not form.is_valid():
        return None
    told = form.cleaned_data
    return actions.begin_plan(file, whom=told["whom"], called=told["called"], by=by, at=at)


def _titled(one: queries.Shared) -> str:
    return one.title if one.whom == "self" else f"{one.title} ({one.whom_label})"


def _lines(one: queries.Shared) -> list[dict[str, Any]]:
    return [{"key": line.label, "list": line.values} for line in one.lines]


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The plans that are entrusted to the worker; nobody else has this list."""
    by, at = asker(request)
    require(by, SEE_FILE, at=at)
    lines = []
    for plan in queries.own_plans(by=by, at=at):
        found = queries.again(plan, language=_language(), by=by, at=at)
        case = Case.objects.select_related("survivor").filter(survivor_id=plan.person_id).first()
        who = person_name(case.survivor) if case else ""
        lines.append({"plan": face(plan, _language()), "who": who, "due": found.review.due})
        reading("plan", about=plan.id, by=by.id, agency=plan.agency_id, at=at)
    lines.sort(key=lambda line: not line["due"])
    return render(request, PAGES + "mine.html", {"lines": lines})


@require_safe
def home(request: HttpRequest, ref: str) -> HttpResponse:
    """One plan: what is new to cover, and its parts."""
    by, at = asker(request)
    plan, known = _known(ref, by, at)
    links = (import_string(place)(plan, by=by, at=at) for place in settings.PLAN_LINKS)
    shown = show.home(plan, to=partial(_to, ref), **known)
    case = Case.objects.filter(survivor_id=plan.person_id, closed_at=None).order_by("opened_at").first()
    return _page(
        request,
        "plan.html",
        plan,
        links=[link for link in links if link],
        case=case.ref if case else "",
        **shown,
    )


@require_http_methods(GET_POST)
def choose(request: HttpRequest, ref: str) -> HttpResponse:
    """Which dangers and situations matter."""
    by, at = asker(request)
    plan, _asked = _known(ref, by, at)
    chosen = queries.chosen_of(plan)
    before = {"risks": list(chosen.risks), "situations": list(chosen.situations)}
    form = ChooseForm(request.POST or None, initial=before, known=chosen.known, language=_language())
    if request.method == "POST":
        form = ChooseForm(request.POST, known=chosen.known, language=_language())
        if form.is_valid():
            actions.choose(plan, by=by, at=at, **form.cleaned_data)
            return redirect("plan", ref)
    return _page(
        request,
        "choose.html",
        plan,
        form=form,
        plan=face(plan, _language()),
        home=reverse("plan", args=[ref]),
    )


@require_http_methods(GET_POST)
def part(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """One part: its questions, and the buttons that leave it out or take it out."""
    by, at = asker(request)
    plan, known = _known(ref, by, at)
    face = queries.part_of(plan, code, **known)
    typed = read(face.part, queries.chosen_of(plan).known, request.POST)
    overtaken = False
    if request.method == "POST" and not typed.faults:
        overtaken = not _wrote(plan, code, typed.answers, request, by=by, at=at)
        if not overtaken:
            return redirect("plan_part", ref, code) if "more" in request.POST else redirect("plan", ref)
    answers = typed.answers if request.method == "POST" else None
    shown = show.part(plan, face, language=_language(), at=at, answers=answers)
    shown |= {"faults": show.faults(typed.faults), "overtaken": overtaken, "to": _links(ref, code)}
    return _page(request, "part.html", plan, 422 if request.method == "POST" else 200, **shown)


def _links(ref: str, code: str) -> dict[str, str]:
    names = ("part", "before", "readers")
    return {name: _to(ref, name, code) for name in names} | {"home": reverse("plan", args=[ref])}


def _wrote(
    plan: SafetyPlan, code: str, answers: dict[str, Any], request: HttpRequest, *, by: Worker, at: datetime
) -> bool:
    """Whether it was written; not when somebody else wrote meanwhile."""
    state, after = show.state_asked(request.POST), show.number_asked(request.POST)
    try:
        actions.write_part(plan, code, answers, state=state, after=after, by=by, at=at)
    except actions.Overtaken:
        return False
    return True


@require_safe
def before(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """Everything a part said, and who wrote it."""
    by, at = asker(request)
    plan, known = _known(ref, by, at)
    rows = show.versions(queries.versions_of(plan, code, **known))
    title = queries.part_of(plan, code, **known).part.title.by(_language())
    return _page(request, "before.html", plan, versions=rows, title=title, to=_links(ref, code))


@require_safe
def whole(request: HttpRequest, ref: str) -> HttpResponse:
    """All that is written, on one page."""
    by, at = asker(request)
    plan, known = _known(ref, by, at)
    shown = show.whole(plan, to=partial(_to, ref), **known)
    return _page(request, "all.html", plan, home=reverse("plan", args=[ref]), **shown)


@require_http_methods(GET_POST)
def again(request: HttpRequest, ref: str) -> HttpResponse:
    """The two have looked at all of it again."""
    by, at = asker(request)
    plan, known = _known(ref, by, at)
    today = at.astimezone(ZoneInfo(plan.agency.time_zone)).date()
    form = AgainForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        actions.look_again(plan, on=form.cleaned_data["on"], by=by, at=at)
        return redirect("plan", ref)
    shown = show.home(plan, to=partial(_to, ref), **known)
    return _page(
        request,
        "again.html",
        plan,
        422 if form.is_bound else 200,
        form=form,
        home=reverse("plan", args=[ref]),
        **shown,
    )


@require_safe
def overview(request: HttpRequest, ref: str) -> HttpResponse:
    """Who reads which part."""
    by, at = asker(request)
    plan, known = _known(ref, by, at)
    shown = show.overview(plan, to=partial(_to, ref), **known)
    return _page(request, "overview.html", plan, home=reverse("plan", args=[ref]), **shown)


@require_http_methods(GET_POST)
def readers(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """Who reads one part besides the two: as the survivor told the worker."""
    by, at = asker(request)
    plan, known = _known(ref, by, at)
    face = queries.part_of(plan, code, **known)
    shown = show.readers(plan, face, **known)
    if "end" in request.POST:
        share = PartShare.objects.filter(ref=request.POST["end"], part=face.row).first()
        if share is None:
            raise NotForYou
        actions.end_share(share, by=by, at=at)
        return redirect("plan_readers", ref, code)
    form = SaidForm(
        request.POST if request.method == "POST" else None,
        viewers=shown["viewers"],
        tells_place=shown["tells_place"],
    )
    if request.method == "POST" and form.is_valid() and face.row is not None:
        told = form.cleaned_data
        viewer = Agency.objects.get(id=UUID(told["viewer"]))
        named = bool(told.get("place_named"))
        actions.share_part(face.row, viewer, how=told["how"], place_named=named, by=by, at=at)
        return redirect("plan_readers", ref, code)
    status = 422 if form.is_bound else 200
    return _page(request, "readers.html", plan, status, form=form, to=_links(ref, code), **shown)


@require_http_methods(GET_POST)
def trusted(request: HttpRequest, ref: str) -> HttpResponse:
    """Whom the survivor trusts with all of it; let a colleague in, or end it, as they say."""
    by, at = asker(request)
    plan, _asked = _known(ref, by, at)
    rows = queries.trusted_workers(plan.file, by=by, at=at)
    able = colleagues_of(by, {one[0] for one in rows}, OPEN_FILE.roles)
    form = TrustForm(
        request.POST if "worker" in request.POST else None, colleagues={one.ref: name_of(one) for one in able}
    )
    if "end" in request.POST:
        known = {str(one[0]): one[0] for one in rows}
        if request.POST["end"] not in known:
            raise NotForYou
        end_trust(plan.file, known[request.POST["end"]], by=by, at=at)
        ended_self = known[request.POST["end"]] == by.id
        return redirect("plans") if ended_self else redirect("plan_trusted", ref)
    if form.is_bound and form.is_valid():
        chosen = next(one for one in able if one.ref == form.cleaned_data["worker"])
        entrust(plan.file, chosen, by=by, at=at)
        return redirect("plan_trusted", ref)
    people = [{"id": str(one), "name": name, "since": since, "me": one == by.id} for one, name, since in rows]
    return _page(
        request, "trusted.html", plan, 422 if form.is_bound else 200, form=form, people=people,
        home=reverse("plan", args=[ref]), plan=face(plan, _language()),
    )  # fmt: skip


@require_http_methods(GET_POST)
def end(request: HttpRequest, ref: str) -> HttpResponse:
    """The plan is not used any more."""
    by, at = asker(request)
    plan, _asked = _known(ref, by, at)
    require(by, WRITE_FILE, plan, at=at)
    if request.method == "POST":
        actions.end_plan(plan, by=by, at=at)
        return redirect("plans")
    return _page(request, "end.html", plan, plan=face(plan, _language()), home=reverse("plan", args=[ref]))
