"""What a living grant of this node opens, as one leaf with two readings, and who may take a release."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Rule, permission
from shelterbelt.consent.models import Grant

TAKE_RELEASE = permission(
    "take_release", "advocate", "shelter_worker", "nurse", kinds=("advocates", "shelter", "hospital")
)
SEE_RELEASE = permission(
    "see_release", "advocate", "shelter_worker", "nurse", kinds=("advocates", "shelter", "hospital")
)
WITHDRAW_RELEASE = permission(
    "withdraw_release", "advocate", "shelter_worker", "nurse", kinds=("advocates", "shelter", "hospital")
)


def living(at: datetime) -> Q:
    """Grants that are in force at an instant."""
    return Q(from_at__lte=at, until_at__gt=at, withdrawn_at=None)


@dataclass(frozen=True)
class Granted(Rule):
    """A living grant of this node opens this category of the row's case (column `case`) to the worker's agency."""

    category: str
    case: str

    def _grants(self, by: Worker, at: datetime) -> Any:
        return Grant.objects.filter(living(at), recipient_id=by.agency_id, categories__contains=[self.category])

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        case_id = getattr(thing, self.case)
        return bool(
            self._grants(by, at).filter(Q(case_id=None) | Q(case_id=case_id), agency_id=thing.agency_id).exists()
        )

    def rows(self, by: Worker, at: datetime) -> Q:
        opened = self._grants(by, at).filter(
            Q(case_id=None) | Q(case_id=OuterRef(self.case)), agency_id=OuterRef("agency_id")
        )
        return Q(Exists(opened))


def granted(category: str, *, case: str) -> Granted:
    """The leaf for one category; `case` is the column that holds the row's case id."""
    return Granted(category, case)
