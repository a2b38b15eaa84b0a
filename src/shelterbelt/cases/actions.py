"""Record incidents, open cases, write notes, correct roles. Refuses a case before a survivor is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may, require
from shelterbelt.agencies.sealed import fingerprint, new_key, opened, seal
from shelterbelt.cases.drafts import Conflict, open_incident, save_step
from shelterbelt.cases.guarding import pass_on
from shelterbelt.cases.models import Case, CaseIncident, Incident, IncidentVersion, Involvement, Note
from shelterbelt.cases.policy import CORRECT_ROLES, OPEN_DIRECT_CASE, OPEN_INCIDENT, WRITE_CASE
from shelterbelt.ledger.actions import record
from shelterbelt.people.actions import change_person, record_person
from shelterbelt.people.models import Person
from shelterbelt.rules.levels import level_of
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

__all__ = ["Conflict", "Party", "Recorded", "open_incident", "save_step"]


@dataclass(frozen=True)
class Party:
    """Somebody in an incident: the role they had in it and what is known of them (`people.actions.FIELDS`)."""

    role: str
    details: Mapping[str, Any] = field(default_factory=dict)
    known: Person | None = None


@dataclass(frozen=True)
class Recorded:
    """What recording an incident made: the case is none while no survivor is named.

    `handed_over`: somebody in it is walled from whoever wrote it, and so it went to a colleague.
    """

    incident: Incident
    case: Case | None
    people: tuple[Person, ...]
    handed_over: bool = False


def record_incident(
    incident: Incident,
    *,
    content: Mapping[str, Mapping[str, Any]],
    parties: Sequence[Party],
    happened_at: datetime,
    by: Worker,
    at: datetime,
) -> Recorded:
    """Make a draft the agency's record, with the role each person had, and open or find the case. Once only."""
    require(by, OPEN_INCIDENT, incident, at=at)
    row = Incident.objects.select_for_update().get(id=incident.id)
    if row.recorded_at is not None:
        return Recorded(row, case_of(row), ())
    # The agency's act: a wall that a party's name raises before the writer on the way must not tear it.
    with as_agency(row.agency_id, at=at):
        return _recorded(row, content, parties, happened_at, by=by, at=at)


def _recorded(
    row: Incident,
    content: Mapping[str, Mapping[str, Any]],
    parties: Sequence[Party],
    happened_at: datetime,
    *,
    by: Worker,
    at: datetime,
) -> Recorded:
    row.sealed = seal(row.key, row.agency_id, {k: dict(v) for k, v in content.items()}, about=row.id)
    row.happened_at, row.recorded_at, row.revision = happened_at, at, row.revision + 1
    row.save(update_fields=["sealed", "happened_at", "recorded_at", "revision"])
    people = involve(row, parties, by=by.id, at=at)
    case = _case_for(row, parties, people, by=by, at=at)
    record(
        "incident.recorded",
        about=row.id,
        by=by.id,
        agency=row.agency_id,
        at=at,
        digest=fingerprint(row.agency_id, {"steps": dict(content)}),
    )
    handed_over = not may(by, OPEN_INCIDENT, row, at=at)
    if handed_over:
        pass_on(row, by=by, at=at)
    return Recorded(row, case, people, handed_over)


def involve(
    incident: Incident, parties: Sequence[Party], *, by: UUID | None, at: datetime
) -> tuple[Person, ...]:
    """Write down who was in an incident and in which role."""
    people = tuple(
        p.known or record_person(p.details, agency=incident.agency_id, by=by, at=at) for p in parties
    )
    Involvement.objects.bulk_create(
        Involvement(
            agency_id=incident.agency_id, incident=incident, person=person, role=party.role, since_at=at
        )
        for party, person in zip(parties, people, strict=True)
    )
    return people


def _case_for(
    incident: Incident, parties: Sequence[Party], people: Sequence[Person], *, by: Worker, at: datetime
) -> Case | None:
    """The case of this survivor and this other person: the one they have, or a new one; none while roles are open."""
    roles = dict(zip((p.role for p in reversed(parties)), reversed(people), strict=True))
    survivor, other = roles.get("survivor"), roles.get("perpetrator")
    if survivor is None:
        return None
    case = Case.objects.filter(
        agency_id=incident.agency_id, survivor=survivor, other=other, closed_at=None
    ).first() or _open_case(survivor, other, door="police", unit_of=incident, words={}, by=by, at=at)
    attach(case, incident)
    return case


def _open_case(
    survivor: Person,
    other: Person | None,
    *,
    door: str,
    unit_of: Incident | None,
    words: Mapping[str, Any],
    by: Worker,
    at: datetime,
) -> Case:
    case_id, key = uuid7(), new_key(survivor.agency_id)
    case = Case.objects.create(
        id=case_id,
        agency_id=survivor.agency_id,
        key=key,
        sealed=seal(key, survivor.agency_id, words, about=case_id),
        survivor=survivor,
        other=other,
        door=door,
        unit=unit_of.unit if unit_of else by.unit,
        opened_at=at,
        opened_by=by.id,
    )
    record("case.opened", about=case_id, by=by.id, agency=survivor.agency_id, at=at)
    return case


