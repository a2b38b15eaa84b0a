"""`shelterbelt node move` packs a whole node into one encrypted set and closes it here; `node settle` opens it elsewhere.

From the first step on the old place neither serves nor starts again: a node works in one place only. Refuses a set that
does not hold the keys which signed it, and a machine that has a node of this name already.
"""

import argparse
import io
import json
import os
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from shelterbelt.config import additions, archive, backup, nodes, restore
from shelterbelt.config.cli import application_role, start_django
from shelterbelt.config.keys import open_ring
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.packing import packed, unpack
from shelterbelt.config.postgres import connect, grant_application
from shelterbelt.config.processes import Fault, private_text
from shelterbelt.config.standing import MOVED, RESTORING, may_work, release, stand
from shelterbelt.store import journal
from shelterbelt.ui.clock import now

KEYS, JOURNAL, NODE = "keys", "journal", "node"
STAYS = {"owner_url", "application_url", "journal", "address", "port", "database"}


def move(chosen: argparse.Namespace) -> int:
    """Answer `shelterbelt node move FOLDER`."""
    node = nodes.node_called(chosen.node)
    may_work(node)
    path = pack(node, chosen.folder.absolute())
    print(f"{node.name}: packed into {path}; it does not start here any more.")
    print("On the other machine: shelterbelt node settle FOLDER --key FILE --address ADDRESS")
    return 0


def pack(node: NodeConfig, folder: Path) -> Path:
    """Close the node here and put all of it into one set; if that fails it is opened here again."""
    public = archive.public_of(backup.public_text(node))
    ring, at = open_ring(node), now()
    journal.begin(node.journal)
    if folder.resolve().is_relative_to(node.folder.resolve()):
        raise Fault(f"{folder} is in the node's own folder: choose another place.")
    stand(node, MOVED, at=at.isoformat())
    try:
        _shut(node)
        about = backup.told_about(node, ring, at=at) | {"moves": True}
        with archive.Writing(folder, to=public, by=ring.node_keys().sign, at=at) as made:
            with backup.dumped(node) as dump:
                made.add(backup.DATABASE, dump)
            for part, inside in ((backup.FILES, node.files), (KEYS, node.keys), (JOURNAL, node.journal)):
                with packed(inside) as files:
                    made.add(part, files)
            additions.pack(made, node.folder.parent)
            made.add(NODE, io.BytesIO(json.dumps(_entry(node)).encode()))
            return made.finish(about)
    except BaseException:
        _open_again(node)
        release(node)
        raise


def _shut(node: NodeConfig) -> None:
    """From here on the role that serves pages cannot come in, and whoever is in goes: nothing is written any more."""
    role = application_role(node)
    with connect(backup.reader_url(node), autocommit=True) as connection:
        if node.makes_database:
            connection.execute(sql.SQL("alter role {} nologin").format(sql.Identifier(role)))
        else:  # the role is the operator's, and may serve elsewhere: here it is left with nothing
            revoke = sql.SQL("revoke all on all tables in schema public from {}")
            connection.execute(revoke.format(sql.Identifier(role)))
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s and datname = %s",
            [role, node.database],
        )


def _open_again(node: NodeConfig) -> None:
    with connect(backup.reader_url(node), autocommit=True) as connection:
        if node.makes_database:
            connection.execute(sql.SQL("alter role {} login").format(sql.Identifier(application_role(node))))
        else:
            grant_application(connection, application_role(node))


def _entry(node: NodeConfig) -> dict[str, Any]:
    """What nodes.toml says of the node, without what belongs to this machine, and the public backup key."""
    entries = tomllib.loads((node.folder.parent / "nodes.toml").read_text(encoding="utf-8"))["node"]
    found = next(entry for entry in entries if entry["name"] == node.name)
    kept = {key: value for key, value in found.items() if key not in STAYS}
    return kept | {"port": node.port, "backup_public": backup.public_text(node)}


def settle(chosen: argparse.Namespace) -> int:
    """Answer `shelterbelt node settle FOLDER --key FILE --address ADDRESS`."""
    home = nodes.home()
    private = restore.read_key(chosen.key)
    found = archive.opened(chosen.folder.absolute(), private)
    if not found.about.get("moves"):
        raise Fault(
            f"{found.path} is a backup of data, not a node that moves: restore it with shelterbelt restore."
        )
    nodes.make_home(home)
    server = nodes.own_server(home)
    rested = bool(server and not server.running)
    if server:
        server.start()
    try:
        node = _settled(home, found, port=chosen.port, address=chosen.address)
        restore.restore(node, found.path, private)
        os.environ["SHELTERBELT_HOME"], os.environ["SHELTERBELT_NODE"] = str(home), node.name
        restore.replay(node)
        _announce(chosen.address)
    finally:
        if server and rested:
            server.stop()
    print(f"{node.name}: settled at {chosen.address}. Start it with shelterbelt up.")
    return 0


def _settled(home: Path, found: archive.Opened, *, port: int | None, address: str) -> NodeConfig:
    """The node's entry, keys and journal in their places; none of them stays when one does not fit."""
    entry = json.loads(b"".join(found.chunks(NODE)))
    public = entry.pop("backup_public")
    entry |= {"port": port or entry["port"], "address": address}
    toml = home / "nodes.toml"
    before = toml.read_text(encoding="utf-8") if toml.exists() else None
    if (home / entry["name"]).exists():
        raise Fault(f"There is a node {entry['name']} in {home} already.")
    private_text(toml, (before or nodes.HEADER) + _block(entry))
    try:
        node = nodes.node_called(entry["name"], home)
        node.make_folders()
        stand(node, RESTORING)
        unpack(node.keys, found, KEYS)
        unpack(node.journal, found, JOURNAL)
        private_text(node.folder / backup.PUBLIC, public)
        if open_ring(node).public_keys().sign.hex() != found.about["sign_key"]:
            raise Fault("The keys in the set are not those of the node that signed it.")
    except BaseException:
        shutil.rmtree(home / entry["name"], ignore_errors=True)
        if before is None:
            toml.unlink()
        else:
            private_text(toml, before)
        raise
    return node


def _block(entry: Mapping[str, Any]) -> str:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
    return "\n[[node]]\n" + "\n".join(lines) + "\n"


def _announce(address: str) -> None:
    """Whom this node trusts is told by letter; the letters go out when it starts."""
    start_django()
    from shelterbelt.agencies.trust import NotTrusted, announce_address

    try:
        told = announce_address(address, at=now())
    except (NotTrusted, psycopg.Error) as fault:
        raise Fault(f"The node has settled, but its address could not be told: {fault}") from fault
    print(f"{told} other nodes will be told the new address")
