"""`shelterbelt calibrate`: holds what came against what was forecast, says what moved, and refits when asked.

It needs no node and no database, changes no level and no forecast, and keeps a refit as a version of its own.
"""

import argparse
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shelterbelt.config import nodes
from shelterbelt.config.processes import Fault
from shelterbelt.library import assessments, observed
from shelterbelt.library.files import LibraryError
from shelterbelt.library.parameters import LOCAL, Published, parameters
from shelterbelt.measures.observed import Case
from shelterbelt.rules.kernels import Process
from shelterbelt.rules.reasons import Reason

if TYPE_CHECKING:
    from shelterbelt.measures.drift import Norm
    from shelterbelt.measures.refit import Refit
    from shelterbelt.measures.report import Report

NEEDS = "Calibrating needs NumPy: run make engines (or pip install 'shelterbelt[engines]')."


def command(chosen: argparse.Namespace) -> int:
    """Print the report; with --refit also keep what was learned. The exit code is 1 when nothing was kept."""
    if importlib.util.find_spec("numpy") is None:
        raise Fault(NEEDS)
    if chosen.every < 1:
        raise Fault("--every is a whole number of days, at least 1.")
    os.environ["SHELTERBELT_HOME"] = str(nodes.home())
    base = _called(chosen.parameters)
    if chosen.refit and LOCAL in base.parameters.version:
        raise Fault("A refit begins from a published version; from another refit its data would count twice.")
    cases = _cases(chosen.file, base)
    return _answered(chosen, base, cases)


def _answered(chosen: argparse.Namespace, base: Published, cases: tuple[Case, ...]) -> int:
    from shelterbelt.config import calibration_text as text
    from shelterbelt.measures.report import report

    with _told() as told:
        found = report(base.parameters, cases, every=chosen.every, norms=_norms(cases), told=told)
    learned = _learned(base, found, checked=chosen.reporting_checked) if chosen.refit else None
    kept = _kept(base, found, learned) if learned is not None else ""
    if chosen.json:
        print(json.dumps(text.as_data(found, base, learned, kept), ensure_ascii=False, indent=1))
    else:
        print("\n".join(text.lines(found, base, learned, kept)))
    return 1 if learned is not None and not kept else 0


def _called(version: str) -> Published:
    try:
        return parameters(version=version)
    except LibraryError as fault:
        raise Fault(f"{fault}.") from fault


def _cases(file: Path | None, base: Published) -> tuple[Case, ...]:
    try:
        if file is None:
            found = tuple(observed.cases(sys.stdin, base.parameters))
        else:
            with file.open(encoding="utf-8") as lines:
                found = tuple(observed.cases(lines, base.parameters))
    except LibraryError as fault:
        raise Fault(f"{file or 'standard input'}, {fault}.") from fault
    except UnicodeDecodeError:
        raise Fault(f"{file or 'standard input'}: it is not UTF-8.") from None
    if not found:
        raise Fault(f"{file or 'standard input'}: there is no case in it.")
    return found


def _norms(cases: tuple[Case, ...]) -> Mapping[str, "Norm"]:
    """The means that were published for the instruments of which the cases have scores, where the library has them."""
    from shelterbelt.measures.drift import Norm

    found: dict[str, Norm] = {}
    for id, version in {(one.instrument, one.version) for case in cases for one in case.scores}:
        try:
            drifts = assessments.assessment(id, version).drift
        except LibraryError:
            continue
        means = [one.published_mean for one in drifts if one.published_mean is not None]
        if means:
            found[id] = Norm(means[0])
    return found


def _learned(base: Published, found: "Report", *, checked: bool) -> "Refit":
    """The refit; nothing of it where people seem to have stopped reporting, or that cannot be seen."""
    from shelterbelt.measures.refit import refit

    keep: dict[Process, Reason] = {}
    if not checked and found.silence.warns:
        keep = dict.fromkeys(Process, Reason("people_fell_silent", found.silence.warns[0].kind))
    elif not checked and found.silence.blind:
        keep = dict.fromkeys(Process, Reason("reporting_unseen"))
    return refit(base.parameters, found.exposure, keep=keep)


def _kept(base: Published, found: "Report", learned: "Refit") -> str:
    """The version under which the refit is kept; nothing when there is nothing to keep."""
    from shelterbelt.library import refits

    if not any(one.counts for one in learned.learned):
        return ""
    new = refits.keep(base, learned, first=found.first.date(), last=found.last.date())
    return f"{new.parameters.id} {new.parameters.version}, SHA-256 {new.parameters.digest}"


@contextmanager
def _told() -> Iterator[Callable[[int, int], None] | None]:
    """How many of how many cases are done, on the terminal where somebody waits."""
    if not sys.stderr.isatty():
        yield None
        return

    def told(done: int, of: int) -> None:
        if done == of or done % 25 == 0:
            print(f"\r{done} of {of} cases", end="", file=sys.stderr, flush=True)

    yield told
    print("\r", end="", file=sys.stderr)
