"""Help alerts pressed within a minute on a real node, while its web process, its worker and PostgreSQL are killed in turn.

Every press that was acknowledged becomes one alert that reaches whoever is there, once, and its mail once by its id.
"""

import argparse
import contextlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import machine
from bench.crash import VICTIMS, strike

PORT = 8997
NODE = f'[[node]]\nname = "bench"\nport = {PORT}\ndatabase = "bench"\ndemo = true\n'
HOLD = 5
PEOPLE = 50
MAILED = 20
PATIENCE = 120.0
CLIENTS = 6
SPAN = 5


@dataclass
class Mailbox:
    """A mail server that remembers ids: a mailbox shows each once."""

    ids: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        for line in bytes(envelope.content).split(b"\n"):
            if line.lower().startswith(b"message-id:"):
                self.ids[line.decode().split(":", 1)[1].strip()] += 1
                break
        return "250 OK"


@dataclass
class Devices:
    """What the devices know: when each was pressed, and when it was told that this is kept."""

    tokens: list[str]
    rate: float
    pressed: dict[str, float] = field(default_factory=dict)
    kept: dict[str, float] = field(default_factory=dict)
    tries: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    began: float = 0.0
    next: int = 0

    def one(self) -> str | None:
        """The next device to be pressed, at the rate that was asked for; none when all were."""
        with self.lock:
            if self.next >= len(self.tokens):
                return None
            token, due = self.tokens[self.next], self.began + self.next / self.rate
            self.next += 1
        time.sleep(max(0.0, due - time.time()))
        with self.lock:
            self.pressed[token] = max(due, self.began)
        return token


class Client(threading.Thread):
    """Devices one after another: each says that it was pressed until it is told that this is kept."""

    def __init__(self, devices: Devices) -> None:
        super().__init__(daemon=True)
        self.devices, self.line, self.said = devices, None, ""

    def run(self) -> None:
        while (token := self.devices.one()) is not None:
            while not self._press(token):
                time.sleep(0.25)
            with self.devices.lock:
                self.devices.kept[token] = time.time()

    def _press(self, token: str) -> bool:
        self.devices.tries += 1
        try:
            if self.line is None:
                self.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
            age = int((time.time() - self.devices.pressed[token]) * 1000)
            body = urlencode({"d": "p", "b": token, "a": age})
            told = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://localhost:{PORT}",
                "Host": f"localhost:{PORT}",
            }
            self.line.request("POST", "/n/c/", body, told)
            answer = self.line.getresponse()
            text = answer.read()
            self.said = json.loads(text)["s"] if answer.status == 200 else ""
            return bool(self.said == "h")
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            with contextlib.suppress(Exception):
                self.line.close()  # type: ignore[attr-defined]
            self.line = None
            return False


@contextlib.contextmanager
def prepared(presses: int, mail_port: int) -> Iterator[tuple[Path, list[str]]]:
    """A node with one agency whose advocate is there, survivors with everything set up, and a button for each press."""
    home = Path(tempfile.mkdtemp(prefix="sb-alerts-"))
    home.chmod(0o711)
    for name in ("DATABASE_OWNER_URL", "DATABASE_URL", "SHELTERBELT_PORT", "SHELTERBELT_NODE"):
        os.environ.pop(name, None)
    os.environ |= {
        "SHELTERBELT_HOME": str(home),
        "SHELTERBELT_NODE": "bench",
        "DJANGO_SETTINGS_MODULE": "shelterbelt.config.settings",
        "SHELTERBELT_SMTP_HOST": "127.0.0.1",
        "SHELTERBELT_SMTP_PORT": str(mail_port),
        "SHELTERBELT_SMTP_FROM": "post@post.example",
    }
    from shelterbelt.config import nodes

    nodes.make_home(home)
    (home / "nodes.toml").write_text(NODE)
    server = nodes.own_server(home)
    assert server is not None
    server.start()
    try:
        line = [sys.executable, "-m", "shelterbelt.config.cli", "migrate", "--node", "bench"]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        tokens = filled(presses)
        machine._close()
        (nodes.this_node().folder / "demo.json").write_text("{}")
        server.stop()
        yield home, tokens
    finally:
        with contextlib.suppress(Exception):
            server.stop()
        for folder in (server.folder, home):
            shutil.rmtree(folder, ignore_errors=True)


