"""Somebody asks for records: what to do now, writing it down, its steps and what became of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.exports import FILES, require_budget
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.disclosures import actions, queries
from shelterbelt.disclosures.forms import AnswerForm, CaseForm, DemandForm, PracticeForm, StepForm
from shelterbelt.disclosures.models import Demand
from shelterbelt.disclosures.papers import MEDIA, bytes_of, picture_of
from shelterbelt.disclosures.policy import (
    ANSWER_DEMAND,
    CHANGE_PRACTICE,
    ENTER_AUTHORITY,
    ENTER_DEMAND,
    SEE_AUTHORITY,
    SEE_DEMAND,
    SEE_GUIDE,
    SEE_HOLDINGS,
)
from shelterbelt.disclosures.words import GROUNDS, OUTCOMES, SAY
from shelterbelt.ledger.actions import reading
from shelterbelt.library import guides
from shelterbelt.library.guides import Guide


@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """What is in your hand? One list, in the order in which it happens."""
    by, at = asker(request)
    require(by, SEE_GUIDE, at=at)
    found = guides.guides(queries.jurisdiction(by.agency))
    shown = {
        "say": SAY,
        "kinds": [
            {"title": _(one.title), "short": _(one.short), "url": reverse("asked_one", args=[one.kind])}
            for one in found
        ],
        "contacts": _contacts(request),
        "links": [
            {"url": reverse(name), "text": text}
            for name, text, permission in (
                ("demands", _("Demands that were written down"), SEE_DEMAND),
                ("authorities", _("Orders, duties by law and agreements"), SEE_AUTHORITY),
                ("holdings_find", _("What is held about a case"), SEE_HOLDINGS),
                ("practice", _("Change whom to call"), CHANGE_PRACTICE),
            )
            if may(by, permission, at=at)
        ],
    }
    return render(request, "disclosures/pages/asked.html", shown)


@require_GET
def asked_one(request: HttpRequest, kind: str) -> HttpResponse:
    """What to do now, whom to call, what not to say, what to write down."""
    by, at = asker(request)
    require(by, SEE_GUIDE, at=at)
    guide = _guide(request, kind)
    shown = {
        "say": SAY,
        "guide": in_words(guide),
        "contacts": _contacts(request),
        "write": reverse("demand_new", args=[kind]) if may(by, ENTER_DEMAND, at=at) else "",
        "enter_order": reverse("authority_new", args=["court_order"])
        if guide.opens and may(by, ENTER_AUTHORITY, at=at)
        else "",
    }
    return render(request, "disclosures/pages/asked_one.html", shown)


def in_words(guide: Guide) -> dict[str, Any]:
    """A guide in the reader's language."""
    lists = ("known_by", "now", "do_not", "write_down", "reply")
    return {
        "kind": guide.kind,
        "title": _(guide.title),
        "means": _(guide.means),
        "version": guide.version,
        "sources": [_(text) for text in guide.sources.values()],
        "forks": [{"title": _(f.title), "lines": [_(line) for line in f.lines]} for f in guide.forks],
        **{name: [_(line) for line in getattr(guide, name)] for name in lists},
    }


def _guide(request: HttpRequest, kind: str) -> Guide:
    by, _at = asker(request)
    found = queries.guide_for(by.agency, kind)
    if found is None:
        raise NotForYou
    return found


def _contacts(request: HttpRequest) -> list[dict[str, str]]:
    by, at = asker(request)
    told = queries.contacts_of(by, at=at).told
    return [
        {"label": label, "name": told[name], "phone": told.get(phone, "")}
        for label, name, phone in (
            (_("Lawyer"), "lawyer", "lawyer_phone"),
            (_("Who looks after records here"), "records", "records_phone"),
            (_("At night and on weekends"), "after_hours", ""),
        )
        if told[name] or told.get(phone, "")
    ]


