"""Who else reads which part, and what they read: the newest version as it stands at that moment, and no other.

Every reader's share is decided anew for each reading; without one there is no trace that there is a plan.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import visible
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.agencies.models import Agency
from shelterbelt.cases.models import Case
from shelterbelt.consent.models import Grant, Release
from shelterbelt.consent.policy import kept_out, living
from shelterbelt.library import plans as library
from shelterbelt.library.plans import Part
from shelterbelt.rules.part_sharing import PartFacts, ShareFacts, decide
from shelterbelt.safety.answers import Line, lines_of
from shelterbelt.safety.files import open_from
from shelterbelt.safety.models import WRITTEN, OwnFile, PartVersion, PlanPart, SafetyPlan
from shelterbelt.safety.policy import SEE_FILE, SEE_SHARED, shares_living
from shelterbelt.store.asker import as_agency

CATEGORY = "safety_plan"


@dataclass(frozen=True)
class Viewer:
    """Somebody who could read a part: the team, or an agency with a release that names the plan."""

    id: UUID
    name: str
    own_team: bool


@dataclass(frozen=True)
class ShareFace:
    """One choice that stands: who reads the part, since when, who said so and how."""

    ref: str
    viewer_id: UUID
    viewer: str
    own_team: bool
    released: bool
    since: datetime
    own_hand: bool
    by_name: str
    place_named: bool


@dataclass(frozen=True)
class Shared:
    """A part as somebody reads it with whom it is shared."""

    code: str
    title: str
    whom: str
    whom_label: str
    lines: tuple[Line, ...]
    written_at: datetime
    part_id: UUID


def asks_place(part: Part) -> bool:
    """Whether a part asks where somebody is or goes."""
    return part.group == "places" or any(prompt.kind == "places" for prompt in part.prompts)


def facts_of(part: PlanPart) -> PartFacts:
    """What deciding about a part needs: for whom its plan is, and whether it asks for places."""
    told = open_from(part.file, part.plan.sealed, about=part.plan_id)
    code = open_from(part.file, part.sealed, about=part.id)["code"]
    return PartFacts(told["whom"], asks_place(library.plan(told["library"], told["version"]).part(code)))


def releases_plan_to(person_id: UUID, viewer_id: UUID, *, at: datetime) -> bool:
    """Whether a release that a survivor signed opens their plan to this agency now, or will after their death."""
    grants = _grants(person_id, at).filter(recipient_id=viewer_id).exclude(kept_out(viewer_id))
    return grants.exists() or _instructions(person_id, at).filter(recipient_id=viewer_id).exists()


def _grants(person_id: UUID, at: datetime) -> QuerySet[Grant]:
    """What by a release of theirs opens their plan now, to whomever."""
    living_now = Grant.objects.filter(living(at), basis="release", categories__contains=[CATEGORY])
    return living_now.filter(case_id__in=_cases(person_id))


def _instructions(person_id: UUID, at: datetime) -> QuerySet[Release]:
    """What they signed for the time after their death and did not take back: it opens nothing while they live."""
    return Release.objects.filter(
        case_id__in=_cases(person_id),
        after_death=True,
        withdrawn_at=None,
        categories__contains=[CATEGORY],
        starts_at__lte=at,
        expires_at__gt=at,
    )


def _cases(person_id: UUID) -> QuerySet[Case, UUID]:
    """The cases of which they are the survivor, by id."""
    return Case.objects.filter(survivor_id=person_id).values_list("id", flat=True)


def viewers_for(plan: SafetyPlan, *, by: Worker | Survivor, at: datetime) -> list[Viewer]:
    """Who could be let read a part: the team first, then the agencies with a release that names the plan.

    Also one that waits for their death: the choice is made now, and opens nothing before.
    """
    require_own(by, SEE_FILE, plan, at=at)
    with acting(by, at=at):
        now, waiting = _grants(plan.person_id, at), _instructions(plan.person_id, at)
        named = Q(id__in=now.values("recipient_id")) | Q(id__in=waiting.values("recipient_id"))
        found = [Viewer(row.id, row.name, False) for row in Agency.objects.filter(named).order_by("name")]
    return [Viewer(plan.agency_id, plan.agency.name, True), *found]


def shares_of(part: PlanPart, *, by: Worker | Survivor, at: datetime) -> list[ShareFace]:
    """The choices that stand for a part, the oldest first."""
    require_own(by, SEE_FILE, part, at=at)
    with acting(by, at=at):
        rows = list(shares_living(at).filter(part=part).order_by("from_at", "id"))
        agencies = Agency.objects.in_bulk({row.viewer_id for row in rows})
        names = names_of({row.shared_by for row in rows if row.shared_by != row.person_id})
        return [
            ShareFace(
                ref=row.ref,
                viewer_id=row.viewer_id,
                viewer=agencies[row.viewer_id].name,
                own_team=row.viewer_id == row.agency_id,
                released=releases_plan_to(row.person_id, row.viewer_id, at=at),
                since=row.from_at,
                own_hand=row.shared_by == row.person_id,
                by_name=names.get(row.shared_by, ""),
                place_named=row.place_named,
            )
            for row in rows
        ]


def shared_with_team(person_id: UUID, *, by: Worker, at: datetime, language: str) -> list[Shared]:
    """What a worker of the team reads of a person's plans, by the survivor's choice; nothing without one."""
    rows = visible(by, SEE_SHARED, PlanPart.objects.all(), at=at).filter(person_id=person_id)
    versions = {row.part_id: row for row in PartVersion.objects.filter(part__in=rows)}
    found = [(row, versions[row.id]) for row in rows.order_by("id") if row.id in versions]
    if not found:
        return []
    # The file itself is not theirs to see: its key is taken in the agency's name, for these parts only.
    with as_agency(by.agency_id, at=at):
        return _read(found, by.agency_id, own_team=True, released=False, at=at, language=language)


def shared_with_agency(
    person_id: UUID, viewer: Agency, *, at: datetime, language: str, written_until: datetime | None = None
) -> list[Shared]:
    """What another agency reads now, in the holder's transaction; its release and its grant were found living."""
    shares = shares_living(at).filter(person_id=person_id, viewer_id=viewer.id)
    parts = PlanPart.objects.filter(id__in=shares.values("part_id"), plan__ended_at=None).order_by("id")
    newest = {row.part_id: row for row in PartVersion.objects.filter(part__in=parts).order_by("number")}
    found = [(row, newest[row.id]) for row in parts if row.id in newest]
    if written_until is not None:
        found = [pair for pair in found if pair[1].written_at <= written_until]
    return _read(found, viewer.id, own_team=False, released=True, at=at, language=language)


