"""Pages by which a release becomes narrower or ends, and on which a death is noted. Nothing is decided here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.consent import actions, queries
from shelterbelt.consent.changes import CallForm, DeathForm, NarrowForm, WithdrawForm
from shelterbelt.consent.files import file_of
from shelterbelt.consent.forms import keeping
from shelterbelt.consent.models import Release
from shelterbelt.consent.policy import NARROW_RELEASE, RECORD_DEATH, WITHDRAW_RELEASE
from shelterbelt.consent.views import case_address, last_day
from shelterbelt.ledger.actions import reading
from shelterbelt.ui.links import address

OVER = ("withdrawn", "ended")


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
    shown = {"form": form, "face": face, "keeps": keeping(found.recipient), "over": face.state in OVER}
    return render(request, "consent/pages/release_withdraw.html", shown)


def release_end(request: HttpRequest) -> HttpResponse:
    """End a release for somebody who calls and whose case cannot be found; the answer is the same whatever there was."""
    by, at = asker(request)
    require(by, WITHDRAW_RELEASE, at=at)
    given = request.POST if request.method == "POST" else None
    form = CallForm(given, recipients=queries.recipients_for(by.agency))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        actions.withdraw_by_name(told["name"], form.chosen, by=by, at=at, channel=told["channel"])
        messages.success(
            request, _("If there was such a release here, it has ended. They will be checked on.")
        )
        return redirect("release_end")
    return render(request, "consent/pages/release_end.html", {"form": form, "back": address("board")})


def release_narrow(request: HttpRequest, ref: str) -> HttpResponse:
    """Leave less of a release, at once; more needs a new release, signed anew."""
    by, at = asker(request)
    found: Release = queries.release_by_ref(ref, by=by, at=at)
    require(by, NARROW_RELEASE, found, at=at)
    face = queries.release_face(found, at=at)
    if face.state in OVER:
        return redirect("release", ref)
    given = request.POST if request.method == "POST" else None
    form = NarrowForm(
        given, categories=found.categories, last=last_day(found), at=at, zone=found.agency.time_zone
    )
    if request.method == "POST" and form.is_valid():
        actions.narrow_release(found, form.asked(), by=by, at=at, channel=form.cleaned_data["channel"])
        return redirect("release", ref)
    reading("release", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return render(request, "consent/pages/release_narrow.html", {"form": form, "face": face})


def case_death(request: HttpRequest, ref: str) -> HttpResponse:
    """Note that a survivor has died, or that this was a mistake."""
    by, at = asker(request)
    require(by, RECORD_DEATH, at=at)
    file = file_of(ref, by=by, at=at)
    reading("case", about=file.id, by=by.id, agency=by.agency_id, at=at)
    death = queries.death_of(file.id, by=by)
    if request.method == "POST" and death is not None and "mistake" in request.POST:
        actions.correct_death(file.id, by=by, at=at)
        return redirect("case_death", ref)
    form = DeathForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and death is None and form.is_valid():
        actions.record_death(file.id, by=by, at=at)
        return redirect("case_death", ref)
    shown = {"form": form, "death": death, "back": case_address(file.ref), "ref": ref}
    return render(request, "consent/pages/death.html", shown)
