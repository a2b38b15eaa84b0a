"""Pages for whoever keeps an agency's accounts, and for whoever watches over them. No page here shows a file."""

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelterbelt.access import actions
from shelterbelt.access.door import asker
from shelterbelt.access.forms import AccountForm, DetailsForm, RolesForm
from shelterbelt.access.models import Enrolment, Worker
from shelterbelt.access.policy import CONFIRM_RESET, MANAGE_ACCOUNTS, SEE_ALERTS
from shelterbelt.access.queries import (
    account_of,
    accounts,
    alert_by_ref,
    alerts,
    details_of,
    name_of,
    resets_waiting,
    worker_by_ref,
)
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.ledger.actions import reading


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The agency's accounts."""
    by, at = asker(request)
    require(by, MANAGE_ACCOUNTS, at=at)
    reading("accounts", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {"rows": accounts(by=by, at=at), "waiting": _waiting(by, at)}
    return render(request, "access/pages/accounts.html", shown)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open an account; the page that follows is for the worker alone."""
    by, at = asker(request)
    require(by, MANAGE_ACCOUNTS, at=at)
    form = AccountForm(request.POST or None, agency=by.agency, units=by.agency.units.all(), **_today(request))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            with transaction.atomic():
                worker, once = actions.appoint(
                    by=by,
                    code=typed["code"],
                    name=typed["name"],
                    roles=typed["roles"],
                    unit=form.unit_chosen(),
                    details=form.details(),
                    at=at,
                )
            return _paper(request, worker, once)
        except IntegrityError:
            form.add_error("code", _("This code cannot be used. Choose another."))
    return render(
        request, "access/pages/account_new.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, ref: str) -> HttpResponse:
    """One account: its roles and unit can be changed here."""
    by, at = asker(request)
    worker = worker_by_ref(ref, by=by, at=at)
    begun = {"roles": worker.roles, "unit": worker.unit.code if worker.unit else ""}
    form = RolesForm(request.POST or None, agency=by.agency, units=by.agency.units.all(), initial=begun)
    if request.method == "POST" and form.is_valid():
        roles, unit = form.cleaned_data["roles"], form.unit_chosen()
        actions.change_account(worker, roles=roles, unit=unit, by=by, at=at)
        return redirect("account", ref=ref)
    reading("account", about=worker.id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "account": account_of(worker, by=by),
        "form": form,
        "signed_up": actions.has_signed_up(worker),
        "asked": Enrolment.objects.filter(worker=worker, digest=None).first(),
    }
    return render(request, "access/pages/account.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, ref: str) -> HttpResponse:
    """Who a worker is, so that files about them are closed to them; nobody enters their own."""
    by, at = asker(request)
    worker = worker_by_ref(ref, by=by, at=at)
    if worker.id == by.id:
        raise NotForYou
    form = DetailsForm(request.POST or None, initial=details_of(worker), **_today(request))
    if request.method == "POST" and form.is_valid():
        actions.change_details(worker, form.details(), by=by, at=at)
        return redirect("account", ref=ref)
    reading("account", about=worker.id, by=by.id, agency=by.agency_id, at=at)
    shown = {"form": form, "ref": ref, "code": worker.code}
    return render(request, "access/pages/account_details.html", shown, status=422 if form.errors else 200)


def _today(request: HttpRequest) -> dict[str, Any]:
    by, at = asker(request)
    return {"at": at, "zone": by.agency.time_zone}


@require_POST
def code(request: HttpRequest, ref: str) -> HttpResponse:
    """A new code for somebody who has not signed in yet."""
    by, at = asker(request)
    worker = worker_by_ref(ref, by=by, at=at)
    return _paper(request, worker, actions.issue_code(worker, by=by, at=at))


@require_POST
def lost(request: HttpRequest, ref: str) -> HttpResponse:
    """A worker lost their way of signing in: ask for a new one, which a second person confirms."""
    by, at = asker(request)
    actions.ask_reset(worker_by_ref(ref, by=by, at=at), by=by, at=at)
    return redirect("account", ref=ref)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, ref: str) -> HttpResponse:
    """Close an account, for good, after saying what that ends."""
    by, at = asker(request)
    worker = worker_by_ref(ref, by=by, at=at)
    if worker.id == by.id:
        raise NotForYou
    if request.method == "POST":
        actions.close_account(worker, by=by, at=at)
        return redirect("accounts")
    return render(request, "access/pages/account_close.html", {"account": account_of(worker, by=by)})


@require_GET
def watched(request: HttpRequest) -> HttpResponse:
    """What stood out about accounts, and lost sign-ins that wait for a second person."""
    by, at = asker(request)
    require(by, SEE_ALERTS, at=at)
    reading("alerts", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    waiting = _waiting(by, at) if may(by, CONFIRM_RESET, at=at) else []
    return render(request, "access/pages/alerts.html", {"rows": alerts(by=by, at=at), "waiting": waiting})


@require_POST
def seen(request: HttpRequest, ref: str) -> HttpResponse:
    """Say that one looked into it."""
    by, at = asker(request)
    actions.see_alert(alert_by_ref(ref, by=by, at=at), by=by, at=at)
    return redirect("alerts")


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, ref: str) -> HttpResponse:
    """The second person agrees that a lost sign-in is renewed, and gets the code to hand over."""
    by, at = asker(request)
    worker = worker_by_ref(ref, by=by, at=at, permission=CONFIRM_RESET)
    asked = next((e for w, e in resets_waiting(by=by, at=at) if w.id == worker.id), None)
    if asked is None:
        raise NotForYou
    if request.method == "POST":
        return _paper(request, worker, actions.confirm_reset(worker, by=by, at=at))
    return render(request, "access/pages/reset.html", {"name": name_of(worker), "ref": ref, "asked": asked})


def _waiting(by: Worker, at: Any) -> list[dict[str, Any]]:
    return [
        {"ref": worker.ref, "name": name_of(worker), "asked_at": asked.asked_at}
        for worker, asked in resets_waiting(by=by, at=at)
    ]


def _paper(request: HttpRequest, worker: Worker, once: str) -> HttpResponse:
    """The two codes on one sheet; the one for one use is shown now and never again."""
    shown = {"code": worker.code, "once": once, "lasts": actions.CODE_LASTS}
    return render(request, "access/pages/code.html", shown)
