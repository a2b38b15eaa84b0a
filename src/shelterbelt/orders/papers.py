"""What leaves an order as a file: the sheet, data for a clerk, an hour for a calendar; their names say nothing."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shelterbelt.access.door import asker
from shelterbelt.access.exports import FILES, require_budget
from shelterbelt.ledger.actions import reading
from shelterbelt.orders import calendar, export, served
from shelterbelt.orders.models import Hearing
from shelterbelt.orders.queries import pages


@require_GET
def paper(request: HttpRequest, ref: str) -> HttpResponse:
    """The sheet that whom the order binds may see; refused where it would tell of somebody's place."""
    by, at = asker(request)
    found = pages.order_by_ref(ref, by=by, at=at)
    try:
        body = served.pdf(found, at=at)
    except served.SaysTooMuch as fault:
        part = {"head": _("Its heading"), "terms": _("The words of a term")}.get(
            str(fault), _("What a place is called")
        )
        return render(request, "orders/pages/too_much.html", {"part": part, "ref": ref}, status=409)
    require_budget(by, [found.id], what=FILES, at=at)
    reading("order_paper", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return _file(body, "application/pdf", served.FILE_NAME)


@require_GET
def data(request: HttpRequest, ref: str) -> HttpResponse:
    """The order under NIEM's names, for a clerk."""
    by, at = asker(request)
    found = pages.order_by_ref(ref, by=by, at=at)
    require_budget(by, [found.id], what=FILES, at=at)
    reading("order_data", about=found.id, by=by.id, agency=found.agency_id, at=at)
    answer = JsonResponse(export.niem(found, at=at), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="data.json"'
    return answer


@require_GET
def date(request: HttpRequest, ref: str, line: str) -> HttpResponse:
    """A hearing for a calendar."""
    by, at = asker(request)
    found = pages.order_by_ref(ref, by=by, at=at)
    row: Hearing = pages.line_by_ref("hearing", line, found)
    reading("order_date", about=found.id, by=by.id, agency=found.agency_id, at=at)
    return _file(calendar.ics(row), "text/calendar; charset=utf-8", calendar.FILE_NAME)


def _file(body: bytes, media: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
