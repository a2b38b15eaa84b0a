"""Kills the watch, its teller or PostgreSQL at random moments under load; then alarms and texts are compared with what must be.

Every alarm that the rules tell of the whole log, read once in its order, is there once; none is lost. No call for
somebody on duty became two texts.
"""

import argparse
import contextlib
import math
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil

from bench import machine
from bench.ingest_crash import strike

PERSON, PEOPLE, TRACKED = "+1202555{:04d}", 4, 12
WORDS = ["-m", "shelterbelt.config.cli", "watch", "run", "--node", "bench"]


class Process:
    """The watch, started again whenever it has ended, as `up` does."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self.over.is_set():
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(
                    [sys.executable, *WORDS], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
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


def send(devices: list[Any], every: float, over: threading.Event, sent: list[int], seed: int) -> None:
    """Devices that go to and fro across the edge of a judge's place; what the database did not take is sent again."""
    from django.db import connection
    from tests.apps.orders.cast import HOME

    from shelterbelt.rules.fixes import Fix
    from shelterbelt.rules.frames import framed
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.log import Lot, log

    draw, turn = random.Random(seed), 0
    while not over.is_set():
        at = now()
        ms, lots = round(at.timestamp() * 1000), dict[Any, bytes]()
        for number, device in enumerate(devices):
            along = HOME[0] + 0.006 * math.sin(turn / 3 + number)
            late = draw.choice((0, 0, 0, 1500, 4000))
            fix = Fix(ms - late, along, HOME[1] + draw.uniform(-1e-4, 1e-4), draw.choice((5.0, 20.0, 90.0)))
            frame = framed(device.number, fix, received_ms=ms)
            lots[Lot(device.part)] = lots.get(Lot(device.part), b"") + frame
        while not over.is_set():
            try:
                with as_agency(devices[0].agency_id, at=at):
                    log.append(devices[0].agency_id, lots, at=at)
                sent.append(ms)
                break
            except Exception:
                with contextlib.suppress(Exception):
                    connection.close()
                time.sleep(0.1)
        turn += 1
        time.sleep(every)
    connection.close()


def must_be(agency: UUID) -> tuple[set[tuple[str, str, int]], set[tuple[str, str, int]], Counter[str]]:
    """What the rules tell of the whole log in one go, and what is there: each a watch, a kind and an instant; texts that went."""
    from shelterbelt.library.watching import watching
    from shelterbelt.rules.frames import unframed
    from shelterbelt.rules.watches import Watched, Watches
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.alarm_models import Alarm, AlarmCall, Watch
    from shelterbelt.watching.log import log
    from shelterbelt.watching.wanting import all_wanted

    told: set[tuple[str, str, int]] = set()
    with as_agency(agency, at=now()):
        zones = {one.key: one.zone for one in all_wanted(agency, now()).wanted}
        rows = list(Watch.objects.filter(agency_id=agency, ended_at=None).select_related("device"))
        watched = Watched(
            zones=tuple(
                (row.number, row.device.number, zones[row.source, row.source_id, row.device_id])
                for row in rows
            )
        )
        judge = Watches(watching(), watched)
        for part in {row.part for row in rows}:
            after = 0
            while batches := log.read(agency, part, after, 200):
                for batch in batches:
                    for heard in unframed(batch.frames):
                        for one in judge.take(heard.device, heard.fix, heard.received_ms):
                            name = f"zone {one.watch}" if one.of == "zone" else f"device {one.device}"
                            (told.discard if one.taken_back else told.add)((name, one.kind, one.ms))
                after = batches[-1].place
        here = {
            (row.seen_by, row.kind, row.ms)
            for row in Alarm.objects.filter(agency_id=agency, taken_back_at=None, device__isnull=False)
        }
        calls = Counter(
            str(one)
            for one in AlarmCall.objects.filter(agency_id=agency, way="text").values_list(
                "worker_id", flat=True
            )
        )
    return told, here, calls


def on_duty(court: Any, at: Any) -> dict[str, str]:
    """Some people on duty: worker id by the number of their telephone."""
    from tests.world import worker

    from shelterbelt.store.asker import as_agency
    from shelterbelt.watching.actions.duty import be_on_duty

    found = {}
    for number in range(PEOPLE):
        by, phone = worker(court, "court_clerk", at=at), PERSON.format(100 + number)
        with as_agency(court.id, at=at, worker=by.id):
            be_on_duty(at + timedelta(hours=12), phone, by=by, at=at)
        found[phone.lstrip("+")] = str(by.id)
    return found


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--moments", type=int, default=100)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--most", type=float, default=0.8, help="seconds between two of them at the most")
    chosen = words.parse_args()
    draw, over, sent = random.Random(chosen.seed), threading.Event(), list[int]()
    with tempfile.TemporaryDirectory() as folder, machine.node() as home:
        from django.db import connection
        from tests.apps.notices.smsc import smsc
        from tests.apps.watching.roads import tracked
        from tests.world import town

        from shelterbelt.config import nodes
        from shelterbelt.ui.clock import now

        password, begun = Path(folder) / "net", time.monotonic()
        password.write_text("net pass\n")
        with smsc() as net:
            os.environ |= {
                "SHELTERBELT_SMPP_HOST": "127.0.0.1", "SHELTERBELT_SMPP_PORT": str(net.port),
                "SHELTERBELT_SMPP_USER": "node", "SHELTERBELT_SMPP_PASSWORD_FILE": str(password),
                "SHELTERBELT_SMPP_FROM": "20255",
            }  # fmt: skip
            place = town()
            people = on_duty(place.court, now())
            devices = [tracked(place, at=now()).device for _ in range(TRACKED)]
            watch, server = Process(), nodes.own_server(home)
            watch.thread.start()
            sender = threading.Thread(target=send, args=(devices, 0.05, over, sent, chosen.seed), daemon=True)
            sender.start()
            struck: Counter[str] = Counter()
            time.sleep(6)
            for number in range(chosen.moments):
                time.sleep(draw.uniform(0.02, chosen.most))
                victim = "postgres" if number % 10 == 5 else "receiver"
                strike(victim, watch, server)  # type: ignore[arg-type]
                struck["postgres" if victim == "postgres" else "watch"] += 1
            over.set()
            sender.join(30)
            connection.close()
            told, here, calls = _settled(place.court.id)
            watch.stop()
            texts = Counter(one["destination_addr"] for one in net.taken)
    lost, odd = told - here, here - told
    twice = {phone: count for phone, count in texts.items() if count > calls[people[phone]]}
    print(f"{chosen.moments} moments (seed {chosen.seed}): {dict(struck)}; {time.monotonic() - begun:.0f} s")
    print(
        f"{len(sent) * len(devices):,} fixes; alarms that must be: {len(told)}; lost: {len(lost)}; others: {len(odd)}"
    )
    print(
        f"calls by text: {sum(calls.values())}; texts that went: {sum(texts.values())}; more than calls: {twice or 0}"
    )
    return 1 if lost or odd or twice or not told else 0


def _settled(agency: UUID) -> Any:
    """What is there once nothing more comes."""
    before: Any = None
    for _ in range(60):
        found = must_be(agency)
        if found == before and found[0] <= found[1]:
            return found
        before = found
        time.sleep(1)
    return before


if __name__ == "__main__":
    sys.exit(main())
