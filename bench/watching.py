"""A country's fixes through the engine of watching, beside PostGIS, Redis, Shapely, plain Python and C on the same stream.

What is timed is compared first. Peers are asked less than the engine does: zones by place and nearness, without states,
accuracies, crossings, signals or late fixes. Says plainly which peer is not installed. Needs root for PostGIS.
"""

import argparse
import copy
import gc
import importlib.util
import os
import platform
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.caseload import keep_code
from bench.machine import spread
from bench.watching_stream import SPREAD, country

MOST = 64
SAMPLES = {
    "PostGIS, a fix": 3_000,
    "PostGIS, batches": 30_000,
    "Redis GEO": 5_000,
    "Shapely": 200_000,
    "plain Python": 40_000,
}
GOALS: dict[str, float] = {
    "C with states": 0.7,
    "PostGIS, a fix": 1000,
    "PostGIS, batches": 150,
    "Shapely": 25,
    "plain Python": 30,
}
BATCH = 100_000


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--fixes", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=int, default=200_000, help="fixes that rules and engine both decide")
    parser.add_argument("--spread", type=float, default=SPREAD, help="degrees over which homes lie")
    parser.add_argument("--without", nargs="*", default=[], choices=("postgis", "redis", "shapely", "rules"))
    chosen = parser.parse_args(words)
    keep_code()
    return 0 if Bench(chosen).run() else 1


def usual_ways() -> Any:
    """The numbers of watching that the library has, with as many late fixes kept as a country needs."""
    from shelterbelt.library.watching import watching

    usual = watching()
    parts = {name: replace(getattr(usual, name), most=MOST) for name in ("zone", "pair", "device")}
    return replace(usual, **parts)


def twin(engine: Any) -> Any:
    """This function will copy an engine with everything it writes in; what is watched, which nobody changes, is shared."""
    return copy.deepcopy(engine, {id(engine.watched): engine.watched})


def say(line: str) -> None:
    print(f"  {line}", flush=True)


