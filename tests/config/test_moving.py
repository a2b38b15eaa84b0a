"""A node moves from one machine to another with all that it has, works in one place only, and is found again."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from shelterbelt.config import backup, moving
from shelterbelt.config.postgres import as_role
from shelterbelt.config.processes import Fault
from shelterbelt.config.standing import may_work
from tests.config.machines import Machine, free_port

pytestmark = pytest.mark.journey


@pytest.fixture
def media() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sb-moving-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def old(media: Path, tables: Path | None) -> Iterator[Machine]:
    made = Machine(media / "old", tables=tables)
    yield made
    made.remove()


@pytest.fixture
def new(media: Path) -> Iterator[Machine]:
    made = Machine(media / "new", empty=True)
    yield made
    made.remove()


@pytest.fixture
def police(media: Path, tables: Path | None) -> Iterator[Machine]:
    made = Machine(media / "police", "system", tables=tables)
    yield made
    made.remove()


def ready(machine: Machine, media: Path) -> None:
    assert machine("migrate").returncode == 0
    assert machine("backup", "keygen", str(media / "stick.key")).returncode == 0


def test_a_moved_node_is_read_through_its_grant_and_the_old_place_stays_closed(
    old: Machine, new: Machine, police: Machine, media: Path
) -> None:
    state = media / "state.json"
    ready(old, media)
    assert police("migrate").returncode == 0
    for word in ("describe", "know"):
        for one in (old, police):
            one.inside(word, state, module="a_pair")
    police.serve()
    old.serve()
    old.inside("grant", state, module="a_pair")
    assert old.inside("deliver", state, module="a_pair") == 0
    before = police.inside("read", state, module="a_pair")
    assert before["state"] == "open" and "A new lock on the door" in str(before["values"])
    # A call for help goes to the police's own node, and “we are going” comes back.
    old.inside("call", state, module="a_pair")
    assert old.inside("deliver", state, module="a_pair") == 0
    assert police.inside("go", state, module="a_pair") == [["Wren", "come", "The advocates"], True]
    assert police.inside("deliver", state, module="a_pair") == 0
    assert old.inside("heard", state, module="a_pair") == ["answered", "d1"]
    assert old("ledger", "checkpoint").returncode == 0
    # It moves while it serves: whoever is in goes, and nothing is written there any more.
    done = old("node", "move", str(media / "truck"))
    assert done.returncode == 0, done.stderr
    assert police.inside("read", state, module="a_pair")["state"] != "open"
    old.rest()
    for word in ("serve", "worker", "migrate"):
        done = old(word)
        assert done.returncode == 1 and "moved" in done.stderr, word
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(old.node.application_url)
    port = free_port()
    settle = ("node", "settle", str(media / "truck"), "--key", str(media / "stick.key"), "--port", str(port))
    done = new(*settle, "--address", f"http://localhost:{port}")
    assert done.returncode == 0, done.stderr
    new.serve()
    assert new.inside("deliver", state, module="a_pair") == 0
    after = police.inside("read", state, module="a_pair")
    assert after == before
    # The other server counts its transactions from its own beginning, and the ledger goes on all the same.
    assert new("ledger", "checkpoint").returncode == 0
    done = new("ledger", "verify", "--against", str(old.node.checkpoints))
    assert done.returncode == 0 and " 0 waiting" in done.stdout, done.stdout + done.stderr
    assert new(*settle, "--address", f"http://localhost:{port}").returncode == 1
    names = {path.name for path in (media / "truck").rglob("*")}
    assert not any("advocates" in name for name in names)


def test_a_move_that_fails_opens_the_old_place_again(
    old: Machine, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(old, media)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "truck")

    monkeypatch.setattr(moving, "_entry", full)
    with pytest.raises(OSError):
        moving.pack(old.node, media / "truck")
    may_work(old.node)
    psycopg.connect(old.node.application_url).close()
    assert not list((media / "truck").iterdir())


def test_a_given_database_serves_nobody_after_the_move(old: Machine, media: Path) -> None:
    ready(old, media)
    own = old.node
    given = replace(
        own,
        given_owner_url=as_role(old.server.owner_url(), database=own.database),
        given_application_url=own.application_url,
    )
    moving.pack(given, media / "truck")
    # Its role may come in, and is shown nothing.
    with (
        psycopg.connect(given.application_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("select 1 from agencies_node")


def test_a_backup_of_data_is_no_node_that_moves(old: Machine, new: Machine, media: Path) -> None:
    ready(old, media)
    backup.make(old.node, media / "disk")
    done = new(
        "node", "settle", str(media / "disk"), "--key", str(media / "stick.key"), "--address", "http://x:1"
    )
    assert done.returncode == 1 and "backup of data" in done.stderr
    assert not (new.home / "nodes.toml").exists()
    with pytest.raises(Fault, match="own folder"):
        moving.pack(old.node, old.node.folder / "here")
