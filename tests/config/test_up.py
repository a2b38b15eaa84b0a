"""`shelterbelt up` starts, survives kill -9, refuses a second start or a taken port, and leaves nothing."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shelterbelt.config import nodes, processes
from shelterbelt.config.postgres import Server, as_role, connect
from shelterbelt.config.up import healthy
from tests.prepared import give_tables

SHELTERBELT = [sys.executable, "-m", "shelterbelt.config.cli"]


def shelterbelt(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*SHELTERBELT, *words], capture_output=True, text=True, timeout=120, check=False)


def refusal(*words: str) -> str:
    """The one line with which a command refuses."""
    done = shelterbelt(*words)
    assert done.returncode == 1, done
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("shelterbelt: ").strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of one node that is not the demo county's."""
    for name in (
        "SHELTERBELT_PORT",
        "SHELTERBELT_NODE",
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "SHELTERBELT_SERVES",
    ):
        monkeypatch.delenv(name, raising=False)
    folder = Path(tempfile.mkdtemp(prefix="shelterbelt-up-"))
    folder.chmod(0o755)
    monkeypatch.setenv("SHELTERBELT_HOME", str(folder))
    (folder / "nodes.toml").write_text(f'[[node]]\nname = "solo"\nport = {free_port()}\n')
    yield folder
    processes.end(processes.leftovers(folder))
    Server.at(folder / "postgres").stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def prepared(home: Path, tables: Path | None) -> Path:
    """An installation whose node has its tables: what is looked at here comes after them."""
    if tables:
        server = Server.at(home / "postgres")
        server.start()
        give_tables(nodes.read_nodes(home)[0], tables)
        server.stop()
    return home


class Up:
    """A running `shelterbelt up` and what it said."""

    def __init__(self, home: Path) -> None:
        self.said = home / "said"
        with self.said.open("w") as out:
            self.process = subprocess.Popen([*SHELTERBELT, "up"], stdout=out, stderr=out)

    def wait_until_it_runs(self) -> float:
        started = time.monotonic()
        running = processes.until(
            lambda: "Ctrl-C" in self.said.read_text() or self.process.poll() is not None, within=180
        )
        assert running, self.said.read_text()
        assert self.process.poll() is None, self.said.read_text()
        return time.monotonic() - started

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=90)


