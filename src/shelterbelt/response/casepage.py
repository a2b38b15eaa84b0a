"""Gathers a case for its page: parties, danger and why, what is due, what others' grants show right now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shelterbelt.access.bars import DANGER, INCIDENTS, NOTES, STEPS, WHO
from shelterbelt.access.models import Worker
from shelterbelt.access.queries import names_of
from shelterbelt.access.rules import may, may_each
from shelterbelt.access.words import GLASS_WORDS
from shelterbelt.agencies.sealed import opened
from shelterbelt.assessments.policy import (
    RECORD_HAPPENING,
    SEE_ASSESSMENT,
    SET_LEVEL,
    TAKE_ASSESSMENT,
    TAKE_SCREEN,
)
from shelterbelt.assessments.queries import held_by, screens_of, waiting_for
from shelterbelt.assessments.words import said_of
from shelterbelt.cases.models import Case, CaseIncident, Involvement
from shelterbelt.cases.policy import KEEP_OUT, RESTRICT_FILE, WRITE_CASE
from shelterbelt.cases.queries import face
from shelterbelt.consent.policy import RECORD_DEATH, TAKE_RELEASE
from shelterbelt.consent.queries import grants_of_case, held_grants, read_held, releases_of_case
from shelterbelt.consent.show import state_of
from shelterbelt.library import shelf
from shelterbelt.notices.policy import SEE_SAFE_CONTACT
from shelterbelt.people.queries import details, name_of
from shelterbelt.referrals.models import ContactChoice, Referral
from shelterbelt.referrals.policy import ASK_CONTACT, REFER
from shelterbelt.response.queries import open_work_of, work
from shelterbelt.response.timeline import timeline
from shelterbelt.store.questions import question
from shelterbelt.ui.links import address

# Ends are kept as the first instant after; a page names the last day that still counts.
BEFORE = timedelta(seconds=1)


# What may be done with a case: label, page, and the right to it; without one, it is for the agency that holds the case.
BUTTONS = (
    (gettext_noop("Write a note"), "note_new", WRITE_CASE),
    (gettext_noop("New assessment"), "sheet_new", TAKE_ASSESSMENT),
    (gettext_noop("Danger over time"), "danger_over_time", SEE_ASSESSMENT),
    (gettext_noop("Set the danger level"), "level_set", SET_LEVEL),
    (gettext_noop("What happened or is planned"), "happening_new", RECORD_HAPPENING),
    (gettext_noop("Before you act"), "before_act", RECORD_HAPPENING),
    (gettext_noop("Take a release"), "release_new", TAKE_RELEASE),
    (gettext_noop("How to reach them"), "safe_contact", SEE_SAFE_CONTACT),
    (gettext_noop("Make a referral"), "referral_new", REFER),
    (gettext_noop("Who must never see it"), "kept_out", KEEP_OUT),
    (gettext_noop("Close to a team"), "file_team", RESTRICT_FILE),
    (gettext_noop("Who has looked"), "access_log", None),
    (gettext_noop("If they have died"), "case_death", RECORD_DEATH),
)


@dataclass(frozen=True)
class Button:
    """Something the asker may do with a case."""

    label: str
    url: str


def buttons(case: Case, *, by: Worker, at: datetime) -> list[Button]:
    """What the asker may do with this case, by permission; nothing that this node does not serve."""
    own = case.agency_id == by.agency_id
    allowed = may_each(by, (right for _label, _name, right in BUTTONS if right), case, at=at)
    found = [
        Button(_(label), url)
        for label, name, right in BUTTONS
        if (allowed[right] if right else own) and (url := address(name, case.ref))
    ]
    return [*found, *_ask_contact(case, by=by, at=at), *_from_above(case, by=by, at=at)]


def _from_above(case: Case, *, by: Worker, at: datetime) -> list[Button]:
    """What apps above this one may do with a case: found through the one name in the settings."""
    links = (import_string(place)(case, by=by, at=at) for place in settings.CASE_LINKS)
    return [Button(*link) for link in links if link]


def through_glass(case: Case, parts: Mapping[str, datetime], *, by: Worker, at: datetime) -> dict[str, Any]:
    """What broken glass shows of a case: nothing of a part that it was not broken for, not even that it is empty."""
    own, shown = case.agency_id == by.agency_id, face(case)
    lines = timeline(case, by=by, at=at).items if parts.keys() & {INCIDENTS, NOTES} else ()
    return {
        "case": {"survivor": shown.survivor or _("Not named"), "other": shown.other, "level": case.level},
        "agency": "" if own else shown.agency,
        "until": max(parts.values()),
        "parts": [(GLASS_WORDS[part], until) for part, until in parts.items() if part != WHO],
        "parties": parties(case, own=own),
        "danger": danger(case, at=at) if DANGER in parts else None,
        "work": work(open_work_of(case), by=by, at=at) if STEPS in parts else None,
        "lines": lines,
        "own": False,
    }


def _ask_contact(case: Case, *, by: Worker, at: datetime) -> list[Button]:
    """The question about contact belongs to the newest incident."""
    newest = _newest.first(case.id) if ASK_CONTACT.allows(by) else None
    if newest is None or not may(by, ASK_CONTACT, newest.incident, at=at):
        return []
    url = address("contact_choice", newest.incident.ref)
    return [Button(_("Ask about contact"), url)] if url else []


@question
def _newest(case_id: UUID) -> QuerySet[CaseIncident]:
    attached = CaseIncident.objects.filter(case_id=case_id).select_related("incident")
    return attached.order_by("-incident__happened_at")[:1]


@question
def _involved(case_id: UUID) -> QuerySet[Involvement]:
    attached = CaseIncident.objects.filter(case_id=case_id).values("incident_id")
    rows = Involvement.objects.filter(incident__in=attached, until_at=None)
    return rows.select_related("person", "incident").order_by("-incident__happened_at")[:100]


def may_screen(case: Case, *, by: Worker, at: datetime) -> bool:
    """Whether the asker may take a screen in this case."""
    return may(by, TAKE_SCREEN, case, at=at)


def parties(case: Case, *, own: bool) -> list[dict[str, Any]]:
    """The people of the case with the roles they had, incident by incident; nobody has a role outside one."""
    roles: dict[Any, list[dict[str, Any]]] = {}
    people = {case.survivor_id: case.survivor, **({case.other_id: case.other} if case.other else {})}
    for row in _involved(case.id):
        people.setdefault(row.person_id, row.person)
        said = {
            "role": _(shelf.label_of("party_roles", row.role)),
            "at": row.incident.happened_at,
            "url": address("incident", row.incident.ref) if own else "",
        }
        roles.setdefault(row.person_id, []).append(said)
    return [_party(person, roles.get(key, []), case) for key, person in people.items() if person]


def _party(person: Any, roles: list[dict[str, Any]], case: Case) -> dict[str, Any]:
    known = details(person)
    return {
        "name": name_of(person) or _("Not named"),
        "born_on": known.get("born_on", ""),
        "other_names": known.get("other_names", []),
        "language": _(shelf.label_of("languages", known["language"])) if known.get("language") else "",
        "interpreter": bool(known.get("interpreter")),
        "place": _place(person.id, case),
        "roles": roles[:5],
        "more": max(len(roles) - 5, 0),
    }


def _place(person_id: Any, case: Case) -> str:
    if person_id == case.survivor_id:
        return _("Survivor in this case")
    return _("Other person in this case") if person_id == case.other_id else ""


def danger(case: Case, *, at: datetime) -> dict[str, Any]:
    """The level, who or what holds it, when a person last looked; screens stand apart: they are reasons to offer a call."""
    found, lines = held_by(case, at=at)
    screens = screens_of(case)
    looked_by = [i for line in lines for i in (line.set_by, line.second)]
    names = names_of([*looked_by, *(screen.started_by for screen in screens)])
    waiting = waiting_for(case)
    return {
        "level": case.level,
        "held": [said_of(line, names) for line in lines],
        "reviewed_at": found.last_reviewed_at,
        "waiting": waiting.level if waiting else "",
        "screens": [
            {
                "at": screen.finished_at,
                "by": names.get(screen.started_by, ""),
                "triggered": screen.triggered,
                "medical": screen.medical,
                "url": address("screen_result", screen.ref),
            }
            for screen in screens[:5]
        ],
    }


def told_by_others(case: Case, *, by: Worker, at: datetime) -> list[dict[str, Any]]:
    """What other nodes' grants about this case show now, each read live and marked by its source."""
    held = held_grants(references(case), by=by, at=at)
    return [_told(row, read_held(row, by=by, at=at)) for row in held]


