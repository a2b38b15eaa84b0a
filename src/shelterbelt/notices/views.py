"""Pages of how to reach somebody safely: see it, change it, check a change, stop all contact, send a quiet message."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.ledger.actions import reading
from shelterbelt.notices import actions
from shelterbelt.notices.actions.safe import WRONG_TRIES, checkable
from shelterbelt.notices.files import ContactFile, file_of
from shelterbelt.notices.forms import SafeContactForm, SendForm, WordForm
from shelterbelt.notices.policy import CHANGE_SAFE_CONTACT, CONFIRM_IN_PERSON, SEE_SAFE_CONTACT, SEND_NOTICE
from shelterbelt.notices.queries import notice_by_ref, notices_about
from shelterbelt.notices.show import ends_at, lines_of, message
from shelterbelt.notices.standing import Reached, Stand, stand_of, told_on

PAGES = "notices/pages/"


def safe_contact(request: HttpRequest, ref: str) -> HttpResponse:
    """How they may be reached, and what was sent, when, or why not."""
    by, at = asker(request)
    require(by, SEE_SAFE_CONTACT, at=at)
    file = file_of(ref, by=by, at=at)
    return _page(request, file, SendForm(language=file.language))


@require_POST
def notice_send(request: HttpRequest, ref: str) -> HttpResponse:
    """Send one quiet message, when and how they allow it."""
    by, at = asker(request)
    require(by, SEND_NOTICE, at=at)
    file = file_of(ref, by=by, at=at)
    form = SendForm(request.POST, language=file.language)
    if not form.is_valid():
        return _page(request, file, form)
    actions.send_message(
        form.cleaned_data["kind"], file.id, given=file.told, language=file.language, by=by, at=at
    )
    return redirect("safe_contact", ref)


def _page(request: HttpRequest, file: ContactFile, form: SendForm) -> HttpResponse:
    by, at = asker(request)
    reading("safe_contact", about=file.id, by=by.id, agency=by.agency_id, at=at)
    stand = stand_of(by.agency_id, file.id, given=file.told)
    told = stand.told or {}
    row, waiting = stand.row, stand.waiting
    shown = {
        "ref": file.ref,
        "form": form,
        "lines": lines_of(told, hide_word=waiting is not None) if told and not told.get("deceased") else [],
        "stopped": bool(told.get("no_contact")),
        "deceased": bool(told.get("deceased")),
        "ends_at": ends_at(told),
        "over": (end := ends_at(told)) is not None and end <= at,
        "told_at": told_on(row) if row else None,
        "told_by": names_of([row.told_by]).get(row.told_by, "") if row and row.told_by else "",
        "waiting_since": waiting.told_at if waiting else None,
        "notices": [message(face) for face in notices_about(file.id, by=by, at=at)],
        "may_change": may(by, CHANGE_SAFE_CONTACT, Reached(by.agency_id, file.id), at=at),
        "may_send": may(by, SEND_NOTICE, Reached(by.agency_id, file.id), at=at),
    }
    return render(request, PAGES + "safe_contact.html", shown)


def safe_contact_change(request: HttpRequest, ref: str) -> HttpResponse:
    """Write down how they may be reached: in force at once if they are here, held if they told it from afar."""
    by, at = asker(request)
    require(by, CHANGE_SAFE_CONTACT, at=at)
    file = file_of(ref, by=by, at=at)
    stand = stand_of(by.agency_id, file.id, given=file.told)
    if stand.waiting is not None:
        return redirect("safe_contact_check", ref)
    more: dict[str, Any] = {"told": stand.told, "zone": by.agency.time_zone, "at": at}
    form = SafeContactForm(request.POST if request.method == "POST" else None, **more)
    if not may(by, CONFIRM_IN_PERSON, at=at):
        form.fields["how"].choices = form.fields["how"].choices[1:]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["how"] == "in_person":
            actions.tell_instructions(file.id, form.told(), by=by, at=at)
            return redirect("safe_contact", ref)
        actions.propose_instructions(file.id, form.told(), by=by, at=at, given=file.told)
        return redirect("safe_contact_check" if stand.told else "safe_contact", ref)
    reading("safe_contact", about=file.id, by=by.id, agency=by.agency_id, at=at)
    return render(request, PAGES + "safe_contact_change.html", {"form": form, "ref": ref})


def safe_contact_check(request: HttpRequest, ref: str) -> HttpResponse:
    """Check the code word of whoever told us of a change; or confirm it face to face; or refuse it."""
    by, at = asker(request)
    require(by, CHANGE_SAFE_CONTACT, at=at)
    file = file_of(ref, by=by, at=at)
    stand = stand_of(by.agency_id, file.id)
    if stand.waiting is None:
        return redirect("safe_contact", ref)
    form = WordForm()
    if request.method == "POST":
        answer, form = _checked(request, file, stand)
        if answer is not None:
            return answer
    stand = stand_of(by.agency_id, file.id)
    reading("safe_contact", about=file.id, by=by.id, agency=by.agency_id, at=at)
    return render(request, PAGES + "safe_contact_check.html", _asked(request, file, stand, form))


def _asked(request: HttpRequest, file: ContactFile, stand: Stand, form: WordForm) -> dict[str, Any]:
    by, at = asker(request)
    assert stand.waiting is not None
    return {
        "ref": file.ref,
        "form": form,
        "since": stand.waiting.told_at,
        "checkable": checkable(stand),
        "no_word": not (stand.told or {}).get("code_word"),
        "left": WRONG_TRIES - (stand.row.wrong_tries if stand.row else WRONG_TRIES),
        "may_confirm": may(by, CONFIRM_IN_PERSON, Reached(by.agency_id, file.id), at=at),
    }


def _checked(request: HttpRequest, file: ContactFile, stand: Stand) -> tuple[HttpResponse | None, WordForm]:
    """What was pressed; an answer when the change is settled."""
    by, at = asker(request)
    form, pressed = WordForm(), request.POST.get("do", "word")
    if pressed == "refuse":
        actions.refuse_change(file.id, by=by, at=at)
        messages.warning(
            request, _("The change was refused. Check in with them safely, by what stands below.")
        )
    elif pressed == "person":
        actions.confirm_in_person(file.id, by=by, at=at)
        messages.success(request, _("The change holds from now on."))
    else:
        form = WordForm(request.POST)
        if not form.is_valid() or not checkable(stand):
            return None, form
        if not actions.check_code_word(file.id, form.cleaned_data["said"], by=by, at=at):
            form.add_error("said", _("This is not their code word. Nothing has changed."))
            return None, form
        messages.success(request, _("The code word is right. The change holds from now on."))
    return redirect("safe_contact", file.ref), form


def safe_contact_stop(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask once more, then stop all contact."""
    by, at = asker(request)
    require(by, CHANGE_SAFE_CONTACT, at=at)
    file = file_of(ref, by=by, at=at)
    if request.method == "POST":
        actions.stop_contact(file.id, by=by, at=at, given=file.told)
        return redirect("safe_contact", ref)
    reading("safe_contact", about=file.id, by=by.id, agency=by.agency_id, at=at)
    return render(request, PAGES + "safe_contact_stop.html", {"ref": file.ref})


@require_POST
def notice_stop(request: HttpRequest, ref: str, notice: str) -> HttpResponse:
    """Stop one message that has not gone."""
    by, at = asker(request)
    file = file_of(ref, by=by, at=at)
    found = notice_by_ref(notice, by=by, at=at)
    if found.about != file.id:
        raise NotForYou
    if not actions.stop_notice(found, by=by, at=at):
        messages.warning(request, _("It was too late to stop it."))
    return redirect("safe_contact", ref)
