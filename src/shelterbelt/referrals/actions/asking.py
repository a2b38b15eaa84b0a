"""Write down what a survivor answered about contact, and send their request.

Refuses to touch the incident's record. A "no" is a full answer: it sends nothing and changes nothing else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import VICTIM_SERVICES, Agency
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.cases.actions import case_of
from shelterbelt.cases.models import Incident
from shelterbelt.ledger.actions import record
from shelterbelt.referrals import letters
from shelterbelt.referrals.models import ContactChoice
from shelterbelt.referrals.once import id_of
from shelterbelt.referrals.policy import ASK_CONTACT
from shelterbelt.store.ids import new_ref


def ask_contact(
    incident: Incident,
    *,
    wanted: bool,
    to: Agency | None = None,
    instructions: Mapping[str, Any] | None = None,
    consulted: bool = False,
    wish: str = "",
    once: str = "",
    by: Worker,
    at: datetime,
) -> ContactChoice:
    """Keep the answer, sealed; with a yes, send the request to the victim-service agency they chose.

    `instructions` holds name, language, interpreter, words and the parts in `letters.INSTRUCTION_PARTS`.
    """
    require(by, ASK_CONTACT, incident, at=at)
    choice_id = id_of(incident.id, f"{by.id} {once}" if once else "")
    before = ContactChoice.objects.filter(id=choice_id).first()
    if before is not None:
        return before
    ref = new_ref()
    request = request_body(ref, instructions or {}) if wanted else None
    letter = _send(request, by=incident.agency, to=to, at=at) if request else None
    key, agency = new_key(incident.agency_id), incident.agency_id
    content = {"wish": "yes" if wanted else wish or "no", **(request or {})}
    choice = ContactChoice.objects.create(
        id=choice_id, ref=ref, agency_id=agency, key=key, sealed=seal(key, agency, content, about=choice_id),
        incident=incident, case=case_of(incident), wanted=wanted, consulted=consulted,
        asked_at=at, asked_by=by.id, to=to if wanted else None, letter_id=letter,
    )  # fmt: skip
    record("contact.asked", about=choice_id, by=by.id, agency=agency, at=at)
    return choice


def request_body(ref: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The checked body of the letter; raises BadLetter, as the other side would."""
    parts = {part: told.get(part, _EMPTY.get(part, "")) for part in letters.INSTRUCTION_PARTS}
    return letters.contact_request(
        {
            "reference": ref,
            "name": told.get("name", ""),
            "instructions": parts,
            "language": told.get("language", ""),
            "interpreter": bool(told.get("interpreter", False)),
            "words": told.get("words", ""),
        }
    )


_EMPTY: dict[str, Any] = {"channels": [], "days": [], "voicemail": False}


def _send(body: Mapping[str, Any], *, by: Agency, to: Agency | None, at: datetime) -> UUID:
    if to is None or to.kind not in VICTIM_SERVICES:
        raise ValueError("a contact request goes to a victim-service agency")
    return send_letter("contact_request/1", body, by=by, to=to, at=at)


def note_consultation(choice: ContactChoice, *, by: Worker, at: datetime) -> None:
    """Note that the advocate on duty was asked, without a name; once is enough."""
    require(by, ASK_CONTACT, choice, at=at)
    if ContactChoice.objects.filter(id=choice.id, consulted=False).update(consulted=True):
        record("advocate.consulted", about=choice.id, by=by.id, agency=choice.agency_id, at=at)
