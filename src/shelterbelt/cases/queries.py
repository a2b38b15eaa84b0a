"""Reading incidents and cases. Starts from what the asker may see; an absent row and a hidden one are the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from shelterbelt.access.models import Entrusted, Worker
from shelterbelt.access.queries import Names, names_of
from shelterbelt.access.rules import NotForYou, Permission, by_ref, hidden_things, may, visible
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.cases.drafts import plain
from shelterbelt.cases.models import Case, CaseIncident, Incident, KeptOut, Note
from shelterbelt.cases.policy import KEEP_OUT, SEE_CASE, SEE_INCIDENT
from shelterbelt.people.queries import name_of
from shelterbelt.store.asker import as_agency
from shelterbelt.store.spans import lasting


@dataclass(frozen=True)
class CaseFace:
    """What a case shows in a list; names are as they were given."""

    ref: str
    survivor: str
    other: str
    level: str
    door: str
    unit: str
    opened_at: datetime
    next_due_at: datetime | None
    closed_at: datetime | None
    agency: str


def case_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission = SEE_CASE) -> Case:
    """The case behind a reference, if this worker may have it; refused otherwise."""
    return by_ref(_case_rows, permission, ref, by=by, at=at)


def _case_rows() -> QuerySet[Case]:
    return Case.objects.select_related("survivor", "other", "unit", "agency")


def veiled(by: Worker, holder: UUID, *, at: datetime) -> list[UUID]:
    """The cases of an agency in which an incident is hidden from the asker; also those that are hidden altogether.

    Which case an incident belongs to is asked in the holder's name: the asker may not see that there is one.
    """
    things = hidden_things(by, at=at)
    if not things:
        return []
    with as_agency(holder, at=at):
        rows = CaseIncident.objects.filter(agency_id=holder, incident_id__in=things)
        return list(rows.values_list("case_id", flat=True).distinct())


def incident_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission = SEE_INCIDENT) -> Incident:
    """The incident behind a reference, if this worker may have it; refused otherwise."""
    return by_ref(_incident_rows, permission, ref, by=by, at=at)


def _incident_rows() -> QuerySet[Incident]:
    return Incident.objects.select_related("unit", "agency")


def page_of(case: Case, *, by: Worker, at: datetime) -> str:
    """Where somebody who opened a case goes on: to it, or to the word that a colleague has it now."""
    return reverse("case", args=[case.ref]) if may(by, SEE_CASE, case, at=at) else reverse("handed_over")


def face(case: Case) -> CaseFace:
    """A case as a list shows it; the row comes with its survivor, other person, unit and agency."""
    return CaseFace(
        ref=case.ref,
        survivor=name_of(case.survivor),
        other=name_of(case.other),
        level=case.level,
        door=case.door,
        unit=case.unit.name if case.unit else "",
        opened_at=case.opened_at,
        next_due_at=case.next_due_at,
        closed_at=case.closed_at,
        agency=case.agency.name,
    )


def steps(incident: Incident) -> dict[str, dict[str, Any]]:
    """What an incident says, step by step."""
    return {name: plain(content) for name, content in opened(incident).items()}


def revision_of(incident: Incident, step: str) -> int:
    """The revision of one step, which its next save must name."""
    return int(opened(incident).get(step, {}).get("_revision", 0))


def notes_of(case: Case) -> list[tuple[Note, dict[str, Any]]]:
    """The notes of a case with their words, newest first."""
    rows = case.notes.order_by("-written_at")
    return [(n, opened_under(case.key, n.id, n.agency_id, n.sealed)) for n in rows]


@dataclass(frozen=True)
class Named:
    """Somebody whom a survivor named as never to see their file; `walled` if that closes it to them by itself."""

    ref: str
    name: str
    words: str
    walled: bool
    added_at: datetime
    ended_at: datetime | None


def kept_out_of(case: Case) -> list[Named]:
    """Whom the survivor of a case named, those who stand on the list first."""
    rows = list(KeptOut.objects.filter(case=case).select_related("viewer").order_by("-added_at"))
    names = names_of(row.worker_id for row in rows)
    return [_named(row, names) for row in sorted(rows, key=lambda row: row.ended_at is not None)]


def _named(row: KeptOut, names: Names) -> Named:
    told = opened(row)
    known = names.get(row.worker_id, "") if row.worker_id else row.viewer.name if row.viewer else ""
    walled = bool(row.worker_id or row.viewer_id)
    return Named(row.ref, known or told["who"], told["words"], walled, row.added_at, row.ended_at)


def kept_out_by_ref(ref: str, case: Case, *, by: Worker, at: datetime) -> KeptOut:
    """One entry of the list of a case."""
    found = visible(by, KEEP_OUT, KeptOut.objects.filter(case=case), at=at).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def team_of(case: Case, *, at: datetime) -> list[Worker]:
    """Who is in the team of a file that is closed to others, by code."""
    rows = Entrusted.objects.filter(thing_id=case.id, why="team").filter(lasting(at))
    return list(Worker.objects.filter(id__in=rows.values("worker_id"), is_active=True).order_by("code"))
