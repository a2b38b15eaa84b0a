"""Says in plain words what is wrong with this installation and what to do about it. It changes nothing."""

import argparse
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from shelterbelt.config import additions, frontend, keys, nodes, setup
from shelterbelt.config.backup import reader_url
from shelterbelt.config.cli import wanted_tables
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.postgres import connect, refuse_strong_role
from shelterbelt.config.processes import Fault, port_taken
from shelterbelt.config.up import healthy, receives
from shelterbelt.library import assessments, shelf
from shelterbelt.library.files import LibraryError
from shelterbelt.sealing import lock
from shelterbelt.sealing.errors import FolderLocked, SealingError
from shelterbelt.ui.clock import now

LEAST_ROOM = 1_000_000_000
Finding = tuple[bool, str]


def command(chosen: argparse.Namespace) -> int:
    """Look at everything; the exit code is 1 if anything is wrong."""
    wrong = 0
    for sound, words in [*machine_findings(), *node_findings(nodes.home())]:
        wrong += not sound
        print(f"{'✓' if sound else '✗'} {words}")
    print("\nNothing is wrong." if not wrong else f"\n{wrong} wrong.")
    return 1 if wrong else 0


def machine_findings() -> Iterator[Finding]:
    """What is there and missing on this machine, whatever it runs."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield sys.version_info >= setup.OLDEST, f"Python {version} (3.11 or later is needed)"
    yield _environment()
    built = frontend.BUILT / "app.css"
    yield (
        built.exists(),
        "Pages have their style" if built.exists() else "Pages have no style yet: run make setup",
    )
    yield _room(nodes.home())
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, setup.BROWSERS)), None)
    yield True, f"Browser for the tests: {browser or 'none here; make test fetches one'}"


def _environment() -> Finding:
    if not setup.LOCK.exists():
        return True, "Installed without the project's folder: its packages are not checked"
    if Path(sys.prefix).resolve() != setup.VENV.resolve():
        return False, f"This is not the project's own environment ({setup.VENV}): use make"
    if not setup.up_to_date():
        return False, "The environment is not the one that requirements.lock asks for: run make setup"
    return True, "The environment is the one that requirements.lock asks for"


def _room(home: Path) -> Finding:
    there = next(part for part in (home, *home.parents) if part.exists())
    free = shutil.disk_usage(there).free
    return free > LEAST_ROOM, f"{free / 1e9:.0f} GB free where the data are ({there}); 1 GB is needed"


def node_findings(home: Path) -> Iterator[Finding]:
    """What is sound and what is wrong in each node of this machine."""
    if not (home / "nodes.toml").exists():
        yield False, f"{home} holds no installation yet: run make up"
        return
    try:
        machine = nodes.read_nodes(home)
        server = nodes.own_server(home)
    except Fault as fault:
        yield False, str(fault)
        return
    yield _closed(home / "nodes.toml")
    if server:
        yield (
            server.running,
            "The database server runs" if server.running else "The database server rests: run make up",
        )
    asleep = bool(server and not server.running)
    yield from _added(home)
    for node in machine:
        for sound, words in _findings(node, asleep=asleep):
            yield sound, f"{node.name}: {words}"


def _findings(node: NodeConfig, *, asleep: bool) -> Iterator[Finding]:
    always: list[Callable[[NodeConfig], Finding]] = [_keys, _locked, _secrets]
    for look in always if asleep else [*always, _tables, _role, _durable, _port]:
        try:
            yield look(node)
        except (Fault, SealingError) as fault:
            yield False, str(fault)
    if not asleep:
        yield from _holders(node)
        yield from _taken_with(node)


def _added(home: Path) -> Iterator[Finding]:
    """Is all that was added to the library here, as it was added?"""
    gone = list(additions.missing(home))
    for line in gone:
        yield False, f"{line}: put it back from the backup of a node"
    if not gone:
        yield True, "What was added to the library is all here"


def _taken_with(node: NodeConfig) -> Iterator[Finding]:
    """Is every file here with which a screen or a sheet of this node was taken?"""
    try:
        with additions.at_home(node.folder.parent):
            gone = list(_gone(node))
    except (Fault, psycopg.Error):
        return  # its tables were looked at above
    for name, digest, count in gone:
        yield (
            False,
            f"{count} sheets were taken with {name}, and that file (SHA-256 {digest}) is not here: "
            "put it back from the backup",
        )
    if not gone:
        yield True, "every instrument is here that its sheets were taken with"


def _gone(node: NodeConfig) -> Iterator[tuple[str, str, int]]:
    """Each file that a node's screens and sheets were taken with and that is not here: name, SHA-256, how many sheets."""
    with connect(reader_url(node)) as connection:
        for table in ("assessments_screen", "assessments_assessment"):
            if connection.execute("select to_regclass(%s)", [table]).fetchone() == (None,):
                continue
            asked = (
                f"select instrument, version, digest, count(*) from {table} group by 1, 2, 3 order by 1, 2, 3"
            )
            for id, version, digest, count in connection.execute(asked).fetchall():
                if not _is_here(id, version, digest):
                    yield f"{id}/{version}", digest, int(count)


