"""Runs the watch of a node: a process of its own, so that nothing that pages or jobs do holds an alarm up."""

import argparse
import signal
import threading

from shelterbelt.config.cli import ready_to_work, start_django
from shelterbelt.config.watch_way import choose


def command(chosen: argparse.Namespace) -> int:
    """Watch what devices say until told to stop; what was begun is finished or was not begun."""
    node = ready_to_work()
    choose(node)
    start_django()
    from shelterbelt.watching.loops import running

    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    with running():
        print(f"{node.name}: watch", flush=True)
        asked.wait()
    return 0
