"""Who may take, see and end releases, and which rows of another agency's case a living grant opens here.

Refuses whatever no grant opens: a grant that has not begun, has ended or was withdrawn opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from shelterbelt.access.models import Bar, Worker
from shelterbelt.access.rules import Because, Rule, permission
from shelterbelt.consent.models import Grant

TAKERS = ("advocate", "shelter_worker", "nurse")
KINDS = ("advocates", "shelter", "hospital")
READERS = (
    "officer", "detective", "supervisor", "prosecutor", "probation_officer", "court_clerk", *TAKERS,
)  # fmt: skip
SYSTEM = ("police", "prosecutor", "probation", "court", "council")

TAKE_RELEASE = permission("take_release", *TAKERS, kinds=KINDS)
SEE_RELEASE = permission("see_release", *TAKERS, kinds=KINDS)
WITHDRAW_RELEASE = permission("withdraw_release", *TAKERS, kinds=KINDS)
NARROW_RELEASE = permission("narrow_release", *TAKERS, kinds=KINDS)
RECORD_DEATH = permission("record_death", *TAKERS, kinds=KINDS)
OPEN_BY_LAW = permission("open_by_law", "records_officer", "supervisor", "prosecutor", "coordinator")
END_GRANT = permission("end_grant", "records_officer", "supervisor", "prosecutor", "coordinator")
CLOSE_CONSENT = permission("close_consent", "administrator", "records_officer", "supervisor", *TAKERS)
SEE_DISCLOSED = permission("see_disclosed", *READERS, "records_officer", "coordinator")
OPEN_AGREEMENT = permission("open_agreement", "supervisor", "prosecutor", "coordinator", kinds=SYSTEM)
READ_GRANT = permission("read_grant", *READERS)

NAMES = {
    "": "granted",
    "release": "released",
    "agreement": "agreed",
    "court_order": "ordered",
    "mandate": "mandated",
}


@dataclass(frozen=True)
class Granted(Rule):
    """A living grant opens this category of the row's case (column `case`) to the worker's agency.

    `basis` narrows it to grants that rest on a release, an agreement, a court order or a mandate.
    """

    category: str
    case: str
    basis: str = ""

    @property
    def name(self) -> str:
        return f"{NAMES[self.basis]}({self.category})"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        of_case = Q(case_id=None) | Q(case_id=getattr(thing, self.case))
        return self._living(by, at).filter(of_case, agency_id=thing.agency_id).exists()

    def rows(self, by: Worker, at: datetime) -> Q:
        of_case = Q(case_id=None) | Q(case_id=OuterRef(self.case))
        return Q(Exists(self._living(by, at).filter(of_case, agency_id=OuterRef("agency_id"))))

    def _living(self, by: Worker, at: datetime) -> QuerySet[Grant]:
        rows = Grant.objects.filter(
            living(at), recipient_id=by.agency_id, categories__contains=[self.category]
        )
        return rows.filter(basis=self.basis) if self.basis else rows

    def why(self, by: Worker, thing: Any, at: datetime) -> Because:
        """Whether any grant opens it, and whether one of each basis does."""
        named = {basis: Granted(self.category, self.case, basis) for basis in NAMES if basis}
        parts = () if self.basis else tuple(leaf.why(by, thing, at) for leaf in named.values())
        return Because(self.name, self.holds(by, thing, at), parts)


def living(at: datetime) -> Q:
    """Grants that open anything at this instant."""
    return Q(from_at__lte=at, until_at__gt=at, withdrawn_at=None)


def living_release(at: datetime) -> Q:
    """Releases that are in force at this instant."""
    return Q(starts_at__lte=at, expires_at__gt=at, withdrawn_at=None)


def kept_out(recipient: UUID, *, case: str = "case_id") -> Q:
    """Rows of cases that are walled from this agency: their holder shows it nothing, whatever else would open them."""
    return Q(Exists(Bar.objects.filter(viewer_id=recipient, thing_id=OuterRef(case))))


def granted(category: str, *, case: str = "case_id") -> Rule:
    """The rows of cases that a living grant opens to the worker's agency in this category."""
    return Granted(category, case)
