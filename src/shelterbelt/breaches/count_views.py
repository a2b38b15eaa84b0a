"""How many breaches ended how in court: none of a few, and none that gives a few away. Decides nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.breaches.policy import COUNT_BREACHES
from shelterbelt.breaches.queries.patterns import counts
from shelterbelt.breaches.words import reason_word, step_word
from shelterbelt.ledger.actions import reading
from shelterbelt.library.breaches import numbers
from shelterbelt.measures.withheld import shown
from shelterbelt.rules.proceedings import (
    ACQUITTED,
    DISMISSED,
    DROPPED,
    NOT_FILED,
    NOT_SENT,
    OPEN,
    SENTENCED,
    Counts,
)

ENDS = (NOT_SENT, NOT_FILED, DISMISSED, ACQUITTED, SENTENCED, OPEN)
BACK = timedelta(days=730)


@require_safe
def counted(request: HttpRequest) -> HttpResponse:
    """The counts of the agency's last two years."""
    by, at = asker(request)
    require(by, COUNT_BREACHES, at=at)
    reading("breach_counts", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    page = told(counts(by=by, at=at, since=at - BACK), numbers().least)
    return render(request, "breaches/pages/counts.html", page)


def told(found: Counts, least: int) -> dict[str, Any]:
    """The counts as they may be shown. A part of a count is told only where the count itself is."""
    ends = _shown({end: found.ends.get(end, 0) for end in ENDS}, least)
    reasons = {
        end: _shown({reason: n for (one, reason), n in sorted(found.reasons.items()) if one == end}, least)
        for end in DROPPED
        if ends[end] is not None
    }
    # Of few files a middle is somebody's.
    ended = len(found.days)
    return {
        "least": least,
        "all": found.all if found.all >= least else None,
        "ends": [(step_word(end), count) for end, count in ends.items()],
        "reasons": [
            (step_word(end), [(reason_word(reason), count) for reason, count in lines.items()])
            for end, lines in reasons.items()
            if lines
        ],
        "middle": found.days[ended // 2]
        if ended >= least and found.all - ended not in range(1, least)
        else None,
    }


def _shown(lines: Mapping[str, int], least: int) -> dict[str, int | None]:
    return dict(zip(lines, shown(list(lines.values()), least), strict=True))
