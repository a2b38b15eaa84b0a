"""One PostgreSQL with migrated tables, made once a run: processes of the run and machines of a test have copies of it."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from shelterbelt.config.backup import program, reader_url
from shelterbelt.config.postgres import Server, as_role, connect, ensure_database, grant_application
from shelterbelt.config.processes import locked

PREPARED = "test_prepared"
PASSWORD = "only for tests"
# What several runs of one `python -m tests` share: a folder of theirs.
SHARED = "SHELTERBELT_TESTS_SHARED"
TABLES = "tables.dump"


def take_over(server: Server, shared: Path) -> None:
    """Of the processes of one run the first prepares a server; each has a copy of it for itself."""
    with locked(shared / "server.lock"):
        if not (shared / "server").exists():
            prepare(server, shared / TABLES)
            server.stop()
            _copied(server.folder, shared / "draft")
            (shared / "draft").rename(shared / "server")
            return
    _copied(shared / "server", server.folder)


def _copied(folder: Path, to: Path) -> None:
    """With its owners and modes: PostgreSQL refuses a folder that others may enter."""
    subprocess.run(["cp", "-a", folder, to], check=True)


def prepare(server: Server, tables: Path) -> None:
    """Start a server, migrate a database on it, and keep its tables in a file for machines that start empty."""
    server.start()
    _hurry(server.owner_url())
    migrated(server.owner_url(), PREPARED)
    words = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--compress=none"]
    draft = tables.with_suffix(".draft")
    with (
        draft.open("wb") as out,
        program(words, server.owner_url(PREPARED), stdout=subprocess.PIPE) as running,
    ):
        assert running.stdout is not None
        shutil.copyfileobj(running.stdout, out)
    draft.rename(tables)


def migrated(postgres: str, name: str) -> None:
    """Make a database, migrate it as its owner, and let its application role in."""
    from django.core.management import call_command
    from django.db import connections

    role = f"app_{name}"
    ensure_database(postgres, name, application_role=role, application_password=PASSWORD)
    owner = as_role(postgres, database=name)
    point(owner)
    call_command("migrate", verbosity=0)
    connections["default"].close()
    with psycopg.connect(owner, autocommit=True) as connection:
        grant_application(connection, role)


def _hurry(address: str) -> None:
    """Tests lose no power: their own server writes without waiting for the disk."""
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("alter system set max_wal_size = '256MB'")
        connection.execute("select pg_reload_conf()")


def point(address: str) -> None:
    """Let Django's connection go to this address."""
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(address)
    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(
        NAME=parts["dbname"],
        USER=parts.get("user", ""),
        PASSWORD=parts.get("password", ""),
        HOST=parts.get("host", ""),
        PORT=parts.get("port", ""),
    )


def give_tables(node: Any, tables: Path) -> None:
    """What the first `migrate` of a new node does, with tables that are there already: a second of the seven it takes."""
    from shelterbelt.config import cli, keys, nodes

    nodes.prepare(node)
    if node.demo:
        keys.lock_demo(node)
    words = ["pg_restore", "--single-transaction", "--no-owner", "--no-privileges", "--exit-on-error"]
    words += [f"--role={node.owner_role}", f"--dbname={node.database}"]
    with tables.open("rb") as file, program(words, reader_url(node), stdin=file):
        pass
    with connect(node.owner_url) as owner:
        owner.execute(cli.STAMP)
        grant_application(owner, cli.application_role(node))
        owner.execute(cli.STAMPED, [cli.wanted_tables()])
