"""Kills receiver, watch (which also sends), worker or PostgreSQL at random moments under load; then looks for every fix.

No fix that was acknowledged is lost; the alarms are those of the rules, each once and with its line; no call is two texts.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench import machine
from bench.watch_crash_town import Town, filled, texted

VICTIMS = ("receiver", "watch", "worker", "postgres")
TAKING = ("receiver", "postgres")
WORDS = {"receiver": ["receive"], "watch": ["watch", "run"], "worker": ["worker"]}
READY = (": fixes", ": watch", ": jobs")
SIZE, LINES = 500, 8
PATIENCE = 240.0


class Process:
    """One of the node's processes, started again at once whenever it has ended. `ready`: when each said that it runs."""

    def __init__(self, word: str, folder: Path) -> None:
        self.word, self.log = word, folder / f"{word}.log"
        self.process: subprocess.Popen[str] | None = None
        self.ready: list[float] = []
        self.runs = False
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        line = [sys.executable, "-u", "-m", "shelterbelt.config.cli", *WORDS[self.word], "--node", "bench"]
        with self.log.open("a") as faults:
            while not self.over.is_set():
                self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=faults, text=True)
                for said in self.process.stdout or ():
                    # The watch says before that its engine is made ready.
                    if said.rstrip().endswith(READY):
                        self.ready.append(time.time())
                        self.runs = True
                self.runs = False
                self.process.wait()

    def kill(self) -> None:
        self.runs = False
        if self.process is not None:
            with contextlib.suppress(OSError):
                self.process.kill()

    def stop(self) -> None:
        """End it as an operator does."""
        self.over.set()
        if self.process is not None:
            self.process.terminate()
        self.thread.join(30)


@dataclass
class Struck:
    """Which was killed when."""

    moments: list[tuple[str, float]] = field(default_factory=list)
    back: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


class Database:
    """The node's PostgreSQL, started again at once, while others may be struck already."""

    def __init__(self, server: Any) -> None:
        self.server, self.runs = server, True
        self.thread = threading.Thread()

    def kill(self) -> None:
        """Every process of this server, without a word; then it is started, and has to come back from its journal."""
        self.runs = False
        for process in psutil.process_iter(["pid", "name"]):
            with contextlib.suppress(psutil.Error, OSError):
                if process.name() == "postgres" and process.cwd() == str(self.server.data):
                    os.kill(process.pid, signal.SIGKILL)
        self.thread = threading.Thread(target=self._start)
        self.thread.start()

    def _start(self) -> None:
        while not self.runs:
            with contextlib.suppress(Exception):
                self.server.start()
                self.runs = True
                return
            time.sleep(0.1)

    def stop(self) -> None:
        """It runs again, for whoever looks afterwards."""
        if self.thread.is_alive():
            self.thread.join(120)


def strikes(chosen: argparse.Namespace, crew: dict[str, Process | Database], file: Path) -> Struck:
    """Kill one after the other at random moments, while others may be away; nobody who is not back itself.

    Before receiver or PostgreSQL is killed again, something was acknowledged: a moment without load shows nothing.
    """
    draw, struck, size = random.Random(chosen.seed), Struck(), 0
    while len(struck.moments) < chosen.moments:
        time.sleep(draw.uniform(0.1, chosen.most))
        loaded = file.stat().st_size > size
        here = [name for name in VICTIMS if crew[name].runs and (loaded or name not in TAKING)]
        if not here:
            continue
        victim = draw.choice(here)
        struck.moments.append((victim, time.time()))
        crew[victim].kill()
        size = file.stat().st_size if victim in TAKING else size
        if len(struck.moments) % 10 == 0:
            print(f"  {len(struck.moments)} of {chosen.moments} struck", flush=True)
    return struck


