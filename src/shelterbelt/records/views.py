"""Pages of whoever looks after records: what is due, held and waiting; one case; its holds; its end. Decide nothing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from shelterbelt import sealing
from shelterbelt.access.door import asker
from shelterbelt.access.exports import FILES, require_budget
from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_CASE
from shelterbelt.ledger.actions import reading
from shelterbelt.records import actions, queries, words
from shelterbelt.records.facts import ruling_of, rulings_of, schedule_for
from shelterbelt.records.forms import AskForm, ConfirmForm, FindForm, HoldForm, LiftForm
from shelterbelt.records.models import Erasure, Hold
from shelterbelt.records.policy import ASK_ERASURE, CONFIRM_ERASURE, KEEP_HOLDS, SEE_RECORDS

MEDIA = {b"%PDF-": "application/pdf", b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def overview(request: HttpRequest) -> HttpResponse:
    """What is due, what waits for a second person, what is held, what is gone."""
    by, at = asker(request)
    if not (SEE_RECORDS.allows(by) or CONFIRM_ERASURE.allows(by)):
        raise NotForYou("records")
    find = FindForm(_posted(request))
    if request.method == "POST" and find.is_valid():
        try:
            return redirect("records_case", queries.case_by_ref(find.cleaned_data["ref"], by=by, at=at).ref)
        except NotForYou:
            find.add_error("ref", _("No case here has this reference."))
    reading("records", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    due = [
        {"ref": one.ref, "closed_at": one.closed_at, "why": words.said(one.ruling.because)}
        for one in queries.due_cases(by=by, at=at)
    ]
    page = {
        "find": find,
        "due": due,
        "waiting": _worded(queries.waiting_erasures(by=by, at=at), "basis", words.WHY),
        "holds": _worded(queries.standing_holds(by=by, at=at), "because", words.HOLDS),
        "erased": _worded(queries.erased_cases(by=by, at=at), "basis", words.WHY),
        "keeps": SEE_RECORDS.allows(by),
        "schedule": schedule_for(by.agency),
    }
    return render(request, "records/pages/records.html", page)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it empty; nothing for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _worded(rows: list[dict[str, Any]], key: str, labels: dict[str, Any]) -> list[dict[str, Any]]:
    return [row | {"words": labels[row[key]]} for row in rows]


def case(request: HttpRequest, ref: str) -> HttpResponse:
    """Whether a case is kept, held or due, category by category, and what may be done about it. Nothing of what it says."""
    by, at = asker(request)
    found = queries.case_by_ref(ref, by=by, at=at)
    reading("records.case", about=found.id, by=by.id, agency=found.agency_id, at=at)
    waiting = queries.waiting_of(found, by=by, at=at)
    ruling = ruling_of(found, asked=_asked(waiting), at=at)
    page = {
        "case": {"ref": found.ref, "opened_at": found.opened_at, "closed_at": found.closed_at},
        "state": words.STATES[ruling.state],
        "look": {"may_erase": "due", "keep": "quiet", "must_not_erase": "late"}[ruling.state],
        "because": words.said(ruling.because),
        "from_at": ruling.from_at,
        "lines": _lines(found, _asked(waiting), at),
        "title": schedule_for(by.agency),
        "holds": [_hold_line(row) for row in queries.holds_of(found, by=by, at=at)],
        "may_hold": may(by, KEEP_HOLDS, found, at=at),
        "waiting": _waiting(waiting, by),
        "may_ask": waiting is None
        and may(by, ASK_ERASURE, found, at=at)
        and ruling.state != "must_not_erase",
        "back": _back(found, by, at),
    }
    return render(request, "records/pages/case.html", page)


def _back(found: Case, by: Worker, at: Any) -> str:
    """Where whoever looks after records came from, or else the case itself."""
    if SEE_RECORDS.allows(by) or CONFIRM_ERASURE.allows(by):
        return reverse("records")
    return reverse("case", args=[found.ref]) if may(by, SEE_CASE, found, at=at) else ""


def _asked(waiting: Erasure | None) -> bool:
    return waiting is not None and waiting.basis == "survivor"


def _lines(found: Case, asked: bool, at: Any) -> list[dict[str, Any]]:
    schedule = schedule_for(found.agency)
    lines = []
    for category, ruling in rulings_of(found, asked=asked, at=at).items():
        keep = schedule.lines.get(category) if schedule else None
        lines.append(
            {
                "category": words.CATEGORIES[category],
                "state": words.STATES[ruling.state],
                "from_at": ruling.from_at,
                "days": keep.days if keep else None,
                "after": words.EVENTS[keep.after] if keep else "",
                "why": _(keep.why) if keep else "",
                "source": _(schedule.sources[keep.source]) if schedule and keep else "",
            }
        )
    return lines


def _hold_line(row: Hold) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "words": words.HOLDS[row.because],
        "at": row.placed_at,
        "lifted_at": row.lifted_at,
    }


def _waiting(found: Erasure | None, by: Worker) -> dict[str, Any] | None:
    if found is None:
        return None
    asked_by = names_of([found.asked_by]).get(found.asked_by, "")
    may_confirm = CONFIRM_ERASURE.allows(by) and found.asked_by != by.id
    may_call_off = CONFIRM_ERASURE.allows(by) or found.asked_by == by.id
    return {
        "words": words.WHY[found.basis], "at": found.asked_at, "by": asked_by, "may_confirm": may_confirm,
        "may_call_off": may_call_off, "mine": found.asked_by == by.id,
    }  # fmt: skip


def hold_new(request: HttpRequest, ref: str) -> HttpResponse:
    """Place a hold on a case."""
    by, at = asker(request)
    found = queries.case_by_ref(ref, by=by, at=at)
    require(by, KEEP_HOLDS, found, at=at)
    form = HoldForm(_posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        paper = told["paper"].read() if told["paper"] else b""
        actions.place_hold(
            found.id,
            because=told["because"],
            reason=told["reason"],
            document=paper,
            name=told["paper"].name if told["paper"] else "",
            media=next((kind for begin, kind in MEDIA.items() if paper.startswith(begin)), ""),
            by=by,
            at=at,
        )
        messages.success(request, _("The hold stands: nothing of this case is erased."))
        return redirect("records_case", found.ref)
    reading("records.case", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return render(request, "records/pages/hold_new.html", {"form": form, "ref": found.ref})


def hold(request: HttpRequest, ref: str) -> HttpResponse:
    """What a hold is about, and lifting it."""
    by, at = asker(request)
    found = queries.hold_by_ref(ref, by=by, at=at)
    form = LiftForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        actions.lift_hold(found, reason=form.cleaned_data["reason"], by=by, at=at)
        messages.success(request, _("The hold is lifted: the schedule counts again."))
        return redirect("hold", found.ref)
    reading("hold", about=found.id, by=by.id, agency=found.agency_id, at=at)
    told = opened(found)
    names = names_of([one for one in (found.placed_by, found.lifted_by) if one])
    page = {
        "form": form,
        "hold": _hold_line(found),
        "told": told,
        "placed_by": names.get(found.placed_by, ""),
        "lifted_by": names.get(found.lifted_by, ""),
        "paper": bool(found.document),
    }
    return render(request, "records/pages/hold.html", page)


def hold_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The paper that a hold rests on, as it came; its name is in the page, not in the file's."""
    by, at = asker(request)
    found = queries.hold_by_ref(ref, by=by, at=at)
    if not found.document:
        raise NotForYou("no paper")
    require_budget(by, [found.id], what=FILES, at=at)
    reading("hold.paper", about=found.id, by=by.id, agency=found.agency_id, at=at)
    data = sealing.keyring().open_bytes(
        bytes(found.key), found.agency_id, bytes(found.document), about=found.id
    )
    media = opened(found).get("media") or "application/octet-stream"
    headers = {"Content-Disposition": 'attachment; filename="document"'}
    return HttpResponse(data, content_type=media, headers=headers)


