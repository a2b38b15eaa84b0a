"""A whole caseload: five instruments scored in one pass and forecast at five horizons, beside three ways to do the same.

The reference is `rules`, one case after another, on a sample. Every answer that is timed is compared first.
"""

import argparse
import gc
import importlib.util
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import caseload_cases as cases_made
from bench.caseload_cases import AT, INSTRUMENTS, Cases, answers_of, timeline_of
from shelterbelt.engines.kept import FOLDER, folder

DRAWN = 20_000
DRAWS = 100
MOST_MEMORY = 4 << 30
SPARE = 1.25  # between the cheapest and the dearest case of four sizes
PARTS = ("linear", "pandas", "duckdb", "intervals")
GET = "Install them in an environment of its own: pip install '.[engines,bench]'"


def keep_code() -> None:
    """Compiled code stays where the tests keep theirs, so that a second run starts warm."""
    here = Path(__file__).resolve().parents[1] / ".numba_cache"
    os.environ.setdefault(FOLDER, str(folder(here)))


class Bench:
    """One run. Times are by name of what ran, in seconds; parts of it are named after it."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        from shelterbelt.engines.numbers import Numbers
        from shelterbelt.library.parameters import parameters

        self.chosen = chosen
        self.parameters = parameters().parameters
        self.numbers = Numbers.of(self.parameters)
        self.times: dict[str, list[float]] = {}
        self.met: list[bool] = []
        begun = time.perf_counter()
        self.made = cases_made.cases(chosen.cases, self.parameters)
        rows = sum(len(part[1]) for part in (self.made.timelines.happenings, self.made.timelines.spells))
        say(
            f"{chosen.cases:,} made-up cases: {self.made.answers.shape[1]} answers to {len(INSTRUMENTS)} instruments "
            f"and {rows / chosen.cases:.1f} rows of timeline each, made in {time.perf_counter() - begun:.0f} s"
        )

    def engine(self, made: Cases, threads: int, name: str = "") -> tuple[Any, Any]:
        """Both halves of the work, timed under a name where there is one."""
        from shelterbelt.engines.hazard import forecast_many
        from shelterbelt.engines.scoring import score_many

        return self.both(
            name,
            lambda: score_many(made.table, made.answers, threads=threads),
            lambda: forecast_many(self.numbers, made.timelines, threads=threads),
        )

    def both(self, name: str, score: Callable[[], Any], forecast: Callable[[], Any]) -> tuple[Any, Any]:
        gc.collect()
        begun = time.perf_counter()
        scored = score()
        between = time.perf_counter()
        told = forecast()
        ended = time.perf_counter()
        for part, took in (
            (name, ended - begun),
            (f"{name}, scores", between - begun),
            (f"{name}, forecasts", ended - between),
        ):
            self.times.setdefault(part, []).append(took)
        return scored, told

    def compile(self) -> None:
        """What the first call costs; it is in no other figure."""
        begun = time.perf_counter()
        self.engine(self.made.some(200), 1)
        say(
            f"first call (compiled, or read from disk where a run before kept it): {time.perf_counter() - begun:.1f} s"
        )

    def rules(self) -> tuple[list[Any], list[Any]]:
        """The reference on the first cases, which are given to it as it takes them."""
        from shelterbelt.rules.hazard import chances
        from shelterbelt.rules.scoring import detect, score
        from shelterbelt.rules.sheets import Danger

        instruments = self.made.table.instruments
        sample = range(min(self.chosen.sample, len(self.made)))
        given = [[answers_of(self.made, i, s) for s in range(len(instruments))] for i in sample]
        lines = [timeline_of(self.made, i, self.parameters) for i in sample]
        return self.both(
            "rules",
            lambda: [
                [
                    score(one, said) if isinstance(one, Danger) else detect(one, said)
                    for one, said in zip(instruments, row, strict=True)
                ]
                for row in given
            ],
            lambda: [chances(self.parameters, line, at=AT) for line in lines],
        )

    def main_part(self) -> None:
        """Engine and reference in turn."""
        from bench.caseload_agree import with_rules

        for _ in range(self.chosen.rounds):
            for threads in (1, 2):
                found = None
                found = self.engine(self.made, threads, f"engine {threads}")
            scored, told = self.rules()
        assert found is not None
        wrong = with_rules(self.made, found, scored, told, self.parameters)
        self.agree("rules", len(told), wrong)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        self.found = found
        for threads in (1, 2):
            took = statistics.median(self.times[f"engine {threads}"])
            say(
                f"engine, {threads} thread(s): {took:.2f} s, {len(self.made) / took:,.0f} cases a second "
                f"({self.halves(f'engine {threads}')})"
            )
        self.ratio("rules", "engine 1", len(told), "rules, one core beside one", 50)
        self.ratio("rules", "engine 2", len(told), "rules, one core beside two", 100)
        fine = peak < MOST_MEMORY
        self.met.append(fine)
        say(
            f"most memory of this process, with cases and answers: {peak / (1 << 30):.2f} GiB, target under 4: "
            f"{'met' if fine else 'MISSED'}"
        )

    def agree(self, name: str, many: int, wrong: int) -> None:
        say(f"\n{name}: {many:,} cases compared, {wrong} different")
        if wrong:
            raise SystemExit(f"{name} and the engine answer differently: no figure")

    def pandas(self) -> None:
        """Columns and joins on one core, beside one core of ours."""
        from bench import caseload_frames
        from bench.caseload_agree import with_frames

        some = self.made.some(min(self.chosen.pandas_cases, len(self.made)))
        for _ in range(self.chosen.rounds):
            found = self.both(
                "pandas",
                lambda: caseload_frames.scores(some),
                lambda: caseload_frames.forecasts(some, self.parameters),
            )
            self.engine(some, 1, "beside pandas")
        self.agree("pandas", len(some), with_frames(some, self.found, *found))
        self.ratio("pandas", "beside pandas", len(some), "pandas, one core beside one", 1, len(some))

    def duckdb(self) -> None:
        """SQL on both cores, beside both of ours."""
        from bench.caseload_agree import with_sql
        from bench.caseload_sql import Base

        some = self.made.some(min(self.chosen.duckdb_cases, len(self.made)))
        base = Base(some, self.parameters, threads=2)
        for _ in range(self.chosen.rounds):
            self.both("duckdb", base.scores, base.forecasts)
            self.engine(some, 2, "beside duckdb")
        self.agree("DuckDB", len(some), with_sql(base, self.found))
        self.ratio("duckdb", "beside duckdb", len(some), "DuckDB, two cores beside two", 3, len(some))
        base.link.close()

    def halves(self, name: str) -> str:
        scores, forecasts = (
            statistics.median(self.times[f"{name}, {part}"]) for part in ("scores", "forecasts")
        )
        return f"{scores:.2f} s scores, {forecasts:.2f} s forecasts"

    def ratio(self, peer: str, engine: str, many: int, what: str, target: float, ours: int = 0) -> None:
        """How many times as fast a case is; the peer did `many` cases, the engine `ours` or all."""
        scale = (ours or len(self.made)) / many
        fine = self._times(peer, engine, scale)[0] >= target
        self.met.append(fine)
        middle, least, most = self._times(peer, engine, scale)
        parts = ", ".join(
            f"{part} {self._times(f'{peer}, {part}', f'{engine}, {part}', scale)[0]:.1f}"
            for part in ("scores", "forecasts")
        )
        took = statistics.median(self.times[peer])
        say(
            f"{what}: {middle:.1f} times as fast ({least:.1f} to {most:.1f}; {parts}), target {target:g}: "
            f"{'met' if fine else 'MISSED'}\n    it took {took:.2f} s for {many:,} cases ({self.halves(peer)})"
        )

    def _times(self, peer: str, engine: str, scale: float) -> tuple[float, float, float]:
        theirs, ours = self.times[peer], self.times[engine]
        return (
            statistics.median(theirs) * scale / statistics.median(ours),
            min(theirs) * scale / max(ours),
            max(theirs) * scale / min(ours),
        )

    def linear(self) -> None:
        """The cost of a case at four sizes, in turn."""
        sizes = [len(self.made) // share for share in (8, 4, 2, 1)]
        for _ in range(self.chosen.rounds):
            for many in sizes:
                self.engine(self.made.some(many), 1, f"linear {many}")
        say("\ncost of a case by size, one core:")
        each = []
        for many in sizes:
            costs = [took / many * 1e9 for took in self.times[f"linear {many}"]]
            each.append(statistics.median(costs))
            say(f"    {many:>9,} cases: {each[-1]:,.0f} ns a case ({min(costs):,.0f} to {max(costs):,.0f})")
        fine = max(each) <= SPARE * min(each)
        self.met.append(fine)
        say(f"    linear, dearest at most {SPARE:g} times the cheapest: {'met' if fine else 'MISSED'}")

    def intervals(self) -> None:
        """The forecast with its draws, apart from every figure above."""
        from shelterbelt.engines.hazard import forecast_many
        from shelterbelt.engines.numbers import Numbers
        from shelterbelt.rules.draws import draws
        from shelterbelt.rules.hazard import chances

        drawn = draws(self.parameters, 1, DRAWS)
        numbers = Numbers.of(self.parameters, drawn)
        some = self.made.some(min(DRAWN, len(self.made)))
        forecast_many(numbers, some.some(50).timelines)
        begun = time.perf_counter()
        forecast_many(numbers, some.timelines, threads=2)
        ours = (time.perf_counter() - begun) / len(some)
        lines = [timeline_of(self.made, i, self.parameters) for i in range(30)]
        begun = time.perf_counter()
        for line in lines:
            chances(self.parameters, line, at=AT, draws=drawn)
        theirs = (time.perf_counter() - begun) / len(lines)
        say(
            f"\nintervals of {DRAWS} draws, apart from all figures above: two cores {1 / ours:,.0f} cases a second "
            f"(on {len(some):,}), {theirs / ours:,.0f} times rules on one (on {len(lines)}); no target"
        )


def say(line: str) -> None:
    print(line, flush=True)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=1500, help="cases of the reference, scaled")
    parser.add_argument("--pandas-cases", type=int, default=200_000, help="cases of pandas, scaled")
    parser.add_argument("--duckdb-cases", type=int, default=1_000_000, help="cases of DuckDB, scaled")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", nargs="*", default=[], choices=PARTS)
    chosen = parser.parse_args(words)
    wanted = ["numpy", "numba", *({"pandas", "duckdb"} - set(chosen.without))]
    missing = [name for name in wanted if not importlib.util.find_spec(name)]
    if missing:
        say(f"Needed and missing: {', '.join(missing)}. {GET} (or leave peers out: --without pandas duckdb).")
        return 1
    keep_code()
    versions = ", ".join(f"{name} {version(name)}" for name in wanted)
    say(f"Python {platform.python_version()}, {versions}")
    say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    run = Bench(chosen)
    run.compile()
    run.main_part()
    for part in PARTS:
        if part not in chosen.without:
            getattr(run, part)()
    say(f"\nload {os.getloadavg()[0]:.1f}; {'every target met' if all(run.met) else 'a target was MISSED'}")
    return 0 if all(run.met) else 1


if __name__ == "__main__":
    sys.exit(main())
