"""Once a day: takes away sessions that ended, counts that no longer matter and codes that are too old. Touches no file."""

from procrastinate.contrib.django import app

from shelterbelt.access import exports, limits
from shelterbelt.access.sessions import SessionStore
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.store.asker import as_agency, signing_in
from shelterbelt.ui.clock import now


@app.periodic(cron="17 4 * * *")
@app.task(name="access.tidy", queueing_lock="access.tidy")
def tidy(timestamp: int) -> None:
    """What nobody needs any more goes."""
    at = now()
    with signing_in(at=at):
        SessionStore.clear_expired()
        limits.forget(at=at)
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            exports.forget(at=at)
