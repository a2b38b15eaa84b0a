"""A person says what a breach was: a breach, none, or that it cannot be told. Refuses to drop one without a reason."""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import fingerprint, seal
from shelterbelt.breaches.actions.counting import renew_counted
from shelterbelt.breaches.models import Breach, BreachDecision
from shelterbelt.breaches.policy import DECIDE_BREACH
from shelterbelt.breaches.told import decisions_of
from shelterbelt.ledger.actions import record
from shelterbelt.rules.breach import DECIDED
from shelterbelt.rules.breach import state as state_of
from shelterbelt.store.ids import uuid7


class ReasonNeeded(ValueError):
    """Whoever says what a breach was says why."""


def decide(breach: Breach, state: str, why: str, *, by: Worker, at: datetime) -> BreachDecision:
    """What a person says of it stands beside what was said before; the last word holds, and none is lost."""
    require(by, DECIDE_BREACH, breach, at=at)
    if state not in DECIDED:
        raise ValueError("not what a breach can be")
    if not why.strip():
        raise ReasonNeeded
    row = Breach.objects.select_for_update(of=("self",)).select_related("case").get(id=breach.id)
    made_id, content = uuid7(), {"why": why.strip()}
    made = BreachDecision.objects.create(
        id=made_id,
        agency_id=row.agency_id,
        breach=row,
        state=state,
        at=at,
        by=by.id,
        sealed=seal(row.key, row.agency_id, content, about=made_id),
    )
    row.state = state_of(decisions_of(row.breachdecisions.all()), at=at)
    row.save(update_fields=["state"])
    digest = fingerprint(row.agency_id, {"state": state, **content})
    record(f"breach.{state}", about=row.id, by=by.id, agency=row.agency_id, at=at, digest=digest)
    if row.case is not None:
        renew_counted(row.case, at=at)
    return made
