"""A survivor tells by their own hand that an order was not kept: possible, in the agency of their own case, and nowhere else.

Refuses a case that is not theirs or is closed, and an order of other people. What they want done with it stands beside it,
and does nothing by itself: whether anybody else hears of it is a release that they sign.
"""

from datetime import datetime

from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, own_hand, require_own
from shelterbelt.breaches.actions.counting import renew_counted
from shelterbelt.breaches.actions.reporting import GRACE, OtherCase, of_the_same, written
from shelterbelt.breaches.models import Breach
from shelterbelt.breaches.policy import REPORT_BREACH
from shelterbelt.breaches.told import OwnWord
from shelterbelt.cases.models import Case
from shelterbelt.consent.files import cases_of_person
from shelterbelt.library import shelf
from shelterbelt.orders.models import Order
from shelterbelt.orders.queries import bound_terms
from shelterbelt.rules.breach import SURVIVOR, Found, judge
from shelterbelt.safety.models import OwnFile
from shelterbelt.store.ids import new_ref


def tell_breach(file: OwnFile, told: OwnWord, *, by: Survivor, at: datetime, once: str = "") -> Breach:
    """What a survivor tells. `once` makes a second press one."""
    require_own(by, REPORT_BREACH, file, at=at)
    report, case, order = told.report, told.case, told.order
    if report.seen.source != SURVIVOR or told.wish not in shelf.codes("breach_wishes"):
        raise ValueError("what a survivor tells, and what they want done with it")
    if report.happened_at > at + GRACE:
        raise ValueError("a person reports what has been")
    with own_hand(by, at=at):
        if file.ended_at or case.closed_at or case.id not in cases_of_person(by.id, by.agency_id):
            raise NotForYou
        if order is not None and not _their_order(order, case, by):
            raise OtherCase
        if once and (found := Breach.objects.filter(ref=once, case=case, recorded_by=by.id).first()):
            return found
        judged = judge(report.seen, bound_terms(order, report.happened_at)) if order else Found((), ())
        where = {
            "agency_id": by.agency_id, "case": case, "recorded_by": by.id, "ref": once or new_ref(),
        }  # fmt: skip
        row = written(order, told.content(), judged, SURVIVOR, report.happened_at, where, at=at)
        renew_counted(case, at=at)
    return row


def _their_order(order: Order, case: Case, by: Survivor) -> bool:
    """An order of their own agency, of both people of the case."""
    return order.agency_id == by.agency_id and of_the_same(case, order, agency=by.agency_id)
