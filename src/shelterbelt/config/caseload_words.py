"""The words of `shelterbelt score` and `shelterbelt forecast`. Nothing is answered here."""

import argparse
from collections.abc import Callable
from datetime import datetime

Command = Callable[..., argparse.ArgumentParser]


def caseload_words(command: Command) -> None:
    """The words by which a whole caseload is scored and forecast; neither needs a node."""
    here = "shelterbelt.config.caseload"
    what = "Score answers: JSON Lines in, JSON Lines out."
    scored = command("score", f"{here}:score_command", what, node=False)
    scored.add_argument("--instrument", required=True, metavar="ID", help="as in instruments list")
    scored.add_argument("--of-version", metavar="N", help="which version (default: the newest)")
    what = "Forecast timelines: JSON Lines in, JSON Lines out."
    told = command("forecast", f"{here}:forecast_command", what, node=False)
    told.add_argument(
        "--at",
        type=_instant,
        metavar="INSTANT",
        help="for lines that name none, such as 2026-03-04T12:30:00Z",
    )
    told.add_argument("--of-version", default="", metavar="N", help="of the parameters (default: the newest)")
    told.add_argument("--draws", type=_count, default=0, metavar="N", help="intervals of so many draws")
    told.add_argument("--seed", type=int, default=1, metavar="N", help="of the draws (default %(default)s)")
    told.add_argument(
        "--for-calibration",
        action="store_true",
        help="also chances; never show these to a worker or a survivor",
    )
    for one in (scored, told):
        one.add_argument(
            "--threads",
            type=_threads,
            default=0,
            metavar="N",
            help="how many (default: as many as processors)",
        )


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _count(text: str) -> int:
    found = int(text)
    if not 0 <= found <= 10_000:
        raise ValueError(text)
    return found


def _threads(text: str) -> int:
    found = int(text)
    if found < 1:
        raise ValueError(text)
    return found


_instant.__name__, _count.__name__, _threads.__name__ = "instant", "number", "number"