class Bench:
    """One run; times are fixes a second by peer."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        names = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba"))
        machine = f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
        print(f"\nWatching\n  Python {platform.python_version()}, {names}, {machine}")
        self.chosen, self.rates, self.wrong = chosen, {}, 0
        self.halves: list[Any] = []
        self.ways = usual_ways()
        self.made = country(chosen.pairs, chosen.fixes, spread=chosen.spread)
        sizes = (
            f"{chosen.pairs:,} pairs, {len(self.made.watched.zones):,} zones, {len(self.made.frames):,} fixes"
        )
        say(f"{sizes} over {chosen.spread:g} degrees, 1 in 100 late, 1 in 100 twice")

    def run(self) -> bool:
        self.cold()
        if "rules" not in self.chosen.without:
            self.agree()
        peers = self.peers()
        try:
            for _ in range(self.chosen.rounds):
                for name, peer, many in peers:
                    self.peer(name, peer, many)
                    self.engine(f"engine beside {name}", max(many, min(self.chosen.fixes, 300_000)))
                self.engine("engine, one core", len(self.made.frames))
                self.two_cores()
            self.told()
        finally:
            for one in {id(peer.__self__): peer.__self__ for _, peer, _ in peers}.values():
                if hasattr(one, "end"):
                    one.end()
        return not self.wrong

    def cold(self) -> None:
        from shelterbelt.engines.watching import Engine
        from shelterbelt.rules.watches import Watched

        begun = time.perf_counter()
        self.new = Engine(self.ways, self.made.watched)
        built = time.perf_counter()
        Engine(self.ways, Watched()).take(self.made.frames[:10])
        say(
            f"built in {built - begun:.1f} s; first call, compiled or read from disk: {time.perf_counter() - built:.1f} s"
        )

    def agree(self) -> None:
        """The whole list of what is told, of the first fixes, by rules and by engine."""
        from shelterbelt.engines.watching import Engine, told_of
        from shelterbelt.rules.frames import unframed
        from shelterbelt.rules.watches import Watches

        frames = self.made.frames[: self.chosen.sample]
        rules, engine = Watches(self.ways, self.made.watched), Engine(self.ways, self.made.watched)
        begun = time.perf_counter()
        wanted = [
            told
            for one in unframed(frames.tobytes())
            for told in rules.take(one.device, one.fix, one.received_ms)
        ]
        self.rates.setdefault("rules", []).append(len(frames) / (time.perf_counter() - begun))
        found = told_of(engine.take(frames))
        self.check(
            f"{len(wanted):,} things told of {len(frames):,} fixes by rules and engine",
            sorted(wanted) == sorted(found),
        )

    def check(self, what: str, good: bool) -> None:
        say(f"{'equal' if good else 'NOT EQUAL'}: {what}")
        self.wrong += not good

    def peers(self) -> list[tuple[str, Callable[[Any], Any], int]]:
        from bench import watching_peers as other

        kernel, many = other.Kernel(self.made), len(self.made.frames)
        found: list[tuple[str, Callable[[Any], Any], int]] = [
            ("C", kernel.run, many),
            ("C with states", kernel.states, many),
        ]
        if "shapely" not in self.chosen.without and importlib.util.find_spec("shapely"):
            say(f"shapely {version('shapely')}")
            found += [
                ("Shapely", other.Shapely(self.made).run, 0),
                ("plain Python", other.Python(self.made).run, 0),
            ]
        else:
            say("left out: Shapely is not installed, so plain Python is not as good as it could be")
        if (
            "redis" not in self.chosen.without
            and importlib.util.find_spec("redis")
            and shutil.which("redis-server")
        ):
            found.append(("Redis GEO", other.Redis(self.made).run, 0))
        else:
            say("left out: Redis (server or client) is not installed")
        if "postgis" not in self.chosen.without and other.POSTGRES.exists() and os.geteuid() == 0:
            postgis = other.PostGIS(self.made)
            say(str(postgis.client.execute("select postgis_full_version()").fetchone()[0])[:60])
            found += [("PostGIS, a fix", postgis.run, 0), ("PostGIS, batches", postgis.batches, 0)]
        else:
            say("left out: PostgreSQL 15 with PostGIS is not installed, or this is not root")
        self.kernel = found[0][1]
        return [(name, run, min(many or SAMPLES[name], len(self.made.frames))) for name, run, many in found]

    def peer(self, name: str, run: Callable[[Any], Any], many: int) -> None:
        """One run of a peer on the first fixes; its counts are those of C on the same."""
        frames = self.made.frames[:many]
        gc.collect()
        if hasattr(getattr(run, "__self__", None), "last") and name == "plain Python":
            run.__self__.last.clear()
        begun = time.perf_counter()
        inside, near = run(frames)
        self.rates.setdefault(name, []).append(many / (time.perf_counter() - begun))
        if name == "C" or len(self.rates[name]) > 1:
            return
        if name == "C with states":
            say(
                f"C with states: silences, zones, nearness, closing told {self.kernel.__self__.told}; late fixes dropped"
            )  # type: ignore[attr-defined]
            return
        wanted = self.kernel(frames)
        if name == "Redis GEO":
            say(
                f"Redis GEO: circles alone, {inside:,} of the {wanted[0]:,} in zones, {near:,} near where C finds {wanted[1]:,}"
            )
            return
        good = inside == wanted[0] and near in (-1, wanted[1])
        self.check(
            f"{name} on {many:,} fixes: {inside:,} in zones, {'zones alone' if near < 0 else f'{near:,} near'}",
            good,
        )

    def engine(self, name: str, many: int) -> None:
        engine = twin(self.new)
        frames = self.made.frames[:many]
        engine.take(frames[: BATCH // 2])
        gc.collect()
        begun = time.perf_counter()
        for at in range(BATCH // 2, many, BATCH):
            engine.take(frames[at : at + BATCH])
        self.rates.setdefault(name, []).append((many - BATCH // 2) / (time.perf_counter() - begun))

    def two_cores(self) -> None:
        """Two engines, each with half of the pairs and their fixes: partitions of one log."""
        from shelterbelt.engines.watching import Engine
        from shelterbelt.rules.watches import Watched

        frames, engines, parts = self.made.frames, [], []
        for half in (0, 1):
            if half == len(self.halves):
                zones = tuple(one for one in self.made.watched.zones if one[1] // 2 % 2 == half)
                pairs = tuple(one for one in self.made.watched.pairs if one[0] % 2 == half)
                self.halves.append(Engine(self.ways, Watched(zones, pairs)))
            engines.append(twin(self.halves[half]))
            parts.append(frames[frames["device"] // 2 % 2 == half])
            engines[half].take(parts[half][: BATCH // 2])
        gc.collect()
        begun = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(_through, *one) for one in zip(engines, parts, strict=True)]:
                done.result()
        self.rates.setdefault("engine, two cores", []).append(
            (len(frames) - BATCH) / (time.perf_counter() - begun)
        )

    def told(self) -> None:
        print("\n  fixes a second (median, least to most)")
        for name, rates in self.rates.items():
            say(f"{name:32} {spread(rates)}")
        print("\n  times as fast, in the same round: engine on one core, which does more")
        for name, rates in self.rates.items():
            beside = self.rates.get(f"engine beside {name}")
            if not beside:
                continue
            ratios = [mine / theirs for mine, theirs in zip(beside, rates, strict=True)]
            goal = (
                f"goal {GOALS[name]:,}: {'met' if statistics.median(ratios) >= GOALS[name] else 'MISSED'}"
                if name in GOALS
                else ""
            )
            say(f"{name:32} {spread(ratios, ',.2f')} {goal}")
        print("\n  times as fast: C with states, which drops what is late; median beside median")
        most = statistics.median(self.rates["C with states"])
        for name in GOALS:
            if name in self.rates and name != "C with states":
                say(f"{name:32} {most / statistics.median(self.rates[name]):,.2f}")


def _through(engine: Any, frames: Any) -> None:
    for at in range(BATCH // 2, len(frames), BATCH):
        engine.take(frames[at : at + BATCH])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
