"""Pages of a release: take it, read it, hand its papers out. One form, one action; nothing is decided here."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shelterbelt.access.door import asker
from shelterbelt.access.exports import FILES as FILES_OUT
from shelterbelt.access.exports import require_budget
from shelterbelt.access.models import Worker
from shelterbelt.access.queries import name_of, names_of
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.consent import actions, queries
from shelterbelt.consent.files import CaseFile, file_of, wish_for
from shelterbelt.consent.forms import ReleaseForm, again, beginning
from shelterbelt.consent.models import Release
from shelterbelt.consent.paper import opened_paper
from shelterbelt.consent.policy import NARROW_RELEASE, SEE_RELEASE, TAKE_RELEASE, WITHDRAW_RELEASE
from shelterbelt.consent.show import day, disclosure_lines, lines_of, state_of, step_lines
from shelterbelt.ledger.actions import reading
from shelterbelt.store.ids import uuid7
from shelterbelt.ui.links import address

# Neutral names: what lies on somebody's desktop says nothing of what it is.
FILES = {"application/pdf": "form.pdf", "image/jpeg": "paper.jpg", "image/png": "paper.png"}


def release_new(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a release of information for a case, or show the form with what is not right yet."""
    by, at = asker(request)
    require(by, TAKE_RELEASE, at=at)
    file = file_of(ref, by=by, at=at)
    reading("case", about=file.id, by=by.id, agency=by.agency_id, at=at)
    about: dict[str, Any] = {
        "holder": by.agency,
        "recipients": queries.recipients_for(by.agency, file.id),
        "at": at,
        "file": file,
    }
    if request.method != "POST":
        start = _beginning(request.GET.get("from", ""), file, by=by, at=at)
        if wish := request.GET.get("wish", ""):
            start |= wish_for(wish, file.id, by=by, at=at)
        return _form_page(request, ReleaseForm(initial=start, **about), file.ref)
    form = ReleaseForm(request.POST, request.FILES, **about)
    if not form.is_valid() or form.chosen is None:
        return _form_page(request, form, file.ref)
    release = actions.take_release(
        file.id,
        token=form.cleaned_data["token"],
        reference=file.references.get(form.chosen.id, ""),
        recipient=form.chosen,
        draft=form.draft(),
        case_ref=file.ref,
        long_confirmed=form.cleaned_data["long_confirmed"],
        mark=form.mark,
        by=by,
        at=at,
    )
    return redirect("release", release.ref)


def _beginning(before: str, file: CaseFile, *, by: Worker, at: datetime) -> dict[str, Any]:
    """An empty form, or one that begins with the answers of a release of this case that is to become wider."""
    start = beginning(
        by.agency, token=uuid7(), subject=file.survivor, language=file.language, witness=name_of(by), at=at
    )
    if not before:
        return start
    found = queries.release_by_ref(before, by=by, at=at)
    if found.case_id != file.id:
        raise NotForYou
    reading("release", about=found.id, by=by.id, agency=found.agency_id, at=at)
    told = {**queries.release_content(found), "categories": found.categories}
    return {**start, **again(told, starts_on=start["starts_on"]), "recipient": found.recipient.ref}


def _form_page(request: HttpRequest, form: ReleaseForm, case_ref: str) -> HttpResponse:
    return render(request, "consent/pages/release_new.html", {"form": form, "back": case_address(case_ref)})


def release(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything that was signed, whether it is still in force, and what was shown through it."""
    by, at = asker(request)
    found = queries.release_by_ref(ref, by=by, at=at)
    reading("release", about=found.id, by=by.id, agency=found.agency_id, at=at)
    told = queries.release_content(found)
    face = queries.release_face(found, at=at)
    going = face.state in ("living", "not_yet", "waits")
    case_ref = str(told.get("case_ref", ""))
    return render(
        request,
        "consent/pages/release.html",
        {
            "face": face,
            "state": state_of(face),
            "last_day": day(last_day(found).isoformat()),
            "lines": lines_of(told, recipient=face.recipient, kind=found.recipient.kind),
            "open": face.categories,
            "taken_by": names_of([found.taken_by]).get(found.taken_by, ""),
            "may_withdraw": going and may(by, WITHDRAW_RELEASE, found, at=at),
            "may_narrow": going and may(by, NARROW_RELEASE, found, at=at),
            "wider": f"{reverse('release_new', args=[case_ref])}?from={found.ref}" if case_ref else "",
            "papers": [paper.what for paper in queries.papers_of(found)],
            "steps": step_lines(queries.steps_of(found), found.agency.time_zone),
            "shown": disclosure_lines(queries.shown_by(found, by=by, at=at), found.agency.time_zone),
            "back": case_address(case_ref),
        },
    )


def last_day(release: Release) -> date:
    """The last day on which a release opens anything, on its holder's calendar."""
    here = ZoneInfo(release.agency.time_zone)
    return date.fromordinal(release.expires_at.astimezone(here).date().toordinal() - 1)


@require_GET
def release_paper(request: HttpRequest, ref: str, what: str) -> HttpResponse:
    """A paper of a release as a file to keep; each time it is handed out is a reading."""
    by, at = asker(request)
    found = queries.release_by_ref(ref, by=by, at=at)
    require(by, SEE_RELEASE, found, at=at)
    paper = queries.papers_of(found).filter(what=what).first()
    if paper is None:
        raise NotForYou
    require_budget(by, [paper.id], what=FILES_OUT, at=at)
    reading(
        "release.paper", about=found.id, by=by.id, agency=found.agency_id, at=at, digest=bytes(paper.sha256)
    )
    answer = HttpResponse(opened_paper(paper), content_type=paper.media)
    answer["Content-Disposition"] = f'attachment; filename="{FILES[paper.media]}"'
    # Whatever somebody scanned runs nowhere, not even in a browser's own reader.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def case_address(ref: str) -> str:
    """Where the case's page is, or nothing where there is none."""
    return address("case", ref) if ref else ""
