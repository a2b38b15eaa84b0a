"""Enter, check, return and end what opens a file without a release; take demands in and say what became of them.

Refuses a basis without a paper and a second person, and handing anything over for a demand that opens nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, require
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.consent.actions import end_grant, open_agreement, open_on_basis
from shelterbelt.consent.models import Grant
from shelterbelt.disclosures import papers, queries
from shelterbelt.disclosures.models import Authority, AuthorityNote, Demand, DemandNote, Practice
from shelterbelt.disclosures.policy import (
    ANSWER_DEMAND,
    CHANGE_PRACTICE,
    CHECK_AUTHORITY,
    END_AUTHORITY,
    ENTER_AUTHORITY,
    ENTER_DEMAND,
)
from shelterbelt.ledger.actions import record
from shelterbelt.rules import bases
from shelterbelt.rules.reasons import Problem
from shelterbelt.store.ids import uuid7


class NotYet(ValueError):
    """Something is missing before this may be done; `problems` says which field and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(", ".join(one.code for one in problems))


@dataclass(frozen=True)
class Entered:
    """A basis as it was typed; `words` are sealed."""

    kind: bases.Kind
    from_at: datetime
    until_at: datetime
    case_id: UUID | None = None
    recipient: Agency | None = None
    categories: tuple[str, ...] = ()
    judge_signed: bool | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[int, ...] = ()


def enter_authority(told: Entered, paper: BinaryIO | None, *, by: Worker, at: datetime) -> Authority:
    """Keep an order, a duty, an agreement or given numbers, with its paper. It opens nothing yet."""
    require(by, ENTER_AUTHORITY, at=at)
    if problems := queries.problems_of(told, by=by, at=at):
        raise NotYet(problems)
    authority_id, key = uuid7(), new_key(by.agency_id)
    document = papers.kept(paper, about=authority_id, key=key, agency=by.agency_id) if paper else {}
    words = {**told.words, "counts": list(told.counts), "judge_signed": told.judge_signed}
    row = Authority.objects.create(
        id=authority_id,
        agency=by.agency,
        key=key,
        sealed=seal(key, by.agency_id, words, about=authority_id),
        case_id=told.case_id,
        kind=told.kind,
        recipient=told.recipient,
        categories=sorted(told.categories),
        from_at=told.from_at,
        until_at=told.until_at,
        entered_at=at,
        entered_by=by.id,
        **document,
    )
    digest = bytes(row.document_sha256)
    record("authority.entered", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)
    return row


