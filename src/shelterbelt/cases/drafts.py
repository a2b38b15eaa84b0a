"""Keeps what an officer types, step by step, until the incident is recorded. Refuses to overwrite what somebody else saved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require, visible
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.cases.models import Incident
from shelterbelt.cases.policy import OPEN_INCIDENT, SEE_INCIDENT
from shelterbelt.ledger.actions import record
from shelterbelt.store.ids import uuid7

HANDED_SHOWN = timedelta(days=7)


class Conflict(Exception):
    """Somebody saved this step since it was opened: `kept` is what stands there now."""

    def __init__(self, revision: int, kept: Mapping[str, Any]) -> None:
        super().__init__("saved by somebody else meanwhile")
        self.revision = revision
        self.kept = dict(kept)


def open_incident(*, by: Worker, at: datetime) -> Incident:
    """An empty incident record; it counts as reported only when it is recorded."""
    require(by, OPEN_INCIDENT, at=at)
    incident_id, key = uuid7(), new_key(by.agency_id)
    incident = Incident.objects.create(
        id=incident_id,
        agency_id=by.agency_id,
        unit=by.unit,
        key=key,
        sealed=seal(key, by.agency_id, {}, about=incident_id),
        opened_by=by.id,
        opened_at=at,
    )
    record("incident.opened", about=incident_id, by=by.id, agency=by.agency_id, at=at)
    return incident


def save_step(
    incident: Incident, step: str, content: Mapping[str, Any], *, revision: int, by: Worker, at: datetime
) -> int:
    """Save one step of a draft; returns the new revision.

    Steps are separate: only a step that changed since `revision` conflicts, and the same content never does.
    """
    require(by, OPEN_INCIDENT, incident, at=at)
    row = Incident.objects.select_for_update().get(id=incident.id)
    steps = opened(row)
    kept = steps.get(step, {})
    if plain(kept) == dict(content):
        return int(kept.get("_revision", 0))
    if revision != kept.get("_revision", 0) or row.recorded_at is not None:
        raise Conflict(int(kept.get("_revision", 0)), plain(kept))
    steps[step] = {**content, "_revision": revision + 1, "_by": str(by.id)}
    row.sealed = seal(row.key, row.agency_id, steps, about=row.id)
    row.revision += 1
    row.save(update_fields=["sealed", "revision"])
    return revision + 1


def plain(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step's content without the marks of its saving."""
    return {name: value for name, value in step.items() if not name.startswith("_")}


def drafts_of(by: Worker, *, at: datetime) -> list[Incident]:
    """The worker's own records that are not recorded yet, newest first."""
    require(by, SEE_INCIDENT, at=at)
    rows = Incident.objects.filter(agency_id=by.agency_id, opened_by=by.id, recorded_at=None, handed_to=None)
    return list(rows.order_by("-opened_at")[:20])


def handed_to(by: Worker, *, at: datetime) -> list[Incident]:
    """What colleagues handed over to the worker: what is not recorded yet, and for a week what is."""
    rows = visible(by, SEE_INCIDENT, Incident.objects.filter(handed_to=by.id), at=at)
    fresh = Q(recorded_at=None) | Q(handed_at__gt=at - HANDED_SHOWN)
    return list(rows.filter(fresh).order_by("-handed_at")[:20])
