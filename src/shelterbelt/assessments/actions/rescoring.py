"""Score the finished sheets of a case again, each by the version it was answered to: what it kept must come out again.

Refuses to change a sheet, and to lower anything: where more comes out than was said, the level is raised; where less
does, people are told by the count and decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from django.db.models import Q

from shelterbelt.agencies.sealed import opened
from shelterbelt.assessments import queries
from shelterbelt.assessments.actions.levels import raise_level
from shelterbelt.assessments.actions.sheets import said_by
from shelterbelt.assessments.models import Assessment, LevelSet
from shelterbelt.cases.models import Case
from shelterbelt.library.files import LibraryError
from shelterbelt.rules.levels import level_of
from shelterbelt.rules.scoring import Detected, Scored
from shelterbelt.store.asker import as_agency


@dataclass(frozen=True)
class Rescored:
    """How many sheets came out as they were kept, came out otherwise, and could not be scored for want of their file."""

    same: int = 0
    other: int = 0
    missing: int = 0

    def __add__(self, more: "Rescored") -> "Rescored":
        return Rescored(self.same + more.same, self.other + more.other, self.missing + more.missing)


def rescore(case: Case, *, at: datetime) -> Rescored:
    """Score every finished sheet of an open case again, for its agency. Whatever wakes it has asked."""
    with as_agency(case.agency_id, at=at):
        rows = Assessment.objects.filter(Q(case=case) | Q(incident__attached__case=case)).distinct()
        return summed(
            _again(case, row, at=at) for row in rows.filter(finished_at__isnull=False).order_by("id")
        )


def summed(parts: Iterable[Rescored]) -> Rescored:
    """All of them together."""
    return reduce(Rescored.__add__, parts, Rescored())


def _again(case: Case, row: Assessment, *, at: datetime) -> Rescored:
    content = opened(row)
    try:
        found = queries.scored(row, content)
    except LibraryError:
        return Rescored(missing=1)
    if queries.result_in_short(found) == content.get("result"):
        return Rescored(same=1)
    _raise(case, row, found, at=at)
    return Rescored(other=1)


def _raise(case: Case, row: Assessment, found: Scored | Detected, *, at: datetime) -> None:
    """What was undone stays undone: a person said that what it rested on was wrong."""
    if not isinstance(found, Scored) or found.level is None or row.case_id != case.id:
        return
    lines = LevelSet.objects.filter(assessment=row).order_by("-id")
    newest = lines.first()
    if newest is not None and (newest.undone_at is not None or level_of(newest.level) >= found.level):
        return
    raise_level(case, said_by(row, found.level, happened_at=row.finished_at, known_at=at), by=None, at=at)
