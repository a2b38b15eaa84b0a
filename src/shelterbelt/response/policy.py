"""Who sees and does the work that a protocol opened.

Overdue work of a victim-service agency is seen by nobody outside it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Rule, own_agency, permission
from shelterbelt.agencies.models import VICTIM_SERVICES
from shelterbelt.cases.policy import CASEWORK
from shelterbelt.consent.policy import granted


@dataclass(frozen=True)
class SystemAgency(Rule):
    """The row is held by another agency, and not by a victim service."""

    name = "other_system_agency"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return bool(thing.agency_id != by.agency_id and thing.agency.kind not in VICTIM_SERVICES)

    def rows(self, by: Worker, at: datetime) -> Q:
        return ~Q(agency_id=by.agency_id) & ~Q(agency__kind__in=VICTIM_SERVICES)


@dataclass(frozen=True)
class NotTheirOwnAsking(Rule):
    """The work is not for somebody else because this worker asked for it."""

    name = "not_asked_by_them"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return bool(thing.asked_by is None or thing.asked_by != by.id)

    def rows(self, by: Worker, at: datetime) -> Q:
        return Q(asked_by=None) | ~Q(asked_by=by.id)


SEE_WORK = permission("see_work", *CASEWORK, rule=own_agency & NotTheirOwnAsking())
DO_WORK = permission("do_work", *CASEWORK, rule=own_agency & NotTheirOwnAsking())
SEE_OVERDUE = permission(
    "see_overdue",
    "coordinator",
    rule=SystemAgency() & granted("actions", case="case_id"),
    kinds=("council",),
)


def works_as(by: Worker) -> list[str]:
    """The roles whose work a worker does: in a shelter its workers do what a protocol asks of an advocate."""
    return [*by.roles, *(["advocate"] if "shelter_worker" in by.roles else [])]
