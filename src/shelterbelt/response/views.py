"""The board and the case page. Each shows what the asker may see, and each look leaves a reading."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shelterbelt.access.door import asker
from shelterbelt.access.exports import ROWS, looked, require_budget
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.access.watching import looking_through
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.models import Case, Incident
from shelterbelt.cases.policy import SEE_BOARD, SEE_INCIDENT
from shelterbelt.cases.queries import case_by_ref, face, steps
from shelterbelt.consent.policy import WITHDRAW_RELEASE
from shelterbelt.ledger.actions import reading
from shelterbelt.response import board as boards
from shelterbelt.response import casepage, forecast
from shelterbelt.response.board_lines import lines
from shelterbelt.response.forms import FilterForm, SearchForm
from shelterbelt.response.queries import open_work_of, work
from shelterbelt.response.seen import as_seen
from shelterbelt.response.timeline import summary, timeline
from shelterbelt.rules.deadlines import overdue
from shelterbelt.ui.links import address


def board(request: HttpRequest) -> HttpResponse:
    """The agency's cases, most dangerous and most overdue first; or what was searched for."""
    by, at = asker(request)
    require(by, SEE_BOARD, at=at)
    if request.method == "POST":
        return _found(request)
    tab = request.GET.get("tab", "")
    if tab == "incidents":
        return _incidents(request)
    if tab == "shared" and (sharing := boards.sharing_agencies(by, at=at)):
        return _shared(request, sharing)
    return _own(request)


def _own(request: HttpRequest) -> HttpResponse:
    by, at = asker(request)
    units = boards.units_of(by)
    form = FilterForm(request.GET, units=units, prefix=None)
    given = form.cleaned_data if form.is_valid() else {}
    asked = boards.Asked(given.get("level", ""), bool(given.get("overdue")), given.get("unit", ""))
    page = boards.board(by, asked, at=at, **_place(request))
    require_budget(by, (case.id for case in page.cases), what=ROWS, at=at)
    kept = {name: value for name, value in (("level", asked.level), ("unit", asked.unit)) if value}
    kept |= {"overdue": "on"} if asked.overdue else {}
    shown: dict[str, Any] = {"filters": form, "filtered": bool(kept), "units": bool(units)}
    return _cases_page(request, "cases", page, kept, **shown)


def _shared(request: HttpRequest, sharing: list[Agency]) -> HttpResponse:
    by, at = asker(request)
    chosen = next((agency for agency in sharing if agency.ref == request.GET.get("from")), sharing[0])
    page = boards.shared_board(by, chosen, at=at, **_place(request))
    require_budget(by, (case.id for case in page.cases), what=ROWS, at=at)
    kept = {"tab": "shared", "from": chosen.ref}
    sources = [
        {"name": a.name, "url": "?" + urlencode({"tab": "shared", "from": a.ref}), "current": a == chosen}
        for a in sharing
    ]
    return _cases_page(request, "shared", page, kept, sharing, sources=sources, source=chosen.name)


def _incidents(request: HttpRequest) -> HttpResponse:
    by, at = asker(request)
    require(by, SEE_INCIDENT, at=at)
    page = boards.incidents_without_case(by, at=at, **_place(request))
    require_budget(by, (row.id for row in page.rows), what=ROWS, at=at)
    return _board_page(request, "incidents", [_report(row) for row in page.rows], page, {"tab": "incidents"})


def _found(request: HttpRequest) -> HttpResponse:
    by, at = asker(request)
    form = SearchForm(request.POST, at=at)
    if not form.is_valid():
        return _board_page(request, "search", [], boards.Page(()), {}, search=form, status=422)
    cases, more = boards.found_cases(form.cleaned_data["q"], by, at=at)
    require_budget(by, (case.id for case in cases), what=ROWS, at=at)
    asked = bool(form.cleaned_data["q"])
    return _cases_page(request, "search", boards.Page(cases), {}, search=form, more=more, asked=asked)


def _place(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:22] for name in ("after", "before")}


def _rows(cases: tuple[Case, ...], at: datetime) -> list[dict[str, Any]]:
    rows = []
    for case in cases:
        shown = face(case)
        late = bool(shown.next_due_at and not shown.closed_at and overdue(shown.next_due_at, at))
        rows.append(
            {
                "url": reverse("case", args=[shown.ref]),
                "survivor": shown.survivor or _("Not named"),
                "other": shown.other,
                "level": shown.level,
                "due_at": shown.next_due_at,
                "late": late,
                "opened_at": shown.opened_at,
                "closed_at": shown.closed_at,
                "unit": shown.unit,
            }
        )
    return rows


def _cases_page(
    request: HttpRequest,
    tab: str,
    page: boards.Page,
    kept: dict[str, str],
    sharing: list[Agency] | None = None,
    **more: Any,
) -> HttpResponse:
    by, at = asker(request)
    rows = _rows(page.cases, at)
    more["lines"] = lines(rows, zone=ZoneInfo(by.agency.time_zone), at=at)
    return _board_page(request, tab, rows, page, kept, sharing, **more)


