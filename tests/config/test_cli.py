"""The command line's own behaviour, whatever the command."""

import subprocess
import sys

MANY_LINES = """
import sys
from shelterbelt.config import cli
cli._function = lambda answer: lambda chosen: [print("line", n, flush=True) for n in range(100_000)] and 0
sys.exit(cli.main(["doctor"]))
"""


def test_a_reader_who_has_seen_enough_makes_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MANY_LINES], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout and running.stderr
        assert running.stdout.readline() == "line 0\n"
        running.stdout.close()
        assert running.wait(60) == 141
        assert running.stderr.read() == ""
