"""The demo county on a machine of its own, as `up` would make it, but nothing is served."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

PORTS = (8991, 8992, 8993, 8994)


@contextmanager
def county(keep: Path | None = None, *, only: Sequence[str] = ()) -> Iterator[Path]:
    """The state folder of a filled demo county; `keep` is used again and stays.

    Where `only` names some nodes, the others have their keys, which those seal letters to, and nothing else.
    """
    home = keep or Path(tempfile.mkdtemp(prefix="sb-county-"))
    for name in ("DATABASE_OWNER_URL", "DATABASE_URL", "SHELTERBELT_PORT", "SHELTERBELT_NODE"):
        os.environ.pop(name, None)
    os.environ["SHELTERBELT_HOME"] = str(home)
    from shelterbelt.config import nodes

    nodes.make_home(home)
    if not (home / "nodes.toml").exists():
        nodes.write_demo_nodes(home, PORTS)
    server = nodes.own_server(home)
    assert server is not None
    server.start()
    try:
        for node in nodes.read_nodes(home):
            if only and node.name not in only:
                nodes.prepare(node)
        for word in ("migrate", "demo"):
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda node, word=word: _run(word, node), only or nodes.DEMO))
        yield home
    finally:
        server.stop()
        if keep is None:
            for folder in (server.folder, home):
                shutil.rmtree(folder, ignore_errors=True)


def _run(word: str, node: str) -> None:
    line = [sys.executable, "-m", "shelterbelt.config.cli", word, "--node", node]
    subprocess.run(line, check=True, env=os.environ | {"SHELTERBELT_NODE": node})
