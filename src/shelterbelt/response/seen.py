"""Cases as one worker sees them: level and due time without what rests on something that is hidden from them.

Decides nothing. A row that the asker may see in full stays as the board keeps it.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import Min

from shelterbelt.access.models import Worker
from shelterbelt.assessments.queries import levels_seen
from shelterbelt.cases.models import Case
from shelterbelt.cases.queries import veiled
from shelterbelt.response.models import Action


def as_seen(cases: Sequence[Case], *, by: Worker, at: datetime) -> None:
    """Set on these rows, in place, the level and the due time that the asker sees."""
    by_agency = attrgetter("agency_id")
    for holder, rows in groupby(sorted(cases, key=by_agency), key=by_agency):
        behind = set(veiled(by, holder, at=at))
        set_seen([case for case in rows if case.id in behind], at=at)


def set_seen(cases: Sequence[Case], *, at: datetime) -> None:
    """The same for cases of which it is known that something in them is hidden from the asker."""
    if not cases:
        return
    ids: list[UUID] = [case.id for case in cases]
    levels = levels_seen(ids, at=at)
    open_work = Action.objects.filter(case_id__in=ids, done_at=None).order_by()
    due = dict(open_work.values("case_id").annotate(soonest=Min("due_at")).values_list("case_id", "soonest"))
    for case in cases:
        case.level, case.level_rank = levels[case.id].word, int(levels[case.id])
        case.next_due_at = due.get(case.id)
