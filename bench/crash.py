"""Kills the web process, the worker or PostgreSQL at random moments under load, then checks a history of acknowledged writes.

Every write that was acknowledged is there once; a record and its line in the ledger are both there or both absent.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.request_latency import Browser, link_of

PORTS = (8981, 8982, 8983, 8984)
CASES = "6"
CASE = re.compile(r'href="/cases/([\w-]{22})/"')
PATIENCE = 60.0
VICTIMS = ("serve", "worker", "postgres")


@dataclass
class History:
    """What clients were told: (kind, token) acknowledged, and what was sent without an answer."""

    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, kind: str) -> None:
        with self.lock:
            self.sent[kind] += 1

    def acknowledge(self, kind: str, token: str) -> None:
        with self.lock:
            self.acknowledged.append((kind, token))


class Client(threading.Thread):
    """One worker who writes notes and incident records as fast as they are taken, and begins again after a crash."""

    def __init__(self, home: Path, history: History, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.home, self.history, self.over = home, history, over

    def run(self) -> None:
        while not self.over.is_set():
            with contextlib.suppress(
                OSError, urllib.error.URLError, http.client.HTTPException, KeyError, StopIteration, ValueError
            ):
                self._work()
            self.over.wait(0.2)

    def _work(self) -> None:
        officer = Browser(link_of(self.home, "system", "officer"))
        cases = list(dict.fromkeys(CASE.findall(officer.look("/cases/"))))
        while not self.over.is_set():
            self._note(officer, random.choice(cases))
            self._incident(officer)

    def _note(self, officer: Browser, case: str) -> None:
        token = secrets.token_hex(12)
        officer.look(f"/cases/{case}/note/")
        self.history.send("note")
        officer.send(
            f"/cases/{case}/note/", {"text": f"Spoke on the telephone. {token}", "category": "kept_here"}
        )
        if officer.at == f"/cases/{case}/":
            self.history.acknowledge("note", token)

    def _incident(self, officer: Browser) -> None:
        token = secrets.token_hex(12)
        officer.look("/work/")
        self.history.send("incident")
        officer.send("/incidents/new/", {})
        ref = officer.at.split("/")[2]
        self.history.acknowledge("incident", ref)
        officer.look(f"/incidents/{ref}/account/")
        self.history.send("account")
        officer.send(f"/incidents/{ref}/account/", {"w0_said": token, "go": "later"})
        if officer.at == "/work/":
            self.history.acknowledge("account", f"{ref} {token}")


@contextlib.contextmanager
def prepared(keep: Path | None) -> Iterator[Path]:
    """A home whose only running node is the system's, filled with a few cases."""
    home = keep or Path(tempfile.mkdtemp(prefix="sb-crash-"))
    home.chmod(0o711)
    for name in ("DATABASE_OWNER_URL", "DATABASE_URL", "SHELTERBELT_PORT", "SHELTERBELT_NODE"):
        os.environ.pop(name, None)
    os.environ |= {"SHELTERBELT_HOME": str(home), "SHELTERBELT_DEMO_CASES": CASES}
    from bench.county import county

    with county(home, only=("system",)):
        pass
    _only_system(home)
    try:
        yield home
    finally:
        if keep is None:
            shutil.rmtree(home, ignore_errors=True)


def _only_system(home: Path) -> None:
    """Leave one node to run: the others' databases stay where they are."""
    text = (home / "nodes.toml").read_text()
    head, *blocks = text.split("\n[[node]]\n")
    kept = [block for block in blocks if 'name = "system"' in block]
    (home / "nodes.toml").write_text(head + "".join(f"\n[[node]]\n{block}" for block in kept))


