"""Each hour: what devices said long enough ago is destroyed."""

from procrastinate.contrib.django import app

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now
from shelterbelt.watching.actions.alarm_keeping import forget_alarms
from shelterbelt.watching.actions.forgetting import destroy_trails


@app.periodic(cron="7 * * * *")
@app.task(name="watching.forget", queueing_lock="watching.forget")
def forget(timestamp: int) -> None:
    """Every agency of this node, in its own name."""
    at = now()
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            destroy_trails(agency.id, at=at)
            forget_alarms(agency.id, at=at)
