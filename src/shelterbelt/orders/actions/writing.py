"""Write an order down as its paper has it, say that another stands in its place, and what was known of it better.

Refuses what the rules do not know as an order. Nothing here decides whether it binds.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint, new_key, opened, opened_under, seal
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.ledger.actions import record
from shelterbelt.library.court import closed_days
from shelterbelt.orders.index import docket_text, texts_of, tokens_of
from shelterbelt.orders.models import PROTECTED, RESPONDENT, Order, OrderPerson, OrderToken
from shelterbelt.orders.policy import WRITE_ORDER
from shelterbelt.orders.queries.facts import order_facts
from shelterbelt.orders.told import Named, Paper
from shelterbelt.people.actions import record_person
from shelterbelt.people.models import Person
from shelterbelt.people.queries import details
from shelterbelt.rules.orders import OrderFacts, stand
from shelterbelt.store.ids import uuid7


class AlreadyReplaced(ValueError):
    """Another order stands in its place already."""


def record_order(
    paper: Paper,
    respondent: Person | Named,
    *,
    petitioner: Person | Named | None = None,
    protected: Sequence[Person | Named] = (),
    case: Case | None = None,
    replaces: Order | None = None,
    by: Worker,
    at: datetime,
) -> Order:
    """An order as its paper has it; `replaces` names the order in whose place it stands once it binds.

    Raises ValueError for what is no order as the rules know it.
    """
    require(by, WRITE_ORDER, at=at)
    for thing, right in ((case, WRITE_CASE), (replaces, WRITE_ORDER)):
        if thing is not None:
            require(by, right, thing, at=at)
    _refuse_what_is_none(paper, at)
    order_id, key, content = uuid7(), new_key(by.agency_id), paper.content()
    order = Order.objects.create(
        id=order_id,
        agency_id=by.agency_id,
        key=key,
        sealed=seal(key, by.agency_id, content, about=order_id),
        case=case,
        respondent=_person(respondent, by=by, at=at),
        petitioner=_person(petitioner, by=by, at=at) if petitioner else None,
        recorded_at=at,
        recorded_by=by.id,
        **_columns(paper),
    )
    _named(order, respondent, petitioner, protected)
    index_order(order, content)
    if replaces is not None:
        _replace(replaces, order)
    note_end(order, at=at)
    record("order.recorded", about=order.id, by=by.id, agency=order.agency_id, at=at, digest=_print(order))
    return order


def change_order(order: Order, paper: Paper, *, by: Worker, at: datetime) -> None:
    """Write anew what was copied wrongly from the paper; what a judge changes is an order of its own."""
    require(by, WRITE_ORDER, order, at=at)
    _refuse_what_is_none(paper, at)
    row = Order.objects.select_for_update().get(id=order.id)
    content = paper.content()
    row.sealed = seal(row.key, row.agency_id, content, about=row.id)
    for name, value in _columns(paper).items():
        setattr(row, name, value)
    row.save()
    index_order(row, content)
    note_end(row, at=at)
    record("order.changed", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=_print(row))


def index_person(person: Person) -> None:
    """What is known of somebody changed: the orders that name them are found by it."""
    rows = Order.objects.filter(respondent=person) | Order.objects.filter(petitioner=person)
    for order in rows | Order.objects.filter(orderpersons__person=person):
        index_order(order, opened(order))


def index_order(order: Order, content: Mapping[str, Any]) -> None:
    """Make an order findable by what its paper says now, and by what is known of the people it names."""
    rows = OrderPerson.objects.filter(order_id=order.id)
    named = [opened_under(order.key, row.id, row.agency_id, row.sealed) for row in rows]
    people = {order.respondent_id, order.petitioner_id, *(row.person_id for row in rows)}
    known = Person.objects.filter(id__in=[one for one in people if one])
    texts = texts_of([*named, *map(details, known)], content.get("plates", ()))
    if docket := str(content.get("docket") or ""):
        texts.add(docket_text(docket))
    OrderToken.objects.filter(order_id=order.id).delete()
    OrderToken.objects.bulk_create(
        OrderToken(agency_id=order.agency_id, order_id=order.id, token=token)
        for token in tokens_of(order.agency_id, texts)
    )


def note_end(order: Order, *, at: datetime) -> None:
    """Keep when it ends, as far as that is known now: for lists and reminders alone, never for whether it binds."""
    row = Order.objects.select_related("replaced_by").get(id=order.id)
    Order.objects.filter(id=order.id).update(ends_at=stand(order_facts(row), at=at).until_at)
    for before in Order.objects.filter(replaced_by=order).select_related("replaced_by"):
        Order.objects.filter(id=before.id).update(ends_at=stand(order_facts(before), at=at).until_at)


def _replace(before: Order, order: Order) -> None:
    if not Order.objects.filter(id=before.id, replaced_by=None).update(replaced_by=order):
        raise AlreadyReplaced("another order stands in its place")


def _refuse_what_is_none(paper: Paper, at: datetime) -> None:
    facts = OrderFacts(
        paper.kind,
        paper.lasts,
        paper.zone,
        paper.effective,
        counts_from=paper.counts_from,
        closed=closed_days(paper.court_calendar),
    )
    stand(facts, at=at)


def _columns(paper: Paper) -> dict[str, Any]:
    return {
        "kind": paper.kind,
        "effective": paper.effective,
        "lasts_kind": paper.lasts.kind,
        "lasts_on": paper.lasts.last_on,
        "lasts_clock": paper.lasts.clock,
        "lasts_number": paper.lasts.number,
        "zone": paper.zone,
        "counts_from": paper.counts_from,
        "court_calendar": paper.court_calendar,
    }


def _person(told: Person | Named, *, by: Worker, at: datetime) -> Person:
    if isinstance(told, Person):
        return told
    return record_person(told.content(), agency=by.agency_id, by=by.id, at=at)


def _named(
    order: Order,
    respondent: Person | Named,
    petitioner: Person | Named | None,
    protected: Sequence[Person | Named],
) -> None:
    """Whom the paper names, as it names them: never an address."""
    lines: list[tuple[str, Any, Person | Named]] = [(RESPONDENT, order.respondent, respondent)]
    if petitioner is not None:
        lines.append((PROTECTED, order.petitioner, petitioner))
    lines += [(PROTECTED, one if isinstance(one, Person) else None, one) for one in protected]
    for role, person, told in lines:
        row_id = uuid7()
        OrderPerson.objects.create(
            id=row_id,
            agency_id=order.agency_id,
            order=order,
            person=person,
            role=role,
            sealed=seal(order.key, order.agency_id, _as_named(told, role), about=row_id),
        )


def _as_named(told: Person | Named, role: str) -> dict[str, Any]:
    """Of the respondent also the numbers; of whom it protects a name and a birth date."""
    known = details(told) if isinstance(told, Person) else told.content()
    names = ("name", "other_names", "born_on", *(("phones", "looks") if role == RESPONDENT else ()))
    return {name: known[name] for name in names if known.get(name)}


def _print(order: Order) -> bytes:
    return fingerprint(order.agency_id, opened(order))
