"""Takes away visits that nobody uses any more. Opens no file."""

from procrastinate.contrib.django import app

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.portal.actions.visits import forget_visits
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


@app.periodic(cron="23 * * * *")
@app.task(name="portal.tidy", queueing_lock="portal.tidy")
def tidy(timestamp: int) -> None:
    """What is over goes."""
    at = now()
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            forget_visits(at=at)
