"""Takes letters in once, answers live readings, and delivers what this node's agencies wrote.

Refuses, with a code and nothing else, what no enrolled node signed for an agency that lives here.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError

from shelterbelt import sealing
from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies import peers
from shelterbelt.agencies.actions import mark_delivered, note_arrival, put_off
from shelterbelt.agencies.models import Agency, Arrival, Letter, Node
from shelterbelt.consent.models import Grant
from shelterbelt.consent.queries import digest_shown, living_grant
from shelterbelt.exchange.collect import collected
from shelterbelt.exchange.kinds import READ, TAKERS, Content, content_of, well_formed
from shelterbelt.ledger.actions import reading, record
from shelterbelt.rules.sharing import Asked, GrantFacts, decide
from shelterbelt.sealing import letters
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=5)
LONGEST_WAIT = 60
LONGEST_WAIT_IF_DECLINED = 3600
PATIENCE = 5.0
RECEIPT = "receipt/1"
Refusal = Literal["stranger", "too_large", "not_here", "not_understood", "not_now"]


class Refused(Exception):
    """Not taken in; the code says no more than the sender may know."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(f"refused: {code}")
        self.code: Refusal = code


def opened_letter(node_id: str, data: bytes) -> tuple[Content, Agency, Agency]:
    """What an enrolled node wrote, with the agency that writes and the agency here that it writes to."""
    if len(data) > letters.LARGEST:
        raise Refused("too_large")
    node = _enrolled(node_id)
    if node is None:
        raise Refused("stranger")
    try:
        plain = letters.read(data, by=peers.keys_of(node), to=sealing.keyring().node_keys())
    except sealing.SealingError as fault:
        raise Refused("stranger") from fault
    content = content_of(plain)
    if content is None:
        raise Refused("not_understood")
    known = Agency.objects.select_related("node").in_bulk([content.sender, content.to])
    sender, to = known.get(content.sender), known.get(content.to)
    if sender is None or sender.node_id != node.id or to is None or not to.node.is_self:
        raise Refused("not_here")
    return content, sender, to


def _enrolled(node_id: str) -> Node | None:
    try:
        return Node.objects.filter(id=UUID(node_id)).first()
    except ValueError:
        return None


def take_in(content: Content, sender: Agency, to: Agency, *, at: datetime) -> bytes:
    """Take a letter in, once, and return the signed receipt; a repeat gets one too and changes nothing."""
    if content.kind not in TAKERS or not well_formed(content.kind, content.body):
        raise Refused("not_understood")
    try:
        _take_in_once(content, sender, to, at=at)
    except (ValueError, IntegrityError, NotForYou) as fault:
        log.warning("letter %s is refused by what takes it in (%s)", content.id, type(fault).__name__)
        raise Refused("not_understood") from fault
    return peers.written(
        uuid7(), RECEIPT, {"letter": str(content.id)}, by=to, to=sender, at=at, re=str(content.id)
    )


def _take_in_once(content: Content, sender: Agency, to: Agency, *, at: datetime) -> None:
    """One transaction in the recipient's name: the arrival is noted and what it says is done, or neither."""
    with as_agency(to.id, at=at):
        if note_arrival(content.id, content.kind, sender=sender, to=to, at=at):
            TAKERS[content.kind](content.body, letter=content.id, sender=sender, to=to, at=at)
            record("letter.arrived", about=content.id, by=None, agency=to.id, at=at)
        elif not Arrival.objects.filter(id=content.id, sender=sender).exists():
            raise ValueError("a letter of this id came from somebody else")


def answer_reading(content: Content, sender: Agency, to: Agency, *, at: datetime) -> bytes:
    """Show what a living grant opens now, and nothing otherwise; each question is answered once."""
    if content.kind != READ or not well_formed(content.kind, content.body):
        raise Refused("not_understood")
    if abs(content.at - at) > FRESH:
        raise Refused("not_now")
    with as_agency(to.id, at=at):
        if not note_arrival(content.id, content.kind, sender=sender, to=to, at=at):
            raise Refused("not_now")
        told = shown(content.body, holder=to, reader=sender, at=at)
    return peers.written(uuid7(), peers.ANSWER, told, by=to, to=sender, at=at, re=str(content.id))


