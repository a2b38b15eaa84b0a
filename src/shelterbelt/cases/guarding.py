"""Hands an incident over from whoever must not keep it. Refuses somebody else's incident, and to hand it to nobody.

Part of cases' actions. What was typed stays; whoever hands over sees it no more from that moment.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from shelterbelt.access.models import Session, Worker
from shelterbelt.access.rules import NotForYou, may, require
from shelterbelt.access.walls import raise_wall
from shelterbelt.cases.models import CaseIncident, Incident
from shelterbelt.cases.policy import OPEN_INCIDENT
from shelterbelt.ledger.actions import record
from shelterbelt.store.asker import as_agency


class NobodyThere(Exception):
    """There is nobody in the agency who could take it."""


def hand_over(incident: Incident, *, by: Worker, at: datetime) -> Worker:
    """Give an incident that one has begun to somebody on duty, and close it to oneself."""
    require(by, OPEN_INCIDENT, incident, at=at)
    if by.id not in (incident.opened_by, incident.handed_to):
        raise NotForYou
    with as_agency(incident.agency_id, at=at):
        row = Incident.objects.select_for_update().get(id=incident.id)
        taker = taker_for(row, by=by, at=at)
        if taker is None:
            raise NobodyThere
        _give(row, taker.id, at=at)
        cases = CaseIncident.objects.filter(incident=row).values_list("case_id", flat=True)
        _close(by, (row.id, *cases), at=at)
        record("incident.handed_over", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return taker


def pass_on(row: Incident, *, by: Worker, at: datetime) -> None:
    """Give what was just recorded to somebody else: a wall was raised before whoever wrote it, on the way."""
    taker = taker_for(row, by=by, at=at)
    _give(row, taker.id if taker else None, at=at)
    record("incident.handed_over", about=row.id, by=by.id, agency=row.agency_id, at=at)


def taker_for(incident: Incident, *, by: Worker, at: datetime) -> Worker | None:
    """Who takes it: somebody signed in now before anybody else, a supervisor first, then of the same unit."""
    rows = Worker.objects.select_related("agency").filter(
        agency_id=incident.agency_id, is_active=True, roles__overlap=sorted(OPEN_INCIDENT.roles)
    )
    here = set(
        Session.objects.filter(seen_at__gt=at - settings.SESSION_IDLE).values_list("worker_id", flat=True)
    )
    able = sorted(
        rows.exclude(id=by.id),
        key=lambda w: (w.id not in here, "supervisor" not in w.roles, w.unit_id != by.unit_id, w.code),
    )
    return next((worker for worker in able if may(worker, OPEN_INCIDENT, incident, at=at)), None)


def _give(row: Incident, taker: UUID | None, *, at: datetime) -> None:
    row.handed_to, row.handed_at = taker, at
    row.save(update_fields=["handed_to", "handed_at"])


def _close(by: Worker, things: Iterable[UUID], *, at: datetime) -> None:
    for thing in things:
        raise_wall(thing, agency=by.agency_id, worker=by.id, basis="handed_over", reason="", by=by.id, at=at)
