"""Work out a case's forecast anew, keep it, and let it raise the level; keep what a worker saw of it.

Refuses to lower anything, and to say a level again that it said of the same facts.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import require
from shelterbelt.agencies.sealed import opened_under, seal
from shelterbelt.assessments import queries
from shelterbelt.assessments.actions.levels import Said, raise_level
from shelterbelt.assessments.models import ForecastDue, KeptForecast, LevelSet, SeenForecast
from shelterbelt.assessments.policy import SEE_FORECAST
from shelterbelt.assessments.queries.forecasts import Day, Facts
from shelterbelt.cases.models import Case
from shelterbelt.rules.hazard import Forecast
from shelterbelt.rules.levels import Source, level_of
from shelterbelt.store.asker import as_agency
from shelterbelt.store.ids import uuid7
from shelterbelt.store.questions import question

# Two looks within it are one: what changed stays on the page while somebody goes to and fro.
ONE_LOOK = timedelta(minutes=30)
# How much of what lifts it is told with a level that the forecast says: what lifts most.
REASONS = 5


def call_for_forecasts(agency_id: UUID, since: Mapping[UUID, datetime]) -> None:
    """Keep that these cases of an agency are to be worked out anew, each from a day on; in the caller's transaction."""
    for case_id, begins in sorted(since.items()):
        row, is_new = ForecastDue.objects.get_or_create(
            case_id=case_id, defaults={"agency_id": agency_id, "since_at": begins}
        )
        if not is_new and begins < row.since_at:
            row.since_at = begins
            row.save(update_fields=["since_at"])


def renew_due(agency_id: UUID, *, at: datetime) -> int:
    """Work out anew what is called for in an agency, each case in a transaction of its own; returns how many."""
    done = 0
    while True:
        with as_agency(agency_id, at=at):
            due = ForecastDue.objects.select_for_update(skip_locked=True, of=("self",))
            row = due.select_related("case").filter(agency_id=agency_id).order_by("case_id").first()
            if row is None:
                return done
            renew_forecast(row.case, at=at, since=row.since_at)
            ForecastDue.objects.filter(case_id=row.case_id).delete()
        done += 1


def renew_forecast(case: Case, *, at: datetime, since: datetime | None = None) -> Forecast | None:
    """Work the forecast of an open case out anew for its agency, from the day `since` on, and raise the level by it.

    Whatever wakes it has asked. A day before the case was opened was not followed by anybody.
    """
    with as_agency(case.agency_id, at=at):
        row = Case.objects.select_for_update(of=("self",)).get(id=case.id)
        if row.closed_at is not None:
            return None
        facts, found = queries.forecast_of(row, at=at)
        begins = max(row.opened_at, min(since or at, at))
        course = queries.days_of(facts, since=begins, at=at)
        _keep(row, found, course, at=at)
        _raise(row, facts, course, at=at)
    return found


def _keep(case: Case, found: Forecast, course: list[Day], *, at: datetime) -> None:
    kept = KeptForecast.objects.filter(case=case).first() or KeptForecast(case=case, agency_id=case.agency_id)
    content = {
        "forecast": queries.packed(found),
        "days": [{"at": day.at.isoformat(), "ratios": day.ratios} for day in course],
    }
    kept.parameters, kept.version, kept.digest = found.parameters, found.version, found.digest
    kept.worked_out_at, kept.since_at = at, course[0].at
    kept.sealed = seal(bytes(case.key), case.agency_id, content, about=kept.id)
    kept.save()


def _raise(case: Case, facts: Facts, course: list[Day], *, at: datetime) -> None:
    """The highest level that any of the days proposes, unless it was said before of all of these facts."""
    level = max((day.proposes for day in course if day.proposes is not None), default=None)
    if level is None:
        return
    rests_on, newest = queries.lifting(facts, queries.numbers().parameters)
    lines = LevelSet.objects.filter(
        case=case, source=Source.FORECAST.value, rests_on__contains=list(rests_on)
    )
    said = [line for line in lines.order_by("set_at") if level_of(line.level) >= level]
    if any(line.undone_at is None for line in said):
        return
    first = next(day.at for day in course if day.proposes is not None and day.proposes >= level)
    # Since then it could be known: two people who looked later knew what it rests on.
    known_at = min(at, max(first, newest), *(line.set_at for line in said[:1]))
    told = Said(
        level=level,
        source=Source.FORECAST,
        factors=queries.drivers_on(facts, first, known_at=at)[:REASONS],
        happened_at=first,
        known_at=known_at,
        rests_on=rests_on,
    )
    raise_level(case, told, by=None, at=at)


@question
def _seen(case_id: UUID, worker_id: UUID) -> QuerySet[SeenForecast]:
    return SeenForecast.objects.filter(case_id=case_id, worker_id=worker_id)


def note_seen(case: Case, found: Forecast, *, by: Worker, at: datetime) -> tuple[Forecast, datetime] | None:
    """Keep what this worker sees of the forecast now; gives what they saw at their last look and when, if they did."""
    require(by, SEE_FORECAST, case, at=at)
    now = {"at": at.isoformat(), "forecast": queries.packed(found)}
    made_id = uuid7()
    first = {
        "id": made_id,
        "agency_id": case.agency_id,
        "shown_at": at,
        "sealed": seal(bytes(case.key), case.agency_id, {"before": None, "now": now}, about=made_id),
    }
    row = _seen.first(case.id, by.id)
    if row is None:
        row, is_new = SeenForecast.objects.get_or_create(case=case, worker_id=by.id, defaults=first)
        if is_new:
            return None
    kept = opened_under(bytes(case.key), row.id, row.agency_id, bytes(row.sealed))
    before = kept["now"] if at - row.shown_at > ONE_LOOK else kept["before"]
    row.shown_at = at
    row.sealed = seal(bytes(case.key), case.agency_id, {"before": before, "now": now}, about=row.id)
    row.save(update_fields=["shown_at", "sealed"])
    if before is None:
        return None
    return queries.unpacked(before["forecast"]), datetime.fromisoformat(before["at"])
