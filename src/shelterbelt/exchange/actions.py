"""Takes letters in once and in order, and answers live readings.

Refuses, with a code and nothing else, what no trusted node signed for an agency that lives here.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from shelterbelt import sealing
from shelterbelt.access.rules import NotForYou
from shelterbelt.agencies import peers
from shelterbelt.agencies.actions import hold_line, move_line, note_arrival
from shelterbelt.agencies.models import Agency, Arrival, Line, Node
from shelterbelt.consent.actions import note_shown
from shelterbelt.consent.models import Grant
from shelterbelt.consent.queries import digest_shown, limits_of, living_grant, times_of
from shelterbelt.exchange.collect import collected
from shelterbelt.exchange.kinds import NOTHING, READ, SLIP, TAKERS, Content, content_of, well_formed
from shelterbelt.ledger.actions import record
from shelterbelt.rules.sharing import Asked, GrantFacts, decide
from shelterbelt.sealing import letters
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=5)
RECEIPT = "receipt/2"
# An answer of usual size and a closed one have the same length.
LEAST_ANSWER = 65_536
Refusal = Literal["stranger", "too_large", "not_here", "not_understood", "not_now"]
Outcome = Literal["taken", "refused", "not_understood", "not_now"]


class Refused(Exception):
    """Not taken in; the code says no more than the sender may know."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(f"refused: {code}")
        self.code: Refusal = code


@dataclass(frozen=True)
class Post:
    """A letter that came, with its place in the line as the sender's slip says it."""

    content: Content
    lane: str
    epoch: int
    number: int
    sender: Agency
    to: Agency


def opened_post(node_id: str, data: bytes) -> Post:
    """A letter and the slip before it: its place in its line, and which letter it belongs to."""
    slip, letter = data[: letters.SMALLEST], data[letters.SMALLEST :]
    content, sender, to = opened_letter(node_id, letter)
    told, by, at_whom = opened_letter(node_id, slip)
    if told.kind != SLIP or not well_formed(SLIP, told.body) or (by.id, at_whom.id) != (sender.id, to.id):
        raise Refused("not_understood")
    body = told.body
    if (body["letter"], body["digest"]) != (str(content.id), hashlib.sha256(letter).hexdigest()):
        raise Refused("not_understood")
    return Post(content, body["lane"], body["epoch"], body["number"], sender, to)


def opened_letter(node_id: str, data: bytes) -> tuple[Content, Agency, Agency]:
    """What a trusted node wrote, with the agency that writes and the agency here that it writes to."""
    if len(data) > letters.LARGEST:
        raise Refused("too_large")
    node = _enrolled(node_id)
    if node is None or not node.trusted:
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


def take_in(post: Post, *, at: datetime) -> bytes:
    """Take a letter in, once and in its turn, and return the signed receipt that says what became of it."""
    content, epoch = post.content, 0
    outcome: Outcome = "taken"
    if content.kind != NOTHING:
        with as_agency(post.to.id, at=at):
            line = hold_line(post.to.id, post.sender.id, "in", post.lane)
            outcome, epoch = _in_turn(post, line, at=at), line.epoch
    body = {"letter": str(content.id), "outcome": outcome, "epoch": epoch}
    return peers.written(uuid7(), RECEIPT, body, by=post.to, to=post.sender, at=at, re=str(content.id))


def _in_turn(post: Post, line: Line, *, at: datetime) -> Outcome:
    """What becomes of a letter while nobody else works on its line; a repeat changes nothing."""
    before = Arrival.objects.filter(id=post.content.id).first()
    if before is None and post.content.kind not in TAKERS:
        return "not_understood"
    if _is_next(post, line):
        move_line(line, epoch=post.epoch, last=post.number)
    elif before is None:
        return "not_now"
    if before is not None:
        return "refused" if before.refused or before.sender_id != post.sender.id else "taken"
    return "taken" if _taken(post, at=at) else "refused"


def _is_next(post: Post, line: Line) -> bool:
    """Whether it is the letter after the last one, or the first one after the line was begun anew."""
    anew = post.epoch > line.epoch and post.number == 1
    return anew or (post.epoch, post.number) == (line.epoch, line.last + 1)


def _taken(post: Post, *, at: datetime) -> bool:
    """Do what the letter says and note that it came; one that can never be understood is noted as refused."""
    content, sender, to = post.content, post.sender, post.to
    try:
        with transaction.atomic():
            if not well_formed(content.kind, content.body):
                raise ValueError("not in the form of its kind")
            if not note_arrival(content.id, content.kind, sender=sender, to=to, at=at):
                raise ValueError("a letter of this id came to somebody else")
            TAKERS[content.kind](content.body, letter=content.id, sender=sender, to=to, at=at)
    except (ValueError, IntegrityError, DataError, NotForYou) as fault:
        log.warning("letter %s is refused by what takes it in (%s)", content.id, type(fault).__name__)
        note_arrival(content.id, content.kind, sender=sender, to=to, at=at, refused=True)
        record("letter.refused", about=content.id, by=None, agency=to.id, at=at)
        return False
    record("letter.arrived", about=content.id, by=None, agency=to.id, at=at)
    return True


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
    return peers.written(
        uuid7(), peers.ANSWER, told, by=to, to=sender, at=at, re=str(content.id), least=LEAST_ANSWER
    )


def shown(question: dict[str, Any], *, holder: Agency, reader: Agency, at: datetime) -> dict[str, Any]:
    """The answer to a live reading, in the holder's transaction; closed and unknown grants look the same."""
    grant = living_grant(UUID(question["grant"]), reader, at=at)
    opened = _decided(grant, question, reader, at=at)
    if grant is None or grant.case_id is None or not opened:
        return {"state": "closed", "sections": [], "at": at.isoformat()}
    ends = times_of(grant)
    # What lies in the survivor's own file is opened by a release that they signed, and by nothing else.
    by_release = reader if grant.basis == "release" else None
    sections = collected(grant.case_id, opened, at=at, holder=holder, written_until=ends, reader=by_release)
    told = {"state": "open", "sections": sections, "limits": limits_of(grant), "at": at.isoformat()}
    note_shown(grant, grant.case_id, reader, opened, digest_shown(holder.id, told), at=at)
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


def forget_questions(agency: UUID, *, at: datetime) -> None:
    """Let go of questions so old that a repeat is refused by its age alone."""
    with as_agency(agency, at=at):
        Arrival.objects.filter(kind=READ, arrived_at__lt=at - 3 * FRESH).delete()
