"""Delivers what this node's agencies wrote: one letter after the other in each line, as long as it takes.

Refuses to send to a node that is not trusted, and to let one silent node hold up the letters to others.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from shelterbelt.agencies import actions as post
from shelterbelt.agencies import peers
from shelterbelt.agencies.models import VICTIM_SERVICES, Agency, Letter, Line
from shelterbelt.alerts import actions as alerts
from shelterbelt.exchange.actions import RECEIPT
from shelterbelt.exchange.kinds import BY_TICK, LANES, NOTHING, SLIP, in_lane, leaves_at
from shelterbelt.ledger.actions import record
from shelterbelt.referrals import actions as referrals
from shelterbelt.sealing.letters import USUAL
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.watching.actions import pair_letters as pairs

log = logging.getLogger(__name__)

LONGEST_WAIT = 60
LONGEST_WAIT_IF_DECLINED = 600
UNTIL_ASKED_AGAIN = 3600
AT_ONE_GO = 50
PATIENCE = 5.0
CLAIMED = timedelta(seconds=2 * PATIENCE)
SLOW = timedelta(seconds=0.5)
_asking: dict[str, datetime] = {}


@dataclass(frozen=True)
class Went:
    """How many letters were delivered, and after how many seconds to go on, if at all."""

    delivered: int
    wait: int | None


def deliver_line(agency: UUID, to: UUID, lane: str, *, at: datetime, most: int = AT_ONE_GO) -> Went:
    """Deliver the letters of one line in their order, until one does not get through or enough have gone."""
    claimed = _claimed(agency, to, lane, at=at)
    for done in range(most):
        if claimed is None or isinstance(claimed, int):
            return Went(done, claimed)
        told = _tried(claimed, lane, at=at)
        if isinstance(told, int):
            return Went(done, told)
        with transaction.atomic():  # what became of a letter and the claim of the next one are one commit
            wait = _concluded(claimed, lane, told, at=at)
            if wait is not None:
                return Went(done, wait)
            claimed = _claimed(agency, to, lane, at=at) if done + 1 < most else 0
    return Went(most, 0)


def _claimed(agency: UUID, to: UUID, lane: str, *, at: datetime) -> Letter | int | None:
    """The line's next letter, numbered, for this caller alone; seconds to wait; or none when nothing waits."""
    with as_agency(agency, at=at):
        rows = post.waiting().filter(in_lane(lane), Q(aside=False) | Q(next_try_at__lte=at), to_id=to)
        if not rows.exists():
            return None
        line = post.hold_line(agency, to, "out", lane)
        rows = rows.select_related("to__node", "agency__node")
        # A letter that was sent and not answered goes first: nobody knows yet whether its number is taken.
        head = rows.filter(number__isnull=False).first() or rows.order_by("place").first()
        if head is None:
            return None
        if head.to.node.state == "revoked":
            post.close_letters_to(head.to.node, at=at)
            return None
        if not head.to.node.trusted:
            return LONGEST_WAIT_IF_DECLINED
        if not all(app.may_still_leave(head, at=at) for app in (referrals, alerts, pairs)):
            _recall(head, line, at=at)
            return _claimed(agency, to, lane, at=at)
        if _held_up(head.to.node.address, at):
            return 1
        due = max(head.next_try_at, leaves_at(lane, head.written_at))
        if due > at:
            return max(1, ceil((due - at).total_seconds()))
        post.claim(head, line, until=at + CLAIMED)
        return head


def _recall(letter: Letter, line: Line, *, at: datetime) -> None:
    """What opened it has ended: its content goes nowhere; a number that it had is nobody's, and the line begins anew."""
    if letter.number is not None:
        post.begin_anew(letter, line, after=line.epoch)
    post.close_letter(letter, as_="recalled", at=at)
    record("letter.recalled", about=letter.id, by=None, agency=letter.agency_id, at=at)


def _held_up(address: str, at: datetime) -> bool:
    """Whether another letter has waited for this node for a while: then nobody else waits beside it."""
    since = _asking.get(address)
    return since is not None and at - since > SLOW


def slip(letter: Letter, lane: str, *, at: datetime) -> bytes:
    """The letter's place in its line, signed and sealed like a letter, and bound to it."""
    body = {
        "letter": str(letter.id),
        "digest": hashlib.sha256(bytes(letter.sealed)).hexdigest(),
        "lane": lane,
        "epoch": letter.epoch,
        "number": letter.number or 0,
    }
    return peers.written(uuid7(), SLIP, body, by=letter.agency, to=letter.to, at=at)


def _tried(letter: Letter, lane: str, *, at: datetime) -> dict[str, Any] | int:
    """Send one claimed letter: what its receipt says, or seconds to wait."""
    try:
        return _answered(letter, slip(letter, lane, at=at), at=at)
    except peers.Unreachable as fault:
        return _put_off(letter, lane, declined=isinstance(fault, peers.Declined), at=at)


