"""What many people said of agencies, as pictures with their tables. Never one answer, and never a worker."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shelterbelt.access.door import asker
from shelterbelt.access.rules import require
from shelterbelt.feedback import queries
from shelterbelt.feedback.policy import SEE_FEEDBACK
from shelterbelt.feedback.show import shown_trend
from shelterbelt.ledger.actions import reading
from shelterbelt.library import experience


def feedback(request: HttpRequest) -> HttpResponse:
    """All agencies of which something was said here, and what was said of this one elsewhere."""
    by, at = asker(request)
    require(by, SEE_FEEDBACK, at=at)
    reading("feedback", about=by.agency_id, by=by.id, agency=by.agency_id, at=at)
    trends, heard = queries.trends(by, at), queries.heard(by, at)
    told = {
        "trends": [shown_trend(one, number) for number, one in enumerate(trends)],
        "heard": [shown_trend(one, number) for number, one in enumerate(heard, start=len(trends))],
        "least": experience.asked().least,
    }
    return render(request, "feedback/pages/feedback.html", told)
