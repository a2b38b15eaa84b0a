"""Lets go each night what the hotline need not keep any longer. Opens nothing."""

from procrastinate.contrib.django import app

from shelterbelt.agencies.models import VICTIM_SERVICES
from shelterbelt.agencies.queries import agencies_here
from shelterbelt.hotline.actions import forget_old
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


@app.periodic(cron="47 4 * * *")
@app.task(name="hotline.tidy", queueing_lock="hotline.tidy")
def tidy(timestamp: int) -> None:
    """What was kept for long enough goes."""
    at = now()
    for agency in agencies_here():
        if agency.kind in VICTIM_SERVICES:
            with as_agency(agency.id, at=at):
                forget_old(agency, at=at)
