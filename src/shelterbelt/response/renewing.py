"""Which entries of the ledger move a forecast, and from which day on; every night, and when its numbers change, all of them.

Decides nothing: the forecast is the rules', and whether it raises a level is for the assessments.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from shelterbelt.assessments.actions import call_for_forecasts, renew_forecast
from shelterbelt.assessments.models import Assessment, Happening, KeptForecast, LevelSet, Reassessment
from shelterbelt.assessments.queries import numbers
from shelterbelt.cases.models import Case, CaseIncident, Incident
from shelterbelt.ledger.models import Entry
from shelterbelt.rules.levels import Source
from shelterbelt.store.asker import as_agency

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


def renew_all(agency_id: UUID, *, at: datetime, only_old: bool = False) -> int:
    """Work out every open case of an agency anew, a batch a transaction; `only_old`: those of other numbers than today's."""
    done, after = 0, UUID(int=0)
    while True:
        with as_agency(agency_id, at=at):
            found = list(_open(agency_id, only_old=only_old).filter(id__gt=after).order_by("id")[:BATCH])
            for case in found:
                renew_forecast(case, at=at)
        done += len(found)
        if len(found) < BATCH:
            return done
        after = found[-1].id


def _open(agency_id: UUID, *, only_old: bool) -> QuerySet[Case]:
    rows = Case.objects.filter(agency_id=agency_id, closed_at=None)
    if not only_old:
        return rows
    kept = KeptForecast.objects.filter(case_id=OuterRef("id"))
    return rows.filter(Exists(kept.exclude(digest=numbers().parameters.digest)))
