"""Pages of the worker whom a survivor trusts: messages, a wish that ended, what the portal shows. One form, one action."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.models import Worker
from shelterbelt.access.queries import name_of as name_of_worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.models import Case
from shelterbelt.conversations import actions
from shelterbelt.conversations.actions.writing import Reached
from shelterbelt.conversations.forms import HoursForm, WordsForm
from shelterbelt.conversations.policy import TELL_HOURS, WRITE_WORDS
from shelterbelt.conversations.queries import (
    Wished,
    cases_of,
    choices_of,
    conversation,
    file_by_ref,
    hours_of,
    looks_shown,
    name_of_file,
    reads_from,
    wish_by_ref,
    wishes_of,
)
from shelterbelt.ledger.actions import reading
from shelterbelt.library import shelf
from shelterbelt.people.queries import details
from shelterbelt.referrals.queries import instructions_of_case
from shelterbelt.safety.models import OwnFile
from shelterbelt.safety.trust import trusted_workers
from shelterbelt.ui.links import address

PAGES = "conversations/pages/"


def words(request: HttpRequest, ref: str) -> HttpResponse:
    """What the two wrote, what the survivor wishes and wants, and a message to write."""
    by, at = asker(request)
    file = file_by_ref(ref, by=by, at=at)
    form = WordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(by, WRITE_WORDS, file, at=at)
        if form.is_valid():
            reached = _reached(file, by)
            actions.write_message(file, form.cleaned_data["text"], by=by, at=at, reached=reached)
            return redirect("words", ref)
    reading("words", about=file.id, by=by.id, agency=file.agency_id, at=at)
    said = conversation(file, by=by, at=at)
    actions.note_read(file, by=by, at=at)
    return render(request, PAGES + "words.html", {"form": form, "words": said, **_around(request, file)})


def _around(request: HttpRequest, file: OwnFile) -> dict[str, Any]:
    by, at = asker(request)
    cases, chosen = cases_of(file), choices_of(file)
    shown = looks_shown(file.person_id, [case.id for case in cases])
    others = [one for one in trusted_workers(file.person_id, file.agency_id, at=at) if one.id != by.id]
    return {
        "ref": file.ref,
        "name": name_of_file(file),
        "choice": _(shelf.label_of("responses", chosen[0].code)) if chosen else "",
        "choice_words": chosen[0].words if chosen else "",
        "choice_at": chosen[0].at if chosen else None,
        "wishes": [_wish(one, cases) for one in wishes_of(file)],
        "cases": [
            {"ref": case.ref, "url": address("case", case.ref), "on": case.id in shown} for case in cases
        ],
        "later": [
            {"ref": one.ref, "name": name_of_worker(one)} for one in others if reads_from(file, one.id, at=at)
        ],
    }


def _wish(found: Wished, cases: list[Case]) -> dict[str, Any]:
    case = next((one for one in cases if one.id == found.row.case_id), None)
    form = address("release_new", case.ref) if case else ""
    named = Agency.objects.filter(ref=str(found.told.get("recipient", ""))).first()
    return {
        "ref": found.row.ref,
        "who": named.name if named else "",
        "at": found.row.asked_at,
        "what": [_(shelf.label_of("release_categories", code)) for code in found.told.get("categories", ())],
        "words": found.told.get("words", ""),
        "form": f"{form}?wish={found.row.ref}" if form else "",
    }


def _reached(file: OwnFile, by: Worker) -> Reached | None:
    """How the quiet note would reach them; without an open case there is no way."""
    case = next(iter(cases_of(file)), None)
    if case is None:
        return None
    language = str(details(case.survivor).get("language") or "")
    return Reached(case.id, instructions_of_case(case), language)


@require_POST
def words_earlier(request: HttpRequest, ref: str, worker: str) -> HttpResponse:
    """On the survivor's word, let somebody whom they trust since later read what was written before."""
    by, at = asker(request)
    file = file_by_ref(ref, by=by, at=at)
    found = [one for one in trusted_workers(file.person_id, file.agency_id, at=at) if one.ref == worker]
    if not found:
        raise NotForYou
    actions.let_read_earlier(file, found[0].id, by=by, at=at)
    return redirect("words", ref)


@require_POST
def looks_switch(request: HttpRequest, ref: str, case: str) -> HttpResponse:
    """Show them in the portal who has looked at a case of theirs, or end that."""
    by, at = asker(request)
    file = file_by_ref(ref, by=by, at=at)
    found = next((one for one in cases_of(file) if one.ref == case), None)
    if found is None:
        raise NotForYou
    act = actions.show_looks if request.POST.get("do") == "show" else actions.hide_looks
    act(file, found.id, by=by, at=at)
    return redirect("words", ref)


@require_POST
def wish_settle(request: HttpRequest, ref: str, wish: str) -> HttpResponse:
    """How a wish about a release ended."""
    by, at = asker(request)
    file = file_by_ref(ref, by=by, at=at)
    found = wish_by_ref(wish, by=by, at=at)
    if found.row.person_id != file.person_id:
        raise NotForYou
    actions.settle_wish(found.row, request.POST.get("do", ""), by=by, at=at)
    return redirect("words", ref)


def usual_hours(request: HttpRequest) -> HttpResponse:
    """When the worker is usually there to read."""
    by, at = asker(request)
    require(by, TELL_HOURS, at=at)
    form = HoursForm(request.POST if request.method == "POST" else None, told=hours_of(by.id))
    if request.method == "POST" and form.is_valid():
        actions.tell_hours(form.told(), by=by, at=at)
        return redirect(address("entrusted") or "usual_hours")
    return render(request, PAGES + "hours.html", {"form": form, "back": address("entrusted")})
