"""Open work, take it, and say how it ended.

Refuses to open the same work twice, and to lose work that was only passed on.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min, Q

from shelterbelt.access.models import Bar, Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.models import Unit
from shelterbelt.agencies.sealed import seal
from shelterbelt.cases.actions import put_next_due
from shelterbelt.cases.models import Case, CaseIncident
from shelterbelt.ledger.actions import record
from shelterbelt.ledger.models import Entry
from shelterbelt.library import shelf
from shelterbelt.response.facts import Told
from shelterbelt.response.models import Action, ActionNote
from shelterbelt.response.policy import DO_WORK, works_as
from shelterbelt.response.queries import SECOND_LOOK, key_of, ladder_of, protocol_for
from shelterbelt.rules.deadlines import Event, Opening, Rule, WhenOpen, opens
from shelterbelt.rules.reassessment import next_call
from shelterbelt.safety.trust import trusted_workers
from shelterbelt.store.ids import uuid7

DONE, REPLACED, PASSED_ON, NOT_NEEDED = "done", "replaced", "passed_on", "not_needed"


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
    return _before_the_same_eyes(told, list(rows.order_by("due_at")))


def _before_the_same_eyes(told: Told, rows: list[Action]) -> list[Action]:
    """Work that some who see the case may not see takes no place of work that they do see, and stands for none of it."""
    if not rows:
        return []
    hidden: dict[UUID | None, set[Any]] = {}
    things = {row.incident_id for row in rows if row.incident_id}
    things |= {thing.id for thing in (told.incident, told.case) if thing}
    bars = Bar.objects.filter(thing_id__in=things)
    for thing, worker, viewer in bars.values_list("thing_id", "worker_id", "viewer_id"):
        hidden.setdefault(thing, set()).add((worker, viewer))
    nowhere: set[Any] = set()
    whole = hidden.get(told.case.id, nowhere) if told.case else nowhere
    from_whom = hidden.get(told.incident.id, nowhere) | whole if told.incident else whole
    return [row for row in rows if hidden.get(row.incident_id, nowhere) | whole == from_whom]


def _bring_forward(action: Action, opening: Opening, *, at: datetime) -> None:
    if opening.due_at < action.due_at:
        action.due_at = opening.due_at
        action.call_at = _call_at(action)
        action.because = [*action.because, *(asdict(reason) for reason in opening.because)]
        action.save(update_fields=["due_at", "call_at", "because"])
        record("action.brought_forward", about=action.id, by=None, agency=action.agency_id, at=at)


def _new_action(told: Told, opening: Opening, cause: Entry, *, at: datetime) -> Action:
    unit = _unit(cause.agency_id, opening.unit)
    action = Action(
        agency_id=cause.agency_id,
        case=told.case,
        incident=told.incident,
        unit=unit,
        role=opening.role,
        owner=None if opening.another else _owner(cause, opening.role, unit),
        asked_by=cause.by if opening.another else None,
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
    action.call_at = _call_at(action)
    action.save(force_insert=True)
    record("action.opened", about=action.id, by=None, agency=action.agency_id, at=at)
    return action


def _unit(agency_id: UUID, code: str) -> Unit | None:
    return Unit.objects.filter(agency_id=agency_id, code=code).first() if code else None


def _call_at(action: Action) -> datetime | None:
    """When the next step up the chain is to be taken for open work; none for work that nobody else hears of."""
    call = next_call(ladder_of(action), action.kind, action.due_at, action.calls)
    return call.at if call else None


def _owner(cause: Entry, role: str, unit: Unit | None) -> Worker | None:
    """Whoever wrote it down, if the work is for their role and unit; otherwise the unit finds an owner."""
    if cause.by is None:
        return None
    worker = Worker.objects.filter(id=cause.by, agency_id=cause.agency_id, is_active=True).first()
    worker = worker or _whom_they_trust(cause)
    if worker is None or role not in works_as(worker):
        return None
    return worker if unit is None or worker.unit_id == unit.id else None


def _whom_they_trust(cause: Entry) -> Worker | None:
    """A survivor did it by their own hand: the work is for whom they work with, if there is such a worker."""
    known = trusted_workers(cause.by, cause.agency_id, at=cause.at) if cause.by else []
    return known[0] if known else None


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
    if row.kind == SECOND_LOOK and outcome != PASSED_ON:
        raise NotForYou("it ends by the answer to what was asked")
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


def call_up(action: Action, *, at: datetime) -> bool:
    """Take the next step up the chain for work that is overdue; says whether one was taken. The work stays open."""
    row = _locked(action)
    if row.done_at is not None or row.call_at is None or row.call_at > at:
        return False
    call = next_call(ladder_of(row), row.kind, row.due_at, row.calls)
    row.calls += 1 if call else 0
    row.call_at = _call_at(row)
    row.save(update_fields=["calls", "call_at"])
    if call is None:
        return False
    record("action.overdue", about=row.id, by=None, agency=row.agency_id, at=at)
    if call.step.rule is not None:
        _call(row, call.step.rule, at=at)
    return True


def _call(late: Action, rule: Rule, *, at: datetime) -> None:
    """Work for whoever is one step above; where there is nobody in that role it goes to those who have the work."""
    asked = opens(protocol_for(late), rule, Event("action.overdue", late.due_at, at), {})
    unit = _unit(late.agency_id, asked.unit)
    there = Worker.objects.filter(agency_id=late.agency_id, is_active=True, roles__contains=[asked.role])
    if unit is not None and not there.filter(unit=unit).exists():
        unit = None
    nobody = not there.exists()
    above = Action.objects.create(
        agency_id=late.agency_id,
        case=late.case,
        incident=late.incident,
        unit=late.unit if nobody else unit,
        role=late.role if nobody else asked.role,
        kind=asked.kind,
        protocol=asked.protocol,
        version=asked.version,
        rule=asked.rule,
        because=[asdict(reason) for reason in asked.because],
        cause=late.cause,
        about=late.id,
        opened_at=at,
        due_at=asked.due_at,
    )
    record("action.opened", about=above.id, by=None, agency=above.agency_id, at=at)


def end_work_about(thing: UUID, outcome: str, *, by: UUID | None, at: datetime, kind: str = "") -> set[UUID]:
    """What the work (of one kind, or all of it) was about is settled elsewhere: it ends. Gives the cases whose work it was."""
    found = Action.objects.select_for_update().filter(about=thing, done_at=None)
    rows = list(found.filter(kind=kind) if kind else found)
    for action in rows:
        _end(action, outcome, by=by, at=at)
    return {action.case_id for action in rows if action.case_id}


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
    if action.calls:
        end_work_about(action.id, NOT_NEEDED, by=None, at=done_at or at)


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