@require_GET
def demands(request: HttpRequest) -> HttpResponse:
    """The agency's demands: what is due next comes first."""
    by, at = asker(request)
    require(by, SEE_DEMAND, at=at)
    reading("demands", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    rows = []
    for row in queries.demands(by, at=at):
        guide = queries.guide_for(by.agency, row.kind)
        rows.append(
            {
                "url": reverse("demand", args=[row.ref]),
                "title": _(guide.title) if guide else row.kind,
                "received_at": row.received_at,
                "due_at": row.next_due_at,
                "outcome": OUTCOMES.get(row.outcome, ""),
                "ended_at": row.ended_at,
            }
        )
    return render(request, "disclosures/pages/demands.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def demand_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Write down that somebody asked, with a picture of the paper."""
    by, at = asker(request)
    require(by, ENTER_DEMAND, at=at)
    guide = _guide(request, kind)
    start = {"received_at": at, "case_ref": request.GET.get("case", "")[:22]}
    form = DemandForm(holder=by.agency, at=at, initial=start)
    if request.method == "POST":
        form = DemandForm(request.POST, request.FILES, holder=by.agency, at=at)
        if form.is_valid() and (case_id := _case_id(request, form)) is not False:
            file = form.cleaned_data.get("paper")
            row = actions.enter_demand(
                kind,
                file.file if file else None,
                case_id=case_id,
                received_at=form.cleaned_data["received_at"],
                deadline_at=form.deadline_at,
                words=form.words(),
                by=by,
                at=at,
            )
            return redirect("demand", row.ref)
    shown = {"form": form, "guide": in_words(guide)}
    return render(request, "disclosures/pages/demand_new.html", shown, status=422 if form.errors else 200)


def _case_id(request: HttpRequest, form: Any) -> Any:
    """The id of the case that was named; false, with a word at the field, where there is none for this worker."""
    by, at = asker(request)
    ref = form.cleaned_data.get("case_ref", "")
    if not ref:
        return None
    try:
        return queries.case_under(ref, ENTER_DEMAND, by=by, at=at).id
    except NotForYou:
        form.add_error("case_ref", _("There is no case with this reference that you may name here."))
        return False


@require_GET
def demand(request: HttpRequest, ref: str) -> HttpResponse:
    """One demand: what it asks, what is due, what was done."""
    by, at = asker(request)
    row = queries.demand_by_ref(ref, by=by, at=at)
    return _demand_page(request, row)


def _demand_page(
    request: HttpRequest, row: Demand, *, form: Any = None, case_form: Any = None, status: int = 200
) -> HttpResponse:
    by, at = asker(request)
    guide = _guide(request, row.kind)
    reading("demand", about=row.id, by=by.id, agency=row.agency_id, at=at)
    answers = row.ended_at is None and may(by, ANSWER_DEMAND, row, at=at)
    notes = queries.notes_of(row)
    shown = {
        "ref": row.ref,
        "guide": in_words(guide),
        "told": demand_lines(row, at=at),
        "steps": _steps(row, guide, notes),
        "notes": _notes(notes, guide),
        "outcome": OUTCOMES.get(row.outcome, ""),
        "ended_at": row.ended_at,
        "held": row.hold_id is not None,
        "unnamed": row.case_id is None and row.ended_at is None,
        "case_form": case_form or CaseForm(),
        "answers": answers,
        "step_form": StepForm(),
        "form": form or AnswerForm(guide=guide),
        "paper": reverse("demand_paper", args=[row.ref]) if row.document_type else "",
    }
    return render(request, "disclosures/pages/demand.html", shown, status=status)


def demand_lines(row: Demand, *, at: Any) -> list[dict[str, Any]]:
    """A demand as lines to read."""
    from shelterbelt.agencies.sealed import opened

    told = opened(row)
    return [
        {"key": _("Who asks"), "value": told.get("asker", "")},
        {"key": _("How it came"), "value": told.get("came_by", "")},
        {"key": _("Court and number"), "value": told.get("number", "")},
        {"key": _("What it asks for"), "value": told.get("asks_for", ""), "story": True},
        {"key": _("What was said"), "value": told.get("talk", ""), "story": True},
    ]


def _steps(row: Demand, guide: Guide, notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    done = {note["step"]: note for note in notes if note["step"]}
    due = queries.steps_of(row)
    found = [
        {"id": one.id, "text": _(one.text), "due_at": due[one.id], "done": done.get(one.id)}
        for one in guide.steps
    ]
    return sorted(found, key=lambda step: step["due_at"])


def _notes(notes: list[dict[str, Any]], guide: Guide) -> list[dict[str, Any]]:
    """What was done, newest first, as a timeline shows it."""
    names = names_of(note["by"] for note in notes)
    texts = {step.id: _(step.text) for step in guide.steps}
    return [
        {
            "title": texts.get(note["step"]) or str(OUTCOMES.get(note["kind"], "")),
            "at": note["at"],
            "by": names.get(note["by"], ""),
            "text": "\n".join(
                part
                for part in (
                    str(note.get("items", "")),
                    str(GROUNDS.get(note.get("ground", ""), "")),
                    str(note.get("words", "")),
                )
                if part
            ),
        }
        for note in reversed(notes)
    ]


@require_POST
def demand_case(request: HttpRequest, ref: str) -> HttpResponse:
    """Say which case a demand is about."""
    by, at = asker(request)
    row = queries.demand_by_ref(ref, by=by, at=at, permission=ANSWER_DEMAND)
    form = CaseForm(request.POST)
    if not form.is_valid() or not (case_id := _case_id(request, form)):
        return _demand_page(request, row, case_form=form, status=422)
    actions.name_case(row, case_id, by=by, at=at)
    return redirect("demand", ref)


@require_POST
def demand_step(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """One step was done."""
    by, at = asker(request)
    row = queries.demand_by_ref(ref, by=by, at=at, permission=ANSWER_DEMAND)
    form = StepForm(request.POST)
    if form.is_valid():
        actions.note_step(row, step, words=form.cleaned_data["step_words"], by=by, at=at)
    return redirect("demand", ref)


@require_POST
def demand_answer(request: HttpRequest, ref: str) -> HttpResponse:
    """What became of it; what was given is named exactly."""
    by, at = asker(request)
    row = queries.demand_by_ref(ref, by=by, at=at, permission=ANSWER_DEMAND)
    form = AnswerForm(request.POST, guide=_guide(request, row.kind))
    if form.is_valid():
        data = form.cleaned_data
        given = {"items": data.get("items", ""), "ground": data.get("ground", "")}
        try:
            actions.answer_demand(row, data["outcome"], words=data["answer_words"], **given, by=by, at=at)
            return redirect("demand", ref)
        except actions.NotYet as fault:
            form.show(fault.problems)
    return _demand_page(request, row, form=form, status=422)


@require_GET
def demand_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The paper: a picture to look at, a PDF to take out."""
    by, at = asker(request)
    row = queries.demand_by_ref(ref, by=by, at=at)
    digest = bytes(row.document_sha256)
    require_budget(by, [row.id], what=FILES, at=at)
    reading("demand.document", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)
    return paper_of(row)


def paper_of(row: Any) -> HttpResponse:
    """A paper as an answer, under a name that says nothing."""
    if not row.document_type:
        raise NotForYou
    picture = picture_of(row)
    if picture is not None:
        answer = HttpResponse(picture, content_type="image/jpeg")
        answer["Content-Disposition"] = 'inline; filename="file.jpg"'
        return answer
    answer = HttpResponse(bytes_of(row), content_type=MEDIA[row.document_type])
    answer["Content-Disposition"] = 'attachment; filename="file.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
def practice(request: HttpRequest) -> HttpResponse:
    """Whom this agency's workers call, and what papers show."""
    by, at = asker(request)
    require(by, CHANGE_PRACTICE, at=at)
    found = queries.contacts_of(by, at=at)
    form = PracticeForm(initial={**found.told, "names_on_paper": found.names_on_paper})
    if request.method == "POST":
        form = PracticeForm(request.POST)
        if form.is_valid():
            told = {name: str(form.cleaned_data[name]) for name in queries.CONTACTS}
            shows = form.cleaned_data["names_on_paper"]
            actions.change_practice(told, names_on_paper=shows, by=by, at=at)
            return redirect("asked")
    return render(
        request, "disclosures/pages/practice.html", {"form": form}, status=422 if form.errors else 200
    )
