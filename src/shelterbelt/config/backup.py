"""`shelterbelt backup`: the database and the evidence of one node, encrypted as they are read, in one set.

Its keys never lie in the same place: the folder of keys is copied by a word of its own, to another disk. Nothing is plain
on any disk at any time, and no name of a file says what it holds.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from shelterbelt.config import additions, archive, nodes
from shelterbelt.config.keys import open_ring
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.ordinary import installed_programs
from shelterbelt.config.packing import packed
from shelterbelt.config.postgres import as_role, connect
from shelterbelt.config.processes import Fault, kept_text
from shelterbelt.config.standing import may_work
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.store import journal
from shelterbelt.ui.clock import now

PUBLIC = "backup.public"
DATABASE, FILES = "database", "files"
HINT = "shelterbelt backup FOLDER, shelterbelt backup keys FOLDER, or shelterbelt backup keygen FILE"


def command(chosen: argparse.Namespace) -> int:
    """Answer `shelterbelt backup …`."""
    node = nodes.node_called(chosen.node)
    words = list(chosen.words)
    if len(words) == 2 and words[0] in ("keys", "keygen"):
        (copy_keys if words[0] == "keys" else keygen)(node, Path(words[1]).absolute())
        return 0
    if len(words) != 1 or words[0] in ("keys", "keygen"):
        raise Fault(f"Say where to: {HINT}.")
    may_work(node)
    path = make(node, Path(words[0]).absolute())
    print(f"{node.name}: backed up to {path}")
    return 0


def keygen(node: NodeConfig, file: Path) -> None:
    """Make the pair of keys for this node's backups: the private half into a file that is taken away, the public one here."""
    if (node.folder / PUBLIC).exists():
        raise Fault(
            f"Node {node.name} has a backup key already: older backups need its private half. "
            f"To change it, move {node.folder / PUBLIC} away first."
        )
    if file.resolve().is_relative_to(node.folder.parent.resolve()):
        raise Fault(f"{file} lies in the installation's own folder: write the private key to another medium.")
    if file.exists():
        raise Fault(f"{file} exists already.")
    secret, public = archive.new_pair()
    kept_text(file, secret + "\n")
    kept_text(node.folder / PUBLIC, public + "\n")
    print(f"{node.name}: the private backup key is in {file}.")
    print(
        "Take it away from this machine, twice: without it no backup can be read, and nobody can make it again."
    )


def make(node: NodeConfig, folder: Path) -> Path:
    """One whole set in the folder, or none."""
    _refuse_with_keys(node, folder)
    public = archive.public_of(public_text(node))
    ring, at = open_ring(node), now()
    journal.begin(node.journal)
    about = told_about(node, ring, at=at)
    with archive.Writing(folder, to=public, by=ring.node_keys().sign, at=at) as made:
        with dumped(node) as dump:
            made.add(DATABASE, dump)
        with packed(node.files) as files:
            made.add(FILES, files)
        additions.pack(made, node.folder.parent)
        return made.finish(about)


def told_about(node: NodeConfig, ring: Keyring, *, at: datetime) -> dict[str, Any]:
    """What the sealed manifest says: whose it is, of when, how long the journal and each ledger were."""
    return {
        "at": at.isoformat(),
        "node": node.name,
        "sign_key": ring.public_keys().sign.hex(),
        # Taken before the database: what is noted from now on is in the journal and perhaps not in the set.
        "journal": vars(journal.mark(node.journal)),
        "ledger": _ledger_sizes(node),
        "tables": nodes.tables_of(node),
    }


def _ledger_sizes(node: NodeConfig) -> dict[str, int]:
    with connect(reader_url(node)) as connection:
        if connection.execute("select to_regclass('ledger_leaf')").fetchone() == (None,):
            return {}
        rows = connection.execute("select agency_id::text, count(*) from ledger_leaf group by 1").fetchall()
    return {str(agency): int(lines) for agency, lines in rows}


def public_text(node: NodeConfig) -> str:
    """The public half of the node's backup key."""
    try:
        return (node.folder / PUBLIC).read_text()
    except FileNotFoundError:
        raise Fault(
            f"Node {node.name} has no backup key yet: run shelterbelt backup keygen FILE --node {node.name}, "
            "with FILE on a medium that you take away."
        ) from None


