"""Reading what is held, due and waiting: references, days and reasons. Starts from what the asker may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, may, visible
from shelterbelt.cases.models import Case
from shelterbelt.records.facts import ruling_of, schedule_for
from shelterbelt.records.models import Erasure, Hold
from shelterbelt.records.policy import ASK_ERASURE, CONFIRM_ERASURE, KEEP_HOLDS, SEE_RECORDS
from shelterbelt.rules.retention import Ruling

PAGE, LOOKED_AT = 50, 200
RIGHTS = (SEE_RECORDS, ASK_ERASURE, CONFIRM_ERASURE)


@dataclass(frozen=True)
class Due:
    """A case whose time is over."""

    ref: str
    closed_at: datetime | None
    ruling: Ruling


def case_by_ref(ref: str, *, by: Worker, at: datetime) -> Case:
    """The case behind a reference, for those who look after records or may ask for its erasure."""
    for right in RIGHTS:
        rows = visible(by, right, Case.objects.select_related("agency"), at=at)
        if found := rows.filter(ref=ref, agency_id=by.agency_id).first():
            return found
    raise NotForYou("no such case")


def hold_by_ref(ref: str, *, by: Worker, at: datetime) -> Hold:
    """The hold behind a reference."""
    found = visible(by, KEEP_HOLDS, Hold.objects.all(), at=at).filter(ref=ref).first()
    if found is None:
        raise NotForYou("no such hold")
    return found


def due_cases(*, by: Worker, at: datetime) -> list[Due]:
    """Closed cases whose time is over, oldest first; those that wait for a second person are listed elsewhere."""
    schedule = schedule_for(by.agency)
    if schedule is None or not SEE_RECORDS.allows(by):
        return []
    shortest = timedelta(days=min(line.days for line in schedule.lines.values()))
    waiting = Erasure.objects.filter(called_off_at=None).values("case_id")
    held = Hold.objects.filter(lifted_at=None).values("case_id")
    rows = visible(by, SEE_RECORDS, Case.objects.select_related("agency"), at=at)
    rows = rows.filter(closed_at__lte=at - shortest).exclude(Q(id__in=waiting) | Q(id__in=held))
    found = [Due(row.ref, row.closed_at, _ruled(row, at)) for row in rows.order_by("closed_at")[:LOOKED_AT]]
    return [one for one in found if one.ruling.state == "may_erase"][:PAGE]


def _ruled(case: Case, at: datetime) -> Ruling:
    return ruling_of(case, asked=False, at=at)


def waiting_erasures(*, by: Worker, at: datetime) -> list[dict[str, Any]]:
    """What waits for a second person."""
    found = visible(by, CONFIRM_ERASURE, Erasure.objects.filter(called_off_at=None, erased_at=None), at=at)
    rows = list(found.order_by("asked_at")[:PAGE])
    cases = _refs(by, [row.case_id for row in rows], at)
    return [
        {"ref": cases[row.case_id], "basis": row.basis, "at": row.asked_at, "mine": row.asked_by == by.id}
        for row in rows
        if row.case_id in cases
    ]


def standing_holds(*, by: Worker, at: datetime) -> list[dict[str, Any]]:
    """Holds that stand, newest first."""
    rows = visible(by, KEEP_HOLDS, Hold.objects.filter(lifted_at=None), at=at)
    found = list(rows.order_by("-placed_at")[:PAGE])
    cases = _refs(by, [row.case_id for row in found], at)
    return [
        {"ref": row.ref, "case": cases.get(row.case_id, ""), "because": row.because, "at": row.placed_at}
        for row in found
    ]


def holds_of(case: Case, *, by: Worker, at: datetime) -> list[Hold]:
    """Every hold of a case, those that were lifted too."""
    return list(visible(by, KEEP_HOLDS, Hold.objects.filter(case_id=case.id), at=at).order_by("-placed_at"))


def people_held() -> list[UUID]:
    """Of the asking agency: the survivors of whose cases nothing is erased now."""
    held = Hold.objects.filter(lifted_at=None).values("case_id")
    return list(Case.objects.filter(id__in=held).values_list("survivor_id", flat=True))


def erased_cases(*, by: Worker, at: datetime) -> list[dict[str, Any]]:
    """The empty rows: when, by which schedule, because of what."""
    rows = visible(by, SEE_RECORDS, Erasure.objects.exclude(erased_at=None), at=at)
    return [
        {"ref": row.ref, "at": row.erased_at, "basis": row.basis, "schedule": row.schedule}
        for row in rows.order_by("-erased_at")[:PAGE]
    ]


def waiting_of(case: Case, *, by: Worker, at: datetime) -> Erasure | None:
    """The request about a case that waits for a second person."""
    return Erasure.objects.filter(
        case_id=case.id, agency_id=by.agency_id, called_off_at=None, erased_at=None
    ).first()


def link_of(case: Case, *, by: Worker, at: datetime) -> tuple[str, str] | None:
    """The link on a case page by which its worker enters the survivor's wish."""
    if case.agency_id != by.agency_id or not may(by, ASK_ERASURE, case, at=at):
        return None
    return _("Keeping and erasing"), reverse("records_case", args=[case.ref])


def _refs(by: Worker, ids: list[Any], at: datetime) -> dict[Any, str]:
    """References of those cases that the asker may know of."""
    for right in RIGHTS:
        if right.allows(by):
            rows = visible(by, right, Case.objects.filter(id__in=ids), at=at)
            return dict(rows.values_list("id", "ref"))
    return {}
