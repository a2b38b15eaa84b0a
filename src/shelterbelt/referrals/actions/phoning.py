"""Note a referral to a service without an account here: a number given, or a call.

Refuses to name anybody to it.
"""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import new_key, opened, seal
from shelterbelt.cases.models import Case
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.referrals.actions.referring import note
from shelterbelt.referrals.models import Referral, Service
from shelterbelt.referrals.once import id_of
from shelterbelt.referrals.policy import REFER

HOW = ("number_given", "called_together", "called_unnamed")


def refer_by_phone(
    case: Case, service: Service, *, how: str, words: str = "", once: str = "", by: Worker, at: datetime
) -> Referral:
    """Note that they were pointed to a service of the directory; nothing is sent."""
    require(by, REFER, case, at=at)
    if how not in HOW:
        raise ValueError("how must be one of HOW")
    referral_id = id_of(case.id, f"{by.id} {once}" if once else "")
    before = Referral.objects.filter(id=referral_id).first()
    if before is not None:
        return before
    key = new_key(case.agency_id)
    content = {"how": how, "words": words, "service": service.name}
    made = Referral.objects.create(
        id=referral_id, agency_id=case.agency_id, key=key,
        sealed=seal(key, case.agency_id, content, about=referral_id),
        direction="out", peer=None, peer_ref="", case=case, service=service,
        made_at=at, made_by=by.id, answer="",
    )  # fmt: skip
    note(made, "noted", by=by.id, at=at)
    record("referral.noted", about=made.id, by=by.id, agency=case.agency_id, at=at)
    return made


def note_outcome(referral: Referral, *, outcome: str, words: str = "", by: Worker, at: datetime) -> None:
    """Note by hand what came of a referral by phone; what was noted before stays in its history."""
    require(by, REFER, referral, at=at)
    if outcome not in shelf.codes("action_outcomes"):
        raise ValueError("an outcome comes from the library")
    row = Referral.objects.select_for_update().get(id=referral.id, peer=None)
    content = opened(row)
    noted = {"outcome": outcome, "words": words}
    if content.get("outcomes", [])[-1:] == [{**noted, "by": str(by.id)}]:
        return
    content["outcomes"] = [*content.get("outcomes", []), {**noted, "by": str(by.id)}]
    row.sealed = seal(bytes(row.key), row.agency_id, content, about=row.id)
    row.save(update_fields=["sealed"])
    note(row, "outcome", by=by.id, at=at)
    record("referral.outcome_noted", about=row.id, by=by.id, agency=row.agency_id, at=at)
