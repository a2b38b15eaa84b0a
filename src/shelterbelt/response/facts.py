"""Reads an entry of the ledger back into the facts that a protocol asks about.

Decides nothing, and changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from shelterbelt.agencies.sealed import opened, opened_under
from shelterbelt.assessments.models import Assessment, Happening, LevelSet, Reassessment, Screen
from shelterbelt.assessments.queries import NECK, chosen, hidden_within, level_beside, told_of
from shelterbelt.breaches.models import Breach
from shelterbelt.cases.models import Case, CaseIncident, Incident
from shelterbelt.cases.queries import steps
from shelterbelt.ledger.models import Entry
from shelterbelt.orders.models import Order, OrderHappening
from shelterbelt.orders.queries import reminded_of, renewed, standing
from shelterbelt.people.models import Person, PersonVersion
from shelterbelt.referrals.models import ContactChoice, ContactRequest, Referral
from shelterbelt.response.models import Action
from shelterbelt.rules.conditions import Fact
from shelterbelt.rules.deadlines import Event
from shelterbelt.rules.detention import RAISES
from shelterbelt.rules.levels import level_of
from shelterbelt.rules.orders import BINDING
from shelterbelt.supervision.models import DetainedNews


@dataclass(frozen=True)
class Told:
    """What an entry tells a protocol: the event, the facts, and where the work belongs."""

    event: Event
    facts: dict[str, Fact] = field(default_factory=dict)
    case: Case | None = None
    incident: Incident | None = None


def facts_about(entry: Entry) -> Told | None:
    """The facts of an entry; none when it tells a protocol nothing or its row is gone."""
    reader = READERS.get(entry.kind)
    return reader(entry) if reader else None


def _event(entry: Entry, happened_at: datetime | None = None) -> Event:
    return Event(entry.kind, happened_at or entry.at, entry.at)


def _incident_recorded(entry: Entry) -> Told | None:
    incident = Incident.objects.filter(id=entry.about).first()
    if incident is None:
        return None
    case = _case_of(incident.id)
    facts: dict[str, Fact] = {
        "imported": incident.source != "officer",
        "known_case": bool(case and case.opened_at < (incident.recorded_at or entry.at)),
        "roles_undetermined": incident.involvements.filter(role="undetermined", until_at=None).exists(),
    }
    if not facts["imported"]:
        facts["strangulation"] = neck(steps(incident))
    return Told(_event(entry, incident.happened_at), facts, case, incident)


def neck(content: Any) -> bool:
    """Whether anything that was chosen speaks of pressure on the neck."""
    return not NECK.isdisjoint(chosen(content))


def _roles_corrected(entry: Entry) -> Told | None:
    """The incident is another case's by now, perhaps one that was there before."""
    incident = Incident.objects.filter(id=entry.about).first()
    if incident is None:
        return None
    case = _case_of(incident.id)
    facts: dict[str, Fact] = {
        "imported": incident.source != "officer",
        "known_case": bool(case and case.opened_at < entry.at),
    }
    return Told(_event(entry, incident.happened_at), facts, case, incident)


def _case_opened(entry: Entry) -> Told | None:
    case = Case.objects.filter(id=entry.about).first()
    if case is None:
        return None
    sources = CaseIncident.objects.filter(case=case).values_list("incident__source", flat=True)[:1]
    facts: dict[str, Fact] = {
        "door": case.door,
        "level": level_beside(case, (), at=entry.at).word,
        "imported": any(source != "officer" for source in sources),
    }
    if case.door == "direct":
        facts["strangulation"] = neck(opened(case))
    return Told(_event(entry), facts, case)


def _screen_finished(entry: Entry) -> Told | None:
    screen = Screen.objects.select_related("case", "incident").filter(id=entry.about).first()
    if screen is None:
        return None
    result = opened(screen).get("result", {})
    facts: dict[str, Fact] = {
        "triggered": bool(screen.triggered),
        "medical": bool(screen.medical),
        "medical_unknown": bool(result.get("medical_unknown")),
        "review": bool(result.get("review")),
    }
    case = screen.case or _case_of(screen.incident_id)
    return Told(_event(entry), facts, case, screen.incident)


def _level_said(entry: Entry) -> Told | None:
    """The level that holds since; `raised`: whether this line moved it, `machine`: whether no person said it."""
    found = LevelSet.objects.select_related("case").filter(id=entry.about).first()
    if found is None:
        return None
    level = level_beside(found.case, found.rests_on, at=entry.at).word
    facts: dict[str, Fact] = {"level": level, "raised": found.moved, "source": found.source}
    return Told(_event(entry, found.happened_at), facts, found.case, _hidden_one(found))


