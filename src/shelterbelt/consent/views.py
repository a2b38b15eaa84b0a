"""Pages of a release: take it, read it, end it. One form, one action; nothing is decided here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from shelterbelt.access.door import asker
from shelterbelt.access.queries import name_of, names_of
from shelterbelt.access.rules import may, require
from shelterbelt.consent import actions, queries
from shelterbelt.consent.files import file_of
from shelterbelt.consent.forms import ReleaseForm, WithdrawForm, beginning
from shelterbelt.consent.models import Release
from shelterbelt.consent.policy import TAKE_RELEASE, WITHDRAW_RELEASE
from shelterbelt.consent.show import day, lines_of
from shelterbelt.consent.words import STATES
from shelterbelt.ledger.actions import reading
from shelterbelt.store.ids import uuid7


def release_new(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a release of information for a case, or show the form with what is not right yet."""
    by, at = asker(request)
    require(by, TAKE_RELEASE, at=at)
    file = file_of(ref, by=by, at=at)
    about: dict[str, Any] = {"holder": by.agency, "recipients": queries.recipients_for(by.agency), "at": at}
    if request.method != "POST":
        start = beginning(
            by.agency,
            token=uuid7(),
            subject=file.survivor,
            language=file.language,
            witness=name_of(by),
            at=at,
        )
        return _form_page(request, ReleaseForm(initial=start, **about), file.ref)
    form = ReleaseForm(request.POST, **about)
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
        by=by,
        at=at,
    )
    return redirect("release", release.ref)


def _form_page(request: HttpRequest, form: ReleaseForm, case_ref: str) -> HttpResponse:
    return render(request, "consent/pages/release_new.html", {"form": form, "back": case_address(case_ref)})


def release(request: HttpRequest, ref: str) -> HttpResponse:
    """Everything that was signed, and whether it is still in force."""
    by, at = asker(request)
    found = queries.release_by_ref(ref, by=by, at=at)
    reading("release", about=found.id, by=by.id, agency=found.agency_id, at=at)
    told = queries.release_content(found)
    face = queries.release_face(found, at=at)
    return render(
        request,
        "consent/pages/release.html",
        {
            "face": face,
            "state": STATES[face.state],
            "last_day": day(told["expires_on"]),
            "lines": lines_of(told, recipient=face.recipient),
            "taken_by": names_of([found.taken_by]).get(found.taken_by, ""),
            "may_withdraw": face.state in ("living", "not_yet") and may(by, WITHDRAW_RELEASE, found, at=at),
            "back": case_address(str(told.get("case_ref", ""))),
        },
    )


def release_withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask how they told us, then end the release at once."""
    by, at = asker(request)
    found: Release = queries.release_by_ref(ref, by=by, at=at)
    require(by, WITHDRAW_RELEASE, found, at=at)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.withdraw_release(found, by=by, at=at, channel=form.cleaned_data["channel"])
        return redirect("release", ref)
    reading("release", about=found.id, by=by.id, agency=found.agency_id, at=at)
    face = queries.release_face(found, at=at)
    return render(request, "consent/pages/release_withdraw.html", {"form": form, "face": face})


def case_address(ref: str) -> str:
    """Where the case's page is, or nothing where there is none."""
    try:
        return reverse("case", args=[ref]) if ref else ""
    except NoReverseMatch:
        return ""