def client(place: Town, chosen: argparse.Namespace, file: Path) -> "subprocess.Popen[str]":
    """The vendor's machine, sending."""
    from shelterbelt.config import nodes

    process = subprocess.Popen(
        [sys.executable, "-m", "bench.watch_crash_feed"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    told = {
        "port": nodes.this_node().receive_port, "secret": place.secret, "watched": place.watched, "others": place.others,
        "rate": chosen.rate, "size": SIZE, "lines": LINES, "seed": chosen.seed, "file": str(file),
    }  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps(told) + "\n")
    process.stdin.flush()
    return process


def awaited(what: str, is_so: Any, within: float = PATIENCE) -> float:
    """How long it took until it was so, whatever fails meanwhile."""
    from django.db import connection

    begun = time.monotonic()
    while time.monotonic() - begun < within:
        with contextlib.suppress(Exception):
            if is_so():
                return time.monotonic() - begun
        connection.close()
        time.sleep(0.3)
    print(f"  after {within:.0f} s still not: {what}", flush=True)
    return within


def begun_to_watch(place: Town) -> bool:
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.alarm_models import Watch

    with as_agency(place.agency, at=now()):
        return Watch.objects.filter(agency_id=place.agency, ended_at=None).count() == len(place.watched)


def taken_in(place: Town) -> bool:
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.turning import _news

    with as_agency(place.agency, at=now()):
        return not _news(place.agency)


def all_told(place: Town) -> bool:
    """Nobody waits for a text, every group that has something was told, and to everybody on duty."""
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.alarm_models import AlarmCall, AlarmGroup

    with as_agency(place.agency, at=now()):
        calls = AlarmCall.objects.filter(agency_id=place.agency, way="text")
        waiting = calls.filter(state="waiting").exists()
        groups = set(
            AlarmGroup.objects.filter(
                agency_id=place.agency, alarms__ends=False, alarms__taken_back_at=None
            ).values_list("id", flat=True)
        )
        reached = set(calls.filter(state="told").values_list("group_id", "worker_id"))
        return not waiting and len(reached) >= len(groups) * len(place.people)


def chained(place: Town) -> bool:
    from shelterbelt.ledger.verify import verify
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    with as_agency(place.agency, at=now()):
        return verify(place.agency).waiting == 0


def backs(struck: Struck, crew: dict[str, Any], answers: list[float]) -> None:
    """From each strike until what was struck runs again; for receiver and PostgreSQL, until fixes are acknowledged again."""
    answers.sort()
    for victim, at in struck.moments:
        after = crew[victim].ready if victim in ("watch", "worker") else answers
        found = next((moment - at for moment in after if moment > at + 0.02), None)
        if found is not None:
            struck.back[victim].append(found)


def compared(place: Town, file: Path, arrived: list[tuple[str, float]]) -> list[str]:
    """Everything that is not as it must be, in plain words; the figures are printed."""
    from bench import watch_crash_truth as truth
    from shelterbelt.ledger.verify import verify
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    sent, (there, doubled) = truth.acknowledged(file), truth.logged(place.agency)
    lost, more = truth.without(sent, there), truth.without(there, sent)
    print(
        f"  {len(sent):,} different fixes acknowledged; {len(there):,} in the log, and {doubled:,} of them again; lost: {lost}"
    )
    must, here = truth.must_be(place.agency, sent), truth.alarms_here(place.agency)
    missing, odd = must - here.alarms, here.alarms - must
    kinds = Counter(kind for _by, kind, _ms in must)
    print(f"  alarms that must be: {len(must):,} ({', '.join(f'{kind} {n}' for kind, n in sorted(kinds.items()))}); "
          f"lost: {len(missing)}, others: {len(odd)}; taken back {here.taken_back}, of our own absence {here.ours}")  # fmt: skip
    calls = truth.calls_here(place.agency, place.people, arrived)
    print(f"  {calls.groups:,} groups, {calls.tellings:,} tellings, {calls.calls:,} calls to {len(place.people)} people, "
          f"{calls.texts:,} texts arrived, {calls.unclear} calls of which nobody knows whether they went")  # fmt: skip
    with as_agency(place.agency, at=now()):
        verdict = verify(place.agency)
    print(f"  ledger: {verdict.lines:,} lines, waiting {verdict.waiting}, faults {len(verdict.faults)}")
    faults = [*here.faults, *calls.faults, *verdict.faults]
    faults += [f"{lost} acknowledged fixes are lost"] if lost else []
    faults += [f"{more} fixes are there that nobody sent"] if more else []
    faults += [f"{len(missing)} alarms are lost, such as {sorted(missing)[:3]}"] if missing else []
    faults += [f"{len(odd)} alarms should not be, such as {sorted(odd)[:3]}"] if odd else []
    return faults + ([] if must and calls.texts else ["there was nothing to tell: the run shows nothing"])


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--moments", type=int, default=100)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--rate", type=int, default=10_000, help="fixes a second that are sent")
    words.add_argument("--most", type=float, default=5.0, help="seconds between two moments at the most")
    words.add_argument("--watched", type=int, default=128, help="trackers with an order that binds")
    words.add_argument("--others", type=int, default=9872, help="trackers besides")
    words.add_argument("--keep", type=Path, help="a folder for the processes' logs")
    chosen = words.parse_args()
    machine.heading(f"{chosen.moments} moments, seed {chosen.seed}, {chosen.rate:,} fixes a second")
    with (
        tempfile.TemporaryDirectory() as temporary,
        machine.node() as home,
        texted(Path(temporary)) as arrived,
    ):
        faults = run(chosen, chosen.keep or Path(temporary), home, arrived)
    for fault, times in Counter(faults).items():
        print(f"  {times} × {fault}")
    print("  nothing lost, nothing doubled" if not faults else "  NOT AS IT MUST BE", flush=True)
    return 1 if faults else 0


