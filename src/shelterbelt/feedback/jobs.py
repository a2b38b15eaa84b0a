"""Each night other agencies are told what is over, old boxes go, and the rest are sealed anew: none shows when it was touched."""

from procrastinate.contrib.django import app

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.feedback.actions import forget_boxes, stir, tell_sums
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


@app.periodic(cron="23 5 * * *")
@app.task(name="feedback.tidy", queueing_lock="feedback.tidy")
def tidy(timestamp: int) -> None:
    """Every box looks touched alike; whole years go; sums are told once."""
    at = now()
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            forget_boxes(agency.id, at=at)
            tell_sums(agency, at=at)
            stir(agency.id, at=at)
