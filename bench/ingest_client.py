"""Sends fixes as devices and vendors do, over connections that stay open, and notes how long each waited to be durable.

A process of its own: `python -m bench.ingest_client` reads what to send from its standard input and writes what it saw.
"""

import base64
import json
import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

FRAME = struct.Struct("<qqddffIbBH")


@dataclass
class Seen:
    """What one connection was told: seconds for each answer, how many fixes were taken, and what was refused or put off."""

    waits: list[float] = field(default_factory=list)
    taken: int = 0
    other: int = 0


class Line:
    """One connection, which is made anew when it breaks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> int:
        """The status of the answer; 0 where there was none."""
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.sendall(request)
            return self._answer(self.socket)
        except (OSError, ValueError):
            self.close()
            return 0

    def _answer(self, line: socket.socket) -> int:
        found = b""
        while not found.endswith(b"\r\n\r\n[]"):
            part = line.recv(4096)
            if not part:
                raise ValueError("it broke off")
            found += part
        return int(found[9:12])

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


def post(path: str, authorization: str, body: bytes) -> bytes:
    """A request as a device makes it."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def request(way: str, secret: str, devices: list[int], turn: int) -> bytes:
    """One request: a batch of a fix for each device, or a single one."""
    ms = round(time.time() * 1000)
    if way == "frames":
        rows = (
            FRAME.pack(ms - n % 1000, 0, 40 + turn % 1000 / 1e4, -105 + n / 1e6, 8.0, 1.5, n, 80, 0, 0)
            for n in devices
        )
        return post("/fixes/frames", f"Bearer {secret}", b"".join(rows))
    if way == "json":
        told = [
            {
                "device": n,
                "at": ms - n % 1000,
                "latitude": 40 + turn % 1000 / 1e4,
                "longitude": -105 + n / 1e6,
                "metres": 8,
            }
            for n in devices
        ]
        return post("/fixes/json", f"Bearer {secret}", json.dumps({"fixes": told}).encode())
    if way == "osmand":
        path = f"/fixes/osmand?id={secret}&lat={40 + turn % 1000 / 1e4}&lon=-105.01&timestamp={ms}&accuracy=8&speed=2&batt=80"
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    told_one = {
        "_type": "location",
        "lat": 40 + turn % 1000 / 1e4,
        "lon": -105.01,
        "tst": ms // 1000,
        "acc": 8,
        "vel": 4,
    }
    word = base64.b64encode(f"phone:{secret}".encode()).decode()
    return post("/fixes/owntracks", f"Basic {word}", json.dumps(told_one).encode())


def drive(told: dict[str, Any], number: int, seen: Seen) -> None:
    """One connection: as fast as it is answered, or at its share of a rate."""
    line, devices = Line(told["port"]), told["devices"]
    size, every = told["size"], told["every"]
    secrets = told["secrets"][number :: told["lines"]]
    begun = time.perf_counter()
    turn = number
    if told["way"] == "frames":
        ready = [request("frames", secrets[0], chosen(devices, number + k, size), k) for k in range(20)]
    while (now := time.perf_counter()) - begun < told["seconds"]:
        if every:
            due = begun + every * (turn - number + number / told["lines"])
            if due > now:
                time.sleep(due - now)
        asked = (
            ready[turn % 20]
            if told["way"] == "frames"
            else request(told["way"], secrets[turn % len(secrets)], chosen(devices, turn, size), turn)
        )
        start = time.perf_counter()
        status = line.ask(asked)
        if status == 200:
            seen.waits.append(time.perf_counter() - start)
            seen.taken += size
        else:
            seen.other += 1
        turn += 1
    line.close()


def chosen(devices: list[int], turn: int, size: int) -> list[int]:
    """The devices of one batch."""
    if not devices:
        return []
    start = turn * size % len(devices)
    return (devices + devices)[start : start + size]


def main() -> None:
    told = json.loads(sys.stdin.read())
    seen = [Seen() for _ in range(told["lines"])]
    threads = [threading.Thread(target=drive, args=(told, n, seen[n])) for n in range(told["lines"])]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - begun,
                "taken": sum(one.taken for one in seen),
                "other": sum(one.other for one in seen),
                "waits": sorted(wait for one in seen for wait in one.waits),
            }
        )
    )


if __name__ == "__main__":
    main()
