"""Delivers letters until they are delivered, and finds each minute what a lost job left. Loses no letter.

No job here holds a lock: after a crash it would stay with the dead job, and delivering twice is harmless.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.exchange import actions
from shelterbelt.ui.clock import now

LOST_AFTER = timedelta(seconds=20)


@app.task(name="exchange.deliver")
def deliver(agency: str, letter: str) -> None:
    """Try to deliver one letter; when its node does not answer, try again later, as long as it takes."""
    wait = actions.deliver(UUID(agency), UUID(letter), at=now())
    if wait is not None:
        _deliver_later(agency, letter, seconds=wait)


@app.periodic(cron="* * * * *")
@app.task(name="exchange.sweep", queueing_lock="exchange.sweep")
def sweep(timestamp: int) -> None:
    """Each minute: deliver letters that no job remembers, and wake whoever follows the ledgers."""
    at = now()
    for agency in agencies_here():
        sweep_agency(agency.id, at=at)


def sweep_agency(agency: UUID, *, at: datetime) -> None:
    """What the sweep does for one agency."""
    for letter in actions.waiting_letters(agency, since=LOST_AFTER, at=at):
        _deliver_later(str(agency), str(letter), seconds=0)
    actions.forget_questions(agency, at=at)
    for task in settings.LEDGER_WAKES:
        _defer(task, {"agency": str(agency)}, lock=f"{task}:{agency}", once=f"sweep:{task}:{agency}")


@app.periodic(cron="* * * * *")
@app.task(name="exchange.revive", queueing_lock="exchange.revive", pass_context=True)
async def revive(context: JobContext, timestamp: int) -> None:
    """Each minute: let jobs run again whose worker died with them."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


def _deliver_later(agency: str, letter: str, *, seconds: int) -> None:
    body = {"agency": agency, "letter": letter}
    _defer("exchange.deliver", body, once=f"letter:{letter}", schedule_in={"seconds": seconds})


def _defer(task: str, body: dict[str, Any], *, once: str, **options: Any) -> None:
    try:
        app.configure_task(task, queueing_lock=once, **options).defer(**body)
    except AlreadyEnqueued:
        return
