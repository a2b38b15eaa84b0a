"""Open work, take it, and say how it ended.

Refuses to open the same work twice, and to lose work that was only passed on.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min, Q

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.models import Unit
from shelterbelt.agencies.sealed import seal
from shelterbelt.cases.actions import put_next_due
from shelterbelt.cases.models import Case, CaseIncident
from shelterbelt.ledger.actions import record
from shelterbelt.ledger.models import Entry
from shelterbelt.library import shelf
from shelterbelt.response.facts import Told
from shelterbelt.response.models import Action, ActionNote
from shelterbelt.response.policy import DO_WORK
from shelterbelt.response.queries import key_of
from shelterbelt.rules.deadlines import Opening, WhenOpen
from shelterbelt.store.ids import uuid7

REPLACED, PASSED_ON, NOT_NEEDED = "replaced", "passed_on", "not_needed"


def open_action(told: Told, opening: Opening, *, cause: Entry, at: datetime) -> Action | None:
    """Open what a rule asks for after an entry; nothing when open work of the kind is at least as soon."""
    if Action.objects.filter(agency_id=cause.agency_id, cause=cause.id, rule=opening.rule).exists():
        return None
    same = _open_of_kind(told, opening.kind, cause)
    if opening.when_open is WhenOpen.SOONER and same:
        _bring_forward(same[0], opening, at=at)
        return None
    if opening.when_open is WhenOpen.REPLACE:
        for before in same:
            _end(before, REPLACED, by=None, at=at, done_at=cause.at)
    return _new_action(told, opening, cause, at=at)


def _open_of_kind(told: Told, kind: str, cause: Entry) -> list[Action]:
    """Open work of a kind for the same case, or for the same incident while it has none."""
    if told.case is None and told.incident is None:
        return []
    place = Q(case=told.case) if told.case else Q(pk__in=[])
    if told.incident:
        place |= Q(incident=told.incident)
    rows = Action.objects.select_for_update().filter(
        place, agency_id=cause.agency_id, kind=kind, done_at=None
    )
    return list(rows.order_by("due_at"))


def _bring_forward(action: Action, opening: Opening, *, at: datetime) -> None:
    if opening.due_at < action.due_at:
        action.due_at = opening.due_at
        action.because = [*action.because, *(asdict(reason) for reason in opening.because)]
        action.save(update_fields=["due_at", "because"])
        record("action.brought_forward", about=action.id, by=None, agency=action.agency_id, at=at)


def _new_action(told: Told, opening: Opening, cause: Entry, *, at: datetime) -> Action:
    unit = Unit.objects.filter(agency_id=cause.agency_id, code=opening.unit).first() if opening.unit else None
    action = Action.objects.create(
        agency_id=cause.agency_id,
        case=told.case,
        incident=told.incident,
        unit=unit,
        role=opening.role,
        owner=_owner(cause, opening.role, unit),
        kind=opening.kind,
        protocol=opening.protocol,
        version=opening.version,
        rule=opening.rule,
        because=[asdict(reason) for reason in opening.because],
        cause=cause.id,
        about=cause.about,
        opened_at=cause.at,
        due_at=opening.due_at,
    )
    record("action.opened", about=action.id, by=None, agency=action.agency_id, at=at)
    return action


def _owner(cause: Entry, role: str, unit: Unit | None) -> Worker | None:
    """Whoever wrote it down, if the work is for their role and unit; otherwise the unit finds an owner."""
    if cause.by is None:
        return None
    worker = Worker.objects.filter(id=cause.by, agency_id=cause.agency_id, is_active=True).first()
    if worker is None or role not in worker.roles:
        return None
    return worker if unit is None or worker.unit_id == unit.id else None


def adopt(case: Case) -> None:
    """Work that was opened for an incident before it had a case belongs to the case now."""
    incidents = CaseIncident.objects.filter(case=case).values("incident_id")
    Action.objects.filter(agency_id=case.agency_id, case=None, incident__in=incidents).update(case=case)


def show_next_due(case_id: UUID) -> None:
    """Show on the board when the case's next open work is due."""
    soonest = Action.objects.filter(case_id=case_id, done_at=None).aggregate(at=Min("due_at"))["at"]
    put_next_due(case_id, soonest)


def take_action(action: Action, by: Worker, *, at: datetime) -> Action:
    """Make the asker the owner of open work; a second time changes nothing."""
    require(by, DO_WORK, action, at=at)
    row = _locked(action)
    if row.done_at is None and row.owner_id != by.id:
        row.owner = by
        row.save(update_fields=["owner"])
        record("action.taken", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def complete_action(action: Action, outcome: str, note: str, *, by: Worker, at: datetime) -> Action:
    """Say how work ended, once. Work that is passed on stays open, without an owner, and is due as before."""
    require(by, DO_WORK, action, at=at)
    if outcome not in shelf.codes("action_outcomes"):
        raise ValueError("not an outcome")
    row = _locked(action)
    if row.done_at is not None:
        return row
    _write_note(row, {"outcome": outcome, "note": note}, by=by, at=at)
    if outcome == PASSED_ON:
        row.owner = None
        row.save(update_fields=["owner"])
        record("action.passed_on", about=row.id, by=by.id, agency=row.agency_id, at=at)
        return row
    _end(row, outcome, by=by.id, at=at)
    if row.case_id:
        show_next_due(row.case_id)
    return row


def end_work_of(case_id: UUID, *, at: datetime) -> None:
    """A closed case has no open work: what was open is no longer needed."""
    for action in Action.objects.select_for_update().filter(case_id=case_id, done_at=None):
        _end(action, NOT_NEEDED, by=None, at=at)


def free_work_of(worker_id: UUID, at: datetime) -> None:
    """A closed account owns no open work: its unit finds a new owner, and it is due as before."""
    for action in Action.objects.select_for_update().filter(owner_id=worker_id, done_at=None):
        action.owner = None
        action.save(update_fields=["owner"])
        record("action.passed_on", about=action.id, by=None, agency=action.agency_id, at=at)


def _end(
    action: Action, outcome: str, *, by: UUID | None, at: datetime, done_at: datetime | None = None
) -> None:
    action.done_at, action.done_by, action.outcome = done_at or at, by, outcome
    action.save(update_fields=["done_at", "done_by", "outcome"])
    record("action.done", about=action.id, by=by, agency=action.agency_id, at=at)


def _write_note(action: Action, content: dict[str, Any], *, by: Worker, at: datetime) -> None:
    note_id = uuid7()
    ActionNote.objects.create(
        id=note_id,
        agency_id=action.agency_id,
        action=action,
        sealed=seal(key_of(action), action.agency_id, content, about=note_id),
        written_by=by.id,
        written_at=at,
    )


def _locked(action: Action) -> Action:
    return Action.objects.select_for_update().get(id=action.id)