def _answered(letter: Letter, before: bytes, *, at: datetime) -> dict[str, Any]:
    node = letter.to.node
    _asking.setdefault(node.address, at)
    try:
        data = peers.post(
            node, peers.LETTERS, before + bytes(letter.sealed), by=letter.agency.node, at=at, timeout=PATIENCE
        )
    finally:
        _asking.pop(node.address, None)
    receipt = peers.answer_of(data, by=letter.to, to=letter.agency, re=letter.id)
    if receipt["kind"] != RECEIPT:
        raise peers.Unreachable("The answer is no receipt.")
    told: dict[str, Any] = receipt["body"]
    return told


def _concluded(letter: Letter, lane: str, told: dict[str, Any], *, at: datetime) -> int | None:
    """Do what follows from a receipt, unless that was done; none when the line may go on, else seconds to wait."""
    with as_agency(letter.agency_id, at=at):
        line = post.hold_line(letter.agency_id, letter.to_id, "out", lane)
        same = post.waiting().filter(id=letter.id, epoch=letter.epoch, number=letter.number)
        return _follow(letter, line, told, at=at) if same.exists() else None


def _follow(letter: Letter, line: Line, told: dict[str, Any], *, at: datetime) -> int | None:
    outcome, epoch = told.get("outcome"), told.get("epoch")
    if outcome == "taken":
        post.mark_delivered(letter, at=at)
        record("letter.delivered", about=letter.id, by=None, agency=letter.agency_id, at=at)
    elif outcome == "refused":
        log.warning("letter %s is refused for good by the other node", letter.id)
        post.close_letter(letter, as_="refused", at=at)
        record("letter.refused", about=letter.id, by=None, agency=letter.agency_id, at=at)
    elif outcome == "not_understood":
        log.warning("letter %s is of a kind that the other node does not know yet", letter.id)
        post.set_aside(letter, line, until=at + timedelta(seconds=UNTIL_ASKED_AGAIN))
    else:
        log.warning("letter %s is not the one that the other node waits for", letter.id)
        post.begin_anew(letter, line, after=epoch if isinstance(epoch, int) else 0)
        return _put_off(letter, line.lane, declined=True, at=at)
    return None


def _put_off(letter: Letter, lane: str, *, declined: bool, at: datetime) -> int:
    longest = LONGEST_WAIT_IF_DECLINED if declined else LONGEST_WAIT
    wait = int(min(2.0 ** min(letter.tries, 30), longest))
    if declined:
        log.warning("letter %s is declined by the other node; next try in %s s", letter.id, wait)
    until = leaves_at(lane, at + timedelta(seconds=wait))
    with as_agency(letter.agency_id, at=at):
        post.put_off(letter, until=until)
    return max(wait, ceil((until - at).total_seconds()))


def overdue_lines(agency: UUID, *, since: timedelta, at: datetime) -> list[tuple[UUID, str]]:
    """Lines with a letter whose next try is overdue by so much: its job was lost, or the node was not running."""
    with as_agency(agency, at=at):
        rows = post.waiting().filter(next_try_at__lte=at - since)
        found = []
        for lane in LANES:
            for to in rows.filter(in_lane(lane)).order_by().values_list("to_id", flat=True).distinct():
                found.append((to, lane))
        return found


def ticked_lines(agency: Agency, *, at: datetime) -> list[UUID]:
    """Whom an agency may write to at a tick: a victim service everybody that it ever wrote to, others who is waited for."""
    with as_agency(agency.id, at=at):
        due = set(
            post.waiting().filter(in_lane(BY_TICK)).order_by().values_list("to_id", flat=True).distinct()
        )
        if agency.kind in VICTIM_SERVICES:
            due |= set(Line.objects.filter(direction="out").values_list("peer_id", flat=True))
        return sorted(due)


def deliver_at_tick(agency: Agency, to: Agency, *, at: datetime) -> Went:
    """A tick's letters, and empty ones up to the next power of two: a tick with nothing to say looks like one with a letter."""
    went = deliver_line(agency.id, to.id, BY_TICK, at=at)
    if agency.kind in VICTIM_SERVICES and went.wait is None and to.node.trusted and not to.node.is_self:
        fill = 2 ** (max(went.delivered, 1) - 1).bit_length() - went.delivered
        for _ in range(fill):
            send_nothing(agency, to, at=at)
    return went


def send_nothing(agency: Agency, to: Agency, *, at: datetime) -> None:
    """An empty letter: on the line it looks like any other, and nobody keeps it."""
    number = uuid7()
    letter = Letter(id=number, agency=agency, to=to, kind=NOTHING, number=0)
    letter.sealed = peers.written(number, NOTHING, {}, by=agency, to=to, at=at, least=USUAL)
    try:
        _answered(letter, slip(letter, BY_TICK, at=at), at=at)
    except peers.Unreachable:
        log.info("an empty letter did not get through")
