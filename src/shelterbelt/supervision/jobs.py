"""Each minute: what time alone makes unknown, and whom nobody has told yet. Each night: bookings that nobody linked go."""

from procrastinate.contrib.django import app

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.store.asker import as_agency
from shelterbelt.supervision.actions import ask_for_news, forget_unlinked, look_again
from shelterbelt.supervision.policy import SYSTEM
from shelterbelt.ui.clock import now


@app.periodic(cron="* * * * *")
@app.task(name="supervision.turn", queueing_lock="supervision.turn")
def turn(timestamp: int) -> None:
    """Look at everybody whose time has come, then at everybody who is to be told."""
    at = now()
    for agency in agencies_here():
        if agency.kind in SYSTEM:
            with as_agency(agency.id, at=at):
                look_again(agency, at=at)
            ask_for_news(agency.id, at=at)


@app.periodic(cron="41 3 * * *")
@app.task(name="supervision.forget", queueing_lock="supervision.forget")
def forget(timestamp: int) -> None:
    """What nobody linked to a person for long is kept no longer."""
    at = now()
    for agency in agencies_here():
        if agency.kind in SYSTEM:
            with as_agency(agency.id, at=at):
                forget_unlinked(agency.id, at=at)
