"""The job that follows an agency's ledger. Wakes itself again while entries are not settled."""

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shelterbelt.response.follow import follow, waiting
from shelterbelt.ui.clock import now


@app.task(name="response.follow")
def follow_agency(agency: str) -> None:
    """Open what the agency's protocol asks for after each settled entry."""
    at = now()
    follow(UUID(agency), at=at)
    if waiting(UUID(agency), at=at):
        _wake_again(agency)


def _wake_again(agency: str) -> None:
    later = app.configure_task(
        "response.follow",
        lock=f"response.follow:{agency}",
        queueing_lock=f"response.follow:{agency}",
        schedule_in={"seconds": 1},
    )
    try:
        with transaction.atomic():
            later.defer(agency=agency)
    except AlreadyEnqueued:
        return
