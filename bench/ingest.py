"""How many fixes a second become durable, and how long each waits for that: through the log alone, and over HTTP in every form.

What was acknowledged is then looked for in the log: none is missing. Clients run on the same processors, as is printed.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil

from bench import machine

TRACKERS, PHONES = 10_000, 512
PORT = 8999 + 2000
# way, fixes a request, connections, requests a second of each connection (0: as fast as it is answered)
LOADS = (
    ("frames", 1000, 8, 0.0),
    ("frames", 100, 16, 0.0),
    ("frames", 500, 20, 10.0),
    ("json", 1000, 8, 0.0),
    ("owntracks", 1, 64, 0.0),
    ("osmand", 1, 64, 0.0),
)


@contextlib.contextmanager
def receiving() -> Iterator["subprocess.Popen[bytes]"]:
    """The receiver as `up` runs it."""
    process = subprocess.Popen([sys.executable, "-m", "shelterbelt.config.cli", "receive", "--node", "bench"])
    try:
        wait_until_it_answers()
        yield process
    finally:
        process.terminate()
        process.wait(20)


def wait_until_it_answers(within: float = 60.0) -> None:
    from bench.ingest_client import Line

    line, begun = Line(PORT), time.monotonic()
    while line.ask(b"GET /fixes/health HTTP/1.1\r\nHost: localhost\r\n\r\n") != 200:
        if time.monotonic() - begun > within:
            raise SystemExit("the receiver does not answer")
        time.sleep(0.1)
    line.close()


def enrolled() -> tuple[UUID, dict[str, list[str]], list[int]]:
    """A court with trackers of one feed and telephones of both protocols: its id, the secrets by way, the numbers."""
    from shelterbelt import sealing
    from shelterbelt.agencies import enrol
    from shelterbelt.agencies.sealed import new_key, seal
    from shelterbelt.store.asker import as_agency
    from shelterbelt.store.ids import uuid7
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.models import PARTS, TRACKER, Device, Feed
    from shelterbelt.watching.receiving.known import digest_of, new_secret

    keys = sealing.keyring().public_keys()
    node = enrol.enrol_node("bench", "http://localhost:8999", keys, is_self=True)
    court = enrol.enrol_agency(
        node, name="Court", kind="court", protocol="", time_zone="America/Chicago", fictional=True
    )
    at, secrets = now(), {"feed": [new_secret()]}
    with as_agency(court.id, at=at):
        key, id = new_key(court.id), uuid7()
        sealed = seal(key, court.id, {"label": "x"}, about=id)
        feed = Feed.objects.create(
            id=id, agency_id=court.id, key=key, sealed=sealed, secret_digest=digest_of(secrets["feed"][0]), issued_at=at,
            issued_by=uuid4(),
        )  # fmt: skip
        rows = []
        ways = ["feed"] * TRACKERS + ["owntracks"] * PHONES + ["osmand"] * PHONES
        for number, way in enumerate(ways, 1):
            secret = new_secret()
            row_id = uuid7()
            rows.append(
                Device(
                    id=row_id, agency_id=court.id, key=key, sealed=seal(key, court.id, {}, about=row_id), number=number,
                    kind=TRACKER, person_id=uuid4(), feed=feed if way == "feed" else None, protocol=way, part=number % PARTS,
                    secret_digest=None if way == "feed" else digest_of(secret), issued_at=at,
                )
            )  # fmt: skip
            if way != "feed":
                secrets.setdefault(way, []).append(secret)
        Device.objects.bulk_create(rows, batch_size=2000)
    secrets["frames"] = secrets["json"] = secrets["feed"]
    return court.id, secrets, list(range(1, TRACKERS + 1))


def through_the_log(agency: UUID, seconds: float) -> None:
    """The log alone, one writer, no HTTP: batches of frames in one transaction each."""
    from shelterbelt.rules.fixes import Fix
    from shelterbelt.rules.frames import framed
    from shelterbelt.store.asker import as_agency
    from shelterbelt.ui.clock import now
    from shelterbelt.watching.log import Lot, log

    ms = round(now().timestamp() * 1000)
    frame = framed(1, Fix(ms, 40.0, -105.0, 8.0), received_ms=ms)
    for size in (1, 100, 1000, 10_000):
        lots = {Lot(part): frame * max(size // 16, 1) for part in range(min(size, 16))}
        count, waits, begun = sum(len(data) for data in lots.values()) // 48, [], time.perf_counter()
        while time.perf_counter() - begun < seconds:
            start = time.perf_counter()
            with as_agency(agency, at=now()):
                log.append(agency, lots, at=now())
            waits.append(time.perf_counter() - start)
        said(f"log alone, {count} fixes a transaction", count * len(waits) / sum(waits), waits)


def over_http(
    way: str, size: int, lines: int, every: float, told: dict[str, Any], process: psutil.Process
) -> int:
    """One load by one client process; how many fixes it was told are durable."""
    told = told | {"way": way, "size": size, "lines": lines, "every": 1 / every if every else 0}
    before = sum(process.cpu_times()[:2])
    found = subprocess.run(
        [sys.executable, "-m", "bench.ingest_client"],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(found.stdout)
    used = (sum(process.cpu_times()[:2]) - before) / seen["seconds"]
    kind = f"{way}, {size} a request, {lines} lines" + (f", {every:.0f} requests/s each" if every else "")
    said(
        kind,
        seen["taken"] / seen["seconds"],
        seen["waits"],
        f"receiver {used:.0%} of a core; put off {seen['other']}",
    )
    return int(seen["taken"])


def said(what: str, rate: float, waits: list[float], more: str = "") -> None:
    waits = sorted(waits) or [0.0]
    p50, p99 = statistics.median(waits) * 1000, waits[min(len(waits) - 1, int(len(waits) * 0.99))] * 1000
    print(f"{what:<46} {rate:>10,.0f} fixes/s   p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   {more}", flush=True)


def in_the_log() -> int:
    """How many fixes the log holds, as its owner counts them."""
    import psycopg

    with psycopg.connect(machine.owner_url()) as owner:
        owner.execute("set row_security = off")
        found = owner.execute("select coalesce(sum(count), 0) from watching_logrow").fetchone()
    return int(found[0]) if found else 0


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=float, default=5.0, help="for each load")
    words.add_argument(
        "--ways", nargs="*", default=None, help="only these (log, frames, json, owntracks, osmand)"
    )
    chosen = words.parse_args()
    with machine.node() as home:
        machine_said(home)
        agency, secrets, numbers = enrolled()
        if chosen.ways is None or "log" in chosen.ways:
            through_the_log(agency, chosen.seconds / 2)
        before, taken = in_the_log(), 0
        with receiving() as process:
            for way, size, lines, every in LOADS:
                if chosen.ways is not None and way not in chosen.ways:
                    continue
                devices = numbers if way in ("frames", "json") else []
                words_ = secrets[way] * lines if len(secrets[way]) < lines else secrets[way]
                known(way, words_)
                told = {"port": PORT, "seconds": chosen.seconds, "devices": devices, "secrets": words_}
                taken += over_http(way, size, lines, every, told, psutil.Process(process.pid))
            resting(psutil.Process(process.pid))
        found = in_the_log() - before
    sound = found >= taken
    print(
        f"acknowledged {taken:,}, in the log {found:,}: {'none is missing' if sound else 'FIXES ARE MISSING'}"
    )
    return 0 if sound else 1


def known(way: str, secrets: list[str]) -> None:
    """Every secret is sent with once before anything is measured: the receiver then knows it, as it does in earnest."""
    from bench.ingest_client import Line, request

    line, begun, count = Line(PORT), time.perf_counter(), 0
    for secret in dict.fromkeys(secrets):
        line.ask(request(way, secret, [], 0))
        count += 1
    line.close()
    if count > 1:
        print(
            f"  first requests of {count} devices in turn: {(time.perf_counter() - begun) / count * 1000:.1f} ms each"
        )


def resting(process: psutil.Process) -> None:
    """What the receiver costs while nobody sends."""
    before = sum(process.cpu_times()[:2])
    time.sleep(3)
    print(
        f"at rest: {(sum(process.cpu_times()[:2]) - before) / 3:.2%} of a core, {process.memory_info().rss / 2**20:.0f} MiB"
    )


def machine_said(home: Path) -> None:
    print(
        f"{datetime.now():%Y-%m-%d %H:%M}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; clients on the same ones"
    )
    path, times = home / "fsync", []
    with path.open("wb") as file:
        for _ in range(50):
            start = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    print(f"a bare fsync of 4 KiB: median {statistics.median(times) * 1000:.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