def _hidden_one(said: LevelSet) -> Incident | None:
    """The report that a line rests on and that is hidden from some: the work that follows is hidden with it."""
    hidden = hidden_within(said.case, set(said.rests_on))
    return Incident.objects.filter(id__in=hidden).order_by("id").first() if hidden else None


def _level_undone(entry: Entry) -> Told | None:
    """`fell`: whether less holds than the line said."""
    found = LevelSet.objects.select_related("case").filter(id=entry.about).first()
    if found is None:
        return None
    level = level_beside(found.case, found.rests_on, at=entry.at)
    fell = level < level_of(found.level)
    return Told(_event(entry), {"level": level.word, "fell": fell}, found.case, _hidden_one(found))


def _reassessed(entry: Entry) -> Told | None:
    found = Reassessment.objects.select_related("case").filter(id=entry.about).first()
    if found is None:
        return None
    return Told(_event(entry), {"level": level_beside(found.case, (), at=entry.at).word}, found.case)


def _assessment_finished(entry: Entry) -> Told | None:
    """A correction is read as the sheet that it made: what its answers ask for now is opened."""
    found = Assessment.objects.select_related("case", "incident").filter(id=entry.about).first()
    if found is None:
        return None
    told = opened(found).get("result", {})
    facts: dict[str, Fact] = {"positive": bool(told.get("positive")), "instrument": found.instrument}
    facts |= {str(code): True for code in told.get("does", ())}
    event = Event("assessment.finished", entry.at, entry.at)
    return Told(event, facts, found.case or _case_of(found.incident_id), found.incident)


def _action_done(entry: Entry) -> Told | None:
    found = Action.objects.select_related("case", "incident").filter(id=entry.about).first()
    if found is None:
        return None
    facts: dict[str, Fact] = {"kind": found.kind, "outcome": found.outcome}
    if found.case is not None:
        about = (found.incident_id,) if found.incident_id else ()
        facts["level"] = level_beside(found.case, about, at=entry.at).word
    return Told(_event(entry), facts, found.case, found.incident)


def _happening_recorded(entry: Entry) -> Told | None:
    """What happened, lasts or is planned; `act`: the act that it is, empty for none."""
    row = Happening.objects.select_related("case").filter(id=entry.about).first()
    if row is None:
        return None
    told = told_of(row, row.case)
    facts: dict[str, Fact] = {
        "type": str(told["type"]),
        "planned": row.planned,
        "act": str(told.get("act", "")),
        "level": level_beside(row.case, (), at=entry.at).word,
    }
    return Told(_event(entry, row.happened_at), facts, row.case)


def _breach_said(entry: Entry) -> Told | None:
    """A breach of an order that belongs to a case: `source`: who or what told of it. Without a case it waits on its own list."""
    row = Breach.objects.select_related("case").filter(id=entry.about).first()
    if row is None or row.case is None:
        return None
    facts: dict[str, Fact] = {"source": row.source, "level": level_beside(row.case, (), at=entry.at).word}
    return Told(_event(entry, row.happened_at), facts, row.case)


def _order_ending(entry: Entry) -> Told | None:
    """An order of a case that ends soon and still binds; `near`: no more than one reminder is left before its end.

    An order that was renewed opens nothing. Without a case it waits on the list of what ends soon.
    """
    row = Order.objects.select_related("case", "replaced_by").filter(id=entry.about).first()
    if row is None or row.case is None or renewed(row, entry.at):
        return None
    how = standing(row, entry.at)
    if how.state not in BINDING or how.until_at is None:
        return None
    facts: dict[str, Fact] = {
        "kind": row.kind,
        "near": sum(one > entry.at for one in reminded_of(row, how.until_at)) < 2,
        "level": level_beside(row.case, (), at=entry.at).word,
    }
    return Told(_event(entry), facts, row.case)


def orders_settled(entry: Entry) -> list[UUID]:
    """The orders about whose end nobody is to be asked any more: they were renewed, or they bind no longer.

    A case has one such work for all of its orders: none of them while another one ends soon, and all when the last is settled.
    """
    line = OrderHappening.objects.filter(id=entry.about).values_list("order_id", flat=True).first()
    rows = Order.objects.select_related("replaced_by").filter(Q(id=line) | Q(replaced_by_id=line))
    found: set[UUID] = set()
    for row in rows if line else ():
        both = [row, *_told_beside(row)]
        if all(_is_settled(one, entry.at) for one in both):
            found.update(one.id for one in both)
    return sorted(found)


