"""Whether a node may work: not while it is half restored, not before its journal was replayed, not after it moved.

It is a file beside the node's secrets. Only a restore that has come to its end takes it away.
"""

import json
from collections.abc import Sequence
from typing import Any

from shelterbelt.config.nodes import NodeConfig
from shelterbelt.config.processes import Fault, private_text

RESTORING, RESTORED, MOVED = "restoring", "restored", "moved"
_SAID = {
    RESTORING: "A restore of node {name} did not come to its end: empty its database and restore it again.",
    RESTORED: "Node {name} was restored and its journal not replayed yet: what was withdrawn or erased since would be "
    "back. Run shelterbelt restore --replay --node {name}.",
    MOVED: "Node {name} has moved to another machine and does not start here any more.",
}


def stand(node: NodeConfig, state: str, **told: Any) -> None:
    """Say that the node may not work, and why; it is on the disk when this returns."""
    private_text(node.folder / "standing.json", json.dumps({"state": state, **told}, sort_keys=True))


def standing(node: NodeConfig) -> dict[str, Any]:
    """What was said of the node; nothing when it may work."""
    try:
        found: dict[str, Any] = json.loads((node.folder / "standing.json").read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"state": RESTORING}
    return found if found.get("state") in _SAID else {"state": RESTORING}


def may_work(node: NodeConfig) -> None:
    """Raise Fault unless nothing stands against the node's work."""
    if found := standing(node):
        raise Fault(_SAID[found["state"]].format(name=node.name))


def refuse_moved(node: NodeConfig) -> None:
    """Raise Fault if the node has moved away: its database is not opened again here."""
    if standing(node).get("state") == MOVED:
        may_work(node)


def working(machine: Sequence[NodeConfig]) -> list[NodeConfig]:
    """The nodes of a machine that work here: those that moved are left out, those that wait for a person stop everything."""
    found = [node for node in machine if standing(node).get("state") != MOVED]
    for node in found or machine:
        may_work(node)
    return found


def release(node: NodeConfig) -> None:
    """The node may work again."""
    (node.folder / "standing.json").unlink(missing_ok=True)
