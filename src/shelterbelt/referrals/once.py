"""One id for one press of a button: the same form sent twice makes the same row. Refuses nothing."""

from uuid import UUID, uuid5

from django.db import connection

from shelterbelt.store.ids import uuid7


def id_of(about: UUID, once: str) -> UUID:
    """The id that this form makes for this thing; without a token every call is an act of its own.

    A second click waits here until the first one's transaction has ended, and then finds its row.
    """
    if not once:
        return uuid7()
    made = uuid5(about, once)
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(%s)", [int.from_bytes(made.bytes[:8], "big", signed=True)]
        )
    return made
