"""Pages of orders, duties by law, agreements and given numbers: enter, tell the survivor, check, return, end."""

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
from shelterbelt.agencies.queries import is_system
from shelterbelt.agencies.sealed import opened
from shelterbelt.disclosures import actions, queries
from shelterbelt.disclosures.forms import FORMS, BasisForm, EndForm, MandateForm, ReturnForm, ToldForm
from shelterbelt.disclosures.given import items
from shelterbelt.disclosures.models import Authority
from shelterbelt.disclosures.policy import CHECK_AUTHORITY, END_AUTHORITY, ENTER_AUTHORITY, SEE_AUTHORITY
from shelterbelt.disclosures.views.asked import paper_of
from shelterbelt.disclosures.words import KINDS, NOTES, STATES, said
from shelterbelt.ledger.actions import reading
from shelterbelt.library import guides


@require_GET
def authorities(request: HttpRequest) -> HttpResponse:
    """What opens files without a release: those that wait for a second person come first."""
    by, at = asker(request)
    require(by, SEE_AUTHORITY, at=at)
    reading("authorities", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "rows": [_row(row) for row in queries.authorities(by, at=at)],
        "kinds": [
            {"title": KINDS[kind], "url": reverse("authority_new", args=[kind])}
            for kind in FORMS
            if may(by, ENTER_AUTHORITY, at=at) and (kind != "agreement" or is_system(by.agency))
        ],
    }
    return render(request, "disclosures/pages/authorities.html", shown)


def _row(row: Authority) -> dict[str, Any]:
    return {
        "url": reverse("authority", args=[row.ref]),
        "title": KINDS[row.kind],
        "recipient": row.recipient.name if row.recipient else "",
        "state": _state(row),
        "waits": row.state == "waiting",
        "until": row.until_at,
        "entered_at": row.entered_at,
    }


def _state(row: Authority) -> Any:
    return STATES["kept" if row.kind == "aggregate" and row.state == "open" else row.state]


