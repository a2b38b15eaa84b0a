"""Pages of a screen, one question a page. Each answer is saved on its own; nothing is decided here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.agencies.queries import agencies_of_kind
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.forms import answer_form, initial
from shelterbelt.assessments.models import Screen
from shelterbelt.assessments.policy import SET_LEVEL, TAKE_SCREEN
from shelterbelt.assessments.words import tell
from shelterbelt.cases.models import Case, Incident
from shelterbelt.cases.queries import case_by_ref, incident_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.ui.links import address


def screen_start(request: HttpRequest) -> HttpResponse:
    """Begin a screen for an incident or a case, or go on with the one that was begun."""
    by, at = asker(request)
    given = request.POST if request.method == "POST" else request.GET
    thing = _thing(request, given)
    require(by, TAKE_SCREEN, thing, at=at)
    if request.method != "POST":
        return render(
            request, "assessments/pages/start.html", {"about": _about(given), "back": _home_of(thing)}
        )
    about: dict[str, Any] = {"incident" if isinstance(thing, Incident) else "case": thing}
    return redirect("screen", actions.start_screen(**about, by=by, at=at).ref)


def _thing(request: HttpRequest, given: Any) -> Incident | Case:
    by, at = asker(request)
    for name, find in (("incident", incident_by_ref), ("case", case_by_ref)):
        ref = request.GET.get(name) or given.get(name)
        if ref:
            return find(ref, by=by, at=at)
    raise NotForYou


def _about(given: Any) -> dict[str, str]:
    return {name: given[name] for name in ("incident", "case") if given.get(name)}


def _home_of(thing: Incident | Case | None) -> str:
    if thing is None:
        return "/"
    return address("incident" if isinstance(thing, Incident) else "case", thing.ref) or "/"


def screen(request: HttpRequest, ref: str) -> HttpResponse:
    """Go on where the screen was left, or to its result."""
    by, at = asker(request)
    found = queries.screen_by_ref(ref, by=by, at=at)
    if found.finished_at:
        return redirect("screen_result", ref)
    return redirect("screen_question", ref, queries.next_question(found))


def screen_question(request: HttpRequest, ref: str, question: str) -> HttpResponse:
    """One question: show it, or save its answer and go on."""
    by, at = asker(request)
    found = queries.screen_by_ref(ref, by=by, at=at)
    asked = queries.questions(queries.instrument_of(found))
    if question not in asked:
        raise NotForYou
    if found.finished_at:
        return redirect("screen_result", ref)
    if request.method == "POST":
        return _answered(request, found, question)
    kept, revision = queries.answers_of(found).get(question), queries.revision_of(found, question)
    form = answer_form(queries.instrument_of(found), question, initial=initial(question, kept, revision))
    reading("screen", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return _question_page(request, found, question, form)


def _answered(request: HttpRequest, found: Screen, question: str) -> HttpResponse:
    by, at = asker(request)
    if "skip" in request.POST:
        return redirect("screen_question", found.ref, queries.SURVIVOR)
    form = answer_form(queries.instrument_of(found), question, data=request.POST, at=at)
    if not form.is_valid():
        return _question_page(request, found, question, form, status=422)
    try:
        actions.answer(found, question, form.value, form.seen, by=by, at=at)
    except actions.Finished:
        return redirect("screen_result", found.ref)
    except actions.Conflict as conflict:
        return _conflict_page(request, found, question, conflict)
    if question == queries.WORKER:
        actions.finish_screen(found, by=by, at=at)
        return redirect("screen_result", found.ref)
    if question == queries.OVERHEAR and form.value == "yes":
        return redirect("screen_wait", found.ref)
    asked = queries.questions(queries.instrument_of(found))
    return redirect("screen_question", found.ref, asked[asked.index(question) + 1])


def _conflict_page(
    request: HttpRequest, found: Screen, question: str, conflict: actions.Conflict
) -> HttpResponse:
    """Both answers are shown: the one that stands, and the one typed here, which the form keeps."""
    typed = request.POST.copy()
    typed["revision"] = str(conflict.revision)
    instrument = queries.instrument_of(found)
    form = answer_form(instrument, question, data=typed)
    form.is_valid()
    kept = conflict.kept["answer"]
    said = str(kept.get("concern") if isinstance(kept, dict) else kept)
    theirs = {
        "answer": _(instrument.answers[said]) if said in instrument.answers else "",
        "words": kept.get("worries", "") if isinstance(kept, dict) else "",
    }
    return _question_page(request, found, question, form, status=409, theirs=theirs)


def _question_page(
    request: HttpRequest, found: Screen, question: str, form: Any, *, status: int = 200, theirs: Any = None
) -> HttpResponse:
    instrument = queries.instrument_of(found)
    asked = queries.questions(instrument)
    place = asked.index(question)
    items = len(instrument.items)
    page = {
        "form": form,
        "theirs": theirs,
        "kind": question if question in (queries.OVERHEAR, queries.SURVIVOR, queries.WORKER) else "item",
        "number": place,
        "of": items,
        "back": _home_of(found.incident or found.case)
        if place == 0
        else address("screen_question", found.ref, asked[place - 1]),
        "free": _(next(line.text for line in instrument.before if line.code == "free_to_skip")),
        "home": _home_of(found.incident or found.case),
    }
    return render(request, "assessments/pages/question.html", page, status=status)


def screen_wait(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody can overhear: stop, move, and come back later. Nothing is lost."""
    by, at = asker(request)
    found = queries.screen_by_ref(ref, by=by, at=at)
    reading("screen", about=found.id, by=by.id, agency=found.agency_id, at=at)
    page = {
        "again": address("screen_question", ref, queries.OVERHEAR),
        "home": _home_of(found.incident or found.case),
    }
    return render(request, "assessments/pages/wait.html", page)


def screen_result(request: HttpRequest, ref: str) -> HttpResponse:
    """What the screen says, why, what it is not, and what happens next."""
    by, at = asker(request)
    found = queries.screen_by_ref(ref, by=by, at=at)
    if not found.finished_at:
        return redirect("screen", ref)
    case = found.case
    reading("screen", about=found.id, by=by.id, agency=found.agency_id, at=at)
    page = {
        "told": tell(queries.result_of(found), queries.instrument_of(found)),
        "worries": queries.answers_of(found).get(queries.SURVIVOR, {}).get("worries", ""),
        "finished_at": found.finished_at,
        "by": names_of([found.started_by]).get(found.started_by, ""),
        "phones": [
            (a.name, a.duty_phone)
            for a in agencies_of_kind("advocates")
            if a.duty_phone and a.id != by.agency_id
        ],
        "contact": address("contact_choice", found.incident.ref) if found.incident else "",
        "level": address("level_set", case.ref) if case and may(by, SET_LEVEL, case, at=at) else "",
        "home": _home_of(found.incident or found.case),
    }
    return render(request, "assessments/pages/result.html", page)
