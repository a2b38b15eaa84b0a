"""Imagined people, records and wishes of the county in the shape that the actions take. Saves nothing."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shelterbelt.cases.models import Case, Incident
from shelterbelt.people.models import Person
from shelterbelt.referrals.models import ContactRequest, Referral
from shelterbelt.rules.releases import EXPLAINED, Draft, Signer
from shelterbelt.scenarios import events as e

SHARED_NOTES = {
    "safety_needs": "Wants the lock of the back door changed, and a lift on the day of the hearing.",
    "plans": "Stays with a cousin until Friday. Goes to the clerk about an order on Monday.",
    "danger_view": "Is most afraid of the weekends, and of being followed on the way home.",
    "orders": "Has asked for a protection order; the hearing is in two weeks.",
    "incident_account": "Says that it began over the car keys, and that a neighbour came to the door.",
    "children": "The children sleep at their grandparents' until further notice.",
}


@dataclass
class Told:
    """What one course has made on this node so far."""

    course: e.Course
    people: dict[tuple[str, str], Person] = field(default_factory=dict)
    incidents: dict[str, list[Incident]] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    requests: dict[str, ContactRequest] = field(default_factory=dict)
    referrals: dict[str, Referral] = field(default_factory=dict)


def details_of(person: e.Person) -> dict[str, Any]:
    """An imagined person as an agency records them."""
    return {
        "name": person.name,
        "other_names": list(person.other_names),
        "born_on": person.born_on.isoformat() if isinstance(person.born_on, date) else "",
        "phones": list(person.phones),
        "address": person.address,
        "language": person.language,
        "interpreter": person.interpreter,
    }


def content_of(event: e.IncidentReported) -> dict[str, dict[str, Any]]:
    """The answers of an imagined record in the steps of the real one."""
    said = event.answers
    return {
        "scene": dict(said.get("scene", {})),
        "people": {k: said[k] for k in ("relationship",) if said.get(k)},
        "events": {
            "narrative": event.narrative,
            "place": said.get("place", ""),
            "happened_at": event.happened_at.isoformat(),
        },
        "harm": {k: list(said[k]) for k in ("abuse_types", "injuries", "weapons", "history") if said.get(k)},
        "account": {"account": said.get("account", ""), "own_view": said.get("survivor_view", "")},
        "explained": {"explained": list(said.get("rights_explained", []))},
    }


def wishes_of(told: dict[str, Any], survivor: e.Person) -> dict[str, Any]:
    """Imagined contact instructions as the form gives them: one window of days and hours."""
    window = (told.get("windows") or [{"days": list(range(7)), "from": "", "until": ""}])[0]
    return {
        "name": survivor.name.split()[0],
        "channels": list(told["channels"]),
        "number": told.get("number", ""),
        "days": [str(day) for day in window["days"]],
        "from": window["from"],
        "until": window["until"],
        "zone": told["zone"],
        "voicemail": bool(told.get("voicemail_allowed")),
        "code_word": told.get("code_word", ""),
        "may_answer": ", ".join(told.get("may_answer", ())),
        "language": survivor.language,
        "interpreter": survivor.interpreter,
    }


def draft_of(event: e.ReleaseTaken, survivor: e.Person, zone: str) -> Draft:
    """An imagined release with every field that the law asks for."""
    starts_on = event.at.astimezone(ZoneInfo(zone)).date()
    return Draft(
        subject=survivor.name,
        categories=tuple(event.categories),
        scope=event.scope,
        purpose=event.purpose,
        means=tuple(event.means),
        starts_on=starts_on,
        expires_on=starts_on + timedelta(days=event.days),
        signers=(Signer(survivor.name, "survivor", False),),
        explained=frozenset(EXPLAINED),
        language=survivor.language or "en",
        interpreter="not_needed",
        witness="A colleague",
        signature=survivor.name,
        court_told=True,
        later=tuple(event.categories),
    )