@contextlib.contextmanager
def dumped(node: NodeConfig) -> Iterator[IO[bytes]]:
    """What pg_dump says of the whole database, as it says it; a Fault at the end unless it came to its end."""
    words = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--compress=gzip:6"]
    with program(words, reader_url(node), stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        yield running.stdout


def reader_url(node: NodeConfig) -> str:
    """The address of whoever may read every row: our own server's owner, or the operator's."""
    if not node.makes_database:
        return node.owner_url
    return as_role(nodes.server_url(node.folder.parent), database=node.database)


@contextlib.contextmanager
def program(words: list[str], address: str, **pipes: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """One of PostgreSQL's programs on a database; the password is in its environment, never in its words."""
    from psycopg.conninfo import conninfo_to_dict

    known = conninfo_to_dict(address)
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    surroundings = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    surroundings |= {names[key]: str(value) for key, value in known.items() if key in names}
    line = [str(installed_programs() / str(words[0])), *map(str, words[1:])]
    running: subprocess.Popen[bytes] = subprocess.Popen(
        line, env=surroundings, cwd="/", stderr=subprocess.PIPE, **pipes
    )
    said: list[bytes] = []
    listening = threading.Thread(target=lambda: said.append(running.stderr.read() if running.stderr else b""))
    listening.start()
    try:
        yield running
        if running.stdin:
            running.stdin.close()
        running.wait()
    except BaseException:
        running.kill()
        raise
    finally:
        running.wait()
        listening.join()
        for pipe in (running.stdin, running.stdout, running.stderr):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
    if running.returncode:
        lines = b"".join(said).decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Fault(f"{words[0]} failed: {lines[0]}")


def copy_keys(node: NodeConfig, folder: Path) -> None:
    """Copy the key folder as it is (locked, if it is locked) to another place, in place of an older copy there.

    One copy only: an older one would still hold the keys of what was erased since.
    """
    if any(folder.rglob(archive.MANIFEST)) if folder.is_dir() else False:
        raise Fault(f"{folder} holds a backup of data: keys never lie in the same place.")
    if folder.resolve().is_relative_to(node.folder.parent.resolve()):
        raise Fault(f"{folder} is in the installation's own folder: copy the keys to another disk.")
    target, draft, old = (folder / f"{word}{node.name}" for word in ("keys-", ".new-", ".old-"))
    shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        shutil.copytree(node.keys, draft)
        draft.chmod(0o700)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    os.sync()
    if target.exists():
        target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    kept = node.folder / "keys-copied.txt"
    kept.unlink(missing_ok=True)
    kept_text(kept, f"{folder}\n")
    print(
        f"{node.name}: keys copied to {target}; older copies elsewhere still open what was erased since: destroy them."
    )


def _refuse_with_keys(node: NodeConfig, folder: Path) -> None:
    """Data and keys never lie in one place: not in the installation, not with its key copies."""
    if folder.resolve().is_relative_to(node.folder.resolve()):
        raise Fault(f"{folder} is in the node's own folder: back up to another disk.")
    copied = node.folder / "keys-copied.txt"
    beside = Path(copied.read_text().strip()) if copied.exists() else None
    holds_keys = any(folder.glob("keys-*/node.sign*")) if folder.is_dir() else False
    same = beside is not None and (folder.resolve() == beside.resolve() or _same_disk_root(folder, beside))
    if holds_keys or same:
        raise Fault(f"{folder} holds a copy of the keys: data and keys never lie in the same place.")


def _same_disk_root(one: Path, other: Path) -> bool:
    """Whether one lies in the other."""
    one, other = one.resolve(), other.resolve()
    return one.is_relative_to(other) or other.is_relative_to(one)


def refuse_unless_empty(node: NodeConfig) -> None:
    """Raise Fault unless the node's database has no table at all."""
    with connect(reader_url(node)) as connection:
        found = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    if found and found[0]:
        raise Fault(f"The database of node {node.name} is not empty: a restore never writes over anything.")
