"""Takes away what nobody needs any more, once a day, and finds out which pages that were not found met a wall. Opens no file."""

from procrastinate.contrib.django import app

from shelterbelt.access import exports, limits, tries
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
            tries.forget(at=at)


@app.periodic(cron="*/5 * * * *")
@app.task(name="access.tries", queueing_lock="access.tries")
def met(timestamp: int) -> None:
    """Find out which pages that were not found are behind a wall; hours after or seconds after, nobody waits for it."""
    at = now()
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            tries.resolve(agency.id, at=at)
