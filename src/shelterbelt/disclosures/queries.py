"""Reading bases, demands and how an agency answers. Starts from the asker's own agency; absent and hidden are the same."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou, Permission, by_ref, reached, visible
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.queries import is_system
from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.cases.models import Case
from shelterbelt.consent.actions.bases import NEVER_BY_LAW
from shelterbelt.consent.models import Release
from shelterbelt.consent.policy import living_release
from shelterbelt.disclosures.models import Authority, Demand, Practice
from shelterbelt.disclosures.policy import ENTER_AUTHORITY, SEE_AUTHORITY, SEE_DEMAND, SEE_PRACTICE
from shelterbelt.library import guides, shelf
from shelterbelt.library.guides import Guide, Statute
from shelterbelt.people.queries import details
from shelterbelt.referrals.models import ContactRequest, Referral
from shelterbelt.rules import bases
from shelterbelt.rules.reasons import Problem
from shelterbelt.store.questions import question

if TYPE_CHECKING:
    from shelterbelt.disclosures.actions import Entered

OWN_FILE = ("case_file", "actions")
CONTACTS = ("lawyer", "lawyer_phone", "records", "records_phone", "after_hours")


@dataclass(frozen=True)
class Contacts:
    """Whom the workers of an agency call when somebody asks for records, and what papers show."""

    told: dict[str, str]
    names_on_paper: bool


def jurisdiction(agency: Agency) -> str:
    """The jurisdiction that an agency works in, as its protocol names it."""
    return agency.protocol.partition("/")[0] or guides.OTHERWISE


def guide_for(agency: Agency, kind: str) -> Guide | None:
    """What this agency's workers do when somebody asks in this way."""
    return guides.guide(jurisdiction(agency), kind)


def case_under(ref: str, permission: Permission, *, by: Worker, at: datetime) -> Case:
    """The case of the asker's own agency behind a reference, for its id and its traces; nothing of it is opened."""
    rows = visible(by, permission, Case.objects.select_related("agency"), at=at)
    found = rows.filter(ref=ref.strip()[:22], agency_id=by.agency_id).first()
    if found is None:
        raise NotForYou
    return found


def contacts_of(by: Worker, *, at: datetime) -> Contacts:
    """The agency's own data about whom to call; empty until somebody wrote it down."""
    row = visible(by, SEE_PRACTICE, Practice.objects.all(), at=at).filter(agency_id=by.agency_id).first()
    told = opened(row) if row else {}
    return Contacts({name: str(told.get(name, "")) for name in CONTACTS}, bool(row and row.names_on_paper))


# Bases


def statutes_for(agency: Agency, *, at: datetime) -> tuple[Statute, ...]:
    """The statutes that oblige this agency today."""
    today = at.astimezone(ZoneInfo(agency.time_zone)).date()
    return guides.obliging(jurisdiction(agency), agency.kind, on=today)


def recipients(holder: Agency, kind: str) -> list[Agency]:
    """The agencies that a basis of this kind could open something to."""
    rows = Agency.objects.exclude(id=holder.id).select_related("node").order_by("name")
    if kind != "agreement":
        return list(rows)
    return [one for one in rows.filter(node_id=holder.node_id) if is_system(one)] if is_system(holder) else []


def could_open(holder: Agency, recipient: Agency | None, kind: str) -> frozenset[str]:
    """The categories that a basis of this kind could open at most."""
    shared = recipient is not None and recipient.node_id == holder.node_id and is_system(holder)
    own = frozenset(OWN_FILE) if shared or recipient is None else frozenset()
    return own if kind == "agreement" else (shelf.codes("release_categories") - NEVER_BY_LAW) | own


def problems_of(told: "Entered", *, by: Worker, at: datetime) -> tuple[Problem, ...]:
    """Everything that forbids entering this basis."""
    allowed, most = could_open(by.agency, told.recipient, told.kind), bases.LONGEST
    found: list[Problem] = []
    if told.kind == "mandate":
        statute = _statute(told.words.get("statute", ""), by.agency, at=at)
        if statute is None:
            found.append(Problem("statute", "basis.statute_needed"))
        else:
            allowed, most = allowed & set(statute.categories), timedelta(days=statute.most_days + 1)
            if told.recipient is not None and told.recipient.kind not in statute.to:
                found.append(Problem("recipient", "basis.beyond"))
    if told.kind == "agreement" and told.recipient not in recipients(by.agency, "agreement"):
        found.append(Problem("recipient", "basis.not_system"))
    if told.case_id is not None and not _case_here(told.case_id, by=by, at=at):
        found.append(Problem("case_ref", "basis.case_unknown"))
    basis = bases.Basis(
        kind=told.kind,
        has_case=told.case_id is not None,
        has_recipient=told.recipient is not None,
        categories=frozenset(told.categories),
        allowed=allowed,
        from_at=told.from_at,
        until_at=told.until_at,
        most=most,
        judge_signed=told.judge_signed,
        words=told.words,
        counts=told.counts,
    )
    return (*found, *bases.check(basis))


def _case_here(case_id: UUID, *, by: Worker, at: datetime) -> bool:
    rows = visible(by, ENTER_AUTHORITY, Case.objects.all(), at=at)
    return rows.filter(id=case_id, agency_id=by.agency_id).exists()


def _statute(id: str, agency: Agency, *, at: datetime) -> Statute | None:
    return next((one for one in statutes_for(agency, at=at) if one.id == id), None)


