"""Ends places whose time is over. What is pressed does not wait for a job: see watch.py."""

from procrastinate.contrib.django import app

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.alerts.actions import end_old_places
from shelterbelt.ui.clock import now


@app.periodic(cron="* * * * *")
@app.task(name="alerts.places", queueing_lock="alerts.places")
def end_places(timestamp: int) -> None:
    """Each minute: places whose time is over are destroyed."""
    at = now()
    for agency in agencies_here():
        end_old_places(agency.id, at=at)
