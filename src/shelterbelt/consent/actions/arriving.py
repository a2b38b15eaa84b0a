"""Take in what other agencies' nodes wrote about grants: opened, narrowed, ended, or their recipient is gone.

Refuses a word about another holder's grant. A narrowing never widens, whatever it says.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from shelterbelt.agencies.actions import note_closed
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import new_key, seal
from shelterbelt.consent.actions.ending import end_by_recipient
from shelterbelt.consent.models import Grant, HeldGrant
from shelterbelt.ledger.actions import record
from shelterbelt.store.ids import uuid7


def take_in_grant(body: dict[str, Any], *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """Note a grant that another agency opened to this one."""
    held_id = uuid7()
    held, made = HeldGrant.objects.get_or_create(
        grant_id=UUID(body["grant"]),
        defaults={
            "id": held_id,
            "agency": to,
            "holder": sender,
            "reference": body["reference"],
            "purpose": body["purpose"],
            "categories": body["categories"],
            "from_at": datetime.fromisoformat(body["from"]),
            "until_at": datetime.fromisoformat(body["until"]),
            **_limits(body, to, held_id),
        },
    )
    if made:
        record("grant.received", about=held.id, by=None, agency=to.id, at=at)


def _limits(body: dict[str, Any], to: Agency, held_id: UUID) -> dict[str, bytes]:
    """The limits in words, sealed under a key of the row's own."""
    if not body.get("limits"):
        return {}
    key = new_key(to.id)
    return {"key": key, "sealed": seal(key, to.id, {"limits": body["limits"]}, about=held_id)}


def take_in_narrowing(
    body: dict[str, Any], *, letter: UUID, sender: Agency, to: Agency, at: datetime
) -> None:
    """Note that a grant became narrower; one that is not known yet is refused, and comes again."""
    held = HeldGrant.objects.select_for_update().filter(grant_id=UUID(body["grant"])).first()
    if held is None or held.holder_id != sender.id:
        raise ValueError("a grant that is not known of this holder")
    held.categories = [code for code in held.categories if code in body["categories"]]
    held.until_at = min(held.until_at, datetime.fromisoformat(body["until"]))
    for name, value in _limits(body, to, held.id).items():
        setattr(held, name, value)
    held.save(update_fields=["categories", "until_at", "key", "sealed"])
    record("grant.narrowed", about=held.id, by=None, agency=to.id, at=at)


def take_in_withdrawal(
    body: dict[str, Any], *, letter: UUID, sender: Agency, to: Agency, at: datetime
) -> None:
    """Note that the holder ended a grant; a withdrawal that overtakes its grant closes it beforehand."""
    ended_at = datetime.fromisoformat(body["at"])
    held, _made = HeldGrant.objects.get_or_create(
        grant_id=UUID(body["grant"]),
        defaults={
            "agency": to,
            "holder": sender,
            "categories": [],
            "from_at": ended_at,
            "until_at": ended_at,
            "withdrawn_at": ended_at,
        },
    )
    if held.holder_id != sender.id:
        raise ValueError("a grant of another holder")
    if held.withdrawn_at is None or _made:
        HeldGrant.objects.filter(id=held.id).update(withdrawn_at=ended_at)
        record("grant.ended", about=held.id, by=None, agency=to.id, at=at)


def take_in_recipient_gone(
    body: dict[str, Any], *, letter: UUID, sender: Agency, to: Agency, at: datetime
) -> None:
    """The agency that a grant was opened to is gone: the release ends, and nothing passes to whoever follows it.

    It cannot be chosen here any more.
    """
    grant = Grant.objects.filter(id=UUID(body["grant"]), agency=to, recipient=sender).first()
    if grant is None:
        raise ValueError("no grant to this agency")
    note_closed(sender, at=at)
    end_by_recipient(grant, at=at)
