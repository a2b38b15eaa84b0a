"""`shelterbelt breach verify FILE`: checks a file of proof anywhere, without a node, its keys or its database."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


def breach_words(word: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """The word by which a file of proof is checked; it needs no node."""
    found = word(
        "verify", "shelterbelt.config.breach:command", "Check a file of proof, with nothing but the file."
    )
    found.set_defaults(needs_node=False)
    found.add_argument("file", type=Path, metavar="FILE")
    found.add_argument(
        "--key", type=Path, metavar="KEY", help="the node's public key (PEM), had in another way"
    )


def command(chosen: argparse.Namespace) -> int:
    """`shelterbelt breach verify FILE`."""
    return verify(chosen.file, chosen.key)


def verify(place: Path, key: Path | None) -> int:
    """Say what is wrong with a file of proof; 0 where nothing is. `key`: the node's key, had in another way."""
    from shelterbelt.breaches.proof import checked
    from shelterbelt.sealing.primitives import public_of_pem

    found = checked(place.read_bytes(), key=public_of_pem(key.read_bytes()) if key else None)
    for fault in found.faults:
        sys.stdout.write(f"{fault}\n")
    if not found.faults:
        sys.stdout.write(
            f"{found.pieces} pieces, all as they were taken in and signed. Key (SHA-256): {found.key}\n"
        )
        if key is None:
            sys.stdout.write("Ask whoever handed it over whether that key is theirs.\n")
    return 1 if found.faults else 0
