"""Delivers letters until they are delivered, and finds each minute what a lost job left. Loses no letter.

No job here holds a lock: after a crash it would stay with the dead job, and delivering twice is harmless.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.agencies.queries import agency as agency_by_id
from shelterbelt.exchange import actions, sending
from shelterbelt.exchange.kinds import BY_TICK, LANES
from shelterbelt.ui.clock import now

LOST_AFTER = timedelta(seconds=20)


@app.task(name="exchange.deliver")
def deliver(agency: str, to: str, lane: str = "") -> None:
    """Deliver what one agency wrote to another; when its node does not answer, go on later, as long as it takes."""
    for one in [lane] if lane else LANES:
        if one == BY_TICK and steady():
            continue  # the tick takes them
        went = sending.deliver_line(UUID(agency), UUID(to), one, at=now())
        if went.wait is not None:
            _deliver_later(agency, to, one, seconds=went.wait)


def steady() -> bool:
    """Whether letters by the tick leave with the minute's hand, and only then; below a minute each waits for itself."""
    return bool(settings.LETTER_TICK >= 60)


@app.periodic(cron="* * * * *")
@app.task(name="exchange.tick", queueing_lock="exchange.tick")
def tick(timestamp: int) -> None:
    """At each tick: wake every line that may have something to say, each by itself."""
    if not steady() or timestamp % settings.LETTER_TICK:
        return
    at = now()
    for agency in agencies_here():
        for to in sending.ticked_lines(agency, at=at):
            _defer(
                "exchange.tick_line", {"agency": str(agency.id), "to": str(to)}, once=f"tick:{agency.id}:{to}"
            )


@app.task(name="exchange.tick_line")
def tick_line(agency: str, to: str) -> None:
    """What one agency says to another at this tick, and empty letters beside it."""
    went = sending.deliver_at_tick(agency_by_id(UUID(agency)), agency_by_id(UUID(to)), at=now())
    if went.wait == 0:
        _defer("exchange.tick_line", {"agency": agency, "to": to}, once=f"tick:{agency}:{to}")


@app.periodic(cron="* * * * *")
@app.task(name="exchange.sweep", queueing_lock="exchange.sweep")
def sweep(timestamp: int) -> None:
    """Each minute: deliver letters that no job remembers, and wake whoever follows the ledgers."""
    at = now()
    for agency in agencies_here():
        sweep_agency(agency.id, at=at)


def sweep_agency(agency: UUID, *, at: datetime) -> None:
    """What the sweep does for one agency."""
    for to, lane in sending.overdue_lines(agency, since=LOST_AFTER, at=at):
        _deliver_later(str(agency), str(to), lane, seconds=0)
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


def _deliver_later(agency: str, to: str, lane: str, *, seconds: int) -> None:
    body = {"agency": agency, "to": to, "lane": lane}
    _defer("exchange.deliver", body, once=f"line:{agency}:{to}:{lane}", schedule_in={"seconds": seconds})


def _defer(task: str, body: dict[str, Any], *, once: str, **options: Any) -> None:
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=once, **options).defer(**body)
    except AlreadyEnqueued:
        return
