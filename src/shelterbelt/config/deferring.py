"""The worker process's line to the job queue: jobs are taken through a pool, and deferred in the transaction of whoever defers.

Otherwise a job would be seen before what it is about is committed, and a loop of our own beside the queue would wait for
a pool that belongs to the queue's event loop.
"""

from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector


class WorkerConnector(PsycopgConnector):
    """A pool for the queue itself; what is deferred from a job or a loop goes through Django's own connection."""

    def __init__(self, ours: DjangoConnector) -> None:
        super().__init__(kwargs=connector_params(ours.alias))
        self._ours = ours

    def get_sync_connector(self) -> BaseConnector:
        return self._ours