@require_http_methods(["GET", "POST"])
def authority_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Enter a basis with its paper. A second person checks it before it opens anything."""
    by, at = asker(request)
    require(by, ENTER_AUTHORITY, at=at)
    if kind not in FORMS or (kind == "agreement" and not is_system(by.agency)):
        raise NotForYou
    form = _form(request, kind)
    if request.method == "POST" and form.is_valid():
        made = _entered(request, form)
        if made is not None:
            return redirect("authority", made.ref)
    shown = {"form": form, "kind": kind, "title": KINDS[kind]}
    return render(request, "disclosures/pages/authority_new.html", shown, status=422 if form.errors else 200)


def _form(request: HttpRequest, kind: str) -> BasisForm:
    by, at = asker(request)
    holder = by.agency
    about: dict[str, Any] = {
        "holder": holder,
        "recipients": queries.recipients(holder, kind),
        "allowed": queries.could_open(holder, None, kind),
        "at": at,
    }
    if kind == "mandate":
        about["statutes"] = queries.statutes_for(holder, at=at)
    made: type[BasisForm] = MandateForm if kind == "mandate" else FORMS[kind]
    if request.method == "POST":
        return made(request.POST, request.FILES, **about)
    return made(initial={"case_ref": request.GET.get("case", "")[:22]}, **about)


def _entered(request: HttpRequest, form: BasisForm) -> Authority | None:
    by, at = asker(request)
    case_id = None
    if ref := form.cleaned_data.get("case_ref", ""):
        try:
            case_id = queries.case_under(ref, ENTER_AUTHORITY, by=by, at=at).id
        except NotForYou:
            form.add_error("case_ref", said("basis.case_unknown"))
            return None
    file = form.cleaned_data.get("paper")
    try:
        return actions.enter_authority(form.entered(case_id), file.file if file else None, by=by, at=at)
    except actions.NotYet as fault:
        form.show(fault.problems)
        return None


@require_GET
def authority(request: HttpRequest, ref: str) -> HttpResponse:
    """One basis: what it says, what it opens, who was told, what is missing."""
    by, at = asker(request)
    row = queries.authority_by_ref(ref, by=by, at=at, permission=SEE_AUTHORITY)
    return _page(request, row)


def _page(request: HttpRequest, row: Authority, *, status: int = 200, **forms: Any) -> HttpResponse:
    by, at = asker(request)
    reading("authority", about=row.id, by=by.id, agency=row.agency_id, at=at)
    waits = row.state == "waiting"
    checks = waits and row.entered_by != by.id and may(by, CHECK_AUTHORITY, row, at=at)
    names = names_of([row.entered_by, row.second_by])
    shown = {
        "ref": row.ref,
        "title": KINDS[row.kind],
        "kind": row.kind,
        "state": _state(row),
        "opens": row.state == "open" and row.kind != "aggregate" and row.until_at > at,
        "lines": lines_of(row),
        "notes": _notes(row),
        "entered_at": row.entered_at,
        "entered_by": names.get(row.entered_by, ""),
        "second_at": row.second_at,
        "second_by": names.get(row.second_by, ""),
        "missing": [said(code) for code in queries.lacking_of(row, by=by, at=at)] if waits else [],
        "paper": reverse("authority_paper", args=[row.ref]) if row.document_type else "",
        "tells": waits and row.kind in ("court_order", "mandate") and may(by, ENTER_AUTHORITY, row, at=at),
        "checks": checks,
        "ends": row.state == "open" and may(by, END_AUTHORITY, row, at=at),
        "told_form": ToldForm(),
        "return_form": ReturnForm(),
        "end_form": EndForm(),
        **forms,
    }
    return render(request, "disclosures/pages/authority.html", shown, status=status)


def lines_of(row: Authority) -> list[dict[str, Any]]:
    """A basis as lines to read."""
    told = opened(row)
    known = {one.id: one for one in guides.statutes(queries.jurisdiction(row.agency))}
    statute = known.get(str(told.get("statute", "")))
    texts = (
        (_("The judge"), "judge"),
        (_("The court"), "court"),
        (_("Number on the paper"), "number"),
        (_("Exactly what it says"), "says"),
        (_("Who asked the court for it"), "asker"),
        (_("Who got them"), "whom"),
        (_("The numbers"), "numbers"),
    )
    lines: list[dict[str, Any]] = [
        {"key": key, "value": told[name], "story": True} for key, name in texts if told.get(name)
    ]
    if statute:
        lines.append({"key": _("Which statute obliges"), "value": f"{_(statute.title)} ({statute.citation})"})
        lines.append({"key": _("What it obliges to"), "value": _(statute.obliges), "story": True})
    if row.recipient:
        lines.append({"key": _("Which agency gets it"), "value": row.recipient.name})
    if row.categories:
        lines.append({"key": _("What it opens"), "list": list(items(row.categories))})
    if told.get("narrowed"):
        lines.append({"key": _("Asked for and left out"), "value": told["narrowed"], "story": True})
    return lines


def _notes(row: Authority) -> list[dict[str, Any]]:
    notes = queries.notes_of(row)
    names = names_of(note["by"] for note in notes)
    return [
        {
            "title": NOTES[note["kind"]],
            "at": note["at"],
            "by": names.get(note["by"], ""),
            "text": "\n".join(str(note[name]) for name in ("words", "protects") if note.get(name)),
        }
        for note in reversed(notes)
    ]


@require_POST
def authority_told(request: HttpRequest, ref: str) -> HttpResponse:
    """How the survivor was told, or why that was not safe."""
    by, at = asker(request)
    row = queries.authority_by_ref(ref, by=by, at=at, permission=ENTER_AUTHORITY)
    form = ToldForm(request.POST)
    if not form.is_valid():
        return _page(request, row, status=422, told_form=form)
    data = form.cleaned_data
    words = {"words": data["told_words"], "protects": data["protects"]}
    actions.tell_survivor(row, data["how"], **words, by=by, at=at)
    return redirect("authority", ref)


@require_POST
def authority_check(request: HttpRequest, ref: str) -> HttpResponse:
    """The second person says that the paper says what was entered."""
    by, at = asker(request)
    row = queries.authority_by_ref(ref, by=by, at=at, permission=CHECK_AUTHORITY)
    try:
        actions.check_authority(row, by=by, at=at)
    except actions.NotYet:
        return _page(request, row, status=422)
    return redirect("authority", ref)


@require_POST
def authority_return(request: HttpRequest, ref: str) -> HttpResponse:
    """The second person does not agree."""
    by, at = asker(request)
    row = queries.authority_by_ref(ref, by=by, at=at, permission=CHECK_AUTHORITY)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, row, status=422, return_form=form)
    actions.return_authority(row, words=form.cleaned_data["reason"], by=by, at=at)
    return redirect("authority", ref)


@require_POST
def authority_end(request: HttpRequest, ref: str) -> HttpResponse:
    """It opens nothing from now on."""
    by, at = asker(request)
    row = queries.authority_by_ref(ref, by=by, at=at, permission=END_AUTHORITY)
    form = EndForm(request.POST)
    words = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.end_authority(row, words=words, by=by, at=at)
    return redirect("authority", ref)


@require_GET
def authority_paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The paper: a picture to look at, a PDF to take out."""
    by, at = asker(request)
    row = queries.authority_by_ref(ref, by=by, at=at, permission=SEE_AUTHORITY)
    digest = bytes(row.document_sha256)
    require_budget(by, [row.id], what=FILES, at=at)
    reading("authority.document", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)
    return paper_of(row)
