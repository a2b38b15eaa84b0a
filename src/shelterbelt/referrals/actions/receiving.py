"""Take referrals in, answer them, and take answers in.

Refuses to answer a sender whom the survivor did not name for it.
"""

from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.actions import send_letter
from shelterbelt.agencies.models import Agency
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.cases.actions import open_direct_case
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.referrals import letters
from shelterbelt.referrals.actions.inbox import survivor_of
from shelterbelt.referrals.actions.referring import note
from shelterbelt.referrals.models import Referral
from shelterbelt.referrals.once import id_of
from shelterbelt.referrals.policy import ANSWER_REFERRALS, RECEIVING_KINDS
from shelterbelt.rules.bodies import BadLetter
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7


def take_in_referral(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> Referral:
    """Keep a referral that came, once per reference of its sender; raises BadLetter."""
    if to.kind not in RECEIVING_KINDS:
        raise BadLetter("to")
    told = letters.referral(body)
    id_of(sender.id, told["reference"])
    known = Referral.objects.filter(
        agency=to, direction="in", peer=sender, peer_ref=told["reference"]
    ).first()
    if known is not None:
        return known
    referral_id, key = uuid7(), new_key(to.id)
    content = {"content": told["content"], "release": told["release"]}
    came = Referral.objects.create(
        id=referral_id, agency=to, key=key, sealed=seal(key, to.id, content, about=referral_id),
        direction="in", peer=sender, peer_ref=told["reference"], answer_back=told["answer_back"],
        made_at=at, answer="",
    )  # fmt: skip
    note(came, "arrived", by=None, at=at)
    record("referral.arrived", about=came.id, by=None, agency=to.id, at=at)
    return came


def answer_referral(
    referral: Referral, *, answer: str, reason: str = "", words: str = "", by: Worker, at: datetime
) -> Referral:
    """Accept or decline, once; the sender is told only if the survivor released the answer."""
    require(by, ANSWER_REFERRALS, referral, at=at)
    row = Referral.objects.select_for_update().get(id=referral.id, direction="in")
    if row.answer:
        return row
    why = f"{reason}\n{words}".rstrip() if answer == "declined" else ""
    body = {"reference": row.peer_ref, "answer": answer, "reason": why}
    checked = letters.referral_answer(body)
    _put_answer(row, answer, checked["reason"], checked["words"], by=by.id, at=at)
    if row.answer_back and row.peer is not None:
        row.letter_id = send_letter("referral_answer/1", body, by=row.agency, to=row.peer, at=at)
        row.save(update_fields=["letter_id"])
    record("referral.answered", about=row.id, by=by.id, agency=row.agency_id, at=at)
    return row


def take_in_answer(body: object, *, letter: UUID, sender: Agency, to: Agency, at: datetime) -> None:
    """Keep the answer to a referral of ours; one that was not released, not ours or not theirs is refused."""
    told = letters.referral_answer(body)
    row = (
        Referral.objects.select_for_update()
        .filter(agency=to, direction="out", peer=sender, ref=told["reference"], answer_back=True)
        .first()
    )
    if row is None:
        raise BadLetter("reference")
    if row.answer:
        return
    _put_answer(row, told["answer"], told["reason"], told["words"], by=None, at=at)
    record(f"referral.{told['answer']}", about=row.id, by=None, agency=to.id, at=at)


def _put_answer(
    row: Referral, answer: str, reason: str, words: str, *, by: UUID | None, at: datetime
) -> None:
    content = {**opened(row), "reason": reason, "words": words}
    row.sealed = seal(bytes(row.key), row.agency_id, content, about=row.id)
    row.answer, row.answered_at, row.answered_by = answer, at, by
    row.save(update_fields=["sealed", "answer", "answered_at", "answered_by"])
    note(row, answer, by=by, at=at)


def open_case_for_referral(
    referral: Referral, *, name: str, other: str = "", by: Worker, at: datetime
) -> Case:
    """The receiver's own case for a referral that came: the one it has, or a new one with what was told."""
    require(by, ANSWER_REFERRALS, referral, at=at)
    row = Referral.objects.select_for_update().get(id=referral.id, direction="in")
    if row.case is not None:
        return row.case
    told = opened(row)["content"]
    words = {"told": told["words"], "instructions": told["instructions"]}
    case = open_direct_case(
        survivor=survivor_of(told, name), other={"name": other} if other else None, words=words, by=by, at=at
    )
    row.case = case
    with as_agency(row.agency_id, at=at):  # whoever opens it may stand before a wall from here on
        row.save(update_fields=["case"])
    return case
