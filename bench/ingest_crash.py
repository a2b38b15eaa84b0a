"""Kills the receiver or PostgreSQL at random moments under load; then every fix that was acknowledged is looked for in the log.

Each acknowledged fix is there, and once when equal ones are taken as one. Those that were not acknowledged may be there or not.
"""

import argparse
import contextlib
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psutil

from bench import machine
from bench.ingest import PORT, enrolled
from bench.ingest_client import Line, post

FRAME = struct.Struct("<qqddffIbBH")
VICTIMS = ("receiver", "postgres")
Key = tuple[int, int]


@dataclass
class History:
    """What devices were told: (device, instant) of each fix acknowledged; and how many requests were not."""

    kept: list[Key] = field(default_factory=list)
    put_off: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Receiver:
    """The receiver, started again whenever it has ended, as `up` does."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self.over.is_set():
            if self.process is None or self.process.poll() is not None:
                line = [sys.executable, "-m", "shelterbelt.config.cli", "receive", "--node", "bench"]
                self.process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.over.wait(0.05)

    def kill(self) -> None:
        if self.process is not None:
            with contextlib.suppress(psutil.Error, OSError):
                self.process.kill()

    def stop(self) -> None:
        self.over.set()
        self.thread.join()
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)


def drive(
    secret: str, devices: list[int], size: int, every: float, history: History, over: threading.Event
) -> None:
    """One vendor's line: a batch at a time, sent again, as it was, until it is acknowledged."""
    line, turn = Line(PORT), 0
    while not over.is_set():
        ms = round(time.time() * 1000)
        chosen = [devices[(turn * size + n) % len(devices)] for n in range(size)]
        # Each fix is of an instant of its own: a device and an instant make it one.
        keys = [(device, ms - n % 50) for n, device in enumerate(chosen)]
        body = b"".join(
            FRAME.pack(at, 0, 40 + device / 1e6, -105.0, 8.0, -1.0, device, 50, 0, 0) for device, at in keys
        )
        asked, start = post("/fixes/frames", f"Bearer {secret}", body), time.monotonic()
        while line.ask(asked) != 200:
            with history.lock:
                history.put_off += 1
            if over.is_set():
                return line.close()
            time.sleep(0.1)
        with history.lock:
            history.kept += keys
        turn += 1
        time.sleep(max(0.0, every - (time.monotonic() - start)))
    return line.close()


def strike(victim: str, receiver: Receiver, server: Any) -> None:
    if victim == "receiver":
        receiver.kill()
        return
    for process in psutil.process_iter(["pid", "name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.name() == "postgres" and process.cwd() == str(server.data):
                os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(Exception):
            server.start()
            return
        time.sleep(0.1)


def in_the_log(agency: Any) -> Counter[Key]:
    """Every fix of the log, opened: how often each is there."""
    from shelterbelt.rules.frames import unframed
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.log import log
    from shelterbelt.watching.models import PARTS

    found: Counter[Key] = Counter()
    for part in range(PARTS):
        after = 0
        while True:
            with as_agency(agency, at=now()):
                batches = log.read(agency, part, after, 200)
            if not batches:
                break
            for batch in batches:
                found.update((heard.device, heard.fix.ms) for heard in unframed(batch.frames))
            after = batches[-1].place
    return found


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--moments", type=int, default=20)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--rate", type=int, default=2000, help="fixes a second that are tried")
    chosen = words.parse_args()
    draw = random.Random(chosen.seed)
    history, over = History(), threading.Event()
    with machine.node() as home:
        from django.db import connection

        from shelterbelt.config import nodes

        server = nodes.own_server(home)
        agency, secrets, devices = enrolled()
        connection.close()
        receiver = Receiver()
        receiver.thread.start()
        lines, size = 8, 50
        every = lines * size / chosen.rate
        drivers = [
            threading.Thread(
                target=drive,
                args=(secrets["frames"][0], devices[n::lines], size, every, history, over),
                daemon=True,
            )
            for n in range(lines)
        ]
        for one in drivers:
            one.start()
        struck: Counter[str] = Counter()
        begun = time.monotonic()
        for number in range(chosen.moments):
            _until_some_more(history, draw.uniform(0.05, 1.0))
            victim = VICTIMS[number % 2] if number < 2 else draw.choice(VICTIMS)
            strike(victim, receiver, server)
            struck[victim] += 1
        _until_some_more(history, 1.0)
        over.set()
        for one in drivers:
            one.join(40)
        receiver.stop()
        seconds = time.monotonic() - begun
        connection.close()
        found = in_the_log(agency)
    lost = [key for key in set(history.kept) if key not in found]
    doubled = sum(1 for count in found.values() if count > 1)
    told = ", ".join(f"{name} {count}" for name, count in sorted(struck.items()))
    print(f"{chosen.moments} moments (seed {chosen.seed}): {told}; {timedelta(seconds=round(seconds))}")
    print(
        f"acknowledged {len(history.kept):,} fixes, requests without an answer or put off {history.put_off:,}"
    )
    print(
        f"in the log {len(found):,} different fixes, {doubled:,} of them more than once (sent again); lost: {len(lost)}"
    )
    return 1 if lost or not history.kept else 0


def _until_some_more(history: History, seconds: float) -> None:
    """Wait until something was acknowledged after now, and some more: a moment without load shows nothing."""
    before, latest = len(history.kept), time.monotonic() + 90
    while len(history.kept) == before and time.monotonic() < latest:
        time.sleep(0.02)
    time.sleep(seconds)


if __name__ == "__main__":
    sys.exit(main())
