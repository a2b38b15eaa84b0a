"""Who of an agency reaches a survivor's own file: the workers to whom it is entrusted, and no colleague, of whatever rank.

A part of a plan is also read by those whom the survivor chose for that part.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shelterbelt.access.models import Bar, Worker
from shelterbelt.access.rules import Rule, permission, visible
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.safety.models import PartShare, Trusted
from shelterbelt.store.spans import lasting

ADVOCATES = ("advocate", "shelter_worker", "nurse")
KINDS = ("advocates", "shelter", "hospital")


@dataclass(frozen=True)
class TrustedWith(Rule):
    """The survivor entrusts their own file (the row's `person_id`) to the worker, and no wall stands before a case of theirs."""

    name = "trusted_with"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return self._living(by, at).filter(agency_id=thing.agency_id, person_id=thing.person_id).exists()

    def rows(self, by: Worker, at: datetime) -> Q:
        return Q(
            Exists(
                self._living(by, at).filter(agency_id=OuterRef("agency_id"), person_id=OuterRef("person_id"))
            )
        )

    def _living(self, by: Worker, at: datetime) -> QuerySet[Trusted]:
        rows = Trusted.objects.filter(lasting(at), agency_id=by.agency_id, worker_id=by.id, from_at__lte=at)
        return rows.exclude(Exists(case_walls(OuterRef("person_id")).filter(worker_id=by.id)))


@dataclass(frozen=True)
class SharedWithTeam(Rule):
    """The survivor lets the team read this part, and the worker works on an open case of theirs."""

    name = "shared_with_team"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        shared = shares_living(at).filter(part_id=thing.id, viewer_id=by.agency_id)
        return thing.agency_id == by.agency_id and shared.exists() and self._cases(by, thing.person_id, at)

    def rows(self, by: Worker, at: datetime) -> Q:
        shared = shares_living(at).filter(part_id=OuterRef("id"), viewer_id=by.agency_id)
        cases = visible(by, WRITE_CASE, Case.objects.filter(closed_at=None), at=at)
        works = cases.filter(survivor_id=OuterRef("person_id"), agency_id=OuterRef("agency_id"))
        return Q(Exists(shared)) & Q(Exists(works)) & Q(agency_id=by.agency_id)

    def _cases(self, by: Worker, person: Any, at: datetime) -> bool:
        rows = Case.objects.filter(closed_at=None, survivor_id=person)
        return visible(by, WRITE_CASE, rows, at=at).exists()


def case_walls(person: Any) -> QuerySet[Bar]:
    """What bars cases of a person (an id, or a column), as far as whoever asks sees those cases."""
    cases = Case.objects.filter(survivor_id=OuterRef(person) if isinstance(person, OuterRef) else person)
    return Bar.objects.filter(thing_id__in=cases.values("id"))


def shares_living(at: datetime) -> QuerySet[PartShare]:
    """The shares that open anything at this instant."""
    return PartShare.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), from_at__lte=at)


trusted_with = TrustedWith()
OPEN_FILE = permission("open_own_file", *ADVOCATES, kinds=KINDS)
SEE_FILE = permission("see_own_file", *ADVOCATES, rule=trusted_with, kinds=KINDS)
WRITE_FILE = permission("write_own_file", *ADVOCATES, rule=trusted_with, kinds=KINDS)
SEE_SHARED = permission("see_shared_part", *ADVOCATES, rule=SharedWithTeam(), kinds=KINDS)
