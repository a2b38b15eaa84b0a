"""The jobs that follow an agency's ledger and tell of what is overdue. The first wakes itself while entries are not settled."""

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.response.follow import call_up_all, follow, waiting
from shelterbelt.response.renewing import renew_all
from shelterbelt.ui.clock import now


@app.task(name="response.follow")
def follow_agency(agency: str) -> None:
    """Open what the agency's protocol asks for after each settled entry."""
    at = now()
    follow(UUID(agency), at=at)
    if waiting(UUID(agency), at=at):
        _wake_again(agency)


@app.periodic(cron="* * * * *")
@app.task(name="response.call_up", queueing_lock="response.call_up")
def call_up_overdue(timestamp: int) -> None:
    """Each minute: where work of the protocol's chain is overdue, whoever comes next hears of it."""
    at = now()
    for agency in agencies_here():
        call_up_all(agency.id, at=at)


@app.periodic(cron="20 2 * * *")
@app.task(name="response.forecasts", queueing_lock="response.forecasts")
def renew_forecasts(timestamp: int) -> None:
    """Each night: every open case is scored and forecast anew, for time passes and days ahead come nearer."""
    at = now()
    for agency in agencies_here():
        renew_all(agency.id, at=at)


@app.periodic(cron="*/15 * * * *")
@app.task(name="response.old_forecasts", queueing_lock="response.old_forecasts")
def renew_old_forecasts(timestamp: int) -> None:
    """Each quarter of an hour: forecasts that were made with other numbers than are published now are made anew."""
    at = now()
    for agency in agencies_here():
        renew_all(agency.id, at=at, only_old=True)


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
