"""A worker's pages of a survivor's record: what is shown to them, and what they carry. Every look is noted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelterbelt.access.door import asker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.journal import queries
from shelterbelt.journal.actions import NotReleased, carry, look, note_receipt, read_shown
from shelterbelt.journal.bundle import FILE_NAME
from shelterbelt.journal.forms import ReceiptForm
from shelterbelt.journal.words import FILE_KINDS, KINDS, happened
from shelterbelt.ledger.actions import reading
from shelterbelt.safety.policy import OPEN_FILE

PAGES = "journal/pages/"


@require_safe
def of_case(request: HttpRequest, ref: str) -> HttpResponse:
    """What the survivor of a case shows this worker, and what they are to carry; the same page where that is nothing."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at)
    require(by, WRITE_CASE, case, at=at)
    require(by, OPEN_FILE, case, at=at)
    reading("own_record.list", about=case.id, by=by.id, agency=by.agency_id, at=at)
    person = case.survivor_id
    shown = {
        "case": ref,
        "items": [
            {
                "ref": one.ref,
                "beginning": one.beginning or happened(one.told),
                "happened": happened(one.told),
                "files": one.files,
                "made_at": one.made_at,
            }
            for one in queries.shown_to(by, person, at=at)
        ],
        "givings": queries.givings_for(by, person, at=at),
    }
    return render(request, f"{PAGES}of_case.html", shown)


@require_safe
def one(request: HttpRequest, ref: str) -> HttpResponse:
    """One item that is shown."""
    by, at = asker(request)
    item = queries.item_by_ref(ref, by=by, at=at)
    read_shown(item, by=by, at=at)
    shown: dict[str, Any] = {
        "texts": [
            {
                "kind": KINDS.get(text.told.get("kind", ""), ""),
                "happened": happened(text.told),
                "recorded_at": text.recorded_at,
                "words": text.told["text"],
            }
            for text in queries.texts_of(item)
        ],
        "files": [
            {
                "ref": face.ref if face.has_view else "",
                "kind": FILE_KINDS.get(face.kind, ""),
                "words": face.words,
                "taken_in_at": face.taken_in_at,
                "sha256": face.sha256,
            }
            for face in queries.files_of(item)
        ],
    }
    return render(request, f"{PAGES}one.html", shown)


@require_safe
def picture(request: HttpRequest, ref: str) -> HttpResponse:
    """A picture of an item that is shown, without its hidden data."""
    by, at = asker(request)
    found = queries.original_by_ref(ref, by=by, at=at)
    if not found.has_view:
        raise NotForYou
    answer = HttpResponse(b"".join(look(found, by=by, at=at)), content_type="image/jpeg")
    answer["Content-Disposition"] = 'inline; filename="picture.jpg"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def carried(request: HttpRequest, ref: str) -> HttpResponse:
    """What the survivor gave, for the worker who carries it; its receipt."""
    by, at = asker(request)
    giving = queries.giving_by_ref(ref, by=by, at=at)
    form = ReceiptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note_receipt(giving, **form.cleaned_data, by=by, at=at)
        return redirect("carried", ref=ref)
    reading("own_record.giving", about=giving.id, by=by.id, agency=by.agency_id, at=at)
    shown = {"form": form, "giving": queries.giving_face(giving)}
    return render(request, f"{PAGES}carried.html", shown, status=422 if form.errors else 200)


@require_POST
def file(request: HttpRequest, ref: str) -> HttpResponse:
    """The bundle, to be handed over; refused once the release has ended."""
    by, at = asker(request)
    giving = queries.giving_by_ref(ref, by=by, at=at)
    try:
        data = carry(giving, by=by, at=at)
    except NotReleased:
        shown = {"form": ReceiptForm(), "giving": queries.giving_face(giving), "ended": True}
        return render(request, f"{PAGES}carried.html", shown, status=409)
    answer = HttpResponse(data, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer
