"""Ask for a case to be erased, and call it off. Refuses what the schedule keeps, and whatever is held or demanded."""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.records.actions.holding import locked
from shelterbelt.records.facts import ruling_of, schedule_for
from shelterbelt.records.models import BASES, Erasure
from shelterbelt.records.policy import ASK_ERASURE, CONFIRM_ERASURE
from shelterbelt.rules.retention import Ruling


class NotErasable(ValueError):
    """The case may not be erased now; `ruling` says why."""

    def __init__(self, ruling: Ruling) -> None:
        self.ruling = ruling
        super().__init__(f"not erased: {', '.join(reason.code for reason in ruling.because)}")


def ask_erasure(case: Case, *, basis: str, by: Worker, at: datetime) -> Erasure:
    """Put a case before a second person; nothing is erased yet. Asking twice is asking once."""
    require(by, ASK_ERASURE, case, at=at)
    if basis not in dict(BASES):
        raise ValueError(f"nothing is erased because of {basis!r}")
    row = locked(case.id)
    if before := waiting_for(row):
        return before
    refuse_unless_due(row, basis, at=at)
    erasure = Erasure.objects.create(
        agency_id=row.agency_id,
        case_id=row.id,
        basis=basis,
        schedule=schedule_name(row),
        asked_at=at,
        asked_by=by.id,
    )
    record("erasure.asked", about=erasure.id, by=by.id, agency=row.agency_id, at=at)
    return erasure


def call_off(erasure: Erasure, *, by: Worker, at: datetime) -> None:
    """Let the case stay; whoever asked may, and whoever could confirm."""
    require(by, ASK_ERASURE if by.id == erasure.asked_by else CONFIRM_ERASURE, erasure, at=at)
    row = Erasure.objects.select_for_update().get(id=erasure.id)
    if row.erased_at is not None:
        raise NotForYou("it is erased")
    if row.called_off_at is None:
        row.called_off_at, row.called_off_by = at, by.id
        row.save(update_fields=["called_off_at", "called_off_by"])
        record("erasure.called_off", about=row.id, by=by.id, agency=row.agency_id, at=at)


def waiting_for(case: Case) -> Erasure | None:
    """The request that waits for a second person."""
    return Erasure.objects.filter(case_id=case.id, called_off_at=None, erased_at=None).first()


def refuse_unless_due(case: Case, basis: str, *, at: datetime) -> None:
    """Raise NotErasable unless the schedule lets the whole case go at this instant."""
    ruling = ruling_of(case, asked=basis == "survivor", at=at)
    if ruling.state != "may_erase":
        raise NotErasable(ruling)


def schedule_name(case: Case) -> str:
    """Jurisdiction, name, version and the beginning of the digest of the schedule that decided."""
    found = schedule_for(case.agency)
    return f"{found.jurisdiction}/{found.name}/{found.version}/{found.digest[:16]}" if found else ""