def filled(presses: int) -> list[str]:
    """The people of the node, and the buttons that their pages hold."""
    from django.db import transaction

    from shelterbelt import sealing
    from shelterbelt.access.actions import open_account
    from shelterbelt.access.survivors import Survivor
    from shelterbelt.agencies.enrol import enrol_agency, enrol_node
    from shelterbelt.alerts import actions
    from shelterbelt.people.actions import record_person
    from shelterbelt.safety.files import begin_file
    from shelterbelt.store.asker import as_agency, set_asker
    from shelterbelt.ui.clock import now

    at = now()
    keys = sealing.keyring().public_keys()
    here = enrol_node("bench", f"http://localhost:{PORT}", keys, is_self=True, fictional=True)
    told = {"protocol": "demo_county/victim_service", "time_zone": "America/Chicago", "fictional": True}
    agency = enrol_agency(here, name="Willow", kind="advocates", **told)  # type: ignore[arg-type]
    with as_agency(agency.id, at=at):
        advocate = open_account(
            agency=agency, code="bench", name="Robin", roles=["advocate"], unit=None, at=at
        )
    people = []
    with as_agency(agency.id, at=at, worker=advocate.id):
        actions.be_there(at + timedelta(hours=8), "", by=advocate, at=at)
        for n in range(PEOPLE):
            person = record_person({"name": f"P {n}"}, agency=agency.id, by=advocate.id, at=at)
            file = begin_file(person, by=advocate, at=at)
            actions.set_up_help(file, _setup(mailed=n % MAILED == 0), by=advocate, at=at)
            people.append(Survivor(person.id, agency.id, person.id))
    tokens: list[str] = []
    with transaction.atomic():
        for n in range(presses):
            one = people[n % PEOPLE]
            set_asker(None, None, at, survivor=one.id)
            tokens.append(actions.issue_button(one, "help", at=at))
    return tokens


def _setup(*, mailed: bool) -> dict[str, Any]:
    ana = {
        "slot": "c1", "name": "Ana", "number": "", "email": "ana@example.org", "language": "en", "said": "call_me",
        "words": "",
    }  # fmt: skip
    return {
        "people": [ana] if mailed else [], "duty": True, "dispatch": [], "hold": HOLD, "place": False, "language": "en",
        "signed": "M", "words": "", "cancel_code": "blue 42", "forced_code": "green 17",
    }  # fmt: skip


