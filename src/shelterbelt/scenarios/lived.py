"""Prints invented lives as lines for `shelterbelt calibrate`: what was written down of them, or what truly came.

Nobody in them is real, no record was their model.
"""

import argparse
import sys
from collections.abc import Sequence

from shelterbelt.library.observed import line_of
from shelterbelt.library.parameters import parameters
from shelterbelt.scenarios.lives import EVERYTHING, STEADY, USUAL, lives

REPORTING = {"usual": USUAL, "steady": STEADY, "everything": EVERYTHING}


def main(words: Sequence[str] | None = None) -> int:
    """This function will print the lives that the words ask for, one JSON object a line."""
    asked = argparse.ArgumentParser(description="Invented lives, one JSON object a line.")
    asked.add_argument("count", type=int)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--reporting", choices=REPORTING, default="usual", help="usual: people report less after a bad answer"
    )
    asked.add_argument("--truly", action="store_true", help="all that came, also what nobody wrote down")
    chosen = asked.parse_args(words)
    found = lives(parameters().parameters, chosen.seed, chosen.count, reporting=REPORTING[chosen.reporting])
    sys.stdout.writelines(f"{line_of(one.latent if chosen.truly else one.recorded)}\n" for one in found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
