"""Write a breach down as possible: what a person reports of an order, or what a watch saw, with the terms it may have broken.

Refuses a case of other people, and what lies ahead. What a watch sees that no term names is no breach; a person's report is
kept all the same, for somebody to read the paper.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint, new_key, opened, seal
from shelterbelt.breaches.actions.counting import renew_counted
from shelterbelt.breaches.actions.proving import add_piece
from shelterbelt.breaches.models import FIXES, Breach, BreachTerm
from shelterbelt.breaches.policy import REPORT_BREACH
from shelterbelt.breaches.told import Report, reasons, seen_content
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.ledger.actions import record
from shelterbelt.orders.models import RESPONDENT, Order, OrderPerson
from shelterbelt.orders.queries import bound_terms, terms_of, words_of
from shelterbelt.rules.breach import WATCH, Found, Seen, judge
from shelterbelt.store.ids import new_ref, uuid7

# As far as the forms let a clock be wrong.
GRACE = timedelta(minutes=5)


class OtherCase(ValueError):
    """The case is of other people than the order."""


def report_breach(
    order: Order, report: Report, *, case: Case | None = None, by: Worker, at: datetime, once: str = ""
) -> Breach:
    """Somebody reports that an order was not kept: possible, until a person says more. `once` makes a second click one."""
    require(by, REPORT_BREACH, order, at=at)
    if report.seen.source == WATCH or report.happened_at > at + GRACE:
        raise ValueError("a person reports what has been")
    if case is not None:
        require(by, WRITE_CASE, case, at=at)
        if not of_the_same(case, order, agency=by.agency_id):
            raise OtherCase
    if once and (found := Breach.objects.filter(ref=once, order=order).first()):
        return found
    judged = judge(report.seen, bound_terms(order, report.happened_at))
    where = {"agency_id": by.agency_id, "case": case, "recorded_by": by.id, "ref": once or new_ref()}
    row = written(order, report.content(), judged, report.seen.source, report.happened_at, where, at=at)
    if case is not None:
        renew_counted(case, at=at)
    return row


def note_seen(
    order: Order,
    seen: Seen,
    *,
    happened_at: datetime,
    proof: bytes,
    at: datetime,
    alarm_id: UUID | None = None,
) -> Breach | None:
    """What a watch saw, in the alarm's own transaction, in the order's agency; None where no term may have been broken.

    `proof`: the fixes that show it, as frames (rules.frames), open; here they are sealed, and signed by the node. The
    respondent's alone, where the order's agency is not her advocate's. Told twice of one alarm it is written once.
    """
    if seen.source != WATCH:
        raise ValueError("a watch sees, and a person reports")
    if alarm_id and (known := Breach.objects.filter(order=order, alarm_id=alarm_id).first()):
        return known
    judged = judge(seen, bound_terms(order, happened_at))
    if not judged.possible:
        return None
    case = (
        order.case
        if order.case is not None and of_the_same(order.case, order, agency=order.agency_id)
        else None
    )
    where = {"agency_id": order.agency_id, "case": case, "recorded_by": None, "alarm_id": alarm_id}
    row = written(order, seen_content(seen), judged, WATCH, happened_at, where, at=at)
    add_piece(row, FIXES, proof, by=None, at=at)
    return row


def of_the_same(case: Case, order: Order, *, agency: UUID) -> bool:
    """Whether a case of this agency is of both parties of the order: then a wall before either stands before both.

    An order of another agency of this node knows people of its own; whoever reports says which case it is.
    """
    if case.agency_id != agency:
        return False
    if order.agency_id != agency:
        return True
    survivors = {order.petitioner_id, *order.orderpersons.values_list("person_id", flat=True)} - {None}
    return case.other_id == order.respondent_id and case.survivor_id in survivors


def write_terms(row: Breach, order: Order, judged: Found) -> None:
    """The terms that it may have broken, each with its reasons, under the breach's key."""
    terms = {str(one.id): one for one, _term in terms_of(order)}
    for one in judged.possible:
        term_id, said = uuid7(), {"number": terms[one.term].number, "because": reasons(one.because)}
        BreachTerm.objects.create(
            id=term_id,
            agency_id=row.agency_id,
            breach=row,
            term_id=UUID(one.term),
            code=one.code,
            kind=terms[one.term].kind,
            certainty=one.certainty,
            sealed=seal(row.key, row.agency_id, said, about=term_id),
        )


def of_order(order: Order | None) -> dict[str, Any]:
    """What the paper says of itself and of whom it binds: kept, for a sheet that was opened is closed again some day."""
    if order is None:
        return {"order": {"court": "", "ori": "", "docket": "", "kind": ""}, "name": ""}
    told = opened(order)
    bound = OrderPerson.objects.filter(order=order, role=RESPONDENT).select_related("order").first()
    paper = {name: str(told.get(name, "")) for name in ("court", "ori", "docket")}
    name = str(words_of(bound).get("name", "")) if bound else ""
    return {"order": paper | {"kind": order.kind}, "name": name}


def written(
    order: Order | None,
    content: Mapping[str, Any],
    judged: Found,
    source: str,
    happened_at: datetime,
    where: Mapping[str, Any],
    *,
    at: datetime,
) -> Breach:
    """Write one down as possible, with its terms and its line in the ledger. Part of an act that asked, or of an alarm's."""
    row_id, agency = uuid7(), where["agency_id"]
    key = new_key(agency)
    content = {**content, **of_order(order), "not_touched": reasons(judged.because)}
    row = Breach.objects.create(
        id=row_id,
        key=key,
        sealed=seal(key, agency, content, about=row_id),
        order=order,
        respondent_id=order.respondent_id if order else where["case"].other_id,
        source=source,
        happened_at=happened_at,
        recorded_at=at,
        **where,
    )
    if order is not None:
        write_terms(row, order, judged)
    digest = fingerprint(agency, content)
    record("breach.possible", about=row_id, by=row.recorded_by, agency=agency, at=at, digest=digest)
    return row
