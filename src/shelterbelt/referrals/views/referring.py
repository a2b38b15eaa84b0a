"""Refer to another agency, see what became of it, and answer what came in.

What is told is shown word for word before.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shelterbelt.access.door import asker
from shelterbelt.access.rules import may, require
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import OPEN_DIRECT_CASE
from shelterbelt.cases.queries import case_by_ref, face, page_of
from shelterbelt.consent.models import Release
from shelterbelt.ledger.actions import reading
from shelterbelt.people.queries import details
from shelterbelt.referrals import actions, queries
from shelterbelt.referrals.forms.casework import (
    HOW_SAID,
    AnswerForm,
    ByPhoneForm,
    OpenForm,
    OutcomeForm,
    ReferralForm,
)
from shelterbelt.referrals.models import Referral
from shelterbelt.referrals.policy import ANSWER_REFERRALS, REFER, SEE_REFERRALS
from shelterbelt.referrals.reach import instructions_now
from shelterbelt.referrals.views.inbox import page_number, rules_shown
from shelterbelt.referrals.words import EVENTS, label, labels
from shelterbelt.ui.links import address

PAGES = "referrals/pages/"


def referral_new(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose one of the agencies that a release in force names, then what it is told."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=REFER)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
    home = address("case", case.ref) or "/"
    releases = {row.ref: row for row in queries.releases_to_refer(case, by=by, at=at)}
    release = releases.get(request.POST.get("release") or request.GET.get("release", ""))
    if release is None:
        return render(
            request, PAGES + "refer_to.html", {"back": home, **_choose(case, list(releases.values()))}
        )
    own = _own(case, at)
    form = ReferralForm(
        request.POST if request.method == "POST" else None, release=release, own=_offered(own, release)
    )
    if request.method == "POST" and form.is_valid():
        made = _send(form, case, release, own, request)
        if made is not None:
            return redirect("referral", made.ref)
    shown = {
        "form": form,
        "to": release.recipient.name,
        "until": release.expires_at,
        "own": _spelt(own, release),
    }
    words = [form[f"words_{category}"] for category in form.in_words]
    return render(
        request,
        PAGES + "refer.html",
        {"back": home, "survivor": face(case).survivor, "words": words, **shown},
    )


def _choose(case: Case, releases: list[Release]) -> dict[str, Any]:
    return {
        "survivor": face(case).survivor,
        "agencies": [
            {
                "name": row.recipient.name,
                "opens": labels("release_categories", row.categories),
                "until": row.expires_at,
                "url": f"{address('referral_new', case.ref)}?release={row.ref}",
            }
            for row in releases
        ],
        "release_url": address("release_new", case.ref),
        "directory_url": f"{address('directory')}?case={case.ref}",
    }


def _own(case: Case, at: datetime) -> dict[str, Any]:
    """What the file already knows and need not be written again."""
    known = details(case.survivor)
    return {
        "name": known.get("name", ""),
        "language": known.get("language", ""),
        "safe_contact": instructions_now(case, at=at),
    }


def _offered(own: dict[str, Any], release: Release) -> list[tuple[str, Any, Any]]:
    parts: list[tuple[str, Any, Any]] = [("name", _("Their name"), own["name"])]
    if own["language"]:
        parts.append(("language", _("Their language"), label("languages", own["language"])))
    if own["safe_contact"] and "safe_contact" in release.categories:
        said = _("Everything in their contact instructions, shown below")
        parts.append(("safe_contact", label("release_categories", "safe_contact"), said))
    return parts


def _spelt(own: dict[str, Any], release: Release) -> dict[str, Any] | None:
    told = own["safe_contact"] if "safe_contact" in release.categories else None
    return rules_shown(told, release.taken_at) if told else None


def _send(
    form: ReferralForm, case: Case, release: Release, own: dict[str, Any], request: HttpRequest
) -> Referral | None:
    by, at = asker(request)
    tell = form.cleaned_data["tell"]
    content = {
        "name": own["name"] if "name" in tell else "",
        "language": own["language"] if "language" in tell else "",
        "instructions": own["safe_contact"] if "safe_contact" in tell and own["safe_contact"] else None,
        "words": form.words(),
    }
    back = form.cleaned_data["answer_back"] == "yes"
    try:
        return actions.refer(
            case, to=release.recipient, content=content, answer_back=back,
            once=form.cleaned_data["once"], by=by, at=at,
        )  # fmt: skip
    except actions.NoRelease:
        form.add_error(None, _("The release has ended or does not open this. Nothing was sent."))
        return None


def referral_phone(request: HttpRequest, ref: str, service_ref: str) -> HttpResponse:
    """Note that they were pointed to a service of the directory."""
    by, at = asker(request)
    case = case_by_ref(ref, by=by, at=at, permission=REFER)
    service = queries.service_by_ref(service_ref, by=by, at=at)
    form = ByPhoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.refer_by_phone(case, service, **form.cleaned_data, by=by, at=at)
        return redirect("referral", made.ref)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
    shown = {"form": form, "service": service.name, "survivor": face(case).survivor}
    back = f"{address('service', service.ref)}?case={case.ref}"
    return render(request, PAGES + "refer_phone.html", {"back": back, **shown})


def referrals(request: HttpRequest) -> HttpResponse:
    """What came in and what went out."""
    by, at = asker(request)
    require(by, SEE_REFERRALS, at=at)
    out, page = request.GET.get("list") == "out", page_number(request)
    rows, more = queries.referrals_of(by, at, "out" if out else "in", page=page)
    keep = "&list=out" if out else ""
    shown = {
        "rows": rows,
        "out": out,
        "newer": f"?page={page - 1}{keep}" if page > 1 else "",
        "older": f"?page={page + 1}{keep}" if more else "",
    }
    return render(request, PAGES + "referrals.html", shown)


def referral(request: HttpRequest, ref: str) -> HttpResponse:
    """One referral: what was told, what became of it, and the answer if it is ours to give or to know."""
    by, at = asker(request)
    found = queries.referral_by_ref(ref, by=by, at=at)
    form = _form_for(found, request)
    if request.method == "POST" and form is not None and form.is_valid():
        _answered(found, form, request)
        return redirect("referral", ref)
    reading("referral", about=found.id, by=by.id, agency=found.agency_id, at=at)
    ours = found.direction == "in" and found.answer == "accepted"
    more = {"form": form, "may_open": ours and may(by, OPEN_DIRECT_CASE, at=at)}
    return render(request, PAGES + "referral.html", {**_shown(found, at), **more})


def _shown(found: Referral, at: datetime) -> dict[str, Any]:
    """What the page shows of a referral: what was told, its state, and the answer where there is one."""
    told = queries.referral_content(found)
    content = told.get("content") or {}
    return {
        "ref": found.ref,
        "incoming": found.direction == "in",
        "by_phone": found.peer is None,
        "peer": found.peer.name if found.peer else told.get("service", ""),
        "made_at": found.made_at,
        "delivered_at": queries.delivered_at(found.letter_id) if found.direction == "out" else None,
        "answer_back": found.answer_back,
        "answer": found.answer,
        "reason": label("referral_decline_reasons", told.get("reason", "")),
        "words": told.get("words", ""),
        "how": HOW_SAID.get(told.get("how", ""), ""),
        "outcomes": [
            {**o, "label": label("action_outcomes", o["outcome"])} for o in told.get("outcomes", [])
        ],
        "told": _told(content),
        "rules": rules_shown(content["instructions"], at) if content.get("instructions") else None,
        "events": [{**e, "title": EVENTS.get(e["kind"], e["kind"])} for e in queries.events_of(found)],
        "case_url": address("case", found.case.ref) if found.case else "",
    }


def _told(content: dict[str, Any]) -> list[dict[str, Any]]:
    if not content:
        return []
    rows = [{"key": _("Name"), "value": content["name"]}]
    rows.append({"key": _("Language"), "value": label("languages", content["language"])})
    rows += [
        {"key": label("release_categories", category), "value": words, "story": True}
        for category, words in content["words"].items()
    ]
    return [row for row in rows if row["value"]]


def _form_for(found: Referral, request: HttpRequest) -> AnswerForm | OutcomeForm | None:
    by, at = asker(request)
    data = request.POST if request.method == "POST" else None
    if found.direction == "in" and not found.answer and may(by, ANSWER_REFERRALS, found, at=at):
        return AnswerForm(data)
    return OutcomeForm(data) if found.peer is None and may(by, REFER, found, at=at) else None


def _answered(found: Referral, form: AnswerForm | OutcomeForm, request: HttpRequest) -> None:
    by, at = asker(request)
    if isinstance(form, OutcomeForm):
        actions.note_outcome(found, **form.cleaned_data, by=by, at=at)
        return
    actions.answer_referral(found, **form.cleaned_data, by=by, at=at)
    if found.answer_back:
        messages.success(request, _("Saved. The answer goes back, as the survivor released it."))
    else:
        messages.success(request, _("Saved. Nobody else is told."))


def referral_case(request: HttpRequest, ref: str) -> HttpResponse:
    """Open the receiver's own case for a referral that was accepted."""
    by, at = asker(request)
    found = queries.referral_by_ref(ref, by=by, at=at)
    require(by, OPEN_DIRECT_CASE, at=at)
    require(by, ANSWER_REFERRALS, found, at=at)
    back = address("referral", ref)
    if found.direction != "in" or found.answer != "accepted":
        return redirect(back)
    if found.case is not None:
        return redirect(address("case", found.case.ref) or back)
    name = queries.referral_content(found)["content"]["name"]
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"name": name})
    if request.method == "POST" and form.is_valid():
        case = actions.open_case_for_referral(found, **form.cleaned_data, by=by, at=at)
        return redirect(page_of(case, by=by, at=at))
    reading("referral", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return render(request, PAGES + "open_case.html", {"form": form, "back": back})
