"""`shelterbelt keys rotate`: a new wrapping key for an agency, under which every stored key is wrapped anew while people work.

The key of before stays until `--finish` has seen, by PostgreSQL's own check of whole tables, that nothing is under it.
Refuses to take away a key that is in use, or that a page may still be using.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import psycopg

from shelterbelt.config import keys, nodes
from shelterbelt.config.cli import start_django
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.postgres import connect
from shelterbelt.config.processes import Fault
from shelterbelt.sealing.errors import SealingError
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.ui.clock import now

BATCH = 500
KEPT = timedelta(hours=1)
NEWEST = (
    "case when length(key) = 0 then true when get_byte(key, 0) = 2 and length(key) > 10 "
    "then get_byte(key, 9) * 256 + get_byte(key, 10) >= {version} else false end"
)


def command(chosen: argparse.Namespace) -> int:
    """Turn the keys of one agency or of all; the exit code is 1 when something could not be wrapped anew."""
    node = nodes.this_node()
    start_django()
    ring = keys.remember(node)
    told = 0
    for agency, name in _chosen(node, chosen.agency):
        ring.check(agency)
        say = finish if chosen.finish else turn
        for sound, line in say(node, ring, agency):
            told += not sound
            print(f"{node.name}: {name}: {line}", file=sys.stdout if sound else sys.stderr, flush=True)
    return 1 if told else 0


def _chosen(node: NodeConfig, name: str | None) -> list[tuple[UUID, str]]:
    found = [(agency, called) for agency, called in keys.agencies(node) if name in (None, called)]
    if not found:
        raise Fault(f"Node {node.name} holds no agency" + (f" called {name!r}." if name else "."))
    return found


def turn(node: NodeConfig, ring: Keyring, agency: UUID) -> Iterator[tuple[bool, str]]:
    """A new version wraps from now on, and everything stored is wrapped anew under it."""
    version = ring.renew(agency)
    yield True, f"version {version} of its key wraps from now on"
    yield from _wrap_anew(ring, agency)
    yield True, f"the key of before stays for now: shelterbelt keys rotate --finish, after {_hours()}"


def finish(node: NodeConfig, ring: Keyring, agency: UUID) -> Iterator[tuple[bool, str]]:
    """Take away the versions of before, once nothing is under them."""
    versions = ring.versions(agency)
    newest = max(versions)
    if len(versions) == 1:
        yield True, "only one version of its key is there"
        return
    if now().timestamp() - versions[newest] < KEPT.total_seconds():
        yield True, f"its newest key is younger than {_hours()}: a page may still use the one before"
        return
    wrapped = list(_wrap_anew(ring, agency))
    yield from wrapped
    if not all(sound for sound, _line in wrapped):
        return
    if used := [table for table in tables() if not unused(node, table, agency, below=newest)]:
        yield False, f"the key of before is still in use in {', '.join(used)}: run this again"
        return
    for version in sorted(versions)[:-1]:
        ring.retire(agency, version)
    yield True, "the keys of before are gone; backups from before open with the key folder of their day only"


def tables() -> list[str]:
    """Every table whose rows have a wrapped key of their own."""
    from django.apps import apps
    from django.db.models import BinaryField

    found = []
    for model in apps.get_models():
        columns = {field.column: field for field in model._meta.concrete_fields}
        if "agency_id" in columns and isinstance(columns.get("key"), BinaryField):
            found.append(model._meta.db_table)
    return sorted(found)


def _wrap_anew(ring: Keyring, agency: UUID) -> Iterator[tuple[bool, str]]:
    changed = broken = 0
    for table in tables():
        for more, wrong in _batches(ring, table, agency):
            changed, broken = changed + more, broken + wrong
    yield True, f"{changed} keys wrapped anew"
    if broken:
        yield False, f"{broken} keys do not open and were left as they are: the key of before stays"


def _batches(ring: Keyring, table: str, agency: UUID) -> Iterator[tuple[int, int]]:
    """Batch by batch in short transactions; a row that somebody changes meanwhile is left to them."""
    from django.db import connection

    from shelterbelt.store.asker import as_agency

    last = UUID(int=0)
    while True:
        with as_agency(agency, at=now()), connection.cursor() as cursor:
            cursor.execute(
                f'select id, key from "{table}" where agency_id = %s and id > %s order by id limit {BATCH}',
                (agency, last),
            )
            rows = [(row[0], bytes(row[1])) for row in cursor.fetchall()]
            anew, broken = _anew(ring, agency, rows)
            cursor.executemany(f'update "{table}" set key = %s where id = %s and key = %s', anew)
        yield len(anew), broken
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


def _anew(
    ring: Keyring, agency: UUID, rows: list[tuple[UUID, bytes]]
) -> tuple[list[tuple[bytes, UUID, bytes]], int]:
    anew, broken = [], 0
    for row, key in rows:
        if not key:
            continue
        try:
            made = ring.rewrap(key, agency)
        except SealingError:
            broken += 1
            continue
        if made != key:
            anew.append((made, row, key))
    return anew, broken


def unused(node: NodeConfig, table: str, agency: UUID, *, below: int) -> bool:
    """Does PostgreSQL find no key under an older version? It looks at every row, whatever row-level security shows.

    While it looks, none can be written either; and nobody who read the table before is still at it.
    """
    name = f"newest_{agency.hex[:12]}"
    rule = f"agency_id <> '{agency}' or {NEWEST.format(version=below)}"
    drop = f'alter table "{table}" drop constraint if exists {name}'
    with connect(node.owner_url, autocommit=True) as owner:
        owner.execute("set lock_timeout = '2s'")
        try:
            owner.execute(drop)
            owner.execute(f'alter table "{table}" add constraint {name} check ({rule}) not valid')
            owner.execute(f'alter table "{table}" validate constraint {name}')
        except (psycopg.errors.CheckViolation, psycopg.errors.LockNotAvailable):
            return False
        finally:
            owner.execute("set lock_timeout = 0")
            owner.execute(drop)
    return True


def _hours() -> str:
    return f"{KEPT.total_seconds() / 3600:.0f} hour"