@contextlib.contextmanager
def running(home: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`shelterbelt up`, as an operator runs it."""
    with (home / "up.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "shelterbelt.config.cli", "up"],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until_whole(process, home)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def wait_until_whole(process: "subprocess.Popen[bytes]", home: Path) -> float:
    """Seconds until the node answers pages that need its database."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if process.poll() is not None:
            raise RuntimeError(f"up ended:\n{(home / 'up.log').read_text()[-2000:]}")
        with contextlib.suppress(Exception):
            Browser(link_of(home, "system", "officer")).look("/cases/")
            return time.monotonic() - began
        time.sleep(0.05)
    raise RuntimeError(f"the node did not come back:\n{(home / 'up.log').read_text()[-2000:]}")


def strike(process: "subprocess.Popen[bytes]", home: Path, victim: str) -> None:
    """Kill one of the three without a word: -9 for ours, an immediate stop for the server."""
    if victim == "postgres":
        pid = int((_server_folder(home) / "data" / "postmaster.pid").read_text().split("\n")[0])
        server = psutil.Process(pid)
        server.send_signal(signal.SIGQUIT)
        # It answers for a moment longer: whoever asks whether it is back must not meet the old one.
        with contextlib.suppress(psutil.Error):
            server.wait(PATIENCE)
        return
    for child in psutil.Process(process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            line = child.cmdline()
            if victim in line and "shelterbelt.config.cli" in line:
                for one in [*child.children(recursive=True), child]:
                    one.kill()


def _server_folder(home: Path) -> Path:
    from shelterbelt.config import nodes

    server = nodes.own_server(home)
    assert server is not None
    return server.folder


def checked(home: Path, history: History) -> list[str]:
    """Everything that the history and the node disagree about, in plain sentences."""
    asked = home / "history.json"
    asked.write_text(json.dumps(history.acknowledged))
    from shelterbelt.config import nodes

    server = nodes.own_server(home)
    assert server is not None
    server.start()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.crash", "--check", str(asked)],
            env=os.environ
            | {"SHELTERBELT_NODE": "system", "DJANGO_SETTINGS_MODULE": "shelterbelt.config.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        server.stop()
    return [*done.stdout.splitlines(), *([] if done.returncode == 0 else [done.stderr[-2000:]])]


def check(path: Path) -> int:
    """In a process of the node itself: compare the history with what is there."""
    import django

    django.setup()
    from shelterbelt.agencies.queries import agencies_here
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    found: dict[str, Counter[str]] = {"note": Counter(), "incident": Counter(), "account": Counter()}
    faults: list[str] = []
    for agency in agencies_here():
        with as_agency(agency.id, at=now()):
            faults += _compared(agency.id, found)
    for kind, token in json.loads(path.read_text()):
        if found[kind][token] != 1:
            faults.append(f"an acknowledged {kind} is there {found[kind][token]} times")
    for line in faults:
        print(line)
    return 0


def _compared(agency: object, found: dict[str, Counter[str]]) -> list[str]:
    """Collect what one agency holds; every row has its line and every line its row."""
    from shelterbelt.agencies.sealed import opened, opened_under
    from shelterbelt.cases.models import Incident, Note
    from shelterbelt.ledger.models import Entry

    notes = {row.id: row for row in Note.objects.filter(agency_id=agency).select_related("case")}
    incidents = {row.id: row for row in Incident.objects.filter(agency_id=agency)}
    for note in notes.values():
        said = str(opened_under(note.case.key, note.id, note.agency_id, note.sealed).get("text", ""))
        found["note"][said.rpartition(" ")[2]] += 1
    for incident in incidents.values():
        found["incident"][incident.ref] += 1
        said = json.dumps(opened(incident).get("account", {}))
        for token in re.findall(r"[0-9a-f]{24}", said):
            found["account"][f"{incident.ref} {token}"] += 1
    faults = []
    for kind, rows in (("note.written", notes), ("incident.opened", incidents)):
        lines = set(Entry.objects.filter(agency_id=agency, kind=kind).values_list("about", flat=True))
        drawn = {i for i, row in rows.items() if kind != "incident.opened" or row.opened_by}
        faults += [f"{len(drawn - lines)} rows without {kind}"] if drawn - lines else []
        faults += [f"{len(lines - set(rows))} lines {kind} without a row"] if lines - set(rows) else []
    return faults


def crash(times: int, seed: int, *, clients: int = 4, keep: Path | None = None) -> list[str]:
    """Strike so many times; returns what is wrong, nothing if nothing is."""
    chance, history, over = random.Random(seed), History(), threading.Event()
    with prepared(keep) as home:
        with running(home) as process:
            crew = [Client(home, history, over) for _ in range(clients)]
            for client in crew:
                client.start()
            _strikes(process, home, history, chance, times)
            over.set()
            for client in crew:
                client.join(30)
        faults = checked(home, history)
        invented = History([*history.acknowledged, ("note", "0" * 24)])
        if len(checked(home, invented)) != len(faults) + 1:
            faults.append("an invented acknowledgement was not noticed: the check is worth nothing")
        kinds = Counter(kind for kind, _ in history.acknowledged)
        told = ", ".join(f"{n} {kind}s" for kind, n in sorted(kinds.items()))
        print(f"  acknowledged: {told}; sent: {sum(history.sent.values())}")
    return faults


def _strikes(
    process: "subprocess.Popen[bytes]", home: Path, history: History, chance: random.Random, times: int
) -> None:
    back: list[float] = []
    struck: Counter[str] = Counter()
    bag: list[str] = []
    for n in range(times):
        _under_load(history)
        time.sleep(chance.uniform(0.05, 1.5))
        if not bag:
            bag = chance.sample(VICTIMS, len(VICTIMS))
        victim = bag.pop()
        strike(process, home, victim)
        struck[victim] += 1
        back.append(wait_until_whole(process, home))
        if (n + 1) % 10 == 0:
            print(f"  {n + 1}/{times} struck, {len(history.acknowledged)} writes acknowledged", flush=True)
    back.sort()
    told = ", ".join(f"{victim} {n}" for victim, n in sorted(struck.items()))
    print(f"  struck: {told}; back after {back[len(back) // 2]:.1f} s (median), {back[-1]:.1f} s at most")


def _under_load(history: History) -> None:
    """Wait until writes are acknowledged again, so that every strike meets work."""
    before, until = len(history.acknowledged), time.monotonic() + PATIENCE
    while len(history.acknowledged) == before and time.monotonic() < until:
        time.sleep(0.02)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--check", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(words)
    if chosen.check:
        return check(chosen.check)
    print(f"{chosen.times} crashes under load, seed {chosen.seed}, {chosen.clients} clients", flush=True)
    faults = crash(chosen.times, chosen.seed, clients=chosen.clients)
    for fault in faults:
        print(f"  {fault}")
    print("  nothing lost, nothing doubled, no line without its row" if not faults else "  LOST")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
