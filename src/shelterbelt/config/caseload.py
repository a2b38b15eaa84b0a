"""`shelterbelt score` and `shelterbelt forecast`: a whole caseload through the engines, JSON Lines in and out.

They need no node and no database, keep nothing but compiled code, and a line that is wrong stops nothing.
"""

import argparse
import importlib.util
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from shelterbelt.config import nodes
from shelterbelt.config.processes import Fault
from shelterbelt.engines.kept import FOLDER, folder
from shelterbelt.library.assessments import Assessment, assessment, names, unsure
from shelterbelt.library.files import LibraryError
from shelterbelt.library.parameters import RETALIATION, parameters
from shelterbelt.rules.draws import draws

Rows = Iterator[tuple[int, bytes]]

NEEDS = "The engines need NumPy and Numba: run make engines (or pip install 'shelterbelt[engines]')."
EVERY = 0.2  # seconds between two looks at the progress bar
WIDE = 30


def score_command(chosen: argparse.Namespace) -> int:
    """Score every line of the input; the exit code is 1 when any line was wrong."""
    os.environ["SHELTERBELT_HOME"] = str(nodes.home())
    found = _instrument(chosen.instrument, chosen.of_version)
    ready()
    from shelterbelt.engines.answer_lines import Answers
    from shelterbelt.engines.lines import answered

    engine = Answers(found.instrument, found.digest, unsure=unsure(found), threads=_threads(chosen))
    return _streamed(lambda rows: answered(rows, engine.read, engine.work))


def forecast_command(chosen: argparse.Namespace) -> int:
    """Forecast every line of the input; the exit code is 1 when any line was wrong."""
    os.environ["SHELTERBELT_HOME"] = str(nodes.home())
    try:
        numbers = parameters(RETALIATION, chosen.of_version).parameters
    except LibraryError as fault:
        raise Fault(f"{fault}.") from fault
    ready()
    from shelterbelt.engines.lines import answered
    from shelterbelt.engines.timeline_lines import Timelines

    engine = Timelines(
        numbers,
        at=chosen.at,
        draws=draws(numbers, chosen.seed, chosen.draws),
        chances=chosen.for_calibration,
        threads=_threads(chosen),
    )
    return _streamed(lambda rows: answered(rows, engine.read, engine.work))


def _instrument(id: str, version: str | None) -> Assessment:
    versions = [of for name, of in names() if name == id]
    if not versions:
        raise Fault(f"There is no instrument {id!r}. `shelterbelt instruments list` shows them.")
    try:
        return assessment(id, version or max(versions, key=int))
    except LibraryError as fault:
        raise Fault(f"{fault}.") from fault


def _threads(chosen: argparse.Namespace) -> int:
    return chosen.threads or os.cpu_count() or 1


def ready() -> None:
    """See that engines can run, and keep what they compile in this installation's folder, where there is one."""
    if not all(importlib.util.find_spec(name) for name in ("numpy", "numba")):
        raise Fault(NEEDS)
    home = nodes.home()
    if not home.is_dir() or FOLDER in os.environ:
        return
    kept = folder(home / "engines")
    kept.parent.mkdir(exist_ok=True)
    kept.parent.chmod(0o700)  # what is kept is run: nobody else may write it
    for old in kept.parent.iterdir():
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)
    os.environ[FOLDER] = str(kept)


def _streamed(answers: Callable[[Rows], Iterable[tuple[bool, str]]]) -> int:
    from shelterbelt.engines.lines import numbered

    wrong, bar = 0, _Bar(sys.stdin.buffer)
    for fine, line in answers(bar.watched(numbered(sys.stdin.buffer.readline))):
        wrong += not fine
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
    bar.end()
    if wrong:
        print(f"shelterbelt: {wrong} of {bar.seen} lines were wrong; each has its answer.", file=sys.stderr)
    return 1 if wrong else 0


def _size(source: BinaryIO) -> int:
    """How many bytes there are to read, 0 where nobody can know."""
    try:
        found = os.fstat(source.fileno())
        return found.st_size - source.tell() if stat.S_ISREG(found.st_mode) else 0
    except (OSError, ValueError):
        return 0


class _Bar:
    """How far it is, on the terminal where somebody waits; a share only where the end is known."""

    def __init__(self, source: BinaryIO) -> None:
        self.shown = sys.stderr.isatty()
        self.seen, self.read = 0, 0
        self.of = _size(source)
        self.began = self.looked = time.monotonic()

    def watched(self, rows: Rows) -> Rows:
        for number, text in rows:
            self.seen, self.read = number, self.read + len(text)
            if self.shown and time.monotonic() - self.looked > EVERY:
                self.looked = time.monotonic()
                self._show()
            yield number, text

    def _show(self) -> None:
        rate = self.seen / max(self.looked - self.began, 1e-9)
        share = min(1.0, self.read / self.of) if self.of else None
        bar = "" if share is None else f"[{'#' * int(WIDE * share):{WIDE}}] {share:4.0%} "
        print(f"\r{bar}{self.seen:,} lines, {rate:,.0f} a second ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self.shown:
            self.looked = time.monotonic()
            self._show()
            print(file=sys.stderr)
