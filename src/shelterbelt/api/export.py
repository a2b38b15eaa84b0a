"""The lists of cases as a file. Counted against the day's budget before the first byte leaves, then written part by part.

Each part asks anew: is the session open, the account, the grant? Refuses to send on what was withdrawn while it ran.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from shelterbelt.access.door import asker
from shelterbelt.access.exports import ROWS, budget_of, require_budget
from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, Permission, require, visible
from shelterbelt.access.sessions import still_open
from shelterbelt.agencies.models import Agency
from shelterbelt.api.policy import EXPORT_CASES
from shelterbelt.api.tables import BOM, lines
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import SEE_BOARD, SEE_CASE
from shelterbelt.cases.queries import face, veiled
from shelterbelt.ledger.actions import reading, record
from shelterbelt.response import board as boards
from shelterbelt.response.seen import as_seen
from shelterbelt.rules.fields import clean_text
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now

PART = 25


@dataclass(frozen=True)
class Taken:
    """A list that is being taken out: for whom, from which session, and the cases that were counted."""

    worker: UUID
    agency: UUID
    session: str
    language: str
    shared: bool
    ids: tuple[UUID, ...]


@require_http_methods(["GET", "POST"])
def cases_file(request: HttpRequest) -> HttpResponseBase:
    """Say what taking a list out means; then give it, as long as all of it may be seen."""
    by, at = asker(request)
    require(by, EXPORT_CASES, at=at)
    holder = _holder(request.GET.get("from", ""), by, at)
    ids = _chosen(by, holder, request.GET, at, most=budget_of(by, ROWS) + 1)
    if request.method != "POST":
        reading("board.export", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
        shown = {"count": len(ids), "from": holder.name if holder else "", "budget": budget_of(by, ROWS)}
        return render(request, "api/pages/cases_file.html", shown)
    require_budget(by, ids, what=ROWS, at=at)
    record("cases.exported", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    taken = Taken(
        by.id,
        by.agency_id,
        request.session.session_key or "",
        getattr(request, "LANGUAGE_CODE", "en"),
        holder is not None,
        ids,
    )
    answer = StreamingHttpResponse(parts(taken), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="list.csv"'
    answer["X-Accel-Buffering"] = "no"
    return answer


def _holder(ref: str, by: Worker, at: datetime) -> Agency | None:
    if not ref:
        return None
    found = next((agency for agency in boards.sharing_agencies(by, at=at) if agency.ref == ref), None)
    if found is None:
        raise NotForYou
    return found


def _needed(*, shared: bool) -> Permission:
    """What a list rests on: of another agency's cases, or of the asker's own."""
    return SEE_CASE if shared else SEE_BOARD


def _rows(by: Worker, holder: Agency | None, at: datetime) -> QuerySet[Case]:
    """Open cases, the most dangerous and most overdue first: the agency's own, or what another shares."""
    rows = visible(by, _needed(shared=holder is not None), Case.objects.all(), at=at)
    rows = rows.filter(agency_id=holder.id if holder else by.agency_id, closed_at=None)
    return rows.order_by("-level_rank", "next_due_at", "id")


def _chosen(
    by: Worker, holder: Agency | None, given: Mapping[str, str], at: datetime, *, most: int
) -> tuple[UUID, ...]:
    """The ids of what the list was narrowed to on the page, in the order of the page."""
    asked, whose = _asked(given), holder.id if holder else by.agency_id
    hidden_in = veiled(by, whose, at=at)
    rows = _narrowed(_rows(by, holder, at).exclude(id__in=hidden_in), asked, at)
    beside = boards.aside(by, _needed(shared=holder is not None), whose, hidden_in, asked, at=at)
    if not beside:
        return tuple(rows.values_list("id", flat=True)[:most])
    found = [*rows.only("id", "level", "next_due_at")[:most], *beside]
    return tuple(case.id for case in sorted(found, key=boards.place_of)[:most])


def _asked(given: Mapping[str, str]) -> boards.Asked:
    """What means nothing narrows nothing."""
    level = given.get("level", "")
    unit = clean_text(given.get("unit"), 60, lines=False)[0]
    return boards.Asked(level if level in boards.FALLING else "", bool(given.get("overdue")), unit)


def _narrowed(rows: QuerySet[Case], asked: boards.Asked, at: datetime) -> QuerySet[Case]:
    if asked.level:
        rows = rows.filter(level=asked.level)
    if asked.unit:
        rows = rows.filter(unit__code=asked.unit)
    return rows.filter(next_due_at__lt=at) if asked.overdue else rows


def parts(taken: Taken) -> Iterator[bytes]:
    """The file, a few rows at a time. It is whole only if its last line says so."""
    yield BOM
    with override(taken.language):
        head = (
            _("Survivor"),
            _("Other person"),
            _("Level"),
            _("Next due"),
            _("Opened"),
            _("Unit"),
            _("Agency"),
        )
    yield lines([head])
    for start in range(0, len(taken.ids), PART):
        part = _part(taken, taken.ids[start : start + PART])
        if part is None:
            return
        yield part
    with override(taken.language):
        end = lines([(_("End of the list"),)])
    yield end


def _part(taken: Taken, ids: Sequence[UUID]) -> bytes | None:
    """Some rows as they may be seen at this instant; none when the session or the account has ended."""
    if not still_open(taken.session):
        return None
    at = now()
    with as_agency(taken.agency, at=at, worker=taken.worker):
        by = Worker.objects.select_related("agency", "unit").filter(id=taken.worker).first()
        if by is None or not EXPORT_CASES.allows(by):
            return None
        rows = visible(by, _needed(shared=taken.shared), Case.objects.all(), at=at).filter(id__in=ids)
        found = {c.id: c for c in rows.select_related("survivor", "other", "unit", "agency")}
        as_seen(list(found.values()), by=by, at=at)
        for case in found.values():
            reading(
                "case.export", about=case.id, by=by.id, agency=case.agency_id, at=at, reader_agency=by.agency_id
            )  # fmt: skip
        return lines(_line(found[i], by.agency.time_zone) for i in ids if i in found)


def _line(case: Case, zone: str) -> tuple[object, ...]:
    shown = face(case)
    return (
        shown.survivor,
        shown.other,
        shown.level,
        _local(shown.next_due_at, zone),
        _local(shown.opened_at, zone),
        shown.unit,
        shown.agency,
    )


def _local(at: datetime | None, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if at else ""
