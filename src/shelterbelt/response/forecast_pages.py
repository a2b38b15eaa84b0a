"""The forecast's own page, and the pages before an act. Each look leaves a reading; nothing is decided here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shelterbelt.access.door import asker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import may, require
from shelterbelt.assessments.actions import NotAhead, go_on, record_happening
from shelterbelt.assessments.forms import told as told_tag
from shelterbelt.assessments.models import Happening
from shelterbelt.assessments.policy import RECORD_HAPPENING, SEE_FORECAST
from shelterbelt.assessments.queries import Noted, act_kind, acts_of, case_seen, happening_by_ref, noted
from shelterbelt.cases.models import Case
from shelterbelt.cases.queries import face
from shelterbelt.ledger.actions import reading
from shelterbelt.library.acts import ActKind, Need
from shelterbelt.response import forecast as forecasts
from shelterbelt.response.forecast_words import band_word, process_word
from shelterbelt.response.forms import ActForm, GoOnForm
from shelterbelt.response.preparing import Prepared, prepared
from shelterbelt.response.seen import as_seen
from shelterbelt.store.ids import new_ref
from shelterbelt.ui.links import address


def forecast(request: HttpRequest, ref: str) -> HttpResponse:
    """All of a case's forecast, for the workers of the agency whose case it is."""
    by, at = asker(request)
    case = case_seen(ref, by=by, at=at)
    require(by, SEE_FORECAST, case, at=at)
    reading("forecast", about=case.id, by=by.id, agency=case.agency_id, at=at)
    page = {**_about(case), **forecasts.whole(case, by=by, at=at)}
    page["write"] = address("happening_new", case.ref) if may(by, RECORD_HAPPENING, case, at=at) else ""
    return render(request, "response/pages/forecast.html", page)


def _about(case: Case) -> dict[str, Any]:
    return {"survivor": face(case).survivor, "level": case.level, "back": address("case", case.ref)}


def before_act(request: HttpRequest, ref: str) -> HttpResponse:
    """Before somebody acts: which act, and when."""
    by, at = asker(request)
    case = case_seen(ref, by=by, at=at)
    require(by, RECORD_HAPPENING, case, at=at)
    reading("case", about=case.id, by=by.id, agency=case.agency_id, at=at)
    known = acts_of(case)
    told: dict[str, Any] = {"kinds": known.kinds, "zone": by.agency.time_zone, "now": at}
    if request.method != "POST":
        return _before_page(request, case, ActForm(initial={"once": new_ref()}, **told))
    form = ActForm(request.POST, **told)
    if not form.is_valid():
        return _before_page(request, case, form, status=422)
    given = form.cleaned_data
    kind = known.kinds[given["act"]]
    try:
        made = record_happening(
            case, kind.event, happened_at=given["act_at"], words=given["words"], act=kind.kind, by=by, at=at,
            once=given["once"],
        )  # fmt: skip
    except NotAhead:
        form.add_error("act_at", _("This must lie ahead. Check the date and the time."))
        return _before_page(request, case, form, status=422)
    return redirect("act", made.ref)


def _before_page(request: HttpRequest, case: Case, form: ActForm, *, status: int = 200) -> HttpResponse:
    return render(request, "response/pages/before_act.html", {"form": form, **_about(case)}, status=status)


def act(request: HttpRequest, ref: str) -> HttpResponse:
    """One planned act: the days to cover, what to have ready, and whether to stop first."""
    by, at = asker(request)
    row = happening_by_ref(ref, by=by, at=at)
    as_seen([row.case], by=by, at=at)
    one = noted(row, row.case)
    kind = act_kind(row.case, one)
    if kind is None or one.undone_at is not None:
        return redirect("happening", ref)
    asks = prepared(row.case, one, at=at)
    if request.method != "POST" or asks is None:
        return _act_page(request, row, one, kind, asks, GoOnForm(needed=False))
    require(by, RECORD_HAPPENING, row, at=at)
    form = GoOnForm(request.POST, needed=bool(asks.left))
    if not form.is_valid():
        return _act_page(request, row, one, kind, asks, form, status=422)
    go_on(row, asks.left, form.cleaned_data["reason"], by=by, at=at)
    messages.success(request, _("Written down."))
    return redirect("act", ref)


def _act_page(
    request: HttpRequest,
    row: Happening,
    one: Noted,
    kind: ActKind,
    asks: Prepared | None,
    form: GoOnForm,
    *,
    status: int = 200,
) -> HttpResponse:
    by, at = asker(request)
    reading("act", about=row.id, by=by.id, agency=row.agency_id, at=at)
    needs = {need.code: need for need in kind.needs}
    page = {
        **_about(row.case),
        "form": form,
        "title": _(kind.label),
        "says": _(kind.says),
        "one": one,
        "stop": bool(asks and asks.left) and one.gone_on_at is None,
        "exposes": kind.exposes,
        "ahead": asks is not None,
        "covers": _covers(asks),
        "notes": forecasts.notes((f"event.{kind.event}",)),
        "ready": _ready(kind, asks),
        "to_do": _to_do(row.case, needs, asks),
        "left": [_(needs[code].title) for code in (asks.left if asks else ())],
        "left_open": [_(needs[code].title) for code in one.left_open if code in needs],
        "gone_on_by": names_of([one.gone_on_by]).get(one.gone_on_by, ""),
        "may_write": one.undone_at is None and may(by, RECORD_HAPPENING, row, at=at),
        "take_back": address("happening", row.ref),
    }
    return render(request, "response/pages/act.html", page, status=status)


def _covers(asks: Prepared | None) -> list[dict[str, Any]]:
    return [
        {
            "process": process_word(cover.process),
            "from": cover.from_at,
            "until": cover.until_at - forecasts.BEFORE,
            "band": band_word(cover.band),
        }
        for cover in (asks.asks.windows if asks else ())
    ]


def _ready(kind: ActKind, asks: Prepared | None) -> list[str]:
    waiting = {one.code for one in asks.asks.to_do} if asks else set()
    return [_(need.title) for need in kind.needs if asks and need.code not in waiting]


def _to_do(case: Case, needs: dict[str, Need], asks: Prepared | None) -> list[dict[str, Any]]:
    known = acts_of(case)
    lines = []
    for one in sorted(asks.asks.to_do, key=lambda one: not one.required) if asks else ():
        need = needs[one.code]
        action = asks.work.get(one.code) if asks else None
        lines.append(
            {
                "title": _(need.title),
                "why": _(need.why),
                "how": [_(known.manners[code]) for code in need.how],
                "source": f"{_(known.sources[need.source])} ({told_tag(need.tag)})",
                "due_at": one.due_at,
                "late": one.late,
                "required": one.required,
                "url": address("action_done", action.ref) if action else "",
            }
        )
    return lines
