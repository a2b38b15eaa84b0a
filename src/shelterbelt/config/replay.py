"""`shelterbelt watch replay`: what watching would have told of a file of fixes, as JSON Lines.

It needs no node and no database, keeps nothing, and tells nobody. Vendors try their trackers with it.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from shelterbelt.config import nodes
from shelterbelt.config.processes import Fault
from shelterbelt.config.replay_files import Plan, Row, read_fixes, read_pairs, read_zones
from shelterbelt.config.watch_words import FAST
from shelterbelt.library.watching import Watching, watching
from shelterbelt.rules.frames import Heard, joined, unframed
from shelterbelt.rules.watches import PAIR, ZONE, Told, Watched, Watches

AT_ONCE = 4096
EVERY = 0.5  # seconds between two looks at how far it is
MOST_SHOWN = 20

Shown = tuple[int, Told]  # the place of the fix in its batch, -1 for none, and what was told


class Watcher(Protocol):
    """Whoever watches: the rules or the engine."""

    def expect(self, device: int, at_ms: int) -> None: ...
    def take(self, heard: list[Heard]) -> Iterable[Shown]: ...
    def due(self, at_ms: int) -> Iterable[Shown]: ...


class ByRules:
    """`rules.watches`, one fix after the other."""

    def __init__(self, ways: Watching, watched: Watched) -> None:
        self.watches = Watches(ways, watched)
        self.expect = self.watches.expect

    def take(self, heard: list[Heard]) -> Iterator[Shown]:
        """What each fix tells, as its frame has it."""
        for place, one in enumerate(unframed(joined(heard))):
            told = self.watches.take(one.device, one.fix, one.received_ms)
            yield from ((place, each) for each in told)

    def due(self, at_ms: int) -> Iterator[Shown]:
        """The silences until then."""
        return ((-1, told) for told in self.watches.due(at_ms))


class ByEngine:
    """`engines.watching`, batch by batch."""

    def __init__(self, ways: Watching, watched: Watched) -> None:
        from shelterbelt.config.caseload import ready

        ready()
        from shelterbelt.engines.watching import Engine, told_of

        self.engine, self.told_of = Engine(ways, watched), told_of
        self.expect = self.engine.expect

    def take(self, heard: list[Heard]) -> Iterator[Shown]:
        """What each fix of the batch tells."""
        return self._shown(self.engine.take(joined(heard)))

    def due(self, at_ms: int) -> Iterator[Shown]:
        """The silences until then."""
        return self._shown(self.engine.due(at_ms))

    def _shown(self, rows: Any) -> Iterator[Shown]:
        return zip((int(row) for row in rows["row"]), self.told_of(rows), strict=True)


def command(chosen: argparse.Namespace) -> int:
    """Watch the files that were named; the exit code."""
    os.environ["SHELTERBELT_HOME"] = str(nodes.home())
    if not (chosen.pairs or chosen.zones):
        raise Fault("There is nothing to watch: name --pairs, --zones or both.")
    plan = Plan()
    if chosen.pairs:
        read_pairs(chosen.pairs, plan)
    if chosen.zones:
        read_zones(chosen.zones, plan)
    if plan.shared:
        _name_devices(chosen.fixes, plan)
    watcher: Watcher = (ByEngine if chosen.engine == FAST else ByRules)(watching(), plan.watched())
    with chosen.fixes.open(encoding="utf-8", newline="") as file:
        _Replay(plan, watcher).run(read_fixes(chosen.fixes, file, plan))
    return 0


def _name_devices(path: Path, plan: Plan) -> None:
    """A zone that names no device is everybody's: then every device of the file is looked for first."""
    with path.open(encoding="utf-8", newline="") as file:
        for _ in read_fixes(path, file, plan):
            pass


class _Replay:
    """One run through a file: how far it is, and what it wrote."""

    def __init__(self, plan: Plan, watcher: Watcher) -> None:
        self.plan, self.watcher = plan, watcher
        self.seen = self.placeless = self.told = self.last_ms = 0
        self.looked = time.monotonic()
        self.expected: set[int] = set()

    def run(self, rows: Iterator[Row]) -> None:
        """Write what every fix tells, and at the end the silences until the last of them arrived."""
        while batch := list(islice(rows, AT_ONCE)):
            self._take(batch)
        self._write(self.watcher.due(self.last_ms), [])
        sys.stdout.flush()
        self._bar(end=True)
        line = f"{self.seen:,} fixes, {self.placeless:,} of them without a place; {self.told:,} lines told"
        print(f"shelterbelt: {line}.", file=sys.stderr)

    def _take(self, batch: list[Row]) -> None:
        heard, lines = [], []
        for row in batch:
            self.seen += 1
            self.last_ms = max(self.last_ms, row.received_ms)
            if row.device not in self.expected:
                self.expected.add(row.device)
                self.watcher.expect(row.device, row.received_ms)
            if row.fix is None:
                self._placeless(row)
            else:
                heard.append(Heard(row.device, row.received_ms, row.fix))
                lines.append(row.line)
        self._write(self.watcher.take(heard), lines)
        self._write(self.watcher.due(self.last_ms), [])
        self._bar()

    def _placeless(self, row: Row) -> None:
        self.placeless += 1
        if self.placeless <= MOST_SHOWN:
            print(f"shelterbelt: line {row.line}: {row.why}; it tells nothing.", file=sys.stderr)

    def _write(self, shown: Iterable[Shown], lines: list[int]) -> None:
        for place, told in shown:
            self.told += 1
            line = lines[place] if place >= 0 else None
            sys.stdout.write(json.dumps(self._words(told, line), ensure_ascii=False) + "\n")

    def _words(self, told: Told, line: int | None) -> dict[str, object]:
        names = {ZONE: self.plan.zones, PAIR: self.plan.pairs}.get(told.of, self.plan.devices).names
        at = datetime.fromtimestamp(told.ms / 1000, UTC).isoformat(timespec="milliseconds")
        return {
            "of": told.of,
            "watch": names[told.watch],
            "device": self.plan.devices.names[told.device],
            "kind": told.kind,
            "at": at.replace("+00:00", "Z"),
            "certainty": told.certainty,
            "metres": round(told.metres, 1),
            "taken_back": told.taken_back,
            "late_alone": told.late_alone,
            "line": line,
        }

    def _bar(self, *, end: bool = False) -> None:
        if sys.stderr.isatty() and (end or time.monotonic() - self.looked > EVERY):
            self.looked = time.monotonic()
            print(
                f"\r{self.seen:,} fixes, {self.told:,} told ",
                end="\n" if end else "",
                file=sys.stderr,
                flush=True,
            )
