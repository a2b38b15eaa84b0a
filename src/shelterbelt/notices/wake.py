"""Wakes the sender for one message. The job carries ids only."""

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


def send_soon(agency: UUID, notice: UUID) -> None:
    """Let the sender look at a message once the running transaction has ended; once is enough."""
    task = app.configure_task("notices.send", queueing_lock=f"notice:{notice}")
    try:
        with transaction.atomic():
            task.defer(agency=str(agency), notice=str(notice))
    except AlreadyEnqueued:
        return
