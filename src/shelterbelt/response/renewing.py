"""Which entries of the ledger move a forecast, and from which day on; every night, and when its numbers change, all of them.

At night the sheets of every open case are scored again too. Decides nothing: scores and forecasts are the rules', and
whether they raise a level is for the assessments.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from shelterbelt.assessments.actions import Rescored, call_for_forecasts, renew_forecast, rescore
from shelterbelt.assessments.models import Assessment, Happening, KeptForecast, LevelSet, Reassessment
from shelterbelt.assessments.queries import numbers
from shelterbelt.cases.models import Case, CaseIncident, Incident
from shelterbelt.ledger.models import Entry
from shelterbelt.rules.levels import Source
from shelterbelt.store.asker import as_agency

log = logging.getLogger(__name__)

BATCH = 100
INCIDENTS = ("incident.recorded", "roles.corrected")
HAPPENINGS = ("happening.recorded", "happening.ended", "happening.undone")
SHEETS = ("assessment.finished", "assessment.corrected")
LEVELS = ("level.set", "level.raised", "level.undone")
LOOKS = ("reassessment.agreed",)


def call_for(agency_id: UUID, entries: Iterable[Entry]) -> None:
    """Keep that every case which these entries touch is to be forecast anew, within the transaction that reads them.

    What was told late counts from the day on which it happened.
    """
    since: dict[UUID, datetime] = {}
    for entry in entries:
        for case_id, begins in touched_by(entry).items():
            since[case_id] = min(begins, since.get(case_id, begins))
    open_ones = Case.objects.filter(id__in=since, closed_at=None).values_list("id", flat=True)
    call_for_forecasts(agency_id, {case_id: since[case_id] for case_id in open_ones})


def touched_by(entry: Entry) -> dict[UUID, datetime]:
    """The cases whose forecast an entry moves, each with the day from which it does."""
    if entry.kind in INCIDENTS:
        return _of_incident(entry.about, entry.at)
    if entry.kind in HAPPENINGS:
        rows = Happening.objects.filter(id=entry.about).values_list("case_id", "happened_at")
        return dict(rows)
    if entry.kind in SHEETS:
        sheet = Assessment.objects.filter(id=entry.about).first()
        if sheet is None:
            return {}
        return {sheet.case_id: entry.at} if sheet.case_id else _of_incident(sheet.incident_id, entry.at)
    if entry.kind in LEVELS:
        said = LevelSet.objects.filter(id=entry.about)
        if entry.kind != "level.undone":
            said = said.exclude(source=Source.FORECAST.value)
        return dict.fromkeys(said.values_list("case_id", flat=True), entry.at)
    if entry.kind in LOOKS:
        looks = Reassessment.objects.filter(id=entry.about)
        return dict.fromkeys(looks.values_list("case_id", flat=True), entry.at)
    return {entry.about: entry.at} if entry.kind == "case.opened" else {}


def _of_incident(incident_id: UUID | None, otherwise: datetime) -> dict[UUID, datetime]:
    incident = Incident.objects.filter(id=incident_id).first() if incident_id else None
    if incident is None:
        return {}
    cases = CaseIncident.objects.filter(incident=incident).values_list("case_id", flat=True)
    return dict.fromkeys(cases, incident.happened_at or otherwise)


@dataclass(frozen=True)
class Renewed:
    """How many open cases were worked out anew, and what their sheets said when they were scored again."""

    cases: int = 0
    sheets: Rescored = field(default_factory=Rescored)


def renew_all(
    agency_id: UUID,
    *,
    at: datetime,
    only_old: bool = False,
    progress: Callable[[int], None] = lambda _cases: None,
) -> Renewed:
    """Score the sheets of every open case of an agency again and forecast it anew, a batch a transaction.

    `only_old`: the forecasts that were made with other numbers than today's, and no sheets.
    """
    done, after = Renewed(), UUID(int=0)
    while True:
        with as_agency(agency_id, at=at):
            found = list(_open(agency_id, only_old=only_old).filter(id__gt=after).order_by("id")[:BATCH])
            for case in found:
                sheets = done.sheets if only_old else done.sheets + rescore(case, at=at)
                renew_forecast(case, at=at)
                done = Renewed(done.cases + 1, sheets)
        progress(done.cases)
        if len(found) < BATCH:
            break
        after = found[-1].id
    if done.sheets.other or done.sheets.missing:
        unlike = "Sheets scored again: %d say something else than they kept, of %d the file is missing."
        log.warning(unlike, done.sheets.other, done.sheets.missing)
    return done


def open_cases(agency_id: UUID, *, at: datetime) -> int:
    """How many cases `renew_all` goes through."""
    with as_agency(agency_id, at=at):
        return _open(agency_id, only_old=False).count()


def _open(agency_id: UUID, *, only_old: bool) -> QuerySet[Case]:
    rows = Case.objects.filter(agency_id=agency_id, closed_at=None)
    if not only_old:
        return rows
    kept = KeptForecast.objects.filter(case_id=OuterRef("id"))
    return rows.filter(Exists(kept.exclude(digest=numbers().parameters.digest)))
