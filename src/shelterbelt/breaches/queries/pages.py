"""Breaches as pages show them. Starts from what the asker may see; a hidden one and an absent one are the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, Permission, by_ref, reached, visible
from shelterbelt.breaches.actions.reporting import of_the_same
from shelterbelt.breaches.models import Breach, BreachCustody, BreachEvidence, ProceedingStep
from shelterbelt.breaches.policy import REPORT_BREACH, SEE_BREACH
from shelterbelt.breaches.queries.pieces import hands_before
from shelterbelt.breaches.told import said_in, said_of, steps_of
from shelterbelt.breaches.words import (
    CERTAINTIES,
    HANDLED,
    LOOKS,
    PIECES,
    SOURCES,
    STATES,
    act_word,
    because_words,
    reason_word,
    step_word,
)
from shelterbelt.cases.models import Case, Custody
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.library import shelf
from shelterbelt.orders.models import PROTECTED, Order
from shelterbelt.orders.queries import places_of, words_of
from shelterbelt.orders.words import TERMS
from shelterbelt.people.queries import name_of
from shelterbelt.rules.breach import POSSIBLY
from shelterbelt.rules.proceedings import DELAYED, Outcome, outcome
from shelterbelt.store.questions import question
from shelterbelt.ui.links import address

MOST = 100


def order_by_ref(ref: str, *, by: Worker, at: datetime) -> Order:
    """The order of which somebody may report a breach; refused otherwise."""
    return by_ref(_order_rows, REPORT_BREACH, ref, by=by, at=at)


def _order_rows() -> QuerySet[Order]:
    return Order.objects.select_related("agency", "case", "replaced_by")


def breach_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission = SEE_BREACH) -> Breach:
    """The breach behind a reference, if this worker may have it; refused otherwise."""
    return by_ref(_breach_rows, permission, ref, by=by, at=at)


def _breach_rows() -> QuerySet[Breach]:
    return Breach.objects.select_related("case", "agency")


def list_above(breach: Breach, *, by: Worker, at: datetime) -> tuple[str, str]:
    """The list that a breach stands on, and its name: its order's, or all, where none is open to the asker."""
    if breach.order_id is not None:
        rows = visible(by, REPORT_BREACH, Order.objects.filter(id=breach.order_id), at=at)
        if (found := rows.values_list("ref", flat=True).first()) is not None:
            return address("order_breaches", found), _("Breaches of this order")
    return address("breaches"), _("Breaches of orders")


