"""Pages of a level: say one, ask that it ends lower, and agree to it as the second person. Nothing is decided here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import may, require
from shelterbelt.assessments import actions, queries
from shelterbelt.assessments.forms import LevelForm, SecondForm, factor_words
from shelterbelt.assessments.models import Reassessment
from shelterbelt.assessments.policy import AGREE_LEVEL, SET_LEVEL
from shelterbelt.assessments.words import said_of
from shelterbelt.cases.models import Case, Incident
from shelterbelt.cases.queries import face
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.store.ids import new_ref
from shelterbelt.ui.links import address

INCIDENTS = 10


def level_set(request: HttpRequest, ref: str) -> HttpResponse:
    """Say how dangerous it is: more counts at once, less waits for a second person."""
    by, at = asker(request)
    case = queries.case_seen(ref, by=by, at=at)
    require(by, SET_LEVEL, case, at=at)
    told: dict[str, Any] = {"current": case.level, "incidents": _incidents(case)}
    if request.method != "POST":
        first = {"once": new_ref(), "seen": case.level, "factors": _factors_before(case)}
        return _level_page(request, case, LevelForm(initial=first, **told))
    form = LevelForm(request.POST, at=at, **told)
    if not form.is_valid():
        return _level_page(request, case, form, status=422)
    try:
        said = _ask(case, form, by, at) if form.lower else _say(case, form, by, at)
    except actions.LevelMoved as moved:
        typed = request.POST.copy()
        typed["seen"] = moved.level
        form = LevelForm(typed, **{**told, "current": moved.level})
        return _level_page(request, case, form, status=409, moved=moved.level)
    messages.success(request, said)
    return redirect(_home_of(case))


def _say(case: Case, form: LevelForm, by: Worker, at: Any) -> str:
    given = form.cleaned_data
    incident = next((one for one in form.incidents if one.ref == given["incident"]), None)
    actions.set_level(
        case, given["level"], given["factors"], given["reason"], by=by, at=at, once=given["once"],
        seen=given["seen"], survivors=given["survivors"], incident=incident,
    )  # fmt: skip
    if form.below:
        return _("Their view is written down. The level stays as it is.")
    return _("The level is saved.")


def _ask(case: Case, form: LevelForm, by: Worker, at: Any) -> str:
    given = form.cleaned_data
    actions.ask_reassessment(
        case, given["level"], given["factors"], given["reason"], asked_survivor=given["asked"] == "yes",
        survivor_says=given["survivor_says"], by=by, at=at, once=given["once"], seen=given["seen"],
    )  # fmt: skip
    return _("Saved. The level stays as it is until a second person agrees.")


def _incidents(case: Case) -> list[Incident]:
    rows = Incident.objects.filter(attached__case=case, recorded_at__isnull=False)
    return list(rows.order_by("-happened_at")[:INCIDENTS])


def _factors_before(case: Case) -> list[str]:
    lines = (line for line in queries.levels_of(case) if line.factors)
    return next((list(line.factors) for line in lines), [])


def _home_of(case: Case) -> str:
    return address("case", case.ref) or "/"


def _level_page(
    request: HttpRequest, case: Case, form: LevelForm, *, status: int = 200, moved: str = ""
) -> HttpResponse:
    by, at = asker(request)
    reading("level", about=case.id, by=by.id, agency=case.agency_id, at=at)
    found, lines = queries.held_by(case, at=at)
    names = names_of(i for line in lines for i in (line.set_by, line.second))
    page = {
        "form": form,
        "moved": moved,
        "current": case.level,
        "survivor": face(case).survivor,
        "held": [said_of(line, names) for line in lines],
        "reviewed_at": found.last_reviewed_at,
        "waiting": _waiting(case, by, at),
        "note": _(shelf.choices_title("level_factors")),
        "back": _home_of(case),
    }
    return render(request, "assessments/pages/level.html", page, status=status)


def _waiting(case: Case, by: Worker, at: Any) -> dict[str, Any] | None:
    row = queries.waiting_for(case)
    if row is None:
        return None
    mine = row.asked_by == by.id
    return {
        "level": row.level,
        "at": row.asked_at,
        "by": names_of([row.asked_by]).get(row.asked_by, ""),
        "agree": address("reassessment", row.ref) if may(by, AGREE_LEVEL, row, at=at) else "",
        "call_off": address("reassessment_call_off", row.ref) if mine else "",
    }


def reassessment(request: HttpRequest, ref: str) -> HttpResponse:
    """What a colleague found, for the second person: agree that the level ends lower, or not."""
    by, at = asker(request)
    row = queries.reassessment_by_ref(ref, by=by, at=at)
    if request.method != "POST":
        return _second_page(request, row, SecondForm())
    form = SecondForm(request.POST, at=at)
    if not form.is_valid():
        return _second_page(request, row, form, status=422)
    words, agrees = form.cleaned_data["words"], form.cleaned_data["agrees"] == "yes"
    try:
        if agrees:
            actions.agree_reassessment(row, words, by=by, at=at)
        else:
            actions.decline_reassessment(row, words, by=by, at=at)
    except (actions.Settled, actions.LevelMoved):
        return _second_page(request, queries.reassessment_by_ref(ref, by=by, at=at), form, status=409)
    messages.success(request, _("The level is saved.") if agrees else _("Saved. The level stays as it is."))
    return redirect(_home_of(row.case))


def _second_page(
    request: HttpRequest, row: Reassessment, form: SecondForm, *, status: int = 200
) -> HttpResponse:
    by, at = asker(request)
    reading("reassessment", about=row.id, by=by.id, agency=row.agency_id, at=at)
    told, held = queries.reassessment_told(row, row.case), queries.level_seen(row.case, by=by, at=at).word
    lines = [
        line for line in queries.levels_of(row.case) if line.set_at >= row.asked_at and line.id != row.id
    ]
    names = names_of([row.asked_by, *(i for line in lines for i in (line.set_by, line.second))])
    page = {
        "form": form,
        "open": row.state == "open" and held == row.was,
        "current": held,
        "level": row.level,
        "survivor": face(row.case).survivor,
        "asked_at": row.asked_at,
        "asked_by": names.get(row.asked_by, ""),
        "factors": factor_words(told.get("factors", ())),
        "reason": told.get("reason", ""),
        "says": told.get("survivor", ""),
        "since": [said_of(line, names) for line in lines],
        "back": _home_of(row.case),
    }
    return render(request, "assessments/pages/reassessment.html", page, status=status)


@require_POST
def reassessment_call_off(request: HttpRequest, ref: str) -> HttpResponse:
    """Take back what one asked for oneself."""
    by, at = asker(request)
    row = queries.own_reassessment(ref, by=by, at=at)
    actions.call_off_reassessment(row, by=by, at=at)
    messages.success(request, _("Taken back. The level stays as it is."))
    return redirect(_home_of(row.case))