def erase(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask for the erasure of a case; for a second person, carry it out or call it off."""
    by, at = asker(request)
    found = queries.case_by_ref(ref, by=by, at=at)
    waiting = queries.waiting_of(found, by=by, at=at)
    step = request.POST.get("step", "")
    if request.method == "POST" and step == "call_off" and waiting:
        actions.call_off(waiting, by=by, at=at)
        messages.success(request, _("Called off: the case stays."))
        return redirect("records_case", found.ref)
    if waiting is None:
        return _ask(request, found, by, at)
    require(by, CONFIRM_ERASURE, found, at=at)
    if waiting.asked_by == by.id:
        return redirect("records_case", found.ref)
    form = ConfirmForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.erase_case(found, by=by, at=at)
            messages.success(request, _("The case is erased."))
            return redirect("records")
        except actions.NotErasable as refused:
            form.add_error(None, " ".join(words.said(refused.ruling.because)))
    reading("records.case", about=found.id, by=by.id, agency=found.agency_id, at=at)
    page = {"form": form, "ref": found.ref, "waiting": _waiting(waiting, by)}
    return render(request, "records/pages/erase.html", page)


def _ask(request: HttpRequest, found: Case, by: Worker, at: Any) -> HttpResponse:
    require(by, ASK_ERASURE, found, at=at)
    bases = ("survivor", "schedule") if SEE_RECORDS.allows(by) else ("survivor",)
    form = AskForm(_posted(request), bases=bases)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_erasure(found, basis=form.cleaned_data["basis"], by=by, at=at)
            messages.success(request, _("Asked for. A second person decides."))
            return redirect("records_case", found.ref)
        except actions.NotErasable as refused:
            form.add_error("basis", " ".join(words.said(refused.ruling.because)))
    reading("records.case", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return render(request, "records/pages/ask.html", {"form": form, "ref": found.ref})
