"""Reading work: whose it is, when it is due, and why, in the protocol's own words.

Starts from what the asker may see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import NotForYou, by_ref, reached, visible
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import opened_under
from shelterbelt.assessments.forms import told
from shelterbelt.assessments.models import Reassessment
from shelterbelt.cases.models import Case, Incident
from shelterbelt.consent.models import Grant
from shelterbelt.consent.policy import living
from shelterbelt.library import shelf
from shelterbelt.library.files import LibraryError
from shelterbelt.referrals.models import ContactRequest
from shelterbelt.response.models import Action
from shelterbelt.response.policy import DO_WORK, SEE_OVERDUE, SEE_WORK, works_as
from shelterbelt.response.preparing import acts_for, rule_of_act
from shelterbelt.rules.deadlines import Ladder, Protocol, Rule, overdue, rule_named
from shelterbelt.store.questions import question

PAGE = 25
SECOND_LOOK = "second_look"


@dataclass(frozen=True)
class Work:
    """One piece of work as a page shows it."""

    ref: str
    title: str
    why: str
    source: str
    how: tuple[str, ...]
    due_at: datetime
    late: bool
    now: bool
    owner: str
    mine: bool
    unit: str
    agency: str
    case_ref: str
    incident_ref: str
    request_ref: str
    done_at: datetime | None
    outcome: str
    reassessment_ref: str = ""
    told_above: bool = False
    for_them: bool = True


def action_by_ref(ref: str, *, by: Worker, at: datetime) -> Action:
    """The action behind a reference, if this worker may do it; refused otherwise."""
    return by_ref(_action_rows, DO_WORK, ref, by=by, at=at)


def _action_rows() -> QuerySet[Action]:
    return Action.objects.select_related("case", "incident", "unit", "owner", "agency")


def protocol_for(action: Action) -> Protocol:
    """The protocol that asked for an action, as it is now."""
    return shelf.protocol(*action.protocol.split("/"))


def ladder_of(action: Action) -> Ladder:
    """The chain up which an action goes when it is overdue; none when the library no longer has its protocol."""
    try:
        return protocol_for(action).ladder
    except LibraryError:
        return Ladder()


def calls_due(agency_id: UUID, *, at: datetime, most: int) -> list[Action]:
    """An agency's open work for which the next step up the chain is due, the longest waiting first."""
    rows = Action.objects.filter(agency_id=agency_id, done_at=None, call_at__lte=at)
    return list(rows.order_by("call_at", "id")[:most])


def rule_of(action: Action) -> Rule | None:
    """The line of the protocol, or of the acts' file, that asked for an action; none when it is no longer there."""
    if (found := rule_of_act(action)) is not None:
        return found
    try:
        return rule_named(protocol_for(action), action.rule)
    except (LibraryError, KeyError):
        return None


def title_of(action: Action) -> str:
    """What an action is called, in the protocol's words."""
    rule = rule_of(action)
    return gettext(rule.title) if rule else action.kind.replace("_", " ").capitalize()


def work(actions: Iterable[Action], *, by: Worker, at: datetime) -> list[Work]:
    """Actions as pages show them; owners' names are opened for the asker's own agency only."""
    listed = list(actions)
    names = names_of(action.owner_id for action in listed)
    refs = {**_requests(listed), **_reassessments(listed)}
    return [_work(action, names.get(action.owner_id, ""), refs, by, at) for action in listed]


def _work(action: Action, owner: str, refs: dict[Any, str], by: Worker, at: datetime) -> Work:
    rule = rule_of(action)
    return Work(
        ref=action.ref,
        title=title_of(action),
        why=gettext(rule.why) if rule else "",
        source=_source(action, rule),
        how=_manners(action, rule),
        due_at=action.due_at,
        late=action.done_at is None and overdue(action.due_at, at),
        now=bool(rule and rule.now),
        owner=owner,
        mine=action.owner_id == by.id,
        unit=action.unit.name if action.unit else "",
        agency=action.agency.name,
        case_ref=action.case.ref if action.case else "",
        incident_ref=action.incident.ref if action.incident else "",
        request_ref=refs.get(action.about, "") if action.kind == "contact_attempt" else "",
        done_at=action.done_at,
        outcome=_outcome(action.outcome),
        reassessment_ref=refs.get(action.about, "") if action.kind == SECOND_LOOK else "",
        told_above=action.calls > 1,
        for_them=action.asked_by != by.id,
    )


def _outcome(code: str) -> str:
    return (
        gettext("Taken over by newer work")
        if code == "replaced"
        else gettext(shelf.label_of("action_outcomes", code))
        if code
        else ""
    )


def _source(action: Action, rule: Rule | None) -> str:
    """Where the interval comes from: a page says of an assumption that it is one."""
    if rule is None:
        return ""
    source = gettext((acts_for(action) or protocol_for(action)).sources[rule.source])
    return f"{source} ({told(rule.tag)})"


def _manners(action: Action, rule: Rule | None) -> tuple[str, ...]:
    if rule is None:
        return ()
    manners = (acts_for(action) or protocol_for(action)).manners
    return tuple(gettext(manners[code]) for code in rule.how)


def _requests(actions: list[Action]) -> dict[Any, str]:
    about = {action.about for action in actions if action.kind == "contact_attempt" and action.about}
    return dict(ContactRequest.objects.filter(id__in=about).values_list("id", "ref")) if about else {}


def _reassessments(actions: list[Action]) -> dict[Any, str]:
    about = {action.about for action in actions if action.kind == SECOND_LOOK and action.about}
    return dict(Reassessment.objects.filter(id__in=about).values_list("id", "ref")) if about else {}