def shown(question: dict[str, Any], *, holder: Agency, reader: Agency, at: datetime) -> dict[str, Any]:
    """The answer to a live reading, in the holder's transaction; closed and unknown grants look the same."""
    grant = living_grant(UUID(question["grant"]), reader, at=at)
    opened = _decided(grant, question, reader, at=at)
    if grant is None or grant.case_id is None or not opened:
        return {"state": "closed", "sections": [], "at": at.isoformat()}
    sections = collected(grant.case_id, opened, at=at)
    told = {"state": "open", "sections": sections, "at": at.isoformat()}
    reading(
        "case.read_by_grant",
        about=grant.case_id,
        by=None,
        agency=holder.id,
        at=at,
        reader_agency=reader.id,
        grant=grant.id,
        digest=digest_shown(holder.id, told),
    )
    return told


def _decided(
    grant: Grant | None, question: dict[str, Any], reader: Agency, *, at: datetime
) -> frozenset[str]:
    if grant is None:
        return frozenset()
    facts = GrantFacts(
        recipient=str(grant.recipient_id),
        purpose=grant.purpose,
        categories=frozenset(grant.categories),
        from_at=grant.from_at,
        until_at=grant.until_at,
        withdrawn_at=grant.withdrawn_at,
    )
    asked = Asked(str(reader.id), question["purpose"], frozenset(question["categories"]))
    return decide(facts, asked, at=at).categories


def deliver(agency: UUID, letter: UUID, *, at: datetime) -> int | None:
    """Try once to deliver a waiting letter; returns after how many seconds to try again, if at all."""
    waiting = _waiting(agency, letter, at=at)
    if waiting is None:
        return None
    try:
        data = peers.post(
            waiting.to.node,
            peers.LETTERS,
            bytes(waiting.sealed),
            by=waiting.agency.node,
            at=at,
            timeout=PATIENCE,
        )
        receipt = peers.answer_of(data, by=waiting.to, to=waiting.agency, re=waiting.id)
        if receipt["kind"] != RECEIPT:
            raise peers.Unreachable("The answer is no receipt.")
    except peers.Unreachable as fault:
        return _put_off(waiting, declined=isinstance(fault, peers.Declined), at=at)
    with as_agency(agency, at=at):
        if Letter.objects.select_for_update().filter(id=letter, delivered_at=None).exists():
            mark_delivered(waiting, at=at)
            record("letter.delivered", about=letter, by=None, agency=agency, at=at)
    return None


def _waiting(agency: UUID, letter: UUID, *, at: datetime) -> Letter | None:
    with as_agency(agency, at=at):
        rows = Letter.objects.select_related("to__node", "agency__node")
        return rows.filter(id=letter, delivered_at=None, next_try_at__lte=at).first()


def _put_off(letter: Letter, *, declined: bool, at: datetime) -> int:
    longest = LONGEST_WAIT_IF_DECLINED if declined else LONGEST_WAIT
    wait = int(min(2.0 ** min(letter.tries, 30), longest))
    if declined:
        log.warning("letter %s is declined by the other node; next try in %s s", letter.id, wait)
    with as_agency(letter.agency_id, at=at):
        put_off(letter, until=at + timedelta(seconds=wait))
    return wait


def waiting_letters(agency: UUID, *, since: timedelta, at: datetime) -> list[UUID]:
    """Letters whose next try is overdue by so much: their job was lost, or the node was not running."""
    with as_agency(agency, at=at):
        rows = Letter.objects.filter(delivered_at=None, next_try_at__lte=at - since).order_by("next_try_at")
        return list(rows.values_list("id", flat=True)[:500])


def forget_questions(agency: UUID, *, at: datetime) -> None:
    """Let go of questions so old that a repeat is refused by its age alone."""
    with as_agency(agency, at=at):
        Arrival.objects.filter(kind=READ, arrived_at__lt=at - 3 * FRESH).delete()
