"""What a case says that a safety plan should cover: codes of what lifts the danger, is planned, or was learned of, and when.

Found by the safety app through one name in the settings. It gives no number, and nothing that its asker may not see.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import may
from shelterbelt.access.survivors import Survivor
from shelterbelt.assessments.policy import SEE_FORECAST
from shelterbelt.assessments.queries import Facts, Noted, forecast_of, standing_of
from shelterbelt.cases.models import Case
from shelterbelt.rules.plan_review import News


def told_of(
    person_id: UUID, *, by: Worker | Survivor, at: datetime
) -> tuple[frozenset[str], tuple[News, ...]]:
    """The codes that hold now, and what was learned of since when, in the asker's own transaction."""
    codes: set[str] = set()
    news: list[News] = []
    rows = Case.objects.select_related("agency").filter(
        survivor_id=person_id, agency_id=by.agency_id, closed_at=None
    )
    for case in rows.order_by("opened_at", "id"):
        if isinstance(by, Worker) and not may(by, SEE_FORECAST, case, at=at):
            continue
        facts, found = forecast_of(case, at=at)
        codes.update(driver.code for driver in found.drivers)
        codes.update(f"act.{one.act}" for one in _living(facts) if one.act and one.happened_at > at)
        codes.add(f"level.{standing_of(case, at=at).level.word}")
        news += _news(facts)
    return frozenset(codes), tuple(news)


def _living(facts: Facts) -> Iterator[Noted]:
    return (one for one in facts.noted if one.undone_at is None)


def _news(facts: Facts) -> Iterator[News]:
    for one in _living(facts):
        yield News(f"event.{one.type}", one.recorded_at)
        yield News(f"state.{one.type}", one.recorded_at)
        if one.act:
            yield News(f"act.{one.act}", one.recorded_at)
    for report in facts.reports:
        yield from (News(f"event.{type}", report.recorded_at) for type in sorted(report.says))
