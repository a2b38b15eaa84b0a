"""The command line of `shelterbelt node …`, as far as it is about other nodes. It loads nothing else."""

import argparse
from collections.abc import Callable
from pathlib import Path

HERE = "shelterbelt.config.peering"
WHY = ("keys_lost", "attacked", "closed", "ended", "mistake", "other")


def peer_words(word: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """The words about other nodes."""
    told = word("describe", f"{HERE}:describe", "Write down what other nodes need to know of this one.")
    told.add_argument("--out", type=Path, metavar="FILE", help="write it there")
    added = word("add", f"{HERE}:add", "Keep another node's description; nobody trusts it yet.")
    added.add_argument("file", type=Path, metavar="FILE")
    added.add_argument("--name", default="", metavar="NAME", help="call it so here")
    compared = word("fingerprint", f"{HERE}:fingerprint", "Show the number that both sides compare.")
    confirmed = word("confirm", f"{HERE}:confirm", "Say that the number is the same; two people have to.")
    struck = word("revoke", f"{HERE}:revoke", "Strike a node off, at once.")
    struck.add_argument("--reason", required=True, choices=WHY, help="why")
    word("list", f"{HERE}:listed", "Every other node, whether it is trusted, and what waits for it.")
    for found in (compared, confirmed, struck):
        found.add_argument("name", metavar="NAME", help="the other node")
    for found in (confirmed, struck):
        found.add_argument("--by", required=True, metavar="CODE", help="the code of the worker who does it")
