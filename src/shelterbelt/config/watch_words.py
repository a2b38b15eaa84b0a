"""The words of `shelterbelt watch replay`. Nothing is answered here."""

import argparse
from collections.abc import Callable
from pathlib import Path

RULES, FAST = "rules", "fast"


def replay_words(word: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """The word by which files of fixes are watched; it needs no node."""
    what = "Watch a file of fixes: what would have been told, as JSON Lines."
    found = word("replay", "shelterbelt.config.replay:command", what)
    found.set_defaults(needs_node=False)
    found.add_argument(
        "fixes", type=Path, metavar="FIXES.csv", help="fixes in the order in which they arrived"
    )
    found.add_argument("--pairs", type=Path, metavar="P.csv", help="who is to keep apart")
    found.add_argument("--zones", type=Path, metavar="Z.geojson", help="who is to keep from where")
    found.add_argument(
        "--engine",
        choices=(RULES, FAST),
        default=RULES,
        help="both tell the same; fast is for long files (default %(default)s)",
    )
