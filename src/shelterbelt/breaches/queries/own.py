"""What a survivor sees of breaches by their own hand: which orders of theirs are known here, and what they told.

Starts from their own cases; called within their own hand. What a worker found stays with that worker, who talks with them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from shelterbelt.access.survivors import Survivor
from shelterbelt.breaches.actions.reporting import of_the_same
from shelterbelt.breaches.models import Breach
from shelterbelt.breaches.told import said_of
from shelterbelt.cases.models import Case
from shelterbelt.orders.models import PROTECTED, Order, OrderTerm
from shelterbelt.orders.queries import terms_of, words_of
from shelterbelt.rules.breach import POSSIBLY, SURVIVOR

MOST = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A term of an order that is known here; without a term the order as a whole."""

    ref: str
    case: Case
    order: Order
    term: OrderTerm | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class OwnTold:
    """What they told: the act, when, their words, what they wanted, and whether a worker has said what it was."""

    act: str
    at: datetime
    recorded_at: datetime
    words: str
    wish: str
    looked: bool


def parts_of(cases: Sequence[Case], *, by: Survivor) -> list[Part]:
    """Each order of their cases that their agency has, whole and by its terms."""
    protected = Q(orderpersons__person_id=by.id, orderpersons__role=PROTECTED)
    rows = Order.objects.filter(Q(petitioner_id=by.id) | protected, agency_id=by.agency_id).distinct()
    found: list[Part] = []
    for order in rows.order_by("-recorded_at", "-id"):
        case = next((one for one in cases if of_the_same(one, order, agency=by.agency_id)), None)
        if case is not None:
            found += [Part(order.ref, case, order), *_terms(order, case)]
    return found


def _terms(order: Order, case: Case) -> Iterable[Part]:
    return (
        Part(row.ref, case, order, row, str(words_of(row).get("words", ""))) for row, _term in terms_of(order)
    )


def told_by(survivor: Survivor) -> list[OwnTold]:
    """What they told by their own hand, the newest first."""
    rows = Breach.objects.filter(agency_id=survivor.agency_id, source=SURVIVOR, recorded_by=survivor.id)
    return [_told(row) for row in rows.order_by("-recorded_at", "-id")[:MOST]]


def _told(row: Breach) -> OwnTold:
    said = said_of(row)
    return OwnTold(
        said["act"], row.happened_at, row.recorded_at, said["words"], said["wish"], row.state != POSSIBLY
    )
