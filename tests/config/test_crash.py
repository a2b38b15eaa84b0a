"""A web process, a worker and a database server that are killed under load lose nothing that was acknowledged.

Three strikes, one at each; two hundred are `make crash`.
"""

import os
import subprocess
import sys
from pathlib import Path

from bench.crash import _only_system

from tests.house.source import ROOT


def test_nothing_is_lost_doubled_or_without_its_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.crash", "-n", "3", "--seed", "3", "--clients", "2"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "struck: postgres 1, serve 1, worker 1" in done.stdout
    assert "nothing lost" in done.stdout


def test_a_home_of_the_county_runs_one_node_here(tmp_path: Path) -> None:
    (tmp_path / "nodes.toml").write_text(
        '# head with [[node]]\n\n[[node]]\nname = "system"\n\n[[node]]\nname = "other"\n'
    )
    _only_system(tmp_path)
    assert (tmp_path / "nodes.toml").read_text().count("name = ") == 1
