"""Keeps what PostgreSQL has planned for a connection when a request is taken back. Refuses nothing.

psycopg forgets every prepared statement at a rollback, since a table may be gone with it. The application's role can
make no table and drop none; but each page that is "not found" is taken back, and would have all the others planned anew.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created
from psycopg._preparing import Prepare, PrepareManager

# A page asks up to sixty questions, and the plan of each is worth more than the memory that it takes.
MOST = 400
CHANGES = (b"DROP", b"ALTER", b"DISCARD ALL", b"DEALLOCATE ALL")


class Plans(PrepareManager):
    """The prepared statements of one connection, kept over a rollback."""

    def clear(self) -> bool:
        """Asked at every rollback: nothing is forgotten."""
        return False

    def _should_discard(self, _prep: Prepare, results: Sequence[Any], *_more: Any) -> bool:
        """Forget all when a table was changed or taken away."""
        gone = any((result.command_status or b"").startswith(CHANGES) for result in results)
        return gone and super().clear()


def keep_plans(connection: Any, **_more: Any) -> None:
    """Let a connection of the application keep its plans; the owner's may change tables, and forgets them."""
    link = connection.connection
    if settings.AS_OWNER or isinstance(link._prepared, Plans):
        return
    plans = Plans()
    plans.prepare_threshold, plans.prepared_max = link.prepare_threshold, MOST
    link._prepared = plans


def begin() -> None:
    """Do so for every connection from here on."""
    connection_created.connect(keep_plans, dispatch_uid="plans are kept")
