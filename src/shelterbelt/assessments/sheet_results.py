"""Pages of a finished sheet: its result, a correction, two beside each other, the paper for a conference, danger over time.

Nothing is decided here; the forecast is on none of these pages, and no paper is made for a court.
"""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shelterbelt.access.door import asker
from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.danger_course import course, finished
from shelterbelt.assessments.forms import AnswerForm
from shelterbelt.assessments.models import Assessment
from shelterbelt.assessments.policy import SEE_ASSESSMENT, SET_LEVEL, TAKE_ASSESSMENT
from shelterbelt.assessments.queries.offered import corrections_of, in_words
from shelterbelt.assessments.sheet_beside import beside
from shelterbelt.assessments.sheet_figures import figures
from shelterbelt.assessments.sheet_forms import (
    CompareForm,
    answers,
    correction_form,
    words,
)
from shelterbelt.assessments.sheet_missing import is_here, told_when_gone
from shelterbelt.assessments.sheet_pages import home_of, wording_note
from shelterbelt.assessments.sheet_words import band_words, item_of, tell
from shelterbelt.assessments.words import instrument_title
from shelterbelt.cases.models import Case
from shelterbelt.cases.queries import face
from shelterbelt.ledger.actions import reading
from shelterbelt.ui.drawing import draw
from shelterbelt.ui.links import address


@told_when_gone
def sheet_result(request: HttpRequest, ref: str) -> HttpResponse:
    """What the answers say by the instrument's rule, why, what could change it, and what it is not."""
    by, at = asker(request)
    taken = queries.assessment_by_ref(ref, by=by, at=at)
    if not taken.finished_at:
        return redirect("sheet", ref)
    reading("assessment", about=taken.id, by=by.id, agency=taken.agency_id, at=at)
    case, own = taken.case, may(by, TAKE_ASSESSMENT, taken, at=at)
    page = {
        **_result(taken),
        "answers": _answers(taken, own=own),
        "corrections": _corrections(taken),
        "survivor": face(case).survivor if case else "",
        "level": queries.level_seen(case, by=by, at=at).word if case else "",
        "course": _course(case, by, at) if case and own else None,
        "before": _before(taken, by, at) if own else "",
        "paper": address("sheet_paper", ref),
        "set_level": address("level_set", case.ref) if case and may(by, SET_LEVEL, case, at=at) else "",
        "home": home_of(taken),
    }
    return render(request, "assessments/pages/sheet_result.html", page)


def _result(taken: Assessment) -> dict[str, Any]:
    """What the result page and the paper both say."""
    instrument, found = in_words(taken), queries.scored_of(taken)
    judged = queries.judged_of(taken)
    return {
        "title": _(instrument.title),
        "told": tell(instrument, found, given=queries.answers_of(taken)),
        "figures": figures(instrument, found),
        "wording": wording_note(instrument),
        "judged": _judged(taken, judged) if judged.get("band") else None,
        "detects": instrument.detects,
        "finished_at": taken.finished_at,
        "corrected_at": taken.corrected_at,
        "by": names_of([taken.started_by]).get(taken.started_by, ""),
        "version": taken.version,
    }


def _judged(taken: Assessment, judged: dict[str, str]) -> dict[str, str]:
    return {
        "band": band_words(queries.instrument_taken(taken), judged["band"]),
        "reason": judged.get("reason", ""),
    }


def _answers(taken: Assessment, *, own: bool) -> list[dict[str, str]]:
    found, given = in_words(taken), queries.answers_of(taken)
    return [
        {
            "text": words(found, item.text),
            "answer": dict(answers(found, item)).get(given.get(item.id, ""), ""),
            "url": address("sheet_correct", taken.ref, item.id) if own else "",
        }
        for item in found.items
    ]


def _corrections(taken: Assessment) -> list[dict[str, Any]]:
    found = in_words(taken)
    lines = corrections_of(taken)
    names = {
        str(id): name for id, name in names_of(taken.versions.values_list("replaced_by", flat=True)).items()
    }
    return [
        {
            "question": words(found, item_of(found, line.question).text),
            "was": dict(answers(found, item_of(found, line.question))).get(line.was, _("No answer")),
            "reason": line.reason,
            "by": names.get(line.by, ""),
            "at": parse_datetime(line.at),
        }
        for line in lines
    ]


def _course(case: Case, by: Worker, at: Any) -> dict[str, Any]:
    found = course(case, by=by, at=at)
    return {
        "picture": draw(found.drawing),
        "rows": found.rows,
        "earlier": found.earlier,
        "url": address("danger_over_time", case.ref),
    }


def _before(taken: Assessment, by: Worker, at: Any) -> str:
    """The page that puts this sheet beside the one before it of the same instrument."""
    if taken.case is None:
        return ""
    earlier = [
        one for one in _seen(taken.case, by, at)
        if one.instrument == taken.instrument and finished(one) < finished(taken)
    ]  # fmt: skip
    if not earlier:
        return ""
    return f"{address('sheets_beside', taken.case.ref)}?one={earlier[0].ref}&other={taken.ref}"


