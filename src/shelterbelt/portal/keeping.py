"""A worker's pages about an account: a code for the survivor, a renewal, the end. What they see of it they were let see.

To whom the survivor's file is not entrusted, the page is the same whether there is an account or not.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from shelterbelt.access.door import asker
from shelterbelt.access.rules import may, require
from shelterbelt.agencies.sealed import opened
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.cases.queries import case_by_ref, face, page_of
from shelterbelt.ledger.actions import reading
from shelterbelt.portal.actions.accounts import close_account, forced_at
from shelterbelt.portal.actions.codes import erase_by_code, give_code, give_recovery, open_case_by_code
from shelterbelt.portal.forms import CloseForm, ConnectForm, EraseForm, ExplainForm, RenewForm
from shelterbelt.portal.models import Account
from shelterbelt.portal.policy import ERASE_OWN, GIVE_CODE, KEEP_PORTAL
from shelterbelt.portal.queries import account_of, codes_of

PAGES = "portal/pages/"


def account(request: HttpRequest, ref: str) -> HttpResponse:
    """The account, to whom it is entrusted; to anybody else who works with the case, the form that gives a code."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=WRITE_CASE)
    require(by, GIVE_CODE, case, at=at)
    found = account_of(case.survivor_id)
    if found is not None and may(by, KEEP_PORTAL, found, at=at):
        reading("portal_account", about=found.id, by=by.id, agency=by.agency_id, at=at)
        return _kept(request, case, found)
    form = ExplainForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        code = give_code(case, form.told(), by=by, at=at)
        return _code(request, case, code)
    return _page(request, "worker_give.html", case, form=form)


def _kept(request: HttpRequest, case: Case, found: Account) -> HttpResponse:
    by, at = asker(request)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    renew = RenewForm(request.POST if step == "renew" else None)
    close = CloseForm(request.POST if step == "close" else None)
    if step == "renew" and renew.is_valid():
        code = give_recovery(found, renew.told(), by=by, at=at)
        return _code(request, case, code)
    if step == "close" and close.is_valid():
        close_account(found, by=by, at=at)
        return redirect("portal_case", case.ref)
    explained = [opened(row) | {"at": row.given_at} for row in codes_of(found.person_id)]
    shown = {"opened_at": found.opened_at, "forced_at": forced_at(found), "explained": explained}
    return _page(request, "worker_account.html", case, renew=renew, close=close, account=shown)


def connect(request: HttpRequest) -> HttpResponse:
    """A case for somebody who has an account already and reads a code out of it."""
    by, at = asker(request)
    require(by, GIVE_CODE, at=at)
    form = ConnectForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        case = open_case_by_code(form.cleaned_data["code"], form.cleaned_data["name"], by=by, at=at)
        if case is not None:
            return redirect(page_of(case, by=by, at=at))
        form.refuse()
    return render(request, PAGES + "worker_connect.html", {"form": form}, status=422 if form.errors else 200)


def erase(request: HttpRequest) -> HttpResponse:
    """All that is kept of somebody without a case goes, on the code that they read out."""
    by, at = asker(request)
    require(by, ERASE_OWN, at=at)
    form = EraseForm(_posted(request))
    done = False
    if request.method == "POST" and form.is_valid():
        refused = erase_by_code(form.cleaned_data["code"], by=by, at=at)
        done = not refused
        if refused:
            form.refuse(refused)
    shown = {"form": form, "done": done}
    return render(request, PAGES + "worker_erase.html", shown, status=422 if form.errors else 200)


def _code(request: HttpRequest, case: Case, code: str) -> HttpResponse:
    """The code, shown this once, and where it is entered."""
    return _page(request, "worker_code.html", case, code=code, address=f"{settings.ADDRESS}{settings.PORTAL}")


def _page(request: HttpRequest, template: str, case: Case, **shown: Any) -> HttpResponse:
    """A page of a case. That the case was looked at is written down, the same whether there is an account or not."""
    by, at = asker(request)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at, reader_agency=by.agency_id)
    around = {"back": reverse("case", args=[case.ref]), "survivor": face(case).survivor, "ref": case.ref}
    return render(request, PAGES + template, {**around, **shown})


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
