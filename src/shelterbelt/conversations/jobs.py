"""Takes away messages that are older than their survivor wants them kept, once a day. Nothing of a held case goes."""

from django.conf import settings
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.conversations.actions import forget_old
from shelterbelt.store.asker import as_agency
from shelterbelt.ui.clock import now


@app.periodic(cron="43 4 * * *")
@app.task(name="conversations.forget", queueing_lock="conversations.forget")
def forget(timestamp: int) -> None:
    """Old messages go."""
    at, held = now(), import_string(settings.PEOPLE_HELD)
    for agency in agencies_here():
        with as_agency(agency.id, at=at):
            forget_old(agency.id, at=at, held=held())
