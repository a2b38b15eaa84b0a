"""Help alerts that were acknowledged reach whoever is there, though web process, worker and database are each killed.

Forty presses, one strike at each; ten thousand are `python -m bench.alerts`.
"""

import os
import subprocess
import sys

from tests.house.source import ROOT


def test_no_press_that_was_acknowledged_is_lost_or_told_twice() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.alerts", "-n", "40", "--seconds", "6"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for victim in ("serve", "worker", "postgres"):
        assert f"{victim} killed" in done.stdout
    assert "40 of 40 presses kept" in done.stdout and "nothing lost, nothing doubled" in done.stdout
