"""The log of fixes: what is added in one transaction is read after it has committed, in order, and passed over by nobody.

Rows of one part of an agency's log are written one transaction after the other: what follows a cursor can be trusted to be
all of it, however long anybody else's transaction lasts. Refuses to keep a place in the clear. It decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import connection

from shelterbelt import sealing
from shelterbelt.agencies.sealed import new_key
from shelterbelt.rules.frames import whole
from shelterbelt.sealing.errors import KeyDestroyed
from shelterbelt.store.ids import new_ref, uuid7

# Who waits for fixes listens here (LISTEN); nothing is said but that there are some.
CHANNEL = "watching_log"
NOTHING_READ = 0
KEY = "select id, key from watching_logkey where agency_id = %s and hour_at = %s and brief = %s"
MAKE_KEY = (
    "insert into watching_logkey (id, ref, agency_id, key, hour_at, brief) values (%s, %s, %s, %s, %s, %s)"
    " on conflict (agency_id, hour_at, brief) do nothing returning id, key"
)
# One wait for all parts, in their order, so that nobody waits in a ring; each is held until the transaction ends.
TURNS = "select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest(%s::text[]) as name"
ADD = (
    "insert into watching_logrow (id, agency_id, part, under_id, received_at, count, sealed)"
    " select v.id, %s, v.part, v.under, %s, v.count, v.sealed from"
    " unnest(%s::uuid[], %s::smallint[], %s::uuid[], %s::int[], %s::bytea[]) as v(id, part, under, count, sealed)"
)
READ = (
    "select r.place, r.id, r.received_at, k.key, r.sealed from watching_logrow r join watching_logkey k on k.id = r.under_id"
    " where r.agency_id = %s and r.part = %s and r.place > %s order by r.place limit %s"
)


class Lot(NamedTuple):
    """Where fixes go: an agency's part of the log, and whether they are kept briefly only."""

    part: int
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Fixes that became durable together; `place` is the cursor of whoever has taken them in."""

    place: int
    received_at: datetime
    frames: bytes


class Log(Protocol):
    """What any log of fixes does, be it this one or an existing stream (NATS JetStream, Kafka): add durably, read on."""

    def append(self, agency: UUID, lots: Mapping[Lot, bytes], *, at: datetime) -> None:
        """Add frames; they are durable when the running transaction has committed, and not before."""

    def read(self, agency: UUID, part: int, after: int, most: int) -> list[Batch]:
        """Up to `most` batches of one part that follow the cursor `after`, in order."""


class PostgresLog:
    """The log in the node's own database. Whoever calls holds a transaction in the agency's name, without a worker."""

    def append(self, agency: UUID, lots: Mapping[Lot, bytes], *, at: datetime) -> None:
        """Add frames, sealed under the key of this hour; parts are taken in one order, so that nobody waits in a ring."""
        going = sorted((lot, frames) for lot, frames in lots.items() if frames)
        if not going:
            return
        _run(TURNS, [f"log {agency} {part}" for part in dict.fromkeys(lot.part for lot, _frames in going)])
        keys = {brief: _key_of(agency, at, brief=brief) for brief in {lot.brief for lot, _frames in going}}
        rows = []
        for lot, frames in going:
            key_id, key = keys[lot.brief]
            row_id = uuid7()
            sealed = sealing.keyring().seal_bytes(key, agency, frames, about=row_id)
            rows.append((row_id, lot.part, key_id, whole(frames), sealed))
        _run(ADD, agency, at, *(list(column) for column in zip(*rows, strict=True)))
        _run(f"select pg_notify('{CHANNEL}', '')")

    def read(self, agency: UUID, part: int, after: int, most: int) -> list[Batch]:
        """Up to `most` batches after the cursor. What is older than its time is gone, and is not among them."""
        with connection.cursor() as cursor:
            cursor.execute(READ, (agency, part, after, most))
            rows = cursor.fetchall()
        return [
            Batch(place, received_at, _opened(key, agency, sealed, row_id))
            for place, row_id, received_at, key, sealed in rows
        ]


log: Log = PostgresLog()


def _key_of(agency: UUID, at: datetime, *, brief: bool) -> tuple[UUID, bytes]:
    """The key of this hour; whoever comes first makes it."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(KEY, (agency, hour, brief))
        if found := cursor.fetchone():
            return found[0], bytes(found[1])
        cursor.execute(MAKE_KEY, (uuid7(), new_ref(), agency, new_key(agency), hour, brief))
        if (found := cursor.fetchone()) is None:
            cursor.execute(KEY, (agency, hour, brief))
            found = cursor.fetchone()
        return found[0], bytes(found[1])


def _opened(key: bytes, agency: UUID, sealed: bytes, row_id: UUID) -> bytes:
    """The frames; none of an hour whose key was destroyed while its rows are still to go."""
    try:
        return sealing.keyring().open_bytes(key, agency, sealed, about=row_id)
    except KeyDestroyed:
        return b""


def _run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