def lacking_of(row: Authority, *, by: Worker, at: datetime) -> tuple[str, ...]:
    """What still keeps this basis from opening anything, were this worker the second person."""
    return bases.lacking(
        row.kind,
        has_document=bool(row.document_type),
        notice_tried=row.notes.filter(kind__in=("notice", "in_person", "could_not")).exists(),
        same_person=row.entered_by == by.id,
        over=row.until_at <= at,
    )


def authorities(by: Worker, *, at: datetime, case_id: UUID | None = None) -> list[Authority]:
    """The bases of the asker's agency: those that wait for a second person first, then the newest."""
    rows = visible(by, SEE_AUTHORITY, Authority.objects.select_related("recipient"), at=at)
    rows = rows.filter(case_id=case_id) if case_id else rows
    found = list(rows.order_by("-entered_at")[:200])
    return sorted(found, key=lambda row: row.state != "waiting")


def authority_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission) -> Authority:
    """The basis behind a reference, if this worker may have it; refused otherwise."""
    rows = visible(by, permission, Authority.objects.select_related("agency", "recipient"), at=at)
    found = rows.filter(ref=ref).first()
    if found is None:
        raise NotForYou
    return found


def notes_of(row: Authority | Demand) -> list[dict[str, Any]]:
    """What was done about a basis or a demand, oldest first, with its words."""
    return [
        {
            "kind": note.kind,
            "step": getattr(note, "step", ""),
            "at": note.at,
            "by": note.by,
            **opened_under(row.key, note.id, note.agency_id, note.sealed),
        }
        for note in row.notes.order_by("at", "id")
    ]


def instructions_of(case_id: UUID | None) -> tuple[dict[str, Any] | None, str]:
    """How the survivor of a case may be reached, as it is kept with the case, and their language."""
    case = Case.objects.select_related("survivor").filter(id=case_id).first() if case_id else None
    if case is None:
        return None, ""
    told = opened(case).get("instructions")
    request = ContactRequest.objects.filter(case=case).order_by("-arrived_at").first()
    if not told and request is not None:
        told = opened(request).get("instructions")
    return told or None, str(details(case.survivor).get("language") or "")


def known_there_as(row: Authority) -> str:
    """The reference by which the recipient knows the case, if a referral or a request gave it one."""
    if row.case_id is None or row.recipient_id is None:
        return ""
    referral = Referral.objects.filter(case_id=row.case_id, peer_id=row.recipient_id, direction="out")
    request = ContactRequest.objects.filter(case_id=row.case_id, sender_id=row.recipient_id)
    return str(
        request.values_list("sender_ref", flat=True).order_by("-arrived_at").first()
        or referral.values_list("ref", flat=True).order_by("-made_at").first()
        or ""
    )


# Demands


def demands(by: Worker, *, at: datetime) -> list[Demand]:
    """The demands of the asker's agency: open ones by what is due first, then those that ended."""
    rows = visible(by, SEE_DEMAND, Demand.objects.all(), at=at)
    open_ones = list(rows.filter(ended_at=None).order_by("next_due_at", "received_at")[:200])
    return [*open_ones, *rows.exclude(ended_at=None).order_by("-ended_at")[:50]]


def demands_due(by: Worker, *, at: datetime) -> int:
    """How many demands of the asker's agency have a step that is due within a day."""
    return _due.count(by, at, at + timedelta(days=1)) if SEE_DEMAND.allows(by) else 0


@question
def _due(by: Worker, at: datetime, until: datetime) -> QuerySet[Demand]:
    rows = reached(by, SEE_DEMAND, Demand.objects.only("id"), at=at)
    return rows.filter(ended_at=None, next_due_at__lt=until)


def unnamed_demands() -> int:
    """How many demands of the asking agency wait for an answer and name no case: any of its files may be meant."""
    return Demand.objects.filter(case_id=None, ended_at=None).count()


def demand_by_ref(ref: str, *, by: Worker, at: datetime, permission: Permission = SEE_DEMAND) -> Demand:
    """The demand behind a reference, if this worker may have it; refused otherwise."""
    return by_ref(_demand_rows, permission, ref, by=by, at=at)


def _demand_rows() -> QuerySet[Demand]:
    return Demand.objects.select_related("agency")


def steps_of(row: Demand) -> dict[str, datetime]:
    """When each step with this demand is due, by its code."""
    guide = guide_for(row.agency, row.kind)
    return {step.id: step.due(row.received_at, row.deadline_at) for step in guide.steps} if guide else {}


def outcomes_of(row: Demand) -> tuple[str, ...]:
    """How a demand of this kind may end."""
    guide = guide_for(row.agency, row.kind)
    return guide.outcomes if guide else ()


def next_due(row: Demand, *, done: Collection[str]) -> datetime | None:
    """When the next step that is not done is due."""
    return min((due for step, due in steps_of(row).items() if step not in done), default=None)


def grounds_of(row: Demand, *, at: datetime) -> frozenset[str]:
    """On which grounds something could be handed over for this demand now."""
    found = {"warrant"} if row.kind == "search_warrant" else set()
    found |= {"own_only"} if row.kind == "own_file" else set()
    if row.case_id is None:
        return frozenset(found)
    orders = Authority.objects.filter(
        case_id=row.case_id, kind="court_order", state="open", from_at__lte=at, until_at__gt=at
    )
    found |= {"court_order"} if orders.exists() else set()
    released = Release.objects.filter(living_release(at), case_id=row.case_id)
    return frozenset(found | ({"release"} if released.exists() else set()))
