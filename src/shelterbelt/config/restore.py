"""`shelterbelt restore`: one whole backup into an empty database, then everything that the journal says came after it.

Until the last line is replayed the node refuses to work. It refuses a backup that is altered or another node's, a database
that is not empty, and a journal that is missing, cut, edited or shorter than the backup knew it.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from shelterbelt.config import additions, archive, nodes
from shelterbelt.config.backup import (
    DATABASE,
    FILES,
    program,
    reader_url,
    refuse_unless_empty,
)
from shelterbelt.config.cli import application_role, start_django
from shelterbelt.config.keys import open_ring
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.packing import unpack
from shelterbelt.config.postgres import connect, grant_application
from shelterbelt.config.processes import Fault, port_taken, private_text
from shelterbelt.config.standing import RESTORED, RESTORING, release, stand, standing
from shelterbelt.ledger.order import count_on
from shelterbelt.store import journal
from shelterbelt.ui.clock import now

SESSIONS = ("django_session", "access_session", "portal_visit")


def command(chosen: argparse.Namespace) -> int:
    """Answer `shelterbelt restore …`."""
    node = nodes.node_called(chosen.node)
    if chosen.replay:
        if chosen.folder or chosen.key:
            raise Fault("--replay stands alone: it goes on where a restore stopped.")
        if standing(node).get("state") != RESTORED:
            raise Fault(f"Node {node.name} waits for no replay.")
        return replay(node)
    if not chosen.folder or not chosen.key:
        raise Fault("Say what from and with which key: shelterbelt restore FOLDER --key FILE.")
    restore(node, chosen.folder.absolute(), read_key(chosen.key))
    return replay(node)


def read_key(file: Path) -> Any:
    """The private backup key in a file."""
    return archive.private_of(file.read_text())


def restore(node: NodeConfig, folder: Path, private: Any) -> None:
    """Put a backup into the empty database of a node whose keys and journal are in their places. Serves nothing yet."""
    if not (node.keys / "node.sign").exists():
        raise Fault(f"The keys of node {node.name} are not in {node.keys}: put them back first.")
    if port_taken(node.port):
        raise Fault(f"Something answers on the port of node {node.name}: stop it first.")
    found = archive.opened(folder, private, signed_by=open_ring(node).public_keys().sign)
    check_journal(node, found.about)
    node.make_folders()
    nodes.make_database(node)
    refuse_unless_empty(node)
    if any(node.files.iterdir()):
        raise Fault(f"{node.files} is not empty: a restore never writes over anything. Move it away first.")
    stand(node, RESTORING)
    _load(node, found)
    unpack(node.files, found, FILES)
    additions.bring_back(node, found)
    stand(node, RESTORED, at=found.about["at"], journal=found.about["journal"])
    print(f"{node.name}: restored as of {found.about['at']}; it does not work yet")


def check_journal(node: NodeConfig, about: dict[str, Any] | Any) -> None:
    """Raise Fault unless the journal is whole and at least as long as the backup knew it."""
    try:
        journal.refuse_shorter(node.journal, journal.Mark(**about["journal"]))
    except journal.JournalBroken as fault:
        raise Fault(
            f"{fault} Put the journal back: without it what was withdrawn or erased would be back."
        ) from None


def _load(node: NodeConfig, found: archive.Opened) -> None:
    """The database in one transaction: all of it, or it stays empty. Then every session ends."""
    words = ["pg_restore", "--single-transaction", "--no-owner", "--no-privileges", "--exit-on-error"]
    words += [f"--role={node.owner_role}"] if node.makes_database else []
    words.append(f"--dbname={node.database if node.makes_database else ''}")
    with program([w for w in words if w != "--dbname="], reader_url(node), stdin=subprocess.PIPE) as running:
        assert running.stdin is not None
        try:
            for chunk in found.chunks(DATABASE):
                running.stdin.write(chunk)
        except BrokenPipeError:
            pass  # it ended, and says why
    with connect(node.owner_url) as owner:
        grant_application(owner, application_role(node))
    with connect(reader_url(node)) as connection:
        _count_on(node, connection)
        for table in SESSIONS:
            if connection.execute("select to_regclass(%s)", [table]).fetchone() != (None,):
                connection.execute(f'delete from "{table}"')
    _new_signing_secret(node)


def _count_on(node: NodeConfig, reader: psycopg.Connection) -> None:
    """What is written from now on comes after what the backup holds, though this server counts from its own beginning."""
    if reader.execute("select to_regclass('ledger_entry')").fetchone() != (None,):
        with connect(node.owner_url) as owner:
            count_on(reader, owner)


def _new_signing_secret(node: NodeConfig) -> None:
    """Whatever was signed for a browser before the restore is worth nothing after it."""
    path = node.folder / "secrets.json"
    node.secret("secret_key")
    told = json.loads(path.read_text())
    private_text(path, json.dumps(told | {"secret_key": secrets.token_urlsafe(48)}))


def _bring_up_to_date(node: NodeConfig) -> None:
    """The backup may be of an older version: its tables are migrated by their owner, in a process of its own."""
    words = [sys.executable, "-m", "shelterbelt.config.cli", "migrate", "--node", node.name]
    surroundings = os.environ | {"SHELTERBELT_HOME": str(node.folder.parent)}
    done = subprocess.run(words, env=surroundings, capture_output=True, check=False)
    if done.returncode:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise Fault(
            f"The restored tables could not be brought up to date: {last.removeprefix('shelterbelt: ')}"
        )


def replay(node: NodeConfig) -> int:
    """Bring the tables up to date, do again what the journal says, and only then let the node work."""
    told = standing(node)
    check_journal(node, told)
    _bring_up_to_date(node)
    start_django()
    from shelterbelt.records.actions import replay as again

    lines = journal.lines(node.journal)
    changed = again(lines, since=datetime.fromisoformat(told["at"]), at=now())
    release(node)
    print(f"{node.name}: {len(lines)} acts of the journal looked at, {changed} done again; it may work")
    return 0
