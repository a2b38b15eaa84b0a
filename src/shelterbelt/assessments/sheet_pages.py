"""Pages on which a sheet is chosen and answered, one question a page. Each answer is saved on its own; nothing is decided."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shelterbelt.access.door import asker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.forms import AnswerForm
from shelterbelt.assessments.models import Assessment
from shelterbelt.assessments.policy import TAKE_ASSESSMENT
from shelterbelt.assessments.queries.offered import in_words, instruments_for
from shelterbelt.assessments.sheet_forms import (
    ChooseForm,
    FinishForm,
    answers,
    question_form,
    words,
)
from shelterbelt.assessments.sheet_missing import told_when_gone
from shelterbelt.assessments.sheet_words import TIME_FRAMES, contradictions, item_of
from shelterbelt.assessments.words import instrument_title
from shelterbelt.cases.actions import case_of
from shelterbelt.cases.models import Case, Incident
from shelterbelt.cases.queries import case_by_ref, incident_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.library.files import LibraryError
from shelterbelt.ui.links import address


def sheet_new(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose an instrument for a case, among those that this worker may take."""
    by, at = asker(request)
    return _choose(request, case_by_ref(ref, by=by, at=at))


def sheet_new_incident(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose an instrument for an incident; without a case only one that detects."""
    by, at = asker(request)
    return _choose(request, incident_by_ref(ref, by=by, at=at))


def _choose(request: HttpRequest, thing: Case | Incident) -> HttpResponse:
    by, at = asker(request)
    require(by, TAKE_ASSESSMENT, thing, at=at)
    what = "incident" if isinstance(thing, Incident) else "case"
    reading(what, about=thing.id, by=by.id, agency=thing.agency_id, at=at)
    case = case_of(thing) if isinstance(thing, Incident) else thing
    offered = instruments_for(by, danger=case is not None)
    form = ChooseForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.method == "POST" and form.is_valid():
        about: dict[str, Any] = {"incident" if isinstance(thing, Incident) else "case": thing}
        about["language"] = get_language() or "en"
        try:
            taken = actions.start_assessment(form.cleaned_data["instrument"], **about, by=by, at=at)
        except LibraryError:
            form.say_that_words_are_gone()
        else:
            return redirect("sheet", taken.ref)
    begun = queries.begun_of(case, by=by) if case else []
    page = {
        "form": form,
        "offered": offered,
        "begun": [
            (instrument_title(one.instrument), one.started_at, address("sheet", one.ref)) for one in begun
        ],
        "back": address("case" if isinstance(thing, Case) else "incident", thing.ref) or "/",
    }
    return render(request, "assessments/pages/sheet_new.html", page, status=422 if form.errors else 200)


@told_when_gone
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    """Go on where the sheet was left, or to its result."""
    by, at = asker(request)
    taken = queries.assessment_by_ref(ref, by=by, at=at)
    if taken.finished_at:
        return redirect("sheet_result", ref)
    if taken.revision == 0 and queries.instrument_taken(taken).before:
        return redirect("sheet_before", ref)
    goes_on = queries.next_item(taken)
    return redirect("sheet_question", ref, goes_on) if goes_on else redirect("sheet_check", ref)


@told_when_gone
def sheet_before(request: HttpRequest, ref: str) -> HttpResponse:
    """What is said, asked and looked after before the first question."""
    taken = _own_open(request, ref)
    if isinstance(taken, HttpResponse):
        return taken
    found = in_words(taken)
    page = {
        "title": _(found.title),
        "lines": [(_(one.text), _(one.help) if one.help else "") for one in found.before],
        "training": _(found.training_note) if found.training_note else "",
        "wording": wording_note(found),
        "begin": address("sheet_question", ref, queries.items(taken)[0]),
        "home": home_of(taken),
    }
    return render(request, "assessments/pages/sheet_before.html", page)


@told_when_gone
def sheet_question(request: HttpRequest, ref: str, question: str) -> HttpResponse:
    """One question: show it, or save its answer and go on."""
    taken = _own_open(request, ref)
    if isinstance(taken, HttpResponse):
        return taken
    if question not in queries.items(taken):
        raise NotForYou
    if request.method == "POST":
        return _answered(request, taken, question)
    given, revision = queries.answers_of(taken).get(question), queries.revision_of(taken, question)
    found = in_words(taken)
    form = question_form(found, item_of(found, question), initial={"answer": given, "revision": revision})
    return _question_page(request, taken, question, form)


def _answered(request: HttpRequest, taken: Assessment, question: str) -> HttpResponse:
    by, at = asker(request)
    after = _after(taken, question)
    if "skip" in request.POST:
        return redirect(after)
    found = in_words(taken)
    form = question_form(found, item_of(found, question), data=request.POST, at=at)
    if not form.is_valid():
        return _question_page(request, taken, question, form, status=422)
    try:
        actions.give_answer(taken, question, form.value, form.seen, by=by, at=at)
    except actions.Finished:
        return redirect("sheet_result", taken.ref)
    except actions.Conflict as conflict:
        typed = request.POST.copy()
        typed["revision"] = str(conflict.revision)
        form = question_form(found, item_of(found, question), data=typed)
        form.is_valid()
        theirs = dict(answers(found, item_of(found, question))).get(conflict.kept["answer"], "")
        return _question_page(request, taken, question, form, status=409, theirs=theirs)
    return redirect(address("sheet_check", taken.ref) if "check" in request.GET else after)


def _after(taken: Assessment, question: str) -> str:
    asked = queries.items(taken)
    place = asked.index(question) + 1
    if place == len(asked):
        return address("sheet_check", taken.ref)
    return address("sheet_question", taken.ref, asked[place])


def _question_page(
    request: HttpRequest,
    taken: Assessment,
    question: str,
    form: AnswerForm,
    *,
    status: int = 200,
    theirs: str = "",
) -> HttpResponse:
    by, at = asker(request)
    reading("assessment", about=taken.id, by=by.id, agency=taken.agency_id, at=at)
    found, asked = in_words(taken), queries.items(taken)
    item, place = item_of(found, question), asked.index(question)
    before = address("sheet_question", taken.ref, asked[place - 1]) if place else ""
    page = {
        "form": form,
        "theirs": theirs,
        "number": place + 1,
        "of": len(asked),
        "group": _(found.groups[item.group]) if item.group else "",
        "time_frame": TIME_FRAMES[item.time_frame],
        "suggestion": _suggestion(taken, question),
        "back": before or home_of(taken),
        "check": address("sheet_check", taken.ref),
        "home": home_of(taken),
    }
    return render(request, "assessments/pages/sheet_question.html", page, status=status)


def _suggestion(taken: Assessment, question: str) -> dict[str, Any] | None:
    """What was answered to the same question elsewhere, with where and when; it fills in nothing."""
    one = queries.suggestions(taken).get(question)
    if one is None or question in queries.answers_of(taken):
        return None
    found = in_words(taken)
    said = item_of(found, question).answers[one.answer]
    return {"answer": words(found, said), "title": instrument_title(one.instrument), "at": one.at}


@told_when_gone
def sheet_check(request: HttpRequest, ref: str) -> HttpResponse:
    """Every answer once more, and the end: what the answers say is worked out when the worker says so."""
    by, at = asker(request)
    taken = _own_open(request, ref)
    if isinstance(taken, HttpResponse):
        return taken
    form = FinishForm(
        request.POST if request.method == "POST" else None, instrument=queries.instrument_taken(taken)
    )
    if request.method != "POST":
        return _check_page(request, taken, form)
    if not form.is_valid():
        return _check_page(request, taken, form, status=422)
    try:
        actions.finish_assessment(taken, judged=form.judged, reason=form.reason_given, by=by, at=at)
    except actions.ReasonNeeded:
        form.ask_for_reason()
        return _check_page(request, taken, form, status=422)
    return redirect("sheet_result", ref)


def _check_page(
    request: HttpRequest, taken: Assessment, form: FinishForm, *, status: int = 200
) -> HttpResponse:
    by, at = asker(request)
    reading("assessment", about=taken.id, by=by.id, agency=taken.agency_id, at=at)
    found, given = in_words(taken), queries.answers_of(taken)
    lines = [
        {
            "text": words(found, item.text),
            "answer": dict(answers(found, item)).get(given.get(item.id, ""), ""),
            "url": address("sheet_question", taken.ref, item.id) + "?check=1",
        }
        for item in found.items
    ]
    page = {
        "form": form,
        "title": _(found.title),
        "lines": lines,
        "open": sum(not line["answer"] for line in lines),
        "contradictions": contradictions(found, queries.scored_of(taken)),
        "missing_note": _(found.missing_note) if found.missing_note else "",
        "back": address("sheet_question", taken.ref, queries.items(taken)[-1]),
        "home": home_of(taken),
    }
    return render(request, "assessments/pages/sheet_check.html", page, status=status)


def _own_open(request: HttpRequest, ref: str) -> Assessment | HttpResponse:
    """An unfinished sheet that this worker may go on with; a finished one leads to its result."""
    by, at = asker(request)
    taken = queries.assessment_by_ref(ref, by=by, at=at)
    if taken.finished_at:
        return redirect("sheet_result", ref)
    require(by, TAKE_ASSESSMENT, taken, at=at)
    return taken


def home_of(taken: Assessment) -> str:
    """The page of what a sheet is about."""
    if taken.case is not None:
        return address("case", taken.case.ref) or "/"
    return address("incident", taken.incident.ref) if taken.incident else "/"


def wording_note(found: Any) -> str:
    """In whose words the questions are asked."""
    if found.wording is not None:
        return str(found.wording.statement)
    if found.ship == "scoring_only":
        return _(
            "The questions are in this project’s own words. The official wording belongs to its owner and can be added."
        )
    return _("The questions are in this project’s own words.")
