"""Sends what is due within a minute, and what an outage left over, if its hours still allow it.

No job here holds a lock: after a crash it would stay with the dead job. A message's own claim is the guard.
"""

from uuid import UUID

from procrastinate.contrib.django import app

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.notices.actions.sending import send_notice
from shelterbelt.notices.queries import due_notices
from shelterbelt.notices.wake import send_soon
from shelterbelt.ui.clock import now


@app.task(name="notices.send")
def send(agency: str, notice: str) -> None:
    """Send one message if it may go now."""
    send_notice(UUID(agency), UUID(notice), at=now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.sweep", queueing_lock="notices.sweep")
def sweep(timestamp: int) -> None:
    """Each minute: find messages whose time has come."""
    at = now()
    for agency in agencies_here():
        for notice in due_notices(agency.id, at=at):
            send_soon(agency.id, notice)
