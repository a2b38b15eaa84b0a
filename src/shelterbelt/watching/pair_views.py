"""Workers' pages of pairs: with a survivor what is watched for them; at an agency with trackers what was asked and is shared.

What a watch saw is shown beside a help alert, to whoever may see that alert, and names no place.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shelterbelt.access.door import asker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.alerts.queries import alert_by_ref
from shelterbelt.cases.queries import case_by_ref
from shelterbelt.ledger.actions import reading
from shelterbelt.safety.files import file_of
from shelterbelt.safety.models import OwnFile
from shelterbelt.watching.actions.devices import Issued, end_device, issue_own_device, turn_secret
from shelterbelt.watching.actions.own_watch import forget_trail
from shelterbelt.watching.actions.pairs import ask_pair, end_pair
from shelterbelt.watching.actions.shares import refuse_pair, share_tracker, stop_sharing
from shelterbelt.watching.addresses import address_of
from shelterbelt.watching.own_forms import AskForm, DeviceForm
from shelterbelt.watching.own_queries import Own, own_watch
from shelterbelt.watching.own_words import BECAUSE, REFUSALS, STATES, WARNS
from shelterbelt.watching.pair_models import ASKED
from shelterbelt.watching.pair_queries import seen_for, share_by_ref, shares, trackers_meant
from shelterbelt.watching.pairs_policy import DECIDE_PAIRS, KEEP_PAIRS, SEE_OWN_WATCH, releases_for_pairs

PAGES = "watching/pages/"


@require_GET
def pair_requests(request: HttpRequest) -> HttpResponse:
    """What was asked and nobody has decided; what is shared."""
    by, at = asker(request)
    require(by, DECIDE_PAIRS, at=at)
    reading("pair_requests", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    rows = [{"face": face, "state": STATES[face.row.state]} for face in shares(by=by, at=at)]
    return render(request, PAGES + "pair_requests.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def pair_request(request: HttpRequest, ref: str) -> HttpResponse:
    """One request: which tracker it means, and the decision; one that is shared: how to stop."""
    by, at = asker(request)
    face = share_by_ref(ref, by=by, at=at)
    meant = trackers_meant(face.row, by=by, at=at) if face.row.state == ASKED else []
    if request.method == "POST":
        chosen, because = request.POST.get("tracker", ""), request.POST.get("because", "")
        tracker = next((one.device for one in meant if one.device.ref == chosen), None)
        if tracker is not None:
            share_tracker(face.row, tracker, by=by, at=at)
        elif because in REFUSALS:
            refuse_pair(face.row, because, by=by, at=at)
        else:
            stop_sharing(face.row, by=by, at=at)
        return redirect("pair_requests")
    reading("pair_request", about=face.row.id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "face": face,
        "state": STATES[face.row.state],
        "waits": face.row.state == ASKED and face.row.until_at > at,
        "meant": [{"ref": one.device.ref, "order": one.order_ref, "label": one.label} for one in meant],
        "refusals": REFUSALS.items(),
    }
    return render(request, PAGES + "pair_request.html", shown)


@require_GET
def case_watch(request: HttpRequest, ref: str) -> HttpResponse:
    """What is watched for the survivor of a case, for whom they trust; where it lies is not shown."""
    return _case_watch(request, ref, _file(request, ref), {})


def _case_watch(
    request: HttpRequest, ref: str, file: OwnFile, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    by, at = asker(request)
    own = own_watch(file.person_id, at=at)
    reading("own_watch", about=file.id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "ref": ref,
        "own": own,
        "pairs": [
            {
                "pair": one,
                "state": STATES[one.row.state],
                "because": BECAUSE.get(one.because or one.row.ended_because, ""),
            }
            for one in own.pairs
        ],
        "zones": [{"label": one.label, "warns": WARNS[one.row.warns]} for one in own.zones],
        "ask": AskForm(releases=_releases(request, file)),
        "device_form": DeviceForm(),
    }
    return render(request, PAGES + "case_watch.html", shown | more, status=status)


@require_POST
def case_pair(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask for a pair with the survivor, or end one for them."""
    by, at = asker(request)
    file = _file(request, ref)
    if ending := request.POST.get("end", ""):
        row = next((one.row for one in own_watch(file.person_id, at=at).pairs if one.row.ref == ending), None)
        if row is None:
            raise NotForYou
        end_pair(row, by=by, at=at)
        return redirect("case_watch", ref)
    form = AskForm(request.POST, releases=_releases(request, file))
    if not form.is_valid():
        return _case_watch(request, ref, file, {"ask": form}, status=422)
    rows = releases_for_pairs(file.person_id, file.agency_id, at=at)
    release = rows.get(ref=form.cleaned_data["release"])
    ask_pair(file, release, form.cleaned_data["docket"], by=by, at=at)
    return redirect("case_watch", ref)


def _issued(request: HttpRequest, ref: str, issued: Issued) -> HttpResponse:
    """What to type into the device; this page is the only one that has it."""
    shown = {"issued": issued, "address": address_of(issued.thing.protocol), "ref": ref}
    return render(request, PAGES + "own_secret.html", shown)


@require_POST
def case_device(request: HttpRequest, ref: str) -> HttpResponse:
    """Set a device up with the survivor, give it another secret, end it."""
    by, at = asker(request)
    file = _file(request, ref)
    own: Own = own_watch(file.person_id, at=at)
    act = request.POST.get("act", "")
    if own.device is None:
        form = DeviceForm(request.POST)
        if not form.is_valid():
            return _case_watch(request, ref, file, {"device_form": form}, status=422)
        issued = issue_own_device(file, form.cleaned_data["protocol"], "", by=by, at=at)
        return _issued(request, ref, issued)
    if act == "turn":
        issued = turn_secret(own.device, by=by, at=at)
        return _issued(request, ref, issued)
    if act == "end":
        forget_trail(own.device, by=by, at=at)
        end_device(own.device, by=by, at=at)
    return redirect("case_watch", ref)


@require_GET
def help_alert_seen(request: HttpRequest, ref: str) -> HttpResponse:
    """What the watch saw that began an alert: what, how certain, how old, what to do. No place."""
    by, at = asker(request)
    whole = alert_by_ref(ref, by=by, at=at)
    reading("help_alert_seen", about=whole.row.id, by=by.id, agency=by.agency_id, at=at)
    shown = {"ref": ref, "name": whole.face.name, "lines": seen_for(whole.row, at=at), "test": whole.row.test}
    return render(request, PAGES + "seen.html", shown)


def _file(request: HttpRequest, ref: str) -> OwnFile:
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at)
    file = file_of(case.survivor_id)
    if case.agency_id != by.agency_id or file is None:
        raise NotForYou
    require(by, SEE_OWN_WATCH, file, at=at)
    require(by, KEEP_PAIRS, file, at=at)
    return file


def _releases(request: HttpRequest, file: OwnFile) -> list[tuple[str, str]]:
    _by, at = asker(request)
    rows = releases_for_pairs(file.person_id, file.agency_id, at=at).select_related("recipient")
    until = _("until")
    return [(row.ref, f"{row.recipient.name}, {until} {row.expires_at.date().isoformat()}") for row in rows]