def tell_survivor(
    authority: Authority, how: str, *, words: str, protects: str, by: Worker, at: datetime
) -> Authority:
    """Note how the survivor was told of it, or why that was not safe, and what protects them; or write to them."""
    require(by, ENTER_AUTHORITY, authority, at=at)
    if how not in ("notice", "in_person", "could_not") or not protects or (how != "notice" and not words):
        raise NotYet((Problem("protects", "basis.notice_needed"),))
    row = _locked(authority.id)
    notice = _written_to(row, by=by, at=at) if how == "notice" else None
    _note(row, how, {"words": words, "protects": protects}, by=by, at=at, notice=notice)
    record("authority.notice_tried", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def _written_to(row: Authority, *, by: Worker, at: datetime) -> UUID | None:
    """A message that says nothing of why, by the instructions kept with the case."""
    from shelterbelt.notices.actions import write_notice

    instructions, language = queries.instructions_of(row.case_id)
    made = write_notice(
        settings.DISCLOSURE_NOTICE,
        agency=row.agency,
        about=row.case_id or row.id,
        instructions=instructions,
        language=language,
        by=by,
        at=at,
    )
    found: UUID = made.id
    return found


def check_authority(authority: Authority, *, by: Worker, at: datetime) -> Authority:
    """A second person has read the paper: what it opens is open from now on, and no wider than it says."""
    require(by, CHECK_AUTHORITY, authority, at=at)
    row = _locked(authority.id)
    if row.state != "waiting":
        return row
    if missing := queries.lacking_of(row, by=by, at=at):
        raise NotYet(tuple(Problem("", code) for code in missing))
    grant = _grant_of(row, by=by, at=at)
    row.state, row.second_at, row.second_by = "open", at, by.id
    row.grant_id = grant.id if grant else None
    row.save(update_fields=["state", "second_at", "second_by", "grant_id"])
    _note(row, "checked", {}, by=by, at=at)
    record("authority.opened", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def _grant_of(row: Authority, *, by: Worker, at: datetime) -> Grant | None:
    if row.kind == "aggregate":
        return None
    if row.recipient is None:
        raise NotForYou
    start = max(row.from_at, at)
    if row.kind == "agreement":
        scope = (row.agency, row.recipient, row.categories, row.case_id)
        return open_agreement(*scope, row.kind, start, row.until_at, by=by, at=at)
    if row.case_id is None:
        raise NotForYou
    return open_on_basis(
        "court_order" if row.kind == "court_order" else "mandate",
        row.agency,
        row.recipient,
        row.case_id,
        row.categories,
        row.kind,
        start,
        row.until_at,
        authority=row.id,
        by=by,
        at=at,
        reference=queries.known_there_as(row),
    )


def return_authority(authority: Authority, *, words: str, by: Worker, at: datetime) -> Authority:
    """The second person does not agree: it opens nothing, and who entered it reads why."""
    require(by, CHECK_AUTHORITY, authority, at=at)
    row = _locked(authority.id)
    if row.state != "waiting" or row.entered_by == by.id:
        raise NotForYou
    row.state = "returned"
    row.save(update_fields=["state"])
    _note(row, "returned", {"words": words}, by=by, at=at)
    record("authority.returned", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def end_authority(authority: Authority, *, words: str, by: Worker, at: datetime) -> Authority:
    """It opens nothing from this transaction on."""
    require(by, END_AUTHORITY, authority, at=at)
    row = _locked(authority.id)
    if row.state == "ended":
        return row
    if row.grant_id and (grant := Grant.objects.filter(id=row.grant_id, withdrawn_at=None).first()):
        end_grant(grant, by=by, at=at)
    row.state, row.ended_at, row.ended_by = "ended", at, by.id
    row.save(update_fields=["state", "ended_at", "ended_by"])
    _note(row, "ended", {"words": words}, by=by, at=at)
    record("authority.ended", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def _locked(authority_id: UUID) -> Authority:
    rows = Authority.objects.select_for_update(of=("self",)).select_related("agency__node", "recipient__node")
    return rows.get(id=authority_id)


def _note(
    row: Authority,
    kind: str,
    words: dict[str, Any],
    *,
    by: Worker,
    at: datetime,
    notice: UUID | None = None,
) -> None:
    note_id = uuid7()
    AuthorityNote.objects.create(
        id=note_id,
        agency_id=row.agency_id,
        authority=row,
        kind=kind,
        notice_id=notice,
        sealed=seal(row.key, row.agency_id, words, about=note_id),
        at=at,
        by=by.id,
    )


def enter_demand(
    kind: str,
    paper: BinaryIO | None,
    *,
    case_id: UUID | None,
    received_at: datetime,
    deadline_at: datetime | None,
    words: Mapping[str, str],
    by: Worker,
    at: datetime,
) -> Demand:
    """Write a demand down: from now on its steps are due and everything about the case is kept as it is."""
    require(by, ENTER_DEMAND, at=at)
    demand_id, key = uuid7(), new_key(by.agency_id)
    document = papers.kept(paper, about=demand_id, key=key, agency=by.agency_id) if paper else {}
    row = Demand(
        id=demand_id,
        agency=by.agency,
        key=key,
        sealed=seal(key, by.agency_id, words, about=demand_id),
        case_id=case_id,
        kind=kind,
        received_at=received_at,
        deadline_at=deadline_at,
        entered_at=at,
        entered_by=by.id,
        **document,
    )
    row.hold_id = _held(row, by=by, at=at)
    row.next_due_at = queries.next_due(row, done=())
    row.save(force_insert=True)
    digest = bytes(row.document_sha256)
    record("demand.entered", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)
    return row


def _held(row: Demand, *, by: Worker, at: datetime) -> UUID | None:
    """A hold on the case, through the one name in the settings: records stands beside this app."""
    if row.case_id is None or not settings.DEMAND_HOLDS:
        return None
    place = import_string(settings.DEMAND_HOLDS)
    made: UUID | None = place(row.case_id, demand=row.id, kind=row.kind, by=by, at=at)
    return made


def name_case(demand: Demand, case_id: UUID, *, by: Worker, at: datetime) -> Demand:
    """Say which case a demand is about: from now on that one is kept as it is, and the others go by their schedule."""
    require(by, ANSWER_DEMAND, demand, at=at)
    row = _locked_demand(demand.id)
    if row.case_id is not None or row.ended_at is not None:
        raise NotForYou
    row.case_id = case_id
    row.hold_id = _held(row, by=by, at=at)
    if row.hold_id is None:
        raise NotForYou
    row.save(update_fields=["case_id", "hold_id"])
    record("demand.case_named", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def note_step(demand: Demand, step: str, *, words: str, by: Worker, at: datetime) -> Demand:
    """Say that one step with a demand was done, and what came of it."""
    require(by, ANSWER_DEMAND, demand, at=at)
    row = _locked_demand(demand.id)
    if row.ended_at is not None or step not in queries.steps_of(row):
        raise NotForYou
    _note_demand(row, "step", {"words": words}, step=step, by=by, at=at)
    done = set(row.notes.exclude(step="").values_list("step", flat=True))
    row.next_due_at = queries.next_due(row, done=done)
    row.save(update_fields=["next_due_at"])
    record("demand.step_done", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def answer_demand(
    demand: Demand, outcome: str, *, words: str, items: str, ground: str, by: Worker, at: datetime
) -> Demand:
    """Say what became of a demand; what was given is named exactly, and only where something opened it."""
    require(by, ANSWER_DEMAND, demand, at=at)
    row = _locked_demand(demand.id)
    if row.ended_at is not None or outcome not in queries.outcomes_of(row):
        raise NotForYou
    if outcome == "complied":
        _refuse_handing_over(row, items, ground, at=at)
    kept = {"words": words, "items": items, "ground": ground if outcome == "complied" else ""}
    _note_demand(row, outcome, kept, step="", by=by, at=at)
    row.outcome, row.ended_at, row.ended_by, row.next_due_at = outcome, at, by.id, None
    row.save(update_fields=["outcome", "ended_at", "ended_by", "next_due_at"])
    record("demand.answered", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def _refuse_handing_over(row: Demand, items: str, ground: str, *, at: datetime) -> None:
    if not items.strip():
        raise NotYet((Problem("items", "demand.items_needed"),))
    if not bases.may_hand_over(row.kind, queries.grounds_of(row, at=at) & {ground}):
        raise NotYet((Problem("ground", "demand.no_ground"),))


def _locked_demand(demand_id: UUID) -> Demand:
    return Demand.objects.select_for_update(of=("self",)).select_related("agency").get(id=demand_id)


def _note_demand(
    row: Demand, kind: str, words: dict[str, Any], *, step: str, by: Worker, at: datetime
) -> None:
    note_id = uuid7()
    DemandNote.objects.create(
        id=note_id,
        agency_id=row.agency_id,
        demand=row,
        kind=kind,
        step=step,
        sealed=seal(row.key, row.agency_id, words, about=note_id),
        at=at,
        by=by.id,
    )


def change_practice(
    contacts: Mapping[str, str], *, names_on_paper: bool, by: Worker, at: datetime
) -> Practice:
    """Say whom this agency's workers call, and whether papers for survivors show workers' names."""
    require(by, CHANGE_PRACTICE, at=at)
    row = Practice.objects.select_for_update(of=("self",)).filter(agency_id=by.agency_id).first()
    if row is None:
        row = Practice(id=uuid7(), agency=by.agency, key=new_key(by.agency_id))
    row.sealed = seal(row.key, row.agency_id, contacts, about=row.id)
    row.names_on_paper, row.changed_at, row.changed_by = names_on_paper, at, by.id
    row.save()
    record("practice.changed", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row
