"""Every benchmark that needs nothing running; with nodes running, a contact request's way as well."""

import argparse
import subprocess
import sys

from shelterbelt.config import nodes
from shelterbelt.config.up import healthy


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rows: a look, not a figure")
    chosen = parser.parse_args(words)
    small = ["--rows", "3000", "--few", "100", "--rounds", "1"] if chosen.quick else []
    done = [_run("bench.import_rows", *small)]
    if running():
        done.append(_run("bench.request_latency", *(["--requests", "20"] if chosen.quick else [])))
    else:
        print("\nContact request from save to inbox: needs the demo county running (make up); left out.")
    return 0 if all(done) else 1


def running() -> bool:
    """True if every node of this installation answers."""
    try:
        return all(healthy(node) for node in nodes.read_nodes())
    except Exception:
        return False


def _run(module: str, *words: str) -> bool:
    return subprocess.run([sys.executable, "-m", module, *words], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
