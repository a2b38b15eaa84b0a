"""Begin a plan, choose what matters, write, skip or take out a part, look at all of it again.

Refuses a part that the plan's library does not have, and to write over what somebody wrote meanwhile.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import NotForYou
from shelterbelt.access.survivors import Survivor, acting, require_own
from shelterbelt.ledger.actions import record
from shelterbelt.library import plans as library
from shelterbelt.safety.actions.sharing import end_shares_of
from shelterbelt.safety.files import open_from, row_in, seal_in
from shelterbelt.safety.models import STATES, WRITTEN, OwnFile, PartVersion, PlanPart, SafetyPlan
from shelterbelt.safety.policy import WRITE_FILE

MOST_PLANS, LONGEST_NAME = 20, 100


class Overtaken(Exception):
    """Somebody wrote this part since it was opened: both should be read before one of them stands."""


def begin_plan(
    file: OwnFile, *, whom: str = library.SELF, called: str = "", by: Worker | Survivor, at: datetime
) -> SafetyPlan:
    """A plan for oneself (the one there is, if there is one), or one of its own for each child or dependent."""
    require_own(by, WRITE_FILE, file, at=at)
    known = library.plan()
    if whom not in known.whom:
        raise ValueError("nobody a plan is for")
    with acting(by, at=at):
        held = OwnFile.objects.select_for_update().get(id=file.id, ended_at=None)
        living = list(SafetyPlan.objects.filter(file=held, ended_at=None).order_by("begun_at", "id"))
        for row in living:
            if whom == library.SELF and open_from(held, row.sealed, about=row.id)["whom"] == whom:
                return row
        if len(living) >= MOST_PLANS:
            raise ValueError("too many plans")
        return _begun(held, known, whom, called, by, at)


def _begun(
    file: OwnFile, known: library.Plan, whom: str, called: str, by: Worker | Survivor, at: datetime
) -> SafetyPlan:
    content: dict[str, Any] = {
        "whom": whom,
        "called": called.strip()[:LONGEST_NAME] if whom != library.SELF else "",
        "library": known.id,
        "version": known.version,
        "digest": known.digest,
        "risks": [],
        "situations": [],
        "look_on": None,
        "before": [],
    }
    made = SafetyPlan.objects.create(**row_in(file, content), begun_at=at, begun_by=by.id, looked_at=at)
    record("plan.begun", about=made.id, by=by.id, agency=file.agency_id, at=at)
    return made


def choose(
    plan: SafetyPlan, *, risks: Iterable[str], situations: Iterable[str], by: Worker | Survivor, at: datetime
) -> None:
    """What matters in this plan; what was chosen before is kept, and no part that was written goes away."""
    require_own(by, WRITE_FILE, plan, at=at)
    with acting(by, at=at):
        row, content = _held(plan)
        known = library.plan(content["library"], content["version"])
        chosen = {
            "risks": [code for code in known.risks if code in set(risks)],
            "situations": [code for code in known.situations if code in set(situations)],
        }
        if chosen != {name: content[name] for name in chosen}:
            earlier = {name: content[name] for name in chosen}
            content["before"].append({**earlier, "until": at.isoformat(), "by": str(by.id)})
            _reseal(row, {**content, **chosen})
            record("plan.chosen", about=row.id, by=by.id, agency=row.agency_id, at=at)


def write_part(
    plan: SafetyPlan,
    code: str,
    answers: Mapping[str, Any],
    *,
    state: str = WRITTEN,
    after: int,
    by: Worker | Survivor,
    at: datetime,
) -> PartVersion:
    """A new version of a part: what was answered, or that it is skipped, not for them, or taken out again.

    `after` is the number of the version that was looked at (0: none); a newer one is not written over.
    """
    require_own(by, WRITE_FILE, plan, at=at)
    with acting(by, at=at):
        row, content = _held(plan)
        known = library.plan(content["library"], content["version"])
        if state not in STATES or code not in {part.id for part in known.parts}:
            raise NotForYou
        part = part_named(row, code) or _part(row, code)
        if part.newest != after:
            raise Overtaken
        told = {
            "code": code,
            "state": state,
            "answers": dict(answers) if state == WRITTEN else {},
            "whom": content["whom"],
            "library": content["library"],
            "version": content["version"],
        }
        return _written(part, row.file, told, by, at)


def _written(
    part: PlanPart, file: OwnFile, told: dict[str, Any], by: Worker | Survivor, at: datetime
) -> PartVersion:
    part.newest += 1
    made = PartVersion.objects.create(
        **row_in(file, told), part=part, number=part.newest, written_at=at, written_by=by.id
    )
    part.save(update_fields=["newest"])
    record("plan.written", about=part.id, by=by.id, agency=part.agency_id, at=at)
    return made


def look_again(plan: SafetyPlan, *, on: date | None, by: Worker | Survivor, at: datetime) -> None:
    """The plan was looked at as a whole; `on` is the day that is agreed on for the next time, if any."""
    require_own(by, WRITE_FILE, plan, at=at)
    with acting(by, at=at):
        row, content = _held(plan)
        row.looked_at = at
        row.save(update_fields=["looked_at"])
        _reseal(row, {**content, "look_on": on.isoformat() if on else None})
        record("plan.looked_at", about=row.id, by=by.id, agency=row.agency_id, at=at)


def end_plan(plan: SafetyPlan, *, by: Worker | Survivor, at: datetime) -> None:
    """The plan is not used any more, and nobody else reads any part of it from now on."""
    require_own(by, WRITE_FILE, plan, at=at)
    with acting(by, at=at):
        row, _content = _held(plan)
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        end_shares_of(row, by=by, at=at)
        record("plan.ended", about=row.id, by=by.id, agency=row.agency_id, at=at)


def part_named(plan: SafetyPlan, code: str) -> PlanPart | None:
    """The part of a plan, if anybody opened it; which one a row is lies sealed in it."""
    for row in PlanPart.objects.filter(plan=plan).order_by("id"):
        if open_from(plan.file, row.sealed, about=row.id)["code"] == code:
            return row
    return None


def _part(plan: SafetyPlan, code: str) -> PlanPart:
    return PlanPart.objects.create(**row_in(plan.file, {"code": code}), plan=plan)


def _held(plan: SafetyPlan) -> tuple[SafetyPlan, dict[str, Any]]:
    """The plan while nobody else writes in it, and its content."""
    row = SafetyPlan.objects.select_for_update(of=("self",)).select_related("file").get(id=plan.id)
    if row.ended_at is not None or row.file.ended_at is not None:
        raise NotForYou
    return row, open_from(row.file, row.sealed, about=row.id)


def _reseal(row: SafetyPlan, content: Mapping[str, Any]) -> None:
    row.sealed = seal_in(row.file, content, about=row.id)
    row.save(update_fields=["sealed"])
