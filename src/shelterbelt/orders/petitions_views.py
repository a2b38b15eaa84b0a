"""The page that helps with a petition of a case, and its two papers. Keeps nothing that is typed; decides nothing."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shelterbelt.access.door import asker
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may
from shelterbelt.cases.models import Case
from shelterbelt.cases.queries import case_by_ref, face
from shelterbelt.ledger.actions import reading
from shelterbelt.orders import petitions
from shelterbelt.orders.petitions_actions import draw_petition
from shelterbelt.orders.petitions_forms import PetitionForm
from shelterbelt.orders.petitions_paper import FILE_NAME
from shelterbelt.orders.policy import DRAFT_PETITION
from shelterbelt.people.queries import details, name_of
from shelterbelt.ui.links import address


@require_http_methods(["GET", "HEAD", "POST"])
def petition(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer, see what fits, and have it on paper."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=DRAFT_PETITION)
    file = petitions.file_of(petitions.place_of(case))
    told: dict[str, Any] = {"file": file, "happened": petitions.happened_in(case)}
    if request.method != "POST":
        reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
        return _page(request, case, PetitionForm(initial=_known(case), **told))
    form = PetitionForm(request.POST, **told)
    paper = request.POST.get("make", "")
    if not form.is_valid():
        return _page(request, case, form, status=422)
    if paper in petitions.PAPERS:
        return as_file(draw_petition(case, paper, form.draft(), by=by, at=at))
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
    return _page(request, case, form, found=found_of(form, petitions.apart_of(case)))


def link_of(case: Case, *, by: Worker, at: datetime) -> tuple[str, str] | None:
    """The link on a case's page, for those who may draft."""
    if case.closed_at is not None or not may(by, DRAFT_PETITION, case, at=at):
        return None
    return _("Help with a petition"), address("petition", case.ref)


def as_file(data: bytes) -> HttpResponse:
    """A paper as a file whose name says nothing."""
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


def found_of(form: PetitionForm, apart: petitions.Apart) -> dict[str, Any]:
    """What fits by the answers that were given, in the language of the page."""
    file, draft, language = form.file, form.draft(), (get_language() or "en")[:2]
    held = form.cleaned_data.get("evidence", ())
    parts = petitions.fitting(file, draft.kind, form.answers(), held)
    kind = file.kinds[draft.kind]
    questions = {one.fact: one.text.by(language) for one in file.questions}
    words = {**kind.asks, **kind.courts}
    return {
        "asks": [
            {
                "text": kind.asks[one.id].text.by(language),
                "chosen": one.id in draft.asks,
                "open": one.fits == "unknown",
                "have": [file.evidence[code].text.by(language) for code in one.have],
                "could": [file.evidence[code].text.by(language) for code in one.could_have],
            }
            for one in parts.asks
        ],
        "courts": [(kind.courts[id].text.by(language), fits == "unknown") for id, fits in parts.courts],
        "left_out": [words[one.about].text.by(language) for one in parts.left_out],
        "open": [questions[fact] for fact in parts.open],
        "lasts": kind.lasts.by(language),
        "taken_out": petitions.taken_out(draft, file, apart),
    }


def around(form: PetitionForm, *, on: Any) -> dict[str, Any]:
    """What the page says beside the form."""
    file, language = form.file, (get_language() or "en")[:2]
    return {
        "form": form,
        "title": file.title.by(language),
        "intro": file.intro.by(language),
        "says": [one.by(language) for one in file.says],
        "as_of": file.as_of,
        "past": file.past(on),
        "careful": [one.careful.by(language) for one in file.evidence.values() if one.careful],
    }


def _known(case: Case) -> dict[str, Any]:
    """What the record has for the form."""
    known = details(case.survivor)
    return {
        "name": known.get("name", ""),
        "other": name_of(case.other),
        "address": known.get("address") or "",
        "phone": next(iter(known.get("phones", ())), ""),
        "language": (get_language() or "en")[:2],
    }


def _page(
    request: HttpRequest, case: Case, form: PetitionForm, *, found: Any = None, status: int = 200
) -> HttpResponse:
    _by, at = asker(request)
    page = {
        **around(form, on=petitions.today(case, at=at)),
        "found": found,
        "survivor": face(case).survivor or _("Not named"),
        "level": case.level,
        "back": address("case", case.ref) or "/",
    }
    return render(request, "orders/pages/petition.html", page, status=status)
