"""The second door, and notes in a case: kept here, told to nobody."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.cases.policy import OPEN_DIRECT_CASE, WRITE_CASE
from shelterbelt.cases.queries import case_by_ref, face, page_of
from shelterbelt.ledger.actions import reading
from shelterbelt.referrals import actions
from shelterbelt.referrals.forms.casework import KEPT_HERE, NoteForm, SecondDoorForm
from shelterbelt.ui.links import address

PAGES = "referrals/pages/"


def case_new(request: HttpRequest) -> HttpResponse:
    """A case from a name and nothing else."""
    by, at = asker(request)
    require(by, OPEN_DIRECT_CASE, at=at)
    form = SecondDoorForm(request.POST if request.method == "POST" else None, at=at, zone=by.agency.time_zone)
    if request.method == "POST" and form.is_valid():
        case = actions.open_by_second_door(**_opened(form), by=by, at=at)
        return redirect(page_of(case, by=by, at=at))
    return render(request, PAGES + "case_new.html", {"form": form})


def _opened(form: SecondDoorForm) -> dict[str, Any]:
    told, ways = form.cleaned_data, form.told()
    number = [ways["number"]] if ways and ways["number"] else []
    survivor = {
        "name": told["name"],
        "phones": number,
        "language": told["language"],
        "interpreter": told["interpreter"],
    }
    kept = {name: told[name] for name in ("other", "wants_first", "own_words", "once")}
    return {"survivor": survivor, "instructions": ways, **kept}


def note_new(request: HttpRequest, ref: str) -> HttpResponse:
    """A note in the case's file."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    form = NoteForm(request.POST if request.method == "POST" else None)
    home = address("case", case.ref) or "/"
    if request.method == "POST" and form.is_valid():
        category = form.cleaned_data["category"]
        kept = "" if category == KEPT_HERE else category
        actions.note_once(case, text=form.cleaned_data["text"], category=kept, by=by, at=at)
        messages.success(request, _("The note is kept in this file."))
        return redirect(home)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
    return render(
        request, PAGES + "note_new.html", {"form": form, "back": home, "survivor": face(case).survivor}
    )