def _is_here(id: str, version: str, digest: str) -> bool:
    try:
        if f"{id}/{version}" in shelf.names_of("instruments"):
            return shelf.instrument(id, version).digest == digest
        return assessments.assessment(id, version, digest=digest).digest == digest
    except LibraryError:
        return False


def _tables(node: NodeConfig) -> Finding:
    found = nodes.tables_of(node, node.application_url)
    if found is None:
        return False, f"its tables are missing: run shelterbelt migrate --node {node.name}"
    if found != wanted_tables():
        return False, f"its tables are behind the program: run shelterbelt migrate --node {node.name}"
    return True, "its tables are up to date"


def _role(node: NodeConfig) -> Finding:
    refuse_strong_role(node.application_url)
    return True, "pages are served by a role that cannot step round row-level security"


def _durable(node: NodeConfig) -> Finding:
    """Is what is acknowledged on the disk, also when the power fails?"""
    with connect(node.application_url) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            if connection.execute(f"show {name}").fetchone() == ("off",):
                return False, f"its database may lose what was acknowledged: set {name} = on"
    return True, "its database keeps what was acknowledged"


def _keys(node: NodeConfig) -> Finding:
    try:
        keys.open_ring(node)
    except FolderLocked as fault:
        return True, f"its keys are locked and were not looked at: {fault}"
    open_to_others = [path for path in (node.keys, *node.keys.rglob("*")) if path.stat().st_mode & 0o077]
    if open_to_others:
        return False, f"others may reach {open_to_others[0]}: run chmod -R go= {node.keys}"
    return True, "its keys are there and closed to others"


def _locked(node: NodeConfig) -> Finding:
    """Is what lies on a stolen disk of no use, and can two people open it when its opener is lost?"""
    kind = lock.kind_of(node.keys)
    if node.demo:
        return True, "its keys are a demonstration's" + (" and locked" if kind else "")
    if kind is None:
        return False, f"its keys lie open on the disk: run shelterbelt keys lock --node {node.name}"
    drilled = keys.drilled_on(node)
    if drilled is None:
        return (
            False,
            "its paper shares were never tried: run shelterbelt keys shares, then shelterbelt keys drill",
        )
    if now().date() - drilled > keys.DRILLED_WITHIN:
        return False, f"its paper shares were last tried on {drilled}: run shelterbelt keys drill"
    return True, f"its keys are locked, and two paper shares opened them on {drilled}"


def _secrets(node: NodeConfig) -> Finding:
    return _closed(node.folder / "secrets.json")


def _closed(path: Path) -> Finding:
    if not path.exists():
        return False, f"{path} is missing: put it back from the backup"
    shut = not stat.S_IMODE(path.stat().st_mode) & 0o077
    return shut, f"{path} is closed to others" if shut else f"others may read {path}: run chmod go= {path}"


def _port(node: NodeConfig) -> Finding:
    if healthy(node) and not receives(node):
        return False, f"takes in nothing that devices send (port {node.receive_port}): run make up"
    if healthy(node):
        return True, f"answers at {node.address}, and to devices"
    if port_taken(node.port):
        return (
            False,
            f"another program holds port {node.port}: stop it, or choose others with SHELTERBELT_PORT",
        )
    return False, f"does not answer at {node.address}: run make up"


def _holders(node: NodeConfig) -> Iterator[Finding]:
    """Every agency of this node needs its keys: without them nothing that it holds can ever be read again."""
    try:
        ring = keys.open_ring(node)
        own, missing = keys.is_own(node, ring), list(keys.lost(node, ring))
        older = [name for agency, name in keys.agencies(node) if 0 in ring.versions(agency)]
    except (Fault, SealingError):
        return  # said above
    if not own:
        yield False, f"the keys in {node.keys} are another node's: put its own back from the backup"
    for line in missing:
        yield False, line
    if own and not missing:
        yield True, "every agency here has its keys, and they open"
    if older:
        yield (
            False,
            f"{len(older)} agencies have keys that cannot be destroyed: run shelterbelt keys rotate --node {node.name}",
        )
