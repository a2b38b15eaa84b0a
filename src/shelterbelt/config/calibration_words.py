"""The words of `shelterbelt calibrate`. Nothing is answered here."""

import argparse
from pathlib import Path


def calibration_words(found: argparse.ArgumentParser) -> None:
    """The file, what it is held against, and whether to learn from it."""
    found.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="followed cases, one JSON object a line (default: standard input)",
    )
    found.add_argument(
        "--parameters",
        default="",
        metavar="VERSION",
        help="hold them against this version (default: the newest published)",
    )
    found.add_argument(
        "--every", type=int, default=30, metavar="DAYS", help="days between forecasts (default %(default)s)"
    )
    found.add_argument("--json", action="store_true", help="print the report as JSON")
    found.add_argument(
        "--refit", action="store_true", help="also learn from them, and keep that as a local version"
    )
    found.add_argument(
        "--reporting-checked",
        action="store_true",
        help="somebody has checked that people still report: learn all the same",
    )