def _seen(case: Case, by: Worker, at: Any) -> list[Assessment]:
    """The finished sheets of a case that this worker may read, newest first."""
    return [one for one in queries.assessments_of(case) if may(by, SEE_ASSESSMENT, one, at=at)]


@told_when_gone
def sheet_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """One page for a conference: no names, no shares of a hundred, and never for a court."""
    by, at = asker(request)
    taken = queries.assessment_by_ref(ref, by=by, at=at)
    if not taken.finished_at:
        return redirect("sheet", ref)
    reading("assessment", about=taken.id, by=by.id, agency=taken.agency_id, at=at)
    page = {
        **_result(taken),
        "printed_at": at,
        "agency": taken.agency.name,
        "back": address("sheet_result", ref),
    }
    return render(request, "assessments/pages/sheet_paper.html", page)


@told_when_gone
def sheet_correct(request: HttpRequest, ref: str, question: str) -> HttpResponse:
    """Correct a mistaken answer: what it said before is kept, and what it raised is worked out anew."""
    by, at = asker(request)
    taken = queries.assessment_by_ref(ref, by=by, at=at)
    require(by, TAKE_ASSESSMENT, taken, at=at)
    if question not in queries.items(taken):
        raise NotForYou
    if not taken.finished_at:
        return redirect("sheet_question", ref, question)
    found = in_words(taken)
    item = item_of(found, question)
    first = {"revision": queries.revision_of(taken, question)}
    if request.method != "POST":
        return _correct_page(request, taken, question, correction_form(found, item, initial=first))
    form = correction_form(found, item, data=request.POST, at=at)
    if not form.is_valid():
        return _correct_page(request, taken, question, form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        actions.correct_answer(taken, question, form.value, form.seen, reason=reason, by=by, at=at)
    except actions.Conflict as conflict:
        typed = request.POST.copy()
        typed["revision"] = str(conflict.revision)
        form = correction_form(found, item, data=typed)
        form.is_valid()
        return _correct_page(request, taken, question, form, status=409)
    messages.success(request, _("The answer is corrected. What it said before is kept."))
    return redirect("sheet_result", ref)


def _correct_page(
    request: HttpRequest, taken: Assessment, question: str, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    by, at = asker(request)
    reading("assessment", about=taken.id, by=by.id, agency=taken.agency_id, at=at)
    found = in_words(taken)
    item = item_of(found, question)
    kept = queries.answers_of(taken).get(question, "")
    page = {
        "form": form,
        "question": words(found, item.text),
        "now": dict(answers(found, item)).get(kept, _("No answer")),
        "moved": status == 409,
        "back": address("sheet_result", taken.ref),
    }
    return render(request, "assessments/pages/sheet_correct.html", page, status=status)


def sheets_beside(request: HttpRequest, ref: str) -> HttpResponse:
    """Two finished sheets of a case side by side, answer by answer."""
    by, at = asker(request)
    case = queries.case_seen(ref, by=by, at=at)
    require(by, SEE_ASSESSMENT, case, at=at)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
    sheets = _seen(case, by, at)
    named = {one.ref: _named(one) for one in sheets}
    chosen = bool(request.GET.get("one") or request.GET.get("other"))
    form = CompareForm(request.GET if chosen else None, sheets=sheets, named=named)
    shown, gone = None, list[str]()
    if chosen and form.is_valid():
        pair = [
            next(one for one in sheets if one.ref == form.cleaned_data[name]) for name in ("one", "other")
        ]
        for one in pair:
            reading("assessment", about=one.id, by=by.id, agency=one.agency_id, at=at)
        gone = [named[one.ref] for one in pair if not is_here(one)]
        shown = None if gone else beside(*sorted(pair, key=finished))
    page = {
        "form": form,
        "gone": gone,
        "few": len(sheets) < 2,
        "shown": shown,
        "survivor": face(case).survivor,
        "level": case.level,
        "back": address("danger_over_time", ref),
    }
    return render(request, "assessments/pages/sheets_beside.html", page, status=422 if form.errors else 200)


def _named(sheet: Assessment) -> str:
    local = finished(sheet).astimezone(ZoneInfo(sheet.agency.time_zone))
    return f"{date_format(local, 'DATETIME_FORMAT')}: {instrument_title(sheet.instrument)}"


def danger_over_time(request: HttpRequest, ref: str) -> HttpResponse:
    """How the level of a case went, what assessments left open, and what happened."""
    by, at = asker(request)
    case = queries.case_seen(ref, by=by, at=at)
    require(by, SEE_ASSESSMENT, case, at=at)
    reading("level", about=case.id, by=by.id, agency=case.agency_id, at=at)
    page = {
        "course": _course(case, by, at),
        "survivor": face(case).survivor,
        "level": case.level,
        "beside": address("sheets_beside", ref) if len(_seen(case, by, at)) > 1 else "",
        "new": address("sheet_new", ref) if may(by, TAKE_ASSESSMENT, case, at=at) else "",
        "back": address("case", ref),
    }
    return render(request, "assessments/pages/danger_over_time.html", page)
