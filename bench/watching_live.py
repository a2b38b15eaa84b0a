"""Fixes from a wire at a fixed rate, decided by the engine beside their sender: how long from when each was due until told.

One process sends frames over a socket of this machine in ticks, the other decides. What it tells is compared with what one
engine tells of the same frames at once. Nothing here is made durable: `bench.ingest` says how long that takes.
"""

import argparse
import gc
import multiprocessing
import socket
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.caseload import keep_code
from bench.watching import twin, usual_ways

FRAME_BYTES = 48
MOST = 1 << 22
START = 200_000  # microseconds until the first fix is due


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rates", type=int, nargs="*", default=[100_000, 300_000])
    parser.add_argument("--tick", type=float, default=0.001, help="seconds from one sending to the next")
    chosen = parser.parse_args(words)
    keep_code()
    from bench.watching_stream import country
    from shelterbelt.engines.watching import Engine
    from shelterbelt.rules.watches import Watched

    made = country(chosen.pairs, max(chosen.rates) * chosen.seconds)
    new, good = Engine(usual_ways(), made.watched), True
    # Read from disk, as a watch does before its first turn.
    Engine(usual_ways(), Watched()).take(made.frames[:10].tobytes())
    print("\nWatching, from the wire")
    for rate in chosen.rates:
        good &= live(new, made.frames[: rate * chosen.seconds], rate, chosen.tick)
    return 0 if good else 1


def live(new: Any, frames: Any, rate: int, tick: float) -> bool:
    """One rate: says how long it took, and whether the same was told as at once."""
    mine, theirs = socket.socketpair()
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST)
    after = np.arange(len(frames)) * 1_000_000 // rate  # microseconds from the beginning
    sender = multiprocessing.get_context("fork").Process(
        target=send, args=(theirs, frames, after, rate, tick)
    )
    sender.start()
    theirs.close()
    # A fork shares its memory until somebody writes: what the engine writes in must be its own before the first fix.
    engine = twin(new)
    gc.collect()
    gc.disable()
    begun = time.monotonic_ns() // 1000 + START
    mine.sendall(begun.to_bytes(8, "little"))
    due = begun + after  # of this machine's clock
    late, told, rows, places, kept, at = [], [], [], [], b"", 0
    while block := mine.recv(MOST):
        kept += block
        whole = len(kept) // FRAME_BYTES
        found = engine.take(kept[: whole * FRAME_BYTES])
        spent = time.monotonic_ns() // 1000 - due[at : at + whole]
        late.append(spent)
        places.append(found["row"] + at)
        kept, at = kept[whole * FRAME_BYTES :], at + whole
        told.append(spent[found["row"]])
        rows.append(found)
    gc.enable()
    sender.join()
    # The first fifth finds states that nothing was said of yet, and memory that nobody asked for.
    every, shown = np.concatenate(late) / 1000, np.concatenate(told) / 1000
    first = len(frames) // 5
    warm = np.concatenate(places) >= first
    for name, spans in (
        ("the first fifth", every[:first]),
        ("then all", every[first:]),
        ("what told something", shown[warm]),
    ):
        middle, high, most = np.percentile(spans, [50, 99, 99.9])
        spread = f"p50 {middle:.2f} ms, p99 {high:.2f}, p99.9 {most:.2f}, most {spans.max():.1f}"
        print(f"  {rate:,} a second, {name}: {spread}")
    good = at == len(frames) and same(np.concatenate(rows), twin(new).take(frames))
    words = "equal" if good else "NOT EQUAL"
    print(f"  {words}: {sum(map(len, rows)):,} things told, beside all at once", flush=True)
    return good


def send(wire: Any, frames: Any, after: Any, rate: int, tick: float) -> None:
    """Send what is due, a tick at a time and never before its time, once it was told when to begin."""
    due = int.from_bytes(wire.recv(8), "little") + after
    data, many, at = memoryview(frames.tobytes()), max(1, int(rate * tick)), 0
    while at < len(frames):
        until = min(len(frames), at + many)
        wait = (int(due[until - 1]) - time.monotonic_ns() // 1000) / 1e6
        if wait > 0:
            time.sleep(wait)
        wire.sendall(data[FRAME_BYTES * at : FRAME_BYTES * until])
        at = until
    wire.close()


def same(one: Any, two: Any) -> bool:
    """This function will say whether two told the same, wherever each lay in its batch."""
    names = [name for name in one.dtype.names if name != "row"]
    return sorted(one[names].tolist()) == sorted(two[names].tolist())


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