def _read(
    found: list[tuple[PlanPart, PartVersion]], viewer_id: UUID, *, at: datetime, language: str, **known: Any
) -> list[Shared]:
    """The parts that the rule shows to this viewer, opened with the key of their file."""
    files = OwnFile.objects.in_bulk({part.file_id for part, _version in found})
    files = {one: file for one, file in files.items() if _opens(file, viewer_id, at)}
    shares = {
        row.part_id: ShareFacts(row.from_at, row.ended_at, row.place_named)
        for row in shares_living(at).filter(viewer_id=viewer_id, part__in=[part.id for part, _v in found])
    }
    read = []
    for part, version in found:
        file = files.get(part.file_id)
        told = open_from(file, version.sealed, about=version.id) if file else {"state": ""}
        if told["state"] != WRITTEN:
            continue
        plan = library.plan(told["library"], told["version"])
        said = plan.part(told["code"])
        facts = PartFacts(told["whom"], asks_place(said))
        if decide(facts, shares.get(part.id), at=at, **known).shown:
            read.append(_shared(part, version, told, plan, said, language))
    return read


def _opens(file: OwnFile, viewer_id: UUID, at: datetime) -> bool:
    """Whether a file opens at all: after a death to nobody but whom a signed instruction names."""
    instructed = _grants(file.person_id, at).filter(recipient_id=viewer_id, release__after_death=True)
    return file.ended_at is None or instructed.exists()


def _shared(
    part: PlanPart, version: PartVersion, told: dict[str, Any], plan: library.Plan, said: Part, language: str
) -> Shared:
    return Shared(
        code=said.id,
        title=said.title.by(language),
        whom=told["whom"],
        whom_label=plan.whom[told["whom"]].by(language),
        lines=lines_of(said, plan, told["answers"], language),
        written_at=version.written_at,
        part_id=part.id,
    )