def _told_beside(order: Order) -> Iterable[Order]:
    """Other orders of its case of which somebody was told that they end."""
    if order.case_id is None:
        return ()
    told = Order.objects.filter(case_id=order.case_id, agency_id=order.agency_id, reminders__isnull=False)
    return told.exclude(id=order.id).select_related("replaced_by").distinct()


def _is_settled(order: Order, at: datetime) -> bool:
    return renewed(order, at) or standing(order, at).state not in BINDING


def _detained_news(entry: Entry) -> Told | None:
    """What a survivor is to be told of somebody who is detained; `raises`: it is never told to nobody."""
    row = DetainedNews.objects.select_related("case").filter(id=entry.about, state="open").first()
    if row is None:
        return None
    facts: dict[str, Fact] = {
        "news": row.news[0],
        "raises": any(one in RAISES for one in row.news),
        "alarm": row.alarm,
    }
    return Told(_event(entry, row.happened_at), facts, row.case)


def _contact_asked(entry: Entry) -> Told | None:
    choice = ContactChoice.objects.select_related("case", "incident").filter(id=entry.about).first()
    if choice is None:
        return None
    case = choice.case or _case_of(choice.incident_id)
    wanted = choice.wanted and choice.letter_id is None
    return Told(_event(entry), {"contact_wanted": wanted}, case, choice.incident)


def _request_arrived(entry: Entry) -> Told | None:
    request = ContactRequest.objects.select_related("case").filter(id=entry.about).first()
    return Told(_event(entry), {}, request.case) if request else None


def _release_taken(entry: Entry) -> Told | None:
    from shelterbelt.consent.models import Release

    release = Release.objects.filter(id=entry.about).first()
    case = Case.objects.filter(id=release.case_id).first() if release else None
    return Told(_event(entry), {}, case) if case else None


def _release_less(entry: Entry) -> Told | None:
    """A release became narrower or ended; `own_hand`: the survivor did it themselves, or somebody who made them."""
    told = _release_taken(entry)
    if told is None or told.case is None:
        return None
    return Told(told.event, {"own_hand": entry.by == told.case.survivor_id}, told.case)


def _contact_change(entry: Entry) -> Told | None:
    """A change of how they are reached waits to be checked; `own_hand`: it was made in the portal, unseen by anybody."""
    case = Case.objects.filter(id=entry.about).first()
    return Told(_event(entry), {"own_hand": entry.by == case.survivor_id}, case) if case else None


def _referral_declined(entry: Entry) -> Told | None:
    referral = Referral.objects.select_related("case").filter(id=entry.about, direction="out").first()
    return Told(_event(entry), {}, referral.case) if referral else None


def _person_changed(entry: Entry) -> Told | None:
    """A survivor with an open case; `moved`: whether they live somewhere else than before."""
    person = Person.objects.filter(id=entry.about).first()
    case = Case.objects.filter(survivor_id=entry.about, closed_at=None).order_by("opened_at", "id").first()
    before = PersonVersion.objects.filter(person_id=entry.about, replaced_at=entry.at).order_by("-id").first()
    if person is None or case is None or before is None:
        return None
    known = opened_under(person.key, person.id, person.agency_id, before.sealed).get("address") or ""
    return Told(_event(entry), {"moved": known != (opened(person).get("address") or "")}, case)


def _case_of(incident_id: UUID | None) -> Case | None:
    if incident_id is None:
        return None
    attached = (
        CaseIncident.objects.filter(incident_id=incident_id).select_related("case").order_by("id").first()
    )
    return attached.case if attached else None


READERS: dict[str, Callable[[Entry], Told | None]] = {
    "incident.recorded": _incident_recorded,
    "roles.corrected": _roles_corrected,
    "case.opened": _case_opened,
    "screen.finished": _screen_finished,
    "assessment.finished": _assessment_finished,
    "assessment.corrected": _assessment_finished,
    "level.set": _level_said,
    "level.raised": _level_said,
    "level.undone": _level_undone,
    "reassessment.asked": _reassessed,
    "reassessment.agreed": _reassessed,
    "happening.recorded": _happening_recorded,
    "breach.possible": _breach_said,
    "breach.confirmed": _breach_said,
    "action.done": _action_done,
    "order.ending": _order_ending,
    "detained.news": _detained_news,
    "contact.asked": _contact_asked,
    "contact_request.arrived": _request_arrived,
    "release.taken": _release_taken,
    "release.withdrawn": _release_less,
    "safe_contact.proposed": _contact_change,
    "release.narrowed": _release_less,
    "referral.declined": _referral_declined,
    "person.changed": _person_changed,
}
