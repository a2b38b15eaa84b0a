"""What the breaches of a case are together, and how many ended how. Starts from what the asker may see."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from shelterbelt.access.models import Worker
from shelterbelt.access.rules import visible
from shelterbelt.breaches.models import Breach, ProceedingStep
from shelterbelt.breaches.policy import COUNT_BREACHES
from shelterbelt.breaches.told import facts_of, steps_of
from shelterbelt.cases.models import Case
from shelterbelt.library.breaches import numbers
from shelterbelt.rules.breach import Pattern, pattern
from shelterbelt.rules.proceedings import Counts, counted, outcome


def pattern_of(case: Case, *, at: datetime) -> Pattern:
    """What the breaches of a case that the asker sees are together."""
    return _pattern(Breach.objects.filter(case=case), at=at)


def pattern_of_order(order_id: UUID, *, by: Worker, at: datetime) -> Pattern:
    """The same of one order."""
    return _pattern(Breach.objects.filter(order_id=order_id, agency_id=by.agency_id), at=at)


def _pattern(rows: QuerySet[Breach], *, at: datetime) -> Pattern:
    found = rows.prefetch_related("breachterms", "breachdecisions")
    facts = [facts_of(row, row.breachterms.all(), row.breachdecisions.all()) for row in found]
    return pattern(facts, at=at, settings=numbers().pattern)


def counts(*, by: Worker, at: datetime, since: datetime | None = None) -> Counts:
    """How many breaches of the asker's agency ended how in court, of those that were reported or decided at all."""
    rows = visible(by, COUNT_BREACHES, Breach.objects.all(), at=at)
    if since is not None:
        rows = rows.filter(happened_at__gte=since)
    ids = list(rows.values_list("id", flat=True))
    steps = _steps(ProceedingStep.objects.filter(breach_id__in=ids))
    return counted(outcome(steps_of(steps[one]), at=at) for one in ids if steps[one])


def _steps(rows: Iterable[ProceedingStep]) -> dict[UUID, list[ProceedingStep]]:
    found: dict[UUID, list[ProceedingStep]] = defaultdict(list)
    for row in rows:
        found[row.breach_id].append(row)
    return found