def step_by_ref(ref: str, breach: Breach) -> ProceedingStep:
    """One step of a breach."""
    found = ProceedingStep.objects.select_related("breach").filter(breach=breach, ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def piece_by_ref(ref: str, breach: Breach) -> BreachEvidence:
    """One piece of evidence of a breach."""
    found = BreachEvidence.objects.select_related("breach").filter(breach=breach, ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def breaches_waiting(*, by: Worker, at: datetime) -> int:
    """How many possible breaches of the agency nobody has looked at; none for those who may not see them."""
    return _waiting.count(by, at) if SEE_BREACH.allows(by) else 0


@question
def _waiting(by: Worker, at: datetime) -> QuerySet[Breach]:
    return reached(by, SEE_BREACH, Breach.objects.only("id"), at=at).filter(state=POSSIBLY)


def list_of(by: Worker, at: datetime, **where: Any) -> list[dict[str, Any]]:
    """Breaches as a list shows them: those that wait first, then the newest."""
    rows = visible(by, SEE_BREACH, Breach.objects.filter(**where), at=at)
    rows = rows.prefetch_related("proceedingsteps").order_by("-happened_at", "-id")
    found = sorted(rows[:MOST], key=lambda row: row.state != POSSIBLY)
    return [_line(row, at) for row in found]


def _line(row: Breach, at: datetime) -> dict[str, Any]:
    became, said = outcome(steps_of(row.proceedingsteps.all()), at=at), said_of(row)
    return {
        "ref": row.ref,
        "what": act_word(said["act"]),
        "name": said["name"],
        "at": row.happened_at,
        "source": SOURCES[row.source],
        "state": STATES[row.state],
        "look": LOOKS.get(row.state, ""),
        "court": step_word(became.step),
    }


def cases_for(order: Order, *, by: Worker, at: datetime) -> list[tuple[Case, str]]:
    """The worker's cases of both parties of the order."""
    if order.agency_id != by.agency_id or not WRITE_CASE.allows(by):
        return []
    protected = order.orderpersons.filter(role=PROTECTED).values_list("person_id", flat=True)
    people = [one for one in (order.petitioner_id, *protected) if one]
    rows = Case.objects.filter(other_id=order.respondent_id, survivor_id__in=people, closed_at=None)
    found = visible(by, WRITE_CASE, rows.select_related("survivor"), at=at)
    return [(row, name_of(row.survivor)) for row in found if of_the_same(row, order, agency=by.agency_id)]


def places_named(order: Order) -> list[tuple[str, str]]:
    """The judge's places of an order, by what they are called here."""
    found = [(row, words_of(row)) for row, _zone in places_of(order)]
    return [
        (str(row.id), str(said.get("label") or said.get("said") or n))
        for n, (row, said) in enumerate(found, 1)
    ]


def page_of(breach: Breach, *, at: datetime) -> dict[str, Any]:
    """All that a page shows of one breach."""
    said = said_of(breach)
    decisions = list(breach.breachdecisions.order_by("at", "id"))
    steps = list(breach.proceedingsteps.order_by("at", "recorded_at", "id"))
    pieces = list(breach.breachevidences.order_by("taken_in_at", "id"))
    custody = list(BreachCustody.objects.filter(breach=breach).order_by("number"))
    before = hands_before(one.evidence_id for one in pieces)
    people = [
        breach.recorded_by,
        *(one.by for lines in before.values() for one in lines),
        *(one.by for one in decisions),
        *(one.by for one in custody),
        *(one.recorded_by for one in steps),
    ]
    names = names_of(one for one in people if one)
    return {
        "what": act_word(said["act"]),
        "name": said["name"],
        "at": breach.happened_at,
        "recorded_at": breach.recorded_at,
        "recorded_by": _reporter(breach, said, names),
        "source": SOURCES[breach.source],
        "state": STATES[breach.state],
        "look": LOOKS.get(breach.state, ""),
        "words": said.get("words", ""),
        "own": "wish" in said,
        "wish": _(shelf.label_of("breach_wishes", said["wish"])) if said.get("wish") else "",
        "named": said.get("named", ""),
        "from_whom": said.get("from_whom", ""),
        "terms": sorted(map(_term, breach.breachterms.all()), key=lambda one: int(one["number"])),
        "not_touched": sorted(set(because_words(said.get("not_touched", [])))),
        "decisions": [
            {"state": STATES[one.state], "at": one.at, "by": _name(one.by, names), "why": said_in(one)["why"]}
            for one in decisions
        ],
        "pieces": [
            _piece(
                one,
                [
                    *(before.get(one.evidence_id, []) if one.evidence_id else []),
                    *(line for line in custody if line.evidence_id == one.id),
                ],
                names,
            )
            for one in pieces
        ],
        "steps": [_step(one, names) for one in steps],
        "court": court_words(outcome(steps_of(steps), at=at)),
    }


def _name(by: UUID | None, names: Any) -> str:
    return names.get(by, "") if by else str(SOURCES["watch"])


def _reporter(breach: Breach, said: Mapping[str, Any], names: Any) -> str:
    """Who wrote it down: a worker, the watch, or the survivor by their own hand."""
    return _("their own hand") if "wish" in said else _name(breach.recorded_by, names)


def _term(row: Any) -> dict[str, Any]:
    said = said_in(row)
    return {
        "number": said["number"],
        "kind": TERMS[row.kind],
        "code": row.code,
        "certainty": CERTAINTIES[row.certainty],
        "because": because_words(said["because"]),
    }


def _piece(row: BreachEvidence, lines: Sequence[BreachCustody | Custody], names: Any) -> dict[str, Any]:
    said = said_in(row)
    return {
        "ref": row.ref,
        "kind": PIECES[row.kind],
        "name": said["name"],
        "about": said["about"],
        "size": row.size,
        "sha256": bytes(row.sha256).hex(),
        "here": row.evidence_id is None,
        "lines": [{"what": HANDLED[one.kind], "at": one.at, "by": _name(one.by, names)} for one in lines],
    }


def _step(row: ProceedingStep, names: Any) -> dict[str, Any]:
    said = said_in(row)
    return {
        "ref": row.ref,
        "what": step_word(row.kind),
        "at": row.at,
        "by": _name(row.recorded_by, names),
        "reason": reason_word(row.reason),
        "until": row.until_at,
        "delayed": row.kind == DELAYED,
        "words": " · ".join(said[name] for name in ("court", "docket", "words") if said.get(name)),
        "struck": row.struck_at is not None,
    }


def court_words(found: Outcome) -> dict[str, Any]:
    """Where a breach stands in court, for a page."""
    return {
        "step": step_word(found.step),
        "reason": reason_word(found.reason),
        "open": found.open,
        "days": found.open_for.days,
        "delays": found.delays,
        "until": found.put_off_until,
        "overdue": found.overdue,
        "begun": bool(found.step),
    }
