"""Is there an order? One field: a name, a birth date, a phone or a plate. Answers with what is known here, never with “none”.

Starts from what the asker may find: the agency's own orders, and those of system agencies that agreed to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require, visible
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.orders.index import asked, tokens_of
from shelterbelt.orders.models import PROTECTED, RESPONDENT, Order, OrderPerson
from shelterbelt.orders.policy import FIND_ORDER, agreed
from shelterbelt.orders.queries.facts import standing, terms_of, words_of
from shelterbelt.rules.order_terms import Ban, forbidden
from shelterbelt.rules.orders import BINDING, UNKNOWN, Standing, strictest

# So many are shown; where there are more, what was typed is too little to tell people apart.
MOST = 20
FOUND = """
select t.order_id from orders_ordertoken t
 where t.agency_id = any(%(agencies)s) and t.token = any(%(first)s){more}
 group by t.order_id order by t.order_id desc limit %(most)s
"""
# Each further token narrows what the first found.
ALSO = (
    " and exists (select 1 from orders_ordertoken o where o.agency_id = t.agency_id"
    " and o.token = any(%(also{n})s) and o.order_id = t.order_id)"
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
    rows = visible(by, FIND_ORDER, Order.objects.filter(id__in=ids[:MOST]), at=at)
    sheets = [sheet_of(one, by=by, at=at) for one in rows.select_related("agency", "replaced_by")]
    sheets.sort(key=lambda one: one.standing.state not in (*BINDING, UNKNOWN))
    return Answer(tuple(sheets), strictest(one.standing for one in sheets), len(ids) > MOST)


def sheet_of(order: Order, *, by: Worker, at: datetime) -> Sheet:
    """One order, its people, how it stands, and what it forbids at this instant while it binds or may."""
    told, how = opened(order), standing(order, at)
    people = _people(order)
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
        respondent=next((one for role, one in people if role == RESPONDENT), {}),
        protected=tuple(one for role, one in people if role == PROTECTED),
        standing=how,
        bans=_bans(order, at) if how.state in (*BINDING, UNKNOWN) else (),
    )


def _people(order: Order) -> list[tuple[str, dict[str, object]]]:
    rows = OrderPerson.objects.filter(order_id=order.id).order_by("id")
    return [(row.role, opened_under(order.key, row.id, row.agency_id, row.sealed)) for row in rows]


def _bans(order: Order, at: datetime) -> tuple[tuple[Ban, str], ...]:
    found = []
    for row, term in terms_of(order):
        words = str(words_of(row)["words"])
        found += [(ban, words) for ban in forbidden((term,), at=at)]
    return tuple(found)


def _ids(text: str, by: Worker, at: datetime) -> list[UUID]:
    agencies = [by.agency_id, *agreed(by, at).values_list("agency_id", flat=True).distinct()]
    found: dict[UUID, None] = {}
    for reading in asked(text):
        found |= dict.fromkeys(_matching(agencies, sorted(reading)))
    return list(found)


def _matching(agencies: Sequence[UUID], texts: Sequence[str]) -> list[UUID]:
    """The newest orders that have each of these tokens, under the index key of whoever holds them."""
    tokens = [[token for agency in agencies for token in tokens_of(agency, [text])] for text in texts]
    also = {f"also{n}": one for n, one in enumerate(tokens[1:])}
    statement = FOUND.format(more="".join(ALSO.format(n=n) for n in range(len(also))))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"agencies": list(agencies), "first": tokens[0], "most": MOST + 1, **also})
        return [row[0] for row in cursor.fetchall()]