def run(chosen: argparse.Namespace, folder: Path, home: Path, arrived: list[tuple[str, float]]) -> list[str]:
    """The load, the strikes, and what is there afterwards."""
    from django.db import connection

    from shelterbelt.config import nodes

    place, file = filled(chosen.watched, chosen.others), folder / "acknowledged"
    connection.close()
    crew: dict[str, Any] = {word: Process(word, folder) for word in WORDS}
    crew["postgres"] = Database(nodes.own_server(home))
    try:
        awaited("everything is watched", lambda: begun_to_watch(place))
        sender, begun = client(place, chosen, file), time.time()
        time.sleep(3)
        struck = strikes(chosen, crew, file)
        crew["postgres"].stop()
        time.sleep(3)
        told, _none = sender.communicate()
        seen, ended = json.loads(told), time.time()
        catching = awaited("the log is taken in", lambda: taken_in(place), 600)
        telling = awaited("everybody is told", lambda: all_told(place))
        crew["watch"].stop()
        awaited("the ledger is chained", lambda: chained(place), 120)
    finally:
        for one in crew.values():
            one.stop()
    backs(struck, crew, seen["answers"])
    said(struck, seen, ended - begun, catching, telling)
    return compared(place, file, arrived)


def said(struck: Struck, seen: dict[str, Any], seconds: float, catching: float, telling: float) -> None:
    names = Counter(victim for victim, _at in struck.moments)
    print(
        f"  killed: {', '.join(f'{name} {count}' for name, count in sorted(names.items()))}, in {seconds:.0f} s"
    )
    print(
        f"  {seen['made']:,} fixes made, {seen['made'] / seen['seconds']:,.0f} a second, and some of them twice"
    )
    print(f"  {seen['fixes']:,} acknowledged in {seen['batches']:,} batches, the last {seen['drained']:.1f} s after; "
          f"{seen['again']:,} tries without an answer")  # fmt: skip
    waits = [b - a for a, b in zip(seen["answers"], seen["answers"][1:], strict=False)]
    print(f"  longest time without an acknowledgement {max(waits, default=0):.1f} s; "
          f"the watch had caught up {catching:.1f} s after the last, and told all {telling:.1f} s later")  # fmt: skip
    for name, found in sorted(struck.back.items()):
        print(f"  {name} back after {statistics.median(found):.1f} s (median), {max(found):.1f} s at most")


if __name__ == "__main__":
    sys.exit(main())
