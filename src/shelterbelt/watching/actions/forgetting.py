"""Destroys what devices said when its time is over: the key of an hour first, then what lies under it.

Nobody asks it: the clock does. What proves a breach was copied out before, and is not touched.
"""

from datetime import datetime, timedelta
from uuid import UUID

from shelterbelt.agencies.sealed import destroy
from shelterbelt.ledger.actions import record
from shelterbelt.library.trails import trails
from shelterbelt.watching.models import LogKey, LogRow

HOUR = timedelta(hours=1)


def destroy_trails(agency: UUID, *, at: datetime) -> int:
    """Destroy the keys whose hours are over, with their rows; how many keys there were. A brief one goes sooner."""
    kept = trails()
    gone = 0
    for row in LogKey.objects.filter(agency_id=agency, hour_at__lte=at - HOUR - kept.brief).order_by(
        "hour_at"
    ):
        if row.hour_at + HOUR + (kept.brief if row.brief else kept.kept) > at:
            continue
        # If what follows fails, nothing opens all the same, and the next hour does it again.
        destroy(row.key, agency)
        LogRow.objects.filter(under_id=row.id).delete()
        LogKey.objects.filter(id=row.id).delete()
        record("trail.destroyed", about=row.id, by=None, agency=agency, at=at)
        gone += 1
    return gone
