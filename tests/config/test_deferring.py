"""What the worker process defers goes with the transaction of whoever defers, whichever thread that is."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from django.db import connection, transaction
from procrastinate.contrib.django import app

from shelterbelt.config.deferring import WorkerConnector

# Of another queue than the worker's, so that no job of this test is ever run.
QUEUE = "kept_apart"


def waiting(agency: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where args->>'agency' = %s", [str(agency)])
        return int(cursor.fetchone()[0])


def deferring(agency: UUID, *, undone: bool) -> tuple[int, int]:
    """How many jobs a transaction and everybody else see while it is open; then it ends."""
    try:
        with transaction.atomic():
            app.configure_task("ledger.chain", queue=QUEUE).defer(agency=str(agency))
            with ThreadPoolExecutor(1) as others:
                seen = others.submit(closing, lambda: waiting(agency)).result()
            inside = waiting(agency)
            transaction.set_rollback(undone)
            return inside, seen
    finally:
        connection.close()


def closing(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


def while_a_worker_runs(work: Callable[[], Any]) -> Any:
    """Work in a job's thread, while the queue's pool is open and its event loop runs."""

    async def run() -> Any:
        async with app.open_async():
            return await asyncio.wait_for(sync_to_async(work, thread_sensitive=False)(), 20)

    # In a thread of its own: a browser that another test left open has an event loop in this one.
    with app.replace_connector(WorkerConnector(app.connector)), ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(run())).result()


def test_what_a_job_defers_lives_and_dies_with_its_transaction(node: None) -> None:
    kept, undone = uuid4(), uuid4()
    seen = while_a_worker_runs(lambda: (deferring(kept, undone=False), deferring(undone, undone=True)))
    assert seen == ((1, 0), (1, 0))
    assert (waiting(kept), waiting(undone)) == (1, 0)


def test_loops_beside_the_queue_defer_all_at_once_without_its_pool(node: None) -> None:
    agencies = [uuid4() for _ in range(12)]

    def loops() -> list[tuple[int, int]]:
        with ThreadPoolExecutor(6) as crew:
            return list(crew.map(lambda agency: deferring(agency, undone=False), agencies))

    assert while_a_worker_runs(loops) == [(1, 0)] * 12
    assert [waiting(agency) for agency in agencies] == [1] * 12
