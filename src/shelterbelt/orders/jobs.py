"""Each hour: what ends soon is told once for each day of the list."""

from procrastinate.contrib.django import app

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.orders.actions.reminding import remind
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


@app.periodic(cron="17 * * * *")
@app.task(name="orders.remind", queueing_lock="orders.remind")
def remind_all(timestamp: int) -> None:
    """Every agency of this node, in its own name."""
    at = now()
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            remind(agency.id, at=at)