def attach(case: Case, incident: Incident) -> None:
    """Put an incident into a case; a second time changes nothing."""
    _, made = CaseIncident.objects.get_or_create(agency_id=case.agency_id, case=case, incident=incident)
    if made:
        incident.case_count += 1
        incident.save(update_fields=["case_count"])


def open_direct_case(
    *,
    survivor: Mapping[str, Any],
    other: Mapping[str, Any] | None,
    words: Mapping[str, Any],
    known: Person | None = None,
    by: Worker,
    at: datetime,
) -> Case:
    """A case without police, incident or the other person's name; nothing reaches any other agency.

    `known`: the survivor is somebody whom the agency has already, as one who opened an account by themselves.
    """
    require(by, OPEN_DIRECT_CASE, at=at)
    with as_agency(by.agency_id, at=at):
        if known is not None:
            change_person(known, survivor, by=by.id, at=at)
        one = known or record_person(survivor, agency=by.agency_id, by=by.id, at=at)
        two = record_person(other, agency=by.agency_id, by=by.id, at=at) if other else None
        return _open_case(one, two, door="direct", unit_of=None, words=words, by=by, at=at)


def write_note(case: Case, *, text: str, category: str, by: Worker, at: datetime) -> Note:
    """A note in the agency's own file; its category decides what a release could open later."""
    require(by, WRITE_CASE, case, at=at)
    note_id = uuid7()
    sealed = seal(case.key, case.agency_id, {"text": text, "category": category}, about=note_id)
    note = Note.objects.create(
        id=note_id, agency_id=case.agency_id, case=case, sealed=sealed, written_by=by.id, written_at=at
    )
    record("note.written", about=note_id, by=by.id, agency=case.agency_id, at=at)
    return note


def correct_roles(
    incident: Incident, roles: Mapping[UUID, str], *, reason: str = "", by: Worker, at: datetime
) -> Case | None:
    """Say anew what role each person had; what was said before stays, with its end, and the case is opened if it can be."""
    require(by, CORRECT_ROLES, incident, at=at)
    row = Incident.objects.select_for_update().get(id=incident.id)
    IncidentVersion.objects.create(
        agency_id=row.agency_id,
        incident=row,
        revision=row.revision,
        sealed=row.sealed,
        replaced_at=at,
        replaced_by=by.id,
    )
    current = row.involvements.filter(until_at=None).select_related("person")
    parties = [Party(roles.get(i.person_id, i.role), known=i.person) for i in current]
    current.update(until_at=at)
    content = opened(row)
    said = {"at": at.isoformat(), "by": str(by.id), "reason": reason}
    content["corrections"] = {"list": [*content.get("corrections", {}).get("list", []), said]}
    row.sealed = seal(row.key, row.agency_id, content, about=row.id)
    row.revision += 1
    row.save(update_fields=["sealed", "revision"])
    people = involve(row, parties, by=by.id, at=at)
    left = list(Case.objects.filter(attached__incident=row, closed_at=None))
    CaseIncident.objects.filter(incident=row).delete()
    row.case_count = 0
    row.save(update_fields=["case_count"])
    case = _case_for(row, parties, people, by=by, at=at)
    for wrong in left:
        if not wrong.attached.exists():
            _close(wrong, "roles_corrected", by=by, at=at)
    record("roles.corrected", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return case


def case_of(incident: Incident) -> Case | None:
    """The first case that an incident belongs to."""
    attached = CaseIncident.objects.filter(incident=incident).select_related("case").first()
    return attached.case if attached else None


def put_level(case: Case, level: str, *, at: datetime) -> None:
    """Show on the board the level that a person set (`assessments.actions.set_level` writes why)."""
    Case.objects.filter(id=case.id).update(level=level, level_rank=int(level_of(level)))


def put_next_due(case_id: UUID, due_at: datetime | None) -> None:
    """Show on the board when the next open action of a case is due."""
    Case.objects.filter(id=case_id).update(next_due_at=due_at)


def close_case(case: Case, *, reason: str, by: Worker, at: datetime) -> None:
    """Close a case; it stays readable and can be opened again by a new incident."""
    require(by, WRITE_CASE, case, at=at)
    _close(case, reason, by=by, at=at)


def _close(case: Case, reason: str, *, by: Worker, at: datetime) -> None:
    content = {**opened(case), "closed_because": reason}
    case.sealed = seal(case.key, case.agency_id, content, about=case.id)
    case.closed_at = at
    case.save(update_fields=["sealed", "closed_at"])
    record("case.closed", about=case.id, by=by.id, agency=case.agency_id, at=at)
