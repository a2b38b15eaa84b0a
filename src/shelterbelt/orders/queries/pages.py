"""Orders as pages list and show them. Starts from what the asker may see; an absent order and a hidden one are the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, Permission, by_ref, reached, visible
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.cases.models import Case
from shelterbelt.library.court import court
from shelterbelt.orders.models import (
    PROTECTED,
    RESPONDENT,
    Hearing,
    OfOrder,
    Order,
    OrderHappening,
    OrderPerson,
    OrderPlace,
    OrdersAgreement,
    OrderTerm,
    Surrender,
)
from shelterbelt.orders.policy import SEE_ORDER, SHARE_ORDERS, SYSTEM
from shelterbelt.orders.queries.facts import standing
from shelterbelt.rules.orders import BINDING, ISSUED, RECALLED, Standing
from shelterbelt.store.questions import question

SHOWN = 25
# Beside a line of the menu a number goes no further: there it costs every page.
MOST_COUNTED = 99
LINES: dict[str, type[Any]] = {
    "happening": OrderHappening,
    "place": OrderPlace,
    "term": OrderTerm,
    "hearing": Hearing,
}


@dataclass(frozen=True, slots=True)
class Face:
    """An order as a list shows it."""

    ref: str
    kind: str
    zone: str
    docket: str
    respondent: str
    protected: tuple[str, ...]
    standing: Standing


def order_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission = SEE_ORDER) -> Order:
    """The order behind a reference, if this worker may have it; refused otherwise."""
    return by_ref(_order_rows, permission, ref, by=by, at=at)


def _order_rows() -> QuerySet[Order]:
    return Order.objects.select_related("agency", "replaced_by", "case", "respondent", "petitioner")


def line_by_ref(what: str, ref: str, order: Order) -> Any:
    """One line of an order: a happening, a place, a term, a hearing."""
    found = LINES[what]._default_manager.filter(order=order, ref=ref).first() if what in LINES else None
    if found is None:
        raise NotForYou
    found.order = order
    return found


def surrender_by_ref(ref: str, order: Order) -> Surrender:
    """What is to be handed over by an order."""
    found = Surrender.objects.filter(order=order, ref=ref).first()
    if found is None:
        raise NotForYou
    found.order = order
    return found


def recent_orders(by: Worker, at: datetime, *, page: int = 1) -> tuple[list[Face], bool]:
    """The agency's own orders, the newest first, and whether there are more."""
    start = (page - 1) * SHOWN
    rows = list(_own(by, at).order_by("-recorded_at", "-id")[start : start + SHOWN + 1])
    return [face(one, at) for one in rows[:SHOWN]], len(rows) > SHOWN


def ending_soon(by: Worker, at: datetime) -> list[Face]:
    """The agency's own orders that bind and end within the days of the list, the soonest first."""
    until = at + timedelta(days=max(court().days))
    rows = _own(by, at).filter(not_renewed(), ends_at__gt=at, ends_at__lte=until)
    found = [face(one, at) for one in rows.order_by("ends_at", "id")[:SHOWN]]
    return [one for one in found if one.standing.state in BINDING]


def orders_ending(*, by: Worker, at: datetime) -> int:
    """How many of them there are, for the menu; no further than just past what it shows."""
    until = at + timedelta(days=max(court().days))
    return _ending.count(by, at, until) if SEE_ORDER.allows(by) else 0


@question
def _ending(by: Worker, at: datetime, until: datetime) -> QuerySet[Order]:
    rows = reached(by, SEE_ORDER, Order.objects.only("id"), at=at)
    return rows.filter(not_renewed(), ends_at__gt=at, ends_at__lte=until)[: MOST_COUNTED + 1]


def not_renewed() -> Q:
    """Orders in whose place none stands that was issued and not recalled; a draft renews nothing."""
    after = OrderHappening.objects.filter(order_id=OuterRef("replaced_by_id"), struck_at=None)
    return ~(Q(Exists(after.filter(kind=ISSUED))) & ~Q(Exists(after.filter(kind=RECALLED))))


def orders_of_case(case: Case, *, by: Worker, at: datetime) -> list[Face]:
    """The orders that were written down on a case."""
    rows = _own(by, at).filter(case=case).order_by("-recorded_at", "-id")
    return [face(one, at) for one in rows]


def face(order: Order, at: datetime) -> Face:
    """An order as a list shows it."""
    people = named(order)
    return Face(
        ref=order.ref,
        kind=order.kind,
        zone=order.zone,
        docket=str(opened(order).get("docket", "")),
        respondent=next((str(told.get("name", "")) for role, told in people if role == RESPONDENT), ""),
        protected=tuple(str(told.get("name", "")) for role, told in people if role == PROTECTED),
        standing=standing(order, at),
    )


def named(order: Order) -> list[tuple[str, dict[str, Any]]]:
    """Whom the paper names, as it names them."""
    rows = OrderPerson.objects.filter(order_id=order.id).order_by("id")
    return [(row.role, opened_under(order.key, row.id, row.agency_id, row.sealed)) for row in rows]


def lines_of(model: type[OfOrder], order: Order, *by_columns: str) -> list[tuple[Any, dict[str, Any]]]:
    """The lines of an order with their words, also those that were struck."""
    rows = model._default_manager.filter(order_id=order.id).order_by(*by_columns, "id")
    return [(row, opened_under(order.key, row.id, row.agency_id, row.sealed)) for row in rows]


def writers(rows: list[Any], column: str) -> dict[Any, str]:
    """The names of who wrote these lines."""
    return names_of(getattr(row, column) for row in rows)


def agreements(by: Worker, at: datetime) -> list[OrdersAgreement]:
    """To whom this agency opened its sheets, those that stand first."""
    rows = visible(by, SHARE_ORDERS, OrdersAgreement.objects.select_related("reader"), at=at)
    found = list(rows.order_by("-from_at", "-id"))
    return sorted(found, key=lambda row: row.ended_at is not None or row.until_at <= at)


def agreement_by_ref(ref: str, *, by: Worker, at: datetime) -> OrdersAgreement:
    """One of them."""
    return by_ref(_orders_agreement_rows, SHARE_ORDERS, ref, by=by, at=at)


def _orders_agreement_rows() -> QuerySet[OrdersAgreement]:
    return OrdersAgreement.objects.all()


def readers_for(by: Worker) -> list[Agency]:
    """The system agencies of this node to which sheets may be opened."""
    rows = Agency.objects.filter(node_id=by.agency.node_id, kind__in=SYSTEM).exclude(id=by.agency_id)
    return list(rows.order_by("name"))


def _own(by: Worker, at: datetime) -> QuerySet[Order]:
    return visible(by, SEE_ORDER, Order.objects.select_related("replaced_by"), at=at)
