"""What the tests of this app have in common: an incident, a yes with instructions, a letter carried over by hand."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shelterbelt import sealing
from shelterbelt.agencies.models import Agency, Letter
from shelterbelt.cases.actions import Party, open_direct_case, record_incident
from shelterbelt.cases.drafts import open_incident
from shelterbelt.cases.models import Case, Incident
from shelterbelt.consent.actions import take_release
from shelterbelt.consent.models import Release
from shelterbelt.referrals.actions import ask_contact, take_in_contact_request, take_in_referral
from shelterbelt.referrals.models import ContactChoice, ContactRequest, Referral
from shelterbelt.rules.releases import EXPLAINED, Draft, Signer
from shelterbelt.sealing import letters
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from tests.world import AT, HOUR, Town

NAME = "Wren Ashby-O'Dell"
ASKED: dict[str, Any] = {
    "name": "Wren Canaryname",
    "channels": ["phone", "through_person"],
    "number": "+13125550191",
    "place": "canaryplace behind the library",
    "days": ["0", "1", "2", "3", "4"],
    "from": "09:00",
    "until": "17:00",
    "zone": "America/Chicago",
    "voicemail": False,
    "code_word": "canaryword",
    "may_answer": "canarysister",
    "language": "es",
    "interpreter": True,
    "words": "canarywords in the kitchen",
}
CANARIES = ("anaryname", "3125550191", "canaryplace", "canaryword", "canarysister", "canarywords")


def an_incident(place: Town) -> Incident:
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        draft = open_incident(by=place.officer, at=AT)
        return record_incident(
            draft,
            content={"events": {"narrative": "Words of the night"}},
            parties=[
                Party("survivor", {"name": NAME, "language": "es"}),
                Party("perpetrator", {"name": "Sol"}),
            ],
            happened_at=AT - HOUR,
            by=place.officer,
            at=AT,
        ).incident


def said_yes(place: Town, incident: Incident, once: str = "", **changed: Any) -> ContactChoice:
    with as_agency(place.police.id, at=AT, worker=place.officer.id):
        return ask_contact(
            incident, wanted=True, to=place.advocates, instructions={**ASKED, **changed},
            once=once, by=place.officer, at=AT,
        )  # fmt: skip


def body_of(letter: UUID | None, of: Agency) -> dict[str, Any]:
    """The body of a letter as the other node reads it."""
    with as_agency(of.id, at=AT):
        row = Letter.objects.select_related("to__node").get(id=letter)
    ring = sealing.keyring()
    node = row.to.node
    told = letters.read(
        bytes(row.sealed),
        by=letters.PublicKeys(bytes(node.sign_key), bytes(node.seal_key)),
        to=ring.node_keys(),
    )
    assert told["kind"] == row.kind
    return dict(told["body"])


def a_request(place: Town, **changed: Any) -> ContactRequest:
    """A request that the advocates' node took in."""
    choice = said_yes(place, an_incident(place), **changed)
    body = body_of(choice.letter_id, place.police)
    with as_agency(place.advocates.id, at=AT):
        return take_in_contact_request(body, letter=uuid7(), sender=place.police, to=place.advocates, at=AT)


def a_case(place: Town, at: datetime = AT) -> Case:
    with as_agency(place.advocates.id, at=at, worker=place.advocate.id):
        return open_direct_case(
            survivor={"name": NAME, "language": "es"}, other=None, words={}, by=place.advocate, at=at
        )


def a_release(
    place: Town, case: Case, *, categories: tuple[str, ...] = ("safety_needs",), at: datetime = AT
) -> Release:
    day = at.astimezone(ZoneInfo(place.advocates.time_zone)).date()
    draft = Draft(
        subject=NAME, categories=categories, purpose="housing", means=("on_screen",), starts_on=day,
        expires_on=day + timedelta(days=30), signers=(Signer(NAME, "survivor", False),), explained=EXPLAINED,
        language="es", interpreter="not_needed", witness="Robin Vance", signature=NAME, court_told=True,
    )  # fmt: skip
    with as_agency(place.advocates.id, at=at, worker=place.advocate.id):
        return take_release(
            case.id,
            token=uuid7(),
            reference="",
            recipient=place.shelter,
            draft=draft,
            by=place.advocate,
            at=at,
        )


def taken_in(place: Town, referral: Referral, at: datetime = AT) -> Referral:
    """The same referral as the shelter's node took it in."""
    body = body_of(referral.letter_id, place.advocates)
    with as_agency(place.shelter.id, at=at):
        return take_in_referral(body, letter=uuid7(), sender=place.advocates, to=place.shelter, at=at)


def content(name: str = "Wren", **words: str) -> dict[str, Any]:
    return {"name": name, "language": "es", "instructions": None, "words": words}
