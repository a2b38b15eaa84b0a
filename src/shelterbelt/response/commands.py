"""`shelterbelt renew`: every open case of a node scored and forecast again, now instead of at night.

It shows counts alone, and lowers nothing.
"""

import argparse
import sys

from shelterbelt.agencies.queries import agencies_here
from shelterbelt.response.renewing import Renewed, open_cases, renew_all
from shelterbelt.ui.clock import now


def renew_command(chosen: argparse.Namespace) -> int:
    """Work out every agency of the node anew; the exit code is 1 when a sheet says something else than it kept."""
    at, unlike = now(), 0
    for agency in agencies_here():
        of = open_cases(agency.id, at=at)
        done = renew_all(agency.id, at=at, progress=lambda cases, of=of: _show(cases, of))  # type: ignore[misc]
        unlike += done.sheets.other + done.sheets.missing
        print(f"{agency.name}: {_told(done)}", flush=True)
    return 1 if unlike else 0


def _told(done: Renewed) -> str:
    sheets = done.sheets
    parts = [f"{done.cases:,} open cases forecast", f"{sheets.same:,} sheets say what they kept"]
    if sheets.other:
        parts.append(f"{sheets.other:,} say something else")
    if sheets.missing:
        parts.append(f"of {sheets.missing:,} the file is missing")
    return ", ".join(parts)


def _show(cases: int, of: int) -> None:
    """How far it is, on the terminal where somebody waits."""
    if sys.stderr.isatty():
        print(f"\r{cases:,} of {of:,} cases ", end="" if cases < of else "\n", file=sys.stderr, flush=True)
