"""Who is asking, told to PostgreSQL for one transaction. Refuses to leave it standing afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

SET = (
    "select set_config('app.agency', %s, true), set_config('app.worker', %s, true), "
    "set_config('app.at', %s, true), set_config('app.signing_in', %s, true), set_config('app.survivor', %s, true)"
)
READ = (
    "select coalesce(current_setting('app.agency', true), ''), coalesce(current_setting('app.worker', true), ''),"
    " coalesce(current_setting('app.at', true), ''), coalesce(current_setting('app.signing_in', true), ''),"
    " coalesce(current_setting('app.survivor', true), '')"
)


def set_asker(
    agency: UUID | None,
    worker: UUID | None,
    at: datetime | None,
    *,
    signing_in: bool = False,
    survivor: UUID | None = None,
) -> None:
    """Tell the running transaction who asks; it forgets when it ends.

    `survivor` alone, without an agency, opens that person's own file and nothing else.
    """
    values = (
        str(agency or ""),
        str(worker or ""),
        at.isoformat() if at else "",
        "yes" if signing_in else "",
        str(survivor or ""),
    )
    with connection.cursor() as cursor:
        cursor.execute(SET, values)


@contextmanager
def as_agency(
    agency: UUID, *, at: datetime, worker: UUID | None = None, survivor: UUID | None = None
) -> Iterator[None]:
    """One transaction in which this agency asks (and worker, or survivor by their own hand); then the asker before it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(READ)
            before = cursor.fetchone()
        set_asker(agency, worker, at, survivor=survivor)
        yield
        with connection.cursor() as cursor:
            cursor.execute(SET, before)


def hold(digest: bytes) -> None:
    """Tell the running transaction by which digest something is asked for: what it opens says each table's policy.

    A survivor's visit, account or one-time code is found by it and by nothing else.
    """
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.held', %s, true)", [digest.hex()])


@contextmanager
def signing_in(*, at: datetime) -> Iterator[None]:
    """One transaction in which accounts may be looked up, and nothing else."""
    with transaction.atomic():
        set_asker(None, None, at, signing_in=True)
        yield
