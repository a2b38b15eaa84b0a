"""Let somebody else read one part of a plan, and end that at once.

Refuses an agency without a release that names the plan, and a place that was not named by itself.
"""

from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.agencies.models import Agency
from shelterbelt.ledger.actions import record
from shelterbelt.rules.part_sharing import ShareFacts, decide
from shelterbelt.rules.reasons import Reason
from shelterbelt.safety.files import row_in
from shelterbelt.safety.models import PartShare, PlanPart, SafetyPlan
from shelterbelt.safety.policy import WRITE_FILE
from shelterbelt.safety.queries.sharing import facts_of, releases_plan_to
from shelterbelt.store.journal import note

OWN_HAND = "own_hand"
SAID = ("in_person", "phone")


class NotShared(ValueError):
    """It cannot be shared so; the reasons say why."""

    def __init__(self, because: tuple[Reason, ...]) -> None:
        super().__init__(because[0].code)
        self.because = because


def share_part(
    part: PlanPart,
    viewer: Agency,
    *,
    how: str = OWN_HAND,
    place_named: bool = False,
    by: Worker | Survivor,
    at: datetime,
) -> PartShare:
    """The survivor lets the team (their own agency), or an agency with a release, read this part as it stands then.

    A worker says how the survivor told them (`how`). Naming the place anew takes the place of an earlier choice.
    """
    require_own(by, WRITE_FILE, part, at=at)
    if (how == OWN_HAND) != isinstance(by, Survivor) or (how != OWN_HAND and how not in SAID):
        raise ValueError("a share says who told it, and how")
    with acting(by, at=at):
        held = _held(part)
        wanted = ShareFacts(at, None, place_named)
        found = decide(
            facts_of(held),
            wanted,
            own_team=viewer.id == held.agency_id,
            released=releases_plan_to(held.person_id, viewer.id, at=at),
            at=at,
        )
        if not found.shown:
            raise NotShared(found.because)
        standing = PartShare.objects.filter(part=held, viewer_id=viewer.id, ended_at=None).first()
        if standing is not None and standing.place_named == place_named:
            return standing
        if standing is not None:
            _end(standing, by, at)
        return _shared(held, viewer, how, place_named, by, at)


def _shared(
    part: PlanPart, viewer: Agency, how: str, place_named: bool, by: Worker | Survivor, at: datetime
) -> PartShare:
    made = PartShare.objects.create(
        **row_in(part.file, {"how": how}),
        part=part,
        viewer_id=viewer.id,
        place_named=place_named,
        from_at=at,
        shared_by=by.id,
    )
    record("plan.shared", about=part.id, by=by.id, agency=part.agency_id, at=at)
    return made


def end_share(share: PartShare, *, by: Worker | Survivor, at: datetime) -> None:
    """From now on they read nothing of the part; ended twice is once."""
    require_own(by, WRITE_FILE, share, at=at)
    with acting(by, at=at):
        row = PartShare.objects.select_for_update().get(id=share.id)
        if row.ended_at is None:
            _end(row, by, at)
            record("plan.share_ended", about=row.part_id, by=by.id, agency=row.agency_id, at=at)


def end_shares_of(plan: SafetyPlan, *, by: Worker | Survivor, at: datetime) -> None:
    """A plan is not used any more: nobody else reads any part of it."""
    for row in PartShare.objects.filter(part__plan=plan, ended_at=None):
        _end(row, by, at)


def end_share_again(share_id: UUID, at: datetime) -> int:
    """After a restore: a choice that had been taken back opens nothing."""
    return PartShare.objects.filter(id=share_id, ended_at=None).update(ended_at=at)


def _end(row: PartShare, by: Worker | Survivor, at: datetime) -> None:
    row.ended_at, row.ended_by = at, by.id
    row.save(update_fields=["ended_at", "ended_by"])
    note("plan.share_ended", row.id, agency=row.agency_id, at=at)


def _held(part: PlanPart) -> PlanPart:
    """The part, while nothing else happens to its plan."""
    plan = SafetyPlan.objects.select_for_update().filter(id=part.plan_id, ended_at=None).first()
    row = PlanPart.objects.select_related("file", "plan").filter(id=part.id).first()
    if plan is None or row is None:
        raise NotForYou
    return row
