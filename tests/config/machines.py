"""Machines of a test: a state folder each, with one node and a PostgreSQL of its own, driven from outside."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from shelterbelt.config import nodes
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.postgres import Server
from shelterbelt.config.processes import until
from shelterbelt.config.up import healthy
from tests.prepared import give_tables

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Machine:
    """One machine; `machine("backup", …)` is a command line on it. With `tables` its node is migrated."""

    def __init__(
        self, home: Path, name: str = "advocates", *, empty: bool = False, tables: Path | None = None
    ) -> None:
        self.home, self.name = home, name
        home.mkdir(mode=0o711)
        home.chmod(0o711)
        self.server = Server.at(home / "postgres")
        self._serving: subprocess.Popen[bytes] | None = None
        if not empty:
            (home / "nodes.toml").write_text(f'[[node]]\nname = "{name}"\nport = {free_port()}\n')
        self.server.start()
        if tables:
            give_tables(self.node, tables)

    @property
    def node(self) -> NodeConfig:
        return nodes.node_called(self.name, self.home)

    def __call__(self, *words: str, said: str = "") -> "subprocess.CompletedProcess[str]":
        return self.run("shelterbelt.config.cli", *words, said=said)

    def inside(self, word: str, state: Path, *, module: str = "a_node") -> Any:
        done = self.run(f"tests.config.{module}", word, str(state))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")

    def surroundings(self) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith(("SHELTERBELT_", "DATABASE"))}
        return own | {
            "SHELTERBELT_HOME": str(self.home), "SHELTERBELT_NODE": self.name, "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "shelterbelt.config.settings",
        }  # fmt: skip

    def run(self, module: str, *words: str, said: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", module, *words], env=self.surroundings(), cwd=ROOT, text=True,
            capture_output=True, check=False, timeout=120, input=said,
        )  # fmt: skip

    def serve(self) -> None:
        """Serve pages and letters, from now until `rest`."""
        line = [sys.executable, "-m", "shelterbelt.config.cli", "serve"]
        self._serving = subprocess.Popen(
            line, env=self.surroundings(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert until(lambda: healthy(self.node), within=60)

    def rest(self) -> None:
        if self._serving:
            self._serving.terminate()
            self._serving.wait(timeout=30)
            self._serving = None

    def lose(self) -> None:
        """The database and the evidence are gone; keys and journal lie elsewhere and are not."""
        with psycopg.connect(self.server.owner_url(), autocommit=True) as connection:
            connection.execute(f'drop database "{self.node.database}" with (force)')
        shutil.rmtree(self.node.files)
        (self.node.folder / "standing.json").unlink(missing_ok=True)

    def remove(self) -> None:
        self.rest()
        self.server.stop()
        shutil.rmtree(self.server.folder, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)
