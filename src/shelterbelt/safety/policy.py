"""Who of an agency reaches a survivor's own file: the workers to whom it is entrusted, and no colleague, of whatever rank."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Rule, permission
from shelterbelt.safety.models import Trusted

ADVOCATES = ("advocate", "shelter_worker", "nurse")
KINDS = ("advocates", "shelter", "hospital")


@dataclass(frozen=True)
class TrustedWith(Rule):
    """The survivor entrusts their own file (the row's `person_id`) to the worker."""

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
        ends = Q(until_at=None) | Q(until_at__gt=at)
        return Trusted.objects.filter(ends, agency_id=by.agency_id, worker_id=by.id, from_at__lte=at)


trusted_with = TrustedWith()
OPEN_FILE = permission("open_own_file", *ADVOCATES, kinds=KINDS)
SEE_FILE = permission("see_own_file", *ADVOCATES, rule=trusted_with, kinds=KINDS)