def key_of(action: Action) -> bytes:
    """The key under which an action's notes lie: of its case, its incident, or what it came from."""
    for row in (action.case, action.incident):
        if row is not None:
            return bytes(row.key)
    request = ContactRequest.objects.filter(id=action.about).first() if action.about else None
    if request is None:
        raise NotForYou
    return bytes(request.key)


def notes_of(action: Action) -> list[dict[str, Any]]:
    """What was written when work was done or passed on, newest first."""
    key = key_of(action)
    return [
        {**opened_under(key, n.id, n.agency_id, bytes(n.sealed)), "by": n.written_by, "at": n.written_at}
        for n in action.notes.order_by("-written_at")
    ]


def _rows() -> QuerySet[Action]:
    return Action.objects.select_related("case", "incident", "unit", "agency")


def open_work_of(place: Case | Incident) -> list[Action]:
    """The open work of a case or an incident, soonest first."""
    return _open_of_case(place.id) if isinstance(place, Case) else _open_of_incident(place.id)


@question
def _open_of_case(case_id: UUID) -> QuerySet[Action]:
    return _rows().filter(case_id=case_id, done_at=None).order_by("due_at", "id")[:50]


@question
def _open_of_incident(incident_id: UUID) -> QuerySet[Action]:
    return _rows().filter(incident_id=incident_id, done_at=None).order_by("due_at", "id")[:50]


def my_work(by: Worker, *, at: datetime, after: str = "") -> tuple[list[Action], str]:
    """Open work of the worker, and their unit's without an owner, most overdue first; where to go on.

    Each part is one walk along an index: a large agency's open work is never sorted as a whole.
    """
    if not SEE_WORK.allows(by):
        return [], ""
    last = _mine_by_ref.first(by, at, after) if after else None
    start, roles = _beginning(last), works_as(by)
    walks = [_owned(by, at, *start), _free(by, at, roles, None, *start)]
    if by.unit_id:
        walks.append(_free(by, at, roles, by.unit_id, *start))
    return _page(walks)


def _mine(by: Worker, at: datetime) -> QuerySet[Action]:
    rows = reached(by, SEE_WORK, _rows(), at=at)
    return rows.filter(agency_id=by.agency_id, done_at=None)


@question
def _mine_by_ref(by: Worker, at: datetime, ref: str) -> QuerySet[Action]:
    return _mine(by, at).filter(ref=ref)


@question
def _owned(by: Worker, at: datetime, due: datetime | None, last: UUID | None) -> QuerySet[Action]:
    return _walk(_mine(by, at).filter(owner_id=by.id), due, last)


@question
def _free(
    by: Worker, at: datetime, roles: list[str], unit: UUID | None, due: datetime | None, last: UUID | None
) -> QuerySet[Action]:
    return _walk(
        _mine(by, at).filter(Q(unit_id=unit) if unit else Q(unit=None), owner=None, role__any=roles),
        due,
        last,
    )


def overdue_work(by: Worker, *, at: datetime, after: str = "") -> tuple[list[Action], str]:
    """Overdue work of the system's agencies that an agreement opens to the asker, most overdue first."""
    rows = visible(by, SEE_OVERDUE, Action.objects.select_related("unit", "agency"), at=at)
    rows = rows.filter(done_at=None, due_at__lt=at)
    holders = holders_of("actions", by=by, at=at)
    start = _beginning(rows.filter(ref=after).first() if after else None)
    return _page([list(_walk(rows.filter(agency_id=holder), *start)) for holder in holders])


def holders_of(category: str, *, by: Worker, at: datetime) -> list[UUID]:
    """The other agencies of this node that open a category to the asker's agency now, with one case or all.

    One short look for each agency of the node: millions of grants are never read to name a handful of holders.
    """
    return sorted(agency.id for agency in sharing(category, by=by, at=at))


def sharing(category: str, *, by: Worker, at: datetime) -> list[Agency]:
    """The same, as agencies, by name."""
    return _sharing(by, at, (category,), False)


def holders_of_all(category: str, *, by: Worker, at: datetime) -> set[UUID]:
    """The agencies that open this category of all their cases to the asker's agency now."""
    return {agency.id for agency in _sharing(by, at, (category,), True)}


@question
def _sharing(by: Worker, at: datetime, categories: tuple[str, ...], of_all: bool) -> QuerySet[Agency]:
    grants = Grant.objects.filter(
        living(at), recipient_id=by.agency_id, categories__contains=categories, agency_id=OuterRef("id")
    )
    if of_all:
        grants = grants.filter(case_id=None)
    # Not `exists`, and in the index's order: PostgreSQL would read every grant to us, where each agency's first one tells.
    opens = Subquery(grants.order_by("case_id").values("agency_id")[:1])
    return Agency.objects.filter(node__is_self=True, id=opens).exclude(id=by.agency_id)


def _beginning(last: Action | None) -> tuple[datetime | None, UUID | None]:
    return (last.due_at, last.id) if last else (None, None)


def _walk(rows: QuerySet[Action], due: datetime | None, last: UUID | None) -> QuerySet[Action]:
    """One more than a page of these rows in the order of due times, beyond the last one that was shown."""
    if due:
        rows = rows.filter(Q(due_at__gt=due) | Q(id__gt=last), due_at__gte=due)
    return rows.order_by("due_at", "id")[: PAGE + 1]


def _page(walks: list[list[Action]]) -> tuple[list[Action], str]:
    """One page of the walks together, in the order of due times, and the reference from which to go on."""
    found = list(islice(merge(*walks, key=lambda action: (action.due_at, action.id)), PAGE + 1))
    return found[:PAGE], found[PAGE - 1].ref if len(found) > PAGE else ""
