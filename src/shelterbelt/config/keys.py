"""Opens a node's key folder for the processes of this machine, and says what is lost. It asks on a terminal, or reads a file.

Refuses a file that others may read or that lies beside the keys; what opens a folder is never in an argument, a variable
or a log.
"""

import contextlib
import getpass
import json
import os
import stat
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.postgres import connect
from shelterbelt.config.processes import Fault
from shelterbelt.sealing import lock
from shelterbelt.sealing.errors import FolderLocked, KeyMissing, SealingError, WrongUnlock
from shelterbelt.sealing.keyring import Keyring
from shelterbelt.sealing.lock import Unlock

FILE = "SHELTERBELT_UNLOCK_FILE"
HANDLE = "SHELTERBELT_UNLOCK_HANDLE"
DRILL = "drill.json"
DRILLED_WITHIN = timedelta(days=180)
TRIES = 3
# What a person typed for a node in this process: a child by fork need not ask again.
_known: dict[Path, Unlock] = {}


def open_ring(node: NodeConfig) -> Keyring:
    """The node's keyring, opened with whatever this process was given for it."""
    if lock.kind_of(node.keys) in (None, "lost"):
        return Keyring.open(node.keys)
    given = _known.get(node.keys) or _handed(node) or from_file(node)
    if given:
        return Keyring.open(node.keys, given)
    return _asked(node)


def remember(node: NodeConfig) -> Keyring:
    """The node's keyring, and what opens it kept in this process: the medium may be taken away."""
    ring = open_ring(node)
    if lock.kind_of(node.keys):
        _known[node.keys] = Unlock("master", ring.master())
    return ring


def from_file(node: NodeConfig) -> Unlock | None:
    """What the node's unlock file says: SHELTERBELT_UNLOCK_FILE (a file, or a folder of NODE.key), or the machine's own."""
    given = os.environ.get(FILE, "")
    path = Path(given) if given else node.unlock_file
    if path.is_dir():
        path = path / f"{node.name}.key"
    if not given and not path.exists():
        return None
    return read_file(path, beside=node.keys)


def read_file(path: Path, *, beside: Path) -> Unlock:
    """A key file, or a file that holds a passphrase; refused where others could read it or it lies with the keys."""
    if path.resolve().is_relative_to(beside.resolve()):
        raise Fault(f"{path} lies beside the keys that it opens: keep it on another medium.")
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Fault(f"Others may read {path}: run chmod go= {path}")
        return lock.by_file(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Fault(f"{path} is not there: is the medium with the unlock file in place?") from None
    except UnicodeDecodeError:
        raise WrongUnlock from None


def make_key_file(path: Path) -> Unlock:
    """A fresh key file for its owner alone, or the one that is there."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(lock.new_key_file())
            file.flush()
            os.fsync(file.fileno())
    return lock.by_file(path.read_text(encoding="utf-8"))


def _handed(node: NodeConfig) -> Unlock | None:
    """What the process that started this one put into an open file for it: `NODE:HANDLE` says which."""
    name, _, number = os.environ.get(HANDLE, "").partition(":")
    if name != node.name or not number.isdecimal():
        return None
    try:
        raw = os.pread(int(number), 64, 0)
    except OSError:
        return None
    return Unlock("master", raw)


def _asked(node: NodeConfig) -> Keyring:
    """Ask on the terminal, a few times; without one, say what to do."""
    kind = lock.kind_of(node.keys)
    if kind == "file" or not sys.stdin.isatty():
        what = "key file" if kind == "file" else "passphrase"
        raise FolderLocked(
            f"The key folder of node {node.name} is locked: name a file with its {what} in {FILE}"
            + ("." if kind == "file" else ", or start it on a terminal.")
        )
    for _ in range(TRIES):
        try:
            ring = Keyring.open(node.keys, lock.by_passphrase(typed(f"Passphrase of node {node.name}: ")))
        except WrongUnlock as refusal:
            print(refusal, file=sys.stderr)
        else:
            return ring
    raise WrongUnlock


def typed(question: str) -> str:
    """What a person types, unseen."""
    try:
        return getpass.getpass(question)
    except EOFError:
        return ""


@contextlib.contextmanager
def handed_on(node: NodeConfig) -> Iterator[tuple[dict[str, str], tuple[int, ...]]]:
    """The environment and the open files by which a child opens this node's folder without asking."""
    if node.keys not in _known:
        yield {}, ()
        return
    handle = _memory(_known[node.keys].secret)
    try:
        yield {HANDLE: f"{node.name}:{handle}"}, (handle,)
    finally:
        os.close(handle)


def _memory(data: bytes) -> int:
    """An open file that has no name and lies in memory where the system can do that."""
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("shelterbelt")
    else:
        import tempfile

        number, path = tempfile.mkstemp()
        os.unlink(path)
        handle = number
    os.pwrite(handle, data, 0)
    return handle


def lock_demo(node: NodeConfig) -> None:
    """A demonstration starts unattended: its folder opens with a file in a folder apart from the keys."""
    if lock.kind_of(node.keys) is None:
        lock.close(node.keys, make_key_file(node.unlock_file))
        print(f"{node.name}: its keys are locked, and open with {node.unlock_file}")


def refuse_lost(node: NodeConfig) -> None:
    """Refuse to work without the node's own keys; say which agencies' keys are lost, and let the others work."""
    ring = remember(node)
    if not is_own(node, ring):
        raise KeyMissing(
            f"The keys in the folder of node {node.name} are another node's: restore the folder from its backup."
        )
    for line in lost(node, ring):
        print(f"{node.name}: {line}", file=sys.stderr, flush=True)


def is_own(node: NodeConfig, ring: Keyring) -> bool:
    """Is the identity in the folder the one that the node's data know? A node without data has no other."""
    with connect(node.application_url) as connection:
        if connection.execute("select to_regclass('agencies_node') is null").fetchone() == (True,):
            return True
        found = connection.execute("select sign_key from agencies_node where is_self").fetchone()
    return found is None or bytes(found[0]) == ring.public_keys().sign


def lost(node: NodeConfig, ring: Keyring) -> Iterator[str]:
    """One line for each agency of this node whose keys are not all there, or do not open."""
    for agency_id, name in agencies(node):
        try:
            ring.check(agency_id)
        except SealingError:
            yield f"The keys of {name} are lost or damaged: put {node.keys} back from its backup"


def agencies(node: NodeConfig) -> list[tuple[UUID, str]]:
    """The agencies whose files this node holds."""
    with connect(node.application_url) as connection:
        if connection.execute("select to_regclass('agencies_agency') is null").fetchone() == (True,):
            return []
        rows = connection.execute(
            "select a.id, a.name from agencies_agency a join agencies_node n on n.id = a.node_id "
            "where n.is_self order by a.name"
        )
        return [(row[0], row[1]) for row in rows]


def drilled_on(node: NodeConfig) -> date | None:
    """When two paper shares were last seen to open this folder."""
    try:
        return date.fromisoformat(json.loads((node.keys / DRILL).read_text())["drilled_on"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