def _report(row: Incident) -> dict[str, Any]:
    return {
        "url": address("incident", row.ref),
        "happened_at": row.happened_at,
        "recorded_at": row.recorded_at,
        "imported": row.source != "officer",
        "unit": row.unit.name if row.unit else "",
        "summary": summary(steps(row)),
    }


def _board_page(
    request: HttpRequest,
    tab: str,
    rows: list[dict[str, Any]],
    page: Any,
    kept: dict[str, str],
    sharing: list[Agency] | None = None,
    **more: Any,
) -> HttpResponse:
    """A board; `sharing`: the agencies that open cases to the asker, if they are known by now."""
    by, at = asker(request)
    sharing = boards.sharing_agencies(by, at=at) if sharing is None else sharing
    status = more.pop("status", 200)
    live = {"cases": "", "shared": "?" + urlencode({"from": kept.get("from", "")})}
    reading(f"board.{tab}", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    shown = {
        "tab": tab,
        "tabs": _tabs(by, tab, shared=bool(sharing)),
        "rows": rows,
        "search": SearchForm(),
        "release_end": address("release_end") if WITHDRAW_RELEASE.allows(by) else "",
        "newer": "?" + urlencode({**kept, "before": page.newer}) if page.newer else "",
        "older": "?" + urlencode({**kept, "after": page.older}) if page.older else "",
        "file": "?" + urlencode({name: value for name, value in kept.items() if name != "tab"}),
        "live": f"{settings.STREAMS}/stream/board{live[tab]}" if tab in live else "",
        **more,
    }
    return render(request, "response/pages/board.html", shown, status=status)


def _tabs(by: Worker, tab: str, *, shared: bool) -> list[dict[str, Any]]:
    here = reverse("board")
    tabs = [{"name": "cases", "label": _("Cases"), "url": here}]
    if by.agency.kind == "police":
        tabs.append(
            {"name": "incidents", "label": _("Incidents without a case"), "url": f"{here}?tab=incidents"}
        )
    if shared:
        tabs.append({"name": "shared", "label": _("Shared with us"), "url": f"{here}?tab=shared"})
    return [{**line, "current": line["name"] == tab} for line in tabs]


def case(request: HttpRequest, ref: str) -> HttpResponse:
    """One case: who, how dangerous and why, what is due, what happened, what others released to us."""
    by, at = asker(request)
    found = case_by_ref(ref, by=by, at=at)
    as_seen([found], by=by, at=at)
    if through := looking_through(found, by=by, at=at):
        return _through_glass(request, found, through)
    own = found.agency_id == by.agency_id
    _note_reading(found, by, at)
    shown = face(found)
    page = {
        "case": {"ref": found.ref, "survivor": shown.survivor or _("Not named"), "level": found.level},
        "facts": _facts(shown),
        "own": own,
        "agency": shown.agency,
        "closed_at": found.closed_at,
        "parties": casepage.parties(found, own=own),
        "danger": casepage.danger(found, at=at),
        "forecast": forecast.summary(found, by=by, at=at),
        "work": work(open_work_of(found), by=by, at=at),
        "timeline": (line := timeline(found, by=by, at=at, before=request.GET.get("before", ""))),
        "older": "?" + urlencode({"before": line.older}) + "#timeline" if line.older else "",
        "newest": reverse("case", args=[ref]) + "#timeline" if request.GET.get("before") else "",
        "told": casepage.told_by_others(found, by=by, at=at) if own else [],
        "released": casepage.released(found, by=by, at=at) if own else [],
        "opened_to": casepage.opened_to(found, at=at) if own else [],
        "buttons": casepage.buttons(found, by=by, at=at),
        "screen": casepage.may_screen(found, by=by, at=at),
    }
    return render(request, "response/pages/case.html", page)


def _through_glass(request: HttpRequest, found: Case, parts: dict[str, datetime]) -> HttpResponse:
    """A closed case, seen through broken glass: whom it is about, and the part that was asked for."""
    by, at = asker(request)
    _note_reading(found, by, at)
    page = casepage.through_glass(found, parts, by=by, at=at)
    return render(request, "response/pages/case_through_glass.html", page)


def _note_reading(found: Case, by: Worker, at: datetime) -> None:
    """The look is written into the holder's own ledger, whoever looked."""
    reading("case", about=found.id, by=by.id, agency=found.agency_id, at=at, reader_agency=by.agency_id)
    looked(by, found.id, at=at)


def _facts(shown: Any) -> str:
    doors = {"police": _("opened by police"), "direct": _("opened without police")}
    other = _("Other person: %(name)s") % {"name": shown.other or _("not named")}
    return " · ".join(part for part in (other, doors.get(shown.door, ""), shown.unit) if part)
