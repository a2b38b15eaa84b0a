"""A vendor's machine: frames of many trackers at a steady rate, each batch sent again as it was until it is acknowledged.

A process of its own. It reads what to send from its standard input, and sends until that is closed; then what is left. Each
acknowledged batch lies in a file, with the instant; its figures are its standard output.
"""

import json
import queue
import random
import struct
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from bench.ingest_client import Line, post
from shelterbelt.engines.intake import FRAME
from shelterbelt.rules.frames import SIZE

# The middle of every judge's place, metres of a degree of latitude, and the way there and back: how near, how far, how often.
HOME, DEGREE = (41.8781, -87.6298), 111_195.0
NEAR, FAR, SPAN_MS = 150.0, 1050.0, 90_000
ROUGH = np.array([5.0, 5.0, 10.0, 20.0, 60.0], np.float32)
LATE, DOUBLED = 0.02, 0.01
HEAD = struct.Struct("<qI")


@dataclass
class Kept:
    """What was told to this client: batches that are acknowledged, tries that were not, and the longest wait for anything."""

    file: BinaryIO
    batches: int = 0
    fixes: int = 0
    again: int = 0
    answers: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledged(self, body: bytes) -> None:
        with self.lock:
            self.file.write(HEAD.pack(round(time.time() * 1000), len(body)) + body)
            self.file.flush()
            self.batches += 1
            self.fixes += len(body) // SIZE
            self.answers.append(time.time())


class Ways:
    """Where everybody is: those who are watched go to and fro over an edge, all others stay about far away."""

    def __init__(self, watched: list[int], others: list[int], seed: int) -> None:
        self.numbers = np.array([*watched, *others], np.uint32)
        self.watched, self.turn = len(watched), 0
        self.chance = np.random.default_rng(seed)
        self.phase = self.chance.random(len(self.numbers))

    def some(self, count: int, ms: int) -> "np.ndarray[Any, Any]":
        """The next trackers in their turn, at an instant that each has but once."""
        which = (self.turn + np.arange(count)) % len(self.numbers)
        self.turn += count
        found = np.zeros(count, FRAME)
        found["ms"], found["device"] = ms - self.chance.integers(0, 40, count), self.numbers[which]
        around = np.cos(2 * np.pi * (found["ms"] % SPAN_MS / SPAN_MS + self.phase[which]))
        metres = (NEAR + FAR) / 2 + (FAR - NEAR) / 2 * around
        away = np.where(which < self.watched, metres, 20_000 + 100 * self.phase[which])
        found["latitude"], found["longitude"] = HOME[0] + away / DEGREE, HOME[1]
        found["metres"], found["speed"], found["battery"] = self.chance.choice(ROUGH, count), -1, 80
        return found


def offer(told: dict[str, Any], over: threading.Event, waiting: "queue.Queue[bytes | None]") -> int:
    """Batches by the clock, whether the ones before are acknowledged or not; some fixes come late, some twice. How many fixes."""
    ways, late = Ways(told["watched"], told["others"], told["seed"]), np.zeros(0, FRAME)
    size, begun, made, turn = told["size"], time.monotonic(), 0, 0
    while not over.is_set():
        time.sleep(max(0.0, begun + turn * size / told["rate"] - time.monotonic()))
        turn += 1
        fixes = ways.some(size, round(time.time() * 1000) - 50)
        chance = ways.chance.random(size)
        held = chance < LATE
        twice = fixes[chance > 1 - DOUBLED]
        goes = late if turn % 40 == 0 else late[:0]
        late = np.concatenate((late[len(goes) :], fixes[held]))
        made += size
        waiting.put(np.concatenate((fixes[~held], twice, goes)).tobytes())
    waiting.put(late.tobytes())
    return made


def drive(told: dict[str, Any], waiting: "queue.Queue[bytes | None]", kept: Kept, seed: int) -> None:
    """One connection: the next batch, until it is acknowledged."""
    line, chance = Line(told["port"]), random.Random(seed)
    while (body := waiting.get()) is not None:
        asked = post("/fixes/frames", f"Bearer {told['secret']}", body)
        while line.ask(asked) != 200:
            with kept.lock:
                kept.again += 1
            time.sleep(chance.uniform(0.05, 0.2))
        kept.acknowledged(body)
    line.close()


def main() -> None:
    told = json.loads(sys.stdin.readline())
    over, waiting = threading.Event(), queue.Queue[bytes | None]()
    with Path(told["file"]).open("wb") as file:
        kept = Kept(file)
        crew = [
            threading.Thread(target=drive, args=(told, waiting, kept, told["seed"] + n))
            for n in range(told["lines"])
        ]
        for one in crew:
            one.start()
        threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
        begun = time.time()
        made, offered = offer(told, over, waiting), time.time() - begun
        for _ in crew:
            waiting.put(None)
        for one in crew:
            one.join()
    print(json.dumps({"made": made, "seconds": offered, "drained": time.time() - begun - offered,
                      "batches": kept.batches, "fixes": kept.fixes, "again": kept.again,
                      "answers": kept.answers}))  # fmt: skip


if __name__ == "__main__":
    main()
