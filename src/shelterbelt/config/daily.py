"""The everyday work of the demo county that its courses do not tell:

work is done, levels are looked at again, quiet cases close.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.assessments.actions import set_level
from shelterbelt.assessments.queries import levels_of
from shelterbelt.cases.actions import close_case
from shelterbelt.cases.models import Case
from shelterbelt.cases.policy import WRITE_CASE
from shelterbelt.config.imagined import Told
from shelterbelt.response.actions import complete_action
from shelterbelt.response.models import Action
from shelterbelt.response.queries import SECOND_LOOK
from shelterbelt.store.asker import as_agency

# How the invented county keeps up with its work: shares that only make the demonstration plausible (P, assumed).
LEFT_UNDONE, REACHED, CLOSED_WHEN_QUIET = 0.15, 0.85, 0.8
RECENT, LONGEST_UNDONE, QUIET = timedelta(days=1), timedelta(days=21), timedelta(days=120)


@dataclass
class Daily:
    """The everyday work that courses do not tell: most work is done around its due time, quiet cases are closed."""

    workers: dict[str, Worker]
    rng: Random

    def catch_up(self, told: Iterable[Told], *, at: datetime) -> set[str]:
        """Bring every course of this node up to the present; returns the agencies whose ledger grew."""
        grown = set()
        for one in told:
            for code, case in one.cases.items():
                with as_agency(case.agency_id, at=at):
                    ends = self._quiet(one, code, case, at=at)
                    self._work(
                        Action.objects.filter(case=case, done_at=None), at=at, all_of_it=ends is not None
                    )
                    if ends is not None:
                        self._close(case, at=ends)
                grown.add(code)
            for incidents in one.incidents.values():
                with as_agency(incidents[0].agency_id, at=at):
                    self._work(Action.objects.filter(case=None, incident__in=incidents, done_at=None), at=at)
        return grown

    def _work(self, rows: Any, *, at: datetime, all_of_it: bool = False) -> None:
        for action in rows.select_related("agency", "case").order_by("due_at"):
            late = at - action.due_at
            undone = late < RECENT or (late < LONGEST_UNDONE and self.rng.random() < LEFT_UNDONE)
            by = self._worker(action)
            if by is None or (undone and not all_of_it):
                continue
            if action.kind == SECOND_LOOK and not all_of_it:
                continue
            if action.kind == "assessment" and action.case and not all_of_it:
                self._look_again(action.case, by, at=at)
                continue
            early = timedelta(hours=self.rng.uniform(-6, 20))
            done_at = min(max(action.due_at - early, action.opened_at + timedelta(minutes=20)), at)
            complete_action(
                action, "done" if self.rng.random() < REACHED else "not_reached", "", by=by, at=done_at
            )

    def _look_again(self, case: Case, by: Worker, *, at: datetime) -> None:
        row = fresh(case)
        days = {"extreme": 3, "high": 7, "medium": 30, "low": 60}[row.level]
        looked_at = max(
            at - timedelta(days=self.rng.uniform(0, days * 1.05)), row.opened_at + timedelta(hours=1)
        )
        before = levels_of(row, most=1)
        factors = before[0].factors if before else ()
        set_level(row, row.level, factors, "Looked at again: nothing has changed.", by=by, at=looked_at)

    def _worker(self, action: Action) -> Worker | None:
        able = self._caseworkers(action.agency_id)
        fitting = [
            w
            for w in able
            if action.role in w.roles and (action.unit_id is None or w.unit_id == action.unit_id)
        ]
        return (
            self.rng.choice(fitting or [w for w in able if action.role in w.roles] or able) if able else None
        )

    def _caseworkers(self, agency: UUID) -> list[Worker]:
        """Those of an agency who work on cases: not its administrators, reviewers and records officers."""
        return [w for w in self.workers.values() if w.agency_id == agency and WRITE_CASE.allows(w)]

    def _quiet(self, told: Told, code: str, case: Case, *, at: datetime) -> datetime | None:
        """When a case was closed because nothing came any more; none while it is open."""
        last = max((e.at for e in told.course.events if e.agency == code), default=at)
        if fresh(case).closed_at is not None or last > at - QUIET or self.rng.random() > CLOSED_WHEN_QUIET:
            return None
        return last + QUIET

    def _close(self, case: Case, *, at: datetime) -> None:
        by = self.rng.choice(self._caseworkers(case.agency_id))
        close_case(
            fresh(case),
            reason="Nothing new for months, and the survivor knows how to come back.",
            by=by,
            at=at,
        )


def fresh(case: Case) -> Case:
    """The case as it stands now."""
    return Case.objects.select_related("agency").get(id=case.id)
