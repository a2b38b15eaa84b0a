"""Is there an order? One field: a name, a birth date, a phone or a plate. Answers with what is known here, never with “none”.

Starts from what the asker may find: the agency's own orders, and those of system agencies that agreed to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import reached, require
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.orders.index import asked, tokens_of
from shelterbelt.orders.models import PROTECTED, RESPONDENT, Order, OrderPerson, OrdersAgreement, OrderTerm
from shelterbelt.orders.policy import FIND_ORDER, agreed
from shelterbelt.orders.queries.facts import facts_of, term_of
from shelterbelt.rules.order_terms import Ban, forbidden
from shelterbelt.rules.orders import BINDING, STATES, UNKNOWN, Standing, stand, strictest
from shelterbelt.store.questions import question

# So many are shown; where there are more, what was typed is too little to tell people apart.
MOST = 12
# An order has a token once, so the index gives the newest ones as they stand; further tokens narrow what is found.
FOUND = """
select t.order_id from orders_ordertoken t
 where t.agency_id = %s and t.token = %s{more}
 order by t.order_id desc limit %s
"""
ALSO = (
    " and exists (select 1 from orders_ordertoken o where o.agency_id = t.agency_id"
    " and o.token = %s and o.order_id = t.order_id)"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One order as an officer at the door needs it. `bans`: what it forbids now, with the words of each term."""

    id: UUID
    agency_id: UUID
    ref: str
    own: bool
    holder: str
    kind: str
    zone: str
    docket: str
    court: str
    respondent: dict[str, object]
    protected: tuple[dict[str, object], ...]
    standing: Standing
    bans: tuple[tuple[Ban, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known here. `overall` is the standing that binds most; `more`: not all are shown."""

    sheets: tuple[Sheet, ...]
    overall: Standing
    more: bool


def orders_about(text: str, *, by: Worker, at: datetime) -> Answer:
    """The orders that name whom this text names, those that bind most first; nothing for an empty text."""
    require(by, FIND_ORDER, at=at)
    ids = _ids(text, by, at)
    sheets = sheets_of(_orders(by, at, ids[:MOST]), by=by, at=at)
    sheets.sort(key=lambda one: STATES.index(one.standing.state))
    return Answer(tuple(sheets), strictest(one.standing for one in sheets), len(ids) > MOST)


def sheets_of(orders: Sequence[Order], *, by: Worker, at: datetime) -> list[Sheet]:
    """Orders with their people, how they stand, and what they forbid at this instant while they bind or may."""
    ids = [one.id for one in orders]
    facts = facts_of(orders)
    people, terms = _lines(_people(ids)), _lines(_terms(ids))
    return [
        _sheet(one, stand(facts[one.id], at=at), people.get(one.id, []), terms.get(one.id, []), by, at)
        for one in orders
    ]


@question
def _orders(by: Worker, at: datetime, ids: list[UUID]) -> QuerySet[Order]:
    """The caller has seen that the worker has the right."""
    rows = Order.objects.select_related("agency", "replaced_by")
    return reached(by, FIND_ORDER, rows, at=at).filter(id__any=ids).order_by("-id")


@question
def _people(ids: list[UUID]) -> QuerySet[OrderPerson]:
    return OrderPerson.objects.filter(order_id__any=ids).order_by("id")


@question
def _terms(ids: list[UUID]) -> QuerySet[OrderTerm]:
    return OrderTerm.objects.filter(order_id__any=ids, struck_at=None).order_by("number", "id")


@question
def _holders(by: Worker, at: datetime) -> QuerySet[OrdersAgreement, UUID]:
    return agreed(by, at).values_list("agency_id", flat=True)


def _sheet(
    order: Order, how: Standing, people: Sequence[Any], terms: Sequence[Any], by: Worker, at: datetime
) -> Sheet:
    told = opened(order)
    named = [(row.role, _said(order, row)) for row in people]
    return Sheet(
        id=order.id,
        agency_id=order.agency_id,
        ref=order.ref,
        own=order.agency_id == by.agency_id,
        holder=order.agency.name,
        kind=order.kind,
        zone=order.zone,
        docket=str(told.get("docket", "")),
        court=str(told.get("court", "")),
        respondent=next((one for role, one in named if role == RESPONDENT), {}),
        protected=tuple(one for role, one in named if role == PROTECTED),
        standing=how,
        bans=_bans(order, terms, at) if how.state in (*BINDING, UNKNOWN) else (),
    )


def _lines(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.order_id, []).append(row)
    return found


def _said(order: Order, row: Any) -> dict[str, Any]:
    return opened_under(order.key, row.id, row.agency_id, row.sealed)


def _bans(order: Order, rows: Sequence[OrderTerm], at: datetime) -> tuple[tuple[Ban, str], ...]:
    found: list[tuple[Ban, str]] = []
    for row in rows:
        told = _said(order, row)
        found += [(ban, str(told["words"])) for ban in forbidden((term_of(row, told),), at=at)]
    return tuple(found)


def _ids(text: str, by: Worker, at: datetime) -> list[UUID]:
    """The newest orders that have each token of a reading, under the index key of whoever holds them."""
    agencies = {by.agency_id, *_holders(by, at)}
    found: set[UUID] = set()
    for reading in asked(text):
        for agency in agencies:
            found |= set(_matching(agency, tokens_of(agency, reading)))
    return sorted(found, reverse=True)


def _matching(agency: UUID, tokens: Sequence[bytes]) -> list[UUID]:
    first, *others = tokens
    with connection.cursor() as cursor:
        statement = FOUND.format(more=ALSO * len(others))
        cursor.execute(statement, [agency, first, *others, MOST + 1])
        return [row[0] for row in cursor.fetchall()]
