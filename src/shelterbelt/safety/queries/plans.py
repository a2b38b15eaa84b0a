"""A plan as the two who make it read it: its parts, who wrote what and when, what was there before.

Starts from what the asker may see: another person's plan and one that does not exist are the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import Names, names_of
from shelterbelt.access.rules import NotForYou, visible
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.library import plans as library
from shelterbelt.library.plans import Part
from shelterbelt.safety.answers import Line, lines_of
from shelterbelt.safety.files import open_from
from shelterbelt.safety.models import OwnFile, PartVersion, PlanPart, SafetyPlan, Trusted
from shelterbelt.safety.policy import SEE_FILE
from shelterbelt.store.asker import as_agency
from shelterbelt.store.spans import lasting


@dataclass(frozen=True)
class Chosen:
    """What a plan is: for whom, by which version of the library, what was chosen."""

    whom: str
    called: str
    known: library.Plan
    risks: tuple[str, ...]
    situations: tuple[str, ...]
    look_on: date | None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The library's parts that fit what was chosen."""
        return self.known.parts_for(self.risks, self.situations, (self.whom,))


@dataclass(frozen=True)
class PlanFace:
    """A plan as a list shows it."""

    ref: str
    whom: str
    whom_label: str
    called: str
    begun_at: datetime
    looked_at: datetime


@dataclass(frozen=True)
class VersionFace:
    """What a part said at one time: its state, its answers in words, who wrote it, by own hand or not."""

    number: int
    state: str
    lines: tuple[Line, ...]
    answers: dict[str, Any]
    written_at: datetime
    by_name: str
    own_hand: bool


@dataclass(frozen=True)
class PartFace:
    """One part: what the library says of it, and its newest version, if anybody opened it."""

    part: Part
    row: PlanPart | None
    newest: VersionFace | None

    @property
    def state(self) -> str:
        """What the newest version says; empty for a part that nobody opened."""
        return self.newest.state if self.newest else ""

    @property
    def number(self) -> int:
        """The number of the newest version; 0 for a part that nobody opened."""
        return self.newest.number if self.newest else 0


def plan_by_ref(ref: str, *, by: Worker | Survivor, at: datetime) -> SafetyPlan:
    """The plan behind a reference, if it is the survivor's own or entrusted to the worker; refused otherwise."""
    rows = SafetyPlan.objects.select_related("file", "agency").filter(ended_at=None, file__ended_at=None)
    found: SafetyPlan | None = _of(rows, by, at).filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def plans_of(person_id: UUID, *, by: Worker | Survivor, at: datetime) -> list[SafetyPlan]:
    """The plans in a person's own file, as far as the asker may see them, the oldest first."""
    rows = SafetyPlan.objects.select_related("file", "agency").filter(ended_at=None, file__ended_at=None)
    return list(_of(rows, by, at).filter(person_id=person_id).order_by("begun_at", "id"))


def own_plans(*, by: Worker, at: datetime) -> list[SafetyPlan]:
    """Every plan that is entrusted to a worker."""
    rows = SafetyPlan.objects.select_related("file", "agency").filter(ended_at=None, file__ended_at=None)
    return list(visible(by, SEE_FILE, rows, at=at).order_by("begun_at", "id"))


def _of(rows: Any, by: Worker | Survivor, at: datetime) -> Any:
    if isinstance(by, Survivor):
        return rows.filter(person_id=by.id, agency_id=by.agency_id)
    return visible(by, SEE_FILE, rows, at=at)


def chosen_of(plan: SafetyPlan) -> Chosen:
    """What a plan is, opened."""
    told = open_from(plan.file, plan.sealed, about=plan.id)
    return Chosen(
        whom=told["whom"],
        called=told["called"],
        known=library.plan(told["library"], told["version"]),
        risks=tuple(told["risks"]),
        situations=tuple(told["situations"]),
        look_on=date.fromisoformat(told["look_on"]) if told["look_on"] else None,
    )


def face(plan: SafetyPlan, language: str) -> PlanFace:
    """A plan as a list shows it."""
    chosen = chosen_of(plan)
    label = chosen.known.whom[chosen.whom].by(language)
    return PlanFace(plan.ref, chosen.whom, label, chosen.called, plan.begun_at, plan.looked_at)


def parts_of(plan: SafetyPlan, *, language: str, by: Worker | Survivor, at: datetime) -> list[PartFace]:
    """The parts that fit what was chosen, and those that were written though they fit no more, in the library's order."""
    chosen = chosen_of(plan)
    rows = {_code(row): row for row in PlanPart.objects.filter(plan=plan).select_related("file")}
    newest = PartVersion.objects.filter(part__plan=plan, number__gt=0).select_related("file", "part")
    found = {one.part_id: one for one in newest if one.number == one.part.newest}
    names = _names((one.written_by for one in found.values()), plan, by, at)
    fits = {part.id for part in chosen.parts}
    faces = []
    for part in chosen.known.parts:
        row = rows.get(part.id)
        version = found.get(row.id) if row else None
        if part.id in fits or version is not None:
            told = _version(version, names, language) if version else None
            faces.append(PartFace(part, row, told))
    return faces


def part_of(plan: SafetyPlan, code: str, *, language: str, by: Worker | Survivor, at: datetime) -> PartFace:
    """One part of a plan, whether anybody opened it or not; refused when the library does not have it."""
    for one in parts_of(plan, language=language, by=by, at=at):
        if one.part.id == code:
            return one
    try:
        return PartFace(chosen_of(plan).known.part(code), None, None)
    except KeyError as unknown:
        raise NotForYou from unknown


def versions_of(
    plan: SafetyPlan, code: str, *, language: str, by: Worker | Survivor, at: datetime
) -> list[VersionFace]:
    """Everything a part ever said, the newest first: for the two who write it, and nobody else."""
    face = part_of(plan, code, language=language, by=by, at=at)
    if face.row is None:
        return []
    rows = list(PartVersion.objects.filter(part=face.row).select_related("file").order_by("-number"))
    names = _names((row.written_by for row in rows), plan, by, at)
    return [_version(row, names, language) for row in rows]


def _version(row: PartVersion, names: Names, language: str) -> VersionFace:
    told = open_from(row.file, row.sealed, about=row.id)
    known = library.plan(told["library"], told["version"])
    return VersionFace(
        number=row.number,
        state=told["state"],
        lines=lines_of(known.part(told["code"]), known, told["answers"], language),
        answers=told["answers"],
        written_at=row.written_at,
        by_name=names.get(row.written_by, ""),
        own_hand=row.written_by == row.person_id,
    )


def _names(ids: Iterable[UUID], plan: SafetyPlan, by: Worker | Survivor, at: datetime) -> Names:
    """Workers' names; a survivor reads them in their agency's transaction."""
    with acting(by, at=at):
        return names_of({one for one in ids if one != plan.person_id})


def _code(row: PlanPart) -> str:
    return str(open_from(row.file, row.sealed, about=row.id)["code"])


def trusted_workers(
    file: OwnFile, *, by: Worker | Survivor, at: datetime
) -> list[tuple[UUID, str, datetime]]:
    """Whom a file is entrusted to now: id, name, since when. Told to the survivor and to those who are among them."""
    require_own(by, SEE_FILE, file, at=at)
    with as_agency(file.agency_id, at=at):
        rows = Trusted.objects.filter(lasting(at), person_id=file.person_id)
        found = list(rows.order_by("from_at", "id").values_list("worker_id", "from_at"))
        names = names_of(worker for worker, _since in found)
    return [(worker, names.get(worker, ""), since) for worker, since in found]