@contextlib.contextmanager
def running(home: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`shelterbelt up`, as an operator runs it."""
    clean = {name: value for name, value in os.environ.items() if name != "SHELTERBELT_NODE"}
    with (home / "up.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "shelterbelt.config.cli", "up"],
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=clean,
        )
    try:
        wait_until_whole(process, home)
        yield process
    finally:
        process.terminate()
        process.wait(60)


def wait_until_whole(process: "subprocess.Popen[bytes]", home: Path) -> float:
    """Seconds until the door answers with the database behind it."""
    began = time.monotonic()
    probe = Client(Devices([], 1.0, pressed={"z" * 43: time.time()}))
    while time.monotonic() - began < PATIENCE:
        if process.poll() is not None:
            raise RuntimeError(f"up ended:\n{(home / 'up.log').read_text()[-2000:]}")
        probe._press("z" * 43)
        # It knows that there is no such button: the database was asked.
        if probe.said == "x":
            return time.monotonic() - began
        time.sleep(0.1)
    raise RuntimeError(f"the node did not come back:\n{(home / 'up.log').read_text()[-2000:]}")


def wait_until_up_again() -> None:
    """Until our own line to the database stands: all may have been kept before the last strike was noticed."""
    from django.db import OperationalError, connection

    began = time.monotonic()
    while True:
        # A line of before the strike looks open until it is asked.
        connection.close()
        try:
            connection.ensure_connection()
            return
        except OperationalError:
            if time.monotonic() - began > PATIENCE:
                raise
            time.sleep(0.1)


def measured(presses: int, seconds: float) -> list[str]:
    """Press, kill, wait, compare; returns what is wrong, nothing if nothing is."""
    from aiosmtpd.controller import Controller

    mailbox = Mailbox()
    post = Controller(mailbox, hostname="127.0.0.1", port=PORT + 1)
    post.start()
    try:
        with prepared(presses, PORT + 1) as (home, tokens), running(home) as process:
            devices = Devices(tokens, presses / seconds)
            devices.began = time.time()
            crew = [Client(devices) for _ in range(CLIENTS)]
            for one in crew:
                one.start()
            for n, victim in enumerate(VICTIMS):
                wait = devices.began + seconds * (2 * n + 1) / (2 * len(VICTIMS)) - time.time()
                time.sleep(max(0.0, wait))
                strike(process, home, victim)
                print(f"  {time.time() - devices.began:5.1f} s: {victim} killed", flush=True)
                wait_until_whole(process, home)
            for one in crew:
                one.join(PATIENCE)
            wait_until_up_again()
            print(f"  {len(devices.kept):,} of {presses:,} presses kept after {time.time() - devices.began:.1f} s, "
                  f"in {devices.tries:,} tries", flush=True)  # fmt: skip
            return compared(devices, mailbox)
    finally:
        post.stop()


def compared(devices: Devices, mailbox: Mailbox) -> list[str]:
    """Wait until all are told, then look at each press, alert, call, line and letter."""
    from shelterbelt.agencies.queries import agencies_here
    from shelterbelt.alerts.actions.pressing import digest_of
    from shelterbelt.alerts.models import Button, Call, HelpAlert, Press
    from shelterbelt.ledger.models import Entry
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now

    (agency,) = agencies_here()
    until = time.monotonic() + PATIENCE
    mails = sum(n % PEOPLE % MAILED == 0 for n in range(len(devices.tokens)))
    while time.monotonic() < until:
        with as_agency(agency.id, at=now()):
            told = Call.objects.filter(way="page", state="told").count()
        if told >= len(devices.kept) and len(mailbox.ids) >= mails:
            break
        time.sleep(0.5)
    with as_agency(agency.id, at=now()):
        buttons = {bytes(b): i for i, b in Button.objects.values_list("id", "digest")}
        pressed = Counter(Press.objects.values_list("button_id", flat=True))
        alerts = dict(HelpAlert.objects.values_list("button_id", "id"))
        calls = Counter(Call.objects.filter(way="page").values_list("alert_id", flat=True))
        told_at = dict(Call.objects.filter(way="page").values_list("alert_id", "told_at"))
        first = Call.objects.filter(way="email", step=0, round=0)
        letters = {f"<{ref}@post.example>" for ref in first.values_list("ref", flat=True)}
        lines = Counter(Entry.objects.filter(kind="help.pressed").values_list("about", flat=True))
    faults, delays = [], []
    for token in devices.kept:
        button = buttons[digest_of(token)]
        alert = alerts.get(button)
        found = wrong(pressed[button], alert is not None, calls[alert], lines[alert])
        faults += [f"an acknowledged press is {what}" for what in found]
        if not found:
            delays.append(told_at[alert].timestamp() - devices.pressed[token])
    if len(devices.kept) != len(devices.tokens):
        faults.append(f"{len(devices.tokens) - len(devices.kept)} presses were never acknowledged")
    if missing := letters - set(mailbox.ids):
        faults.append(f"{len(missing)} letters never came")
    twice = sum(n > 1 for i, n in mailbox.ids.items() if i in letters)
    print(f"  letters: {len(letters):,} ids, {twice} came twice under one id (a mailbox shows them once)")
    spans = Counter(int(at.timestamp()) // SPAN for at in told_at.values())
    print(f"  told at most {max(spans.values(), default=0) / SPAN:.0f} a second over {SPAN} s")
    delays.sort()
    for name, share in (("p50", 0.5), ("p99", 0.99), ("longest", 1.0)):
        value = delays[min(int(len(delays) * share), len(delays) - 1)] if delays else float("nan")
        print(
            f"  pressed to told, {name}: {value:.2f} s ({value - HOLD:.2f} s beyond the {HOLD} s for the code)"
        )
    return faults


def wrong(presses: int, alert: bool, told: int, lines: int) -> list[str]:
    """What is wrong with one press that was acknowledged; nothing if nothing is."""
    faults = {
        "lost": not presses,
        "doubled": presses > 1 or told > 1 or lines > 1,
        "kept and not told": presses > 0 and not told,
        "without its line": alert and not lines,
    }
    return [what for what, so in faults.items() if so]


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--presses", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=55.0, help="over how long they are pressed")
    chosen = parser.parse_args(words)
    machine.heading(
        f"Help alerts: {chosen.presses:,} presses in {chosen.seconds:.0f} s, each of three killed once"
    )
    faults = measured(chosen.presses, chosen.seconds)
    for fault, times in Counter(faults).items():
        print(f"  {times} × {fault}")
    print("  nothing lost, nothing doubled" if not faults else "  NOT AS IT MUST BE", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