def references(case: Case) -> list[str]:
    """The references under which other agencies may know this case: of its contact requests, and its own."""
    found = {*_choices(case.id, case.agency_id), case.ref}
    for referral in _referred_to_us(case.id):
        found |= {referral.peer_ref, str(opened(referral).get("release", ""))}
    return sorted(found - {""})


@question
def _choices(case_id: UUID, agency_id: UUID) -> QuerySet[ContactChoice, str]:
    attached = CaseIncident.objects.filter(case_id=case_id).values("incident_id")
    rows = ContactChoice.objects.filter(Q(incident__in=attached) | Q(case_id=case_id), agency_id=agency_id)
    return rows.values_list("ref", flat=True)


@question
def _referred_to_us(case_id: UUID) -> QuerySet[Referral]:
    return Referral.objects.filter(case_id=case_id, direction="in")


def _told(held: Any, read: Any) -> dict[str, Any]:
    return {
        "agency": held.holder.name,
        "until": held.until_at - BEFORE,
        "state": read.state,
        "limits": read.limits,
        "sections": [
            {"title": _(part.title), "rows": [(_(label), value) for label, value in part.rows if label]}
            for part in read.sections or ()
        ],
    }


def released(case: Case, *, by: Worker, at: datetime) -> list[dict[str, Any]]:
    """The releases about this case, for those who may see them."""
    return [
        {
            "agency": row.recipient,
            "categories": [_(category) for category in row.categories],
            "until": row.expires_at - BEFORE,
            "state": state_of(row),
            "url": address("release", row.ref),
        }
        for row in releases_of_case(case.id, by=by, at=at)
    ]


def opened_to(case: Case, *, at: datetime) -> list[dict[str, Any]]:
    """What this case opens to other system agencies by agreement, order or mandate."""
    bases = {"agreement": _("by agreement"), "court_order": _("by court order"), "mandate": _("by mandate")}
    return [
        {"agency": row.recipient, "basis": bases[row.basis], "until": row.until_at - BEFORE}
        for row in grants_of_case(case.id, at=at)
        if row.basis in bases and row.state == "living"
    ]
