"""Reading incidents and cases. Starts from what the asker may see; an absent row and a hidden one are the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, Permission, may, visible
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.cases.drafts import plain
from shelterbelt.cases.models import Case, Incident, Note
from shelterbelt.cases.policy import SEE_CASE, SEE_INCIDENT
from shelterbelt.people.queries import name_of


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
    rows = Case.objects.select_related("survivor", "other", "unit", "agency")
    found = visible(by, permission, rows, at=at).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def incident_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission = SEE_INCIDENT) -> Incident:
    """The incident behind a reference, if this worker may have it; refused otherwise."""
    rows = Incident.objects.select_related("unit", "agency")
    found = visible(by, permission, rows, at=at).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


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