def test_up_serves_comes_back_after_kill_9_and_stops_without_a_trace(home: Path) -> None:
    node = nodes.read_nodes(home)[0]
    server = Server.at(home / "postgres")
    first = Up(home)
    first.wait_until_it_runs()
    assert healthy(node)
    assert node.address in first.said.read_text()
    with connect(server.owner_url(node.database)) as connection:
        connection.execute("create table kept as select 42 as n")

    assert refusal("up").startswith("Shelterbelt is already running from")

    children = processes.leftovers(home)
    assert len(children) >= 3  # pages, the process that makes them, jobs
    first.stop(signal.SIGKILL)
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
    os.kill(int((server.data / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)

    second = Up(home)
    assert second.wait_until_it_runs() < 60  # seconds on a busy machine; a quiet one needs five
    assert healthy(node)
    with connect(server.owner_url(node.database)) as connection:
        assert connection.execute("select n from kept").fetchone() == (42,)
    assert second.stop(signal.SIGINT) == 0
    assert not server.running
    assert not processes.leftovers(home)
    assert not healthy(node)


def test_stop_while_it_gets_ready_leaves_nothing_running(home: Path) -> None:
    up = Up(home)
    assert processes.until(lambda: "Tables" in up.said.read_text(), within=120), up.said.read_text()
    assert up.stop(signal.SIGTERM) == 0
    assert up.said.read_text().endswith("Stopped.\n")
    assert not processes.leftovers(home)
    assert not Server.at(home / "postgres").running


def test_failure_of_one_node_is_said_in_one_line_and_leaves_nothing_running(home: Path) -> None:
    node = nodes.read_nodes(home)[0]
    node.make_folders()
    (node.folder / "secrets.json").write_text("{")
    said = refusal("up")
    assert said.startswith("migrate of node solo failed:")
    assert f"{node.folder}/secrets.json cannot be read: put it back from a backup." in said
    assert not processes.leftovers(home)
    assert not Server.at(home / "postgres").running


def test_child_that_dies_is_started_again(prepared: Path) -> None:
    home = prepared
    up = Up(home)
    up.wait_until_it_runs()
    worker = next(child for child in processes.leftovers(home) if "worker" in child.cmdline())
    worker.kill()
    assert processes.until(lambda: "solo: worker ended" in up.said.read_text(), within=60)
    assert processes.until(
        lambda: any(
            "worker" in child.cmdline() for child in processes.leftovers(home) if child.pid != worker.pid
        ),
        within=60,
    )
    assert up.stop(signal.SIGTERM) == 0
    assert not processes.leftovers(home)


def test_taken_port_is_said_in_one_line_before_anything_starts(home: Path) -> None:
    port = nodes.read_nodes(home)[0].port
    with socket.create_server(("127.0.0.1", port)):
        tried = shelterbelt("up")
    assert tried.returncode == 1
    assert tried.stdout == ""
    assert tried.stderr.startswith(
        f"shelterbelt: Port {port} is in use by another program: stop that, or choose"
    )
    assert tried.stderr.count("\n") == 1
    assert not (home / "postgres").exists()


def test_only_processes_of_the_same_installation_are_ended(home: Path) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    ours = subprocess.Popen(sleeper, env=os.environ | processes.mark(home))
    others = subprocess.Popen(sleeper, env=os.environ | processes.mark(home / "other"))
    try:
        assert [child.pid for child in processes.leftovers(home)] == [ours.pid]
        processes.end(processes.leftovers(home))
        assert not processes.leftovers(home)
        assert others.poll() is None
    finally:
        for process in (ours, others):
            process.kill()
            process.wait()


def test_jobs_and_pages_are_refused_to_a_strong_role_and_to_missing_tables(home: Path) -> None:
    server = Server.at(home / "postgres")
    server.start()
    nodes.prepare(nodes.read_nodes(home)[0])
    assert "not up to date: run shelterbelt migrate --node solo" in refusal("worker")
    strong = as_role(server.owner_url(), database="shelterbelt_solo")
    with (home / "nodes.toml").open("a") as file:
        file.write(f'owner_url = "{strong}"\napplication_url = "{strong}"\n')
    for word in ("serve", "worker"):
        assert refusal(word).startswith("The application's database role owner is a superuser")


def test_keys_that_are_gone_are_never_made_anew_beside_old_data(home: Path) -> None:
    Server.at(home / "postgres").start()
    node = nodes.read_nodes(home)[0]
    nodes.prepare(node)
    nodes.prepare(node)
    with connect(node.owner_url) as owner:
        owner.execute("create table shelterbelt_migrated (digest text)")
        owner.execute("insert into shelterbelt_migrated values ('x')")
    shutil.rmtree(node.keys)
    with pytest.raises(processes.Fault, match="put them back from the backup"):
        nodes.prepare(node)


def test_doctor_names_what_is_wrong(home: Path) -> None:
    rests = shelterbelt("doctor")
    assert rests.returncode == 1
    assert "✗ The database server rests: run make up" in rests.stdout
    Server.at(home / "postgres").start()
    node = nodes.read_nodes(home)[0]
    nodes.prepare(node)
    said = shelterbelt("doctor").stdout
    assert "✗ solo: its tables are missing: run shelterbelt migrate --node solo" in said
    assert "✓ solo: pages are served by a role that cannot" in said
    assert "✓ solo: its keys are there and closed to others" in said
    (node.folder / "secrets.json").chmod(0o644)
    (node.keys / "node.sign").unlink()
    said = shelterbelt("doctor").stdout
    assert "✗ solo: others may read" in said
    assert "✗ solo: The key of this node is not in the key folder." in said


def test_mistakes_at_the_command_line_are_one_line(home: Path) -> None:
    assert refusal("migrate", "--node", "elsewhere") == "There is no node 'elsewhere' here; there are: solo."
    assert refusal("serve").endswith("its server is not running (make up starts it)")
    (home / "nodes.toml").write_text("[[node]]\nname = 7\n")
    assert "name must be a short word" in refusal("up")
    (home / "nodes.toml").unlink()
    assert "run make up" in refusal("worker")


def test_the_medium_that_opens_the_keys_may_be_taken_away_while_it_runs(prepared: Path) -> None:
    home = prepared
    node = nodes.read_nodes(home)[0]
    up = Up(home)
    up.wait_until_it_runs()
    assert up.stop(signal.SIGTERM) == 0
    assert shelterbelt("keys", "lock", "--key-file", str(node.unlock_file)).returncode == 0
    up = Up(home)
    up.wait_until_it_runs()
    node.unlock_file.rename(home / "away")
    before = [child for child in processes.leftovers(home) if "serve" in child.cmdline()]
    processes.end(before)
    assert processes.until(lambda: healthy(node), within=60), up.said.read_text()
    (home / "away").rename(node.unlock_file)
    assert up.stop(signal.SIGTERM) == 0
    node.unlock_file.unlink()
    said = refusal("up")
    assert said.startswith("The key folder of node solo is locked: name a file with its key file")
    assert not processes.leftovers(home)


def test_pages_are_not_served_without_the_nodes_own_keys(prepared: Path) -> None:
    home = prepared
    node = nodes.read_nodes(home)[0]
    up = Up(home)
    up.wait_until_it_runs()
    assert up.stop(signal.SIGTERM) == 0
    Server.at(home / "postgres").start()
    (node.keys / "node.sign").rename(home / "away")
    for word in ("serve", "worker"):
        assert refusal(word).startswith("The key of this node is not in the key folder.")
    assert not (node.keys / "node.sign").exists()
