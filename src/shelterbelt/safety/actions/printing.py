"""Put a plan on paper, or into a locked file to take along: by the two who make it. That it left is noted, not what it says."""

from datetime import datetime

from shelterbelt.access.models import Worker
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.ledger.actions import record
from shelterbelt.safety import offline, paper
from shelterbelt.safety.models import SafetyPlan
from shelterbelt.safety.policy import SEE_FILE
from shelterbelt.safety.queries import plan_for_paper


def print_plan(
    plan: SafetyPlan, kind: str, *, language: str, large: bool, by: Survivor | Worker, at: datetime
) -> bytes:
    """One of the three papers, as a file for whoever asked."""
    require_own(by, SEE_FILE, plan, at=at)
    told = paper.on_paper(plan_for_paper(plan, by, at, language=language))
    with acting(by, at=at):
        record("plan.printed", about=plan.id, by=by.id, agency=plan.agency_id, at=at)
    return paper.pdf(kind, told, large=large)


def lock_copy(plan: SafetyPlan, passphrase: str, *, language: str, by: Survivor, at: datetime) -> bytes:
    """The whole plan under the survivor's own words, to keep on a device. The words themselves are kept nowhere."""
    require_own(by, SEE_FILE, plan, at=at)
    told = paper.on_paper(plan_for_paper(plan, by, at, language=language))
    with acting(by, at=at):
        record("plan.copied_out", about=plan.id, by=by.id, agency=plan.agency_id, at=at)
    return offline.locked(paper.pdf(paper.FULL, told), passphrase)
