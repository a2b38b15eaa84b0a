"""Keep what the forecast of a case knows of its breaches: an occasion of them is one line of what happened, and no more.

A line that a person took back is not written again. What somebody wrote down by hand counts once, not twice.
"""

from datetime import datetime

from shelterbelt.assessments.actions import hear_happening, unhear_happening
from shelterbelt.assessments.queries import happenings_of
from shelterbelt.breaches.models import Counted
from shelterbelt.breaches.queries.patterns import pattern_of
from shelterbelt.cases.models import Case
from shelterbelt.library.breaches import numbers
from shelterbelt.rules.breach import ORDER_VIOLATION
from shelterbelt.store.asker import as_agency


def renew_counted(case: Case, *, at: datetime) -> None:
    """What happened in a case, as its breaches tell it now: occasions that are new are written, those that are none undone."""
    with as_agency(case.agency_id, at=at):
        row = Case.objects.select_for_update(of=("self",)).select_related("agency").get(id=case.id)
        if row.closed_at is not None:
            return
        wanted = {one.at for one in pattern_of(row, at=at).happenings}
        known = {one.happened_at: one for one in Counted.objects.filter(case=row)}
        by_hand = _by_hand(row, {one.happening_id for one in known.values()})
        same = numbers().pattern.same
        for when in sorted(wanted - known.keys()):
            if not any(abs(when - other) <= same for other in by_hand):
                made = hear_happening(row, ORDER_VIOLATION, happened_at=when, at=at)
                Counted.objects.create(agency_id=row.agency_id, case=row, happening=made, happened_at=when)
        for when in sorted(known.keys() - wanted):
            unhear_happening(known[when].happening_id, at=at)
            known[when].delete()


def _by_hand(case: Case, ours: set[object]) -> list[datetime]:
    """When a worker wrote down by hand that an order was not kept."""
    return [
        one.happened_at
        for one in happenings_of(case)
        if one.type == ORDER_VIOLATION and one.undone_at is None and one.id not in ours
    ]
