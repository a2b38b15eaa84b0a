"""Chooses what decides on fixes in a watch process, and compiles it before the first turn: no row is held meanwhile.

The engine needs the extra `engines` and is asked for. Where it does not run the rules decide, and that is said.
"""

import os

from shelterbelt.config.caseload import ready
from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.processes import Fault
from shelterbelt.library.watching import watching

WATCH_BY = "SHELTERBELT_WATCH_BY"
RULES, ENGINE = "rules", "engine"


def chosen(node: NodeConfig, asked: str) -> str:
    """What decides on this node: the rules, or the engine where somebody asked for it. Raises Fault for any other word."""
    if asked not in ("", RULES, ENGINE):
        raise Fault(f"{WATCH_BY} is {RULES} or {ENGINE}.")
    return ENGINE if asked == ENGINE and _compiled(node) else RULES


def choose(node: NodeConfig) -> None:
    """Choose, and leave it where the settings read it."""
    os.environ[WATCH_BY] = chosen(node, os.environ.get(WATCH_BY, ""))


def _compiled(node: NodeConfig) -> bool:
    print(f"{node.name}: the engine is made ready; after an update this takes about a minute", flush=True)
    try:
        ready()
        from shelterbelt.engines.watching_warm import warm_up

        warm_up(watching())
    except Exception as fault:  # whatever it is: nobody goes unwatched for it
        print(
            f"{node.name}: the engine does not run here ({type(fault).__name__}), the rules decide",
            flush=True,
        )
        return False
    return True
