"""Rows of an order as the rules take them: how it stands, its terms, its places, which of them bound at an instant.

What was struck is not among them. Whether somebody may ask was settled by whoever found the order.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from shelterbelt.agencies.sealed import opened_under
from shelterbelt.library.court import closed_days, court
from shelterbelt.orders.models import OfOrder, Order, OrderHappening, OrderPlace, OrderTerm
from shelterbelt.orders.shapes import zone_of
from shelterbelt.orders.told import hours_of, windows_of
from shelterbelt.rules import orders
from shelterbelt.rules.breach import Bound
from shelterbelt.rules.order_terms import GIVES, Term, forbidden
from shelterbelt.rules.order_times import Lasts, reminders, zone_named
from shelterbelt.rules.orders import Happened, OrderFacts, Standing, stand
from shelterbelt.rules.zones import Zone
from shelterbelt.store.questions import question


def words_of(row: OfOrder) -> dict[str, object]:
    """What a row of an order says, under the order's key."""
    return opened_under(row.order.key, row.id, row.agency_id, row.sealed)


def order_facts(order: Order) -> OrderFacts:
    """One order with all that is known to have happened to it, and since when another binds in its place."""
    return facts_of([order])[order.id]


def facts_of(orders_: Sequence[Order]) -> dict[UUID, OrderFacts]:
    """The same of several orders at once, by id; each comes with the order that stands in its place."""
    after = [one.replaced_by for one in orders_ if one.replaced_by is not None]
    happened: dict[UUID, list[Happened]] = {}
    for row in _happened([one.id for one in (*orders_, *after)]):
        line = Happened(row.kind, row.at or row.recorded_at, row.recorded_at, row.on)
        happened.setdefault(row.order_id, []).append(line)
    return {one.id: _facts(one, happened, _replaced_at(one, happened)) for one in orders_}


@question
def _happened(ids: list[UUID]) -> QuerySet[OrderHappening]:
    return OrderHappening.objects.filter(order_id__any=ids, struck_at=None).order_by("recorded_at", "id")


def _facts(
    order: Order, happened: Mapping[UUID, Sequence[Happened]], replaced_at: datetime | None
) -> OrderFacts:
    return OrderFacts(
        kind=order.kind,
        lasts=Lasts(order.lasts_kind, order.lasts_on, order.lasts_clock, order.lasts_number),
        zone=order.zone,
        effective=order.effective,
        happened=tuple(happened.get(order.id, ())),
        replaced_at=replaced_at,
        counts_from=order.counts_from,
        closed=closed_days(order.court_calendar),
    )


def _replaced_at(order: Order, happened: Mapping[UUID, Sequence[Happened]]) -> datetime | None:
    """Since when the order that stands in its place binds; none while it does not, or nobody knows."""
    if order.replaced_by is None:
        return None
    return stand(_facts(order.replaced_by, happened, None), at=order.recorded_at).begins_at


def standing(order: Order, at: datetime) -> Standing:
    """How an order stands at an instant, by all that is known now."""
    return stand(order_facts(order), at=at)


def reminded_of(order: Order, until_at: datetime) -> tuple[datetime, ...]:
    """When its holder is reminded of its end, by the clock of the issuing place."""
    return reminders(until_at, zone_named(order.zone), court().days, court().clock)


def renewed(order: Order, at: datetime) -> bool:
    """Whether another order stands in its place that was issued and holds or will; a draft renews nothing."""
    after = order.replaced_by
    return after is not None and standing(after, at).state in (*orders.BINDING, orders.NOT_YET)


def terms_of(order: Order) -> list[tuple[OrderTerm, Term]]:
    """The terms of an order in the order of the paper."""
    rows = OrderTerm.objects.filter(order_id=order.id, struck_at=None).order_by("number", "id")
    return [(row, term_of(row, opened_under(order.key, row.id, row.agency_id, row.sealed))) for row in rows]


def term_of(row: OrderTerm, told: Mapping[str, Any]) -> Term:
    """One term as the rules read it, from its row and what that says."""
    return Term(
        code=row.code,
        kind=row.kind,
        metres=float(told["metres"]),
        places=tuple(told["places"]),
        windows=windows_of(told["windows"]),
        exceptions=tuple(hours_of(one) for one in told["exceptions"]),
        from_at=row.from_at,
        until_at=row.until_at,
    )


def places_of(order: Order) -> list[tuple[OrderPlace, Zone]]:
    """The judge's places of an order, as they were written down."""
    rows = OrderPlace.objects.filter(order_id=order.id, struck_at=None).order_by("id")
    told = [(row, opened_under(order.key, row.id, row.agency_id, row.sealed)) for row in rows]
    return [(row, zone_of(words["geojson"])) for row, words in told]


def orders_of_person(person_ids: Iterable[UUID], at: datetime) -> list[Order]:
    """Every order of these people that was written down by an instant, the newest first: as respondent or as protected."""
    people = list(person_ids)
    named = Q(respondent_id__in=people) | Q(petitioner_id__in=people) | Q(orderpersons__person_id__in=people)
    rows = Order.objects.filter(named, recorded_at__lte=at).select_related("replaced_by").distinct()
    return list(rows.order_by("-recorded_at", "-id"))


def bound_terms(order: Order, at: datetime) -> list[Bound]:
    """Each term of an order, and whether it bound at an instant: what nobody knows, and an order not served, is unknown."""
    how = standing(order, at)
    return [_bound(row, term, how, at) for row, term in terms_of(order)]


def _bound(row: OrderTerm, term: Term, how: Standing, at: datetime) -> Bound:
    binds, why = _binds(term, how, at)
    return Bound(
        id=str(row.id),
        code=term.code,
        kind=term.kind,
        binds=binds,
        why=why,
        metres=term.metres,
        zones=frozenset(term.places),
    )


def _binds(term: Term, how: Standing, at: datetime) -> tuple[str, str]:
    if term.code == GIVES:
        return orders.NO, "term.gives"
    if how.state in (orders.NOT_SERVED, orders.UNKNOWN):
        now = bool(forbidden((term,), at=at))
        return (orders.UNKNOWN, f"order.{how.state}") if now else (orders.NO, "term.not_then")
    if how.state != orders.IN_FORCE:
        return orders.NO, f"order.{how.state}"
    return (orders.YES, "") if forbidden((term,), at=at) else (orders.NO, "term.not_then")
