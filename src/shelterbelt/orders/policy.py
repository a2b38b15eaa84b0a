"""Who writes orders down, who reads them, and what an agreement between system agencies opens: the sheet of enforcement.

Nothing of a victim service is opened here, and nothing is opened to one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import Rule, own_agency, permission
from shelterbelt.cases.policy import CASEWORK, DIRECT, POLICE
from shelterbelt.orders.models import OrdersAgreement

ENFORCERS = (*POLICE, "prosecutor", "probation_officer", "court_clerk")
SYSTEM = ("police", "prosecutor", "probation", "court")
HOLDERS = (*SYSTEM, "advocates", "shelter", "hospital")


@dataclass(frozen=True)
class Agreed(Rule):
    """The holder of the order opened its sheets to the worker's agency, and that holds now."""

    name = "agreed_orders"

    def holds(self, by: Worker, thing: Any, at: datetime) -> bool:
        return agreed(by, at).filter(agency_id=thing.agency_id).exists()

    def rows(self, by: Worker, at: datetime) -> Q:
        return Q(Exists(agreed(by, at).filter(agency_id=OuterRef("agency_id"))))


def agreed(by: Worker, at: datetime) -> QuerySet[OrdersAgreement]:
    """The agreements that open anything to the worker's agency now."""
    return OrdersAgreement.objects.filter(
        reader_id=by.agency_id, from_at__lte=at, until_at__gt=at, ended_at=None
    )


# A whole order, and the list of an agency's own.
SEE_ORDER = permission("see_order", *CASEWORK, kinds=HOLDERS)
WRITE_ORDER = permission("write_order", *CASEWORK, kinds=HOLDERS)
# Is there an order, is it served, what does it forbid: the sheet, also of agencies of this node that agreed to it.
FIND_ORDER = permission("find_order", *ENFORCERS, rule=own_agency | Agreed(), kinds=SYSTEM)
SHARE_ORDERS = permission("share_orders", "supervisor", "prosecutor", "court_clerk", kinds=SYSTEM)
PROPOSE_PLACES = permission("propose_places", *CASEWORK, kinds=HOLDERS)
# Help with a petition, for a worker with a case; the paper is the survivor's.
DRAFT_PETITION = permission(
    "draft_petition", *POLICE, *DIRECT, kinds=("police", "advocates", "shelter", "hospital")
)
