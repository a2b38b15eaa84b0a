"""All tests: `python -m tests`. Journeys wait more than they work, so the others run beside them and take what is left.

What measures time runs when both are done, alone.
"""

import os
import signal
import subprocess
import sys
import tempfile
from typing import Any

from tests.prepared import SHARED

PYTEST = [sys.executable, "-m", "pytest"]
JOURNEYS = ["-m", "journey and not alone"]
OTHERS = ["-n", "4", "--dist", "worksteal", "-p", "tests.order", "-m", "not alone and not journey"]
# How far they stand behind the journeys: nobody waits for a page of theirs.
BEHIND = 5


def main() -> int:
    """The exit code: 0 when all of them passed."""
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryDirectory(prefix="sb-run-") as shared:
        os.environ[SHARED] = shared
        journeys = subprocess.Popen(
            [*PYTEST, *JOURNEYS], stdout=told, stderr=subprocess.STDOUT, preexec_fn=_stoppable
        )
        others = subprocess.Popen([*PYTEST, *OTHERS], preexec_fn=lambda: (_stoppable(), os.nice(BEHIND)))
        codes = _ended(others, journeys)
        told.seek(0)
        print(f"The journeys:\n{told.read()}", flush=True)
        return 1 if any(codes) else subprocess.run([*PYTEST, "-m", "alone"], check=False).returncode


def _stoppable() -> None:
    """Who starts it in the background starts it deaf to Ctrl-C; what clears away must hear that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _ended(*runs: "subprocess.Popen[Any]") -> list[int]:
    """Their exit codes. Whoever is stopped waits until they have cleared away what they started."""
    signal.signal(signal.SIGTERM, lambda *_: [run.send_signal(signal.SIGINT) for run in runs])
    try:
        return [run.wait() for run in runs]
    except KeyboardInterrupt:
        # The terminal has told them too.
        return [run.wait() or 1 for run in runs]


if __name__ == "__main__":
    sys.exit(main())
