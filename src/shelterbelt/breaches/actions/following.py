"""Follow a breach in court: one step after the other, and strike what was wrong. Refuses a step that lies ahead."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint, seal
from shelterbelt.breaches.models import Breach, ProceedingStep
from shelterbelt.breaches.policy import FOLLOW_BREACH
from shelterbelt.ledger.actions import record
from shelterbelt.library import shelf
from shelterbelt.rules.proceedings import DELAYED, DROPPED, STEPS
from shelterbelt.store.ids import new_ref, uuid7

GRACE = timedelta(minutes=5)
WORDS = ("words", "court", "docket")


class NotAStep(ValueError):
    """A step that is none, or a reason where there is none to give."""


def add_step(
    breach: Breach,
    kind: str,
    *,
    happened_at: datetime,
    reason: str = "",
    until_at: datetime | None = None,
    words: Mapping[str, str] | None = None,
    by: Worker,
    at: datetime,
    once: str = "",
) -> ProceedingStep:
    """One step. `reason`: of what was dropped, as it was given; `until_at`: until when it was put off."""
    require(by, FOLLOW_BREACH, breach, at=at)
    if kind not in STEPS or happened_at > at + GRACE or (until_at is not None and kind != DELAYED):
        raise NotAStep
    if reason and (kind not in DROPPED or reason not in {one.code for one in shelf.choices("drop_reasons")}):
        raise NotAStep
    if once and (found := ProceedingStep.objects.filter(ref=once, breach=breach).first()):
        return found
    row_id = uuid7()
    content = {name: text.strip() for name in WORDS if (text := (words or {}).get(name, ""))}
    row = ProceedingStep.objects.create(
        id=row_id,
        ref=once or new_ref(),
        agency_id=breach.agency_id,
        breach=breach,
        kind=kind,
        at=happened_at,
        recorded_at=at,
        recorded_by=by.id,
        reason=reason,
        until_at=until_at,
        sealed=seal(breach.key, breach.agency_id, content, about=row_id),
    )
    digest = fingerprint(breach.agency_id, {"kind": kind, "reason": reason, **content})
    record("breach.step_added", about=breach.id, by=by.id, agency=breach.agency_id, at=at, digest=digest)
    return row


def strike_step(step: ProceedingStep, *, by: Worker, at: datetime) -> None:
    """It was wrong: it counts no more, and stays to be read."""
    require(by, FOLLOW_BREACH, step.breach, at=at)
    rows = ProceedingStep.objects.filter(id=step.id, struck_at=None)
    if rows.update(struck_at=at, struck_by=by.id):
        record("breach.step_struck", about=step.breach_id, by=by.id, agency=step.agency_id, at=at)
